"""When a claim holds: dates and periods in a sentence, resolved against the day of publication.

What counts as a time is written in ``tables/<language>/calendar.toml``; here it is matched, and ``dates`` works it out.
Nothing is guessed: without the day of publication, relative times and days without a year stay open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wayside.coverage.claims.calendar import EARLIEST, LATEST, Calendar, Days, calendar
from wayside.coverage.claims.dates import Context, resolved
from wayside.model.claims import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.claims.patterns import Match
    from wayside.coverage.words.tokens import Token

__all__ = ["TimeFound", "find_times"]

_REACH: Final = 10
# Of a slot that figures stand in: the least, the most, and how many digits at most.
_FIGURES: Final = {
    "day": (1, 31, 2), "month": (1, 12, 2),
    "year": (1900, 2100, 4), "n": (0, 9999, 4), "two": (0, 99, 2), "digit": (1, 4, 1),
}  # fmt: skip
_NESTED_ONLY: Final = frozenset({"bare_year", "the_unit", "then"})


@dataclass(frozen=True, slots=True)
class TimeFound:
    """A time in a sentence.

    Attributes:
        first: first token.
        stop: token after it.
        span: the words and the days.
        period: it looks back over a stretch of time ("over the past five years", "since 2019", "ever").
    """

    first: int
    stop: int
    span: TimeSpan
    period: bool


class Inner(NamedTuple):
    """A time inside of a pattern, not yet worked out: "Oct. 5" of "since Oct. 5"."""

    name: str
    values: dict[str, Any]
    part: str | None = None


def find_times(text: str, tokens: Sequence[Token], published: date | None, language: str = "en") -> list[TimeFound]:
    """Find the times that a sentence names.

    Args:
        text: the document's text, for the words.
        tokens: the sentence.
        published: day of publication; without it, relative times and dates without a year stay open.
        language: ISO 639-1; without a table nothing is found.

    Returns:
        The times in the order of the text; they do not overlap.
    """
    table = calendar(language)
    if table is None:
        return []
    usable = published if published is not None and EARLIEST + 900 < published.year < LATEST - 900 else None
    reader = _Reader(tokens, table, _kinds(tokens, table))
    found: list[TimeFound] = []
    anchor: date | None = None
    stop = 0
    for index in reader.beginnings():
        one = _found(text, reader, index, usable, anchor) if index >= stop else None
        if one is None:
            continue
        found.append(one)
        stop = one.stop
        if not one.period and one.span.start is not None:
            anchor = one.span.start
    return found


def _found(text: str, reader: _Reader, index: int, published: date | None, anchor: date | None) -> TimeFound | None:
    match = reader.best(index)
    if match is None:
        return None
    tokens = reader.tokens
    ahead = reader.ahead(index) if match.name != "this" else reader.beside(index)
    context = Context(published, anchor, ahead, reader.behind(index), reader.table)
    days, period = resolved(match.name, match.values, context)
    words = text[tokens[index].start : tokens[match.stop - 1].end]
    ordered = days if not days.known or days.first <= days.last else Days()  # type: ignore[operator]  # both are known
    return TimeFound(index, match.stop, TimeSpan(words, *ordered), period)


@dataclass(slots=True)
class _Reader:
    """Reads slots and patterns of one sentence; what a slot {time} reads at a token is remembered."""

    tokens: Sequence[Token]
    table: Calendar
    kinds: Sequence[frozenset[str]]
    memory: dict[int, tuple[Inner, int] | None] = field(default_factory=dict)

    def beginnings(self) -> list[int]:
        """Return the tokens at which a time may begin."""
        tokens, kinds, starts, whole = self.tokens, self.kinds, self.table.starts, self.table.all
        if whole.glued:
            return list(range(len(tokens)))
        slots = whole.opening_slots
        return [
            index
            for index, token in enumerate(tokens)
            if not kinds[index].isdisjoint(slots) or (token.lower in starts and whole.opens(tokens, index, kinds))
        ]

    def best(self, index: int) -> Match | None:
        """Return the longest accepted pattern at a token."""
        for match in self.table.all.matches(self.tokens, index, self.kinds, self.read):
            if match.name not in _NESTED_ONLY and self._accepts(match, index, nested=False):
                return match
            if match.name == "bare_year" and self._year_alone(index):
                return match
        return None

    def read(self, slot: str, index: int) -> tuple[Any, int] | None:
        """Read a slot at a token: its value and the token after it."""
        if slot == "core":
            return self._core(index, inside=True)
        if slot == "time":
            if index not in self.memory:
                self.memory[index] = self._time(index)
            return self.memory[index]
        return _read(self.tokens, index, slot, self.table)

    def _time(self, index: int) -> tuple[Inner, int] | None:
        for match in self.table.parts.matches(self.tokens, index, self.kinds, self.read):
            inner: Inner = match.values["core"]
            given = {f"part_{slot}": match.values[slot] for slot in ("n", "unit", "ordinal") if slot in match.values}
            return Inner(inner.name, {**inner.values, **given}, match.name), match.stop
        return self._core(index, inside=False)

    def _core(self, index: int, *, inside: bool) -> tuple[Inner, int] | None:
        for match in self.table.core.matches(self.tokens, index, self.kinds, self.read):
            if (inside or match.name != "the_unit") and self._accepts(match, index, nested=True):
                return Inner(match.name, dict(match.values)), match.stop
        return None

    def _accepts(self, match: Match, index: int, *, nested: bool) -> bool:
        """Tell a time from what only looks like one, by the words around it."""
        after = self._lower(match.stop)
        if match.name == "month":
            return self._month_alone(index, match.stop, nested=nested)
        if match.name in {"shift_back", "shift_on"}:
            # "five days after the summit" says when only to who knows when the summit was.
            return (
                self._lower(match.stop - 1) not in {"before", "after"} or not after.isalpha() or after in _AFTER_SHIFT
            )
        if match.name == "back":
            number = match.values.get("n")
            rate = number == 1 and match.values["unit"] not in {"decade", "century"} and match.stop - index == 3
            return not (rate or (self._lower(index) == "for" and match.stop - index == 3))
        if match.name in {"years", "bare_year"}:
            return not (after.isalpha() and after.endswith("s") and match.values["year"] % 100 == 0)
        return True

    def _month_alone(self, index: int, stop: int, *, nested: bool) -> bool:
        after = self.tokens[stop] if stop < len(self.tokens) else None
        name = after is not None and after.kind == "word" and after.text[0].isupper()
        before = self._lower(index - 1)
        if not self.table.capitals:
            return not self.table.month_lead or before in self.table.month_lead or nested
        if before in self.table.month_lead or nested:
            return not name or (after is not None and after.lower in self.table.weekdays)
        return self._lower(index) not in self.table.ambiguous_months and not name

    def _year_alone(self, index: int) -> bool:
        after = self._lower(index + 1)
        before = self._lower(index - 1)
        led = before in self.table.year_lead or before.endswith("'s")
        return led and not (after.isalpha() and after.endswith("s"))

    def ahead(self, index: int) -> bool:
        """Whether a word of the same clause turns the time to the future."""
        return self._reaches(index, self.table.future)

    def beside(self, index: int) -> bool:
        """Whether a word of the future stands on either side of the time."""
        return any(token.lower in self.table.future for token in self.tokens[max(0, index - _REACH) : index + _REACH])

    def behind(self, index: int) -> bool:
        """Whether a word of the same clause keeps the time in the past."""
        return self._reaches(index, self.table.past)

    def _reaches(self, index: int, words: frozenset[str]) -> bool:
        """Tell whether one of some words stands before a token in its clause."""
        for at in range(index, max(-1, index - _REACH), -1):
            word = self.tokens[at].lower
            if word in words:
                return True
            if at < index and word in self.table.clause_marks:
                return False
        return False

    def _lower(self, index: int) -> str:
        return self.tokens[index].lower if 0 <= index < len(self.tokens) else ""


_AFTER_SHIFT: Final = frozenset({"and", "but", "when", "in", "at", "on", "with", "by", "as", "while"})


_FIGURE: Final = frozenset({"day", "year", "n", "two", "digit", "daymonth", "core", "time"})
_PHRASES: Final = frozenset({"core", "time"})
_NONE: Final = frozenset[str]()


def _kinds(tokens: Sequence[Token], table: Calendar) -> list[frozenset[str]]:
    """Return for every token the kinds of slots that it may begin; the token after it tells what it cannot."""
    known = table.kinds
    figure = _FIGURE | {"month"} if table.month_numbers else _FIGURE
    if table.core.glued:
        return [figure if one.kind == "number" else known.get(_stem(one.lower, known), _NONE) for one in tokens]
    kinds = [figure if one.kind == "number" else known.get(one.lower, _NONE) for one in tokens]
    # From the end, so that what may follow is narrowed down before the word that it follows.
    for index in range(len(tokens) - 1, -1, -1):
        if not kinds[index] or tokens[index].kind == "number":
            continue
        nothing = kinds[index] <= _PHRASES and not table.all.opens(tokens, index, kinds)
        kinds[index] = _NONE if nothing else _followed(tokens, index, kinds, table)
    return kinds


def _followed(tokens: Sequence[Token], index: int, kinds: Sequence[frozenset[str]], table: Calendar) -> frozenset[str]:
    """Return the kinds of slots that a word may begin before the word that follows it: "a" is no number in "a ship"."""
    core, parts = table.core, table.parts
    found = kinds[index]
    if not found.isdisjoint(table.behind):
        found -= {slot for slot, behind in table.behind.items() if not behind.fits(tokens, index + 1, kinds)}
    if "core" in found and found.isdisjoint(core.opening_slots) and not core.opens(tokens, index, kinds):
        found -= {"core"}
    if "time" in found and "core" not in found:
        part = not found.isdisjoint(parts.opening_slots) or parts.opens(tokens, index, kinds)
        found = found if part else found - {"time"}
    return found


def _read(tokens: Sequence[Token], index: int, slot: str, table: Calendar) -> tuple[Any, int] | None:
    token = tokens[index]
    if token.kind == "number":
        return _number(tokens, index, slot, table)
    word = token.lower
    if slot in {"month", "weekday"}:
        value = (table.months if slot == "month" else table.weekdays).get(word)
        if value is None or (table.capitals and not token.text[0].isupper()):
            return None
        return value, _past_stop(tokens, index, table)
    if slot == "n":
        return _counted(tokens, index, table)
    if slot in {"unit", "units", "span"}:
        unit = table.units.get(_stem(word, table.units) if table.core.glued else word)
        return (unit, index + 1) if unit and _unit_fits(slot, unit, word) else None
    found = {"season": table.seasons, "ordinal": table.ordinals}.get(slot, {}).get(word)
    return None if found is None else (found, index + 1)


def _stem(word: str, words: Any) -> str:  # noqa: ANN401  # any mapping with words for keys
    return next((word[:size] for size in range(min(len(word), 4), 0, -1) if word[:size] in words), word)


def _unit_fits(slot: str, unit: str, word: str) -> bool:
    if slot == "units":
        return word != unit
    return slot == "unit" or unit not in {"hour", "day", "fortnight"}


def _past_stop(tokens: Sequence[Token], index: int, table: Calendar) -> int:
    """Return the token after a name, and after the full stop that shortens it."""
    after = index + 1
    if tokens[index].lower not in table.shortened:
        return after
    stopped = after < len(tokens) and tokens[after].text == "." and tokens[after].start == tokens[index].end
    return after + 1 if stopped else after


def _number(tokens: Sequence[Token], index: int, slot: str, table: Calendar) -> tuple[Any, int] | None:
    text = tokens[index].text
    if slot == "daymonth":
        day, _, month = text.partition(".")
        plain = day.isascii() and month.isascii() and day.isdigit() and month.isdigit()
        return ((int(day), int(month)), index + 1) if plain and len(day) <= 2 and len(month) <= 2 else None
    least, most, digits = _FIGURES.get(slot, (1, 0, 0))
    if not (text.isascii() and text.isdigit() and len(text) <= digits and least <= int(text) <= most):
        return None
    return int(text), _past_mark(tokens, index, table) if slot == "day" else index + 1


def _past_mark(tokens: Sequence[Token], index: int, table: Calendar) -> int:
    after = index + 1
    marked = after < len(tokens) and tokens[after].start == tokens[index].end and tokens[after].lower in table.day_marks
    return after + 1 if marked else after


def _counted(tokens: Sequence[Token], index: int, table: Calendar) -> tuple[int | None, int] | None:
    """Read a number in words ("two", "twenty-five"), or None for one that nobody gave ("a few")."""
    for words in table.vague.get(tokens[index].lower, ()):
        if tuple(token.lower for token in tokens[index : index + len(words)]) == words:
            return None, index + len(words)
    value = table.numbers.get(tokens[index].lower)
    if value is None:
        return None
    joined = index + 2 < len(tokens) and tokens[index + 1].text == "-" and 20 <= value < 100
    ones = table.numbers.get(tokens[index + 2].lower, 0) if joined else 0
    return (value + ones, index + 3) if 0 < ones < 10 else (value, index + 1)
