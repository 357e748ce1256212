"""Storage zones in a scene's picture: their outline, and what was found occupied in them."""

from __future__ import annotations

from wayside.report.figures.pictures import ScenePicture
from wayside.report.figures.svg import Svg, points

__all__ = ["ZONE", "ZONE_DARK", "draw_zones"]

ZONE = "#35d0ff"
"""On an image: told apart from the cars' yellow by readers with colour-deficient sight too."""
ZONE_DARK = "#00688b"
"""The same on a light ground."""
_EDGE, _LINE = 0.2, 0.1


def draw_zones(svg: Svg, picture: ScenePicture, unit: float, title: str, *, on_ground: bool = False) -> None:
    """Draw every zone of a picture: a dashed outline, and what is occupied in it as tinted patches.

    Args:
        svg: the drawing.
        picture: with its zones.
        unit: what sizes are measured in, in the drawing's units.
        title: what a zone is called, with "{zone}" where its name goes.
        on_ground: whether they stand on plain ground and not on an image.
    """
    colour = ZONE_DARK if on_ground else ZONE
    for zone in picture.zones:
        for ring in zone.occupied:
            svg.add(
                "polygon", points=points(ring), fill=colour, fill_opacity=0.45 if on_ground else 0.22,
                stroke=svg.palette.ink, stroke_width=_EDGE * unit, stroke_opacity=0.55, stroke_linejoin="round",
            )  # fmt: skip
            svg.add(
                "polygon", points=points(ring), fill="none", stroke=colour, stroke_width=_LINE * unit,
                stroke_linejoin="round",
            )  # fmt: skip
        named = title.replace("{zone}", zone.id)
        svg.add(
            "polygon",
            points=points(zone.ring),
            fill="none",
            stroke=svg.palette.ink,
            stroke_width=_EDGE * unit,
            stroke_opacity=0.5,
        )
        svg.add(
            "polygon", title=named, points=points(zone.ring), fill="none", stroke=colour,
            stroke_width=_LINE * 1.2 * unit,
            stroke_dasharray=f"{0.6 * unit:.2f} {0.35 * unit:.2f}",
        )  # fmt: skip
