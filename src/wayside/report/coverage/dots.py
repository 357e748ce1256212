"""Claims about one thing on one scale: a dot or a range for each, and the measured count behind them.

Positions are shares of the scale's width in percent, so that the page can draw them at any width.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from wayside.model.agreement import Agreement, MeasuredCount
from wayside.model.claims import Claim, Quantity
from wayside.report.coverage.index import Index
from wayside.report.coverage.words import cut, say_bounds, say_day, say_number, say_quantity

__all__ = ["Measured", "Plot", "PlotRow", "measured_interval", "plot_of"]

_FEW_ROWS = 14
_MOST_ROWS = 24
_MOST_BARS = 60
_LOG_FROM = 40.0


@dataclass(frozen=True, slots=True)
class PlotRow:
    """One claim, or several of one figure.

    Attributes:
        who: who published it, "Example Times", or several: "Example Times and 3 others".
        day: day of publication in words, or "".
        anchor: id of the (first) claim's place in the page, or None.
        said: the figure in words with its bounds.
        source: final source in words.
        left, right: ends of the mark in percent of the width; equal for a single figure.
        open_left, open_right: the range goes on beyond that end.
        about: the figure is approximate.
        outlier: it cannot be reconciled with the others.
        changed: it gives the figure another kind of bound than most.
    """

    who: str
    day: str
    anchor: str | None
    said: str
    source: str
    left: float
    right: float
    open_left: bool
    open_right: bool
    about: bool
    outlier: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """The measured count on the same scale.

    Attributes:
        left, right: ends of its 90 % interval in percent of the width.
        middle: its median.
        bars: (left, width, height) of each number's probability, in percent.
        words: "measured: 73, 90 % interval 70 to 76".
    """

    left: float
    right: float
    middle: float
    bars: tuple[tuple[float, float, float], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Plot:
    """All rows with their scale.

    Attributes:
        rows: in order of publication.
        more: claims that have no row.
        ticks: (position in percent, label).
        measured: None where nothing comparable was measured.
        unequal: the scale is logarithmic.
    """

    rows: tuple[PlotRow, ...]
    more: int
    ticks: tuple[tuple[float, str], ...]
    measured: Measured | None
    unequal: bool


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    log: bool
    whole: bool = False

    def __call__(self, value: float) -> float:
        value = min(max(value, self.low), self.high)
        if self.log:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(4.0 + 92.0 * share, 2)


def measured_interval(measured: MeasuredCount) -> tuple[int, int, int]:
    """Return the 5 %, 50 % and 95 % quantiles of a measured count."""
    return measured.quantile(0.05), measured.quantile(0.5), measured.quantile(0.95)


def plot_of(index: Index, group: Agreement, measured: MeasuredCount | None) -> Plot | None:
    """Return the plot of a group of claims, or None where none has a figure."""
    claims = [index.claims[name] for name in group.claims if index.claims[name].quantity.low is not None
              or index.claims[name].quantity.high is not None]  # fmt: skip
    if not claims:
        return None
    verdict = group.against_measured
    behind = measured if verdict is not None and verdict.verdict != "not comparable" else None
    scale = _scale(claims, behind)
    gathered = _gathered(index, claims)
    rows = tuple(_row(index, group, some, scale) for some in gathered[:_MOST_ROWS])
    more = sum(len(some) for some in gathered[_MOST_ROWS:])
    return Plot(rows, more, _ticks(scale), _measured(behind, scale) if behind else None, scale.log)


def _ends(quantity: Quantity) -> list[float]:
    low = quantity.low
    if low == 0.0 and quantity.high:
        low = None  # "no more than 20" says nothing of where it begins
    return [value for value in (low, quantity.high) if value is not None]


def _scale(claims: Sequence[Claim], measured: MeasuredCount | None) -> _Scale:
    values = [value for claim in claims for value in _ends(claim.quantity)]
    if measured is not None:
        low, _, high = measured_interval(measured)
        values += [float(low), float(high)]
    least, most = min(values), max(values)
    if least > 0 and most / least >= _LOG_FROM:
        return _Scale(least / 1.6, most * 1.6, log=True)
    whole = all(value == int(value) for value in values)
    room = max((most - least) * 0.14, abs(most) * 0.06, 1.0 if whole else 1e-9)
    start = max(least - room, 0.0) if least >= 0 else least - room
    return _Scale(start, most + room, log=False, whole=whole)


def _gathered(index: Index, claims: Sequence[Claim]) -> list[list[Claim]]:
    """Return claims by day of publication; where there are many, those of one figure together, by figure."""
    ordered = sorted(claims, key=lambda one: _day_number(index, one))
    if len(ordered) <= _FEW_ROWS:
        return [[one] for one in ordered]
    groups: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for one in ordered:
        quantity = one.quantity
        groups[quantity.low, quantity.high, quantity.approximation, quantity.unit].append(one)
    return sorted(groups.values(), key=lambda some: _ends(some[0].quantity))


def _day_number(index: Index, claim: Claim) -> int:
    day = index.documents[claim.document].published
    return day.toordinal() if day else 10**7


def _row(index: Index, group: Agreement, some: Sequence[Claim], scale: _Scale) -> PlotRow:
    first = some[0]
    document = index.documents[first.document]
    others = len({one.document for one in some}) - 1
    who = index.who(document, 30)
    quantity = first.quantity
    left, right = _mark(quantity, scale)
    names = list(dict.fromkeys(filter(None, (index.source_name(one) for one in some))))
    return PlotRow(
        who=f"{who} and {others} {'other' if others == 1 else 'others'}" if others else who,
        day=say_day(document.published) if document.published else "",
        anchor=index.claim_anchor(first.id),
        said=_said(quantity),
        source=_sources(names),
        left=left,
        right=right,
        open_left=quantity.low is None or (quantity.low == 0.0 and bool(quantity.high)),
        open_right=quantity.high is None,
        about=quantity.approximation == "approximately",
        outlier=any(one.id in group.outliers for one in some),
        changed=any(one.id in group.changed_bounds for one in some),
    )  # fmt: skip


def _sources(names: Sequence[str]) -> str:
    if not names:
        return "no source named"
    return cut(names[0], 40) + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def _said(quantity: Quantity) -> str:
    said, bounds = say_quantity(quantity), say_bounds(quantity)
    same = bounds in said or quantity.approximation in {"at least", "no more than", "up to"}
    return said if same else f"{said} ({bounds})"


def _mark(quantity: Quantity, scale: _Scale) -> tuple[float, float]:
    ends = _ends(quantity) or [0.0]
    return scale(ends[0]), scale(ends[-1])


def _ticks(scale: _Scale) -> tuple[tuple[float, str], ...]:
    if scale.log:
        first, last = math.ceil(math.log10(scale.low)), math.floor(math.log10(scale.high))
        values = [10.0**k for k in range(first, last + 1, max(1, (last - first) // 4))]
    else:
        step = max(_step((scale.high - scale.low) / 4.5), 1.0 if scale.whole else 0.0)
        begin = math.ceil(scale.low / step)
        values = [step * k for k in range(begin, math.floor(scale.high / step + 1e-9) + 1)]
    return tuple((scale(value), say_number(round(value, 10))) for value in values)


def _step(about: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is at least ``about`` (positive)."""
    power = 10.0 ** math.floor(math.log10(about))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= about * (1 - 1e-9))


def _measured(measured: MeasuredCount, scale: _Scale) -> Measured:
    low, middle, high = measured_interval(measured)
    top = max(measured.p)
    inside = [
        (n, p) for n, p in enumerate(measured.p, measured.first) if p >= top / 200 and scale.low <= n <= scale.high
    ]
    every = -(-len(inside) // _MOST_BARS) if inside else 1
    bars = []
    for n, p in inside[::every]:
        start, end = scale(n - every / 2), scale(n + every / 2)
        bars.append((start, round(end - start, 2), round(100 * p / top, 1)))
    where = f"measured: {say_number(middle)}, 90\u00a0% interval {say_number(low)} to {say_number(high)}"
    return Measured(scale(low), scale(high), scale(middle), tuple(bars), where)
