"""HTML to the article's text, with the place of every character in the file.

Trafilatura says which passages are the article. It gives no places, so the page is also read with the standard
library's parser, which does: the visible text is laid out with a map to the file, and each passage is looked up in it.
"""

from __future__ import annotations

import bisect
import json
import re
from dataclasses import dataclass
from datetime import date
from html import unescape
from html.parser import HTMLParser
from typing import Final

import trafilatura

from wayside.coverage.words.lexicon import word_list
from wayside.errors import TextError
from wayside.model.documents import Cut, Segment, Span

__all__ = ["Page", "looks_like_html", "read_html"]

_HIDDEN: Final = frozenset({"script", "style", "noscript", "template", "svg"})
_BLOCKS: Final = frozenset(
    word_list(
        "p div br li ul ol h1 h2 h3 h4 h5 h6 td th tr table section article header footer nav aside blockquote"
        " figcaption main form option title pre"
    )
)
_HTML: Final = re.compile(r"<(?:!doctype html|html|head|body|article|div|p|meta|script)\b", re.IGNORECASE)
MAX_CHARACTERS: Final = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Page:
    """What was read from HTML.

    Attributes:
        text: visible text, blocks separated by line feeds.
        segments: where its characters stand in the file.
        body: ranges of ``text`` that are the article.
        cuts: ranges of the file left out.
        title: headline or None.
        published: day or None.
        outlet: site name or None.
        notes: passages that could not be placed, and other limits.
    """

    text: str
    segments: tuple[Segment, ...]
    body: tuple[Span, ...]
    cuts: tuple[Cut, ...]
    title: str | None
    published: date | None
    outlet: str | None
    notes: tuple[str, ...]


def looks_like_html(text: str) -> bool:
    """Return whether a text is marked up."""
    return len(_HTML.findall(text[:20000])) >= 2


class _Layout(HTMLParser):
    """Lays out the visible text and remembers where each piece stands."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self._source = source
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", source))]
        self._hidden = 0
        self.pieces: list[str] = []
        self.segments: list[Segment] = []
        self.length = 0

    def _here(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    def _add(self, piece: str, length: int) -> None:
        if self._hidden or not piece:
            return
        at = self._here()
        if len(piece) > 1 and len(piece) != length:
            return
        self.segments.append(Segment(self.length, at, len(piece), length))
        self.pieces.append(piece)
        self.length += len(piece)

    def _break(self) -> None:
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")
            self.length += 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hide what is not shown; break at blocks."""
        del attrs
        if tag in _HIDDEN:
            self._hidden += 1
        if tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        """Show again; break at blocks."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        """Take text as it stands."""
        self._add(data, len(data))

    def handle_entityref(self, name: str) -> None:
        """Take a named character reference as the one character that it means."""
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        """Take a numbered character reference as the one character that it means."""
        self._reference(f"&#{name}")

    def _reference(self, written: str) -> None:
        at = self._here()
        length = len(written) + (1 if self._source[at + len(written) : at + len(written) + 1] == ";" else 0)
        meaning = unescape(written + ";")
        self._add(meaning if len(meaning) == 1 else " ", length)


def read_html(source: str, name: str) -> Page | None:
    """Read a page.

    Args:
        source: the decoded file, at most ``MAX_CHARACTERS``.
        name: for messages.

    Returns:
        The page, or None where no article could be found in it.

    Raises:
        TextError: too large, or markup that cannot be parsed.
    """
    if len(source) > MAX_CHARACTERS:
        todo = f"The limit for a web page is {MAX_CHARACTERS // 2**20} million characters"
        raise TextError("too large for a web page", where=name, todo=todo)
    layout = _Layout(source)
    try:
        layout.feed(source)
        layout.close()
    except AssertionError as error:  # the standard parser's answer to an unknown "<![…" section
        raise TextError("broken markup", where=name, todo="Save the page's text as plain text") from error
    text = "".join(layout.pieces)
    if not text.strip():
        return None
    extracted = _extract(source)
    passages = [line.strip("- ").strip() for line in str(extracted.get("text") or "").split("\n") if line.strip()]
    body, lost = _place(text, passages)
    notes = [f"{lost} passage(s) of the article could not be placed in the file and were not searched"] if lost else []
    if not body:
        return None
    segments = tuple(layout.segments)
    return Page(
        text=text,
        segments=segments,
        body=tuple(body),
        cuts=_cuts(text, segments, body),
        title=_string(extracted.get("title")),
        published=_day(extracted.get("date")),
        outlet=_string(extracted.get("source-hostname") or extracted.get("hostname")),
        notes=tuple(notes),
    )


def _extract(source: str) -> dict[str, object]:
    """Ask trafilatura; an empty answer where it finds no article."""
    answer = trafilatura.extract(
        source, output_format="json", with_metadata=True, include_comments=False, include_tables=True, favor_recall=True
    )
    found = json.loads(answer) if answer else {}
    return found if isinstance(found, dict) else {}


def _string(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _place(text: str, passages: list[str]) -> tuple[list[Span], int]:
    """Find passages in the laid-out text, white space aside, in order first and anywhere else second."""
    kept = [index for index, char in enumerate(text) if not char.isspace()]
    squeezed = "".join(text[index] for index in kept)
    found: list[Span] = []
    lost = 0
    cursor = 0
    for passage in passages:
        needle = "".join(passage.split())
        at = squeezed.find(needle, cursor) if needle else -1
        at = squeezed.find(needle) if at < 0 and needle else at
        if at < 0:
            lost += 1
            continue
        cursor = max(cursor, at + len(needle))
        found.append(Span(kept[at], kept[at + len(needle) - 1] + 1))
    return _disjoint(found), lost


def _disjoint(spans: list[Span]) -> list[Span]:
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start < found[-1].end:
            continue
        found.append(span)
    return found


def _cuts(text: str, segments: tuple[Segment, ...], body: list[Span]) -> tuple[Cut, ...]:
    """Report every visible piece outside the body, in file offsets."""
    starts = [span.start for span in body]
    cuts = []
    for segment in segments:
        if not text[segment.text : segment.text + segment.length].strip():
            continue
        at = bisect.bisect_right(starts, segment.text + segment.length - 1) - 1
        if at < 0 or body[at].end <= segment.text:
            cuts.append(Cut(Span(segment.file, segment.file + segment.file_length), "not in the main text"))
    return tuple(cuts)
