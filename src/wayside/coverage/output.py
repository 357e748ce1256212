"""A result in the JSON that `wayside coverage --json` prints; the schema is docs/schemas/coverage.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wayside.model.agreement import AgainstMeasured, Agreement
    from wayside.model.claims import Claim, Quantity, TimeSpan
    from wayside.model.coverage import CoverageResult
    from wayside.model.documents import Document

__all__ = ["to_json"]


def to_json(result: CoverageResult) -> dict[str, Any]:
    """Return a result as one JSON object."""
    stories = {document: story.id for story in result.stories for document in story.documents}
    return {
        "documents": [_document(document, stories.get(document.id)) for document in result.documents],
        "claims": [_claim(claim) for claim in result.claims],
        "origins": [
            {"document": one.document, "derives_from": one.derives_from, "p": one.p, "evidence": list(one.evidence)}
            for one in result.origins
        ],
        "agreement": [_agreement(group) for group in result.agreement],
    }


def _document(document: Document, story: str | None) -> dict[str, Any]:
    body = [document.in_file(span) for span in document.body]
    return {
        "id": document.id,
        "file": document.file,
        "title": document.title,
        "language": document.language,
        "published": document.published.isoformat() if document.published else None,
        "outlet": document.outlet,
        "body": [[span.start, span.end] for span in body],
        "cut": [{"start": cut.span.start, "end": cut.span.end, "reason": cut.reason} for cut in document.cuts],
        "credits": list(document.credits),
        "notes": list(document.notes),
        "story": story,
    }


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and float(value).is_integer() else value


def _quantity(quantity: Quantity) -> dict[str, Any]:
    return {
        "low": _number(quantity.low),
        "high": _number(quantity.high),
        "approximation": quantity.approximation,
        "unit": quantity.unit,
    }


def _time(time: TimeSpan | None) -> dict[str, Any] | None:
    if time is None:
        return None
    return {
        "from": time.start.isoformat() if time.start else None,
        "to": time.end.isoformat() if time.end else None,
        "text": time.text,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "document": claim.document,
        "start": claim.span.start,
        "end": claim.span.end,
        "quote": claim.quote,
        "quantity": _quantity(claim.quantity),
        "counted": claim.counted,
        "kind": claim.kind,
        "place": claim.place,
        "time": _time(claim.time),
        "asserted_by": claim.asserted_by,
        "anonymous": claim.anonymous,
        "via": list(claim.via),
        "hedges": list(claim.hedges),
        "flags": list(claim.flags),
    }


def _agreement(group: Agreement) -> dict[str, Any]:
    return {
        "claims": list(group.claims),
        "low": _number(group.low),
        "high": _number(group.high),
        "independent_sources": group.independent_sources,
        "outliers": list(group.outliers),
        "changed_bounds": list(group.changed_bounds),
        "against_measured": _against(group.against_measured),
    }


def _against(verdict: AgainstMeasured | None) -> dict[str, Any] | None:
    return None if verdict is None else {"verdict": verdict.verdict, "p": verdict.p, "reason": verdict.reason}
