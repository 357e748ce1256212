"""All that was found in some documents, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.model.agreement import Agreement, Rating
from wayside.model.checks import require
from wayside.model.claims import Claim, DatedEvent, Footing
from wayside.model.documents import Document
from wayside.model.stories import Change, Kinship, Organisation, Origin, Story

__all__ = ["CoverageResult"]


@dataclass(frozen=True, slots=True)
class CoverageResult:
    """All that was found in some documents.

    Attributes:
        documents: as read, ids unique.
        claims: in reading order, each about one of the documents.
        origins: where documents take from; empty where nothing could be determined.
        agreement: groups of claims about the same thing.
        stories: in order of first appearance; every document is in exactly one.
        kinships: related pairs of documents of one story.
        changes: what became of claims on their way.
        organisations: the sources under all their names.
        footings: figures put on one footing.
        events: dated events that the texts name.
        ratings: an analyst's grades, as entered.
    """

    documents: tuple[Document, ...]
    claims: tuple[Claim, ...]
    origins: tuple[Origin, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    stories: tuple[Story, ...] = ()
    kinships: tuple[Kinship, ...] = ()
    changes: tuple[Change, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    footings: tuple[Footing, ...] = ()
    events: tuple[DatedEvent, ...] = ()
    ratings: tuple[Rating, ...] = ()

    def __post_init__(self) -> None:
        where = "CoverageResult"
        known = {document.id for document in self.documents}
        require(len(known) == len(self.documents), "document ids are unique", where="CoverageResult.documents")
        ids = {claim.id for claim in self.claims}
        require(len(ids) == len(self.claims), "claim ids are unique", where="CoverageResult.claims")
        require(all(claim.document in known for claim in self.claims), "a claim of no document", where=where)
        told = [document for story in self.stories for document in story.documents]
        require(len(told) == len(set(told)) and set(told) <= known, "a document is in one story", where=where)
        grouped = {claim for group in self.agreement for claim in group.claims}
        joined = {join.claim for claim in self.claims for join in claim.joins}
        footed = {claim for footing in self.footings for claim in footing.claims}
        require(grouped | joined | footed <= ids, "something is said of an unknown claim", where=where)
