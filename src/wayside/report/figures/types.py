"""The types over time: one small chart for each type of car, all on one scale, from the scenes that tell types."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.model.cars import CarType
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus
from wayside.model.wording import spread90
from wayside.report.document import Graphic
from wayside.report.figures.axes import DateScale, ValueScale, date_ticks, value_ticks
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.svg import Svg
from wayside.report.words import Words, words_of

__all__ = ["TypesPanel", "TypesTold", "types_graphic", "types_told"]

_LEAST_WIDTH, _MOST_COLUMNS = 240.0, 3
_TALL, _TITLE, _FOOT, _LEFT, _RIGHT = 92.0, 24.0, 24.0, 30.0, 12.0


@dataclass(frozen=True, slots=True)
class TypesPanel:
    """Extent of the drawing; its height follows from the number of types.

    Attributes:
        width: in CSS pixels at full size.
    """

    width: float

    @property
    def columns(self) -> int:
        """Number of small charts beside each other."""
        return max(1, min(_MOST_COLUMNS, int(self.width / _LEAST_WIDTH)))


@dataclass(frozen=True)
class TypesTold:
    """What the scenes tell of types.

    Attributes:
        types: those of which some scene has at least one, by its median, the most frequent first.
        told: the scenes that tell types, in order of date, two or more.
        days: days of the usable scenes that do not, in order of date.
        coarse: their number.
    """

    types: tuple[str, ...]
    told: tuple[CountedScene, ...]
    days: tuple[date, ...]

    @property
    def coarse(self) -> int:
        """Number of usable scenes that do not tell types."""
        return len(self.days)


def types_told(assessment: Assessment) -> TypesTold | None:
    """Return what the scenes tell of types; None where fewer than two of them tell any."""
    usable = [row for row in assessment.rows if isinstance(row, CountedScene) and row.usable]
    told = tuple(row for row in usable if row.result.status is CountStatus.COUNTED and row.result.by_type)
    most: dict[str, float] = {}
    for row in told:
        for name, count in row.result.by_type.items():
            if count.median > 0:
                most[name] = max(most.get(name, 0.0), count.mean)
    if len(told) < 2 or not most:
        return None
    days = tuple(row.day for row in usable if row not in told)
    return TypesTold(tuple(sorted(most, key=lambda name: (-most[name], name))), told, days)


def types_graphic(
    told: TypesTold, panel: TypesPanel, *, language: str = "en", least_px: int = 0, palette: Palette = OWN
) -> Graphic:
    """Return one small chart for each type, in order, all on one scale of counts and of days."""
    words = words_of(language)
    rows = math.ceil(len(told.types) / panel.columns)
    label = words.say(
        "types.alt", told=len(told.told), types=", ".join(_spoken(told, name, words) for name in told.types)
    )
    svg = Svg(panel.width, rows * (_TITLE + _TALL + _FOOT), label, "types", palette=palette)
    ticks = value_ticks(_largest(told), about=3)
    across = panel.width / panel.columns
    for i, name in enumerate(told.types):
        left, top = (i % panel.columns) * across, (i // panel.columns) * (_TITLE + _TALL + _FOOT)
        _chart(svg, told, name, _Frame(left, top, across, ticks, words))
    return svg.graphic(least_px=least_px)


def _spoken(told: TypesTold, name: str, words: Words) -> str:
    count = told.told[-1].result.by_type.get(name, CountDistribution.exactly(0))
    return words.say("types.spoken", type=words.name_of("type", name), count=count.median, interval=spread90(count))


def _largest(told: TypesTold) -> float:
    return max(4.0, *(float(spread90(c).high) for row in told.told for c in row.result.by_type.values()))


@dataclass(frozen=True)
class _Frame:
    """Where one small chart stands, and its ticks."""

    left: float
    top: float
    across: float
    ticks: tuple[int, ...]
    words: Words

    @property
    def y(self) -> ValueScale:
        return ValueScale(self.ticks[-1], self.top + _TITLE, self.top + _TITLE + _TALL)

    def x(self, told: TypesTold) -> DateScale:
        days = [row.day for row in told.told] + list(told.days)
        first, last = min(days), max(days)
        if first == last:
            first -= timedelta(days=7)
        return DateScale(first, last, self.left + _LEFT, self.left + self.across - _RIGHT)


def _chart(svg: Svg, told: TypesTold, name: str, frame: _Frame) -> None:
    x, y, words = frame.x(told), frame.y, frame.words
    colour = svg.palette.car_lines[CarType(name) if name in set(CarType) else CarType.UNKNOWN]
    svg.add("rect", x=frame.left + _LEFT, y=frame.top + 3, width=14, height=9, fill=colour)
    svg.add(
        "text",
        words.name_of("type", name),
        x=frame.left + _LEFT + 20,
        y=frame.top + 12,
        font_size=13,
        font_weight="600",
        fill=svg.palette.ink,
    )
    for tick in frame.ticks:
        svg.line(
            x.left,
            y(tick),
            x.right,
            y(tick),
            stroke=svg.palette.muted if tick == 0 else svg.palette.grid,
            stroke_width=1,
        )
        svg.add("text", str(tick), x=x.left - 6, y=y(tick) + 4, font_size=11, text_anchor="end", fill=svg.palette.muted)
    for mark in date_ticks(x.first, x.last, x.right - x.left, words.language):
        at = x(mark.day)
        svg.line(at, y.bottom, at, y.bottom + (5 if mark.label else 3), stroke=svg.palette.muted, stroke_width=1)
        if mark.label and x.left + 8 < at < x.right - 8:
            svg.add(
                "text", mark.label, x=at, y=y.bottom + 17, font_size=11, text_anchor="middle", fill=svg.palette.muted
            )
    for day in told.days:
        svg.line(
            x(day),
            y.bottom - 5,
            x(day),
            y.bottom,
            class_="coarse",
            stroke=svg.palette.muted,
            stroke_width=1.2,
            stroke_dasharray="1.5 1.5",
        )
    for row in told.told:
        _mark(svg, row, name, frame, at=x(row.day), colour=colour)


def _mark(svg: Svg, row: CountedScene, name: str, frame: _Frame, *, at: float, colour: str) -> None:
    count = row.result.by_type.get(name, CountDistribution.exactly(0))
    low, high = spread90(count)
    y = frame.y
    title = frame.words.say("chart.count", day=row.day, count=count.median, low=low, high=high)
    svg.line(at, y(low), at, y(high), stroke=colour, stroke_width=1.4)
    svg.add(
        "circle", title=title, class_="mark", cx=at, cy=y(count.median), r=3.0, fill=colour, stroke=svg.palette.paper,
        stroke_width=0.6,
    )  # fmt: skip
