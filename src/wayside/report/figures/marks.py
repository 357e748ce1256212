"""The marks of the series figure: a scene that is less than a plain count looks different."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from wayside.assessment.assessment import CountedScene, Look
from wayside.assessment.seeing import is_mostly_hidden
from wayside.model.observations import CountStatus
from wayside.report.document import Graphic
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.svg import Svg, points
from wayside.report.words import words_of

__all__ = ["LegendEntry", "Mark", "Shape", "draw_mark", "draw_whisker", "legend", "mark_of"]


class Shape(StrEnum):
    """The outline of a mark.

    ``DOT``: a count of a registered scene most of whose track was seen. ``TRIANGLE``: most of its track was hidden.
    ``DIAMOND``: the scene is unregistered, however much was seen. ``CROSS``: nothing could be counted.
    ``SQUARE``: a figure that somebody else published.
    """

    DOT = "dot"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"
    CROSS = "cross"
    SQUARE = "square"


class Mark(NamedTuple):
    """How a scene is marked.

    Attributes:
        shape: its outline.
        hollow: whether the count was derived from occupied length.
        dashed: whether most of the track was hidden, so that the bar beside the mark is mostly an estimate.
    """

    shape: Shape
    hollow: bool = False
    dashed: bool = False


class LegendEntry(NamedTuple):
    """A mark that is there, with what it means."""

    graphic: Graphic
    meaning: str


def mark_of(row: Look) -> Mark:
    """Return the mark of a scene, or of a published count."""
    if not isinstance(row, CountedScene):
        return Mark(Shape.SQUARE, hollow=True)
    if not row.usable:
        return Mark(Shape.CROSS)
    hollow, dashed = row.result.status is CountStatus.OCCUPIED_LENGTH, is_mostly_hidden(row)
    if not row.result.registration.registered:
        return Mark(Shape.DIAMOND, hollow, dashed)
    return Mark(Shape.TRIANGLE if dashed else Shape.DOT, hollow, dashed)


def draw_mark(svg: Svg, mark: Mark, at: tuple[float, float], size: float, *, colour: str, title: str) -> None:
    """Draw a mark with its tooltip.

    Args:
        svg: where to.
        mark: what.
        at: x and y of its middle.
        size: half its width.
        colour: of its line, and of its inside where it is not hollow.
        title: what it stands for.
    """
    x, y = at
    fill = svg.palette.paper if mark.hollow else colour
    name = f"mark {mark.shape}"
    if mark.shape is Shape.DOT:
        svg.add("circle", title=title, class_=name, cx=x, cy=y, r=size, fill=fill, stroke=colour, stroke_width=1.2)
    elif mark.shape is Shape.CROSS:
        arm = f"{2 * size:.1f}"
        arms = f"M{x - size:.1f},{y - size:.1f}l{arm},{arm}m0,-{arm}l-{arm},{arm}"
        svg.add("path", title=title, class_=name, d=arms, fill="none", stroke=colour, stroke_width=1.7)
    else:
        reach = 1.45 * size
        corners = [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
        if mark.shape is Shape.TRIANGLE:
            corners = [(x - reach, y - 0.7 * reach), (x + reach, y - 0.7 * reach), (x, y + reach)]
        elif mark.shape is Shape.SQUARE:
            corners = [(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)]
        svg.add("polygon", title=title, class_=name, points=points(corners), fill=fill, stroke=colour, stroke_width=1.2)


def legend(rows: Iterable[Look], language: str = "en", *, palette: Palette = OWN) -> tuple[LegendEntry, ...]:
    """Return what the marks of some counts mean, each only where one of them has it; empty where all are plain dots."""
    marks, words = [mark_of(row) for row in rows], words_of(language)
    shapes = {mark.shape for mark in marks}
    known = (
        (any(m.hollow for m in marks if m.shape is not Shape.SQUARE), Mark(Shape.DOT, hollow=True), "length"),
        (any(m.dashed for m in marks), Mark(Shape.TRIANGLE, dashed=True), "hidden"),
        (Shape.DIAMOND in shapes, Mark(Shape.DIAMOND), "unregistered"),
        (Shape.CROSS in shapes, Mark(Shape.CROSS), "none"),
        (Shape.SQUARE in shapes, Mark(Shape.SQUARE, hollow=True), "published"),
    )
    there = [(mark, words.say(f"mark.{name}")) for there, mark, name in known if there]
    if not there:
        return ()
    counted = [] if shapes <= {Shape.SQUARE, Shape.CROSS} else [(Mark(Shape.DOT), words.say("mark.plain"))]
    return tuple(
        LegendEntry(_sample(mark, f"{words.say(f'shape.{mark.shape}')}: {meaning}", palette), meaning)
        for mark, meaning in (*counted, *there)
    )


def _sample(mark: Mark, meaning: str, palette: Palette) -> Graphic:
    svg = Svg(14, 18, meaning, "sample", palette=palette)
    if mark.shape is not Shape.CROSS:
        draw_whisker(svg, mark, 7.0, (1.0, 17.0), svg.palette.primary)
    draw_mark(
        svg,
        mark,
        (7.0, 9.0),
        3.2,
        colour=svg.palette.ink if mark.shape is Shape.CROSS else svg.palette.primary,
        title=meaning,
    )
    return svg.graphic()


def draw_whisker(svg: Svg, mark: Mark, x: float, ends: tuple[float, float], colour: str) -> None:
    """Draw the interval of a mark as an upright bar."""
    svg.line(
        x, ends[0], x, ends[1], stroke=colour, stroke_width=1.2, stroke_opacity=svg.palette.whisker,
        stroke_dasharray="3 2.5" if mark.dashed else None,
    )  # fmt: skip
