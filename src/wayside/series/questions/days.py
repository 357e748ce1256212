"""The count of every day, seen or not, drawn from the posterior given a history's levels.

Given the levels, the counts are blocks: with probability ``replaced`` a day's cars are all new and their number is
negative binomial at that day's level; else the cars of the day before still stand. A scene says p_j(n) of its day's
count. The posterior of blocks and counts is drawn exactly, by a backward pass over the scenes and a forward draw:

    b_j(n) = P(scenes j, j+1, ... | n cars on the day of scene j)
           = p_j(n) [ q^D b_(j+1)(n)  +  sum_s (1 - q) q^(d_(j+1) - s) sum_m NB(m; level of s) b_(j+1)(m) ]

with q = 1 - replaced, D the days from scene j to the next, and s over the days after scene j on which the block that
the next scene shows may have begun. The sum over s runs over stretches of one level, for which it is a geometric sum.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln

from wayside.model.checks import require
from wayside.model.counts import CountDistribution
from wayside.series.level.dynamics import Floats

__all__ = ["DayScene", "daily_counts", "day_means"]

DayScene = tuple[int, CountDistribution]
"""A day's number and what its scenes, pooled, say of its count."""

Ints = NDArray[np.int64]

_LEAST_P = 1e-9
"""Counts of a scene with less probability are left out, and so are starts of a block that are less likely."""
_LARGEST_REPLACED = 1.0 - 1e-12
_BYTES_AT_ONCE = 128e6


def day_means(level: NDArray[np.int16], grid_means: Floats, log_term: Floats | None = None) -> Floats:
    """Return the mean count of every day, shape (N, T).

    Args:
        level: index into ``grid_means``, shape (N, T).
        grid_means: mean counts of the grid, shape (K,), more than 0.
        log_term: what season and weekday add to the log level of each day, shape (T,); None for nothing.
    """
    means = grid_means[level]
    return np.asarray(means if log_term is None else means * np.exp(log_term), dtype=np.float64)


def daily_counts(
    means: Floats, size: Floats, replaced: Floats, scenes: Sequence[DayScene], rng: np.random.Generator
) -> NDArray[np.int32]:
    """Draw the count of every day of every history, given its levels and all scenes.

    Args:
        means: mean count of each day, shape (N, T), more than 0.
        size: size r of the negative binomial (variance = mean + mean^2 / r) of each history, shape (N,), more than 0.
        replaced: probability that a day's cars are all new, 1 - exp(-1 / dwell), of each history, shape (N,), more
            than 0 and at most 1.
        scenes: day and distribution, made under a flat prior over n; one for each day at most.
        rng: source of chance.

    Returns:
        Shape (N, T).

    Raises:
        ValueRefusedError: where shapes or ranges do not hold, or two scenes share a day.
    """
    n, days = means.shape
    require(size.shape == (n,) and replaced.shape == (n,), "each history has one size and one rate of replacement")
    require(np.all(np.isfinite(means)) and np.all(means > 0), "mean counts must be finite and more than 0")
    require(np.all(size > 0), "a negative binomial's size is more than 0")
    require(np.all((replaced > 0) & (replaced <= 1)), "cars are replaced with a probability from 0 to 1, not never")
    shown = [_Shown.of(day, count) for day, count in sorted(scenes, key=lambda s: s[0])]
    require(all(0 <= s.day < days for s in shown), f"a scene's day lies from 0 to {days - 1}")
    require(len({s.day for s in shown}) == len(shown), "two scenes share a day; pool them first")
    out = np.empty((n, days), np.int32)
    at_once = _at_once(shown, days, float(replaced.min()))
    for start in range(0, n, at_once):
        part = slice(start, start + at_once)
        blocks = _Blocks.of(means[part], size[part], np.minimum(replaced[part], _LARGEST_REPLACED), shown)
        out[part] = _drawn(blocks, shown, rng)
    return out


@dataclass(frozen=True, eq=False)
class _Shown:
    """What a day's scene says: log p for the counts ``first`` to ``first + len(log_p) - 1``."""

    day: int
    first: int
    log_p: Floats

    @classmethod
    def of(cls, day: int, count: CountDistribution) -> _Shown:
        kept = count.trimmed(min(_LEAST_P, 0.5 * float(count.p.max())))
        log_p = np.full(kept.p.size, -np.inf)
        np.log(kept.p, out=log_p, where=kept.p > 0)
        return cls(int(day), kept.first, log_p)


