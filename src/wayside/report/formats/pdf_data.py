"""A document as plain data for the typesetter: every text cleaned, every link to a place that exists, no markup."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from wayside.report.document import (
    Cell,
    Document,
    Figure,
    Graphic,
    Judged,
    Key,
    Panel,
    Row,
    Sheets,
    Span,
    SpanKind,
    Table,
)
from wayside.report.formats.text import blocks_of, on_paper, shown

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["as_data", "breakable", "isolated", "places_of", "printable"]

_LONG = re.compile(r"\S{25,}")
_BREAKS = re.compile(r"([/_.:?&=,;@\-])(?=\w)|(\w{20})(?=\w)")
_LONG_CELL = 1200
_LINE_OF_TABLE, _LEAST_WIDE = 100, 12
"""Letters in a line of a table, about, and those that a column of sentences needs at least."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_RIGHT_TO_LEFT = {"R", "AL"}
_FIRST_STRONG_ISOLATE, _POP_ISOLATE, _ZERO_WIDTH_SPACE = "\u2068", "\u2069", "\u200b"


def printable(text: str) -> str:
    """Return a text as paper shows it: as every format does, and with no letter of private use, which PDF/A refuses."""
    made = shown(text)
    if made.isascii():
        return made
    return "".join("\ufffd" if unicodedata.category(letter) in {"Co", "Cs", "Cn"} else letter for letter in made)


def breakable(text: str) -> str:
    """Return a text whose long words (addresses, ids, digests) may be broken over lines; nothing else is changed."""
    return _LONG.sub(lambda word: _BREAKS.sub(lambda found: found[0] + _ZERO_WIDTH_SPACE, word[0]), text)


def isolated(text: str) -> str:
    """Return a text from outside with the direction of its letters kept apart from the words around it.

    Only a text with letters that run from right to left needs it (Unicode Standard Annex 9, first strong isolate).
    """
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return _FIRST_STRONG_ISOLATE + text + _POP_ISOLATE
    return text


def as_data(document: Document, drawing: Callable[[str], str] = str) -> dict[str, Any]:
    """Return a document as mappings, lists, strings and numbers; ``is`` names the kind of a value.

    Ids become ``place`` with a name that cannot clash, and a link to an id that no block has is dropped.

    Args:
        document: the report.
        drawing: what is done to each SVG drawing.
    """
    found: dict[str, Any] = _Data(places_of(document), drawing).of_fields(document)
    return {**found, "generated": "", "words": {}}


def _length(cell: Cell) -> int:
    """Return the number of letters of a cell, folded lines included."""
    lines = [cell.text, *cell.under, *(line for one in cell.folded for line in one.lines)]
    return sum(len(span.text) for line in lines for span in line) + sum(len(one.summary) for one in cell.folded)


def _longest_word(table: Table, number: int) -> int:
    lines = [table.columns[number].name]
    lines += [row.cells[number].text for row in table.rows if len(row.cells) == len(table.columns)]
    whole = " ".join("".join(span.text for span in one) for one in lines)
    return max((len(word) for word in whole.split()), default=0)


def _crowded(table: Table) -> bool:
    """Tell whether the columns that do not wrap would leave too little for those that do, so that all must share."""
    wide, taken = sum(column.wide for column in table.columns), 0
    for number, column in enumerate(table.columns):
        cells = [row.cells[number] for row in table.rows if len(row.cells) == len(table.columns)]
        texts = [column.name, *(cell.text for cell in cells)]
        taken += 0 if column.wide else max(sum(len(span.text) for span in text) for text in texts) + 2
    return wide > 0 and taken + wide * _LEAST_WIDE > _LINE_OF_TABLE


def _shares(table: Table, *, crowded: bool = False) -> list[float]:
    """Return the share of the width that each column gets: by the root of the usual length of its cells.

    In a crowded table a column gets no less than its longest word wants.
    """
    shares = []
    for number in range(len(table.columns)):
        lengths = [_length(row.cells[number]) for row in table.rows if len(row.cells) == len(table.columns)]
        usual = sum(lengths) / len(lengths) if lengths else 0.0
        least = min(_longest_word(table, number) * 0.6, 8.0) if crowded else 3.0
        shares.append(round(min(max(math.sqrt(usual), least, 3.0), 9.0), 2))
    return shares


def places_of(document: Document) -> dict[str, str]:
    """Return for the id of every section and block a name for its place that means nothing and cannot clash."""
    ids: list[str] = []
    for section in (document.summary, *document.sections):
        ids.append(section.id)
        for block in blocks_of(section):
            if isinstance(block, Table | Figure | Judged | Sheets):
                ids.append(block.id)
            if isinstance(block, Figure):
                ids += [panel.id for panel in block.panels if panel.id]
    return {name: f"place-{number}" for number, name in enumerate(dict.fromkeys(ids))}


class _Data:
    """Turns values into plain data, and gives each place to the first block of its id."""

    def __init__(self, places: dict[str, str], drawing: Callable[[str], str]) -> None:
        self._places = places
        self._drawing = drawing
        self._used: set[str] = set()

    def of(self, value: object) -> Any:  # noqa: ANN401, PLR0911  JSON; one line for each kind of value
        """Return any value of a document as plain data."""
        if isinstance(value, Span):
            return self._span(value)
        if isinstance(value, Graphic):
            return self._graphic(value)
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, str):
            return breakable(printable(value))
        if isinstance(value, tuple):
            return [self.of(one) for one in value]
        if is_dataclass(value) and not isinstance(value, type):
            return self.of_fields(value)
        return value if isinstance(value, bool | int | float) else None

    def of_fields(self, value: DataclassInstance) -> dict[str, Any]:
        """Return a value's fields, its kind under ``is``."""
        found: dict[str, Any] = {"is": type(value).__name__}
        for field in fields(value):
            inner = getattr(value, field.name)
            if field.name == "id":
                found["place"] = self._place(inner)
            elif isinstance(value, Key) and field.name == "colour":
                found["colour"] = inner if _COLOUR.fullmatch(inner) else ""
            elif isinstance(value, Panel) and field.name == "graphics":
                found["graphics"] = self.of(on_paper(value))
            else:
                found[field.name] = self.of(inner)
        if isinstance(value, Row):
            found["long"] = max((_length(cell) for cell in value.cells), default=0) > _LONG_CELL
        if isinstance(value, Table):
            found["crowded"] = _crowded(value)
            found["shares"] = _shares(value, crowded=found["crowded"])
        return found

    def _place(self, name: str) -> str:
        """Return the place of an id the first time it is met; a second block of the same id has none."""
        place = self._places.get(name, "")
        if place in self._used:
            return ""
        self._used.add(place)
        return place

    def _graphic(self, graphic: Graphic) -> dict[str, Any]:
        alt = printable(graphic.alt).strip()
        extent = {"ratio": graphic.height / graphic.width, "width": graphic.width}
        return {"svg": self._drawing(graphic.svg), "alt": alt, **extent}

    def _span(self, span: Span) -> dict[str, str]:
        text = breakable(printable(span.text))
        inside = span.href.startswith("#")
        return {
            "text": isolated(text) if span.kind is SpanKind.FOREIGN else text,
            "kind": span.kind.value,
            "href": "" if inside else shown(span.href),
            "to": self._places.get(span.href[1:], "") if inside else "",
            "language": span.language if _LANGUAGE.fullmatch(span.language) else "",
        }
