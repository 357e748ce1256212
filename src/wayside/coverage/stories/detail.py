"""One document in full: where its words, runs, quotations and spellings stand. Held for one story at a time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.features import RUN, source_key
from wayside.coverage.stories.skeleton import latin, skeleton
from wayside.coverage.stories.words import phrases
from wayside.coverage.words.tokens import quoted_spans
from wayside.model.documents import Passage, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.model.claims import Claim
    from wayside.model.documents import Document, Segment

__all__ = ["Detail", "claim_passage", "detail", "in_text", "sentence_around", "variants"]

_WORD: Final = re.compile(r"\w+")
_SHORTEST_NAME: Final = 5
_REACH: Final = 400
_ENDS: Final = re.compile(r"[.!?。！？…]['\"”’»)]*\s|\n")
_ENDINGS: Final = "aeiouys"


@dataclass(frozen=True, slots=True)
class Detail:
    """One document in full.

    Attributes:
        document: as read.
        claims: its claims, in reading order.
        words: words of the body in lower case.
        starts: first character of each in the text.
        ends: one past its last.
        runs: runs of five words, with the index of the first word.
        quoted: those of them that stand inside quotation marks.
        names: capitalised words of five letters and more, with the index of the first that is spelled so.
        sources: ids of the final sources of its claims.
        media: ids of those through whom it has claims, or whom it credits as a whole.
        looked: where it says that it looked itself, or None.
        leads: the headline, where it stands in the text, and the first line or sentence: ranges of the text.
        figures: its claims by figure.
        counts: its claims by thing, kind and unit, those of them that give a figure.
    """

    document: Document
    claims: tuple[Claim, ...]
    words: tuple[str, ...] = field(repr=False)
    starts: tuple[int, ...] = field(repr=False)
    ends: tuple[int, ...] = field(repr=False)
    runs: dict[str, int] = field(repr=False)
    quoted: dict[str, int] = field(repr=False)
    names: dict[str, int] = field(repr=False)
    sources: frozenset[str]
    media: frozenset[str]
    looked: Passage | None
    leads: tuple[Span, ...]
    figures: Mapping[float, Sequence[Claim]] = field(repr=False)
    counts: Mapping[tuple[str, str, str], Sequence[Claim]] = field(repr=False)

    def passage(self, first: int, stop: int) -> Passage:
        """Return the words from ``first`` to before ``stop`` with their place in the file."""
        span = Span(self.starts[first], self.ends[stop - 1])
        quote = self.document.text[span.start : span.end]
        return Passage(self.document.id, self.document.in_file(span), quote)

    def common(self, other: Detail, first: int, second: int) -> tuple[Passage, Passage]:
        """Return how far the words from ``first`` here and from ``second`` there go on to be the same."""
        length = RUN
        while (
            first + length < len(self.words)
            and second + length < len(other.words)
            and self.words[first + length] == other.words[second + length]
        ):
            length += 1
        return self.passage(first, first + length), other.passage(second, second + length)


def detail(document: Document, claims: Sequence[Claim], media: frozenset[str]) -> Detail:
    """Read one document in full.

    Args:
        document: as read.
        claims: its claims.
        media: ids of those through whom it has claims, or whom it credits.
    """
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    names: dict[str, int] = {}
    runs: dict[str, int] = {}
    for span in document.body:
        opening = len(words)
        for match in _WORD.finditer(document.text, span.start, span.end):
            word = match.group()
            if len(word) >= _SHORTEST_NAME and word[0].isupper() and not word.isupper():
                names.setdefault(word, len(words))
            words.append(word.lower())
            starts.append(match.start())
            ends.append(match.end())
        for at in range(opening, len(words) - RUN + 1):
            runs.setdefault(" ".join(words[at : at + RUN]), at)
    quoted: dict[str, int] = {}
    for span in document.body:
        for start, stop in quoted_spans(document.text, span.start, span.end):
            first, last = bisect_left(starts, start), bisect_left(starts, stop)
            for at in range(first, last - RUN + 1):
                quoted.setdefault(" ".join(words[at : at + RUN]), at)
    figures, counts = _indexed(claims)
    return Detail(
        document,
        tuple(claims),
        tuple(words),
        tuple(starts),
        tuple(ends),
        runs,
        quoted,
        names,
        frozenset(key for claim in claims if (key := source_key(claim)) is not None),
        media,
        _looked(document, claims),
        _leads(document),
        figures,
        counts,
    )


def _indexed(
    claims: Sequence[Claim],
) -> tuple[dict[float, list[Claim]], dict[tuple[str, str, str], list[Claim]]]:
    """Return the claims that give a figure, by figure, and by thing, kind and unit."""
    figures: dict[float, list[Claim]] = {}
    counts: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in claims:
        if claim.quantity.figure is not None:
            figures.setdefault(claim.quantity.figure, []).append(claim)
            if claim.thing is not None:
                counts.setdefault((claim.thing, claim.kind, claim.quantity.unit), []).append(claim)
    return figures, counts


def _leads(document: Document) -> tuple[Span, ...]:
    """Return where the headline stands, if it does, and the first line or sentence of the body."""
    found = []
    title = document.text.find(document.title) if document.title else -1
    if document.title and title >= 0:
        found.append(Span(title, title + len(document.title)))
    if document.body:
        first = document.body[0].start
        stop = min(first + _REACH, document.body[0].end)
        end = _ENDS.search(document.text, first, stop)
        found.append(Span(first, end.end() if end else min(first + 1, stop)))
    return tuple(found)


def claim_passage(claim: Claim) -> Passage:
    """Return the words of a claim."""
    return Passage(claim.document, claim.span, claim.quote)


def _looked(document: Document, claims: Sequence[Claim]) -> Passage | None:
    """Return where a document says that it looked itself, or None."""
    for claim in claims:
        if claim.voice == "outlet":
            return claim_passage(claim)
    pattern = phrases("own", document.language)
    for span in document.body:
        match = pattern.search(document.text, span.start, span.end)
        if match:
            found = Span(match.start(), match.end())
            return Passage(document.id, document.in_file(found), match.group())
    return None


def in_text(document: Document, span: Span) -> Span:
    """Return where a range of the decoded file stands in the document's text."""
    if not document.segments:
        return Span(min(span.start, len(document.text) - 1), min(span.end, len(document.text)))

    def back(position: int) -> int:
        segment = document.segments[max(0, bisect_left(document.segments, position + 1, key=_in_file) - 1)]
        return segment.text + min(segment.length, max(0, position - segment.file))

    start = min(back(span.start), len(document.text) - 1)
    return Span(start, max(start + 1, back(span.end - 1) + 1))


