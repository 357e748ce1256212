"""An assessment as JSON; the schema is docs/schemas/assessment.json."""

from __future__ import annotations

from typing import Any

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.language import say_percent
from wayside.model.counts import CountDistribution
from wayside.model.judgements import Judgement
from wayside.model.series import Baseline, BeforeRise, SeriesResult

__all__ = ["SCHEMA_VERSION", "to_json"]

SCHEMA_VERSION = "1"


def to_json(assessment: Assessment) -> dict[str, Any]:
    """Return the whole assessment as values that ``json.dumps`` takes: no dates, arrays or enums are left in it."""
    return {
        "schema": f"wayside-assessment-{SCHEMA_VERSION}",
        "generated": assessment.generated.isoformat(),
        "drawn": assessment.drawn,
        "site": {
            "id": assessment.site.id,
            "name": assessment.site.name,
            "note": assessment.site.note,
            "tracks": [track.id for track in assessment.site.tracks],
        },
        "counted": assessment.counted.noun,
        "newest": assessment.newest.scene.id,
        "busiest_earlier": assessment.busiest.scene.id if assessment.busiest is not None else None,
        "headlines": [
            {
                "id": h.id,
                "finding": h.finding,
                "confidence_sentence": h.confidence_sentence,
                "judgements": list(h.judgement_ids),
            }
            for h in assessment.headlines
        ],
        "judgements": [_judgement(j) for j in assessment.judgements],
        "limits": [{"id": x.id, "question": x.question, "why": x.why} for x in assessment.limits],
        "series": _series(assessment.series),
        "scenes": [_scene(assessment, row) for row in assessment.rows],
        "events": [{"date": e.day.isoformat(), "event": e.event, "source": e.source} for e in assessment.events],
        "gaps": [{"from": g.first.isoformat(), "to": g.last.isoformat(), "days": g.days} for g in assessment.gaps],
        "failures": list(assessment.failures),
        "versions": dict(assessment.versions),
    }


def _judgement(judged: Judgement) -> dict[str, Any]:
    return {
        "id": judged.id,
        "statement": judged.statement,
        "probability": judged.probability,
        "printed": say_percent(judged.probability),
        "words": judged.words,
        "basis": judged.basis.value,
        "confidence": judged.confidence.value,
        "confidence_reasons": list(judged.confidence_reasons),
        "evidence": list(judged.evidence),
        "assumptions": list(judged.assumptions),
        "would_change": list(judged.would_change),
    }


def _count(count: CountDistribution) -> dict[str, Any]:
    return {"mean": round(count.mean, 6), "median": count.median, "interval90": list(count.interval(0.9))}


def _scene(assessment: Assessment, row: CountedScene) -> dict[str, Any]:
    scene, result = row.scene, row.result
    return {
        "id": scene.id,
        "acquired": scene.acquired.isoformat(),
        "provider": scene.provider,
        "platform": scene.platform,
        "gsd_m": result.gsd_m,
        "status": result.status.value,
        "reasons": list(result.reasons),
        "count": _count(assessment.counted.of(result)) if row.usable else None,
        "visible_fraction": round(result.visible_fraction, 6),
        "registered": result.registration.registered,
        "kind": row.kind.value,
        "author": row.author,
        "checksum": scene.checksum,
        "licence": {
            "id": scene.licence.id,
            "attribution": scene.licence.attribution,
            "publishable": scene.licence.publishable,
        },
        "drawn": scene.drawn,
    }


def _series(series: SeriesResult) -> dict[str, Any]:
    record, surge, onset, before = series.record, series.surge, series.onset, series.before_rise
    return {
        "date": series.day.isoformat(),
        "now": _count(series.now),
        "baseline": _baseline(series.baseline) if series.baseline is not None else None,
        "record": None
        if record is None
        else {
            "p_exceeds_observed": record.p_exceeds_observed,
            "p_exceeds_all_days": record.p_exceeds_all_days,
            "exchangeability": record.exchangeability,
        },
        "surge": None if surge is None else {"factor": surge.factor, "probability": surge.probability},
        "onset": None
        if onset is None
        else {
            "median": onset.median.isoformat(),
            "interval90": [onset.interval90.low.isoformat(), onset.interval90.high.isoformat()],
            "probability": onset.probability,
        },
        "events": [
            {
                "event": lag.event.event,
                "date": lag.event.day.isoformat(),
                "lag_days": lag.lag_days,
                "lag90": list(lag.lag90),
                "chance": lag.chance,
            }
            for lag in series.events
        ],
        "before_rise": None if before is None else _before_rise(before),
        "sensitivity": [
            {"assumption": x.assumption, "weight": x.weight, "p_exceeds_all_days": x.p_exceeds_all_days}
            for x in series.sensitivity
        ],
        "miss_probability": series.miss_probability,
        "parameters": dict(series.parameters),
        "notes": list(series.notes),
    }


def _baseline(baseline: Baseline) -> dict[str, Any]:
    return {
        "from": baseline.first.isoformat(),
        "to": baseline.last.isoformat(),
        "scenes": baseline.scenes,
        "longest_gap_days": baseline.longest_gap_days,
        "covered_share": baseline.covered_share,
        "covered_within_days": baseline.covered_within_days,
        "observed_max": baseline.observed_max,
        "max_all_days": {
            "median": baseline.max_all_days,
            "interval90": list(baseline.max_all_days90),
        },
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
