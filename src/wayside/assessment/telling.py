"""Which language an assessment speaks, and whether of scenes or of counts that others published."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.language.phrases import phrases
from wayside.language.writing import Writer, writer

__all__ = ["Teller"]


@dataclass(frozen=True, slots=True)
class Teller:
    """Says the sentences of an assessment.

    Attributes:
        language: ISO 639-1 of them.
        counts: whether any of the counts was published by somebody else, so that not each of them has a scene; a
            sentence with a wording of its own for that, its key ending in "_counts", is then used.
    """

    language: str = "en"
    counts: bool = False

    @property
    def writer(self) -> Writer:
        """How dates and numbers are written."""
        return writer(self.language)

    def say(self, subject: str, key: str, **values: object) -> str:
        """Return a sentence of a subject.

        Raises:
            ValueRefusedError: there is none, or it lacks a value.
        """
        table = phrases(subject, self.language)
        other = f"{key}_counts"
        return table.say(other if self.counts and table.has(other) else key, **values)
