"""Alarms at scenes, and what they cost: days until a rise is noticed, false alarms per year without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detection.sites import DAYS_PER_YEAR, Floats, Ints, Site

__all__ = [
    "LATEST_DAYS",
    "LEARNING_DAYS",
    "RATES",
    "REFRACTORY_DAYS",
    "Curve",
    "at_rate",
    "curve",
    "envelope",
    "score_site",
]

LEARNING_DAYS = 730
"""Alarms before this day are not judged: every method may learn for two years."""
REFRACTORY_DAYS = 60
"""After an alarm nobody looks for so long; an alarm that goes on then counts again."""
LATEST_DAYS = 180
"""A rise that is not noticed by then counts as noticed then."""
RATES = (0.1, 0.5, 1.0)

Alarms = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Curve:
    """What a method costs at H thresholds, over sites.

    Attributes:
        thresholds: shape (H,).
        per_year: false alarms per site-year of quiet sites, shape (H,).
        delay: mean days to the first alarm of rising sites, those not noticed counted as 180, shape (H,).
        median: the same, median.
        missed: share of the rises not noticed within 180 days, shape (H,).
        spread: standard deviation of the delay over sites, shape (H,).
    """

    thresholds: Floats
    per_year: Floats
    delay: Floats
    median: Floats
    missed: Floats
    spread: Floats


def score_site(site: Site, alarms: Alarms) -> Floats:
    """Return false alarms per year of a quiet site, or the delay in days of a rising one, shape (H,).

    Args:
        site: with S scenes.
        alarms: at each scene for each threshold, shape (S, H).
    """
    return _false(site.scene_days, alarms, site.days) if site.onset is None else _delay(site, alarms)


def _false(days: Ints, alarms: Alarms, length: int) -> Floats:
    count = np.zeros(alarms.shape[1])
    last = np.full(alarms.shape[1], -np.inf)
    for day, now in zip(days.tolist(), alarms, strict=True):
        if day < LEARNING_DAYS:
            continue
        new = now & (day - last >= REFRACTORY_DAYS)
        count += new
        last = np.where(new, day, last)
    return count * DAYS_PER_YEAR / (length - LEARNING_DAYS)


def _delay(site: Site, alarms: Alarms) -> Floats:
    assert site.onset is not None
    after = site.scene_days >= site.onset
    days, now = site.scene_days[after] - site.onset, alarms[after]
    first = np.where(now.any(axis=0), days[np.argmax(now, axis=0)], LATEST_DAYS)
    return np.minimum(first, LATEST_DAYS).astype(np.float64)


def curve(thresholds: Floats, quiet: Sequence[Floats], rising: Sequence[Floats]) -> Curve:
    """Average over sites; each is a row of ``score_site``."""
    delays = np.array(rising)
    return Curve(
        thresholds,
        np.mean(quiet, axis=0),
        delays.mean(axis=0),
        np.median(delays, axis=0),
        (delays >= LATEST_DAYS).mean(axis=0),
        delays.std(axis=0),
    )


def envelope(c: Curve) -> tuple[Floats, Floats]:
    """Return rates, ascending, and the best mean delay of all thresholds with no more false alarms than that.

    Never to alarm is a threshold too: no false alarm, 180 days.
    """
    order = np.argsort(c.per_year, kind="stable")
    rate = np.concatenate([[0.0], c.per_year[order]])
    best = np.minimum.accumulate(np.concatenate([[float(LATEST_DAYS)], c.delay[order]]))
    # Of thresholds with the same rate the last has the best delay so far.
    x, at = np.unique(rate[::-1], return_index=True)
    return x, best[::-1][at]


def at_rate(c: Curve, per_year: float) -> float:
    """Return the mean delay at so many false alarms a year, interpolated between thresholds."""
    return float(np.interp(per_year, *envelope(c)))
