"""What the page says of each document, and of the organisations behind them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from wayside.model.documents import Document
from wayside.model.stories import Organisation
from wayside.model.wording import plural, say_date
from wayside.report.coverage.index import Index
from wayside.report.coverage.rows import graded
from wayside.report.coverage.words import cut, language_name, language_tag, safe, web_address

__all__ = ["CutView", "DocumentView", "OrganisationView", "document_view", "organisation_view"]

_MOST_CUTS = 25
_SUPPORT = {"full": "read in full", "partial": "read in part", "none": "not supported: only figures are read"}


@dataclass(frozen=True, slots=True)
class CutView:
    """A passage that was left out: why, where, and its words where they are known."""

    reason: str
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as the page describes it.

    Attributes:
        anchor: id of its place in the page.
        title: headline or file.
        tag: value of the attribute ``lang``, or None.
        who: outlet, or what names it.
        facts: (name, value) pairs.
        link: address that a link may lead to, or None.
        address: the address as text, or "".
        notes: what a reader should know of the reading.
        cuts: what was left out, the first ones.
        cut_summary: how much was left out, by reason; "" for nothing.
        more_cuts: how many are not shown.
        claims: number of claims.
        story: id of its story's place in the page, and the story's title.
        ratings: (grade, by whom, why).
    """

    anchor: str
    title: str
    tag: str | None
    who: str
    facts: tuple[tuple[str, str], ...]
    link: str | None
    address: str
    notes: tuple[str, ...]
    cuts: tuple[CutView, ...]
    cut_summary: str
    more_cuts: int
    claims: int
    story: tuple[str, str]
    ratings: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """A source: its name and kind, its other names with where each was learnt, its grades and its claims."""

    name: str
    kind: str
    aliases: tuple[tuple[str, str, str | None], ...]
    more: int
    ratings: tuple[tuple[str, str, str], ...]
    claims: int


def document_view(index: Index, document: Document, claims: int, story: tuple[str, str]) -> DocumentView:
    """Return what the page says of a document."""
    return DocumentView(
        anchor=index.document_anchor(document.id),
        title=index.headline(document),
        tag=language_tag(document.language) if document.title else None,
        who=cut(document.outlet, 80) if document.outlet else "",
        facts=_facts(index, document),
        link=web_address(document.url),
        address=cut(document.url or "", 180),
        notes=tuple(cut(note, 300) for note in document.notes[:12]),
        cuts=tuple(_cut(document, k) for k in range(min(len(document.cuts), _MOST_CUTS))),
        cut_summary=_cut_summary(document),
        more_cuts=max(0, len(document.cuts) - _MOST_CUTS),
        claims=claims,
        story=story,
        ratings=tuple(graded(index.ratings_of.get(document.id, []))),
    )


def _facts(index: Index, document: Document) -> tuple[tuple[str, str], ...]:
    published = say_date(document.published) if document.published else "day not known"
    language = language_name(document.language)
    facts = [
        ("Outlet", cut(document.outlet, 120) if document.outlet else "not told"),
        ("Author", cut(document.author, 120) if document.author else ""),
        ("Published", published),
        ("Changed", say_date(document.updated) if document.updated else ""),
        ("Language", f"{language}; {_SUPPORT[document.support]}"),
        ("Credits", ", ".join(cut(name, 60) for name in document.credits[:6])),
        ("File", cut(document.file, 160)),
        ("Part", cut(document.part or "", 80)),
        ("Format", f"{document.format}, {plural(len(document.pages), 'page')}" if document.pages else document.format),
        ("Length", plural(sum(span.end - span.start for span in document.body), "character") + " of article"),
        ("Origins", _origins(index, document)),
    ]
    return tuple((name, value) for name, value in facts if value)


def _origins(index: Index, document: Document) -> str:
    found = index.origins_of.get(document.id, [])
    if not found:
        return "none found"
    more = f", and {plural(len(found) - 3, 'weaker one')}" if len(found) > 3 else ""
    names = [cut(index.origin_words(one.derives_from), 60) for one in found[:3]]
    return "; ".join(f"{name} ({one.kind}, {one.p:.2f})" for name, one in zip(names, found, strict=False)) + more


def _cut(document: Document, k: int) -> CutView:
    one = document.cuts[k]
    words = "" if document.segments or document.pages else document.text[one.span.start : one.span.end]
    return CutView(cut(one.reason, 60), f"characters {one.span.start} to {one.span.end}", cut(words, 160))


def _cut_summary(document: Document) -> str:
    if not document.cuts:
        return ""
    reasons = Counter(one.reason for one in document.cuts)
    total = sum(one.span.end - one.span.start for one in document.cuts)
    why = ", ".join(f"{cut(reason, 40)} {number}" for reason, number in reasons.most_common(8))
    return f"{plural(len(document.cuts), 'passage')} cut, {plural(total, 'character')}: {why}"


def organisation_view(index: Index, organisation: Organisation, claims: int) -> OrganisationView:
    """Return what the page says of an organisation."""
    known = list({one.quote.casefold(): one for one in reversed(organisation.aliases)}.values())[::-1]
    aliases = []
    for one in known[:8]:
        document = index.documents.get(one.document)
        where = index.who(document) if document else cut(one.document, 40)
        aliases.append((safe(cut(one.quote, 90)), where, index.document_anchor(one.document) if document else None))
    return OrganisationView(
        cut(organisation.name, 100),
        cut(organisation.kind or "", 40),
        tuple(aliases),
        max(0, len(known) - 8),
        tuple(graded(index.ratings_of.get(organisation.id, []))),
        claims,
    )
