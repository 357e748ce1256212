"""Sentences of one subject in one language, kept as data and filled with values.

A table is a TOML file ``tables/<language>/<subject>.toml``; a sentence in it names its values in braces, with the rule
by which each is written: ``"{scenes:scene} from {first:date} on"``. A rule is one of ``RULES`` (see
``wayside.language.writing``), the form of a number (".2g", ".1f"), or a noun of the language's table ``nouns``, which
then stands behind its number or interval in the right form; words and whole numbers need none. The same value may have
another rule in another language, where that asks for another case of a noun.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from wayside.errors import ValueRefusedError
from wayside.language.writing import LANGUAGES, RULES, Filler, Writer, read_table, writer

__all__ = ["LANGUAGES", "RULES", "Phrases", "phrases"]

_Entry: TypeAlias = str | tuple[str, ...]


@dataclass(frozen=True)
class Phrases:
    """The sentences of one subject in one language.

    Attributes:
        subject: name of the table.
        language: ISO 639-1 code.
        table: sentences, and lists of sentences, by key; a key of a sub-table is joined by a dot.
        writer: how values are written.
    """

    subject: str
    language: str
    table: Mapping[str, _Entry] = field(repr=False)
    writer: Writer = field(repr=False)

    def has(self, key: str) -> bool:
        """Whether there is a sentence, or a list of sentences, of that key."""
        return key in self.table

    def say(self, key: str, **values: object) -> str:
        """Return a sentence with its values in it.

        Raises:
            ValueRefusedError: the table has no such sentence, a value that it names is missing, or a value is not of
                the kind that its rule writes.
        """
        entry = self._entry(key)
        if not isinstance(entry, str):
            raise ValueRefusedError(f"{key!r} of {self.subject} is a list of sentences")
        return self._fill(key, entry, values)

    def items(self, key: str, **values: object) -> tuple[str, ...]:
        """Return a list of sentences with their values in them.

        Raises:
            ValueRefusedError: as ``say``, or ``key`` is a single sentence.
        """
        entry = self._entry(key)
        if isinstance(entry, str):
            raise ValueRefusedError(f"{key!r} of {self.subject} is one sentence")
        return tuple(self._fill(key, text, values) for text in entry)

    def _entry(self, key: str) -> _Entry:
        if key not in self.table:
            raise ValueRefusedError(f"no sentence {key!r} of {self.subject} in language {self.language!r}")
        return self.table[key]

    def _fill(self, key: str, text: str, values: Mapping[str, object]) -> str:
        try:
            return Filler(self.writer).vformat(text, (), values)
        except KeyError as error:
            raise ValueRefusedError(f"sentence {key!r} of {self.subject} needs a value for {error}") from error
        except ValueRefusedError as error:
            raise ValueRefusedError(f"sentence {key!r} of {self.subject}: {error.what}") from error


@cache
def phrases(subject: str, language: str = "en") -> Phrases:
    """Return the sentences of a subject.

    Args:
        subject: name of the table.
        language: one of ``LANGUAGES``.

    Raises:
        ValueRefusedError: there is no table of this subject in this language.
    """
    return Phrases(subject, language, _flat(read_table(subject, language)), writer(language))


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = tuple(str(v) for v in value) if _is_list(value) else str(value)
    return found


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