@dataclass(frozen=True, eq=False)
class _Blocks:
    """Parameters of n histories: means (n, T), size (n,), log q (n,), and log (r)_m / m! by size and m."""

    means: Floats
    size: Floats
    log_q: Floats
    size_at: Ints
    log_binomial: Floats

    @classmethod
    def of(cls, means: Floats, size: Floats, replaced: Floats, shown: list[_Shown]) -> _Blocks:
        largest = max((s.first + s.log_p.size for s in shown), default=1)
        r, size_at = np.unique(size, return_inverse=True)
        m = np.arange(largest)
        table = gammaln(m + r[:, None]) - gammaln(r[:, None]) - gammaln(m + 1.0)
        return cls(means, size, np.log1p(-replaced), np.asarray(size_at, dtype=np.int64), table)

    def log_pmf(self, history: Ints, mean: Floats, scene: _Shown) -> Floats:
        """Return log NB of the scene's counts for rows of (history, mean), shape (rows, counts)."""
        m = np.arange(scene.first, scene.first + scene.log_p.size)
        r = self.size[history]
        out = self.log_binomial[self.size_at[history], scene.first : scene.first + m.size]
        out += (r * np.log(r / (r + mean)))[:, None]
        out += np.log(mean / (r + mean))[:, None] * m
        return np.asarray(out, dtype=np.float64)


class _Runs(NamedTuple):
    """Stretches of one level in which the block that a scene shows may have begun, in order of history and lag.

    Attributes:
        history: shape (rows,), ascending.
        first_row: first row of each history, shape (n,).
        lag: days from the stretch's last day to the scene, shape (rows,).
        end: lag of the day before the stretch, infinite where the stretch reaches the first day of all.
        mean: mean count of the stretch.
        log_weight: log of P(began in it, not since) times the evidence of the scene and all later ones, given that.
    """

    history: Ints
    first_row: Ints
    lag: Floats
    end: Floats
    mean: Floats
    log_weight: Floats


class _Looked(NamedTuple):
    """What the backward pass keeps of a scene: log b, shape (n, counts), the runs before it, and their sum (n,)."""

    log_b: Floats
    runs: _Runs
    log_new: Floats


def _farthest(log_q: float) -> int:
    return int(np.ceil(np.log(_LEAST_P) / log_q)) + 1


def _at_once(shown: list[_Shown], days: int, least_replaced: float) -> int:
    """Return how many histories keep the passes within their memory."""
    counts = [s.log_p.size for s in shown] or [1]
    edges = [0, *(s.day for s in shown)]
    gap = max((b - a for a, b in itertools.pairwise(edges)), default=0) + 1
    reach = min(gap, days, _farthest(float(np.log1p(-min(least_replaced, _LARGEST_REPLACED)))))
    each = 8.0 * (sum(counts) + 3 * max(counts) * reach + 6 * days)
    return max(16, int(_BYTES_AT_ONCE / each))


def _stretches(blocks: _Blocks, low: int, day: int) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """Return history, first row, lag, end and mean of the stretches of one level from ``day`` back to ``low``."""
    length = min(day - low + 1, _farthest(float(blocks.log_q.max())))
    back = blocks.means[:, day - length + 1 : day + 1][:, ::-1]
    new = np.ones(back.shape, dtype=np.bool_)
    np.not_equal(back[:, 1:], back[:, :-1], out=new[:, 1:])
    history, lag = np.nonzero(new)
    first_row = np.searchsorted(history, np.arange(len(back)))
    end = np.empty(lag.size)
    end[:-1] = lag[1:]
    # The first day of all begins a block in any case, which takes up what a longer past would have.
    end[np.append(first_row[1:], lag.size) - 1] = np.inf if low == 0 and length == day + 1 else length
    return history, first_row, lag.astype(np.float64), end, back[history, lag]


def _row_sums(log_rows: Floats) -> Floats:
    """Return log sum exp of each row; every row holds something finite."""
    top = log_rows.max(axis=1)
    return np.asarray(top + np.log(np.exp(log_rows - top[:, None]).sum(axis=1)), dtype=np.float64)


def _looked(blocks: _Blocks, shown: list[_Shown]) -> list[_Looked]:
    """Run the backward pass over the scenes."""
    out: list[_Looked] = []
    n = len(blocks.means)
    for j in range(len(shown) - 1, -1, -1):
        scene = shown[j]
        log_b = np.broadcast_to(scene.log_p, (n, scene.log_p.size))
        if out:
            later, apart = out[-1], shown[j + 1].day - scene.day
            same = _aligned(later.log_b, shown[j + 1].first, scene) + (apart * blocks.log_q)[:, None]
            log_b = log_b + np.logaddexp(same, later.log_new[:, None])
        low = shown[j - 1].day + 1 if j else 0
        history, first_row, lag, end, mean = _stretches(blocks, low, scene.day)
        log_q = blocks.log_q[history]
        log_weight = lag * log_q + np.log(-np.expm1((end - lag) * log_q))
        log_weight += _row_sums(blocks.log_pmf(history, mean, scene) + log_b[history])
        top = np.maximum.reduceat(log_weight, first_row)
        log_new = top + np.log(np.add.reduceat(np.exp(log_weight - top[history]), first_row))
        out.append(_Looked(log_b, _Runs(history, first_row, lag, end, mean, log_weight), log_new))
    return out[::-1]


