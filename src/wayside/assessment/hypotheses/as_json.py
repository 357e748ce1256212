"""Competing hypotheses as values that ``json.dumps`` takes."""

from __future__ import annotations

from typing import Any

from wayside.model.hypotheses import CompetingHypotheses, Evidence, Hypothesis, MatrixCell, MatrixRow, Rating, Standing
from wayside.model.obligations import Obligation

__all__ = ["to_json"]


def to_json(competing: CompetingHypotheses) -> dict[str, Any]:
    """Return hypotheses (the least inconsistent first), evidence (the most diagnostic first), and what hangs on it."""
    standings = {one.hypothesis: one for one in competing.standings}
    return {
        "hypotheses": [_hypothesis(one, standings[one.id]) for one in competing.hypotheses],
        "least_inconsistent": list(competing.first),
        "evidence": [_row(row) for row in competing.rows],
        "without": [
            {
                "evidence": one.evidence,
                "least_inconsistent": list(one.first),
                "changes_least_inconsistent": one.changes_first,
                "changes_order": one.changes_order,
                "scores": {standing.hypothesis: standing.inconsistency for standing in one.standings},
            }
            for one in competing.left_out
        ],
        "one_step_off": [
            {
                "evidence": one.evidence,
                "hypothesis": one.hypothesis,
                "rating": one.was.value,
                "would_be": one.would_be.value,
                "least_inconsistent": list(one.first),
            }
            for one in competing.one_step
        ],
        "steps_tried": competing.steps_tried,
        "obligations": [_obligation(one) for one in competing.obligations],
        "notes": list(competing.notes),
    }


def _hypothesis(one: Hypothesis, standing: Standing) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "statement": one.statement,
        "standing_set": one.standing,
        "by": one.by,
        "obligations": list(one.obligations),
        "inconsistency": standing.inconsistency,
        "rank": standing.rank,
        "rated_i": standing.inconsistent,
        "rated_ii": standing.very_inconsistent,
        "unrated": standing.unrated,
    }


def _row(row: MatrixRow) -> dict[str, Any]:
    return {
        **_evidence(row.evidence),
        "weight": row.weight,
        "diagnosticity": row.diagnosticity,
        "diagnostic": row.diagnostic,
        "ratings": {cell.hypothesis: _cell(cell) for cell in row.cells},
    }


def _evidence(piece: Evidence) -> dict[str, Any]:
    return {
        "id": piece.id,
        "text": piece.text,
        "kind": piece.kind.value,
        "by": piece.by,
        "on": piece.on.isoformat() if piece.on is not None else None,
        "credibility": piece.credibility.value,
        "relevance": piece.relevance.value,
        "refers": list(piece.refers),
        "source": piece.source,
        "url": piece.url,
    }


def _cell(cell: MatrixCell) -> dict[str, Any]:
    stands = cell.rating
    return {
        "rating": stands.value.value if stands is not None else None,
        "by": stands.by if stands is not None else None,
        "entered": _rating(cell.entered),
        "proposed": _rating(cell.proposed),
    }


def _rating(rating: Rating | None) -> dict[str, Any] | None:
    if rating is None:
        return None
    on = rating.on.isoformat() if rating.on is not None else None
    return {"rating": rating.value.value, "by": rating.by, "on": on, "note": rating.note}


def _obligation(one: Obligation) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "paragraph": one.paragraph,
        "text": one.text,
        "url": one.url,
        "adopted": one.adopted.isoformat() if one.adopted is not None else None,
        "confirmed": one.confirmed,
        "unconfirmed": list(one.unconfirmed),
        "by": one.by,
    }
