"""Scales, ticks and round lengths."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from wayside.language.writing import writer
from wayside.model.checks import require

__all__ = ["DateScale", "DateTick", "ValueScale", "date_ticks", "round_length", "value_ticks"]


@dataclass(frozen=True, slots=True)
class DateScale:
    """Days to horizontal positions, linear.

    Attributes:
        first, last: the days at the two ends; ``last`` is later.
        left, right: their positions, in the drawing's units.
    """

    first: date
    last: date
    left: float
    right: float

    def __post_init__(self) -> None:
        require(self.first < self.last, f"an axis of dates has an extent, not {self.first} to {self.last}")

    def __call__(self, day: date) -> float:
        """Return the position of ``day``, held within the axis."""
        share = (day - self.first).days / (self.last - self.first).days
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies on the axis."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class ValueScale:
    """Counts to vertical positions, linear from 0.

    Attributes:
        top_value: the count at ``top``, more than 0.
        top, bottom: positions of ``top_value`` and of 0; ``bottom`` is the larger, as y grows downwards.
    """

    top_value: float
    top: float
    bottom: float

    def __call__(self, value: float) -> float:
        """Return the position of a count, held within the axis."""
        return self.bottom - min(max(value / self.top_value, 0.0), 1.0) * (self.bottom - self.top)


def round_length(at_most: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is at most ``at_most`` (positive)."""
    power = 10.0 ** math.floor(math.log10(at_most))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= at_most * (1 + 1e-9))


def value_ticks(largest: float, about: int = 5) -> tuple[int, ...]:
    """Return whole, evenly spaced ticks from 0 to the first that is at least ``largest`` (positive)."""
    step = max(1, round(round_length(max(largest, 1.0) / about * 1.999)))
    ticks = [0]
    while ticks[-1] < largest:
        ticks.append(ticks[-1] + step)
    return tuple(ticks)


@dataclass(frozen=True, slots=True)
class DateTick:
    """A day on the axis with its label; without a label it is a minor tick."""

    day: date
    label: str = ""


def date_ticks(first: date, last: date, width: float, language: str = "en") -> tuple[DateTick, ...]:
    """Return ticks for an axis of ``width`` units: years, months or weeks, as many as have room for their labels."""
    say = writer(language).short_date
    days = (last - first).days
    if days > 800:
        return _years(first, last, width)
    if days > 45:
        return _months(first, last, width, say)
    step = max(1, -(-days * 60 // max(int(width), 1)))
    step = next(s for s in (1, 2, 7, 14, 28, 365) if s >= step)
    return tuple(
        DateTick(day, say(day).rsplit(maxsplit=1)[0])
        for day in (first + timedelta(days=k) for k in range(0, days + 1, step))
    )


def _years(first: date, last: date, width: float) -> tuple[DateTick, ...]:
    years = range(first.year, last.year + 2)
    room = width / max((last - first).days / 365.25, 1.0)
    every = max(1, -(-40 // max(int(room), 1)))
    ticks = [DateTick(date(y, 1, 1), str(y) if y % every == 0 else "") for y in years]
    if room > 90:
        ticks += [DateTick(date(y, m, 1)) for y in years for m in (4, 7, 10)]
    return tuple(sorted((t for t in ticks if first <= t.day <= last), key=lambda t: t.day))


def _months(first: date, last: date, width: float, say: Callable[[date], str]) -> tuple[DateTick, ...]:
    room = width / max((last - first).days / 30.4, 1.0)
    every = next((e for e in (1, 2, 3, 6, 12) if e * room >= 62), 12)
    ticks = []
    for k in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        day = date(k // 12, k % 12 + 1, 1)
        if not first <= day <= last:
            continue
        label = say(day)[2:] if k % every == 0 else ""
        ticks.append(DateTick(day, label))
    return tuple(ticks)
