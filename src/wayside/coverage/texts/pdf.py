"""PDF: the text of its pages, put back into paragraphs.

A PDF knows lines, not paragraphs. Lines are joined where the sentence runs on, words that were divided at a line's
end are put together, and what stands at the top or bottom of several pages (running heads, page numbers) is kept
apart as furniture. Offsets count in the text that results.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.texts.furniture import normal
from wayside.coverage.texts.hushing import hush
from wayside.coverage.texts.limits import MAX_CHARACTERS, MAX_PAGES
from wayside.coverage.texts.lines import ends_sentence
from wayside.errors import TextError
from wayside.model.documents import Cut, Span

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

__all__ = ["PdfText", "compose", "read_pdf"]

_EDGE: Final = 3
_BULLET: Final = re.compile(r"^(?:[•▪■●○*–-]|\(?\d{1,2}[.)]|\(?[a-z]\))\s")
_DIVIDED: Final = re.compile(r"[^\W\d_]{2}[-\u00ad\u2010]$")
_MOST_CONTENT: Final = 4 * 2**20
_MOST_CONTENT_IN_ALL: Final = 32 * 2**20
_SCANNED: Final = 20
"""Characters a page under which a PDF is taken for a scan."""
_BROKEN: Final = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError, AssertionError,
    ArithmeticError, NotImplementedError, LookupError, zlib.error, struct.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PdfText:
    """What was read from a PDF.

    Attributes:
        text: the paragraphs, one a line.
        pages: offset at which each page begins.
        body: ranges of the paragraphs.
        cuts: ranges of running heads, feet and page numbers.
        title: as the file declares it, or None.
        author: as the file declares it, or None.
        notes: pages that could not be read, and other limits.
    """

    text: str
    pages: tuple[int, ...]
    body: tuple[Span, ...]
    cuts: tuple[Cut, ...]
    title: str | None
    author: str | None
    notes: tuple[str, ...]


def read_pdf(data: bytes, name: str) -> PdfText:
    """Read a PDF.

    Args:
        data: the file.
        name: for messages.

    Raises:
        TextError: damaged, encrypted, or without text (a scan).
    """
    from pypdf import PdfReader  # noqa: PLC0415 - only PDF needs it
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    hush("pypdf")
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            todo = "Save it without a password and try again"
            raise TextError("the PDF is encrypted", where=name, todo=todo)
        count = len(reader.pages)
        pages, notes = _pages(reader, count, (PyPdfError, *_BROKEN))
        title, author, made = _declared(reader, (PyPdfError, *_BROKEN))
    except (PyPdfError, *_BROKEN) as error:
        todo = "Open it in a reader and print it to a new PDF"
        raise TextError("a damaged PDF", where=name, todo=todo) from error
    if sum(len(line) for page in pages for line in page) < _SCANNED * max(1, min(count, 5)):
        todo = "It is a scan, it seems; run text recognition (OCR) on it first"
        raise TextError("the PDF has no text in it", where=name, todo=todo)
    found = compose(pages)
    return PdfText(found.text, found.pages, found.body, found.cuts, title, author, (*notes, *made))


def _pages(reader: PdfReader, count: int, broken: tuple[type[BaseException], ...]) -> tuple[list[list[str]], list[str]]:
    pages: list[list[str]] = []
    unread: list[int] = []
    spent = length = 0
    for number in range(min(count, MAX_PAGES)):
        try:
            page = reader.pages[number]
            size = _content_size(page)
            spent += size
            text = page.extract_text() if size <= _MOST_CONTENT and spent <= _MOST_CONTENT_IN_ALL else None
        except broken:
            text = None
        if text is None or length + len(text) > MAX_CHARACTERS:
            unread.append(number + 1)
            pages.append([])
            continue
        length += len(text)
        pages.append([_line(line) for line in text.splitlines()])
    notes = []
    if unread:
        shown = ", ".join(str(number) for number in unread[:8]) + (" …" if len(unread) > 8 else "")
        notes.append(f"{len(unread)} page(s) could not be read: {shown}")
    if count > MAX_PAGES:
        notes.append(f"only the first {MAX_PAGES} of {count} pages were read")
    return pages, notes


def _content_size(page: PageObject) -> int:
    contents = page.get_contents()
    return len(contents.get_data()) if contents is not None else 0


def _line(raw: str) -> str:
    shown = "".join(
        char if char.isprintable() or char == "\t" else " " for char in raw if not "\ud800" <= char <= "\udfff"
    )
    return " ".join(shown.split())


def _declared(
    reader: PdfReader, broken: tuple[type[BaseException], ...]
) -> tuple[str | None, str | None, tuple[str, ...]]:
    try:
        facts = reader.metadata
        title, author = (str(value or "") for value in ((facts.title, facts.author) if facts else ("", "")))
        made = facts.creation_date if facts else None
    except broken:
        return None, None, ()
    notes = (f"the file was made on {made.date()}, which need not be the day of publication",) if made else ()
    title, author = _line(title)[:300], _line(author)[:200]
    telling = len(title) >= 8 and not re.search(
        r"\.(?:docx?|pdf|indd|html?)$|^(?:untitled|microsoft word)", title, re.IGNORECASE
    )
    return title if telling else None, author or None, notes


@dataclass(slots=True)
class _Composed:
    text: str
    pages: tuple[int, ...]
    body: tuple[Span, ...]
    cuts: tuple[Cut, ...]


def compose(pages: Sequence[Sequence[str]]) -> _Composed:
    """Put the lines of pages into paragraphs, running heads and feet apart.

    Args:
        pages: lines of each page, top to bottom; an empty line is a gap.
    """
    running = _running(pages)
    width = _width(pages)
    paragraphs: list[list[tuple[int, str]]] = []
    furniture: list[tuple[int, int, str]] = []
    open_ = False
    for number, page in enumerate(pages):
        last = max((index for index, line in enumerate(page) if line), default=0)
        for index, line in enumerate(page):
            if not line:
                # A gap ends a paragraph, but the end of a page does not.
                open_ = open_ and index > last
                continue
            edge = _is_edge(page, index)
            if edge and (normal(line) in running or _is_number(line)):
                furniture.append((len(paragraphs), number, line))
                continue
            if open_ and not _begins(line):
                paragraphs[-1].append((number, line))
            else:
                paragraphs.append([(number, line)])
            open_ = _runs_on(line, width)
    return _written(paragraphs, furniture, len(pages))


def _is_edge(page: Sequence[str], index: int) -> bool:
    above = sum(1 for line in page[:index] if line) if index < 4 * _EDGE else _EDGE
    below = sum(1 for line in page[index + 1 :] if line) if len(page) - index <= 4 * _EDGE else _EDGE
    return above < _EDGE or below < _EDGE


def _is_number(line: str) -> bool:
    return bool(
        re.fullmatch(
            r"[-–— ]{0,3}(?:[Pp]age |[Ss]eite |[Pp]. |[Сс]тр\. )?\d{1,4}(?: ?(?:/|of|von|de|из) ?\d{1,4})?[-–— ]{0,3}",
            line,
        )
    )


def _running(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the lines, numbers aside, that stand at the edge of half of the pages or of three."""
    counts: Counter[str] = Counter()
    for page in pages:
        edges = {normal(line) for index, line in enumerate(page) if line and len(line) <= 120 and _is_edge(page, index)}
        counts.update(edges)
    filled = sum(1 for page in pages if any(page))
    enough = max(2, min(3, filled))
    return frozenset(line for line, count in counts.items() if count >= enough and line)


