"""How dates, spans, numbers and probabilities are written in one language; the machine's locale has no part in it."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountInterval
from wayside.model.wording import percent_of

__all__ = ["LANGUAGES", "RULES", "Writer", "read_table", "writer"]

LANGUAGES = ("en", "ru")
"""ISO 639-1 codes of the languages that have tables."""

_YEAR = 365.25
_LEAST, _MOST = 1, 99
_NUMBER = re.compile(r"\.\d{1,2}[fg]", re.ASCII)


def _english_form(n: float) -> int:
    """Return which of two forms stands behind a number: one, many."""
    return 0 if n == 1 else 1


def _russian_form(n: float) -> int:
    """Return which of three forms stands behind a number: one (1, 21), few (2 to 4, 22; fractions), many (5, 11, 112).

    Unicode CLDR, plural rules of Russian.
    """
    if n != int(n):
        return 1
    last, tens = int(abs(n)) % 10, int(abs(n)) % 100
    if last == 1 and tens != 11:
        return 0
    return 1 if 2 <= last <= 4 and not 12 <= tens <= 14 else 2


_FORMS: Mapping[str, tuple[int, Callable[[float], int]]] = {"en": (2, _english_form), "ru": (3, _russian_form)}


@dataclass(frozen=True)
class Writer:
    """Writes values as one language does, by its tables ``writing`` and ``nouns``.

    Attributes:
        language: ISO 639-1 code.
        table: patterns of dates, numbers, spans and lags.
        nouns: forms of the nouns that stand behind numbers, by name.
    """

    language: str
    table: Mapping[str, Any] = field(repr=False)
    nouns: Mapping[str, Sequence[str]] = field(repr=False)

    # ------------------------------------------------------------------ days
    def full_date(self, day: date) -> str:
        """Return "5 October 2023"."""
        return self._day("date", "months", day)

    def short_date(self, day: date) -> str:
        """Return "5 Oct 2023"."""
        return self._day("shortdate", "shortmonths", day)

    def month_year(self, day: date) -> str:
        """Return "October 2023"."""
        return self._day("monthyear", "standalonemonths", day)

    def moment(self, time: datetime) -> str:
        """Return "5 October 2023, 02:17 UTC" of a time with its zone."""
        at = time.astimezone(UTC)
        return self._fill(self.table["moment"], date=self.full_date(at.date()), time=f"{at.hour:02}:{at.minute:02}")

    def span(self, days: int) -> str:
        """Return a stretch of time as one speaks of it: "five years", "2.4 years", "year", "14 months", "12 days".

        It follows "the" ("the five years before"), so that a single year has no number.

        Args:
            days: 1 or more.
        """
        spans, years = self.table["span"], days / _YEAR
        whole = round(years)
        if whole >= 1 and abs(days - whole * _YEAR) <= 2 * whole + 3:
            if whole == 1:
                return str(spans["year"])
            return str(spans["years"][whole - 2]) if whole <= 10 else self._fill(spans["many"], years=whole)
        if years >= 2:
            return self._fill(spans["part"], years=self.decimal(years, 1))
        if days >= 150:
            return self._fill(spans["months"], months=round(days / _YEAR * 12))
        return self._fill(spans["days"], days=days)

    def lag(self, lag90: tuple[int, int]) -> str:
        """Return where an interval of lags (days from an event) lies: after it, before it, or on both sides."""
        low, high = lag90
        lags = self.table["lag"]
        if low == high == 0:
            return str(lags["same"])
        if low == high:
            return self._fill(lags["one_after" if low > 0 else "one_before"], days=abs(low))
        if low >= 0:
            return self._fill(lags["after"], low=low, high=high)
        if high <= 0:
            return self._fill(lags["before"], low=-high, high=-low)
        return self._fill(lags["around"], before=-low, after=high)

    # ------------------------------------------------------------------ numbers
    def number(self, n: float) -> str:
        """Return a number with its thousands apart: "12 345"."""
        if n == int(n):
            return f"{int(n):,}".replace(",", self.table["thousands"])
        return f"{n:g}".replace(".", self.table["decimal"])

    def decimal(self, x: float, places: int) -> str:
        """Return a number with so many decimals."""
        return f"{x:,.{places}f}".translate({ord(","): self.table["thousands"], ord("."): self.table["decimal"]})

    def counted(self, n: float | CountInterval, noun: str) -> str:
        """Return a number, or an interval, with a noun of the language's table in the form that it asks for."""
        forms, form = _FORMS[self.language]
        words = self.nouns[noun]
        if len(words) != forms:
            raise ValueRefusedError(f"noun {noun!r} has {len(words)} forms in language {self.language!r}, not {forms}")
        if isinstance(n, CountInterval):
            return self._fill(self.table["counted"], n=self.interval(n), noun=words[form(n.high)])
        return self._fill(self.table["counted"], n=self.number(n), noun=words[form(n)])

    def interval(self, interval: CountInterval | tuple[int, int]) -> str:
        """Return "70 to 76", or "73" where both ends are one number."""
        low, high = interval
        if low == high:
            return self.number(low)
        return self._fill(self.table["interval"], low=self.number(low), high=self.number(high))

    def percent(self, p: float) -> str:
        """Return how a probability (0 to 1) is printed: "64 %", "less than 1 %", "more than 99 %"."""
        percent, ways = percent_of(p), self.table["percent"]
        if percent < _LEAST:
            return self._fill(ways["least"], percent=_LEAST)
        return self._fill(ways["most" if percent > _MOST else "some"], percent=min(percent, _MOST))

    def share(self, share: float) -> str:
        """Return a share (0 to 1) in whole percent."""
        return self._fill(self.table["percent"]["some"], percent=round(share * 100))

    def factor(self, factor: float) -> str:
        """Return "twice", "three times" or "2.5 times"."""
        factors = self.table["factor"]
        word = factors["words"].get(f"{factor:g}")
        return str(word) if word else self._fill(factors["some"], factor=factor)

    # ------------------------------------------------------------------ words
    def joined(self, words: Sequence[str]) -> str:
        """Return "a, b and c"."""
        if not words:
            return ""
        *first, last = words
        between, before_last = str(self.table["list"]["between"]), str(self.table["list"]["last"])
        return between.join(first) + (before_last if first else "") + last

    def write(self, value: Any, rule: str) -> str:  # noqa: ANN401  a sentence's values are of many types
        """Return a value as a rule has it.

        Args:
            value: what the rule takes; with no rule, words or a whole number, which stand as they are.
            rule: one of ``RULES``, a noun, the form of a number (".2g", ".1f"), or nothing.

        Raises:
            ValueRefusedError: there is no such rule, or the value is not of its kind.
        """
        try:
            if rule in RULES:
                return RULES[rule](self, value)
            if rule in self.nouns:
                return self.counted(value, rule)
            if rule:
                return self._number_as(float(value), rule)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise ValueRefusedError(f"{value!r} cannot be written by the rule {rule!r}: {error}") from error
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValueRefusedError(f"{value!r} is neither words nor a whole number: name the rule that writes it")
        return str(value)

    def _number_as(self, x: float, rule: str) -> str:
        if not _NUMBER.fullmatch(rule):
            raise ValueRefusedError(f"there is no rule or noun {rule!r} in language {self.language!r}")
        return format(x, rule).replace(".", self.table["decimal"])

    def _day(self, pattern: str, months: str, day: date) -> str:
        return self._fill(self.table[pattern], day=day.day, month=self.table[months][day.month - 1], year=day.year)

    def _fill(self, pattern: str, **values: object) -> str:
        return Filler(self).vformat(pattern, (), values)


