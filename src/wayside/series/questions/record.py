"""Has there ever been more? Against what was seen, and against what happened."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.model.counts import CountDistribution, CountInterval
from wayside.model.series import MaxBound, SeriesPoint
from wayside.series.level.dynamics import Floats
from wayside.series.level.posterior import weighted_quantile
from wayside.series.questions.periods import Drawn
from wayside.series.questions.rise import Rises

__all__ = [
    "Maxima",
    "UnseenDays",
    "exceeds",
    "floor_of",
    "log_at_most",
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

    @classmethod
    def of(cls, drawn: Drawn, days: NDArray[np.bool_]) -> Maxima:
        """Return those of drawn histories over some days of each, shape (N, T); 0 where a history has none."""
        largest = np.max(drawn.counts, axis=1, where=days, initial=0).astype(np.float64)
        low, middle, high = (int(weighted_quantile(largest, drawn.weight, q)) for q in (0.05, 0.5, 0.95))
        return cls(middle, CountInterval(low, high))


def floor_of(bounds: Sequence[MaxBound]) -> int:
    """Return the largest count that published bounds leave possible among what was looked at; 0 without bounds."""
    return max((b.at_most for b in bounds), default=0)


def log_at_most(points: Sequence[SeriesPoint], largest: int, *, before: Floats | None = None) -> Floats:
    """Return log P(each scene shows at most n) for n = 0 to ``largest``, shape (S + 1, largest + 1).

    Row s is the sum over the first s scenes, by counting error alone; ``before`` is the sum over earlier ones.
    """
    out = np.zeros((len(points) + 1, largest + 1))
    if before is not None:
        out[0] = before
    for row, point in enumerate(points, start=1):
        out[row] = out[row - 1] + np.log(np.maximum(point.count.cdf(largest), _TINY))
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
    """How many unseen trains each of N histories had on each of K levels before its rise.

    Attributes:
        effective: their number on average, shape (N, K).
        row_of: row of ``log_none`` of each history, shape (N,).
        log_none: log P(no train of more than n came | level), for one train on average, shape (rows, K, N + 1).
    """

    effective: Floats
    row_of: NDArray[np.int64]
    log_none: Floats

    @classmethod
    def of(cls, effective: Floats, size_of: NDArray[np.int64], replaced: Floats, cdf: Floats) -> UnseenDays:
        """Return them for histories of several sizes and dwells.

        A day brings a new train with probability q, so that none of more than n comes with 1 - q (1 - F(n)): the
        number of trains is not known but on average, and F(n) to the power of q would be less than that.

        Args:
            effective: shape (N, K).
            size_of: index of the count's size of each history, shape (N,).
            replaced: q, shape (N,), more than 0.
            cdf: F, P(at most n | level, size), shape (R, K, N + 1).
        """
        kinds, row_of = np.unique(np.stack([size_of, replaced]), axis=1, return_inverse=True)
        rows = [np.log(np.maximum(1.0 - q * (1.0 - cdf[int(size)]), _TINY)) / q for size, q in kinds.T.tolist()]
        return cls(effective, row_of.reshape(-1), np.stack(rows))

    def log_at_most(self, n: NDArray[np.int64]) -> Floats:
        """Return log P(no unseen day has more than n), shape (N, len(n))."""
        out = np.empty((len(self.effective), len(n)))
        for row in np.unique(self.row_of):
            here = self.row_of == row
            out[here] = self.effective[here] @ self.log_none[row][:, n]
        return out


def between_looks(days: int, replaced: Floats) -> Floats:
    """Return how many trains stood there unseen between two looks ``days`` apart, on average, shape of ``replaced``.

    Cars are replaced on each of those days with probability ``replaced``. The first look saw what stood before the
    first replacement, the second what came with the last: R replacements leave R - 1 unseen, so that the mean is
    E max(R - 1, 0) = d q - 1 + (1 - q)^d for binomial R.
    """
    return np.asarray(days * replaced - 1.0 + (1.0 - replaced) ** days, dtype=np.float64)


def _trains_per_day(seen: NDArray[np.int64], days: int, replaced: Floats) -> Floats:
    """Return how many unseen trains fall on each day, shape (D, T): spread evenly over the days between two looks.

    Before the first look and after the last every replacement brings an unseen train.
    """
    out = np.repeat(replaced[:, None], days, axis=1)
    for before, after in itertools.pairwise(seen.tolist()):
        if after - before > 1:
            out[:, before + 1 : after] = (between_looks(after - before, replaced) / (after - before - 1))[:, None]
    out[:, seen] = 0.0
    return out


def unseen_days(
    level: NDArray[np.int16],
    window: slice,
    seen: NDArray[np.int64],
    until: NDArray[np.int64],
    *,
    levels: int,
    replaced: Floats,
) -> Floats:
    """Count, for each history, the trains that stood there unseen at each level before day ``until``, shape (N, K).

    Args:
        level: index of the level, shape (N, T).
        window: days that count.
        seen: days with a look, ascending, distinct.
        until: first day that no longer counts, shape (N,).
        levels: K.
        replaced: probability per day that the cars are replaced, shape (N,).
    """
    n, days = level.shape
    kinds, kind_of = np.unique(replaced, return_inverse=True)
    trains = _trains_per_day(np.unique(seen), days, kinds)
    trains[:, : window.start] = 0.0
    trains[:, window.stop :] = 0.0
    out = np.empty((n, levels))
    for i, (kind, end) in enumerate(zip(kind_of.tolist(), np.minimum(until, days).tolist(), strict=True)):
        out[i] = np.bincount(level[i, :end], trains[kind, :end], levels)
    return out


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