def _aligned(log_b: Floats, first: int, scene: _Shown) -> Floats:
    """Return ``log_b``, whose counts start at ``first``, for the counts of ``scene``; minus infinity elsewhere."""
    out = np.full((len(log_b), scene.log_p.size), -np.inf)
    low = max(first, scene.first)
    high = min(first + log_b.shape[1], scene.first + scene.log_p.size)
    if low < high:
        out[:, low - scene.first : high - scene.first] = log_b[:, low - first : high - first]
    return out


def _chosen_runs(looked: _Looked, rng: np.random.Generator) -> Ints:
    """Draw a row of the runs for each history, shape (n,)."""
    runs = looked.runs
    cumulative = np.cumsum(np.exp(runs.log_weight - looked.log_new[runs.history]))
    last_row = np.append(runs.first_row[1:], runs.history.size) - 1
    before = np.append(0.0, cumulative)[runs.first_row]
    target = before + rng.random(len(before)) * (cumulative[last_row] - before)
    return np.asarray(np.clip(np.searchsorted(cumulative, target), runs.first_row, last_row), dtype=np.int64)


def _lags(runs: _Runs, row: Ints, log_q: Floats, rng: np.random.Generator) -> Ints:
    """Draw the days from a block's first day to the scene, geometric within the chosen stretch."""
    lag, end = runs.lag[row], runs.end[row]
    u = rng.random(row.size)
    beyond = np.floor(np.log1p(u * np.expm1((end - lag) * log_q)) / log_q)
    return np.asarray(lag + beyond, dtype=np.int64)


def _picked(log_rows: Floats, rng: np.random.Generator) -> Ints:
    """Draw a column of each row in proportion to exp."""
    cumulative = np.cumsum(np.exp(log_rows - log_rows.max(axis=1, keepdims=True)), axis=1)
    target = rng.random(len(log_rows)) * cumulative[:, -1]
    column = np.count_nonzero(cumulative <= target[:, None], axis=1)
    return np.asarray(np.minimum(column, log_rows.shape[1] - 1), dtype=np.int64)


def _still_there(looked: _Looked, first: int, now: Ints, apart: Floats, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Draw whether the ``now`` cars of the scene before still stand; ``apart`` is the log probability a priori."""
    column = now - first
    inside = (column >= 0) & (column < looked.log_b.shape[1])
    log_b = looked.log_b[np.arange(now.size), np.where(inside, column, 0)]
    log_same = np.where(inside, log_b, -np.inf) + apart
    return np.asarray(rng.random(now.size) < expit(log_same - looked.log_new), dtype=np.bool_)


def _drawn(blocks: _Blocks, shown: list[_Shown], rng: np.random.Generator) -> NDArray[np.int32]:
    """Draw blocks and counts, shape (n, T)."""
    n, days = blocks.means.shape
    begins = rng.random((n, days)) < -np.expm1(blocks.log_q)[:, None]
    begins[:, 0] = True
    pinned: list[tuple[Ints, Ints, Ints]] = []
    now = np.full(n, -1, np.int64)
    for j, (scene, looked) in enumerate(zip(shown, _looked(blocks, shown), strict=True)):
        low = shown[j - 1].day + 1 if j else 0
        same = np.zeros(n, dtype=np.bool_)
        if j:
            same = _still_there(looked, scene.first, now, (scene.day - low + 1) * blocks.log_q, rng)
        row = _chosen_runs(looked, rng)
        lag = np.minimum(_lags(looked.runs, row, blocks.log_q, rng), scene.day - low)
        new = np.flatnonzero(~same)
        log_rows = blocks.log_pmf(new, looked.runs.mean[row[new]], scene) + looked.log_b[new]
        now[new] = scene.first + _picked(log_rows, rng)
        began = np.where(same, low, scene.day - lag)
        begins[:, low : scene.day + 1] &= np.arange(low, scene.day + 1) < began[:, None]
        begins[new, began[new]] = True
        pinned.append((new, began[new], now[new]))
    return _filled(blocks, begins, pinned, rng)


def _filled(
    blocks: _Blocks, begins: NDArray[np.bool_], pinned: list[tuple[Ints, Ints, Ints]], rng: np.random.Generator
) -> NDArray[np.int32]:
    """Draw the blocks that no scene shows, put in those that one does, and let each stand until the next begins."""
    counts = np.zeros(begins.shape, np.int32)
    history, day = np.nonzero(begins)
    r = blocks.size[history]
    counts[history, day] = rng.poisson(rng.gamma(r, blocks.means[history, day] / r))
    for which, began, count in pinned:
        counts[which, began] = count
    since = np.maximum.accumulate(np.where(begins, np.arange(begins.shape[1], dtype=np.int32), 0), axis=1)
    return np.take_along_axis(counts, since, axis=1)
