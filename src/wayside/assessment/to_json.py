"""An assessment as JSON; the schema is docs/schemas/assessment.json."""

from __future__ import annotations

from typing import Any

from wayside.assessment.addresses import without_parameters
from wayside.assessment.assessment import Assessment
from wayside.assessment.scene_json import count_to_json, scene_to_json
from wayside.model.judgements import Judgement
from wayside.model.series import SeriesResult
from wayside.model.series_json import series_to_json
from wayside.model.wording import say_percent

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
        "scenes": [scene_to_json(row, assessment.counted) for row in assessment.rows],
        "events": [{"date": e.day.isoformat(), "event": e.event, "source": e.source} for e in assessment.events],
        "gaps": [{"from": g.first.isoformat(), "to": g.last.isoformat(), "days": g.days} for g in assessment.gaps],
        "failures": [without_parameters(failure) for failure in assessment.failures],
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


def _series(series: SeriesResult) -> dict[str, Any]:
    """Return the series' result without its days: an assessment lists the scenes themselves."""
    whole = series_to_json(series)
    del whole["series"]
    return {**whole, "now": count_to_json(series.now)}
