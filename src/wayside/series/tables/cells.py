"""One cell: a number or a date, as spreadsheets write them, and a hint for what is neither."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

__all__ = ["Stamp", "date_hint", "grouped", "is_missing", "number_hint", "number_of", "stamp_of"]

_MISSING = frozenset({"", "na", "n/a", "n.a.", "#n/a", "nan", "null", "none", "missing", "-", "--", "\u2013", "\u2014"})
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[.,'\u2019 \u00a0\u202f]\d{3})+", re.ASCII)
_DAY_FIRST = re.compile(r"\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})(?:[ T].*)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?:[ T].*)?", re.ASCII)
_SERIAL = re.compile(r"[1-9]\d{4}(?:[.,]\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a scene was taken.

    Attributes:
        day: the date; in UTC where the time has a zone, else as written.
        at: the time, in UTC where it has a zone; None for a plain date.
    """

    day: date
    at: datetime | None = None

    @property
    def zoned(self) -> bool:
        """Whether the time has a zone; False for a plain date."""
        return self.at is not None and self.at.tzinfo is not None


def is_missing(text: str) -> bool:
    """Return whether a cell is empty, or holds one of the spellings of "nothing": NA, n/a, nan, a dash."""
    return text.casefold() in _MISSING


def number_of(text: str, *, commas: bool) -> float | None:
    """Return the number in a cell; None where there is none.

    Args:
        text: the cell.
        commas: whether 69,5 is a number too, as where cells are separated by semicolons.
    """
    plain = text.replace("\u2212", "-")
    if commas and "." not in plain and plain.count(",") == 1:
        plain = plain.replace(",", ".")
    return float(plain) if _NUMBER.fullmatch(plain) else None


def grouped(text: str) -> int | None:
    """Return what a cell like 1,200 or 1.200 or 1 200 means with thousands separators; None where it has none."""
    return int(re.sub(r"\D", "", text)) if _GROUPED.fullmatch(text) else None


def number_hint(text: str) -> str:
    """Return what to do about a cell that is no number; empty where nothing is known."""
    if text.endswith("%"):
        return "Write a share, like 0.4"
    if re.fullmatch(r"\d+,\d+", text):
        return f"Write it with a point: {text.replace(',', '.')[:40]}"
    if any(c.isdigit() for c in text):
        return "Write the number alone; what is uncertain goes into low and high"
    return ""


def stamp_of(text: str) -> Stamp | None:
    """Return the ISO date or time in a cell; None where there is none.

    A time with a zone is turned to UTC, for scenes are dated in UTC; a time without one is taken as written.
    """
    with suppress(ValueError):
        return Stamp(date.fromisoformat(text))
    try:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Stamp(at.date(), at)


def date_hint(text: str) -> str:
    """Return what to do about a cell that is no date."""
    if _SERIAL.fullmatch(text):
        return "It looks like a spreadsheet's day number: format the column as 2023-10-05 and save it again"
    if _DAY_FIRST.fullmatch(text):
        return "Day and month cannot be told apart in it: write it as 2023-10-05, year first"
    if (found := _YEAR_FIRST.fullmatch(text)) is not None:
        written = f"{found[1]}-{int(found[3]):02d}-{int(found[4]):02d}"
        return "The calendar has no such day" if stamp_of(written) is None else f"Write it as {written}"
    return "Write it as 2023-10-05"
