"""A report as one tree of blocks: the model that every format is made from.

Contents are built once (``report/contents``) and written by each of ``report/formats``; a format places and styles, and
adds no word or number of its own. Text from outside (names, titles, notes) stands in a ``Span`` of kind ``FOREIGN``, so
that a format can isolate its direction; every format escapes all text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from wayside.model.checks import require, require_aware, require_text
from wayside.report.drawings import Figure, Graphic, Key, Panel
from wayside.report.spans import Line, Span, SpanKind, foreign, line, plain, texts_of

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
    "Folded",
    "Glance",
    "Graphic",
    "Judged",
    "Key",
    "Layout",
    "Line",
    "Panel",
    "Paragraph",
    "Row",
    "Section",
    "Sheet",
    "Sheets",
    "Span",
    "SpanKind",
    "Table",
    "Tone",
    "foreign",
    "line",
    "plain",
    "texts_of",
]


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
class Folded:
    """Lines that a page may show closed at first; on paper they stand under their heading.

    Attributes:
        summary: what they are ("9 more items").
        lines: one or more.
    """

    summary: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A question or term with what is said of it.

    Attributes:
        term: it.
        text: lines, one below the other.
        folded: further lines that may be shown closed at first.
    """

    term: Line
    text: tuple[Line, ...]
    folded: tuple[Folded, ...] = ()


class Layout(StrEnum):
    """How terms and their texts stand."""

    BESIDE = "beside"
    """A term stands to the left of its text."""
    OVER = "over"
    """A term stands over its text, as a heading does."""
    ENTRY = "entry"
    """A term begins an entry of a list, and its text follows in small print."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """A list of terms, each with its text."""

    items: tuple[Definition, ...]
    layout: Layout = Layout.BESIDE


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of one thing, on one sheet: names with their values.

    Attributes:
        heading: what it is ("Newest scene").
        items: names and values, in order.
    """

    heading: str
    items: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Sheets:
    """One or more sheets that may stand beside each other, with one caption as a table has it.

    Attributes:
        id: id of the block.
        label: "Table 6."; set when the report is put together.
        caption: what they show.
        sheets: one or more.
    """

    id: str
    label: str
    caption: Line
    sheets: tuple[Sheet, ...]

    def __post_init__(self) -> None:
        require_text("sheets id", self.id)
        require(self.sheets, f"sheets {self.id} hold no sheet")


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
        under: further lines in small print, one below the other.
        folded: further lines that may be shown closed at first.
    """

    text: Line
    graphic: Graphic | None = None
    mark: str = ""
    under: tuple[Line, ...] = ()
    folded: tuple[Folded, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; the first cell is its heading.

    Attributes:
        cells: as many as there are columns, or one that spans all of them: a heading, or else a note on the row before.
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
        label: "Table 4."; set when the report is put together.
        caption: what it shows.
        columns: one or more.
        rows: in order.
        narrow: whether it is small enough to stand beside another narrow one before or after it.
        cards: whether a row becomes a card of names and values where the page is narrow: many wordy columns.
    """

    id: str
    label: str
    caption: Line
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    narrow: bool = False
    cards: bool = False

    def __post_init__(self) -> None:
        require_text("table id", self.id)
        for row in self.rows:
            require(len(row.cells) in (1, len(self.columns)), f"a row of table {self.id} has {len(row.cells)} cells")


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks that a page may show closed at first; on paper they stand under their heading."""

    summary: str
    blocks: tuple[Block, ...]


Block: TypeAlias = (
    Paragraph | Bullets | Findings | Glance | Definitions | Sheets | Judged | Table | Figure | Fold
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
        words: a format's own few words, by name ("contents", "skip", "show-outlines", "key", "page", "at-a-glance").
        drawn: whether any image in it was drawn.
        generated: when it was made, with a time zone: the date that a PDF and a DOCX carry; None for no date in them.
        day: the same day in the document's language, for the foot of a page; may be empty.
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
    generated: datetime | None = None
    day: str = ""

    def __post_init__(self) -> None:
        ids = [section.id for section in (self.summary, *self.sections)]
        require(len(set(ids)) == len(ids), "two sections of a report have one id")
        if self.generated is not None:
            require_aware("time of a report", self.generated)
