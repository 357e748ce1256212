"""Days, months and years: the arithmetic of the calendar, and the tables that name its parts."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wayside.coverage.claims.patterns import Behind, Patterns, behind, compiled
from wayside.coverage.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Calendar", "Days", "calendar", "moved", "part_of", "unit_around"]

EARLIEST: Final = 1000
LATEST: Final = 9000
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
_DAYS: Final = {"day": 1, "week": 7, "weekend": 7, "fortnight": 14}


class Days(NamedTuple):
    """A range of days, both inclusive; None where it is open or cannot be resolved."""

    first: date | None = None
    last: date | None = None

    @property
    def known(self) -> bool:
        """Whether both ends are known."""
        return self.first is not None and self.last is not None


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one language's table says of times.

    Attributes:
        core: patterns of times that stand for themselves.
        parts: patterns of a part of another time ("early October").
        all: both, and patterns that a time opens or closes ("since 2019").
        months: name -> 1 to 12.
        weekdays: name -> 0 (Monday) to 6.
        seasons: name -> first month.
        units: word -> name of the unit.
        numbers: word -> value.
        ordinals: word -> value.
        vague: rows of words for a number that nobody gave, by their first word, longest first.
        offsets: pattern name -> days from the day of publication.
        day_marks: what may be glued to the number of a day.
        month_lead: words after which a month may stand alone.
        ambiguous_months: months whose names are words or names of other things.
        year_lead: words after which a year may stand alone.
        future: words that turn a day to the future.
        past: words that keep it in the past.
        clause_marks: words and marks that end their reach.
        shortened: names cut short, which a full stop may end ("Sept.").
        capitals: months and weekdays are written with a capital.
        month_numbers: a month may be a number ("10月").
        order: of the numbers in 5/10/2023: "dmy", "mdy" or "mixed".
        starts: words that a time may begin with.
        kinds: word -> kinds of slots that it may begin.
        behind: kind of slot that one word fills, or a number in words -> what may stand behind it.
    """

    core: Patterns
    parts: Patterns
    all: Patterns
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    seasons: Mapping[str, int]
    units: Mapping[str, str]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    vague: Mapping[str, tuple[tuple[str, ...], ...]]
    offsets: Mapping[str, int]
    day_marks: frozenset[str]
    month_lead: frozenset[str]
    ambiguous_months: frozenset[str]
    year_lead: frozenset[str]
    future: frozenset[str]
    past: frozenset[str]
    clause_marks: frozenset[str]
    shortened: frozenset[str]
    capitals: bool
    month_numbers: bool
    order: str
    starts: frozenset[str]
    kinds: Mapping[str, frozenset[str]]
    behind: Mapping[str, Behind]


@cache
def calendar(language: str) -> Calendar | None:
    """Return the calendar of a language, or None where it has no table."""
    rows = table("calendar", language)
    if not rows:
        return None
    glued = bool(rows.get("glued", False))
    offsets = {f"offset {days} {words}": int(days) for words, days in rows.get("offsets", {}).items()}
    named = {name: (name.split(" ", 2)[2],) for name in offsets}
    core = compiled({**named, **rows["core"]}, glued=glued)
    parts = compiled(rows.get("parts", {}), glued=glued)
    whole = compiled({**rows.get("bounds", {}), **rows.get("parts", {}), **named, **rows["core"]}, glued=glued)
    months: dict[str, int] = rows["months"]
    short = _shortened(months) | _shortened(rows.get("weekdays", {}))
    slots: dict[str, frozenset[str]] = {
        "month": frozenset(months),
        "weekday": frozenset(rows.get("weekdays", {})),
        "season": frozenset(rows.get("seasons", {})),
        "unit": frozenset(rows["units"]),
        "units": frozenset(rows["units"]),
        "span": frozenset(rows["units"]),
        "ordinal": frozenset(rows.get("ordinals", {})),
        "n": frozenset(rows["numbers"]) | {words.split()[0] for words in rows.get("vague", {}).get("words", ())},
    }
    vague = _by_first(rows.get("vague", {}).get("words", ()))
    return Calendar(
        core=core,
        parts=parts,
        all=whole,
        months=months,
        weekdays=rows.get("weekdays", {}),
        seasons=rows.get("seasons", {}),
        units=rows["units"],
        numbers=rows["numbers"],
        ordinals=rows.get("ordinals", {}),
        vague=vague,
        offsets=offsets,
        day_marks=_words(rows, "day_marks"),
        month_lead=_words(rows, "month_lead"),
        ambiguous_months=_words(rows, "month_names_of_other_things") | short,
        year_lead=_words(rows, "year_lead"),
        future=_words(rows, "future"),
        past=_words(rows, "past"),
        clause_marks=_words(rows, "clause_marks"),
        shortened=short,
        capitals=bool(rows.get("capitals", False)),
        month_numbers=bool(rows.get("month_numbers", False)),
        order=str(rows.get("order", "dmy")),
        starts=whole.openings,
        kinds=_kinds(core, parts, slots),
        behind=_behind((core, parts, whole), vague),
    )


