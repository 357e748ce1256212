"""Questions about periods, asked of drawn histories: how many days, since when, how often, this period or that.

A history holds a level and a count for every day, seen or not; each question is put to every history, and the answer
is the weighted spread over them. So an answer about a time without scenes is as wide as the model's doubt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.errors import ValueRefusedError
from wayside.model.checks import require, require_finite
from wayside.model.dates import DateInterval
from wayside.model.periods import (
    Comparison,
    DaysAbove,
    HighestSince,
    HowOften,
    Period,
    PeriodLevel,
    SinceWhen,
    Spread,
)
from wayside.model.wording import plural, say_date
from wayside.series.level.dynamics import Floats
from wayside.series.level.parameters import DAYS_PER_YEAR
from wayside.series.level.posterior import sorted_quantile, weighted_quantile

__all__ = ["Drawn", "compare_periods", "days_above", "highest_since", "how_often", "require_threshold", "since_when"]

_HIGH = 0.95
_LARGEST_THRESHOLD = 1_000_000


class _Within(NamedTuple):
    """The part of a period that a series covers: its days, their indices, and what is to be said of the rest."""

    period: Period
    at: slice
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Drawn:
    """N weighted histories over T consecutive days.

    Attributes:
        first: date of day 0.
        counts: cars on each day, shape (N, T), 0 or more.
        means: expected cars on each day, which is the level, shape (N, T), more than 0.
        weight: shape (N,), not negative, sum 1.
        seen: True on days with a scene, shape (T,).
    """

    first: date
    counts: NDArray[np.int32]
    means: Floats
    weight: Floats
    seen: NDArray[np.bool_]

    def __post_init__(self) -> None:
        n, days = self.counts.shape
        require(days >= 1 and n >= 1, "there is at least one history of one day")
        require(self.means.shape == (n, days), "each day of a history has a count and a mean")
        require(self.weight.shape == (n,) and self.seen.shape == (days,), "a weight for each history, a flag each day")
        require(np.all(self.weight >= 0) and np.isclose(self.weight.sum(), 1.0), "weights of histories must sum to 1")
        require(np.all(self.counts >= 0) and np.all(self.means > 0), "counts are 0 or more, means more than 0")

    @property
    def days(self) -> int:
        """Number of days T."""
        return int(self.counts.shape[1])

    @property
    def period(self) -> Period:
        """All days."""
        return Period(self.first, self.day(self.days - 1))

    @property
    def effective(self) -> float:
        """Number of equally weighted histories that would say as much: 1 / sum of squared weights."""
        return 1.0 / float(self.weight @ self.weight)

    def day(self, index: int) -> date:
        """Return the date of a day's number."""
        return self.first + timedelta(days=int(index))

    def within(self, asked: Period) -> _Within:
        """Return the days of a period that are in the series, and a note where some are not.

        Raises:
            ValueRefusedError: where none is: nothing is known there.
        """
        known = self.period
        period = asked.clipped(known)
        if period is None:
            raise ValueRefusedError(
                f"no day of the period {asked} is in the series",
                todo=f"Ask about days from {known.first} to {known.last}",
            )
        at = slice((period.first - self.first).days, (period.last - self.first).days + 1)
        early, late = asked.first < known.first, asked.last > known.last
        if not early and not late:
            return _Within(period, at, ())
        start = f" from {say_date(known.first)}{'' if late else ' on'}" if early else ""
        end = f" {'' if early else 'up '}to {say_date(known.last)}" if late else ""
        return _Within(period, at, (f"Of {asked} only the days{start}{end} are in the series.",))


def _spread(values: NDArray[np.generic], weight: Floats) -> Spread:
    v = np.asarray(values, dtype=np.float64)
    order = np.argsort(v, kind="stable")
    ordered, cumulative = v[order], np.cumsum(weight[order])
    low, below, middle, above, high = (sorted_quantile(ordered, cumulative, q) for q in (0.05, 0.25, 0.5, 0.75, 0.95))
    mean = float(np.clip(weight @ v / cumulative[-1], ordered[0], ordered[-1]))
    return Spread(mean, middle, (below, above), (low, high))


def _probability(true: NDArray[np.bool_], weight: Floats) -> float:
    return min(1.0, float(weight[true].sum()))


def _scene_days(drawn: Drawn, days: slice) -> int:
    return int(np.count_nonzero(drawn.seen[days]))


def require_threshold(threshold: float) -> None:
    """Refuse a number of cars to be above that is negative, not finite, or more than any yard holds."""
    require_finite("a number of cars to be above", threshold, low=0.0, high=_LARGEST_THRESHOLD)


