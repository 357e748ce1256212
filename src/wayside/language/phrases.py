"""Sentences of one subject in one language, kept as data and filled with values.

A table is a TOML file ``tables/<language>/<subject>.toml``; a sentence in it names its values in braces, with the rule
by which each is written: ``"{scenes:scene} from {first:date} on"``. A rule is one of ``RULES``, or a noun of the
language's table ``nouns``, which then stands behind its number in the right form.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from wayside.errors import ValueRefusedError
from wayside.model.wording import plural, say_date, say_factor, say_interval, say_lag, say_percent, say_share, say_span

__all__ = ["LANGUAGES", "RULES", "Phrases", "phrases"]

LANGUAGES = ("en", "ru")
"""ISO 639-1 codes of the languages that have tables."""

RULES: Mapping[str, Callable[[Any], str]] = {
    "date": say_date,
    "shortdate": lambda day: say_date(day, short=True),
    "span": say_span,
    "percent": say_percent,
    "share": say_share,
    "interval": say_interval,
    "lag": say_lag,
    "factor": say_factor,
}
"""How a value is written, by the name after its colon; of English."""


class _Writer(string.Formatter):
    """Writes values by the rules of a language."""

    def __init__(self, nouns: Mapping[str, Sequence[str]]) -> None:
        self._nouns = nouns

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401  a sentence's values are of many types
        if format_spec in RULES:
            return RULES[format_spec](value)
        if format_spec in self._nouns:
            one, many = self._nouns[format_spec]
            return plural(value, one, many)
        return str(super().format_field(value, format_spec))


@dataclass(frozen=True)
class Phrases:
    """The sentences of one subject in one language.

    Attributes:
        subject: name of the table.
        language: ISO 639-1 code.
        table: sentences by key; a key of a sub-table is joined by a dot.
        nouns: forms of the nouns that stand behind numbers.
    """

    subject: str
    language: str
    table: Mapping[str, str] = field(repr=False)
    nouns: Mapping[str, Sequence[str]] = field(repr=False, default_factory=dict)

    def say(self, key: str, **values: object) -> str:
        """Return a sentence with its values in it.

        Raises:
            ValueRefusedError: the table has no such sentence, or a value that it names is missing.
        """
        if key not in self.table:
            raise ValueRefusedError(f"no sentence {key!r} of {self.subject} in language {self.language!r}")
        try:
            return _Writer(self.nouns).vformat(self.table[key], (), values)
        except KeyError as error:
            raise ValueRefusedError(f"sentence {key!r} of {self.subject} needs a value for {error}") from error


@cache
def phrases(subject: str, language: str = "en") -> Phrases:
    """Return the sentences of a subject.

    Args:
        subject: name of the table.
        language: one of ``LANGUAGES``.

    Raises:
        ValueRefusedError: there is no table of this subject in this language.
    """
    return Phrases(subject, language, _flat(_read(subject, language)), _read("nouns", language))


def _read(subject: str, language: str) -> dict[str, Any]:
    path = files("wayside.language") / "tables" / language / f"{subject}.toml"
    if language not in LANGUAGES or not path.is_file():
        raise ValueRefusedError(f"there is no table of {subject!r} in language {language!r}", todo="Use one of: en, ru")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: str(value)}
    return found
