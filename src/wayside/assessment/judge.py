"""The conclusions that the counts support, each with its probability, its words, and how well founded it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from wayside.assessment.assessment import Counted, CountedScene, Gap
from wayside.assessment.comparison import Comparison, before_rise, whole_baseline
from wayside.assessment.confidence import (
    Reason,
    comparison_reasons,
    confidence_of,
    onset_reasons,
    scene_reasons,
    single_scene_reasons,
    unseen_reasons,
)
from wayside.assessment.language import likelihood_words
from wayside.model.judgements import Basis, Judgement
from wayside.model.series import Baseline, EventLag, Onset, SeriesResult, Surge
from wayside.model.wording import say_date, say_days, say_factor, say_interval, say_lag, spread90

__all__ = ["Grounds", "judgements", "nearest_event"]

_SCENES_ERR = "The counter errs in this scene as it does in the labelled scenes that it was calibrated on."
_MODEL = "Counts between scenes follow the series model: a slow drift with rare jumps."


@dataclass(frozen=True)
class Grounds:
    """What judgements are made from.

    Attributes:
        newest: the scene that is judged.
        rows: all scenes in order of date.
        series: what the counts say over time, made from the same scenes.
        counted: which count is judged.
        gaps: long stretches without a usable scene.
    """

    newest: CountedScene
    rows: tuple[CountedScene, ...]
    series: SeriesResult
    counted: Counted = Counted.FREIGHT
    gaps: tuple[Gap, ...] = ()


def judgements(grounds: Grounds) -> tuple[Judgement, ...]:
    """Return all conclusions that ``grounds`` supports: count, records, surge, onset, the nearest event.

    A record is judged twice over: against what was seen and against every day, seen or not; and that for the time
    before the rise and for the whole baseline. What needs a baseline or an onset is left out where there is none.
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
    return tuple(found)


def nearest_event(events: Iterable[EventLag]) -> EventLag | None:
    """Return the event that the onset lies closest to, or None; the earlier one where two are as close."""
    return min(events, key=lambda lag: (abs(lag.lag_days), lag.event.day), default=None)


def _judgement(  # noqa: PLR0917  one row of a table, in the table's order
    judgement_id: str,
    statement: str,
    probability: float,
    reasons: Iterable[Reason],
    evidence: tuple[str, ...],
    assumptions: tuple[str, ...],
    would_change: tuple[str, ...],
) -> Judgement:
    confidence, sentences = confidence_of(reasons)
    return Judgement(
        id=judgement_id,
        statement=statement,
        probability=probability,
        words=likelihood_words(probability).words,
        basis=Basis.COMPUTED,
        confidence=confidence,
        confidence_reasons=sentences,
        evidence=evidence,
        assumptions=assumptions,
        would_change=would_change,
    )


def _between(grounds: Grounds, first: date, last: date) -> tuple[str, ...]:
    """Return the ids of the usable scenes from ``first`` to ``last``, without the newest."""
    return tuple(
        row.scene.id for row in grounds.rows if row.usable and row is not grounds.newest and first <= row.day <= last
    )


def _evidence(grounds: Grounds) -> tuple[str, ...]:
    """Return the ids of all usable scenes, the newest first."""
    return (grounds.newest.scene.id, *_between(grounds, grounds.rows[0].day, grounds.newest.day))


def _review_would_change(grounds: Grounds) -> tuple[str, ...]:
    day = say_date(grounds.newest.day)
    return () if grounds.newest.reviewed else (f"An analyst's review of the strips of {day}.",)


def _longest_gap_would_change(grounds: Grounds) -> tuple[str, ...]:
    gap = max(grounds.gaps, key=lambda g: g.days, default=None)
    if gap is None:
        return ()
    return (f"A scene from between {say_date(gap.first)} and {say_date(gap.last)}, which nobody has looked at.",)


