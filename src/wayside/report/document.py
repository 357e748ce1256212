"""A report as one tree of blocks: the model that every format is made from.

Contents are built once (``report/contents``) and written by each of ``report/formats``; a format places and styles, and
adds no word or number of its own. Text from outside (names, titles, notes) stands in a ``Span`` of kind ``FOREIGN``, so
that a format can isolate its direction; every format escapes all text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from wayside.model.checks import require, require_text

__all__ = [
    "Block",
    "Bullets",
    "Cell",
    "Column",
    "Definition",
    "Definitions",
    "Document",
    "Fact",
    "Figure",
    "Finding",
    "Findings",
    "Fold",
    "Glance",
    "Graphic",
    "Judged",
    "Key",
    "Line",
    "Panel",
    "Paragraph",
    "Row",
    "Section",
    "Span",
    "SpanKind",
    "Table",
    "Tone",
    "foreign",
    "line",
    "plain",
    "texts_of",
]


class SpanKind(StrEnum):
    """What a stretch of text is."""

    PLAIN = "plain"
    STRONG = "strong"
    SMALL = "small"
    CODE = "code"
    FOREIGN = "foreign"
    """Written by somebody else: shown as it stands, its direction kept apart from the text around it."""
    FLAG = "flag"
    """A warning that must catch the eye ("unregistered")."""
    DRAWN = "drawn"
    """The word that marks a drawn image."""
    ANALYST = "analyst"
    """What an analyst said, and not the program."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text.

    Attributes:
        text: as it is to be read; nothing in it is markup.
        kind: what it is.
        href: an address over http(s) that it leads to, or "#" and the id of a block; empty for none.
    """

    text: str
    kind: SpanKind = SpanKind.PLAIN
    href: str = ""

    def __post_init__(self) -> None:
        require(
            not self.href or self.href.startswith(("https://", "http://", "#")),
            f"a link leads to http, https or a place of the report, not to {self.href[:40]!r}",
        )


Line: TypeAlias = tuple[Span, ...]
"""Spans that are read one after the other; blanks between them are their own."""


def plain(text: str) -> Line:
    """Return a line of one plain span; an empty line for an empty text."""
    return (Span(text),) if text else ()


def foreign(text: str, href: str = "") -> Span:
    """Return a span of somebody else's words."""
    return Span(text, SpanKind.FOREIGN, href)


def line(*parts: str | Span | Line) -> Line:
    """Return one line of several parts; a string is a plain span."""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            spans += plain(part)
        else:
            spans += [part] if isinstance(part, Span) else part
    return tuple(spans)


class Tone(StrEnum):
    """How a paragraph is meant."""

    BODY = "body"
    LEAD = "lead"
    """The sentence under the title."""
    NOTE = "note"
    """Small print: how something was made, what must be said beside it."""
    WARNING = "warning"
    """What nobody may overlook: drawn images, withheld pixels."""
    HEADING = "heading"
    """A heading within a section."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a heading within a section."""

    text: Line
    tone: Tone = Tone.BODY


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of lines."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of the summary: what was found, and how well founded it is, never in one sentence."""

    finding: Line
    confidence: Line = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of the summary, in order of weight."""

    items: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, its value, and what must be said beside the value."""

    name: str
    value: Line
    note: Line = ()


