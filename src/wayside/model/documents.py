"""Values of texts: documents, and places in them.

Character offsets count Unicode code points of the decoded file, byte order mark excluded, line ends as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from wayside.model.checks import require

__all__ = ["Cut", "Document", "Passage", "Segment", "Span"]

FORMATS = ("text", "flattened page", "html", "pdf", "e-mail")
SUPPORT = ("full", "partial", "none")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters.

    Attributes:
        start: first character, 0-based, >= 0.
        end: one past the last character, > start.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        require(0 <= self.start < self.end, f"not a range of characters: [{self.start}, {self.end})", where="Span")

    def overlaps(self, other: Span) -> bool:
        """Return whether the two ranges share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Passage:
    """Words in a document.

    Attributes:
        document: id of the document.
        span: characters in the decoded file.
        quote: the words, as in the document's text.
    """

    document: str
    span: Span
    quote: str

    def __post_init__(self) -> None:
        require(bool(self.document and self.quote.strip()), "a passage has a document and words", where="Passage")


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of the file that is not the article.

    Attributes:
        span: characters in the decoded file.
        reason: why it was cut, from a fixed short list ("furniture", "teaser", "before the headline", …).
    """

    span: Span
    reason: str

    def __post_init__(self) -> None:
        require(bool(self.reason), "a cut says why", where="Cut.reason")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of the document's text that stands in the file in one piece.

    Attributes:
        text: first character in the text, >= 0.
        file: first character in the decoded file, >= 0.
        length: characters of the text, >= 1.
        file_length: characters of the file; differs from ``length`` only for a character reference ("&amp;").
    """

    text: int
    file: int
    length: int
    file_length: int

    def __post_init__(self) -> None:
        require(
            self.text >= 0 and self.file >= 0 and self.length >= 1 and self.file_length >= 1,
            "a segment has positions >= 0 and lengths >= 1",
            where="Segment",
        )
        require(self.length in {1, self.file_length}, "only a single character may be spelled longer", where="Segment")


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it was read.

    Attributes:
        id: short name, unique in one analysis, not empty.
        file: the name that the text was read under.
        text: what is searched for claims: the decoded file itself for plain text, the visible text for HTML.
        body: ranges of ``text`` that are the article, ascending, disjoint.
        cuts: ranges of the decoded *file* that were left out, ascending, each with its reason.
        title: headline or None.
        language: ISO 639-1 code, or None where it cannot be told.
        published: day of publication, or None; a date in a page's furniture is not taken for one.
        outlet: who published it, or None.
        credits: agencies or outlets that the text credits as a whole ("(AP)", "Sources By Agencies").
        notes: what a reader should know of the reading, in words.
        segments: how ``text`` maps to the decoded file; empty where they are the same.
        author: byline as written, or None.
        updated: day of the last change that the page itself declares, or None.
        url: address that the page was taken from (a web archive's record, a canonical link), or None.
        format: one of ``FORMATS``.
        part: which part of the file, where it holds several ("record 12", "page 3 of the archive"), or None. Offsets
            count from the beginning of that part's decoded text.
        pages: for a PDF, the offset in ``text`` at which each page begins; offsets then count in the extracted text.
        support: how far the rules carry in the document's language, one of ``SUPPORT``.
    """

    id: str
    file: str
    text: str
    body: tuple[Span, ...]
    cuts: tuple[Cut, ...] = ()
    title: str | None = None
    language: str | None = None
    published: date | None = None
    outlet: str | None = None
    credits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = field(default=(), repr=False)
    author: str | None = None
    updated: date | None = None
    url: str | None = None
    format: str = "text"
    part: str | None = None
    pages: tuple[int, ...] = ()
    support: str = "full"

    def __post_init__(self) -> None:
        require(bool(self.id), "a document has an id", where="Document.id")
        ends = [0, *(span.end for span in self.body)]
        ascending = all(span.start >= before for span, before in zip(self.body, ends, strict=False))
        require(ascending, "body ranges ascend and are disjoint", where=f"Document {self.id}")
        require(ends[-1] <= len(self.text), "a body range ends after the text", where=f"Document {self.id}")
        require(self.format in FORMATS, f"no such format: {self.format!r}", where=f"Document {self.id}")
        require(self.support in SUPPORT, f"no such degree of support: {self.support!r}", where=f"Document {self.id}")

    def in_file(self, span: Span) -> Span:
        """Return where a range of ``text`` stands in the decoded file.

        The result runs from the first to the last character of the range; in HTML, markup may stand between.
        """
        if not self.segments:
            return span
        return Span(self._at(span.start, end=False), self._at(span.end - 1, end=True))

    def _at(self, position: int, *, end: bool) -> int:
        low, high = 0, len(self.segments) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.segments[middle].text <= position else (low, middle - 1)
        segment = self.segments[low]
        offset = position - segment.text
        if offset >= segment.length or segment.length != segment.file_length:
            return segment.file + (segment.file_length if end or offset >= segment.length else 0)
        return segment.file + offset + (1 if end else 0)
