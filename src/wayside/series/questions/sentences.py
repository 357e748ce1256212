"""The answers in plain sentences, each with the assumptions that matter to it.

Every number in a sentence is one of the result's, rounded. A sentence never claims more than its number: a probability
is printed in whole percent, beyond 1 and 99 % as "less than 1 %" and "more than 99 %". The sentences themselves are
data (``wayside.language``, table ``series``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wayside.language.phrases import Phrases, phrases
from wayside.model.series import Answer, Baseline, BeforeRise, EventLag, MaxBound, Onset, Record, SeriesResult, Surge
from wayside.model.sways import sway_of_scenes
from wayside.model.wording import spread90
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


@dataclass(frozen=True, slots=True)
class _Case:
    """A result with what it does not hold itself; see ``answers``."""

    result: SeriesResult
    bounds: tuple[MaxBound, ...]
    scenes: int
    asked_days: int
    looks: int
    words: Phrases


def answers(
    result: SeriesResult,
    *,
    bounds: Sequence[MaxBound] = (),
    scenes: int = 1,
    asked_days: int = 1826,
    looks: int = 40,
    language: str = "en",
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
        language: ISO 639-1 of the sentences.
    """
    words = phrases("series", language)
    case = _Case(result, _bearing(result, bounds), scenes, asked_days, looks, words)
    found = [_now(case)]
    base, record = result.baseline, result.record
    if base is None or record is None:
        return (*found, _unjudged(case))
    found += [_baseline(case, base), _record(case, base, record)]
    if result.before_rise is not None and result.before_rise.scenes > 0:
        found.append(_before_rise(case, base, record, result.before_rise))
    found += sensitivity_answers(result, record, words)
    if result.miss_probability is not None:
        found.append(_miss(case, base, record, result.miss_probability))
    if result.surge is not None:
        found.append(_surge(case, result.surge))
    if result.onset is not None:
        found.append(_onset(words, result.onset))
    if result.events:
        found.append(_events(words, result.events))
    return tuple(found)


def _bearing(result: SeriesResult, bounds: Sequence[MaxBound]) -> tuple[MaxBound, ...]:
    """Return the bounds that speak of the baseline."""
    base = result.baseline
    return () if base is None else tuple(b for b in bounds if b.first <= base.last and b.last >= base.first)


def _now(case: _Case) -> Answer:
    count = case.result.now
    interval = spread90(count)
    width = interval.high - interval.low
    how = "certain" if not width else "vague" if width >= max(5, count.median) else "about"
    values = {"day": case.result.day, "cars": count.median, "interval": interval}
    return Answer("now", case.words.say(f"now.{how}", **values), (case.words.say("now.assumes"),))


def _unjudged(case: _Case) -> Answer:
    how = "one_day" if case.scenes > 1 else "one_scene"
    values = {"scenes": case.scenes, "days": case.asked_days, "day": case.result.day}
    return Answer("record", case.words.say(f"unjudged.{how}", **values), (case.words.say("unjudged.assumes"),))


def _baseline(case: _Case, base: Baseline) -> Answer:
    say, stretch = case.words.say, _stretch(case, base)
    if base.scenes == 0:
        bounds = _bounds_in_words(case)
        parts = [say(f"baseline.uncounted{'_bounds' if bounds else ''}", stretch=stretch, bounds=bounds)]
    else:
        parts = [
            say(
                f"baseline.{'one' if base.scenes == 1 else 'many'}",
                stretch=stretch,
                scenes=base.scenes,
                most=base.observed_max or 0,
                gap=base.longest_gap_days,
                share=_share(case, base.covered_share),
                near=base.covered_within_days,
            )
        ]
        if case.bounds:
            parts.append(say("baseline.also", bounds=_bounds_in_words(case)))
    parts.append(say("baseline.largest", largest=base.max_all_days, interval=base.max_all_days90))
    return Answer("baseline", " ".join(parts), (*_on_unseen(case), *_on_bounds(case)[:1]))


def _stretch(case: _Case, base: Baseline) -> str:
    """Return the opening that names the baseline; "before it" only where it ends just before the newest day."""
    which = "before_it" if (case.result.day - base.last).days == 1 else "elsewhere"
    days = (base.last - base.first).days + 1
    return case.words.say(f"baseline.{which}", days=days, first=base.first, last=base.last)


