"""Answers about periods: how many days, since when, how often, one period against another, and the weeks to come."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from wayside.errors import ValueRefusedError
from wayside.model.checks import require, require_finite, require_probability
from wayside.model.dates import DateInterval

__all__ = [
    "FORECAST_QUANTILES",
    "Comparison",
    "DaysAbove",
    "Forecast",
    "ForecastDay",
    "HighestSince",
    "HowOften",
    "Period",
    "PeriodAnswer",
    "PeriodLevel",
    "SinceWhen",
    "Spread",
]

FORECAST_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_PART = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_FORMS = "Write 2023, 2023-09 or 2023-09-13"


def _span(text: str) -> tuple[date, date]:
    """Return the first and the last day of a year, a month or a day."""
    found = _PART.fullmatch(text.strip())
    if found is None:
        raise ValueRefusedError(f"{text!r} is not a day, month or year", todo=_FORMS)
    year, month, day = (None if g is None else int(g) for g in found.groups())
    try:
        first = date(year or 0, 1 if month is None else month, 1 if day is None else day)
        if day is not None:
            return first, first
        last_month = 12 if month is None else month
        return first, date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])
    except ValueError as error:
        raise ValueRefusedError(f"{text!r} is not in the calendar", todo=_FORMS) from error


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days.

    Attributes:
        first: first day.
        last: last day, which belongs to it; not before ``first``.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        require(self.first <= self.last, f"a period ends after it starts, not {self.first} to {self.last}")

    @classmethod
    def parsed(cls, text: str) -> Period:
        """Read ``A/B``, both ends belonging to it, or one of them alone; each is a day, a month or a year.

        ``2023`` is the whole year, ``2022-07/2023`` reaches from July of one year to December of the next.

        Raises:
            ValueRefusedError: where it is none of these.
        """
        parts = text.split("/")
        require(len(parts) <= 2, f"{text!r} is not a period", todo="Write 2023, 2023-09 or 2023-09-01/2023-10-05")
        return cls(_span(parts[0])[0], _span(parts[-1])[1])

    @property
    def days(self) -> int:
        """Number of days, 1 or more."""
        return (self.last - self.first).days + 1

    def clipped(self, known: Period) -> Period | None:
        """Return the days that lie in ``known`` too; None where there are none."""
        first, last = max(self.first, known.first), min(self.last, known.last)
        return Period(first, last) if first <= last else None

    def __str__(self) -> str:
        """Return the form that ``parsed`` reads."""
        return f"{self.first}/{self.last}"


@dataclass(frozen=True, slots=True)
class Spread:
    """A posterior in few numbers, all in the unit of what they describe.

    Attributes:
        mean: expected value.
        median: its 50 % quantile; quantiles are values that were drawn, so those of a number of days are whole.
        interval50: its 25 % and 75 % quantiles.
        interval90: its 5 % and 95 % quantiles.
    """

    mean: float
    median: float
    interval50: tuple[float, float]
    interval90: tuple[float, float]

    def __post_init__(self) -> None:
        ordered = (self.interval90[0], self.interval50[0], self.median, self.interval50[1], self.interval90[1])
        for value in (self.mean, *ordered):
            require_finite("a quantile or mean", value)
        require(list(ordered) == sorted(ordered), f"quantiles ascend, not {ordered}")


@dataclass(frozen=True, slots=True)
class DaysAbove:
    """How many days of a period had more than so many cars.

    Attributes:
        threshold: a day counts with more than so many cars.
        period: the days asked about.
        days: how many, 0 to the period's.
        share: the same as a share of the period's days, 0 to 1.
        p_any: probability of at least one such day.
        scene_days: number of the period's days with a scene; the others are the model's.
        assumptions: what the answer rests on, a sentence each.
    """

    threshold: int
    period: Period
    days: Spread
    share: Spread
    p_any: float
    scene_days: int
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_probability("p_any", self.p_any)
        require(0 <= self.scene_days <= self.period.days, "a period has no more days with a scene than days")


@dataclass(frozen=True, slots=True)
class SinceWhen:
    """Since when the level has stayed above a threshold without a break.

    Attributes:
        threshold: of the mean count of a day.
        day: the newest day of the series.
        p_now: probability that the level is above it on that day.
        median: posterior median of the first day of the unbroken stretch, given that the level is above now; None
            where that is not possible (``p_now`` is 0).
        interval90: its 90 % interval; None with ``median``.
        p_whole_series: probability, given that it is above now, that the stretch reaches back to the first day of the
            series, before which nothing is known.
        scene_days: number of days with a scene inside ``interval90``; 0 where the model alone dates it.
        assumptions: what the answer rests on, a sentence each.
    """

    threshold: float
    day: date
    p_now: float
    median: date | None
    interval90: DateInterval | None
    p_whole_series: float
    scene_days: int
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_probability("p_now", self.p_now)
        require_probability("p_whole_series", self.p_whole_series)
        require((self.median is None) == (self.interval90 is None), "a median day comes with its interval")


@dataclass(frozen=True, slots=True)
class HighestSince:
    """The newest count is "the highest since" which day?

    Attributes:
        now: median of the newest count.
        period: the days looked back over, without the newest; None where the series has one day only.
        p_highest: probability that no day of ``period``, seen or not, had as many; None without a period.
        since50: with probability 0.5 or more no day after this one had as many (days of the cars that stand there now
            left out); None where that holds for the whole period.
        since90: the same with probability 0.9 or more.
        last_seen: the newest earlier day with a scene that more likely than not had as many; None where none has.
        assumptions: what the answer rests on, a sentence each.
    """

    now: int
    period: Period | None
    p_highest: float | None
    since50: date | None
    since90: date | None
    last_seen: date | None
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require((self.period is None) == (self.p_highest is None), "days before come with a probability")
        if self.p_highest is not None:
            require_probability("p_highest", self.p_highest)
        require(self.since50 is None or self.since90 is not None, "what holds with 0.9 holds with 0.5")
        if self.since50 is not None and self.since90 is not None:
            require(self.since50 <= self.since90, "more certainty reaches less far back")


@dataclass(frozen=True, slots=True)
class HowOften:
    """How often a yard held more than so many cars.

    Attributes:
        threshold: a day counts with more than so many cars.
        period: the days asked about.
        apart_days: runs of such days with fewer days than this between them are one episode, 1 or more.
        episodes: number of episodes in the period.
        per_year: the same per 365.25 days.
        p_any: probability of at least one.
        duration_days: how long an episode lasts, from its first to its last such day, over all episodes alike; those
            cut by the period's ends count with the days inside it. None where no episode was drawn.
        scene_days: number of the period's days with a scene; the others are the model's.
        assumptions: what the answer rests on, a sentence each.
    """

    threshold: int
    period: Period
    apart_days: int
    episodes: Spread
    per_year: Spread
    p_any: float
    duration_days: Spread | None
    scene_days: int
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_probability("p_any", self.p_any)
        require(self.apart_days >= 1, "episodes are at least one day apart")
        require(0 <= self.scene_days <= self.period.days, "a period has no more days with a scene than days")


@dataclass(frozen=True, slots=True)
class PeriodLevel:
    """The mean level of a period.

    Attributes:
        period: the days.
        scene_days: number of its days with a scene.
        level: mean over its days of the expected count, cars.
    """

    period: Period
    scene_days: int
    level: Spread

    @property
    def on_model_alone(self) -> bool:
        """Whether no scene shows any of its days."""
        return self.scene_days == 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """One period against another.

    Attributes:
        first: the period that the other is held against.
        second: the other.
        ratio: mean level of the second over that of the first.
        difference: mean level of the second less that of the first, cars.
        p_more: probability that the second's level is the higher.
        factor: a factor asked about, more than 1.
        p_factor: probability that the second's level is more than ``factor`` times the first's.
        high_count: the count that 95 % of the first period's days do not exceed.
        days_above_high: how many days of the second exceed it.
        expected_above_high: how many of them would by the first period's own share, days.
        assumptions: what the answer rests on, a sentence each.
    """

    first: PeriodLevel
    second: PeriodLevel
    ratio: Spread
    difference: Spread
    p_more: float
    factor: float
    p_factor: float
    high_count: int
    days_above_high: Spread
    expected_above_high: float
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_probability("p_more", self.p_more)
        require_probability("p_factor", self.p_factor)
        require(self.factor > 1.0, "a factor to compare with is more than 1")
        require(self.p_factor <= self.p_more, "a level that is a factor higher is higher")


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """One day to come.

    Attributes:
        day: the date.
        level: quantiles 5, 25, 50, 75, 95 % of the mean count, cars.
        count: the same of the count on that day, cars.
        p_above: probability of more than the forecast's threshold on that day; None without a threshold.
        p_above_by: probability of more on that day or on an earlier day of the forecast; None without a threshold.
    """

    day: date
    level: tuple[float, float, float, float, float]
    count: tuple[int, int, int, int, int]
    p_above: float | None = None
    p_above_by: float | None = None

    def __post_init__(self) -> None:
        require(list(self.level) == sorted(self.level), f"quantiles ascend, not {self.level}")
        require(list(self.count) == sorted(self.count), f"quantiles ascend, not {self.count}")
        require((self.p_above is None) == (self.p_above_by is None), "both probabilities belong to one threshold")
        for name in ("p_above", "p_above_by"):
            value: float | None = getattr(self, name)
            if value is not None:
                require_probability(name, value)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days after the newest count.

    Attributes:
        issued: day of the newest count, the last thing known.
        days: one after the other, the first the day after ``issued``.
        threshold: an alert asks for more than so many cars; None where nothing was asked.
        assumptions: what the answer rests on, a sentence each.
    """

    issued: date
    days: tuple[ForecastDay, ...]
    threshold: int | None = None
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(self.days, "a forecast has at least one day")
        for at, day in enumerate(self.days, start=1):
            require(day.day == self.issued + timedelta(days=at), "a forecast's days follow one another")
            require((day.p_above is None) == (self.threshold is None), "probabilities need a threshold")

    @property
    def p_any(self) -> float | None:
        """Probability of more than the threshold on at least one day; None without a threshold."""
        return self.days[-1].p_above_by


PeriodAnswer = DaysAbove | SinceWhen | HighestSince | HowOften | Comparison | Forecast