@dataclass(frozen=True, slots=True)
class Glance:
    """The box of the first screen: one large number, what it counts, and the facts to compare it with."""

    heading: str
    number: str
    unit: tuple[Line, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A question or term with what is said of it."""

    term: Line
    text: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """A list of terms, each with its text."""

    items: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement as it is shown: sentence, scale, what it rests on.

    Attributes:
        id: id of the block ("judgement-record-observed").
        sentence: likelihood, clause and number; no word of confidence.
        probability: 0 to 1, for the scale.
        scale: the likelihood scale as a picture; None where a format draws its own or none.
        origin: where the probability comes from, one sentence.
        by_analyst: whether a person set it.
        confidence: heading that names the confidence.
        reasons: why that confidence.
        assumes_heading, assumes, change_heading, change: what it assumes, and what would change it.
        evidence: what it rests on: ids of scenes, counts and claims in one line.
    """

    id: str
    sentence: Line
    probability: float
    origin: Line
    confidence: Line
    reasons: tuple[Line, ...]
    scale: Graphic | None = None
    by_analyst: bool = False
    assumes_heading: str = ""
    assumes: tuple[Line, ...] = ()
    change_heading: str = ""
    change: tuple[Line, ...] = ()
    evidence: Line = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: Line
    numeric: bool = False
    wide: bool = False
    """Whether its cells hold sentences or addresses that must wrap."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its line, a picture in the place of it or beside it, and a mark for its ground.

    Attributes:
        text: what it says; also what a format without pictures shows.
        graphic: a small picture (a dot on a scale); None for none.
        mark: name of a ground colour: "", "good", "bad", "very-bad", "neutral", "machine".
    """

    text: Line
    graphic: Graphic | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; the first cell is its heading.

    Attributes:
        cells: as many as there are columns, or one that spans all of them.
        emphasised: whether it is marked.
        heading: whether it is a heading over the rows that follow.
    """

    cells: tuple[Cell, ...]
    emphasised: bool = False
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption.

    Attributes:
        id: id of the block.
        label: "Table 4."
        caption: what it shows.
        columns: one or more.
        rows: in order.
        narrow: whether it is small enough to stand beside another.
    """

    id: str
    label: str
    caption: Line
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    narrow: bool = False

    def __post_init__(self) -> None:
        require_text("table id", self.id)
        for row in self.rows:
            require(len(row.cells) in (1, len(self.columns)), f"a row of table {self.id} has {len(row.cells)} cells")


@dataclass(frozen=True, slots=True)
class Graphic:
    """A picture: an SVG drawing that stands by itself: generic fonts, its images in it, no style from outside.

    Attributes:
        svg: the drawing.
        width, height: its extent in its own units; their ratio is the picture's.
        alt: what it shows, for readers who do not see it; empty for an ornament.
        least_px: from this width of page on it is shown, where a panel has several of one subject; 0 for always.
    """

    svg: str
    width: float
    height: float
    alt: str = ""
    least_px: int = 0

    def __post_init__(self) -> None:
        require(self.width > 0 and self.height > 0, "a picture has an extent")


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a figure.

    Attributes:
        heading: over it; may be empty.
        graphics: one picture, or the same subject for several widths of page, the widest first.
        under: what stands under it: count, pixel size, what is hidden, whose image it is.
        foldable: whether a page may show it closed at first.
    """

    heading: Line
    graphics: tuple[Graphic, ...]
    under: tuple[Line, ...] = ()
    foldable: bool = False

    def __post_init__(self) -> None:
        require(self.graphics, "a panel has a picture")


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a figure's key.

    Attributes:
        text: what it means.
        colour: "#rrggbb" of its swatch; empty for a dashed or drawn mark.
        mark: a small picture in the place of a swatch; None for none.
        style: "solid", "open", "dashed" or "hatched".
    """

    text: str
    colour: str = ""
    mark: Graphic | None = None
    style: str = "solid"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its number, key, caption and credit.

    Attributes:
        id: id of the block ("figure-1").
        label: "Figure 1."
        caption: what it shows.
        panels: one or more, in order of reading.
        credit: whose images it shows; empty for none.
        side_by_side: whether the panels may stand beside each other.
        keys: its key; may be empty.
        outlines: whether its outlines of cars can be switched off on a page.
    """

    id: str
    label: str
    caption: Line
    panels: tuple[Panel, ...]
    credit: Line = ()
    side_by_side: bool = False
    keys: tuple[Key, ...] = ()
    outlines: bool = False

    def __post_init__(self) -> None:
        require_text("figure id", self.id)
        require(self.panels, f"figure {self.id} has no panel")


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks that a page may show closed at first; on paper they stand under their heading."""

    summary: str
    blocks: tuple[Block, ...]


Block: TypeAlias = (
    Paragraph | Bullets | Findings | Glance | Definitions | Judged | Table | Figure | Fold
)  # fmt: skip
"""What a section is made of."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section.

    Attributes:
        id: id of the block ("series").
        heading: over it; empty for the summary, whose place says what it is.
        blocks: in order.
        short: its name in the list of contents; empty where it is not listed.
        annex: whether it stands after the report proper, on pages of its own.
    """

    id: str
    heading: str
    blocks: tuple[Block, ...]
    short: str = ""
    annex: bool = False

    def __post_init__(self) -> None:
        require_text("section id", self.id)


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes:
        language: ISO 639-1 of its text.
        title: name of the facility.
        window_title: what a window or a file list shows.
        kicker: what kind of document it is ("Rail facility assessment").
        made: when and with what it was made.
        dek: the sentence under the title.
        notices: what nobody may overlook, before the summary.
        summary: the first page; no heading.
        sections: the rest in order of reading.
        footer: the last line.
        words: a format's own few words, by name ("contents", "skip", "show-outlines", "table", "page").
        drawn: whether any image in it was drawn.
    """

    language: str
    title: str
    window_title: str
    kicker: str
    made: str
    dek: Line
    summary: Section
    sections: tuple[Section, ...]
    footer: Line
    notices: tuple[Paragraph, ...] = ()
    words: dict[str, str] = field(default_factory=dict)
    drawn: bool = False

    def __post_init__(self) -> None:
        ids = [section.id for section in (self.summary, *self.sections)]
        require(len(set(ids)) == len(ids), "two sections of a report have one id")


def texts_of(lines: Iterable[Line]) -> str:
    """Return the bare text of lines, one blank between them."""
    return " ".join("".join(span.text for span in one) for one in lines if one)
