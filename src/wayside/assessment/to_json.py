"""An assessment as JSON; the schema is docs/schemas/assessment.json."""

from __future__ import annotations

from typing import Any

from wayside.assessment.addresses import without_parameters
from wayside.assessment.assessment import Assessment, CountedScene, PublishedCount
from wayside.assessment.findings_json import (
    coverage_to_json,
    match_to_json,
    pmf_to_json,
    published_to_json,
    zone_to_json,
)
from wayside.assessment.hypotheses import to_json as hypotheses_to_json
from wayside.assessment.language import origin_of_probability, printed, sentence_of
from wayside.assessment.scene_json import count_to_json, scene_to_json
from wayside.model.judgements import Judgement
from wayside.model.series import SeriesResult
from wayside.model.series_json import series_to_json

__all__ = ["SCHEMA_VERSION", "to_json"]

SCHEMA_VERSION = "1"


def to_json(assessment: Assessment) -> dict[str, Any]:
    """Return the whole assessment as values that ``json.dumps`` takes: no dates, arrays or enums are left in it."""
    counted = assessment.counted
    return {
        "schema": f"wayside-assessment-{SCHEMA_VERSION}",
        "generated": assessment.generated.isoformat(),
        "language": assessment.language,
        "drawn": assessment.drawn,
        "site": {
            "id": assessment.site.id,
            "name": assessment.site.name,
            "note": assessment.site.note,
            "tracks": [track.id for track in assessment.site.tracks],
        },
        "counted": counted.noun,
        "newest": assessment.newest.id,
        "busiest_earlier": assessment.busiest.id if assessment.busiest is not None else None,
        "headlines": [
            {
                "id": h.id,
                "finding": h.finding,
                "confidence_sentence": h.confidence_sentence,
                "judgements": list(h.judgement_ids),
            }
            for h in assessment.headlines
        ],
        "judgements": [_judgement(j, assessment.language) for j in assessment.judgements],
        "limits": [{"id": x.id, "question": x.question, "why": x.why} for x in assessment.limits],
        "series": _series(assessment.series),
        "scenes": [scene_to_json(row, counted) for row in assessment.rows if isinstance(row, CountedScene)],
        "published": [published_to_json(row, counted) for row in assessment.rows if isinstance(row, PublishedCount)],
        "bounds": [
            {
                "from": b.first.isoformat(),
                "to": b.last.isoformat(),
                "at_most": b.at_most,
                "source": without_parameters(b.source),
            }
            for b in assessment.bounds
        ],
        "zones": [zone_to_json(finding) for finding in assessment.zones],
        "matches": [match_to_json(match) for match in assessment.matches],
        "hypotheses": None if assessment.hypotheses is None else hypotheses_to_json(assessment.hypotheses),
        "coverage": None if assessment.coverage is None else coverage_to_json(assessment.coverage),
        "events": [{"date": e.day.isoformat(), "event": e.event, "source": e.source} for e in assessment.events],
        "gaps": [{"from": g.first.isoformat(), "to": g.last.isoformat(), "days": g.days} for g in assessment.gaps],
        "failures": [without_parameters(failure) for failure in assessment.failures],
        "versions": dict(assessment.versions),
    }


def _judgement(judged: Judgement, language: str) -> dict[str, Any]:
    return {
        "id": judged.id,
        "statement": judged.statement,
        "sentence": sentence_of(judged, language),
        "probability": judged.probability,
        "printed": printed(judged, language),
        "words": judged.words,
        "basis": judged.basis.value,
        "origin": origin_of_probability(judged, language),
        "author": judged.author,
        "stated": None if judged.stated is None else judged.stated.isoformat(),
        "band_pct": None if judged.band_pct is None else list(judged.band_pct),
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
    return {**whole, "now": {**count_to_json(series.now), "pmf": pmf_to_json(series.now)}}
