"""The JSON form of a series' result, for its own output and for an assessment's; see docs/schemas/series.json."""

from __future__ import annotations

from typing import Any

from wayside.model.counts import CountDistribution
from wayside.model.periods_json import period_answer_to_json
from wayside.model.periods_wording import in_words
from wayside.model.series import Baseline, BeforeRise, EventLag, Onset, Sensitivity, SeriesDay, SeriesResult, Term

__all__ = ["count_to_json", "series_to_json"]


def series_to_json(result: SeriesResult) -> dict[str, Any]:
    """Return plain dictionaries, lists, numbers and strings, ready for ``json.dumps``."""
    record, surge = result.record, result.surge
    return {
        "date": result.day.isoformat(),
        "now": count_to_json(result.now),
        "baseline": None if result.baseline is None else _baseline(result.baseline),
        "record": None
        if record is None
        else {
            "p_exceeds_observed": record.p_exceeds_observed,
            "p_exceeds_all_days": record.p_exceeds_all_days,
            "exchangeability": record.exchangeability,
        },
        "before_rise": None if result.before_rise is None else _before_rise(result.before_rise),
        "surge": None if surge is None else {"factor": surge.factor, "probability": surge.probability},
        "onset": None if result.onset is None else _onset(result.onset),
        "events": [_event(e) for e in result.events],
        "miss_probability": result.miss_probability,
        "parameters": dict(result.parameters),
        "sensitivity": [_sensitivity(s) for s in result.sensitivity],
        "terms": [_term(t) for t in result.terms],
        "answers": [
            {"question": a.question, "sentence": a.sentence, "assumptions": list(a.assumptions)} for a in result.answers
        ],
        "asked": [{**period_answer_to_json(a), "sentence": in_words(a)} for a in result.asked],
        "notes": list(result.notes),
        "series": [_day(d) for d in result.days],
    }


def count_to_json(count: CountDistribution) -> dict[str, Any]:
    """Return what is told of a count: its median, its 90 % interval, its mean."""
    return {"median": count.median, "interval90": list(count.interval(0.9)), "mean": count.mean}


def _baseline(baseline: Baseline) -> dict[str, Any]:
    return {
        "from": baseline.first.isoformat(),
        "to": baseline.last.isoformat(),
        "scenes": baseline.scenes,
        "longest_gap_days": baseline.longest_gap_days,
        "covered_share": baseline.covered_share,
        "covered_within_days": baseline.covered_within_days,
        "observed_max": baseline.observed_max,
        "bounds": baseline.bounds,
        "max_all_days": {"median": baseline.max_all_days, "interval90": list(baseline.max_all_days90)},
    }


def _before_rise(before: BeforeRise) -> dict[str, Any]:
    return {
        "to": before.last.isoformat(),
        "scenes": before.scenes,
        "observed_max": before.observed_max,
        "p_exceeds_observed": before.p_exceeds_observed,
        "p_exceeds_all_days": before.p_exceeds_all_days,
        "max_all_days": {"median": before.max_all_days, "interval90": list(before.max_all_days90)},
    }


def _onset(found: Onset) -> dict[str, Any]:
    return {
        "median": found.median.isoformat(),
        "interval90": [found.interval90.low.isoformat(), found.interval90.high.isoformat()],
        "probability": found.probability,
    }


def _event(lag: EventLag) -> dict[str, Any]:
    return {
        "event": lag.event.event,
        "date": lag.event.day.isoformat(),
        "lag_days": lag.lag_days,
        "lag90": list(lag.lag90),
        "chance": lag.chance,
    }


def _sensitivity(row: Sensitivity) -> dict[str, Any]:
    return {
        "group": row.group,
        "assumption": row.assumption,
        "weight": row.weight,
        "p_exceeds_observed": row.p_exceeds_observed,
        "p_exceeds_all_days": row.p_exceeds_all_days,
        "surge": row.surge,
        "onset": None if row.onset is None else row.onset.isoformat(),
    }


def _term(term: Term) -> dict[str, Any]:
    return {
        "name": term.name,
        "probability": term.probability,
        "used": term.used,
        "log_effect": dict(term.log_effect),
    }


def _day(day: SeriesDay) -> dict[str, Any]:
    return {
        "date": day.day.isoformat(),
        "level": list(day.level),
        "count": list(day.count),
        "observed": day.observed,
    }