def _width(pages: Sequence[Sequence[str]]) -> int:
    lengths = sorted(len(line) for page in pages for line in page if line)
    return lengths[int(0.8 * (len(lengths) - 1))] if lengths else 0


def _runs_on(line: str, width: int) -> bool:
    """A line goes on in the next one if it is divided, or as wide as the column and ends no sentence early."""
    if _DIVIDED.search(line):
        return True
    if ends_sentence(line):
        return len(line) >= 0.93 * width and len(line) >= 40
    return len(line) >= 0.6 * width


def _begins(line: str) -> bool:
    return bool(_BULLET.match(line))


def _written(paragraphs: list[list[tuple[int, str]]], furniture: list[tuple[int, int, str]], pages: int) -> _Composed:
    pieces: list[str] = []
    starts: dict[int, int] = {}
    body: list[Span] = []
    cuts: list[Cut] = []
    length = 0
    waiting = list(reversed(furniture))

    def write(line: str) -> Span:
        nonlocal length
        pieces.append(line + "\n")
        span = Span(length, length + len(line))
        length += len(line) + 1
        return span

    def heads(before: int) -> None:
        while waiting and waiting[-1][0] <= before:
            _, page, line = waiting.pop()
            starts.setdefault(page, length)
            cuts.append(Cut(write(line), "running head, foot or page number"))

    for index, paragraph in enumerate(paragraphs):
        heads(index)
        joined = ""
        for page, line in paragraph:
            joined = _joined(joined, line)
            starts.setdefault(page, length + max(0, len(joined) - len(line)))
        body.append(write(joined))
    heads(len(paragraphs))
    following = length
    offsets = []
    for page in range(pages - 1, -1, -1):
        # A paragraph that goes on over pages holds their first words; what they repeat is written behind it.
        following = min(following, starts.get(page, following))
        offsets.append(following)
    return _Composed("".join(pieces), tuple(reversed(offsets)), tuple(body), tuple(cuts))


def _joined(before: str, line: str) -> str:
    """Join two lines; a word that was divided is put together where it goes on in lower case."""
    if not before:
        return line
    if before[-1] in "\u00ad\u2010" or (_DIVIDED.search(before) and line[:1].islower()):
        return before[:-1] + line
    return f"{before} {line}" if not before.endswith("-") else before + line
