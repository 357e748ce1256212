"""Which language a text is in: by script and commonest words first, by py3langid's model where these cannot tell.

The model takes 0.8 s and 100 MB to load, once, so it is loaded for the first text that needs it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from py3langid.langid import LanguageIdentifier

__all__ = ["language_of", "stop_words"]

_WORD: Final = re.compile(r"[^\W\d_]+")
_BEYOND_LATIN: Final = "\u0370"
_SAMPLE: Final = 4000
_CLEAR: Final = 1.5
_ENOUGH: Final = 0.08
_SHORTEST: Final = 20
_SURE: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Script:
    language: str
    letters: re.Pattern[str]
    share: float


@cache
def stop_words() -> Mapping[str, frozenset[str]]:
    """Return the commonest words of each language."""
    return {language: frozenset(words.split()) for language, words in table("languages")["words"].items()}


@cache
def _scripts() -> tuple[_Script, ...]:
    rows = table("languages")["script"]
    return tuple(_Script(row["language"], re.compile(f"[{row['first']}-{row['last']}]"), row["share"]) for row in rows)


@cache
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - loaded for the first text that needs it

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of the language, or None where the text is too short or too mixed to tell."""
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    if letters == 0:
        return None
    # A curly quotation mark lies beyond Latin too: the few different characters tell which script is worth counting.
    distinct = "".join(set(sample))
    for script in _scripts() if max(distinct) >= _BEYOND_LATIN else ():
        if script.letters.search(distinct) and len(script.letters.findall(sample)) > script.share * letters:
            return script.language
    return _by_words(sample) or _by_model(sample, letters)


def _by_words(sample: str) -> str | None:
    """Tell by the commonest words; None where another language is not far behind, or not in the table."""
    counts = Counter(_WORD.findall(sample.lower()))
    total = sum(counts.values())
    there = counts.keys()
    scores = {language: sum([counts[word] for word in common & there]) for language, common in stop_words().items()}
    best, second = sorted(scores, key=lambda language: -scores[language])[:2]
    enough = scores[best] >= 3 and scores[best] >= _ENOUGH * total and scores[best] >= _CLEAR * scores[second] + 1
    return best if enough and best not in table("languages")["neighbours"] else None


def _by_model(sample: str, letters: int) -> str | None:
    if letters < _SHORTEST:
        return None
    language, sure = _model().classify(sample)
    # Three letters are a language without an ISO 639-1 code, or none at all ("zxx").
    return str(language) if sure >= _SURE and len(language) == 2 else None