def _in_file(segment: Segment) -> int:
    return segment.file


def sentence_around(document: Document, span: Span) -> Span:
    """Return the sentence of the text in which a range of the file stands, at most some hundred characters each way."""
    here = in_text(document, span)
    text = document.text
    low = max(0, here.start - _REACH)
    start = low
    for match in _ENDS.finditer(text, low, here.start):
        start = match.end()
    following = _ENDS.search(text, here.end - 1, min(len(text), here.end + _REACH))
    end = following.end() if following else min(len(text), here.end + _REACH)
    return Span(min(start, here.start), max(end, here.end))


def variants(details: Sequence[Detail]) -> frozenset[str]:
    """Return the spellings of names that differ from the usual one of the story: those of a few, where most differ.

    Endings are no misspelling, and another script is none.
    """
    forms: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    for one in details:
        for name in one.names:
            forms[skeleton(name), name.isascii()][name] += 1
    found: set[str] = set()
    for (bones, _), counts in forms.items():
        if len(counts) < 2 or len(bones) < 3:
            continue
        (usual, most), *others = counts.most_common()
        stem = latin(usual).rstrip(_ENDINGS)
        found.update(name for name, count in others if 2 * count <= most and latin(name).rstrip(_ENDINGS) != stem)
    return frozenset(found)