class Filler(string.Formatter):
    """Fills a sentence with values, each written by the rule behind its name."""

    def __init__(self, by: Writer) -> None:
        self._by = by

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        """Return a value by its name alone: a sentence reaches into no object."""
        del args
        if not field_name.isidentifier():
            raise ValueRefusedError(f"a sentence names its values, not {field_name!r}")
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401  a sentence's values are of many types
        """Return a value by its rule."""
        return self._by.write(value, format_spec)


RULES: Mapping[str, Callable[[Writer, Any], str]] = {
    "date": Writer.full_date,
    "shortdate": Writer.short_date,
    "monthyear": Writer.month_year,
    "moment": Writer.moment,
    "span": Writer.span,
    "lag": Writer.lag,
    "percent": Writer.percent,
    "share": Writer.share,
    "interval": Writer.interval,
    "factor": Writer.factor,
    "number": Writer.number,
    "list": Writer.joined,
    "capital": lambda _, text: text[:1].upper() + text[1:],
    "small": lambda _, text: text[:1].lower() + text[1:],
}
"""How a value is written, by the name after its colon."""


@cache
def writer(language: str = "en") -> Writer:
    """Return the writer of a language.

    Raises:
        ValueRefusedError: the language has no tables.
    """
    return Writer(language, read_table("writing", language), read_table("nouns", language))


def read_table(subject: str, language: str) -> dict[str, Any]:
    """Return the table of a subject as it stands in its file.

    Raises:
        ValueRefusedError: there is no table of this subject in this language.
    """
    path = files("wayside.language") / "tables" / language / f"{subject}.toml"
    if language not in LANGUAGES or not path.is_file():
        known = ", ".join(LANGUAGES)
        raise ValueRefusedError(
            f"there is no table of {subject!r} in language {language!r}", todo=f"Use one of: {known}"
        )
    return tomllib.loads(path.read_text(encoding="utf-8"))
