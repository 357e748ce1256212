"""The conclusions that the counts support, each with its probability, its words, and how well founded it is."""

from __future__ import annotations

from collections.abc import Iterable

from wayside.assessment.assessment import PublishedCount
from wayside.assessment.cargo import cover_judgement
from wayside.assessment.comparison import Comparison, before_rise, whole_baseline
from wayside.assessment.confidence import (
    bounds_reasons,
    comparison_reasons,
    onset_reasons,
    published_reasons,
    scene_reasons,
    single_scene_reasons,
    unseen_reasons,
)
from wayside.assessment.consists import train_judgements
from wayside.assessment.grounds import Grounds, Support, concluded, ids_of
from wayside.assessment.sources import source_judgements
from wayside.assessment.storage import zone_judgements
from wayside.model.judgements import Judgement
from wayside.model.series import Baseline, EventLag, Onset, Surge
from wayside.model.wording import spread90

__all__ = ["Grounds", "judgements", "nearest_event"]


def judgements(grounds: Grounds) -> tuple[Judgement, ...]:
    """Return all conclusions that ``grounds`` supports.

    These are: count, records, surge, onset, the nearest event, covered loads, storage zones, trains seen again,
    published sources. A record is judged twice over: against what was seen and against every day, seen or not; and that
    for the time before the rise and for the whole baseline. What needs a baseline, an onset, an image, a zone, a train
    seen twice or articles is left out where there is none. Contents, direction and intent are never judged here.
    """
    series = grounds.series
    found = [_count(grounds)]
    for held in (before_rise(series), whole_baseline(series)):
        found += _records(grounds, held) if held is not None else ()
    if series.baseline is not None and series.surge is not None:
        found.append(_surge(grounds, series.baseline, series.surge))
    if series.onset is not None:
        found.append(_onset(grounds, series.onset))
        nearest = nearest_event(series.events)
        if nearest is not None:
            found.append(_event(grounds, series.onset, nearest))
    others = (cover_judgement, zone_judgements, train_judgements, source_judgements)
    return (*found, *(judged for of in others for judged in of(grounds)))


def nearest_event(events: Iterable[EventLag]) -> EventLag | None:
    """Return the event that the onset lies closest to, or None; the earlier one where two are as close."""
    return min(events, key=lambda lag: (abs(lag.lag_days), lag.event.day), default=None)


def _say(grounds: Grounds, key: str, **values: object) -> str:
    return grounds.teller.say("judgements", key, **values)


def _assume(grounds: Grounds, *keys: str) -> tuple[str, ...]:
    return tuple(_say(grounds, f"assume.{key}") for key in keys)


def _counting(grounds: Grounds) -> tuple[str, ...]:
    """Return what is assumed of the counting itself, here and by those who published counts."""
    keys = ["scenes_err"] if not isinstance(grounds.newest, PublishedCount) else ["publisher_right"]
    publishers = {row.publisher for row in grounds.published}
    mixed = bool(publishers) and (len(publishers) > 1 or bool(grounds.scenes))
    return _assume(grounds, *keys, *(["one_definition"] if mixed else []))


def _evidence(grounds: Grounds) -> tuple[str, ...]:
    """Return the ids of all usable rows, the newest first."""
    return (grounds.newest.id, *ids_of(grounds.earlier(grounds.rows[0].day, grounds.newest.day)))


def _review_would_change(grounds: Grounds) -> tuple[str, ...]:
    if isinstance(grounds.newest, PublishedCount):
        return (_say(grounds, "change.own_count", day=grounds.newest.day),)
    return () if grounds.newest.reviewed else (_say(grounds, "change.review", day=grounds.newest.day),)


def _longest_gap_would_change(grounds: Grounds) -> tuple[str, ...]:
    gap = max(grounds.gaps, key=lambda g: g.days, default=None)
    return () if gap is None else (_say(grounds, "change.gap", first=gap.first, last=gap.last),)


def _count(grounds: Grounds) -> Judgement:
    newest = grounds.newest
    count = newest.count_of(grounds.counted)
    interval = spread90(count)
    held = float(count.p[(count.support >= interval.low) & (count.support <= interval.high)].sum())
    published = isinstance(newest, PublishedCount)
    statement = _say(
        grounds,
        "count.published" if published else "count.statement",
        interval=interval,
        noun=grounds.noun,
        day=newest.day,
    )
    assumed = _assume(grounds, "publisher_right" if published else "scenes_err", "all_tracks")
    changes = () if published else (_say(grounds, "change.second_image"),)
    support = Support(
        reasons=scene_reasons(newest, grounds.teller),
        evidence=(newest.id,),
        assumptions=assumed,
        would_change=(*_review_would_change(grounds), *changes),
    )
    return concluded("count", statement, min(held, 1.0), support)


