"""Comma-separated text, row by row, with one clear error for whatever is wrong in it."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from wayside.errors import TableError
from wayside.series.level.seen import EARLIEST, LARGEST_COUNT, LATEST
from wayside.series.tables.cells import Stamp, date_hint, grouped, is_missing, number_hint, number_of, stamp_of

__all__ = ["Row", "Sheet", "Span", "require_one_clock", "require_one_spelling", "sheet_of"]

_SEPARATORS = ",;\t"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """What a cell of dates says.

    Attributes:
        first: the date or time, or the first of a period.
        last: the last of the period, which belongs to it; the same as ``first`` for a single date.
        period: whether it was written as a period.
    """

    first: Stamp
    last: Stamp
    period: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table.

    Attributes:
        table: the table's name, for errors.
        line: line in the text, from 1.
        cells: stripped text by column's name in lower case; empty where there is none.
        commas: whether 69,5 is a number, as where cells are not separated by commas.
        today: no date may be later than the day after it, as it is tomorrow somewhere; None where nobody knows.
    """

    table: str
    line: int
    cells: dict[str, str]
    commas: bool = False
    today: date | None = None

    def text(self, column: str) -> str:
        """Return a cell; empty where the column or the cell is missing."""
        return self.cells.get(column, "")

    def has(self, column: str) -> bool:
        """Return whether a cell holds something other than a spelling of "nothing"."""
        return not is_missing(self.text(column))

    def fault(self, column: str, what: str, *, todo: str = "") -> TableError:
        """Return an error that names this line and ``column``."""
        return TableError(what, where=f"{self.table}, line {self.line}, column {column}", todo=todo)

    def number(self, column: str, *, low: float = 0.0, high: float = math.inf, todo: str = "") -> float | None:
        """Return a finite number in [low, high]; None for an empty cell.

        Raises:
            TableError: where the cell holds anything else; ``todo`` is what to do about a number out of range.
        """
        text = self.text(column)
        if is_missing(text):
            return None
        value = number_of(text, commas=self.commas)
        if value is None:
            raise self.fault(column, f"{text[:40]!r} is not a number", todo=number_hint(text))
        if not (math.isfinite(value) and low <= value <= high):
            raise self.fault(column, f"{text[:40]!r} must be a number from {low:g} to {high:g}", todo=todo)
        return value

    def cars(self, column: str, *, missing: str = "") -> int:
        """Return a whole number of cars, 0 to ``LARGEST_COUNT``.

        Raises:
            TableError: where the cell is empty (``missing`` is what to do about that), or holds anything else.
        """
        text = self.text(column)
        if is_missing(text):
            raise self.fault(column, "the number of cars is missing", todo=missing)
        many = grouped(text)
        value = number_of(text, commas=self.commas)
        if many is not None and many <= LARGEST_COUNT:
            if value is None or value != int(value):
                raise self.fault(column, f"{text!r} has a thousands separator", todo=f"Write {many}")
            raise self.fault(
                column, f"{text!r} can be read as {int(value)} and as {many}", todo="Write it without a separator"
            )
        number = self.number(column, high=LARGEST_COUNT, todo="A count is never negative, and no yard holds more")
        if number is None or number != int(number):
            raise self.fault(
                column,
                f"{text[:40]!r} is not a whole number of cars",
                todo="Write a whole number; what is uncertain goes into low and high",
            )
        return int(number)

    def span(self, column: str = "date") -> Span:
        """Return what ``2023-10-05``, ``2023-10-05T02:10Z`` or ``2018-10-05/2023-10-05`` says.

        Raises:
            TableError: where the cell is empty, is no date, lies out of range, or a period ends before it starts.
        """
        text = self.text(column)
        if re.fullmatch(r"\d+/\d+/\d+.*", text):
            raise self.fault(column, f"{text[:40]!r} is not a date", todo=date_hint(text))
        first, slash, last = text.partition("/")
        start = self._stamp(column, first.strip())
        end = self._stamp(column, last.strip()) if slash else start
        if end.day < start.day:
            raise self.fault(column, f"the period {text[:40]!r} ends before it starts")
        return Span(start, end, bool(slash))

    def _stamp(self, column: str, text: str) -> Stamp:
        stamp = stamp_of(text)
        if stamp is None:
            raise self.fault(column, f"{text[:40]!r} is not a date", todo=date_hint(text))
        if not EARLIEST <= stamp.day <= LATEST:
            raise self.fault(column, f"{stamp.day} is not between {EARLIEST} and {LATEST}")
        if self.today is not None and stamp.day > self.today + _ONE_DAY:
            raise self.fault(
                column,
                f"{stamp.day} lies in the future (today is {self.today})",
                todo="Check the date's year and month",
            )
        return stamp


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a header.

    Attributes:
        name: what it is called in errors.
        columns: names of the columns, in lower case.
        rows: one or more.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def sheet_of(text: str, name: str, *, needed: tuple[str, ...], today: date | None = None) -> Sheet:
    """Read a table with a header, separated by comma, semicolon or tab; empty lines are skipped.

    Args:
        text: the whole table; a byte-order mark is allowed, and a first line ``sep=;`` as Excel writes it.
        name: what to call it in errors, for example its file name.
        needed: columns that must be there, in lower case.
        today: handed to every row.

    Raises:
        TableError: where the table is empty, damaged, lacks a column, names one twice or holds a line twice.
    """
    text, separator = _separated(text.removeprefix("\ufeff"))
    lines = _lines(text, separator, name)
    header_line, header = next(lines, (0, []))
    columns = tuple(c.strip().lower() for c in header)
    if not columns:
        raise TableError("the table is empty", where=name, todo=f"Give it a header with {', '.join(needed)}")
    _check_columns(columns, needed, f"{name}, line {header_line}")
    rows: list[Row] = []
    first_seen: dict[tuple[str, ...], int] = {}
    for line, cells in lines:
        stripped = tuple(c.strip() for c in cells)
        while len(stripped) > len(columns) and not stripped[-1]:
            stripped = stripped[:-1]
        if len(stripped) > len(columns):
            raise TableError(
                f"{len(stripped)} cells where the header has {len(columns)}",
                where=f"{name}, line {line}",
                todo="Put a cell that holds the separator in quotes, and write numbers without thousands separators",
            )
        if stripped in first_seen:
            raise TableError(
                f"the same row as line {first_seen[stripped]}",
                where=f"{name}, line {line}",
                todo="Take one out; two scenes of one day are told apart by the time, 2023-10-05T02:10Z",
            )
        first_seen[stripped] = line
        rows.append(Row(name, line, dict(zip(columns, stripped, strict=False)), separator != ",", today))
    if not rows:
        raise TableError("the table has a header and no rows", where=name, todo="Give it at least one count")
    return Sheet(name, columns, tuple(rows))