def _on_draws(drawn: Drawn) -> str:
    n = round(drawn.effective)
    worth = plural(n, "history", "histories")
    return f"Drawn from the equivalent of {worth}: a probability nearer to 0 or 1 than {1 / n:.2g} is not told."


def _on_period(drawn: Drawn, part: _Within) -> tuple[str, ...]:
    seen, period = _scene_days(drawn, part.at), part.period
    unseen = period.days - seen
    if seen == 0:
        said = f"No scene shows any day of {period}: the answer rests on the model alone."
    elif unseen == 0:
        said = f"All of {period} was seen."
    else:
        rest = "other is" if unseen == 1 else f"other {unseen} are"
        said = (
            f"{seen} of the {period.days} days of {period} {'was' if seen == 1 else 'were'} seen; "
            f"the {rest} drawn from the model."
        )
    return (*part.notes, said)


_ON_CARS = "Cars stay for days, so a day near a scene is likely to have shown the same ones."


def days_above(drawn: Drawn, threshold: int, period: Period) -> DaysAbove:
    """Return how many days of a period had more than ``threshold`` cars.

    Args:
        drawn: the histories.
        threshold: 0 or more.
        period: days outside the series are left out, and the answer says so.

    Raises:
        ValueRefusedError: where no day of the period is in the series.
    """
    require_threshold(threshold)
    part = drawn.within(period)
    period, days = part.period, part.at
    number = np.count_nonzero(drawn.counts[:, days] > threshold, axis=1)
    return DaysAbove(
        threshold,
        period,
        _spread(number, drawn.weight),
        _spread(number / period.days, drawn.weight),
        _probability(number > 0, drawn.weight),
        _scene_days(drawn, days),
        (*_on_period(drawn, part), _ON_CARS, _on_draws(drawn)),
    )


def since_when(drawn: Drawn, threshold: float) -> SinceWhen:
    """Return since when the level has stayed above ``threshold`` without a break, up to the newest day.

    The level is the mean count, not the count: a yard that holds 60 cars on most days is above 50 also on the day
    when a train has just left.
    """
    require_threshold(threshold)
    below = drawn.means <= threshold
    now = ~below[:, -1]
    p_now = _probability(now, drawn.weight)
    newest = drawn.period.last
    notes = ["It is the level that is held against the threshold: single days may have had fewer cars."]
    if p_now == 0.0:
        return SinceWhen(threshold, newest, 0.0, None, None, 0.0, 0, (*notes, _on_draws(drawn)))
    weight = drawn.weight[now]
    began = _first_above(below[now])
    spread = _spread(began, weight)
    low, high = (int(x) for x in spread.interval90)
    whole = min(1.0, float(weight[began == 0].sum() / weight.sum()))
    scenes = _scene_days(drawn, slice(low, high + 1))
    if scenes == 0:
        notes.append("No scene lies inside the interval: within it the model alone dates the change.")
    if low == 0:
        notes.append(f"The stretch may have begun before {drawn.first}, where the series starts.")
    interval = DateInterval(drawn.day(low), drawn.day(high))
    middle = drawn.day(int(spread.median))
    return SinceWhen(threshold, newest, p_now, middle, interval, whole, scenes, (*notes, _on_draws(drawn)))


