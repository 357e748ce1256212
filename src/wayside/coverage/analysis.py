"""Documents to a result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wayside.coverage.agreement.groups import agreements
from wayside.coverage.attribution.known import Known, known, outlet_of
from wayside.coverage.attribution.organisations import Resolution, organisations
from wayside.coverage.claims.footing import footings
from wayside.coverage.finding import find_claims
from wayside.coverage.stories.inheriting import inherited
from wayside.coverage.stories.tracing import trace
from wayside.coverage.texts.repeated import cut_repeated
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wayside.coverage.finding import Reading
    from wayside.model.agreement import MeasuredCount, Rating
    from wayside.model.claims import Claim, Footing
    from wayside.model.documents import Document
    from wayside.model.stories import Organisation, Story

__all__ = ["analyse"]


def analyse(
    documents: Sequence[Document], measured: MeasuredCount | None = None, ratings: Sequence[Rating] = ()
) -> CoverageResult:
    """Find the claims of some documents, who made them, where the documents take from, and how far they agree.

    Args:
        documents: as read; where two bear one id, the later ones get a suffix ("001-2").
        measured: distribution of a measured count to set the claims against, or None.
        ratings: an analyst's grades, passed on as they are.

    Returns:
        Everything found. Lists are empty where nothing could be determined.
    """
    named = [_published(one) for one in cut_repeated(_distinct(documents))]
    readings = _readings(named)
    resolution = organisations([(one.id, reading.register) for one, reading in zip(named, readings, strict=True)])
    own = {one.id: _own_voice(one) for one in named}
    found = [_resolved(claim, resolution, own[claim.document]) for reading in readings for claim in reading.claims]
    traced = trace(named, found, resolution.organisations)
    claims = inherited(found, traced.stories, traced.origins)
    return CoverageResult(
        documents=tuple(named),
        claims=tuple(claims),
        origins=traced.origins,
        agreement=agreements(claims, traced.stories, traced.origins, traced.kinships, measured, documents=named),
        stories=traced.stories,
        kinships=traced.kinships,
        changes=traced.changes,
        organisations=_placed(resolution.organisations, {one.id: one for one in named}),
        footings=_footings(claims, traced.stories),
        events=tuple(event for reading in readings for event in reading.events),
        ratings=tuple(ratings),
    )


def _published(document: Document) -> Document:
    """Give a document its publisher's usual name, by its address where it does not say."""
    outlet = document.outlet or (outlet_of(document.url) if document.url else None)
    one = None if outlet is None else known(outlet)
    name = one.name if one is not None else outlet
    return document if name == document.outlet else replace(document, outlet=name)


def _readings(documents: Iterable[Document]) -> list[Reading]:
    readings: list[Reading] = []
    claims = events = 1
    for document in documents:
        reading = find_claims(document, claims, events)
        claims += len(reading.claims)
        events += len(reading.events)
        readings.append(reading)
    return readings


def _own_voice(document: Document) -> Known | None:
    """Return the publisher of a primary report: a body that is no medium states what it states itself."""
    one = known(document.outlet) if document.outlet else None
    return one if one is not None and not one.media else None


def _resolved(claim: Claim, resolution: Resolution, own: Known | None) -> Claim:
    """Give a claim's sources their usual names, and its final source what identifies it."""
    via = tuple(resolution.resolve(claim.document, name)[1] for name in claim.via)
    if claim.asserted_by is None and own is not None and claim.voice == "unattributed":
        return replace(claim, via=via, asserted_by=own.name, source=own.id, voice="outlet")
    if claim.asserted_by is None:
        return replace(claim, via=via)
    if claim.voice not in {"named", "outlet"}:
        return replace(claim, via=via)
    source, name = resolution.resolve(claim.document, claim.asserted_by)
    return replace(claim, via=tuple(one for one in via if one != name), asserted_by=name, source=source)


def _placed(found: Sequence[Organisation], documents: Mapping[str, Document]) -> tuple[Organisation, ...]:
    """Turn the places of aliases into places in the file."""
    return tuple(
        replace(
            one,
            aliases=tuple(
                Passage(alias.document, documents[alias.document].in_file(alias.span), alias.quote)
                for alias in one.aliases
            ),
        )
        for one in found
    )


def _footings(claims: Sequence[Claim], stories: Sequence[Story]) -> tuple[Footing, ...]:
    told: dict[str, list[Claim]] = {story.id: [] for story in stories}
    story_of = {document: story.id for story in stories for document in story.documents}
    for claim in claims:
        told[story_of[claim.document]].append(claim)
    return tuple(footing for some in told.values() for footing in footings(some))


def _distinct(documents: Sequence[Document]) -> list[Document]:
    taken: set[str] = set()
    found = []
    for document in documents:
        name, copy = document.id, 2
        while name in taken:
            name = f"{document.id}-{copy}"
            copy += 1
        taken.add(name)
        found.append(document if name == document.id else replace(document, id=name))
    return found
