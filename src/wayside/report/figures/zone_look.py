"""A storage zone in one scene: its pixels, its outline, and what was found occupied."""

from __future__ import annotations

from dataclasses import replace

from wayside.report.document import Graphic
from wayside.report.figures.axes import round_length
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.pictures import ScenePicture, ZoneLine
from wayside.report.figures.raster import burn_scene, enlarged, jpeg_uri, reduced
from wayside.report.figures.svg import Svg, points
from wayside.report.figures.zone_lines import draw_zones

__all__ = ["zone_look"]

_WIDTH = 900
_UNITS = 46.0
_FOOT = 2.6


def zone_look(
    picture: ScenePicture, label: str, title: str, *, may_show: bool, drawn: bool, palette: Palette = OWN
) -> Graphic:
    """Return the drawing.

    Args:
        picture: the zone's surroundings.
        label: what the drawing shows, for readers who do not see it.
        title: what a zone is called, with "{zone}" where its name goes.
        may_show: whether its pixels may stand in the report; else the outlines stand on grey.
        drawn: whether the image was drawn, which its pixels then say.
        palette: of the house.
    """
    factor = max(1, round(_WIDTH / picture.width))
    large = _enlarged(picture, factor)
    width, height = picture.width * factor, picture.height * factor
    unit = width / _UNITS
    svg = Svg(width, round(height + unit * _FOOT, 1), label, palette=palette)
    if may_show:
        rgb = enlarged(picture.rgb, factor) if factor > 1 else reduced(picture.rgb, 2 * _WIDTH)[0]
        rgb = burn_scene(rgb) if drawn else rgb
        svg.add("image", href=jpeg_uri(rgb), width=width, height=height, preserveAspectRatio="none")
    else:
        svg.add("rect", width=width, height=height, fill=svg.palette.ground)
    draw_zones(svg, large, unit, title, on_ground=not may_show)
    _foot(svg, picture, width, height, unit, picture.metres_per_pixel / factor)
    return svg.graphic()


def _enlarged(picture: ScenePicture, factor: int) -> ScenePicture:
    def times(ring: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        return tuple((x * factor, y * factor) for x, y in ring)

    zones = tuple(ZoneLine(z.id, times(z.ring), tuple(times(ring) for ring in z.occupied)) for z in picture.zones)
    return replace(picture, zones=zones)


def _foot(  # noqa: PLR0917 - where it stands, and the scale
    svg: Svg, picture: ScenePicture, width: float, height: float, unit: float, metres: float
) -> None:
    length = round_length(0.3 * width * metres)
    y = height + unit
    svg.add("rect", x=0, y=y, width=length / metres, height=unit * 0.4, fill=svg.palette.ink)
    svg.add(
        "text",
        f"{length:g} m",
        x=length / metres + unit * 0.6,
        y=y + unit * 0.7,
        font_size=unit * 1.25,
        fill=svg.palette.ink,
    )
    if picture.north_deg is None:
        return
    x, y = width - unit * 1.4, height + unit * 1.35
    arrow = [(0.0, -1.1), (0.5, 0.9), (0.0, 0.5), (-0.5, 0.9)]
    svg.add(
        "polygon", title="N", points=points([(x + a * unit, y + b * unit) for a, b in arrow]), fill=svg.palette.ink,
        transform=f"rotate({picture.north_deg:.1f} {x:.1f} {y:.1f})",
    )  # fmt: skip
    svg.add(
        "text", "N", x=x - unit * 1.3, y=y + unit * 0.4, font_size=unit * 1.25, text_anchor="end", fill=svg.palette.ink
    )
