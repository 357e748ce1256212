"""Figures that texts give of one thing, on one scale with what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wayside.report.coverage.words import fitted
from wayside.report.document import Graphic
from wayside.report.figures.axes import ValueScale, value_ticks
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.svg import Svg

__all__ = ["DotRow", "DotWords", "coverage_dots"]

_ROW, _TOP, _BOTTOM = 22.0, 30.0, 26.0
_LETTERS = 12.0
_LEFT, _RIGHT = 210.0, 170.0
_NARROW_LEFT, _NARROW_RIGHT = 132.0, 14.0
_SIDE = 700.0


@dataclass(frozen=True, slots=True)
class DotRow:
    """One figure.

    Attributes:
        who: who gives it.
        said: the figure in words.
        low: its lower end; None where it has none.
        high: its upper end; None where it has none.
        odd: whether it cannot be reconciled with the others, or has other bounds than most.
    """

    who: str
    said: str
    low: float | None
    high: float | None
    odd: bool = False


@dataclass(frozen=True, slots=True)
class DotWords:
    """What the drawing says.

    Attributes:
        label: what it shows, for readers who do not see it.
        measured: name of the counted interval; empty without one.
    """

    label: str
    measured: str = ""


def coverage_dots(
    rows: Sequence[DotRow], measured: tuple[int, int, int] | None, words: DotWords, *, width: float, least_px: int = 0,
    palette: Palette = OWN,
) -> Graphic:  # fmt: skip
    """Return the figures one under the other: a dot for one number, a bar for a range, an arrow where it is open.

    Args:
        rows: one or more, each with an end.
        measured: lower end, median and upper end of the count's interval; None where there is none to compare.
        words: what it says.
        width: extent, CSS pixels at full size.
        least_px: from this width of page on it is shown.
        palette: of the house.
    """
    wide = width >= _SIDE
    left, right = (_LEFT, width - _RIGHT) if wide else (_NARROW_LEFT, width - _NARROW_RIGHT)
    ends = [end for row in rows for end in (row.low, row.high) if end is not None] + list(measured or ())
    ticks = value_ticks(max(*ends, 1.0) * 1.08)
    height = _TOP + _ROW * len(rows) + _BOTTOM
    # The same scale as of other figures, laid on its side: its "top" is the right edge.
    x = ValueScale(float(ticks[-1]), right, left)
    svg = Svg(width, height, words.label, palette=palette)
    if measured is not None:
        low, median, high = (x(float(n)) for n in measured)
        svg.add(
            "rect", x=low, y=_TOP - 8.0, width=max(high - low, 1.0), height=height - _TOP - _BOTTOM + 8.0,
            fill=svg.palette.level, fill_opacity=0.75,
        )  # fmt: skip
        svg.line(median, _TOP - 8.0, median, height - _BOTTOM, stroke=svg.palette.primary, stroke_width=1.4)
        anchor = "end" if median > (left + right) / 2 else "start"
        svg.add(
            "text", words.measured, x=median + (-4.0 if anchor == "end" else 4.0), y=_TOP - 14.0,
            fill=svg.palette.primary, font_size=_LETTERS, text_anchor=anchor,
        )  # fmt: skip
    for tick in ticks:
        svg.line(
            x(float(tick)), _TOP - 8.0, x(float(tick)), height - _BOTTOM, stroke=svg.palette.grid, stroke_width=0.8
        )
        svg.add(
            "text",
            f"{tick:g}",
            x=x(float(tick)),
            y=height - 9.0,
            fill=svg.palette.muted,
            font_size=11.0,
            text_anchor="middle",
        )
    for number, row in enumerate(rows):
        _row(svg, row, x, _TOP + _ROW * (number + 0.5), left=left, right=right, wide=wide)
    return svg.graphic(least_px=least_px)


def _row(svg: Svg, row: DotRow, x: ValueScale, y: float, *, left: float, right: float, wide: bool) -> None:
    colour = svg.palette.accent if row.odd else svg.palette.ink
    svg.add(
        "text", fitted(row.who, left - 16.0, _LETTERS), x=left - 10.0, y=y + 4.0, fill=svg.palette.ink,
        font_size=_LETTERS, text_anchor="end",
    )  # fmt: skip
    if wide:
        svg.add("text", fitted(row.said, _RIGHT - 16.0, _LETTERS), x=right + 12.0, y=y + 4.0, fill=colour,
                font_size=_LETTERS)  # fmt: skip
    start = x(row.low) if row.low is not None else x(0.0)
    end = x(row.high) if row.high is not None else right
    if end - start > 0.5:
        svg.line(start, y, end, y, stroke=colour, stroke_width=2.2)
    if row.high is None:
        svg.add("path", None, d=f"M{right:.1f},{y:.1f}l-8,-4.5v9z", fill=colour)
    for place in {x(end) for end in (row.low, row.high) if end is not None and end > 0} or {start}:
        svg.add("circle", None, cx=place, cy=y, r=4.2, fill=colour, stroke=svg.palette.paper, stroke_width=1.0)
