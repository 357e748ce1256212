"""One document in full: where its words, runs, quotations and spellings stand. Held for one story at a time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.features import RUN, source_key
from wayside.coverage.stories.keys import figure_key
from wayside.coverage.stories.skeleton import latin, skeleton
from wayside.coverage.stories.words import phrases
from wayside.coverage.words.tokens import quoted_spans
from wayside.model.documents import Passage, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.coverage.stories.saying import Said
    from wayside.model.claims import Claim
    from wayside.model.documents import Document, Segment

__all__ = ["Detail", "claim_passage", "detail", "in_text", "sentence_around", "together", "variants"]

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
        runs: runs of five words by their hash, with the index of the first word; once the documents of a story were put
            ``together``, those that another of them has too.
        shared: those, as a set.
        length: how many distinct runs it has.
        quoted: runs that stand inside quotation marks.
        names: capitalised words of five letters and more, with the index of the first that is spelled so.
        sources: ids of the final sources of its claims.
        media: ids of those through whom it has claims, or whom it credits as a whole.
        looked: where it says that it looked itself, or None.
        leads: the headline, where it stands in the text, and the first line or sentence: ranges of the text.
        figures: its claims by figure.
        counts: its claims by thing, kind and unit, those of them that give a figure.
        keyed: the first claim of each figure, by thing, unit and figure.
        said: how its claims say what they say, as far as it was asked.
    """

    document: Document
    claims: tuple[Claim, ...]
    words: tuple[str, ...] = field(repr=False)
    starts: tuple[int, ...] = field(repr=False)
    ends: tuple[int, ...] = field(repr=False)
    runs: Mapping[int, int] = field(repr=False)
    shared: frozenset[int] = field(repr=False)
    length: int
    quoted: Mapping[int, int] = field(repr=False)
    names: dict[str, int] = field(repr=False)
    sources: frozenset[str]
    media: frozenset[str]
    looked: Passage | None
    leads: tuple[Span, ...]
    figures: Mapping[float, Sequence[Claim]] = field(repr=False)
    counts: Mapping[tuple[str, str, str], Sequence[Claim]] = field(repr=False)
    keyed: Mapping[tuple[str, str, float], Claim] = field(repr=False)
    said: dict[str, Said] = field(default_factory=dict, repr=False, compare=False)

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
    written: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    # One past the last word of each stretch: no run goes on over it.
    stops: list[int] = []
    for span in document.body:
        matches = list(_WORD.finditer(document.text, span.start, span.end))
        written += [match.group() for match in matches]
        starts += [match.start() for match in matches]
        ends += [match.end() for match in matches]
        stops.append(len(written))
    words = [word.lower() for word in written]
    names: dict[str, int] = {}
    for at, word in enumerate(written):
        if len(word) >= _SHORTEST_NAME and word[0].isupper() and not word.isupper():
            names.setdefault(word, at)
    hashes = _hashes(words)
    runs = _runs(hashes, stops)
    quoted: dict[int, int] = {}
    for span in document.body:
        for start, stop in quoted_spans(document.text, span.start, span.end):
            first, last = bisect_left(starts, start), bisect_left(starts, stop)
            for at in range(first, last - RUN + 1):
                quoted.setdefault(hashes[at], at)
    figures, counts = _indexed(claims)
    return Detail(
        document,
        tuple(claims),
        tuple(words),
        tuple(starts),
        tuple(ends),
        runs,
        frozenset(),
        len(runs),
        quoted,
        names,
        frozenset(key for claim in claims if (key := source_key(claim)) is not None),
        media,
        _looked(document, claims),
        _leads(document),
        figures,
        counts,
        _keyed(claims),
    )


def _hashes(words: Sequence[str]) -> list[int]:
    """Return the hash of each run of five words: in 64 bits, two of a story's runs meet by chance practically never."""
    return [hash(run) for run in zip(*(words[at:] for at in range(RUN)), strict=False)]


def _runs(hashes: Sequence[int], stops: Sequence[int]) -> dict[int, int]:
    """Return the first place of each run, of those that stand within one stretch."""
    places: list[int] = []
    opening = 0
    for stop in stops:
        places += range(opening, stop - RUN + 1)
        opening = stop
    # From the last to the first, which is the one that stays.
    places.reverse()
    return dict(zip(map(hashes.__getitem__, places), places, strict=True))


def together(details: Sequence[Detail]) -> list[Detail]:
    """Keep of the runs of each document those that another of the same story has: the others are never compared."""
    once: set[int] = set()
    several: set[int] = set()
    for one in details:
        several.update(once.intersection(one.runs))
        once.update(one.runs)
    found = []
    for one in details:
        shared = frozenset(several.intersection(one.runs))
        found.append(replace(one, runs={run: one.runs[run] for run in shared}, shared=shared))
    return found


def _keyed(claims: Sequence[Claim]) -> dict[tuple[str, str, float], Claim]:
    """Return the first claim of each figure."""
    found: dict[tuple[str, str, float], Claim] = {}
    for claim in claims:
        key = figure_key(claim)
        if key is not None:
            found.setdefault(key, claim)
    return found


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
    start = max(0, here.start - _REACH)
    for match in _ENDS.finditer(text, start, here.start):
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