def _bounds_in_words(case: _Case) -> str:
    say, bounds = case.words.say, case.bounds
    if not bounds:
        return ""
    if len(bounds) == 1:
        return say("bounds.one", at_most=bounds[0].at_most, first=bounds[0].first, last=bounds[0].last)
    low, high = min(b.at_most for b in bounds), max(b.at_most for b in bounds)
    if low == high:
        return say("bounds.same", n=len(bounds), at_most=low)
    return say("bounds.several", n=len(bounds), low=low, high=high)


def _record(case: _Case, base: Baseline, record: Record) -> Answer:
    """Say (a), (b) and (c) in one breath; then why they differ, or that it is no record."""
    say, seen = case.words.say, _seen(case, base)
    a, b = record.p_exceeds_observed, record.p_exceeds_all_days
    days = say("record.every_unseen_rise" if case.result.onset is not None else "record.every_unseen")
    if seen:
        sentence = say("record.seen", what=seen, a=a, b=b, days=days)
    else:
        sentence = say("record.unseen", length=(base.last - base.first).days + 1, days=days, b=b)
    if base.scenes:
        counts, c = base.scenes + 1, record.exchangeability
        sentence = say("record.exchangeable", sentence=sentence, counts=counts, c=c)
    else:
        sentence = say("record.plain", sentence=sentence)
    return Answer("record", " ".join(filter(None, (sentence, _remark(case, base, record)))), _on_record(case))


def _seen(case: _Case, base: Baseline) -> str:
    say, parts = case.words.say, []
    if base.scenes:
        parts.append(say("record.one_scene") if base.scenes == 1 else say("record.scenes", scenes=base.scenes))
    if case.bounds:
        largest = max(b.at_most for b in case.bounds)
        parts.append(say("record.bound" if len(case.bounds) == 1 else "record.bounds", at_most=largest))
    return case.words.writer.joined(parts)


def _remark(case: _Case, base: Baseline, record: Record) -> str:
    """Return what a reader must hear beside the numbers, a sentence, or nothing."""
    say, now, most = case.words.say, case.result.now.median, base.observed_max
    allowed = [b.at_most for b in case.bounds if b.at_most >= now]
    if most is not None and most >= now:
        return say("record.as_many") if most == now else say("record.more", most=most)
    if allowed:
        return say("record.allowed", most=max(allowed))
    if record.p_exceeds_observed - record.p_exceeds_all_days >= _APART and base.scenes:
        away = _share(case, 1.0 - base.covered_share)
        return say("record.between", share=away, near=base.covered_within_days, gap=base.longest_gap_days)
    return ""


def _before_rise(case: _Case, base: Baseline, record: Record, before: BeforeRise) -> Answer:
    """Say the record without the rise's own scenes; shortly where it had none and nothing changes."""
    say, one = case.words.say, before.scenes == 1
    part = before.scenes < base.scenes
    which = {(True, True): "one_of", (True, False): "some_of", (False, True): "the_one", (False, False): "all"}[
        part, one
    ]
    opening = say(f"before.{which}", n=before.scenes, all=base.scenes, last=before.last)
    if before.scenes == base.scenes and _printed(case, record) == _printed(case, before):
        sentence = say("before.same", which=opening)
    else:
        shown = before.observed_max
        most = "" if shown is None else say("before.most_one" if one else "before.most_many", most=shown)
        sentence = say(
            "before.record",
            which=opening,
            most=most,
            a=before.p_exceeds_observed,
            b=before.p_exceeds_all_days,
            largest=before.max_all_days,
            interval=before.max_all_days90,
        )
    return Answer("before-rise", sentence, case.words.items("before.assumes"))


def _printed(case: _Case, record: Record | BeforeRise) -> tuple[str, str]:
    say = case.words.writer.percent
    return say(record.p_exceeds_observed), say(record.p_exceeds_all_days)


