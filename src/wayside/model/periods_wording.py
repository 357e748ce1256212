"""Answers about periods as plain sentences, for the terminal and the report."""

from __future__ import annotations

from wayside.model.dates import DateInterval
from wayside.model.periods import (
    Comparison,
    DaysAbove,
    Forecast,
    HighestSince,
    HowOften,
    Period,
    PeriodAnswer,
    PeriodLevel,
    SinceWhen,
    Spread,
)
from wayside.model.wording import plural, say_date, say_percent

__all__ = ["in_words"]

_90 = "90\u00a0%"


def in_words(answer: PeriodAnswer) -> str:
    """Return one or two sentences that say the answer with its interval, and what it lacks."""
    match answer:
        case DaysAbove():
            return _days_above(answer)
        case SinceWhen():
            return _since_when(answer)
        case HighestSince():
            return _highest_since(answer)
        case HowOften():
            return _how_often(answer)
        case Comparison():
            return _comparison(answer)
        case Forecast():
            return _forecast(answer)


def _range(spread: Spread, form: str) -> str:
    low, high = spread.interval90
    return f"{spread.median:{form}} ({_90}: {low:{form}} to {high:{form}})"


def _whole(spread: Spread, one: str) -> str:
    """Return "3 days (90 %: 1 to 6)"; the spread is of whole numbers."""
    low, high = spread.interval90
    return f"{plural(round(spread.median), one)} ({_90}: {low:.0f} to {high:.0f})"


def _cars(number: float) -> str:
    return f"{number:g} {'car' if number == 1 else 'cars'}"


def _alone(period: Period, scene_days: int) -> str:
    which = "it" if period.days == 1 else "any of them"
    return f" No scene shows {which}: this is the model's word alone." if scene_days == 0 else ""


def _days(interval: DateInterval) -> str:
    return f"{say_date(interval.low)} to {say_date(interval.high)}"


def _spoken(period: Period) -> str:
    return say_date(period.first) if period.days == 1 else f"{say_date(period.first)} to {say_date(period.last)}"


def _on_one_day(answer: DaysAbove | HowOften) -> str:
    return (
        f"On {_spoken(answer.period)} there were more than {_cars(answer.threshold)} with a chance of "
        f"{say_percent(answer.p_any)}.{_alone(answer.period, answer.scene_days)}"
    )


def _days_above(answer: DaysAbove) -> str:
    if answer.period.days == 1:
        return _on_one_day(answer)
    return (
        f"On {_range(answer.days, '.0f')} of the {answer.period.days} days from {_spoken(answer.period)} there were "
        f"more than {_cars(answer.threshold)}; that there was at least one such day has a chance of "
        f"{say_percent(answer.p_any)}.{_alone(answer.period, answer.scene_days)}"
    )


def _since_when(answer: SinceWhen) -> str:
    if answer.median is None or answer.interval90 is None:
        return f"The level is not above {_cars(answer.threshold)} on {say_date(answer.day)}."
    since = f"since {say_date(answer.median)} ({_90}: {_days(answer.interval90)})"
    if answer.p_whole_series >= 0.5:
        since = f"since the series began, on {say_date(answer.median)}, or longer"
    return (
        f"The level is above {_cars(answer.threshold)} on {say_date(answer.day)} with a chance of "
        f"{say_percent(answer.p_now)}; if it is, it has been without a break {since}."
    )


def _highest_since(answer: HighestSince) -> str:
    if answer.period is None or answer.p_highest is None:
        return f"Whether the newest count, {answer.now}, is the highest cannot be told: nothing comes before it."
    began, chance = say_date(answer.period.first), say_percent(answer.p_highest)
    parts = [f"The newest count, {answer.now}, is the highest since the series began on {began}: a chance of {chance}."]
    if answer.since90 is not None:
        parts.append(f"With a chance of {_90} it is the highest since {say_date(answer.since90)}.")
    if answer.last_seen is not None:
        parts.append(f"The last scene to show as many is of {say_date(answer.last_seen)}.")
    else:
        parts.append("No earlier scene shows as many.")
    return " ".join(parts)


def _how_often(answer: HowOften) -> str:
    if answer.period.days == 1:
        return _on_one_day(answer)
    lasting = "" if answer.duration_days is None else f", each of {_whole(answer.duration_days, 'day')}"
    were = "was" if round(answer.episodes.median) == 1 else "were"
    return (
        f"From {_spoken(answer.period)} there {were} {_whole(answer.episodes, 'episode')} of more than "
        f"{_cars(answer.threshold)}, {_range(answer.per_year, '.1f')} a year{lasting}; that there was at least one has "
        f"a chance of {say_percent(answer.p_any)}.{_alone(answer.period, answer.scene_days)}"
    )


def _period_level(part: PeriodLevel) -> str:
    seen = "no scene" if part.on_model_alone else f"{plural(part.scene_days, 'day')} seen"
    return f"{_spoken(part.period)} ({seen})"


def _comparison(answer: Comparison) -> str:
    alone = answer.first.on_model_alone or answer.second.on_model_alone
    return (
        f"The level of {_period_level(answer.second)} is {_range(answer.ratio, '.2f')} times that of "
        f"{_period_level(answer.first)}: {_range(answer.difference, '+.1f')} cars. It is the higher with a chance of "
        f"{say_percent(answer.p_more)}, and more than {answer.factor:g} times as high with a chance of "
        f"{say_percent(answer.p_factor)}." + (" A period without a scene is the model's word alone." if alone else "")
    )


def _forecast(answer: Forecast) -> str:
    end = answer.days[-1]
    text = (
        f"On {say_date(end.day)}, {plural(len(answer.days), 'day')} on, {_cars(end.count[2])} "
        f"({_90}: {end.count[0]} to {end.count[4]})"
    )
    if answer.threshold is None or answer.p_any is None:
        return f"{text}."
    return f"{text}; more than {answer.threshold} on some day until then has a chance of {say_percent(answer.p_any)}."
