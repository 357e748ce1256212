"""The present rise: whether there is one, when it began, and what happened near that day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.model.dates import DateInterval
from wayside.model.series import DatedEvent, EventLag, Onset
from wayside.series.level.dynamics import Floats
from wayside.series.level.posterior import weighted_quantile
from wayside.series.level.seen import Seen

__all__ = ["Rises", "event_lags", "find_rises", "onset", "stretches", "surge_probability"]

_LEAST_PROBABILITY = 0.5


@dataclass(frozen=True, eq=False)
class Rises:
    """The present rise of each of N histories.

    Attributes:
        ratio: log of the newest level over the baseline's, shape (N,).
        began: index of the rise's first day; T where the history has no rise that began within it, shape (N,).
        found: whether it has one, shape (N,).
    """

    ratio: Floats
    began: NDArray[np.int64]
    found: NDArray[np.bool_]


def representative_days(seen: Seen, window: slice) -> Floats:
    """Return how much each day counts for the baseline level, shape (T,).

    Days with a scene in the window count, each for the stretch of time it is the nearest scene of; where the window
    holds no scene, every day counts alike. Unseen days are left out because a long unseen stretch just before the
    newest count may be part of the present rise.
    """
    weight = np.zeros(seen.days)
    inside = {seen.index(p.day) for p in seen.points if window.start <= seen.index(p.day) < window.stop}
    at = np.array(sorted(inside), dtype=np.int64)
    if at.size == 0:
        weight[window] = 1.0
        return weight
    weight[at] = stretches(at, window)
    return weight


def stretches(at: NDArray[np.int64], window: slice) -> Floats:
    """Return for each of the days ``at`` (ascending, distinct) how many of the window's days it is the nearest of."""
    edges = np.concatenate([[window.start - 0.5], (at[1:] + at[:-1]) / 2.0, [window.stop - 0.5]])
    return np.diff(edges)


def _base_level(log_level: Floats, day_weight: Floats) -> Floats:
    """Return the weighted median of each row's log levels, shape (N,)."""
    days = np.flatnonzero(day_weight)
    values, weights = log_level[:, days], day_weight[days]
    order = np.argsort(values, axis=1)
    cumulative = np.cumsum(weights[order], axis=1)
    middle = np.argmax(cumulative >= 0.5 * cumulative[:, -1:], axis=1)
    return np.take_along_axis(values, np.take_along_axis(order, middle[:, None], axis=1), axis=1)[:, 0]


def find_rises(log_level: Floats, day_weight: Floats, *, factor: float, share: float) -> Rises:
    """Date the present rise of each history.

    The baseline level of a history is its median over the days that count, so that a short excursion does not move it.
    A history rises where its newest level exceeds ``factor`` times that; its rise begins after the last day on which
    the log level had not yet gone ``share`` of the way.

    Args:
        log_level: shape (N, T).
        day_weight: how much each day counts for the baseline level, shape (T,), not all zero.
        factor: more than 1.
        share: 0 to 1.
    """
    days = log_level.shape[1]
    base = _base_level(log_level, day_weight)
    ratio = log_level[:, -1] - base
    below = log_level <= (base + share * ratio)[:, None]
    last_below = days - 1 - np.argmax(below[:, ::-1], axis=1)
    found = (ratio > math.log(factor)) & below.any(axis=1)
    return Rises(ratio, np.where(found, last_below + 1, days), found)


def surge_probability(rises: Rises, weight: Floats, factor: float) -> float:
    """Return the probability that the newest level exceeds ``factor`` times the baseline's."""
    return min(1.0, float(weight[rises.ratio > math.log(factor)].sum()))


def onset(rises: Rises, weight: Floats, seen: Seen) -> Onset | None:
    """Return the posterior of the day the rise began; None where a rise is less likely than not."""
    probability = min(1.0, float(weight[rises.found].sum()))
    if probability < _LEAST_PROBABILITY:
        return None
    began, w = rises.began[rises.found].astype(np.float64), weight[rises.found]
    low, middle, high = (seen.day(int(weighted_quantile(began, w, q))) for q in (0.05, 0.5, 0.95))
    return Onset(middle, DateInterval(low, high), probability)


def event_lags(events: Sequence[DatedEvent], rises: Rises, weight: Floats, seen: Seen) -> tuple[EventLag, ...]:
    """Hold the onset against dated events up to the newest count; it says nothing of later ones.

    The chance is the share of the series' days that lie as close to some listed event, before or after, as the onset
    does to this one, averaged over the onset's posterior: with many events on the list, or a vague onset, a small lag
    is worth little.
    """
    events = [e for e in events if e.day <= seen.newest]
    if not events or not rises.found.any():
        return ()
    began, w = rises.began[rises.found].astype(np.float64), weight[rises.found]
    low, middle, high = (int(weighted_quantile(began, w, q)) for q in (0.05, 0.5, 0.95))
    at = np.array([seen.index(e.day) for e in events])
    nearest = np.sort(np.abs(np.arange(seen.days)[:, None] - at[None, :]).min(axis=1))
    lags = []
    for event, day in zip(events, at.tolist(), strict=True):
        as_close = np.searchsorted(nearest, np.abs(began - day), side="right") / seen.days
        chance = min(1.0, float(w @ as_close / w.sum()))
        lags.append(EventLag(event, middle - day, (low - day, high - day), chance))
    return tuple(lags)
