"""Rows of the page's tables: claims, changes, footings, statements, events, ratings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from wayside.model.agreement import Contradiction, Rating
from wayside.model.claims import BARE, Claim, DatedEvent, Footing, TimeSpan
from wayside.model.documents import Passage
from wayside.model.stories import Change, Story
from wayside.model.wording import say_date
from wayside.report.coverage.index import Excerpt, Index
from wayside.report.coverage.sentences import sources_sentence
from wayside.report.coverage.words import (
    KIND_WORDS,
    VOICE_WORDS,
    cut,
    language_tag,
    say_bounds,
    say_claim,
    say_day,
    say_number,
    say_quantity,
    say_rating,
)

__all__ = [
    "ChangeRow",
    "ClaimRow",
    "ContradictionRow",
    "EventRow",
    "FootingRow",
    "Quote",
    "StatementGroup",
    "change_row",
    "claim_row",
    "contradiction_row",
    "event_row",
    "footing_row",
    "rating_words",
    "statement_groups",
]

NOT_RATED = "not rated"
_CLOSE = 70
_COMPARISON = "comparisons"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words in their place, with the document that they stand in.

    Attributes:
        excerpt: the words and what stands around them.
        tag: value of the attribute ``lang``, or None.
        who: who published the document.
        day: when, in words.
        anchor: id of the document's place in the page, or None where it is not one of those read.
        claim: id of the claim's place in the page, or None.
        label: number of the claim, or "".
    """

    excerpt: Excerpt
    tag: str | None
    who: str
    day: str
    anchor: str | None
    claim: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim as the table shows it; all fields are words, "" where there is nothing to say."""

    quote: Quote
    said: str
    counted: str
    bounds: str
    kind: str
    place: str
    time: str
    resolved: str
    source: str
    chain: tuple[str, ...]
    voice: str
    quotation: str
    remarks: tuple[str, ...]
    flags: tuple[str, ...]
    rating: str
    graded: bool


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What became of a claim, with both passages."""

    kind: str
    text: str
    p: str
    before: Quote
    after: Quote


