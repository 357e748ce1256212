"""What scenes and published bounds say of the level: the emission of the hidden Markov model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from wayside.model.checks import require
from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, Series, SeriesPoint
from wayside.series.level.dynamics import Floats
from wayside.series.level.parameters import LevelGrid
from wayside.series.level.smoother import Emission

__all__ = [
    "EARLIEST",
    "LARGEST_COUNT",
    "LATEST",
    "REACH",
    "NegativeBinomials",
    "Seen",
    "dwell_weights",
    "emission",
    "look_rate",
    "pooled",
    "usual_log_level",
    "within",
]

LARGEST_COUNT = 5000
REACH = 0.999
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, eq=False)
class NegativeBinomials:
    """Counts given the level, tabulated.

    Attributes:
        pmf: P(n | level k, size r), shape (R, K, N + 1).
        cdf: P(at most n | level k, size r), the same shape.
    """

    pmf: Floats
    cdf: Floats

    @classmethod
    def of(cls, grid: LevelGrid, sizes: tuple[float, ...], largest: int) -> NegativeBinomials:
        """Tabulate counts 0 to ``largest`` for mean exp(level) and size r (variance = mean + mean^2 / r)."""
        n = np.arange(largest + 1)
        r = np.array(sizes)[:, None, None]
        pmf = np.asarray(nbinom.pmf(n, r, r / (r + grid.means[None, :, None])), dtype=np.float64)
        return cls(pmf, np.minimum(np.cumsum(pmf, axis=2), 1.0))

    @property
    def largest(self) -> int:
        """The largest count in the tables."""
        return int(self.pmf.shape[2]) - 1


@dataclass(frozen=True, eq=False)
class Seen:
    """A series cut to the days of the model.

    Attributes:
        first: day 0.
        days: number of days T; the last is the newest count's.
        points: the counts in that time, in order of date.
        bounds: the published bounds that reach into the days before the newest count.
        left_out: number of counts before ``first``.
    """

    first: date
    days: int
    points: tuple[SeriesPoint, ...]
    bounds: tuple[MaxBound, ...]
    left_out: int

    @property
    def newest(self) -> date:
        """The last day."""
        return self.first + timedelta(days=self.days - 1)

    def index(self, day: date) -> int:
        """Return the number of ``day``, 0 for the first."""
        return (day - self.first).days

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
    points = [p for p in series.points if until is None or p.day <= until]
    require(points, f"no count on or before {until}", where=series.site)
    newest = points[-1].day
    for p in points:
        require(
            p.count.quantile(REACH) <= LARGEST_COUNT,
            f"a count of more than {LARGEST_COUNT} cars on {p.day} is more than any yard holds",
            where=series.site,
        )
    require(points[0].day >= EARLIEST and newest <= LATEST, f"dates lie from {EARLIEST} to {LATEST}", where=series.site)
    earliest = newest - timedelta(days=history_days)
    bounds = tuple(b for b in series.bounds if b.first < newest and b.last >= earliest)
    kept = tuple(p for p in points if p.day >= earliest)
    starts = [kept[0].day, *(max(b.first, earliest) for b in bounds)]
    if at_least_from is not None:
        starts.append(max(at_least_from, earliest))
    first = min(starts)
    return Seen(first, (newest - first).days + 1, kept, bounds, len(points) - len(kept))


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


def dwell_weights(days: NDArray[np.int64], dwell_days: float) -> Floats:
    """Return how much of an independent day each day with a scene is, shape (n,), each in (0, 1].

    Two days d apart share max(0, 1 - d / dwell) of their cars, so a day that shares with others counts for one over
    the sum of its shares. ``days`` are distinct and ascending.
    """
    apart = np.abs(days[:, None] - days[None, :])
    shared = np.maximum(0.0, 1.0 - apart / dwell_days)
    return np.asarray(1.0 / shared.sum(axis=1), dtype=np.float64)


def usual_log_level(seen: Seen) -> float:
    """Return the site's usual log level: the median over the counts before the newest day.

    Without such counts, half of the smallest published bound; without bounds, the newest count itself.
    """
    earlier = [p.count.mean for p in seen.points if p.day < seen.newest]
    if earlier:
        return math.log(float(np.median(earlier)) + 0.5)
    if seen.bounds:
        return math.log(0.5 * min(b.at_most for b in seen.bounds) + 0.5)
    return math.log(seen.points[-1].count.mean + 0.5)


def emission(
    seen: Seen, tables: NegativeBinomials, size_of: NDArray[np.int64], *, dwell_days: float, looks: int
) -> Emission:
    """Return the likelihood of every day's level.

    A day's scenes give l(m) = sum_n p(n) NB(n; exp m, r), with p the count's distribution, which was made under a flat
    prior over n and so serves as its likelihood; raised to the day's dwell weight. A bound over D days behind which
    lie L looks on unknown days gives each day 1 - (L / D)(1 - P(count <= bound | m)): with chance L / D it was looked
    at, and then it did not show more.
    """
    r, k, _ = tables.pmf.shape
    like = np.ones((seen.days, r, k))
    informative = np.zeros(seen.days, dtype=np.bool_)
    for bound in seen.bounds:
        days_under, rate = seen.under(bound), look_rate(bound, looks)
        like[days_under] *= 1.0 - rate * (1.0 - tables.cdf[:, :, min(bound.at_most, tables.largest)])
        informative[days_under] = True
    by_day: dict[int, list[SeriesPoint]] = {}
    for p in seen.points:
        by_day.setdefault(seen.index(p.day), []).append(p)
    days = np.array(sorted(by_day), dtype=np.int64)
    for day, weight in zip(days.tolist(), dwell_weights(days, dwell_days).tolist(), strict=True):
        count = pooled(tuple(by_day[day])).trimmed()
        n = count.support[count.support <= tables.largest]
        like[day] *= np.maximum(tables.pmf[:, :, n] @ count.p[: n.size], 1e-290) ** weight
        informative[day] = True
    scale = like.max(axis=(1, 2))
    return Emission(like / scale[:, None, None], np.log(scale), informative, size_of)
