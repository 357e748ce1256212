"""Words that the rules on stories read, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.tables import table

if TYPE_CHECKING:
    from re import Match, Pattern

__all__ = ["Phrases", "phrases"]

_DEFAULT: Final = "en"
_LONG: Final = 300


@dataclass(frozen=True, slots=True)
class Phrases:
    """A list of phrases, found at word boundaries, in any case.

    Attributes:
        words: the phrases.
    """

    words: tuple[str, ...]
    _pattern: Pattern[str] | None

    def search(self, text: str, start: int = 0, end: int | None = None) -> Match[str] | None:
        """Return the first that stands in ``text[start:end]``, or None."""
        stop = len(text) if end is None else end
        if self._pattern is None:
            return None
        if stop - start > _LONG:
            # Most texts have none of the phrases, and looking for each by itself is far quicker than all at once.
            small = text[start:stop].lower()
            if not any(word in small for word in self.words):
                return None
        return self._pattern.search(text, start, stop)


@cache
def phrases(subject: str, language: str | None) -> Phrases:
    """Return the phrases of one subject in one language; in English where the language is not known."""
    words = tuple(word.lower() for word in table("deriving", language or _DEFAULT).get(subject, ()))
    if not words:
        return Phrases((), None)
    # The longest first, so that "bound for" is not read as "bound".
    ordered = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return Phrases(words, re.compile(rf"(?<!\w)(?:{ordered})(?!\w)", re.IGNORECASE))
