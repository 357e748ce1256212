"""A series cut to the days of the model, and what it takes for its usual level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from wayside.model.checks import require
from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, Series, SeriesPoint

__all__ = [
    "EARLIEST",
    "LARGEST_COUNT",
    "LATEST",
    "LEAST_VISIBLE",
    "Seen",
    "look_rate",
    "pooled",
    "usual_log_level",
    "within",
]

LARGEST_COUNT = 5000
LEAST_VISIBLE = 0.1
"""Share of the track that a scene must show to be part of a series; below, its count is all prior and no sight."""

_REACH = 0.999
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, eq=False)
class Seen:
    """A series cut to the days of the model.

    Attributes:
        first: day 0.
        days: number of days T; the last is the newest count's.
        points: the counts in that time, in order of date.
        bounds: the published bounds that reach into the days before the newest count.
        left_out: number of counts before ``first``.
        hidden: number of counts left out because their scene shows less than ``LEAST_VISIBLE`` of the track.
        largest: largest count that a scene or a bound leaves possible (with more than 0.1 %).
    """

    first: date
    days: int
    points: tuple[SeriesPoint, ...]
    bounds: tuple[MaxBound, ...]
    left_out: int
    hidden: int
    largest: int

    @property
    def newest(self) -> date:
        """The last day."""
        return self.first + timedelta(days=self.days - 1)

    def index(self, day: date) -> int:
        """Return the number of ``day``, 0 for the first."""
        return (day - self.first).days

    def by_day(self) -> dict[int, tuple[SeriesPoint, ...]]:
        """Return the counts of each day that has some, by its number, ascending."""
        days: dict[int, tuple[SeriesPoint, ...]] = {}
        for p in self.points:
            index = self.index(p.day)
            days[index] = (*days.get(index, ()), p)
        return days

    def under(self, bound: MaxBound) -> slice:
        """Return the days that a bound speaks of: not the newest, which it is held against."""
        return slice(max(0, self.index(bound.first)), min(self.index(bound.last) + 1, self.days - 1))

    def day(self, index: int) -> date:
        """Return the date of a day's number."""
        return self.first + timedelta(days=int(index))


def within(series: Series, *, until: date | None, history_days: int, at_least_from: date | None) -> Seen:
    """Cut a series to what comes up to ``until`` and no more than ``history_days`` before its newest count.

    Raises:
        ValueRefusedError: where no count is left, or one is larger than any yard.
    """
    asked = [p for p in series.points if until is None or p.day <= until]
    require(asked, f"no count on or before {until}", where=series.site)
    points = [p for p in asked if p.visible_fraction >= LEAST_VISIBLE]
    require(points, f"no scene shows {LEAST_VISIBLE:.0%} of the track", where=series.site)
    newest = points[-1].day
    largest = _largest(points, series.site)
    require(points[0].day >= EARLIEST and newest <= LATEST, f"dates lie from {EARLIEST} to {LATEST}", where=series.site)
    earliest = _earliest_day(newest, history_days)
    bounds = tuple(b for b in series.bounds if b.first < newest and b.last >= earliest)
    kept = tuple(p for p in points if p.day >= earliest)
    starts = [kept[0].day, *(max(b.first, earliest) for b in bounds)]
    if at_least_from is not None:
        starts.append(max(at_least_from, earliest))
    first = min(starts)
    largest = max([largest, *(b.at_most for b in bounds)])
    days, hidden = (newest - first).days + 1, len(asked) - len(points)
    return Seen(first, days, kept, bounds, len(points) - len(kept), hidden, largest)


def _largest(points: Sequence[SeriesPoint], site: str) -> int:
    """Return the largest count that is possible with more than 0.1 %."""
    largest = 0
    for p in points:
        if p.count.first + p.count.p.size - 1 > largest:
            reach = p.count.quantile(_REACH)
            require(
                reach <= LARGEST_COUNT,
                f"a count of more than {LARGEST_COUNT} cars on {p.day} is more than any yard holds",
                where=site,
            )
            largest = max(largest, reach)
    return largest


def _earliest_day(newest: date, history_days: int) -> date:
    """Return the first day that the model may use: ``history_days`` before the newest, or up to a year earlier.

    It goes by steps of 365 days so that one more count seldom moves it.
    """
    ordinal = max(newest.toordinal() - history_days, EARLIEST.toordinal())
    return date.fromordinal(ordinal - ordinal % 365)


def look_rate(bound: MaxBound, looks: int) -> float:
    """Return the chance that a day of a bound's period was looked at: looks over days, 1 at most."""
    return min(1.0, looks / ((bound.last - bound.first).days + 1))


def pooled(points: tuple[SeriesPoint, ...]) -> CountDistribution:
    """Return one distribution for the scenes of one day: their average, weighted by visible share.

    Trains come and go within a day, so two scenes need not show the same cars; averaging keeps both answers possible
    where multiplying would claim that two scenes agree.
    """
    if len(points) == 1:
        return points[0].count
    share = np.array([max(p.visible_fraction, 1e-3) for p in points])
    first = min(p.count.first for p in points)
    weights = np.zeros(max(p.count.first + p.count.p.size for p in points) - first)
    for part, p in zip(share / share.sum(), points, strict=True):
        at = p.count.first - first
        weights[at : at + p.count.p.size] += part * p.count.p
    return CountDistribution.from_weights(first, weights)


def usual_log_level(seen: Seen) -> float:
    """Return the site's usual log level: the median over the counts before the newest day.

    Without such counts, half of the smallest published bound; without bounds, the newest count itself. It is rounded to
    a quarter of the log scale, so that one more scene seldom moves it.
    """
    newest = seen.newest
    earlier = [p.count.mean for p in seen.points if p.day < newest]
    if earlier:
        usual = float(np.median(earlier))
    elif seen.bounds:
        usual = 0.5 * min(b.at_most for b in seen.bounds)
    else:
        usual = seen.points[-1].count.mean
    return round(4.0 * math.log(usual + 0.5)) / 4.0
