"""The picture of a scene with its cars outlined."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from markupsafe import Markup

from wayside.assessment.assessment import CountedScene
from wayside.assessment.seeing import HIDDEN_WORDS
from wayside.model.wording import say_percent
from wayside.report.figures.axes import round_length
from wayside.report.figures.palette import GROUND, INK, OBSTRUCTION_COLOURS, OUTLINE
from wayside.report.figures.pictures import ScenePicture
from wayside.report.figures.raster import burn_scene, jpeg_uri, reduced
from wayside.report.figures.svg import Svg, points
from wayside.report.text import clean

__all__ = ["SceneFigure", "scene_figure"]

_MAX_WIDTH = 1600
_DOUBTFUL = 0.5
_WIDE = 2.0
_FOOT, _LINE = 2.8, 1.4
_CHARACTER = 0.6
_MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class SceneFigure:
    """A scene ready to be placed.

    Attributes:
        svg: the drawing.
        wide: True where it needs a page's whole width to be read.
        shown: False where the licence keeps the pixels out of the report.
    """

    svg: Markup
    wide: bool
    shown: bool


def scene_figure(picture: ScenePicture, row: CountedScene, label: str, *, may_show: bool) -> SceneFigure:
    """Return the picture with tracks, outlines, scale and north.

    Without ``may_show`` it is a plan: no pixel of the image is in it, and below it stand the licence, the reason and
    the count of each track.

    Args:
        picture: the pixels and what was found in them.
        row: the scene that they belong to.
        label: what the figure shows, in words.
        may_show: whether the pixels may stand in the report.
    """
    width, height = picture.width, picture.height
    wide = width / height > _WIDE
    unit = width / (72.0 if wide else 42.0)
    reasons = () if may_show else _why_not(row, int(width / unit / _CHARACTER))
    svg = Svg(width, round(height + unit * (_FOOT + _LINE * len(reasons)), 1), label, "scene")
    if may_show:
        rgb, _ = reduced(picture.rgb, _MAX_WIDTH)
        rgb = burn_scene(rgb) if row.scene.drawn else rgb
        svg.add("image", href=jpeg_uri(rgb), width=width, height=height, preserveAspectRatio="none")
    else:
        svg.add("rect", width=width, height=height, fill=GROUND)
    _tracks(svg, picture, on_ground=not may_show)
    _hidden(svg, picture)
    _cars(svg, picture, on_ground=not may_show)
    _scale(svg, picture, unit)
    if picture.north_deg is not None:
        _north(svg, picture, picture.north_deg, unit)
    for i, text in enumerate(reasons):
        svg.add("text", text, x=0, y=height + unit * (_FOOT + 0.9 + _LINE * i), font_size=unit * 1.1, fill=INK)
    return SceneFigure(svg.markup(), wide, may_show)


def _tracks(svg: Svg, picture: ScenePicture, *, on_ground: bool) -> None:
    colour = "#8b9298" if on_ground else "#ffffff"
    for track in picture.tracks:
        svg.add(
            "polyline", title=f"Track {track.id}", points=points(track.points), fill="none", stroke=colour,
            stroke_width=1, stroke_opacity=0.55, stroke_dasharray="5 5", vector_effect="non-scaling-stroke",
        )  # fmt: skip


def _hidden(svg: Svg, picture: ScenePicture) -> None:
    """Hatch the stretches of track that cannot be read: bars across the track on a pale band."""
    for line in picture.hidden:
        way, title = points(line.points), f"Not seen: {HIDDEN_WORDS[line.by]}"
        svg.add(
            "polyline", title=title, class_="hidden", points=way, fill="none", stroke="#ffffff", stroke_width=9,
            stroke_opacity=0.6, vector_effect="non-scaling-stroke",
        )  # fmt: skip
        svg.add(
            "polyline", title=title, points=way, fill="none", stroke=OBSTRUCTION_COLOURS[line.by], stroke_width=7,
            stroke_dasharray="1.4 3.6", vector_effect="non-scaling-stroke",
        )  # fmt: skip


def _cars(svg: Svg, picture: ScenePicture, *, on_ground: bool) -> None:
    for number, car in enumerate(picture.cars, start=1):
        svg.add(
            "polygon", title=f"Car {number}: {car.type.value}, probability {say_percent(car.p)}",
            points=points(car.polygon), class_="outline", fill="#ffffff", fill_opacity=0.8 if on_ground else 0.0,
            stroke=INK if on_ground else OUTLINE, stroke_width=1.3, vector_effect="non-scaling-stroke",
            stroke_dasharray="3 2" if car.p < _DOUBTFUL else None,
        )  # fmt: skip


def _scale(svg: Svg, picture: ScenePicture, unit: float) -> None:
    """Draw the scale below the picture, where it covers no car."""
    length = round_length(0.3 * picture.width * picture.metres_per_pixel)
    bar, y = length / picture.metres_per_pixel, picture.height + unit * 1.1
    svg.add("rect", x=0, y=y, width=bar, height=unit * 0.4, fill=INK)
    svg.add("text", f"{length:g} m", x=bar + unit * 0.6, y=y + unit * 0.6, font_size=unit * 1.1, fill=INK)


def _north(svg: Svg, picture: ScenePicture, degrees: float, unit: float) -> None:
    x, y = picture.width - unit * 1.4, picture.height + unit * 1.4
    arrow = [
        (x, y - unit * 1.1),
        (x + unit * 0.5, y + unit * 0.9),
        (x, y + unit * 0.5),
        (x - unit * 0.5, y + unit * 0.9),
    ]
    turn = f"rotate({degrees:.1f} {x:.1f} {y:.1f})"
    svg.add("polygon", title="North", points=points(arrow), fill=INK, transform=turn)
    svg.add("text", "N", x=x - unit * 1.3, y=y + unit * 0.4, font_size=unit * 1.1, text_anchor="end", fill=INK)


def _why_not(row: CountedScene, characters: int) -> tuple[str, ...]:
    """Return the lines below a plan, none longer than ``characters``."""
    licence = row.scene.licence
    tracks = " · ".join(f"{track.track_id}: {track.count.median}" for track in row.result.tracks)
    texts = (
        f"Image not shown: its licence ({licence.id}) does not allow it.",
        licence.why,
        "Plan of the tracks; outlines are where cars were found.",
        f"Rail vehicles by track: {tracks}" if row.usable else "Nothing could be counted in this scene.",
    )
    lines = [
        line for text in texts if text for line in textwrap.wrap(clean(text), characters, max_lines=3, placeholder=" …")
    ]
    return tuple(lines[:_MOST_LINES])
