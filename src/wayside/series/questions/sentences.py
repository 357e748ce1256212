"""The answers in plain sentences, each with the assumptions that matter to it.

Every number in a sentence is one of the result's, rounded. A sentence never claims more than its number: a probability
is printed in whole percent, beyond 1 and 99 % as "less than 1 %" and "more than 99 %".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wayside.model.series import Answer, Baseline, BeforeRise, EventLag, MaxBound, Onset, Record, SeriesResult, Surge
from wayside.model.sways import sway_of_scenes
from wayside.model.wording import (
    plural,
    say_date,
    say_days,
    say_factor,
    say_interval,
    say_lag,
    say_percent,
    say_span,
    spread90,
)
from wayside.series.questions.swaying import sensitivity_answers, swayed

__all__ = ["answers"]

_APART = 0.15
"""From here on (a) and (b) are so far apart that the sentence says why."""
_DECIDES = 0.1
"""A scene that moves the record by more than this is named beside the record itself."""
_MANY_CHANCES = 0.2
_VAGUE_DAYS = 90
_MISSED = 0.4
_UNSURPASSED = 0.95
_ERRORS = "The counting errors of different scenes are independent of each other."
_SIZES = "how large and how long its excursions are comes from these counts and a prior"


@dataclass(frozen=True, slots=True)
class _Case:
    """A result with what it does not hold itself; see ``answers``."""

    result: SeriesResult
    bounds: tuple[MaxBound, ...]
    scenes: int
    asked_days: int
    looks: int


def answers(
    result: SeriesResult,
    *,
    bounds: Sequence[MaxBound] = (),
    scenes: int = 1,
    asked_days: int = 1826,
    looks: int = 40,
) -> tuple[Answer, ...]:
    """Return one answer for each question that ``result`` answers, in the order in which they are asked.

    The questions are "now", "baseline", "record", "before-rise", "sensitivity", "miss", "surge", "onset" and "events".
    What is absent gets no sentence, but for the record: where nothing comes before, that is said.

    Args:
        result: what a series says of its newest count.
        bounds: the series' published bounds.
        scenes: number of counts in the series, used only where there is no baseline; 1 or more.
        asked_days: length of the baseline that was asked for, days, used only where there is none; 1 or more.
        looks: number of days looked at that are assumed behind a published bound.
    """
    case = _Case(result, _bearing(result, bounds), scenes, asked_days, looks)
    found = [_now(case)]
    base, record = result.baseline, result.record
    if base is None or record is None:
        return (*found, _unjudged(case))
    found += [_baseline(case, base), _record(case, base, record)]
    if result.before_rise is not None and result.before_rise.scenes > 0:
        found.append(_before_rise(base, record, result.before_rise))
    found += sensitivity_answers(result, record)
    if result.miss_probability is not None:
        found.append(_miss(case, base, record, result.miss_probability))
    if result.surge is not None:
        found.append(_surge(case, result.surge))
    if result.onset is not None:
        found.append(_onset(result.onset))
    if result.events:
        found.append(_events(result.events))
    return tuple(found)


def _bearing(result: SeriesResult, bounds: Sequence[MaxBound]) -> tuple[MaxBound, ...]:
    """Return the bounds that speak of the baseline."""
    base = result.baseline
    return () if base is None else tuple(b for b in bounds if b.first <= base.last and b.last >= base.first)


def _now(case: _Case) -> Answer:
    count, day = case.result.now, say_date(case.result.day)
    interval = spread90(count)
    width = interval.high - interval.low
    cars = plural(count.median, "car")
    if not width:
        sentence = f"On {day} {cars} stood there."
    else:
        sentence = f"On {day} about {cars} stood there (90\u00a0% interval {say_interval(interval)})"
        vague = width >= max(5, count.median)
        sentence += "; that is wide, and all that follows is as vague." if vague else "."
    return Answer(
        "now",
        sentence,
        ("The interval holds the counter's own error and hidden track, as the table or the counter gives them.",),
    )


def _unjudged(case: _Case) -> Answer:
    together = ", all of one day," if case.scenes > 1 else ""
    return Answer(
        "record",
        f"The record cannot be judged: {plural(case.scenes, 'scene')}{together} in the {say_span(case.asked_days)} to "
        f"{say_date(case.result.day)}, and nothing before to hold the count against.",
        ("No earlier count and no published bound is known.",),
    )


def _baseline(case: _Case, base: Baseline) -> Answer:
    when = _stretch(case.result, base)
    if base.scenes == 0:
        known = (
            f"all that is known of it is {_bounds_in_words(case.bounds)}" if case.bounds else "nothing is known of it"
        )
        sentence = f"{when} no day was counted; {known}."
    else:
        counts = plural(base.scenes, "scene shows", "scenes show")
        bound = " at most" if base.scenes > 1 else ""
        most = "" if base.observed_max is None else f"{bound} {plural(base.observed_max, 'car')}"
        sentence = (
            f"{when} {counts}{most}; the longest stretch without one is "
            f"{say_days(base.longest_gap_days)}, and {_share(base.covered_share)} of the days lie within "
            f"{say_days(base.covered_within_days)} of one."
        )
        if case.bounds:
            sentence += f" There is also {_bounds_in_words(case.bounds)}."
    sentence += (
        f" The largest number on any day, seen or not, is put at {base.max_all_days} "
        f"(90\u00a0% interval {say_interval(base.max_all_days90)})."
    )
    return Answer("baseline", sentence, (*_on_unseen(case), *_on_bounds(case)[:1]))


def _stretch(result: SeriesResult, base: Baseline) -> str:
    """Return the opening that names the baseline; "before it" only where it ends just before the newest day."""
    days = (base.last - base.first).days + 1
    dates = f"{say_date(base.first)} to {say_date(base.last)}"
    if (result.day - base.last).days == 1:
        return f"In the {say_span(days)} before it ({dates})"
    return f"In the baseline of {say_days(days)} ({dates})"


def _bounds_in_words(bounds: Sequence[MaxBound]) -> str:
    if len(bounds) == 1:
        b = bounds[0]
        return f"a published bound of at most {b.at_most} from {say_date(b.first)} to {say_date(b.last)}"
    low, high = min(b.at_most for b in bounds), max(b.at_most for b in bounds)
    return f"{len(bounds)} published bounds of at most {low if low == high else f'{low} to {high}'}"


def _record(case: _Case, base: Baseline, record: Record) -> Answer:
    """Say (a), (b) and (c) in one breath; then why they differ, or that it is no record."""
    a, b = record.p_exceeds_observed, record.p_exceeds_all_days
    days = "every unseen day before the rise" if case.result.onset is not None else "every day that nobody saw"
    seen = _seen(case, base)
    if seen:
        sentence = (
            f"The count exceeds {seen} with probability {say_percent(a)}, and {days} as well with {say_percent(b)}"
        )
    else:
        sentence = (
            f"By what was seen the record cannot be judged: no scene in {say_days((base.last - base.first).days + 1)}. "
            f"By the model alone the count exceeds {days} with probability {say_percent(b)}"
        )
    if base.scenes:
        sentence += (
            f"; had nothing changed, the newest of {base.scenes + 1} counts would be the largest with probability "
            f"{say_percent(record.exchangeability)}"
        )
    return Answer("record", f"{sentence}.{_remark(case, base, record)}", _on_record(case))


def _seen(case: _Case, base: Baseline) -> str:
    parts = []
    if base.scenes:
        parts.append(
            "the one earlier scene" if base.scenes == 1 else f"each of the {plural(base.scenes, 'earlier scene')}"
        )
    if case.bounds:
        largest = max(b.at_most for b in case.bounds)
        one = len(case.bounds) == 1
        parts.append(f"the published bound of {largest}" if one else f"all published bounds (up to {largest})")
    return " and ".join(parts)


def _remark(case: _Case, base: Baseline, record: Record) -> str:
    """Return what a reader must hear beside the numbers, a sentence with a space before it, or nothing."""
    now, most = case.result.now.median, base.observed_max
    allowed = [b.at_most for b in case.bounds if b.at_most >= now]
    if most is not None and most >= now:
        return f" An earlier scene shows {'as many' if most == now else most} already."
    if allowed:
        return f" A published bound allows {max(allowed)} in that time, so it cannot be told whether this is more."
    if record.p_exceeds_observed - record.p_exceeds_all_days >= _APART and base.scenes:
        away = 1.0 - base.covered_share
        return (
            f" Between the two lies what nobody saw: {_share(away)} of the days are more than "
            f"{say_days(base.covered_within_days)} from any scene, and the longest stretch unseen is "
            f"{say_days(base.longest_gap_days)}."
        )
    return ""


def _before_rise(base: Baseline, record: Record, before: BeforeRise) -> Answer:
    """Say the record without the rise's own scenes; shortly where it had none and nothing changes."""
    if before.scenes < base.scenes:
        which = f"{before.scenes} of {plural(base.scenes, 'scene')} {'was' if before.scenes == 1 else 'were'}"
    else:
        which = "The one scene was" if before.scenes == 1 else f"All {plural(before.scenes, 'scene')} were"
    sentence = f"{which} taken before the rise, up to {say_date(before.last)}"
    if before.scenes == base.scenes and _printed(record) == _printed(before):
        sentence += "; the record before the rise is that of the whole baseline."
    else:
        most = "none of which shows more than" if before.scenes > 1 else "and it shows"
        sentence += (
            f"{'' if before.observed_max is None else f', {most} {before.observed_max}'}. "
            f"The count exceeds each of the scenes before the rise with probability "
            f"{say_percent(before.p_exceeds_observed)}, and every day before it, seen or unseen, with "
            f"{say_percent(before.p_exceeds_all_days)}; the largest number until then is put at {before.max_all_days} "
            f"(90\u00a0% interval {say_interval(before.max_all_days90)})."
        )
    own = "A rise's own scenes do not tell whether the like has been seen before it, so they are left out here."
    return Answer("before-rise", sentence, (own, "For the rest the assumptions are those of the record."))


