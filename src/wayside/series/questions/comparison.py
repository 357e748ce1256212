"""The newest count held against a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.model.series import Baseline, BeforeRise, Onset, Record, SeriesPoint
from wayside.series.fitting import Fit
from wayside.series.level.dynamics import Floats
from wayside.series.level.posterior import systematic
from wayside.series.level.seen import look_rate
from wayside.series.questions.drawing import drawn_days
from wayside.series.questions.periods import Drawn
from wayside.series.questions.record import (
    Maxima,
    UnseenDays,
    exceeds,
    floor_of,
    log_at_most,
    p_exceeds_observed,
    unseen_days,
)
from wayside.series.questions.rise import find_rises, representative_days

__all__ = ["Comparison", "Sampled"]


_DRAWN = 250
"""Histories whose every day is drawn for the largest count; the largest of 250 has a sampling error of a car or two."""


class Sampled(NamedTuple):
    """Drawn histories and the first day of the present rise of each, shape (N,)."""

    drawn: Drawn
    began: NDArray[np.int64]


class Comparison:
    """Answers on one baseline; the heavy parts are worked out once.

    Args:
        fitted: the model.
        window: the baseline's days.
    """

    def __init__(self, fitted: Fit, window: slice) -> None:
        self.fitted, self.window = fitted, window
        seen, tables, settings = fitted.seen, fitted.ground.tables, fitted.settings
        days = representative_days(seen, window)
        self.rises = find_rises(fitted.log_levels, days, factor=settings.rise_factor, share=settings.rise_share)
        self.points = tuple(p for p in seen.points if window.start <= seen.index(p.day) < window.stop)
        self.at = np.array([seen.index(p.day) for p in self.points], dtype=np.int64)
        self.bounds = [
            b for b in seen.bounds if seen.under(b).start < window.stop and seen.under(b).stop > window.start
        ]
        self.floor = floor_of(self.bounds)
        self.scenes = log_at_most(self.points, tables.largest)
        self.days = self.unseen(self.rises.began)
        self.by_history = exceeds(fitted.now, self.scenes[-1], self.floor, self.days)

    @property
    def weight(self) -> Floats:
        """Of the histories, shape (N,)."""
        return self.fitted.posterior.histories.weight

    def unseen(self, until: NDArray[np.int64]) -> UnseenDays:
        """Return what stood there unseen in every history before its day ``until``, shape (N,)."""
        histories, fitted = self.fitted.posterior.histories, self.fitted
        sets = histories.sets
        looked = np.array(list(fitted.sight.looks), dtype=np.int64)
        replaced, levels = sets.replaced[histories.set_of], fitted.grid.size
        effective = unseen_days(self._shifted_levels(), self.window, looked, until, levels=levels, replaced=replaced)
        return UnseenDays.of(effective, sets.size_of[histories.set_of], replaced, fitted.ground.tables.cdf)

    def _shifted_levels(self) -> NDArray[np.int16]:
        """Return the levels with the regular terms added, to the nearest grid point, shape (N, T)."""
        level, term = self.fitted.posterior.histories.level, self.fitted.sight.term[0]
        if not term.any():
            return level
        cells = np.round(term / self.fitted.grid.spacing).astype(np.int16)
        shifted: NDArray[np.int16] = np.clip(level + cells, 0, self.fitted.grid.size - 1)
        return shifted

    def hidden(self) -> Floats:
        """Return the probability that each day was not looked at, shape (T,)."""
        seen, looks = self.fitted.seen, self.fitted.settings.looks
        out = np.ones(seen.days)
        for p in self.points:
            out[seen.index(p.day)] *= 1.0 - p.visible_fraction
        for b in self.bounds:
            out[seen.under(b)] *= 1.0 - look_rate(b, looks)
        return out

    def sampled(self, rng: np.random.Generator) -> Sampled:
        """Draw the counts of all days of some histories, for the largest of them."""
        which = systematic(self.weight, _DRAWN, rng)
        return Sampled(drawn_days(self.fitted, rng, which), self.rises.began[which])

    def _days(self, sampled: Sampled, *, looked: bool) -> NDArray[np.bool_]:
        """Return the window's days before the rise of each drawn history, and with ``looked`` its scenes too."""
        days = np.arange(self.fitted.seen.days)
        before = days < sampled.began[:, None]
        counted = before | sampled.drawn.seen if looked else before
        return np.asarray(counted & (days >= self.window.start) & (days < self.window.stop), dtype=np.bool_)

    def baseline(self, sampled: Sampled) -> Baseline:
        """Describe the window and its cadence."""
        seen, near = self.fitted.seen, self.fitted.settings.covered_within_days
        ends = np.concatenate([[self.window.start], self.at, [self.window.stop - 1]])
        days = np.arange(self.window.start, self.window.stop)
        apart = np.abs(days[:, None] - self.at[None, :]).min(axis=1, initial=10**6)
        largest = Maxima.of(sampled.drawn, self._days(sampled, looked=True))
        return Baseline(
            first=seen.day(self.window.start),
            last=seen.day(self.window.stop - 1),
            scenes=len(self.points),
            longest_gap_days=int(np.diff(ends).max()),
            covered_share=float((apart <= near).mean()),
            covered_within_days=near,
            observed_max=_largest_median(self.points),
            max_all_days=largest.median,
            max_all_days90=largest.interval90,
            bounds=len(self.bounds),
        )

    def record(self) -> Record:
        """Answer (a), (b) and (c)."""
        a = p_exceeds_observed(self.fitted.now, self.scenes[-1], self.floor)
        b = float(self.weight @ self.by_history)
        return Record(a, min(a, b), 1.0 / (len(self.points) + 1))

    def before_rise(self, found: Onset, sampled: Sampled) -> BeforeRise:
        """Answer the same without the scenes that each history counts to its rise."""
        row = np.searchsorted(self.at, self.rises.began, side="left")
        now, w = self.fitted.now, self.weight
        observed = sum(
            float(w[row == r].sum()) * p_exceeds_observed(now, self.scenes[r], self.floor) for r in np.unique(row)
        )
        largest = Maxima.of(sampled.drawn, self._days(sampled, looked=False))
        last = found.interval90.low - timedelta(days=1)
        before = tuple(p for p in self.points if p.day <= last)
        all_days = float(w @ exceeds(now, self.scenes[row], self.floor, self.days))
        return BeforeRise(
            last,
            len(before),
            _largest_median(before),
            min(1.0, observed),
            min(1.0, observed, all_days),
            largest.median,
            largest.interval90,
        )


def _largest_median(points: Sequence[SeriesPoint]) -> int | None:
    return max((p.count.median for p in points), default=None)
