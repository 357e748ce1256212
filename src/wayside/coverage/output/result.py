"""A whole result as one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wayside.coverage.output.parts import day, grade, number, passage, place_of, rating, time
from wayside.coverage.output.ratings import current, grades_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wayside.coverage.output.ratings import Grade
    from wayside.model.agreement import AgainstMeasured, Agreement
    from wayside.model.claims import Claim, DatedEvent, Footing, Quantity
    from wayside.model.coverage import CoverageResult
    from wayside.model.documents import Document
    from wayside.model.stories import Change, Evidence, Kinship, Organisation, Origin, Story

__all__ = ["to_json"]


def to_json(result: CoverageResult) -> dict[str, Any]:
    """Return a result as one JSON object."""
    stories = {document: story.id for story in result.stories for document in story.documents}
    grades = grades_of(result.ratings)
    standing = current(result.ratings)
    return {
        "documents": [_document(one, stories.get(one.id), grades) for one in result.documents],
        "claims": [_claim(one, grades) for one in result.claims],
        "origins": [_origin(one) for one in result.origins],
        "agreement": [_agreement(one) for one in result.agreement],
        "stories": [_story(one) for one in result.stories],
        "kinships": [_kinship(one) for one in result.kinships],
        "changes": [_change(one) for one in result.changes],
        "organisations": [_organisation(one, grades) for one in result.organisations],
        "footings": [_footing(one) for one in result.footings],
        "events": [_event(one) for one in result.events],
        "ratings": [rating(one, standing) for one in result.ratings],
    }


def _document(document: Document, story: str | None, grades: Mapping[str, Grade]) -> dict[str, Any]:
    body = [document.in_file(span) for span in document.body]
    return {
        "id": document.id,
        "file": document.file,
        "part": document.part,
        "format": document.format,
        "title": document.title,
        "author": document.author,
        "language": document.language,
        "support": document.support,
        "published": day(document.published),
        "updated": day(document.updated),
        "outlet": document.outlet,
        "url": document.url,
        "body": [[span.start, span.end] for span in body],
        "cut": [{**place_of(cut.span), "reason": cut.reason} for cut in document.cuts],
        "pages": list(document.pages),
        "credits": list(document.credits),
        "notes": list(document.notes),
        "story": story,
        "rating": grade(grades.get(document.id)),
    }


def _quantity(quantity: Quantity) -> dict[str, Any]:
    return {
        "low": number(quantity.low),
        "high": number(quantity.high),
        "approximation": quantity.approximation,
        "unit": quantity.unit,
        "figure": number(quantity.figure),
    }


def _claim(claim: Claim, grades: Mapping[str, Grade]) -> dict[str, Any]:
    return {
        "id": claim.id,
        "document": claim.document,
        **place_of(claim.span),
        "quote": claim.quote,
        "quantity": _quantity(claim.quantity),
        "counted": claim.counted,
        "thing": claim.thing,
        "modifiers": list(claim.modifiers),
        "kind": claim.kind,
        "topic": claim.topic,
        "negated": claim.negated,
        "certainty": claim.certainty,
        "place": claim.place,
        "time": time(claim.time),
        "asserted_by": claim.asserted_by,
        "source": claim.source,
        "voice": claim.voice,
        "anonymous": claim.anonymous,
        "attributed_at": None if claim.attributed_at is None else [claim.attributed_at.start, claim.attributed_at.end],
        "quotation": claim.quotation,
        "via": list(claim.via),
        "hedges": list(claim.hedges),
        "flags": list(claim.flags),
        "joins": [{"claim": join.claim, "kind": join.kind} for join in claim.joins],
        "rating": grade(grades.get(claim.id)),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "kind": evidence.kind,
        "text": evidence.text,
        "weight": evidence.weight,
        "here": passage(evidence.here),
        "there": passage(evidence.there),
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "document": origin.document,
        "derives_from": origin.derives_from,
        "p": origin.p,
        "kind": origin.kind,
        "evidence": list(origin.evidence),
        "details": [_evidence(one) for one in origin.details],
    }


def _story(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "documents": list(story.documents),
        "begins": day(story.begins),
        "ends": day(story.ends),
    }


def _kinship(kinship: Kinship) -> dict[str, Any]:
    return {
        "one": kinship.one,
        "other": kinship.other,
        "kind": kinship.kind,
        "p": kinship.p,
        "evidence": [_evidence(one) for one in kinship.evidence],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "before": passage(change.before),
        "after": passage(change.after),
        "text": change.text,
        "p": change.p,
    }


def _organisation(organisation: Organisation, grades: Mapping[str, Grade]) -> dict[str, Any]:
    return {
        "id": organisation.id,
        "name": organisation.name,
        "kind": organisation.kind,
        "aliases": [passage(one) for one in organisation.aliases],
        "rating": grade(grades.get(organisation.id)),
    }


def _footing(footing: Footing) -> dict[str, Any]:
    return {
        "claims": list(footing.claims),
        "unit": footing.unit,
        "values": [number(value) for value in footing.values],
        "arithmetic": list(footing.arithmetic),
        "text": footing.text,
    }


def _event(event: DatedEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "event": event.event,
        "kind": event.kind,
        "time": time(event.time),
        "document": event.document,
        **place_of(event.span),
        "quote": event.quote,
        "asserted_by": event.asserted_by,
    }


def _agreement(group: Agreement) -> dict[str, Any]:
    return {
        "claims": list(group.claims),
        "story": group.story,
        "about": group.about,
        "low": number(group.low),
        "high": number(group.high),
        "independent_sources": group.independent_sources,
        "sources": [list(names) for names in group.sources],
        "sources_p": list(group.sources_p),
        "outliers": list(group.outliers),
        "changed_bounds": list(group.changed_bounds),
        "contradictions": [{"one": one.one, "other": one.other, "text": one.text} for one in group.contradictions],
        "against_measured": _against(group.against_measured),
    }


def _against(verdict: AgainstMeasured | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    return {"verdict": verdict.verdict, "p": verdict.p, "reason": verdict.reason, "claims": list(verdict.claims)}