def _on_record(case: _Case) -> tuple[str, ...]:
    say = case.words.say
    given = [say("assumes.errors"), *_on_unseen(case), *_on_bounds(case), *_on_terms(case)]
    if case.result.onset is not None:
        given.append(say("assumes.own_days"))
    sway = sway_of_scenes(case.result)
    if sway is not None and sway.size >= _DECIDES:
        given.append(say("assumes.misread", sway=swayed(case.result, case.words, alone=True)))
    return tuple(given)


def _on_unseen(case: _Case) -> tuple[str, ...]:
    """Return how the model thinks of days that nobody saw, with its parameters where they are known."""
    say, known = case.words.say, case.result.parameters
    hazard, dwell = known.get("hazard_per_year", math.nan), known.get("dwell_days", math.nan)
    jumps = _about(case, "assumes.jumps", "_once", hazard, "times") if math.isfinite(hazard) else ""
    given = [say("assumes.model", jumps=jumps or say("assumes.jumps_unknown"))]
    if math.isfinite(dwell):
        given.append(_about(case, "assumes.dwell", "_day", dwell, "days"))
    return tuple(given)


def _about(case: _Case, key: str, single: str, value: float, name: str) -> str:
    """Return a sentence with a number of two digits, or its own sentence for 1."""
    rounded = float(f"{value:.2g}")
    return case.words.say(key + single) if rounded == 1 else case.words.say(key, **{name: rounded})


def _on_bounds(case: _Case) -> tuple[str, ...]:
    if not case.bounds:
        return ()
    given = [case.words.say("assumes.looks", looks=case.looks)]
    if any(b.first <= case.result.day <= b.last for b in case.bounds):
        given.append(case.words.say("assumes.against"))
    return tuple(given)


def _on_terms(case: _Case) -> tuple[str, ...]:
    """Return which regular patterns were looked for: those that are taken into account, and those left out."""
    say, given = case.words.say, []
    for used, which in ((True, "used"), (False, "left")):
        found = [say(f"assumes.{t.name}", p=t.probability) for t in case.result.terms if t.used is used]
        if found:
            how = "one" if len(found) == 1 else "many"
            given.append(say(f"assumes.{which}_{how}", terms=case.words.writer.joined(found)))
    return tuple(given)


def _miss(case: _Case, base: Baseline, record: Record, p: float) -> Answer:
    between = "scenes" if base.scenes else "looks" if case.bounds else "nothing"
    telling = between != "nothing" and p >= _MISSED and record.p_exceeds_observed >= _UNSURPASSED
    sentence = case.words.say(f"miss.{between}{'_telling' if telling else ''}", p=p)
    return Answer("miss", sentence, (case.words.say("miss.assumes"),))


def _surge(case: _Case, surge: Surge) -> Answer:
    which = "undated" if case.result.onset is None else "rise"
    sentence = case.words.say(f"surge.{which}", factor=surge.factor, p=surge.probability)
    return Answer("surge", sentence, (case.words.say("surge.assumes"), *_on_terms(case)))


def _onset(words: Phrases, found: Onset) -> Answer:
    low, high = found.interval90.low, found.interval90.high
    days = (high - low).days + 1
    which = "one_day" if low == high else "between"
    sentence = words.say(f"onset.{which}", low=low, high=high, middle=found.median, p=found.probability)
    if days > _VAGUE_DAYS:
        sentence = f"{sentence} {words.say('onset.vague', days=days)}"
    return Answer("onset", sentence, words.items("onset.assumes"))


def _events(words: Phrases, lags: Sequence[EventLag]) -> Answer:
    nearest = min(lags, key=lambda lag: (abs(lag.lag_days), lag.event.day))
    event, day = nearest.event.event, nearest.event.day
    which = "one" if len(lags) == 1 else "many"
    sentence = words.say(f"events.{which}", n=len(lags), event=event, day=day, lag=nearest.lag90)
    chance = words.say("events.chance_many" if nearest.chance >= _MANY_CHANCES else "events.chance", p=nearest.chance)
    return Answer("events", f"{sentence} {chance}", words.items("events.assumes"))


def _share(case: _Case, share: float) -> str:
    """Return a share of days: whole percent, but never all or none where that is only nearly so."""
    if share in {0.0, 1.0}:
        return case.words.say("share.none" if share == 0.0 else "share.all")
    return case.words.writer.percent(share)
