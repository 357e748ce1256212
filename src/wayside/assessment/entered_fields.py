"""Reading the values of one table of an analyst's file; what is wrong goes into one list, with its path."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from wayside.assessment.language import LIKELIHOOD_TERMS, likelihood_terms
from wayside.language.phrases import LANGUAGES
from wayside.model.hypotheses import MACHINE

__all__ = ["LONGEST_LIST", "LONGEST_TEXT", "Fields", "likelihood_of", "once", "shown"]

LONGEST_TEXT = 4_000
"""Most characters of one text."""
LONGEST_LIST = 200
"""Most entries of one list."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_NUMBER = re.compile(r"\s*(\d{1,3}(?:[.,]\d{1,3})?)\s*%?\s*")
_SHOWN = 60
_EVEN = 50
_T = TypeVar("_T", bound=StrEnum)


@dataclass
class Fields:
    """One table of the file, read value by value.

    Attributes:
        path: where it stands ("judgement 2 (line 14)").
        table: its values.
        faults: what is wrong so far; shared by the whole file.
        known: names that were asked for; ``finish`` refuses the others.
    """

    path: str
    table: Mapping[str, Any]
    faults: list[str]
    known: list[str] = field(default_factory=list)

    def fault(self, key: str, what: str) -> None:
        """Note that something is wrong with a value."""
        self.faults.append(f"{self.path}.{key}: {what}" if key else f"{self.path}: {what}")

    def text(self, key: str, *, required: bool = False, longest: int = LONGEST_TEXT, default: str = "") -> str:
        """Return a text without blanks around it; ``default`` where it is missing or wrong."""
        value = self._get(key)
        if value is None:
            if required and not default:
                self.fault(key, "missing; it must be some text")
            return default
        if not isinstance(value, str) or not value.strip():
            self.fault(key, f"must be some text, not {shown(value)}")
            return default
        if len(value) > longest:
            self.fault(key, f"has {len(value):,} characters; up to {longest:,} are read")
            return default
        if "\x00" in value:
            self.fault(key, "holds a NUL character")
            return default
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text alone is a list of one."""
        value = self._get(key)
        if value is None:
            return ()
        values = [value] if isinstance(value, str) else value
        good = isinstance(values, list) and all(isinstance(v, str) and v.strip() and "\x00" not in v for v in values)
        if not good:
            self.fault(key, f"must be a list of texts, not {shown(value)}")
            return ()
        if len(values) > LONGEST_LIST or any(len(v) > LONGEST_TEXT for v in values):
            self.fault(key, f"has up to {LONGEST_LIST} texts of up to {LONGEST_TEXT:,} characters each")
            return ()
        return tuple(v.strip() for v in values)

    def name(self, key: str = "id") -> str:
        """Return a short name, which an entry must have; "" where it is missing or wrong."""
        value = self._get(key)
        if not isinstance(value, str) or not _ID.fullmatch(value):
            must = "a short name of letters, digits, dots, hyphens and underscores"
            self.fault(key, f"missing; it must be {must}" if value is None else f"must be {must}, not {shown(value)}")
            return ""
        return value

    def author(self, key: str, default: str) -> str:
        """Return who signs; wayside's own name is not an analyst's."""
        value = self.text(key, required=True, default=default, longest=200)
        if value.casefold() == MACHINE:
            self.fault(key, f"{MACHINE!r} is the program's name; an analyst signs with their own")
            return default
        return value

    def day(self, key: str, default: date | None = None) -> date | None:
        """Return a day, written as a TOML date or as a text like "2023-10-05"."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fault(key, f"must be a day like 2023-10-05, not {shown(value)}")
            return default

    def switch(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(key, f"must be true or false, not {shown(value)}")
            return default
        return value

    def choice(self, key: str, kind: type[_T], default: _T) -> _T:
        """Return one of an enumeration's values."""
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, str) or value not in tuple(kind):
            self.fault(key, f"must be one of {', '.join(kind)}, not {shown(value)}")
            return default
        return kind(value)

    def address(self, key: str) -> str:
        """Return an address over http or https; "" for none."""
        value = self.text(key, longest=2_000)
        if value and (not value.startswith(("https://", "http://")) or any(c.isspace() for c in value)):
            self.fault(key, f"must be an address that begins with https:// or http://, not {shown(value)}")
            return ""
        return value

    def any(self, key: str) -> object:
        """Return a value of any kind; None where it is missing."""
        return self._get(key)

    def finish(self) -> None:
        """Refuse what nobody asked for."""
        for key in sorted(set(self.table) - set(self.known)):
            self.fault("", f"no such entry: {shown(key)}; there are {', '.join(self.known)}")

    def _get(self, key: str) -> Any:  # noqa: ANN401  whatever TOML holds
        if key not in self.known:
            self.known.append(key)
        return self.table.get(key)


def shown(value: object) -> str:
    """Return a value as a message shows it, cut short."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


# ---------------------------------------------------------------------- likelihood
@cache
def _terms() -> Mapping[str, tuple[int, int]]:
    """Return the bands by the words of all languages, in both of the table's rows."""
    return {
        word.casefold(): (term.low_pct, term.high_pct)
        for language in LANGUAGES
        for term in likelihood_terms(language)
        for word in (term.local, term.synonym)
    }


def likelihood_of(value: object) -> tuple[int, int] | str:
    """Return a likelihood in whole percent, both ends; or what is wrong with it.

    Args:
        value: a term of ICD 203 in a language of the tables; a number of percent, 1 to 99; a text of one ("70 %"); a
            number between 0 and 1; or a list of two numbers of either kind. What is no whole percent is brought to the
            next one towards even chance: no number becomes a stronger one.
    """
    if isinstance(value, str):
        return _terms().get(" ".join(value.casefold().split())) or _percent_in(value)
    given = value if isinstance(value, list) and len(value) == 2 else [value]
    values = [v for v in given if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(values) < len(given):
        return _must(value)
    if any(isinstance(v, float) and v == 1 for v in values):
        return '1.0 can be read as 1 % and as certain: write 1, or "1 %", for one percent; nothing is certain'
    if all(isinstance(v, float) and 0 < v < 1 for v in values):
        return _percent([100 * v for v in values])
    return _percent(values)


def _percent_in(text: str) -> tuple[int, int] | str:
    number = _NUMBER.fullmatch(text)
    return _percent([float(number[1].replace(",", "."))]) if number else _must(text)


def _percent(values: Sequence[float]) -> tuple[int, int] | str:
    if not all(isinstance(v, int) or math.isfinite(v) for v in values) or not all(1 <= v <= 99 for v in values):
        return "a likelihood lies within 1 to 99 %: nothing that an analyst judges is certain or impossible"
    low, high = (_towards_even(v) for v in (min(values), max(values)))
    return (low, high) if values[0] <= values[-1] else "the lower end of a likelihood comes first"


def _towards_even(percent: float) -> int:
    """Return a whole percent that claims no more: what lies between two goes to the one nearer to 50."""
    exact = round(percent, 6)
    return math.floor(exact) if exact > _EVEN else math.ceil(exact)


def _must(value: object) -> str:
    terms = ", ".join(term.words for term in LIKELIHOOD_TERMS)
    return f"must be a number of percent from 1 to 99, or one of: {terms}; not {shown(value)}"


def once(what: str, ids: Iterable[str], faults: list[str]) -> None:
    """Refuse ids that are given twice."""
    known = [name for name in ids if name]
    faults += [f"{what}: the id {name!r} is given twice" for name in sorted({n for n in known if known.count(n) > 1})]