def _records(grounds: Grounds, held: Comparison) -> tuple[Judgement, Judgement]:
    """Return what was seen, and what happened seen or not, for one stretch of earlier time."""
    teller, series = grounds.teller, grounds.series
    name = "before-rise" if held.rise_excluded else "record"
    days = {"day": grounds.newest.day, "first": held.first, "last": held.last}
    earlier = grounds.earlier(held.first, held.last)
    bounds = grounds.bounds_within(held.first, held.last)
    scenes = (
        *comparison_reasons(held.scenes, teller),
        *published_reasons(earlier, teller),
        *bounds_reasons(bounds, teller),
    )
    here = scene_reasons(grounds.newest, teller)
    unseen = () if series.baseline is None else unseen_reasons(series.baseline, series.miss_probability, teller)
    counting = (*_counting(grounds), *(_assume(grounds, "bounds_hold") if bounds else ()))
    evidence = (grounds.newest.id, *ids_of(earlier))
    hangs = {seen: single_scene_reasons(series, held.last, seen=seen, teller=teller) for seen in (True, False)}
    observed = Support(
        reasons=(*hangs[True], *scenes, *here),
        evidence=evidence,
        assumptions=counting,
        would_change=(*_review_would_change(grounds), _say(grounds, "change.busiest")),
    )
    all_days = Support(
        reasons=(*unseen, *hangs[False], *scenes, *here),
        evidence=evidence,
        assumptions=(*counting, *_assume(grounds, "model", "excursions")),
        would_change=(*_longest_gap_would_change(grounds), *_review_would_change(grounds)),
    )
    and_bounds = _say(grounds, "record.and_bounds") if bounds else ""
    seen_key = "record.observed_before_rise" if held.rise_excluded else "record.observed"
    return (
        concluded(f"{name}-observed", _say(grounds, seen_key, bounds=and_bounds, **days), held.p_observed, observed),
        concluded(f"{name}-all-days", _say(grounds, _every_day(grounds, held), **days), held.p_all_days, all_days),
    )


def _every_day(grounds: Grounds, held: Comparison) -> str:
    """Return the sentence for the days that are meant: unseen days of the present rise belong to no earlier time."""
    if held.rise_excluded:
        return "record.all_days_before_rise"
    return "record.all_days" if grounds.series.onset is None else "record.counts_and_unseen"


def _surge(grounds: Grounds, baseline: Baseline, surge: Surge) -> Judgement:
    teller = grounds.teller
    bounds = grounds.bounds_within(baseline.first, baseline.last)
    support = Support(
        reasons=(
            *comparison_reasons(baseline.scenes, teller),
            *published_reasons(grounds.earlier(baseline.first, baseline.last), teller),
            *bounds_reasons(bounds, teller),
            *scene_reasons(grounds.newest, teller),
        ),
        evidence=_evidence(grounds),
        assumptions=(*_counting(grounds), *_assume(grounds, "model")),
        would_change=(_say(grounds, "change.fallback"), *_review_would_change(grounds)),
    )
    statement = _say(grounds, "surge.statement", noun=grounds.noun, factor=surge.factor)
    return concluded("surge", statement, surge.probability, support)


def _onset(grounds: Grounds, onset: Onset) -> Judgement:
    low, high = onset.interval90.low, onset.interval90.high
    support = Support(
        reasons=(*onset_reasons(onset, grounds.teller), *scene_reasons(grounds.newest, grounds.teller)),
        evidence=_evidence(grounds),
        assumptions=_assume(grounds, "model", "one_rise"),
        would_change=(_say(grounds, "change.between", low=low, high=high),),
    )
    statement = _say(grounds, "onset.statement", low=low, high=high)
    return concluded("onset", statement, 0.9 * onset.probability, support)


def _event(grounds: Grounds, onset: Onset, lag: EventLag) -> Judgement:
    event, widest = lag.event, max(abs(lag.lag90[0]), abs(lag.lag90[1]), 1)
    support = Support(
        reasons=(*onset_reasons(onset, grounds.teller), *scene_reasons(grounds.newest, grounds.teller)),
        evidence=_evidence(grounds),
        assumptions=_assume(grounds, "model", "no_cause"),
        would_change=(
            _say(grounds, "change.event", day=event.day),
            _say(grounds, "change.other_events", days=widest),
        ),
    )
    statement = _say(grounds, "event.statement", lag=lag.lag90, event=event.event, day=event.day)
    return concluded("event", statement, 0.9 * onset.probability, support)
