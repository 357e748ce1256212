"""Web pages: main text by trafilatura, put back to where it stands in the file.

trafilatura returns text without offsets. So the page is laid out once with a map to the file (``markup``), a tree is
built by trafilatura from the same source without its scripts, and each passage that it returns is looked up in the
layout. Where it finds no article, or the page is too deep or too large for a tree, the visible text is judged line by
line as a flattened page.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.texts.flattened import cut_boilerplate, cut_within
from wayside.coverage.texts.hushing import hush
from wayside.coverage.texts.limits import MAX_DEPTH, MAX_PAGE_CHARACTERS, MAX_TAGS
from wayside.coverage.texts.markup import Markup, lay_out
from wayside.coverage.texts.metadata import PageFacts, page_facts
from wayside.coverage.texts.placing import place
from wayside.errors import TextError
from wayside.model.documents import Cut, Segment, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Page", "looks_like_html", "read_html"]

_HTML: Final = re.compile(
    r"<(?:!doctype html|html|head|body|article|main|div|p|br|table|meta|script|title|span|section)\b", re.IGNORECASE
)
_START: Final = re.compile(
    r"\s{0,200}(?:<\?xml[^>]{0,200}>\s{0,20})?(?:<!--[^>]{0,500}-->\s{0,20})?<(?:!doctype html|html)\b", re.IGNORECASE
)
_MOST_MARKS: Final = 800_000
_SHORTEST: Final = 120
"""Characters of main text under which the answer of the extractor is set against that of the flattened page."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was read from HTML.

    Attributes:
        text: visible text, blocks separated by line feeds.
        segments: where its characters stand in the file.
        body: ranges of ``text`` that are the article.
        cuts: ranges of the file left out.
        facts: what the page declares of itself.
        notes: passages that could not be placed, and other limits.
    """

    text: str
    segments: tuple[Segment, ...]
    body: tuple[Span, ...]
    cuts: tuple[Cut, ...]
    facts: PageFacts
    notes: tuple[str, ...]


def looks_like_html(text: str) -> bool:
    """Return whether a text is marked up."""
    return bool(_START.match(text)) or len(_HTML.findall(text[:20000])) >= 2


def read_html(source: str, name: str, url: str | None = None) -> Page:
    """Read a page.

    Args:
        source: the decoded file, at most ``MAX_PAGE_CHARACTERS``.
        name: for messages.
        url: address that it was fetched from, where that is known.

    Raises:
        TextError: too large, or without any article.
    """
    if len(source) > MAX_PAGE_CHARACTERS:
        todo = f"The limit for a web page is {MAX_PAGE_CHARACTERS // 2**20} million characters"
        raise TextError("too large for a web page", where=name, todo=todo)
    if source.count("<") + source.count("&") > _MOST_MARKS:
        raise TextError("too many tags and character references for a web page", where=name)
    markup = lay_out(source)
    if not markup.text.strip():
        raise TextError("a web page without an article in it", where=name, todo="Save the page's text as plain text")
    facts = page_facts(markup, url)
    notes = list(facts.notes)
    spans, lost = _extracted(markup)
    if lost:
        notes.append(f"{lost} passage(s) of the article could not be placed in the file and were not searched")
    if sum(span.end - span.start for span in spans) < _SHORTEST:
        flat = _flattened(markup)
        if sum(span.end - span.start for span in flat) > sum(span.end - span.start for span in spans):
            spans, notes = (
                flat,
                [*facts.notes, "no article was marked as such; the visible text was cut as a flattened page"],
            )
    if not spans:
        raise TextError("a web page without an article in it", where=name, todo="Save the page's text as plain text")
    spans = _with_headline(markup, spans)
    kept, reasons = cut_within(markup.text, spans)
    if not kept:
        raise TextError("nothing but page furniture", where=name)
    cuts = _cuts(markup, kept, reasons)
    return Page(markup.text, markup.segments, kept, cuts, facts, tuple(notes))


def _extracted(markup: Markup) -> tuple[tuple[Span, ...], int]:
    """Ask trafilatura for the main text and place it; nothing where it finds none or the page is not for a tree."""
    if markup.depth > MAX_DEPTH or markup.tags > MAX_TAGS:
        return (), 0
    import trafilatura  # noqa: PLC0415 - costs half a second, and most kinds of file do not need it

    hush("trafilatura")
    answer = trafilatura.bare_extraction(
        markup.slim, include_comments=False, include_tables=True, favor_recall=True, with_metadata=False
    )
    text = getattr(answer, "text", None) or ""
    passages = [line.strip().removeprefix("- ").strip() for line in text.split("\n") if line.strip()]
    placed = place(markup.text, passages)
    return placed.spans, placed.lost


def _flattened(markup: Markup) -> tuple[Span, ...]:
    """Judge the visible text line by line; navigation, footers and asides only if nothing else is left."""
    blanked = list(markup.text)
    for start, stop in markup.skipped:
        blanked[start:stop] = [char if char == "\n" else " " for char in blanked[start:stop]]
    return cut_boilerplate("".join(blanked)).spans or cut_boilerplate(markup.text).spans


def _with_headline(markup: Markup, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Add the page's one heading where it stands shortly before the article and is not in it."""
    if len(markup.headings) != 1:
        return spans
    start, stop = markup.headings[0]
    heading = markup.text[start:stop]
    shown = heading.strip()
    if not shown or stop > spans[0].start or spans[0].start - stop > 3000:
        return spans
    first = markup.text[spans[0].start : spans[0].end].strip()
    if first == shown:
        return spans
    at = start + heading.index(shown[0])
    return (Span(at, at + len(shown)), *spans)


def _cuts(markup: Markup, body: Sequence[Span], reasons: Sequence[Cut]) -> tuple[Cut, ...]:
    """Report every visible piece outside the body, in file offsets."""
    text, segments = markup.text, markup.segments
    starts = [span.start for span in body]
    said = _Ranges(sorted((cut.span.start, cut.span.end, cut.reason) for cut in reasons))
    aside = _Ranges(sorted((start, stop, "navigation, footer or aside") for start, stop in markup.skipped))
    cuts = []
    for segment in segments:
        for first, stop in _outside(segment, body, starts):
            if not any(char.isalnum() for char in text[first:stop]):
                continue
            reason = said.at(first) or aside.at(first) or "not in the main text"
            at = segment.file + (first - segment.text if segment.length == segment.file_length else 0)
            length = stop - first if segment.length == segment.file_length else segment.file_length
            cuts.append(Cut(Span(at, at + length), reason))
    return tuple(cuts)


class _Ranges:
    """Ranges with a word for each, looked up by place."""

    def __init__(self, rows: list[tuple[int, int, str]]) -> None:
        self._rows = rows
        self._starts = [start for start, _, _ in rows]

    def at(self, place: int) -> str | None:
        index = bisect.bisect_right(self._starts, place) - 1
        return self._rows[index][2] if index >= 0 and place < self._rows[index][1] else None


def _outside(segment: Segment, body: Sequence[Span], starts: Sequence[int]) -> list[tuple[int, int]]:
    """Return the ranges of a segment that no body range holds."""
    first, stop = segment.text, segment.text + segment.length
    found = []
    at = max(0, bisect.bisect_right(starts, first) - 1)
    while first < stop and at < len(body):
        span = body[at]
        at += 1
        if span.end <= first:
            continue
        if span.start >= stop:
            break
        if span.start > first:
            found.append((first, span.start))
        first = max(first, span.end)
    if first < stop:
        found.append((first, stop))
    return found
