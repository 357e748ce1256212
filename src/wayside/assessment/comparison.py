"""What the newest count is held against: the time before the rise where one can be dated, else the whole baseline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wayside.model.counts import CountInterval
from wayside.model.series import SeriesResult

__all__ = ["Comparison", "before_rise", "main_comparison", "whole_baseline"]

_RISE = 0.5


@dataclass(frozen=True, slots=True)
class Comparison:
    """A stretch of earlier time and how the newest count compares with it.

    Attributes:
        first, last: the stretch, both days included.
        rise_excluded: whether it ends where the present rise begins.
        scenes: number of counts in it.
        observed_max: largest median among them; None where there is none.
        p_observed: probability that the newest count exceeds each of them.
        p_all_days: the same for every day, seen or unseen.
        max_all_days: median of the largest count on any day, seen or not.
        max_all_days90: its 90 % interval.
    """

    first: date
    last: date
    rise_excluded: bool
    scenes: int
    observed_max: int | None
    p_observed: float
    p_all_days: float
    max_all_days: int
    max_all_days90: CountInterval


def whole_baseline(series: SeriesResult) -> Comparison | None:
    """Return the comparison with the whole baseline; None where nothing came before."""
    base, record = series.baseline, series.record
    if base is None or record is None:
        return None
    return Comparison(
        first=base.first,
        last=base.last,
        rise_excluded=False,
        scenes=base.scenes,
        observed_max=base.observed_max,
        p_observed=record.p_exceeds_observed,
        p_all_days=record.p_exceeds_all_days,
        max_all_days=base.max_all_days,
        max_all_days90=base.max_all_days90,
    )


def before_rise(series: SeriesResult) -> Comparison | None:
    """Return the comparison with the baseline before the rise.

    None where a rise is less likely than not, or no scene was taken before it.
    """
    base, before, onset = series.baseline, series.before_rise, series.onset
    if base is None or before is None or onset is None or onset.probability < _RISE:
        return None
    if before.scenes == 0 or before.last < base.first:
        return None
    return Comparison(
        first=base.first,
        last=before.last,
        rise_excluded=True,
        scenes=before.scenes,
        observed_max=before.observed_max,
        p_observed=before.p_exceeds_observed,
        p_all_days=before.p_exceeds_all_days,
        max_all_days=before.max_all_days,
        max_all_days90=before.max_all_days90,
    )


def main_comparison(series: SeriesResult) -> Comparison | None:
    """Return the comparison that a summary leads with.

    The scenes of the rise itself say nothing of whether the like has been seen before it, so they are left out where
    the rise can be dated.
    """
    return before_rise(series) or whole_baseline(series)