def _first_above(below: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the day after the last day below, 0 where there is none, shape (N,)."""
    days = below.shape[1]
    last = days - 1 - np.argmax(below[:, ::-1], axis=1)
    return np.where(below.any(axis=1), last + 1, 0)


def highest_since(drawn: Drawn, newest: int) -> HighestSince:
    """Return the day since which no other had as many cars as the newest.

    The days on which the newest count has stood without a break are left out, for they show the same cars.

    Args:
        drawn: the histories.
        newest: median of the newest count, as its scene shows it.
    """
    if drawn.days == 1:
        return HighestSince(newest, None, None, None, None, None)
    now = drawn.counts[:, -1:]
    until = _first_above(drawn.counts != now)
    as_many = (drawn.counts >= now) & (np.arange(drawn.days) < np.minimum(until, drawn.days - 1)[:, None])
    latest = _first_above(as_many) - 1
    at50, at90 = (int(weighted_quantile(latest.astype(np.float64), drawn.weight, q)) for q in (0.5, 0.9))
    likely = drawn.seen & (drawn.weight @ as_many >= 0.5)
    shown = np.flatnonzero(likely)
    return HighestSince(
        newest,
        Period(drawn.first, drawn.day(drawn.days - 2)),
        _probability(latest < 0, drawn.weight),
        None if at50 < 0 else drawn.day(at50),
        None if at90 < 0 else drawn.day(at90),
        drawn.day(int(shown[-1])) if shown.size else None,
        (
            "The days of the cars that stand there now are left out of the comparison.",
            "Unseen days count too, each with what the model draws for it.",
            _on_draws(drawn),
        ),
    )


def how_often(drawn: Drawn, threshold: int, period: Period, *, apart_days: int = 7) -> HowOften:
    """Return how many episodes of more than ``threshold`` cars a period had, and how long they lasted.

    Args:
        drawn: the histories.
        threshold: 0 or more.
        period: days outside the series are left out, and the answer says so.
        apart_days: runs of days above with fewer days than this between them are one episode, 1 or more.

    Raises:
        ValueRefusedError: where no day of the period is in the series.
    """
    require_threshold(threshold)
    require_finite("days between episodes", apart_days, low=1, high=10_000)
    part = drawn.within(period)
    period, days = part.period, part.at
    above = drawn.counts[:, days] > threshold
    history, first = np.nonzero(_starts(above, apart_days))
    ends = _starts(above[:, ::-1], apart_days)[:, ::-1]
    last = np.nonzero(ends)[1]
    number = np.bincount(history, minlength=len(above))
    seen_weight = drawn.weight[history]
    durations = _spread(last - first + 1, seen_weight) if seen_weight.sum() > 0 else None
    return HowOften(
        threshold,
        period,
        apart_days,
        _spread(number, drawn.weight),
        _spread(number * (DAYS_PER_YEAR / period.days), drawn.weight),
        _probability(number > 0, drawn.weight),
        durations,
        _scene_days(drawn, days),
        (
            *_on_period(drawn, part),
            f"Days above with fewer than {plural(apart_days, 'day')} between them are one episode.",
            "An episode cut by an end of the period counts with the days inside it.",
            _on_draws(drawn),
        ),
    )


def _starts(above: NDArray[np.bool_], apart: int) -> NDArray[np.bool_]:
    """Return the days above that have at least ``apart`` days without one before them, shape of ``above``."""
    day = np.arange(above.shape[1])
    latest = np.maximum.accumulate(np.where(above, day, -apart - 1), axis=1)
    before = np.empty_like(latest)
    before[:, 0], before[:, 1:] = -apart - 1, latest[:, :-1]
    return above & (day - before - 1 >= apart)


def compare_periods(drawn: Drawn, first: Period, second: Period, *, factor: float = 2.0) -> Comparison:
    """Hold the second period against the first.

    Args:
        drawn: the histories.
        first: days outside the series are left out, and the answer says so.
        second: the same; may overlap the first.
        factor: the probability of a level more than so many times as high is given, more than 1.

    Raises:
        ValueRefusedError: where a period has no day in the series.
    """
    require_finite("factor to compare with", factor, low=1.0, high=1e6)
    parts = drawn.within(first), drawn.within(second)
    (first, one, _), (second, two, _) = parts
    before, after = drawn.means[:, one].mean(axis=1), drawn.means[:, two].mean(axis=1)
    high = _high_count(drawn, one)
    exceeding = np.count_nonzero(drawn.counts[:, two] > high, axis=1)
    share = float(drawn.weight @ (drawn.counts[:, one] > high).mean(axis=1))
    notes = [note for part in parts for note in _on_period(drawn, part)]
    if max(first.first, second.first) <= min(first.last, second.last):
        notes.append("The periods overlap: what they share cannot differ.")
    return Comparison(
        PeriodLevel(first, _scene_days(drawn, one), _spread(before, drawn.weight)),
        PeriodLevel(second, _scene_days(drawn, two), _spread(after, drawn.weight)),
        _spread(after / before, drawn.weight),
        _spread(after - before, drawn.weight),
        _probability(after > before, drawn.weight),
        factor,
        _probability(after > factor * before, drawn.weight),
        high,
        _spread(exceeding, drawn.weight),
        share * second.days,
        (*notes, _on_draws(drawn)),
    )


def _high_count(drawn: Drawn, days: slice) -> int:
    """Return the smallest count that a share of 95 % of a period's days does not exceed, over all histories."""
    counts = drawn.counts[:, days]
    weight = np.repeat(drawn.weight, counts.shape[1])
    cumulative = np.cumsum(np.bincount(counts.ravel(), weights=weight))
    return int(np.searchsorted(cumulative, _HIGH * cumulative[-1] * (1 - 1e-12)))
