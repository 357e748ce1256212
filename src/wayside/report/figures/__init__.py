"""What a report shows, drawn: charts, annotated scenes, strips, all as SVG that stands by itself."""