def _printed(record: Record | BeforeRise) -> tuple[str, str]:
    return say_percent(record.p_exceeds_observed), say_percent(record.p_exceeds_all_days)


def _on_record(case: _Case) -> tuple[str, ...]:
    given = [_ERRORS, *_on_unseen(case), *_on_bounds(case), *_on_terms(case.result)]
    if case.result.onset is not None:
        given.append("Unseen days of the present rise itself are left out of the comparison.")
    sway = sway_of_scenes(case.result)
    if sway is not None and sway.size >= _DECIDES:
        given.append(f"No scene is misread: {swayed(case.result, alone=True)}.")
    return tuple(given)


def _on_unseen(case: _Case) -> tuple[str, ...]:
    """Return how the model thinks of days that nobody saw, with its parameters where they are known."""
    known = case.result.parameters
    hazard, dwell = known.get("hazard_per_year", math.nan), known.get("dwell_days", math.nan)
    jumps = f"jumps about {_about(hazard, 'time')} a year" if math.isfinite(hazard) else "jumps now and then"
    given = [f"On days without a scene the model decides: the level drifts and {jumps}, and {_SIZES}."]
    if math.isfinite(dwell):
        given.append(f"The same cars stay about {_about(dwell, 'day')}, so days closer than that say little anew.")
    return tuple(given)


