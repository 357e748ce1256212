"""The findings as the first page says them: the likelihood in one sentence, the confidence in another."""

from __future__ import annotations

from collections.abc import Sequence

from wayside.assessment.assessment import CountedScene, Headline
from wayside.assessment.comparison import Comparison, before_rise, main_comparison
from wayside.assessment.judge import Grounds, nearest_event
from wayside.assessment.language import likelihood_words, say_likely_that
from wayside.model.judgements import Confidence, Judgement
from wayside.model.series import Onset
from wayside.model.wording import plural, say_date, say_interval, say_lag, say_percent, spread90

__all__ = ["headlines"]

_ORDER = (Confidence.LOW, Confidence.MODERATE, Confidence.HIGH)


def headlines(grounds: Grounds, busiest: CountedScene | None, judged: Sequence[Judgement]) -> tuple[Headline, ...]:
    """Return the findings in order of weight: count, record, surge, onset and event.

    The record sentence gives what was seen and what happened in the same breath (methods, section 3).
    """
    by_id = {j.id: j for j in judged}
    found = [_count(grounds, by_id["count"])]
    held = main_comparison(grounds.series)
    if held is not None:
        found.append(_record(grounds, held, busiest, by_id))
    if "surge" in by_id:
        surge = by_id["surge"]
        found.append(_headline("surge", say_likely_that(surge.probability, surge.statement), [surge]))
    if grounds.series.onset is not None and before_rise(grounds.series) is not None:
        found.append(_onset(grounds, grounds.series.onset, by_id))
    return tuple(found)


def _headline(headline_id: str, finding: str, judged: Sequence[Judgement]) -> Headline:
    return Headline(headline_id, finding, _confidence(judged), tuple(j.id for j in judged))


def _confidence(judged: Sequence[Judgement]) -> str:
    """Return one sentence on the weakest confidence among ``judged`` (of equals the last) and its first reason."""
    weakest = min(reversed(judged), key=lambda j: _ORDER.index(j.confidence))
    reason = weakest.confidence_reasons[0].rstrip(".")
    lead = f"Confidence is {weakest.confidence.value}: "
    return f"{lead}{reason[0].lower()}{reason[1:]}."


def _count(grounds: Grounds, judged: Judgement) -> Headline:
    count = grounds.counted.of(grounds.newest.result)
    interval = spread90(count)
    finding = (
        f"On {say_date(grounds.newest.day)} about {count.median} {grounds.counted.noun} stood on the watched tracks; "
        f"it is {likelihood_words(judged.probability).words} that there were {say_interval(interval)} "
        f"({say_percent(judged.probability)})."
    )
    return _headline("count", finding, [judged])


def _record(grounds: Grounds, held: Comparison, busiest: CountedScene | None, by_id: dict[str, Judgement]) -> Headline:
    name = "before-rise" if held.rise_excluded else "record"
    seen, happened = by_id[f"{name}-observed"], by_id[f"{name}-all-days"]
    scenes = plural(held.scenes, "scene")
    which = f"{scenes} from before the rise" if held.rise_excluded else f"{scenes} before it"
    finding = (
        f"{likelihood_words(seen.probability).opening} this exceeds every one of the {which}, from "
        f"{say_date(held.first)} on ({say_percent(seen.probability)}), and {_inner(happened.probability)} it exceeds "
        f"every day of that time, seen or unseen ({say_percent(happened.probability)})"
    )
    if busiest is not None:
        most = grounds.counted.of(busiest.result)
        finding += f"; the most seen until then was {most.median}, on {say_date(busiest.day)}"
    return _headline("record", f"{finding}.", [seen, happened])


def _inner(probability: float) -> str:
    """Return a likelihood's opening for the middle of a sentence."""
    opening = likelihood_words(probability).opening
    return opening[0].lower() + opening[1:]


def _onset(grounds: Grounds, onset: Onset, by_id: dict[str, Judgement]) -> Headline:
    judged = [by_id["onset"]]
    finding = say_likely_that(judged[0].probability, judged[0].statement).rstrip(".")
    nearest = nearest_event(grounds.series.events)
    if nearest is not None:
        judged.append(by_id["event"])
        finding += (
            f"; that is {say_lag(nearest.lag90)} “{nearest.event.event}” of {say_date(nearest.event.day)}, "
            f"and a random day would fall as close to a listed event with probability {say_percent(nearest.chance)}"
        )
    else:
        finding += f"; the middle of that interval is {say_date(onset.median)}"
    return _headline("onset", f"{finding}.", judged)