def require_one_clock(rows: Iterable[Row]) -> None:
    """Refuse a table in which some times have a zone and others have none: their days cannot be compared.

    Plain dates may stand beside either.

    Raises:
        TableError: naming a line of each kind; or what is wrong with a date.
    """
    seen: dict[bool, Row] = {}
    for row in rows:
        span = row.span()
        for stamp in (span.first, span.last):
            if stamp.at is not None:
                seen.setdefault(stamp.zoned, row)
        if len(seen) == 2:
            raise TableError(
                f"line {seen[True].line} gives a time with a zone, line {seen[False].line} one without",
                where=f"{row.table}, line {row.line}, column date",
                todo="Give every time a zone (2023-10-05T02:10Z), or dates alone",
            )


def require_one_spelling(rows: Iterable[Row], column: str) -> None:
    """Refuse a column of names in which some cells are empty and others not, or two differ in letters' case alone.

    Raises:
        TableError: naming both lines.
    """
    seen: dict[str, Row] = {}
    for row in rows:
        text = row.text(column)
        before = seen.setdefault(" ".join(text.casefold().split()), row)
        if before.text(column) != text:
            raise row.fault(
                column,
                f"{text[:40]!r} is {before.text(column)[:40]!r} of line {before.line} in another spelling",
                todo="Write a name always in the same way",
            )
        if "" in seen and len(seen) > 1:
            raise seen[""].fault(column, f"this row has no {column}, though others have one", todo="Fill it in")


def _separated(text: str) -> tuple[str, str]:
    """Return the text without a line that names the separator, and the separator."""
    head, _, rest = text.partition("\n")
    told = re.fullmatch(r"sep=([,;\t])\r?", head, re.IGNORECASE)
    if told is not None:
        return "\n" + rest, told[1]
    header = next(iter(text.strip("\r\n").splitlines()), "")
    return text, max(_SEPARATORS, key=header.count)


def _lines(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(c.strip() for c in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise TableError(
            f"this is not a table ({error})", where=f"{name}, line {reader.line_num}", todo="Save it as CSV in UTF-8"
        ) from error


def _check_columns(columns: tuple[str, ...], needed: tuple[str, ...], where: str) -> None:
    missing = [c for c in needed if c not in columns]
    if missing:
        raise TableError(f"no column {', '.join(missing)}", where=where, todo=f"Found: {', '.join(columns)[:200]}")
    twice = sorted({c for c in columns if c and columns.count(c) > 1})
    if twice:
        raise TableError(f"column {', '.join(twice)[:200]} stands twice", where=where, todo="Rename one of them")