def _words(rows: Mapping[str, Any], name: str) -> frozenset[str]:
    return frozenset(rows.get(name, ()))


def _by_first(entries: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for words in sorted((tuple(entry.split()) for entry in entries), key=lambda words: -len(words)):
        found[words[0]] = (*found.get(words[0], ()), words)
    return found


def _shortened(names: Mapping[str, int]) -> frozenset[str]:
    return frozenset(
        name
        for name, value in names.items()
        if any(other != name and other.startswith(name) and names[other] == value for other in names)
    )


def _kinds(core: Patterns, parts: Patterns, slots: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return for every word the kinds of slots that it may begin, patterns as a whole ("core", "time") among them."""
    whole = {**slots, "core": _starts((core,), slots), "time": _starts((core, parts), slots)}
    words = frozenset[str]().union(*whole.values())
    return {word: frozenset(kind for kind, known in whole.items() if word in known) for word in words}


def _behind(sets: Iterable[Patterns], vague: Mapping[str, tuple[tuple[str, ...], ...]]) -> dict[str, Behind]:
    found = {slot: behind(slot, sets) for slot in ("n", "season", "ordinal")}
    # Of "a few" and "twenty-five" the next word belongs to the number.
    seconds = frozenset(words[1] for rows in vague.values() for words in rows if len(words) > 1) | {"-"}
    found["n"] = replace(found["n"], words=found["n"].words | seconds)
    return found


def _starts(sets: tuple[Patterns, ...], slots: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found = frozenset(word for patterns in sets for word in patterns.openings)
    opening = frozenset(slot for patterns in sets for slot in patterns.opening_slots)
    return found.union(*(slots[slot] for slot in opening if slot in slots))


def month_days(year: int, month: int, months: int = 1) -> Days:
    """Return the days of one month, or of several from it on; nothing where the year lies outside of 1000 to 9000."""
    last = year * 12 + month - 1 + months - 1
    if not (EARLIEST <= year <= LATEST and last // 12 <= LATEST):
        return Days()
    end_year, end_month = last // 12, last % 12 + 1
    return Days(date(year, month, 1), date(end_year, end_month, monthrange(end_year, end_month)[1]))


def one_day(year: int, month: int, day: int) -> Days:
    """Return a day as a range; nothing where the calendar has no such day."""
    try:
        found = date(year, month, day)
    except ValueError:
        return Days()
    return Days(found, found)


def moved(day: date, number: int, unit: str) -> date | None:
    """Return the day ``number`` units later (earlier where negative).

    A day that the target month does not have becomes its last one. None beyond the years 1000 to 9000, and for hours.
    """
    if unit == "hour":
        return day if number == 0 else moved(day, -(-abs(number) // 24) * (1 if number > 0 else -1), "day")
    if unit in _DAYS:
        days = number * _DAYS[unit]
        return day + timedelta(days=days) if abs(days) < 300_000 and day.year > EARLIEST + 900 else None
    months = day.year * 12 + day.month - 1 + number * _MONTHS[unit]
    year, month = months // 12, months % 12 + 1
    if not EARLIEST <= year <= LATEST:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def unit_around(day: date, unit: str, steps: int = 0) -> Days:
    """Return the calendar's week (from Monday), month, quarter, year … that a day lies in, or one some steps away."""
    if unit in {"day", "hour", "fortnight"}:
        at = moved(day, steps, unit)
        return Days(at, at)
    if unit in {"week", "weekend"}:
        monday = day - timedelta(days=day.weekday()) + timedelta(days=7 * steps)
        return Days(monday + timedelta(days=5) if unit == "weekend" else monday, monday + timedelta(days=6))
    size = _MONTHS[unit]
    month = ((day.year * 12 + day.month - 1) // size + steps) * size
    return month_days(month // 12, month % 12 + 1, size)


def part_of(days: Days, part: str) -> Days:
    """Return the early, middle or late part of a range.

    A month falls into its first ten days, the next ten and the rest; a year into thirds of four months, its beginning
    and end into two months; anything else into thirds of its days.
    """
    first, last = days
    if first is None or last is None or last - first < timedelta(days=2):
        return days
    if part in {"first_half", "second_half"}:
        return _half(first, last, second=part == "second_half")
    third = {"early": 0, "start": 0, "mid": 1, "late": 2, "end": 2}[part]
    length = (last - first).days + 1
    if 28 <= length <= 31:
        ends = (0, 10, 20, length)
        return Days(first + timedelta(days=ends[third]), first + timedelta(days=ends[third + 1] - 1))
    if 365 <= length <= 366:
        edge = {"start": (1, 2), "end": (11, 2)}.get(part, (4 * third + 1, 4))
        return month_days(first.year, *edge)
    return Days(first + timedelta(days=length * third // 3), first + timedelta(days=length * (third + 1) // 3 - 1))


def _half(first: date, last: date, *, second: bool) -> Days:
    length = (last - first).days + 1
    if 365 <= length <= 366:
        return month_days(first.year, 7 if second else 1, 6)
    middle = first + timedelta(days=length // 2)
    return Days(middle, last) if second else Days(first, middle - timedelta(days=1))
