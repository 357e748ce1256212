"""Which encoding makes the likeliest text of some bytes.

Each encoding of the table is given with the letters of its languages, commonest first. A text's score is the mean log
probability of the characters beyond ASCII, a byte: Zipf's law over the letters, a small probability for anything
else, a smaller one for what no text holds (control characters, private use, capitals inside a word).
"""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from wayside.coverage.tables import table

__all__ = ["Likely", "likelihood", "most_likely", "named"]

_SAMPLE: Final = 3000
_MARKS: Final = frozenset("“”‘’„«»–—…•°§€£™®©´·¿¡№‚›‹")
_BEYOND: Final = re.compile(rb"[\x80-\xff]")
_MARK: Final = -3.5
_CAPITAL: Final = -2.0
_RARE: Final = -7.0
_IDEOGRAPH: Final = -8.5
_NEVER: Final = -14.0
_BROKEN: Final = -40.0
_COMMONEST: Final = "cp1252"
_PRIOR: Final = 5.0
"""Nats by which the commonest encoding is likelier than another before anything is read."""
_WORST: Final = -5.6
"""Score under which no encoding makes a text of the bytes."""


@dataclass(frozen=True, slots=True)
class Likely:
    """An encoding and its score.

    Attributes:
        encoding: the codec.
        score: mean log probability of a byte beyond ASCII, in nats, < 0.
    """

    encoding: str
    score: float


@dataclass(frozen=True, slots=True)
class _Alphabet:
    charsets: tuple[str, ...]
    chances: dict[str, float]


@cache
def _alphabets() -> tuple[_Alphabet, ...]:
    found = []
    for row in table("charsets")["alphabet"]:
        letters = row["letters"]
        # The letters beyond the first sixty of a script of thousands leave half of the probability to the rest.
        share = 0.5 if len(row["charsets"]) <= 2 and letters[0] > "\u3000" else 0.97
        total = sum(1 / (rank + 2) for rank in range(len(letters)))
        chances = {letter: math.log(share / (rank + 2) / total) for rank, letter in enumerate(letters)}
        found.append(_Alphabet(tuple(row["charsets"]), chances))
    return tuple(found)


@cache
def _known() -> frozenset[str]:
    return frozenset(codecs.lookup(name).name for name in table("charsets")["declared"])


def named(declared: str) -> str | None:
    """Return the codec that is meant by a declared name, as browsers read it; None where it is not known."""
    try:
        codec = codecs.lookup(declared.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    if codec not in _known():
        return None
    read_as = {
        codecs.lookup(key).name: codecs.lookup(value).name for key, value in table("charsets")["read_as"].items()
    }
    return read_as.get(codec, codec)


def most_likely(data: bytes) -> Likely | None:
    """Return the encoding that makes the likeliest text; None where none makes any."""
    sample = _sample(data)
    beyond = sum(1 for byte in sample if byte >= 0x80)
    best: Likely | None = None
    most = float("-inf")
    decoded: dict[str, _Decoding] = {}
    for alphabet in _alphabets():
        for encoding in alphabet.charsets:
            if encoding not in decoded:
                decoded[encoding] = _Decoding.of(sample, encoding)
            score = decoded[encoding].score(alphabet, beyond)
            total = score * beyond - (0.0 if encoding == _COMMONEST else _PRIOR)
            if score > _WORST and total > most + 1e-9:
                best, most = Likely(encoding, score), total
    return best


def likelihood(data: bytes, encoding: str) -> float:
    """Return the score of one encoding, by the alphabet that suits it best."""
    sample = _sample(data)
    beyond = sum(1 for byte in sample if byte >= 0x80)
    decoding = _Decoding.of(sample, encoding)
    same = [alphabet for alphabet in _alphabets() if codecs.lookup(encoding).name in _names(alphabet)]
    return max(decoding.score(alphabet, beyond) for alphabet in same or _alphabets())


def _names(alphabet: _Alphabet) -> frozenset[str]:
    return frozenset(codecs.lookup(name).name for name in alphabet.charsets)


def _sample(data: bytes) -> bytes:
    """Take the first bytes beyond ASCII with what stands around them, up to a bound."""
    match = _BEYOND.search(data)
    first = match.start() if match else 0
    start = data.rfind(b"\n", 0, first) + 1
    return data[max(start, first - 200) : first + _SAMPLE]


@dataclass(frozen=True, slots=True)
class _Decoding:
    """A sample in one encoding: how often it has each character beyond ASCII, and what it has that no text has."""

    counts: Counter[str]
    penalty: float

    @classmethod
    def of(cls, sample: bytes, encoding: str) -> _Decoding:
        text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
        counts = Counter(char for char in text if char >= "\x80")
        inside = glued = 0
        for one, two in pairwise(text):
            if (one >= "\x80" or two >= "\x80") and one.isalpha() and two.isalpha():
                inside += two >= "\x80" and one.islower() and two.isupper()
                glued += _mixed(one, two)
        return cls(counts, 6.0 * inside + 5.0 * glued)

    def score(self, alphabet: _Alphabet, beyond: int) -> float:
        """Return the mean log probability of a byte beyond ASCII."""
        if not beyond:
            return 0.0
        total = sum(count * _chance(char, alphabet.chances) for char, count in self.counts.items())
        return (total - self.penalty) / beyond


def _mixed(one: str, two: str) -> bool:
    """Two letters that do not stand side by side in a word: a Latin one and one of another alphabet."""
    return (one < "\u0250") != (two < "\u0250") and max(one, two) < "\u2e80"


def _chance(char: str, chances: dict[str, float]) -> float:
    if char in chances:
        return chances[char]
    if char.lower() in chances:
        return chances[char.lower()] + _CAPITAL
    return _chance_elsewhere(char)


@cache
def _chance_elsewhere(char: str) -> float:
    """Return the log probability of a character that no letter of the alphabet is."""
    if char in _MARKS:
        return _MARK
    if char == "\ufffd":
        return _BROKEN
    if "\u3041" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3":
        return _IDEOGRAPH
    if "\x80" <= char <= "\x9f" or "\ue000" <= char <= "\uf8ff":
        return _NEVER
    return _RARE if char.isalpha() else _RARE - 2
