"""The smoothed level and count of each day, for drawing."""

from __future__ import annotations

import numpy as np

from wayside.model.series import SeriesDay
from wayside.series.level.dynamics import Floats
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.parameters import LevelGrid
from wayside.series.level.seen import Seen, pooled

__all__ = ["daily_levels", "level_quantiles"]

_EVERY = 7
_QUANTILES = (0.05, 0.5, 0.95)


def daily_levels(
    smoothed: Floats, term: Floats, grid: LevelGrid, tables: NegativeBinomials, seen: Seen
) -> tuple[SeriesDay, ...]:
    """Return every seventh day, every day with a scene, and the newest, season and week included.

    A day with scenes shows what they show; any other day shows the model's prediction of its count.

    Args:
        smoothed: P(level, size index | all days), shape (T, R, K).
        term: what season and week add to the log level, shape (T,).
        grid: K levels.
        tables: of R sizes.
        seen: the T days.
    """
    by_day = seen.by_day()
    days = np.array(sorted({*range(0, seen.days, _EVERY), *by_day, seen.days - 1}), dtype=np.int64)
    there = _moved(smoothed[days], term[days] / grid.spacing)
    level = np.exp(level_quantiles(there.sum(axis=1), grid, _QUANTILES))
    predicted = np.tensordot(there, tables.cdf, axes=([1, 2], [0, 1]))
    out = []
    for row, day in enumerate(days.tolist()):
        if day in by_day:
            count = pooled(by_day[day])
            low, middle, high = (count.quantile(q) for q in _QUANTILES)
        else:
            low, middle, high = np.searchsorted(predicted[row], _QUANTILES).clip(max=tables.largest).tolist()
        a, b, c = level[row].tolist()
        out.append(SeriesDay(seen.day(day), (a, b, c), (low, middle, high), day in by_day))
    return tuple(out)


def _moved(p: Floats, cells: Floats) -> Floats:
    """Move the last axis of each row up by a number of grid points, between points by shares; ends keep what leaves."""
    if not cells.any():
        return p
    size = p.shape[-1]
    target = np.clip(np.arange(size) + cells[:, None], 0, size - 1)
    below = np.minimum(target.astype(np.int64), size - 2)
    share = target - below
    out = np.zeros_like(p)
    for row in range(len(p)):
        for sizes in range(p.shape[1]):
            out[row, sizes] = np.bincount(below[row], p[row, sizes] * (1.0 - share[row]), size) + np.bincount(
                below[row] + 1, p[row, sizes] * share[row], size
            )
    return out


def level_quantiles(p: Floats, grid: LevelGrid, at: tuple[float, ...]) -> Floats:
    """Return the log levels at some quantiles of each row, interpolated between grid points, shape (n, len(at))."""
    cumulative = np.cumsum(p, axis=1)
    cumulative /= cumulative[:, -1:]
    # A grid point stands for the cell around it: half of its mass lies on either side.
    middles = cumulative - 0.5 * p
    return np.array([np.interp(at, m, grid.log_levels) for m in middles])
