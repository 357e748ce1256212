"""Has there ever been more? Against what was seen, and against what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.model.counts import CountDistribution, CountInterval
from wayside.model.series import MaxBound, SeriesPoint
from wayside.series.level.dynamics import Floats
from wayside.series.questions.rise import Rises

__all__ = [
    "Maxima",
    "UnseenDays",
    "exceeds",
    "floor_of",
    "log_at_most",
    "maximum",
    "miss_probability",
    "p_exceeds_observed",
    "unseen_days",
]

_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Maxima:
    """Quantiles of the largest count."""

    median: int
    interval90: CountInterval


def floor_of(bounds: Sequence[MaxBound]) -> int:
    """Return the largest count that published bounds leave possible among what was looked at; 0 without bounds."""
    return max((b.at_most for b in bounds), default=0)


def log_at_most(points: Sequence[SeriesPoint], largest: int) -> Floats:
    """Return log P(each scene shows at most n) for n = 0 to ``largest``, shape (S + 1, largest + 1).

    Row s is the sum over the first s scenes, by counting error alone.
    """
    out = np.zeros((len(points) + 1, largest + 1))
    for row, point in enumerate(points, start=1):
        at_most = np.ones(largest + 1)
        at_most[: point.count.first] = 0.0
        inside = np.cumsum(point.count.p)[: max(0, largest + 1 - point.count.first)]
        at_most[point.count.first : point.count.first + inside.size] = np.minimum(inside, 1.0)
        out[row] = out[row - 1] + np.log(np.maximum(at_most, _TINY))
    return out


def p_exceeds_observed(now: CountDistribution, scenes: Floats, floor: int) -> float:
    """Return P(now > every scene and > floor): sum over n > floor of p(n) prod_i P(count_i <= n - 1).

    Args:
        now: the newest count.
        scenes: one row of ``log_at_most``, long enough for the newest count's support.
        floor: what published bounds say may have been seen, 0 or more.
    """
    keep = now.support > floor
    return min(1.0, float(now.p[keep] @ np.exp(scenes[now.support[keep] - 1])))


@dataclass(frozen=True, eq=False)
class UnseenDays:
    """How many independent unseen days each of N histories spent on each of K levels before its rise.

    Attributes:
        effective: days over dwell, shape (N, K).
        size_of: index of the count's size of each history, shape (N,).
        log_cdf: log P(at most n | level, size), shape (R, K, N + 1).
    """

    effective: Floats
    size_of: NDArray[np.int64]
    log_cdf: Floats

    def log_at_most(self, n: NDArray[np.int64]) -> Floats:
        """Return log P(no unseen day has more than n), shape (paths, len(n))."""
        out = np.empty((len(self.effective), len(n)))
        for size in np.unique(self.size_of):
            here = self.size_of == size
            out[here] = self.effective[here] @ self.log_cdf[size][:, n]
        return out


def unseen_days(
    level: NDArray[np.int16],
    unseen: NDArray[np.bool_],
    until: NDArray[np.int64],
    levels: int,
    dwell_days: float,
) -> Floats:
    """Count, for each history, the unseen days at each level before day ``until``, in units of the dwell.

    Cars stay for days, so neighbouring days are not independent; D days count as D / dwell (documented with the
    model). Shape (N, levels).
    """
    n, days = level.shape
    counted = unseen[None, :] & (np.arange(days)[None, :] < until[:, None])
    flat = np.arange(n)[:, None] * levels + level
    bins = np.bincount(flat[counted], minlength=n * levels)
    return np.asarray(bins.reshape(n, levels) / dwell_days, dtype=np.float64)


def exceeds(now: CountDistribution, scenes: Floats, floor: int, days: UnseenDays) -> Floats:
    """Return P(now > every scene, every unseen day and the floor) of each history, shape (N,).

    Args:
        now: the newest count.
        scenes: rows of ``log_at_most``, shape (N, largest + 1), or one row for all.
        floor: what published bounds say may have been seen, 0 or more.
        days: the unseen days.
    """
    keep = now.support > floor
    n = now.support[keep] - 1
    return np.minimum(np.exp(days.log_at_most(n) + scenes[..., n]) @ now.p[keep], 1.0)


def maximum(scenes: Floats, days: UnseenDays, weight: Floats) -> Maxima:
    """Return quantiles of the largest count over scenes and unseen days, averaged over histories."""
    n = np.arange(scenes.shape[-1])
    cdf = weight @ np.exp(days.log_at_most(n) + scenes)
    low, middle, high = (int(min(np.searchsorted(cdf, q), n[-1])) for q in (0.05, 0.5, 0.95))
    return Maxima(middle, CountInterval(low, high))


def miss_probability(rises: Rises, weight: Floats, hidden: Floats, window: slice) -> float | None:
    """Return the chance that a rise of this length, at a random place of the baseline before it, met no scene.

    Args:
        rises: the present rises; their lengths are those from their first day to the newest.
        weight: of the histories, shape (N,).
        hidden: probability that a day was not seen, shape (T,): 1 without a scene, else 1 - visible share.
        window: the baseline's days.

    Returns:
        None where no history has a rise that fits in its baseline.
    """
    days = len(hidden)
    total = np.concatenate([[0.0], np.cumsum(np.log(np.maximum(hidden, 1e-12)))])
    mass, missed = 0.0, 0.0
    for began in np.unique(rises.began[rises.found]).tolist():
        length, end = days - began, min(began, window.stop)
        if end - window.start < length:
            continue
        starts = np.arange(window.start, end - length + 1)
        w = float(weight[rises.found & (rises.began == began)].sum())
        missed += w * float(np.exp(total[starts + length] - total[starts]).mean())
        mass += w
    return min(1.0, missed / mass) if mass > 0 else None
