"""Ranges: "between A and B", "A to B", "from A to B", "A–B", "60 or 70", "in the low 70s"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.claims.bounds import BoundWords, bound_words
from wayside.coverage.claims.counted import noun_phrase
from wayside.coverage.claims.found import lower
from wayside.coverage.words.numbers import Number, number_at
from wayside.coverage.words.numberwords import number_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Range", "decade_at", "range_at"]

_WIDEST_CHOICE: Final = 3
_NEAR: Final = 6


@dataclass(frozen=True, slots=True)
class Range:
    """A range: first token where "between" or "from" stands before it (else None), both ends, index after it."""

    first: int | None
    low: float
    high: float
    stop: int


def range_at(tokens: Sequence[Token], index: int, number: Number, language: str) -> Range | None:
    """Read the range that a number begins, or return None where it stands alone.

    Args:
        tokens: the sentence.
        index: the first number's token.
        number: the first number.
        language: ISO 639-1.
    """
    words = bound_words(language)
    if number.vague or number.stop >= len(tokens):
        return None
    error = _error(tokens, number, language)
    if error is not None:
        return error
    lead = _lead(tokens, index, words)
    if lower(tokens, lead) in words.between:
        return _between(tokens, lead, number, language)
    second_at = _second_at(tokens, number, words)
    second = number_at(tokens, second_at, language) if second_at is not None else None
    if second is None or second_at is None or second.vague:
        return None
    low = _scaled_like(tokens, number, second, second_at, language)
    origin = words.origin.before(tokens, lead + 1)
    first = origin[0] if origin else None
    joint = tokens[number.stop].lower
    if joint in words.or_:
        fits = low < second.value <= _WIDEST_CHOICE * low
        first = None
    elif joint in words.dashes:
        fits = low < second.value and tokens[second_at].kind == "number"
        first = None
    else:
        at = index if first is None else first
        fits = low < second.value and not _changes(tokens, at, words, moved=first is not None)
    return Range(first, low, second.value, second.stop) if fits else None


def _lead(tokens: Sequence[Token], index: int, words: BoundWords) -> int:
    """Return the index of the word before a number, bounds and marks of money left out ("between about $60 and …")."""
    lead = index - 1
    while lead > 0 and lower(tokens, lead) not in words.between:
        phrase = words.before.before(tokens, lead + 1)
        if phrase is not None:
            lead = phrase[0] - 1
        elif lower(tokens, lead) in words.money:
            lead -= 1
        else:
            break
    return lead


def _error(tokens: Sequence[Token], number: Number, language: str) -> Range | None:
    """Read "73 ± 3"."""
    match = bound_words(language).plus_minus.at(tokens, number.stop)
    if match is None or match[0] >= len(tokens):
        return None
    spread = number_at(tokens, match[0], language)
    if spread is None or spread.value > number.value:
        return None
    return Range(None, number.value - spread.value, number.value + spread.value, spread.stop)


def _second_at(tokens: Sequence[Token], number: Number, words: BoundWords) -> int | None:
    """Return the token of the second number, a mark of money before it left out."""
    at = _behind_joint(tokens, number, words)
    return at + 1 if at is not None and at + 1 < len(tokens) and lower(tokens, at) in words.money else at


def _behind_joint(tokens: Sequence[Token], number: Number, words: BoundWords) -> int | None:
    stop = number.stop
    joint = tokens[stop]
    if joint.lower in words.dashes:
        glued = tokens[stop - 1].end == joint.start
        return stop + 1 if glued and stop + 1 < len(tokens) else None
    if joint.lower in words.or_:
        return stop + 1 if stop + 1 < len(tokens) else None
    to = words.to.at(tokens, stop)
    return to[0] if to is not None and to[0] < len(tokens) else None


def _between(tokens: Sequence[Token], lead: int, number: Number, language: str) -> Range | None:
    """Read "between 60 and 80 cars", "between 60 cars and 80 cars"."""
    words = bound_words(language)
    at = number.stop
    if lower(tokens, at) not in words.conjunctions:
        thing = noun_phrase(tokens, at, number.value, language)
        at = thing.stop if thing else at
    if lower(tokens, at) not in words.conjunctions or at + 1 >= len(tokens):
        return None
    at += lower(tokens, at + 1) in words.money
    second = number_at(tokens, at + 1, language) if at + 1 < len(tokens) else None
    if second is None:
        return None
    low = _scaled_like(tokens, number, second, at + 1, language)
    return Range(lead, low, second.value, second.stop) if second.value > low else None


def _scaled_like(tokens: Sequence[Token], number: Number, second: Number, second_at: int, language: str) -> float:
    """Give the first number of "2 to 3 million" the scale of the second."""
    if number.scaled or not second.scaled:
        return number.value
    words = number_words(language)
    factor = 1.0
    for at in range(second_at, second.stop):
        factor *= words.scales.get(lower(tokens, at), 1.0) * words.glued.get(lower(tokens, at), 1.0)
    return number.value * factor if number.value * factor < second.value else number.value


def _changes(tokens: Sequence[Token], first: int, words: BoundWords, *, moved: bool) -> bool:
    """Tell "grew from 20 to 73" and "rose by 20 to 73", which are changes, from ranges."""
    before = {token.lower for token in tokens[max(0, first - _NEAR) : first]}
    if before & words.spread:
        return False
    return bool(before & words.change) and (moved or "by" in before)


def decade_at(tokens: Sequence[Token], index: int, language: str) -> Range | None:
    """Read "in the low 70s", "mid-60s" at the token of the digits."""
    token = tokens[index]
    words = bound_words(language)
    if (
        len(token.text) != 2
        or not token.text.endswith("0")
        or not token.text.isdigit()
        or lower(tokens, index + 1) != "s"
        or tokens[index + 1].start != token.end
    ):
        return None
    at = index - 1
    if lower(tokens, at) in words.dashes:
        at -= 1
    offsets = words.decades.get(lower(tokens, at))
    if offsets is None:
        return None
    lead = words.decade_lead.before(tokens, at)
    value = float(token.text)
    return Range(lead[0] if lead else at, value + offsets[0], value + offsets[1], index + 2)
