"""Questions about periods and about the days ahead, put to a fitted model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from wayside.model.checks import require
from wayside.model.counts import CountDistribution
from wayside.model.periods import Forecast, Period, PeriodAnswer
from wayside.series.fitting import Fit
from wayside.series.questions.drawing import drawn_days
from wayside.series.questions.forecast import Known, forecast
from wayside.series.questions.periods import (
    Drawn,
    compare_periods,
    days_above,
    highest_since,
    how_often,
    since_when,
)

__all__ = ["Questions", "ask", "known_of"]

_LAST_YEAR = 365


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked beside record, surge and onset; None where it is not.

    Attributes:
        above: on how many days were there more than so many cars?
        often: how often were there more than so many cars?
        since: since when has the level been above so many cars?
        highest: the newest count is the highest since when?
        period: for ``above`` and ``often``; None: the last 365 days.
        compare: a period, and the one that is compared with it.
        forecast_days: how many days ahead to look, 1 to 366; with ``above``, the chance of more than that too.
    """

    above: int | None = None
    often: int | None = None
    since: float | None = None
    highest: bool = False
    period: Period | None = None
    compare: tuple[Period, Period] | None = None
    forecast_days: int | None = None

    def __post_init__(self) -> None:
        asked = self.above is not None or self.often is not None
        require(self.period is None or asked, "a period needs a question", todo="Ask for days above, or for how often")

    @property
    def any(self) -> bool:
        """Whether anything is asked."""
        return self.looks_back or self.forecast_days is not None

    @property
    def looks_back(self) -> bool:
        """Whether anything is asked of days past."""
        return self.highest or any(x is not None for x in (self.above, self.often, self.since, self.compare))


def ask(fitted: Fit, questions: Questions, rng: np.random.Generator) -> tuple[PeriodAnswer, ...]:
    """Answer what is asked, in the order in which ``Questions`` lists it.

    Args:
        fitted: the model.
        questions: what is asked.
        rng: source of chance for the counts of unseen days.

    Raises:
        ValueRefusedError: where a period lies outside the series altogether, or a number is out of its range.
    """
    answers: list[PeriodAnswer] = []
    if questions.looks_back:
        answers += _back(drawn_days(fitted, rng), fitted.now.median, questions)
    if questions.forecast_days is not None:
        answers.append(_ahead(fitted, questions.forecast_days, questions.above))
    return tuple(answers)


def _back(drawn: Drawn, now: int, questions: Questions) -> Iterator[PeriodAnswer]:
    whole = drawn.period
    year = Period(max(whole.first, whole.last - timedelta(days=_LAST_YEAR - 1)), whole.last)
    period = questions.period or year
    if questions.above is not None:
        yield days_above(drawn, questions.above, period)
    if questions.often is not None:
        yield how_often(drawn, questions.often, period)
    if questions.since is not None:
        yield since_when(drawn, questions.since)
    if questions.highest:
        yield highest_since(drawn, now)
    if questions.compare is not None:
        yield compare_periods(drawn, *questions.compare)


def _ahead(fitted: Fit, days: int, threshold: int | None) -> Forecast:
    term = fitted.terms.log_term(fitted.seen.newest + timedelta(days=1), days) if fitted.terms else None
    return forecast(known_of(fitted), days=days, threshold=threshold, log_term=term)


def known_of(fitted: Fit) -> Known:
    """Return what is known on the day of the newest count, by the parameter sets that are still followed."""
    newest, sets, seen = fitted.posterior.newest, fitted.sets, fitted.seen
    weight = fitted.posterior.set_weight[newest.alive]
    weight = weight / weight.sum()
    states = newest.states.astype(np.float64)
    standing = newest.standing
    return Known(
        day=seen.newest,
        newest=fitted.now if standing is None else CountDistribution.from_weights(standing.first, weight @ standing.p),
        state=states / states.sum(axis=(1, 2), keepdims=True),
        set_weight=weight,
        dynamics=sets.dynamics.chosen(newest.alive),
        replaced=sets.replaced[newest.alive],
        size_of=sets.size_of[newest.alive],
        log_levels=fitted.grid.log_levels,
        cdf=fitted.ground.tables.cdf,
    )
