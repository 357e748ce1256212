"""The picture of a scene with its cars outlined."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from wayside.assessment.assessment import CountedScene
from wayside.report.document import Graphic
from wayside.report.figures.axes import round_length
from wayside.report.figures.palette import OBSTRUCTION_COLOURS, OUTLINE, OWN, Palette
from wayside.report.figures.pictures import ScenePicture
from wayside.report.figures.raster import burn_scene, jpeg_uri, reduced
from wayside.report.figures.svg import Svg, points
from wayside.report.figures.zone_lines import draw_zones
from wayside.report.text import clean
from wayside.report.words import Words, words_of

__all__ = ["SceneFigure", "scene_figure"]

_MAX_WIDTH = 1600
_DOUBTFUL = 0.5
_WIDE = 2.0
_FOOT, _LINE = 2.8, 1.4
_CHARACTER = 0.6
_MOST_LINES = 8
_LINE_WIDTH, _FINE = 0.105, 0.085
"""Widths of lines in units: about 1.3 and 1 px where a page shows the picture at its full size."""


@dataclass(frozen=True, slots=True)
class SceneFigure:
    """A scene ready to be placed.

    Attributes:
        graphic: the drawing.
        wide: True where it needs a page's whole width to be read.
        shown: False where the licence keeps the pixels out of the report.
    """

    graphic: Graphic
    wide: bool
    shown: bool


def scene_figure(
    picture: ScenePicture,
    row: CountedScene,
    label: str,
    *,
    may_show: bool,
    language: str = "en",
    palette: Palette = OWN,
) -> SceneFigure:
    """Return the picture with tracks, outlines, scale and north.

    Without ``may_show`` it is a plan: no pixel of the image is in it, and below it stand the licence, the reason and
    the count of each track.

    Args:
        picture: the pixels and what was found in them.
        row: the scene that they belong to.
        label: what the figure shows, in words.
        may_show: whether the pixels may stand in the report.
        language: ISO 639-1 code of the words.
        palette: of the house.
    """
    words, width, height = words_of(language), picture.width, picture.height
    wide = width / height > _WIDE
    unit = width / (72.0 if wide else 42.0)
    reasons = () if may_show else _why_not(row, int(width / unit / _CHARACTER), words)
    svg = Svg(width, round(height + unit * (_FOOT + _LINE * len(reasons)), 1), label, "scene", palette=palette)
    if may_show:
        rgb, _ = reduced(picture.rgb, _MAX_WIDTH)
        rgb = burn_scene(rgb) if row.scene.drawn else rgb
        svg.add("image", href=jpeg_uri(rgb), width=width, height=height, preserveAspectRatio="none")
    else:
        svg.add("rect", width=width, height=height, fill=svg.palette.ground)
    draw_zones(svg, picture, unit, words.say("scene.zone", zone="{zone}"), on_ground=not may_show)
    _tracks(svg, picture, unit, words, on_ground=not may_show)
    _hidden(svg, picture, unit, words)
    _cars(svg, picture, unit, words, on_ground=not may_show)
    _scale(svg, picture, unit, words)
    if picture.north_deg is not None:
        _north(svg, picture, unit, words)
    for i, text in enumerate(reasons):
        svg.add(
            "text", text, x=0, y=height + unit * (_FOOT + 0.9 + _LINE * i), font_size=unit * 1.1, fill=svg.palette.ink
        )
    return SceneFigure(svg.graphic(), wide, may_show)


def _dashes(unit: float, on: float, off: float) -> str:
    return f"{on * unit:.2f} {off * unit:.2f}"


def _tracks(svg: Svg, picture: ScenePicture, unit: float, words: Words, *, on_ground: bool) -> None:
    colour = svg.palette.muted if on_ground else "#ffffff"
    for track in picture.tracks:
        svg.add(
            "polyline", title=words.say("scene.track", track=track.id), points=points(track.points), fill="none",
            stroke=colour, stroke_width=_FINE * unit, stroke_opacity=None if on_ground else 0.55,
            stroke_dasharray=_dashes(unit, 0.4, 0.4),
        )  # fmt: skip


def _hidden(svg: Svg, picture: ScenePicture, unit: float, words: Words) -> None:
    """Hatch the stretches of track that cannot be read: bars across the track on a pale band."""
    for line in picture.hidden:
        way, title = points(line.points), words.say("scene.not_seen", what=words.hides(line.by))
        svg.add(
            "polyline", title=title, class_="hidden", points=way, fill="none", stroke="#ffffff",
            stroke_width=0.72 * unit, stroke_opacity=0.6,
        )  # fmt: skip
        svg.add(
            "polyline", title=title, points=way, fill="none", stroke=OBSTRUCTION_COLOURS[line.by],
            stroke_width=0.56 * unit, stroke_dasharray=_dashes(unit, 0.11, 0.29),
        )  # fmt: skip


def _cars(svg: Svg, picture: ScenePicture, unit: float, words: Words, *, on_ground: bool) -> None:
    for number, car in enumerate(picture.cars, start=1):
        svg.add(
            "polygon", title=words.say("scene.car", number=number, type=words.name_of("type", car.type.value), p=car.p),
            points=points(car.polygon), class_="outline", fill="#ffffff", fill_opacity=0.8 if on_ground else 0.0,
            stroke=svg.palette.ink if on_ground else OUTLINE, stroke_width=_LINE_WIDTH * unit,
            stroke_dasharray=_dashes(unit, 0.24, 0.16) if car.p < _DOUBTFUL else None,
        )  # fmt: skip


def _scale(svg: Svg, picture: ScenePicture, unit: float, words: Words) -> None:
    """Draw the scale below the picture, where it covers no car."""
    length = round_length(0.3 * picture.width * picture.metres_per_pixel)
    bar, y = length / picture.metres_per_pixel, picture.height + unit * 1.1
    svg.add("rect", x=0, y=y, width=bar, height=unit * 0.4, fill=svg.palette.ink)
    label = words.say("metres", metres=words.phrases.writer.number(length))
    svg.add("text", label, x=bar + unit * 0.6, y=y + unit * 0.6, font_size=unit * 1.1, fill=svg.palette.ink)


def _north(svg: Svg, picture: ScenePicture, unit: float, words: Words) -> None:
    x, y = picture.width - unit * 1.4, picture.height + unit * 1.4
    arrow = [
        (x, y - unit * 1.1),
        (x + unit * 0.5, y + unit * 0.9),
        (x, y + unit * 0.5),
        (x - unit * 0.5, y + unit * 0.9),
    ]
    turn = f"rotate({picture.north_deg or 0.0:.1f} {x:.1f} {y:.1f})"
    svg.add("polygon", title=words.say("scene.north"), points=points(arrow), fill=svg.palette.ink, transform=turn)
    svg.add(
        "text",
        words.say("scene.n"),
        x=x - unit * 1.3,
        y=y + unit * 0.4,
        font_size=unit * 1.1,
        text_anchor="end",
        fill=svg.palette.ink,
    )


def _why_not(row: CountedScene, characters: int, words: Words) -> tuple[str, ...]:
    """Return the lines below a plan, none longer than ``characters``."""
    licence = row.scene.licence
    tracks = " · ".join(f"{track.track_id}: {track.count.median}" for track in row.result.tracks)
    texts = (
        words.say("scene.withheld", licence=licence.id),
        licence.why,
        words.say("scene.plan"),
        words.say("scene.by_track", tracks=tracks) if row.usable else words.say("scene.nothing"),
    )
    lines = [
        line for text in texts if text for line in textwrap.wrap(clean(text), characters, max_lines=3, placeholder=" …")
    ]
    return tuple(lines[:_MOST_LINES])
