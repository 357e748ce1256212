"""Lines that several documents share because they come off one template.

Syndicated articles share lines too, and those are the article. So a shared line is furniture only where the documents
that share it speak of different things, or where it is no sentence and stands at the edge of pages of one outlet.
Sentences that documents on one subject share are never cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from wayside.coverage.texts.flattened import topic_words
from wayside.coverage.texts.lines import ends_sentence
from wayside.model.documents import Cut, Document, Span

__all__ = ["cut_repeated"]

_REASON: Final = "repeated in other documents"
_DIFFERENT: Final = 0.1
"""Share of common words (Jaccard) under which two documents speak of different things."""
_STRANGERS: Final = 3
"""How many documents of unknown or different outlets must share a line."""
_SITE: Final = re.compile(r"^https?://(?:www\d?\.)?([^/:?#]+)", re.IGNORECASE)
_SHORTEST: Final = 4
_EDGE: Final = 2


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands: number of the document, and of the line in its body, and the body's number of lines."""

    document: int
    span: Span
    line: int
    lines: int


def cut_repeated(documents: Sequence[Document]) -> tuple[Document, ...]:
    """Cut from each document the lines that a template puts on every page.

    Args:
        documents: as read, any number; the time grows with their text.

    Returns:
        The documents in the same order; those with such lines have them cut, with the reason. A document never loses
        all of its body.
    """
    places = _places(documents)
    shared = {text: found for text, found in places.items() if len({one.document for one in found}) > 1}
    words = {one.document for found in shared.values() for one in found}
    topics = {index: topic_words(_body_text(documents[index])) for index in words}
    doomed: dict[int, list[Span]] = {}
    for text, found in shared.items():
        if _is_template(text, found, documents, topics):
            for one in found:
                doomed.setdefault(one.document, []).append(one.span)
    return tuple(_without(document, doomed.get(index, [])) for index, document in enumerate(documents))


def _places(documents: Sequence[Document]) -> dict[str, list[_Place]]:
    found: dict[str, list[_Place]] = {}
    for index, document in enumerate(documents):
        lines = _body_lines(document)
        for number, (text, span) in enumerate(lines):
            if len(text) >= _SHORTEST:
                found.setdefault(text, []).append(_Place(index, span, number, len(lines)))
    return found


def _body_lines(document: Document) -> list[tuple[str, Span]]:
    found = []
    for span in document.body:
        start = span.start
        for raw in document.text[span.start : span.end].split("\n"):
            stripped = raw.strip()
            if stripped:
                at = start + raw.index(stripped[0])
                found.append((" ".join(stripped.lower().split()), Span(at, at + len(stripped))))
            start += len(raw) + 1
    return found


def _body_text(document: Document) -> str:
    return "\n".join(document.text[span.start : span.end] for span in document.body)


def _site(document: Document) -> str | None:
    if document.outlet:
        return document.outlet.casefold()
    match = _SITE.match(document.url or "")
    return match.group(1).lower() if match else None


def _is_template(
    text: str, found: Sequence[_Place], documents: Sequence[Document], topics: dict[int, frozenset[str]]
) -> bool:
    """Judge one shared line by the documents that share it, each set against the next: linear in their number."""
    numbers = sorted({one.document for one in found})
    sites = {_site(documents[number]) for number in numbers}
    one_site = len(sites) == 1 and None not in sites
    own = topic_words(text)
    apart = [_apart(topics[one] - own, topics[two] - own) for one, two in pairwise(numbers)]
    different = sum(apart) > len(apart) / 2
    if different and (one_site or len(numbers) >= _STRANGERS):
        return True
    at_edge = all(one.line < _EDGE or one.lines - one.line <= _EDGE for one in found)
    return one_site and at_edge and not ends_sentence(text) and len(text) < 80 and any(apart)


def _apart(one: frozenset[str], two: frozenset[str]) -> bool:
    both = len(one | two)
    return both > 0 and len(one & two) < _DIFFERENT * both


def _without(document: Document, doomed: list[Span]) -> Document:
    """Take lines out of a body; all of it stays where nothing would be left."""
    if not doomed:
        return document
    left = _minus(document.body, sorted(doomed))
    if not any(document.text[span.start : span.end].strip() for span in left):
        return document
    cuts = (*document.cuts, *(Cut(document.in_file(span), _REASON) for span in doomed))
    return replace(document, body=tuple(left), cuts=tuple(sorted(cuts, key=lambda cut: cut.span)))


def _minus(spans: Sequence[Span], gone: Sequence[Span]) -> list[Span]:
    """Take ranges out of others; both ascending, each of ``gone`` inside one of ``spans``."""
    pieces = []
    at = 0
    for span in spans:
        start = span.start
        while at < len(gone) and gone[at].end <= span.end:
            if gone[at].start > start:
                pieces.append(Span(start, gone[at].start))
            start = max(start, gone[at].end)
            at += 1
        if start < span.end:
            pieces.append(Span(start, span.end))
    return pieces