def _about(value: float, noun: str) -> str:
    """Return a number of two digits with its noun: "0.8 times", "1 day"."""
    text = f"{float(f'{value:.2g}'):g}"
    return f"{text} {noun}" if text == "1" else f"{text} {noun}s"


def _on_bounds(case: _Case) -> tuple[str, ...]:
    if not case.bounds:
        return ()
    given = [f"A published bound stands for {case.looks} looks on days that are not known."]
    if any(b.first <= case.result.day <= b.last for b in case.bounds):
        given.append(
            "The newest count is held against a bound, not under it, although its day lies in the bound's time."
        )
    return tuple(given)


def _on_terms(result: SeriesResult) -> tuple[str, ...]:
    """Return which regular patterns were looked for: those that are taken into account, and those left out."""
    names = {"season": "season of the year", "weekday": "weekly pattern"}
    given = []
    for used, one, more in (
        (True, "is taken into account", "are taken into account"),
        (False, "was looked for and is left out", "were looked for and are left out"),
    ):
        found = [
            f"a {names[t.name]} (probability {say_percent(t.probability)})" for t in result.terms if t.used is used
        ]
        if found:
            text = " and ".join(found)
            given.append(f"{text[0].upper()}{text[1:]} {one if len(found) == 1 else more}.")
    return tuple(given)


