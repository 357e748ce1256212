"""Comma-separated text, row by row, with one clear error for whatever is wrong in it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from wayside.errors import TableError
from wayside.series.level.seen import EARLIEST, LATEST

__all__ = ["Row", "rows_of"]

_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table.

    Attributes:
        table: the table's name, for errors.
        line: line in the text, from 1.
        cells: stripped text by column's name in lower case; empty where there is none.
    """

    table: str
    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """Return a cell; empty where the column or the cell is missing."""
        return self.cells.get(column, "")

    def fault(self, column: str, what: str, *, todo: str = "") -> TableError:
        """Return an error that names this line and ``column``."""
        return TableError(what, where=f"{self.table}, line {self.line}, column {column}", todo=todo)

    def number(self, column: str, *, low: float = 0.0, high: float = math.inf) -> float | None:
        """Return a finite number in [low, high]; None for an empty cell.

        Raises:
            TableError: where the cell holds anything else.
        """
        text = self.text(column)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            raise self.fault(column, f"{text[:40]!r} is not a number") from None
        if not (math.isfinite(value) and low <= value <= high):
            raise self.fault(column, f"{text[:40]!r} must be a number from {low:g} to {high:g}")
        return value

    def period(self, column: str = "date") -> tuple[date, date]:
        """Return the first and last day of ``2023-10-05`` or ``2018-10-05/2023-10-05``.

        Raises:
            TableError: where the cell is empty, is no date, or a period ends before it starts.
        """
        text = self.text(column)
        first, slash, last = text.partition("/")
        start = self._day(column, first)
        end = self._day(column, last) if slash else start
        if end < start:
            raise self.fault(column, f"the period {text[:40]!r} ends before it starts")
        return start, end

    def _day(self, column: str, text: str) -> date:
        """Read an ISO date, or an ISO time, of which the date in UTC counts."""
        try:
            moment = datetime.fromisoformat(text.strip())
            day = (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
        except (ValueError, OverflowError):
            raise self.fault(column, f"{text[:40]!r} is not a date", todo="Write it as 2023-10-05") from None
        if not EARLIEST <= day <= LATEST:
            raise self.fault(column, f"{day} is not between {EARLIEST} and {LATEST}")
        return day


def rows_of(text: str, name: str, *, needed: tuple[str, ...]) -> tuple[Row, ...]:
    """Read a table with a header, separated by comma, semicolon or tab; empty lines are skipped.

    Args:
        text: the whole table; a byte-order mark is allowed.
        name: what to call it in errors, for example its file name.
        needed: columns that must be there, in lower case.

    Raises:
        TableError: where the table is empty, damaged, lacks a column, names one twice or holds a line twice.
    """
    lines = _lines(text.removeprefix("\ufeff"), name)
    header_line, header = next(lines, (0, []))
    columns = [c.strip().lower() for c in header]
    if not columns:
        raise TableError("the table is empty", where=name, todo=f"Give it a header with {', '.join(needed)}")
    _check_columns(columns, needed, f"{name}, line {header_line}")
    rows: list[Row] = []
    first_seen: dict[tuple[str, ...], int] = {}
    for line, cells in lines:
        stripped = tuple(c.strip() for c in cells)
        if len(stripped) > len(columns):
            raise TableError(f"{len(stripped)} cells where the header has {len(columns)}", where=f"{name}, line {line}")
        if stripped in first_seen:
            raise TableError(f"the same row as line {first_seen[stripped]}", where=f"{name}, line {line}")
        first_seen[stripped] = line
        rows.append(Row(name, line, dict(zip(columns, stripped, strict=False))))
    if not rows:
        raise TableError("the table has a header and no rows", where=name)
    return tuple(rows)


def _lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    head = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(c.strip() for c in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise TableError(f"this is not a table ({error})", where=f"{name}, line {reader.line_num}") from error


def _check_columns(columns: list[str], needed: tuple[str, ...], where: str) -> None:
    missing = [c for c in needed if c not in columns]
    if missing:
        raise TableError(f"no column {', '.join(missing)}", where=where, todo=f"Found: {', '.join(columns)[:200]}")
    twice = sorted({c for c in columns if c and columns.count(c) > 1})
    if twice:
        raise TableError(f"column {', '.join(twice)[:200]} stands twice", where=where)
