"""When a claim holds: dates and periods in a sentence, resolved against the day of publication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from wayside.coverage.words.lexicon import MONTHS, WEEKDAYS
from wayside.coverage.words.numbers import number_at
from wayside.model.claims import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["TimeFound", "find_times"]

_UNIT_DAYS: Final = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25, "decade": 3652.5}
_PAST: Final = frozenset({"past", "last", "previous", "preceding"})
_ALWAYS: Final = frozenset({"historically", "hitherto"})


@dataclass(frozen=True, slots=True)
class TimeFound:
    """A time in a sentence: first token, token after it, value, and whether it is a period that looks back."""

    first: int
    stop: int
    span: TimeSpan
    period: bool


def find_times(text: str, tokens: Sequence[Token], published: date | None) -> list[TimeFound]:
    """Find the times that a sentence names.

    Args:
        text: the document's text, for the words.
        tokens: the sentence.
        published: day of publication; without it, relative times and dates without a year stay open.
    """
    found: list[TimeFound] = []
    index = 0
    while index < len(tokens):
        one = (
            _date(text, tokens, index, published)
            or _period(text, tokens, index, published)
            or _relative(text, tokens, index, published)
        )
        if one is None:
            index += 1
            continue
        found.append(one)
        index = one.stop
    return found


def _lower(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].lower if 0 <= index < len(tokens) else ""


def _made(
    text: str, tokens: Sequence[Token], bounds: tuple[int, int], days: tuple[date | None, date | None], period: bool
) -> TimeFound:
    first, stop = bounds
    words = text[tokens[first].start : tokens[stop - 1].end]
    return TimeFound(first, stop, TimeSpan(words, *days), period)


def _whole(tokens: Sequence[Token], index: int, low: int, high: int) -> int | None:
    word = _lower(tokens, index)
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 4 and low <= int(word) <= high else None


def _date(text: str, tokens: Sequence[Token], index: int, published: date | None) -> TimeFound | None:
    """Read "Oct. 5", "October 5, 2023", "5 October 2023", "October 2023"."""
    day = _whole(tokens, index, 1, 31)
    at = index + 1 if day is not None else index
    month = MONTHS.get(_lower(tokens, at))
    if month is None or not tokens[at].text[0].isupper():
        return None
    at += 1
    at += 1 if _lower(tokens, at) == "." and _whole(tokens, at + 1, 1, 9999) is not None else 0
    if day is None:
        day = _whole(tokens, at, 1, 31)
        at += 1 if day is not None else 0
    comma = 1 if _lower(tokens, at) == "," else 0
    year = _whole(tokens, at + comma, 1900, 2100)
    at += 1 + comma if year is not None else 0
    if day is None and year is None:
        return None
    start, end = _days(year, month, day, published)
    first = index - 2 if _lower(tokens, index - 2) == "as" and _lower(tokens, index - 1) == "of" else index
    return _made(text, tokens, (first, at), (start, end), period=False)


def _days(year: int | None, month: int, day: int | None, published: date | None) -> tuple[date | None, date | None]:
    if day is None and year is not None:
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), following - timedelta(days=1)
    resolved = _valid(year if year is not None else (published.year if published else None), month, day or 1)
    if resolved is not None and year is None and published is not None and resolved > published + timedelta(days=31):
        resolved = _valid(published.year - 1, month, day or 1)
    return resolved, resolved


def _valid(year: int | None, month: int, day: int) -> date | None:
    if year is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _period(text: str, tokens: Sequence[Token], index: int, published: date | None) -> TimeFound | None:
    """Read "over the past five years", "last three weeks", "historically"."""
    if _lower(tokens, index) in _ALWAYS:
        return _made(text, tokens, (index, index + 1), (None, None), period=True)
    if _lower(tokens, index) not in _PAST:
        return None
    number = number_at(tokens, index + 1) if index + 1 < len(tokens) else None
    if number is None or number.value > 1000:
        return None
    unit = _lower(tokens, number.stop).removesuffix("s")
    if unit not in _UNIT_DAYS:
        return None
    start = (
        published - timedelta(days=round(number.value * _UNIT_DAYS[unit]))
        if published and published.year > 1500
        else None
    )
    first = index
    while first > 0 and _lower(tokens, first - 1) in {"the", "over", "in", "during", "for", "within"}:
        first -= 1
    return _made(text, tokens, (first, number.stop + 1), (start, published), period=True)


def _relative(text: str, tokens: Sequence[Token], index: int, published: date | None) -> TimeFound | None:
    """Read "yesterday", "this week", "last month", "in 2021", "Thursday"."""
    word, following = _lower(tokens, index), _lower(tokens, index + 1)
    if word in {"today", "yesterday"}:
        day = published - timedelta(days=word == "yesterday") if published else None
        return _made(text, tokens, (index, index + 1), (day, day), period=False)
    if word in {"this", "last"} and following in {"week", "month", "year"}:
        return _made(text, tokens, (index, index + 2), _calendar(word == "last", following, published), period=False)
    if word in WEEKDAYS:
        back = (published.weekday() - WEEKDAYS.index(word)) % 7 if published else 0
        day = published - timedelta(days=back) if published else None
        return _made(text, tokens, (index, index + 1), (day, day), period=False)
    year = _whole(tokens, index + 1, 1900, 2100) if word in {"in", "since", "during"} else None
    if year is not None:
        ends = (date(year, 1, 1), published if word == "since" else date(year, 12, 31))
        ordered = ends if ends[1] is None or ends[0] <= ends[1] else (ends[0], None)
        return _made(text, tokens, (index, index + 2), ordered, period=False)
    return None


def _calendar(last: bool, unit: str, published: date | None) -> tuple[date | None, date | None]:
    if published is None or published.year < 1500:
        return None, None
    if unit == "year":
        year = published.year - last
        return date(year, 1, 1), min(published, date(year, 12, 31))
    if unit == "month":
        first = published.replace(day=1)
        if last:
            end = first - timedelta(days=1)
            return end.replace(day=1), end
        return first, published
    monday = published - timedelta(days=published.weekday())
    return (monday - timedelta(days=7), monday - timedelta(days=1)) if last else (monday, published)