@dataclass(frozen=True, slots=True)
class ContradictionRow:
    """Two claims that cannot both be true, with both passages; ``quotes`` is empty where a claim is not known."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class FootingRow:
    """Figures in one unit, each with its claim, its value and how it was worked out."""

    text: str
    unit: str
    steps: tuple[tuple[Quote, str, str], ...]


@dataclass(frozen=True, slots=True)
class StatementGroup:
    """Statements without a figure on one topic: how many documents state it, from how many sources, and the claims."""

    topic: str
    documents: int
    denied: int
    sources: tuple[str, ...]
    claims: tuple[tuple[Quote, str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """A dated event: its day in words, what it is, who says so and where."""

    order: int
    day: str
    event: str
    kind: str
    quotes: tuple[Quote, ...]
    source: str


def quote_of_claim(index: Index, claim: Claim, around: int = 110) -> Quote:
    """Return the words of a claim in their place."""
    document = index.documents[claim.document]
    return Quote(
        excerpt=index.excerpt(claim.document, claim.span, claim.quote, around),
        tag=language_tag(document.language),
        who=index.who(document),
        day=say_day(document.published),
        anchor=index.document_anchor(claim.document),
        claim=index.claim_anchor(claim.id),
        label=index.claim_label(claim.id),
    )


def quote_of_passage(index: Index, passage: Passage, around: int = 110) -> Quote:
    """Return the words of a passage in their place."""
    document = index.documents.get(passage.document)
    excerpt = index.excerpt(passage.document, passage.span, passage.quote, around)
    if document is None:
        return Quote(excerpt, None, cut(passage.document, 60), "", None)
    return Quote(
        excerpt,
        language_tag(document.language),
        index.who(document),
        say_day(document.published),
        index.document_anchor(passage.document),
    )


def claim_row(index: Index, claim: Claim) -> ClaimRow:
    """Return a claim as the table shows it."""
    bare = claim.kind in {"comparison", "statement"}
    said = say_claim(claim) if bare else say_quantity(claim.quantity)
    bounds = "" if bare else say_bounds(claim.quantity)
    voice = VOICE_WORDS[claim.voice]
    source = index.source_name(claim)
    return ClaimRow(
        quote=quote_of_claim(index, claim),
        said=said,
        counted="" if bare or claim.counted == claim.quantity.unit else cut(claim.counted or "", 60),
        bounds=bounds,
        kind=KIND_WORDS[claim.kind],
        place=cut(claim.place or "", 60),
        time=cut(claim.time.text, 60) if claim.time else "",
        resolved=_resolved(claim.time),
        source=source,
        chain=tuple(cut(name, 50) for name in claim.via[:5]),
        voice="" if source and claim.voice in {"named", "unattributed"} else voice,
        quotation={"direct": "quoted directly", "broken": "quoted in part"}.get(claim.quotation or "", ""),
        remarks=_remarks(index, claim),
        flags=tuple(cut(flag, 90) for flag in claim.flags[:6]),
        rating=rating_words(index, claim),
        graded=rating_words(index, claim) != NOT_RATED,
    )


def _resolved(time: TimeSpan | None) -> str:
    if time is None or (time.start is None and time.end is None):
        return ""
    if time.start == time.end and time.start is not None:
        return say_date(time.start, short=True)
    start = f"from {say_date(time.start, short=True)}" if time.start else ""
    end = f"to {say_date(time.end, short=True)}" if time.end else ""
    return f"{start} {end}".strip()


def _remarks(index: Index, claim: Claim) -> tuple[str, ...]:
    said: list[str] = []
    if claim.negated and claim.kind != "statement":
        said.append("denied")
    if claim.certainty != "asserted":
        said.append(claim.certainty)
    if claim.hedges:
        said.append("hedged: " + ", ".join(f"“{cut(hedge, 40)}”" for hedge in claim.hedges[:3]))
    words = {"or": "alternative to", "and": "together with", "same": "same figure as", "part of": "part of"}
    said += [f"{words[join.kind]} claim {index.claim_label(join.claim)}" for join in claim.joins[:3]]
    return tuple(said)


def rating_words(index: Index, claim: Claim) -> str:
    """Return the grades of a claim, of its source and of its document, or "not rated"."""
    said = []
    for subject, what in ((claim.id, "claim"), (claim.source or "", "source"), (claim.document, "document")):
        said += [
            f"{what} {(one.reliability or '') + (one.credibility or '')}"
            for one in index.ratings_of.get(subject, [])[:2]
        ]
    return ", ".join(said) or NOT_RATED


def change_row(index: Index, change: Change) -> ChangeRow:
    """Return a change as the page shows it."""
    return ChangeRow(
        change.kind,
        cut(change.text, 320),
        f"{change.p:.2f}",
        quote_of_passage(index, change.before),
        quote_of_passage(index, change.after),
    )


def contradiction_row(index: Index, one: Contradiction) -> ContradictionRow:
    """Return a contradiction as the page shows it."""
    known = [index.claims[name] for name in (one.one, one.other) if name in index.claims]
    return ContradictionRow(cut(one.text, 320), tuple(quote_of_claim(index, claim, _CLOSE) for claim in known))


def footing_row(index: Index, footing: Footing) -> FootingRow:
    """Return figures on one footing as the page shows them."""
    steps = tuple(
        (quote_of_claim(index, index.claims[name], _CLOSE), say_number(value), cut(steps, 200))
        for name, value, steps in zip(footing.claims, footing.values, footing.arithmetic, strict=True)
    )
    return FootingRow(cut(footing.text, 320), cut(footing.unit, 24), steps)


def statement_groups(index: Index, story: Story, most: int = 8) -> list[StatementGroup]:
    """Return statements without a figure by topic, those of most documents first."""
    topics: dict[str, list[Claim]] = defaultdict(list)
    for claim in index.claims_of.get(story.id, []):
        if claim.kind in BARE:
            topics[claim.topic or _COMPARISON].append(claim)
    sources: dict[str, list[str]] = defaultdict(list)
    for group in index.agreements_of(story):
        if not index.has_figures(group):
            topic = index.claims[group.claims[0]].topic or _COMPARISON
            sources[topic].append(sources_sentence(index, group).text)
    rows = [_statements(index, topic, some, tuple(sources[topic]), most) for topic, some in topics.items()]
    return sorted(rows, key=lambda row: (row.topic == _COMPARISON, -row.documents))


def _statements(index: Index, topic: str, some: Sequence[Claim], sources: tuple[str, ...], most: int) -> StatementGroup:
    return StatementGroup(
        topic=cut(topic.replace("-", " "), 80),
        documents=len({one.document for one in some}),
        denied=len({one.document for one in some if one.negated}),
        sources=sources,
        claims=tuple((quote_of_claim(index, one, _CLOSE), _sayer(index, one), _manner(one)) for one in some[:most]),
        more=max(0, len(some) - most),
    )


def _sayer(index: Index, claim: Claim) -> str:
    return index.source_name(claim) or VOICE_WORDS[claim.voice]


def _manner(claim: Claim) -> str:
    return ", ".join(
        filter(None, ("denied" if claim.negated else "", "" if claim.certainty == "asserted" else claim.certainty))
    )


def event_row(index: Index, some: Sequence[DatedEvent]) -> EventRow:
    """Return one event, as one or several documents name it, as the page shows it."""
    first = some[0]
    quotes = tuple(quote_of_passage(index, Passage(one.document, one.span, one.quote), _CLOSE) for one in some[:4])
    day = first.time.start or first.time.end
    sources = dict.fromkeys(cut(one.asserted_by, 50) for one in some if one.asserted_by)
    when = _resolved(first.time) or f"“{cut(first.time.text, 40)}”"
    order = day.toordinal() if day else 10**7
    return EventRow(order, when, cut(first.event, 120), cut(first.kind, 40), quotes, ", ".join(list(sources)[:3]))


def graded(ratings: Sequence[Rating]) -> list[tuple[str, str, str]]:
    """Return ratings in words: grade, who gave it and when, why."""
    return [(say_rating(one), f"{cut(one.by, 60)}, {say_date(one.on)}", cut(one.note, 400)) for one in ratings]
