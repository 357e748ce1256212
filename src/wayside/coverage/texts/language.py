"""Which language a text is in, by script and by its commonest words."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from wayside.coverage.words.lexicon import STOP_WORDS

__all__ = ["language_of"]

_WORD: Final = re.compile(r"[^\W\d_]+")
_SCRIPTS: Final = (
    ("ko", "\uac00", "\ud7a3"),
    ("ja", "\u3040", "\u30ff"),
    ("zh", "\u4e00", "\u9fff"),
    ("ar", "\u0600", "\u06ff"),
    ("he", "\u0590", "\u05ff"),
    ("el", "\u0370", "\u03ff"),
    ("th", "\u0e00", "\u0e7f"),
)
_WORDS: Final = {language: frozenset(words.split()) for language, words in STOP_WORDS.items()}
_LETTERS: Final = {"be": "ў", "uk": "їєґ", "ru": "ыъэ"}


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of the language, or None where the text is too short or too mixed to tell."""
    sample = text[:20000]
    letters = sum(1 for char in sample if char.isalpha())
    if letters == 0:
        return None
    for language, low, high in _SCRIPTS:
        share = sum(1 for char in sample if low <= char <= high) / letters
        if share > (0.1 if language == "ja" else 0.3):
            return language
    words = [match.group().lower() for match in _WORD.finditer(sample)]
    counts = Counter(words)
    scores = {language: sum(counts[word] for word in common) for language, common in _WORDS.items()}
    for language, marks in _LETTERS.items():
        scores[language] += sum(sample.lower().count(mark) for mark in marks)
    best, second = sorted(scores, key=lambda language: -scores[language])[:2]
    enough = scores[best] >= 3 and scores[best] >= 0.05 * len(words)
    return best if enough and scores[best] > scores[second] else None
