"""Claims that compare without a figure: "unprecedented", "greater than what has been observed in five years"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.claims.found import Found, lower
from wayside.coverage.tables import table
from wayside.coverage.words.tries import Phrases
from wayside.model.claims import Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["find_comparisons"]

_STATED: Final = Quantity(None, None, "none stated")
_YEARS: Final = (1900, 2100)
_MARKS: Final = frozenset(',.;:()—–”“"?!')


@dataclass(frozen=True, slots=True)
class _Cues:
    alone: Phrases[bool]
    than: frozenset[str]
    than_links: frozenset[str]
    most: frozenset[str]
    most_links: frozenset[str]
    against: frozenset[str]
    articles: frozenset[str]
    degrees: frozenset[str]
    ends: frozenset[str]
    longest: int
    starts: frozenset[str]


@cache
def _cues(language: str) -> _Cues:
    """Return the table ``comparisons`` of a language; the head of the English one says what each part is."""
    rows = table("comparisons", language)
    alone = Phrases(dict.fromkeys(rows.get("alone", {}).get("cues", ()), True))
    than = frozenset(rows.get("than", {}).get("cues", ()))
    most = frozenset(rows.get("most", {}).get("cues", ()))
    return _Cues(
        alone=alone,
        than=than,
        than_links=frozenset(rows.get("than", {}).get("link", ())),
        most=most,
        most_links=frozenset(rows.get("most", {}).get("link", ())),
        against=frozenset(rows.get("against", {}).get("words", ())),
        articles=frozenset(rows.get("articles", ())),
        degrees=frozenset(rows.get("degrees", ())),
        ends=frozenset(rows.get("ends", ())),
        longest=rows.get("longest", 12),
        starts=alone.starts | than | most,
    )


def find_comparisons(tokens: Sequence[Token], language: str = "en") -> list[Found]:
    """Find comparison claims; each runs to the end of its clause or to the next number.

    Args:
        tokens: the sentence.
        language: ISO 639-1.

    Returns:
        In reading order, not overlapping; ``kind`` is "comparison", the quantity has no bounds.
    """
    cues = _cues(language)
    found: list[Found] = []
    for index, token in enumerate(tokens):
        if token.lower not in cues.starts or (found and index < found[-1].stop):
            continue
        alone = cues.alone.at(tokens, index)
        if alone is None and token.lower not in cues.most and lower(tokens, index + 1) not in cues.than_links:
            continue
        behind = alone[0] if alone else index + 1
        stop = _end(tokens, behind, cues)
        if alone is not None or _compares(tokens, index, stop, cues):
            found.append(Found(index, stop, index, _STATED, None, "comparison"))
    return found


def _compares(tokens: Sequence[Token], index: int, stop: int, cues: _Cues) -> bool:
    """Tell "greater than in five years" and "the highest since 2019" from "more than 20" and "the largest ship"."""
    ahead = {token.lower for token in tokens[index + 1 : stop]}
    following = lower(tokens, index + 1)
    past = bool(ahead & cues.against) or _year_behind(tokens, stop)
    if tokens[index].lower in cues.than and following in cues.than_links:
        return past and stop > index + 2
    return tokens[index].lower in cues.most and past and bool(ahead & cues.most_links)


def _year_behind(tokens: Sequence[Token], stop: int) -> bool:
    """Tell "since 2019", where the clause ends before the year."""
    return stop < len(tokens) and tokens[stop].text.isdecimal() and _YEARS[0] <= int(tokens[stop].text) <= _YEARS[1]


def _end(tokens: Sequence[Token], index: int, cues: _Cues) -> int:
    stop = index
    while (
        stop < len(tokens)
        and stop < index + cues.longest
        and tokens[stop].text not in _MARKS
        and tokens[stop].kind != "number"
        and tokens[stop].lower not in cues.ends
    ):
        stop += 1
    while stop > index and tokens[stop - 1].kind == "mark":
        stop -= 1
    return stop
