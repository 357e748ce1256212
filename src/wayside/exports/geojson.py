"""GeoJSON after RFC 7946: one file for each table, WGS 84, right-hand rings, bounding boxes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wayside.exports.contents import Contents, Table
from wayside.exports.shapes import bounds_of, geojson_geometry
from wayside.exports.staging import put_bytes, put_json
from wayside.exports.styles import style_of

__all__ = ["collection_of", "write_geojson"]


def write_geojson(folder: Path, contents: Contents) -> None:
    """Write every table into a staged folder."""
    for table in contents.tables:
        put_json(folder, f"{table.name}.geojson", collection_of(table, contents))
        put_bytes(folder, f"{table.name}.qml", style_of(table.meaning).encode())


def collection_of(table: Table, contents: Contents) -> dict[str, Any]:
    """Return a table as a feature collection; its members beyond the standard's say what it is and whose."""
    features = []
    for outline, record in zip(table.outlines, table.records(), strict=True):
        feature: dict[str, Any] = {"type": "Feature"}
        box = bounds_of([outline])
        if box is not None:
            feature["bbox"] = box
        features.append(feature | {"properties": record, "geometry": geojson_geometry(outline)})
    document: dict[str, Any] = {
        "type": "FeatureCollection",
        "name": table.name,
        "title": table.meaning.title,
        "description": " ".join(part for part in (table.meaning.text, contents.note) if part),
        "attribution": "; ".join(contents.attributions),
        "generated": contents.made,
        "software": contents.software,
    }
    box = bounds_of(table.outlines)
    return document | ({"bbox": box} if box is not None else {}) | {"features": features}