def _count(grounds: Grounds) -> Judgement:
    count = grounds.counted.of(grounds.newest.result)
    interval = spread90(count)
    held = float(count.p[(count.support >= interval.low) & (count.support <= interval.high)].sum())
    statement = (
        f"{say_interval(interval)} {grounds.counted.noun} stood on the watched tracks on {say_date(grounds.newest.day)}"
    )
    return _judgement(
        "count",
        statement,
        min(held, 1.0),
        scene_reasons(grounds.newest),
        (grounds.newest.scene.id,),
        (_SCENES_ERR, "The tracks of the site are all that the facility has."),
        (*_review_would_change(grounds), "A second image of the same day, or one at finer resolution."),
    )


def _records(grounds: Grounds, held: Comparison) -> tuple[Judgement, Judgement]:
    """Return what was seen, and what happened seen or not, for one stretch of earlier time."""
    name = "before-rise" if held.rise_excluded else "record"
    time = f"from {say_date(held.first)} to {say_date(held.last)}" + (", before the rise" if held.rise_excluded else "")
    this = f"the count of {say_date(grounds.newest.day)} exceeds that of every"
    scenes = comparison_reasons(held.scenes)
    here = scene_reasons(grounds.newest)
    baseline = grounds.series.baseline
    unseen = () if baseline is None else unseen_reasons(baseline, grounds.series.miss_probability)
    evidence = (grounds.newest.scene.id, *_between(grounds, held.first, held.last))
    observed = _judgement(
        f"{name}-observed",
        f"{this} scene {time}",
        held.p_observed,
        (*single_scene_reasons(grounds.series, held.last, seen=True), *scenes, *here),
        evidence,
        (_SCENES_ERR,),
        (*_review_would_change(grounds), "A review of the busiest earlier scene that finds more cars in it."),
    )
    all_days = _judgement(
        f"{name}-all-days",
        f"{this} {_every_day(grounds, held, time)}",
        held.p_all_days,
        (*unseen, *single_scene_reasons(grounds.series, held.last, seen=False), *scenes, *here),
        evidence,
        (_SCENES_ERR, _MODEL, "Excursions that nobody saw are as large and as rare as the model's prior holds."),
        (*_longest_gap_would_change(grounds), *_review_would_change(grounds)),
    )
    return observed, all_days


def _every_day(grounds: Grounds, held: Comparison, time: str) -> str:
    """Return which days are meant: unseen days of the present rise belong to no earlier time."""
    if held.rise_excluded or grounds.series.onset is None:
        return f"day {time}, seen or unseen"
    return f"scene {time} and of every unseen day before the rise"


def _surge(grounds: Grounds, baseline: Baseline, surge: Surge) -> Judgement:
    return _judgement(
        "surge",
        f"the usual number of {grounds.counted.noun} is now more than {say_factor(surge.factor)} that of the baseline",
        surge.probability,
        (*comparison_reasons(baseline.scenes), *scene_reasons(grounds.newest)),
        _evidence(grounds),
        (_SCENES_ERR, _MODEL),
        ("Later scenes that show the number falling back at once.", *_review_would_change(grounds)),
    )


def _onset(grounds: Grounds, onset: Onset) -> Judgement:
    low, high = onset.interval90.low, onset.interval90.high
    return _judgement(
        "onset",
        f"a rise to the present level began between {say_date(low)} and {say_date(high)}",
        0.9 * onset.probability,
        (*onset_reasons(onset), *scene_reasons(grounds.newest)),
        _evidence(grounds),
        (_MODEL, "There was one latest rise, and it was quick beside the time between scenes."),
        (f"A scene from between {say_date(low)} and {say_date(high)}.",),
    )


def _event(grounds: Grounds, onset: Onset, lag: EventLag) -> Judgement:
    return _judgement(
        "event",
        f"a rise to the present level began {say_lag(lag.lag90)} “{lag.event.event}” of {say_date(lag.event.day)}",
        0.9 * onset.probability,
        (*onset_reasons(onset), *scene_reasons(grounds.newest)),
        _evidence(grounds),
        (_MODEL, "Closeness in time does not show that one caused the other."),
        (
            f"A scene from the days around {say_date(lag.event.day)}.",
            f"Other events within {say_days(max(abs(lag.lag90[0]), abs(lag.lag90[1]), 1))} that are not on the list.",
        ),
    )