def _miss(case: _Case, base: Baseline, record: Record, p: float) -> Answer:
    if base.scenes or case.bounds:
        between = "scenes" if base.scenes else "looks behind the published bound"
        fate = f"would have fallen between the {between} with probability {say_percent(p)}"
        telling = p >= _MISSED and record.p_exceeds_observed >= _UNSURPASSED
        sentence = fate + ("; that none was seen before says little" if telling else "")
    else:
        sentence = f"would have gone unseen with probability {say_percent(p)}, as no scene was taken"
    return Answer(
        "miss",
        f"A surge of this size and length, anywhere in the baseline, {sentence}.",
        ("It would have come on any day with equal chance, and a scene on any of its days would have shown it.",),
    )


def _surge(case: _Case, surge: Surge) -> Answer:
    sentence = (
        f"The usual number of cars is now more than {say_factor(surge.factor)} that of the baseline with "
        f"probability {say_percent(surge.probability)}"
    )
    if case.result.onset is None:
        sentence += "; no rise can be dated"
    return Answer(
        "surge",
        f"{sentence}.",
        (
            "Levels are compared, not counts; the baseline's is the median over days with a scene, weighted by time.",
            *_on_terms(case.result),
        ),
    )


def _onset(found: Onset) -> Answer:
    low, high = found.interval90.low, found.interval90.high
    days = (high - low).days + 1
    if low == high:
        when = f"on {say_date(low)} (the 90\u00a0% interval is that day alone)"
    else:
        when = (
            f"between {say_date(low)} and {say_date(high)} (90\u00a0% interval; its middle is {say_date(found.median)})"
        )
    loose = f" The interval spans {say_days(days)}, so the date is vague." if days > _VAGUE_DAYS else ""
    return Answer(
        "onset",
        f"The rise to the present level began {when}; that there was one has probability "
        f"{say_percent(found.probability)}.{loose}",
        (
            "There was one latest rise, and it began after the last day on which the level was still near its old one.",
            "Between the last scene before the rise and the first one in it nothing was seen; there the prior decides.",
        ),
    )


def _events(lags: Sequence[EventLag]) -> Answer:
    nearest = min(lags, key=lambda lag: (abs(lag.lag_days), lag.event.day))
    event = f"“{nearest.event.event}” ({say_date(nearest.event.day)})"
    listed = (
        "The one listed event is" if len(lags) == 1 else f"Of {len(lags)} listed events the nearest to the onset is"
    )
    chance = say_percent(nearest.chance)
    worth = ", so its closeness is worth little" if nearest.chance >= _MANY_CHANCES else ""
    return Answer(
        "events",
        f"{listed} {event}: the rise began {say_lag(nearest.lag90)} it (90\u00a0% interval). A random day of the "
        f"series falls as close to a listed event with probability {chance}{worth}.",
        (
            "The list was made without looking at the counts; events that are not on it are not weighed.",
            "Closeness in time does not show that one caused the other.",
        ),
    )


def _share(share: float) -> str:
    """Return a share of days: whole percent, but never all or none where that is only nearly so."""
    if share in {0.0, 1.0}:
        return "none" if share == 0.0 else "all"
    return say_percent(share)
