"""Names in any script, reduced to what their spellings have in common.

"Tumangang", "Tumangan", "Туманган" and "두만강" become "tmn": letters are written in Latin ones, spellings of one sound
are made one, vowels after the first letter go, and so do doubled consonants. Different names can meet; the rarity of a
skeleton and other evidence decide what a meeting is worth.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["latin", "one_name", "skeleton"]

_SHORTEST: Final = 3
_LEAST_BONES: Final = 2
_HANGUL: Final = 0xAC00
_SYLLABLES: Final = 11172
_CACHED: Final = 65536


@dataclass(frozen=True, slots=True)
class _Letters:
    single: dict[int, str]
    initial: tuple[str, ...]
    voiced: Mapping[str, str]
    medial: tuple[str, ...]
    final: tuple[str, ...]
    sounds: tuple[tuple[str, str], ...]
    vowels: frozenset[str]


@cache
def _letters() -> _Letters:
    found = table("letters")
    single = {ord(letter): latin_ for letter, latin_ in found["single"].items()}
    for consonant, row in found["kana"].items():
        letters, _, vowels = row.partition("=")
        single |= {
            ord(letter): (consonant if consonant != "a" else "") + vowel
            for letter, vowel in zip(letters, vowels, strict=True)
        }
    single |= {ord("ン"): "n", ord("ー"): "", ord("ッ"): ""}
    hangul = found["hangul"]
    return _Letters(
        single,
        tuple(hangul["initial"].split(" ")),
        hangul["voiced"],
        tuple(hangul["medial"].split(" ")),
        tuple(hangul["final"].split(" ")),
        tuple((spelling, sound) for spelling, sound in found["sounds"]["spellings"]),
        frozenset(found["sounds"]["vowels"]),
    )


def latin(name: str) -> str:
    """Return a name in lower-case Latin letters as far as the tables go; letters of other scripts stay."""
    letters = _letters()
    if name.isascii():
        return name.lower().translate(letters.single)
    # Hangul would fall apart under NFKD, so that it goes first.
    plain = "".join(_syllable(sign, letters, first=at == 0) for at, sign in enumerate(name))
    plain = unicodedata.normalize("NFC", plain).lower().translate(letters.single)
    if plain.isascii():
        return plain
    fallen = unicodedata.normalize("NFKD", plain)
    return "".join(sign for sign in fallen if not unicodedata.combining(sign)).translate(letters.single)


def _syllable(sign: str, letters: _Letters, *, first: bool) -> str:
    """Spell a Hangul syllable; its initial is voiced inside a name."""
    place = ord(sign) - _HANGUL
    if not 0 <= place < _SYLLABLES:
        return sign
    initial, rest = divmod(place, 588)
    medial, final = divmod(rest, 28)
    opening = letters.initial[initial]
    opening = opening if first else letters.voiced.get(opening, opening)
    return opening + letters.medial[medial] + letters.final[final]


@lru_cache(maxsize=_CACHED)
def skeleton(name: str) -> str:
    """Return the consonants of a name, its first letter kept; a name too short for that keeps its vowels.

    Never empty for a name with a letter or a digit.
    """
    plain = _letters_of(name)
    bones = _consonants(plain)
    return bones if len(bones) >= _SHORTEST else plain


def one_name(one: str, other: str) -> bool:
    """Return whether two names are one in two scripts, or in two cases of a script that declines names.

    In plain Latin letters spellings that differ are two names.
    """
    if one.isascii() and other.isascii():
        return False
    left, right = _letters_of(one), _letters_of(other)
    bones = _consonants(left)
    shortest = min(len(left), len(right))
    return shortest > _SHORTEST and len(bones) >= _LEAST_BONES and bones == _consonants(right)


def _letters_of(name: str) -> str:
    return "".join(sign for sign in latin(name) if sign.isalnum())


def _consonants(plain: str) -> str:
    letters = _letters()
    for spelling, sound in letters.sounds:
        plain = plain.replace(spelling, sound)
    bones = plain[:1] + "".join(sign for sign in plain[1:] if sign not in letters.vowels)
    return "".join(sign for at, sign in enumerate(bones) if at == 0 or sign != bones[at - 1])
