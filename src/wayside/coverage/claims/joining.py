"""How the figures of a sentence hang together: alternatives, both at once, the same in another unit, a part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.claims.found import FROM_CONTEXT
from wayside.coverage.claims.measures import worth
from wayside.coverage.tables import table
from wayside.coverage.words.tries import Phrases, phrases_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.claims.found import Found
    from wayside.coverage.words.tokens import Token

__all__ = ["joined"]

_LONGEST_GAP: Final = 6
# Two figures in different units are the same where they differ by less than rounding does ("200 km (125 miles)").
_ROUNDING: Final = 0.12
_PUNCTUATION: Final = frozenset({",", "(", ")", "“", "”", '"', "—", "–", "-"})


@dataclass(frozen=True, slots=True)
class _Links:
    phrases: Phrases[str]
    fillers: frozenset[str]
    totals: frozenset[str]
    breaks: frozenset[str]


@cache
def _links(language: str) -> _Links:
    rows = table("bounds", language)
    links = rows.get("links", {})
    named = {name: words for name, words in links.items() if name in {"or", "and", "part"}}
    breaks = frozenset(rows.get("clauses", {}).get("breaks", ()))
    return _Links(phrases_of(named), frozenset(links.get("fillers", ())), frozenset(links.get("totals", ())), breaks)


def joined(tokens: Sequence[Token], found: Sequence[Found], language: str) -> list[tuple[int, str] | None]:
    """Return for each figure the earlier one that it is joined to, and how."""
    joins: list[tuple[int, str] | None] = [None] * len(found)
    for index in range(1, len(found)):
        kind = _between(tokens, found[index - 1], found[index], language)
        if kind is not None:
            joins[index] = (index - 1, kind)
    for index in range(len(found) - 1, 1, -1):
        join = joins[index]
        if join is not None and join[1] in {"and", "or"} and joins[index - 1] is None:
            joins[index - 1] = _listed(tokens, found, index - 1, join[1])
    return joins


def _listed(tokens: Sequence[Token], found: Sequence[Found], index: int, kind: str) -> tuple[int, str] | None:
    """Join the members of "ten tugs, six barges and two ferries", which commas alone stand between."""
    left, right = found[index - 1], found[index]
    gap = [token.text for token in tokens[left.stop : right.first]]
    named = FROM_CONTEXT not in right.flags
    return (index - 1, kind) if gap == [","] and left.kind == right.kind and named else None


def _between(tokens: Sequence[Token], left: Found, right: Found, language: str) -> str | None:
    words = _links(language)
    if right.first - left.stop > _LONGEST_GAP or right.first < left.stop:
        return None
    gap = tokens[left.stop : right.first]
    leads = left.first > 0 and tokens[left.first - 1].lower in words.totals
    if leads and FROM_CONTEXT in right.flags and gap and gap[0].text == ",":
        return "part of"
    if _converts(left, right) and (not gap or gap[0].text in "(,"):
        return "same"
    if "part" in right.flags or words.phrases.first_in(tokens, left.stop, right.first) is None:
        return "part of" if "part of the figure before" in right.flags else None
    if any(token.lower in words.breaks and token.text not in _PUNCTUATION for token in gap):
        return None
    return _linked(tokens, left, right, words)


def _linked(tokens: Sequence[Token], left: Found, right: Found, words: _Links) -> str | None:
    kinds: list[str] = []
    others = 0
    at = left.stop
    while at < right.first:
        match = words.phrases.at(tokens, at)
        if match is not None and match[0] <= right.first:
            kinds.append(match[1])
            at = match[0]
            continue
        others += tokens[at].lower not in words.fillers and tokens[at].text not in _PUNCTUATION
        at += 1
    kind = kinds[-1] if kinds else None
    if kind == "part":
        return "part of"
    alike = left.kind == right.kind or {left.kind, right.kind} <= {"count", "sum", "capacity", "mean", "maximum"}
    return kind if alike and others <= 1 else None


def _converts(left: Found, right: Found) -> bool:
    """Return whether two figures are the same length, area, mass … in two units."""
    if left.quantity.unit == right.quantity.unit:
        return False
    one, other = worth(left.quantity.unit), worth(right.quantity.unit)
    if left.kind == right.kind == "money":
        return True
    if one is None or other is None or one.dimension != other.dimension:
        return False
    ends = [(left.quantity.high, right.quantity.high), (left.quantity.low, right.quantity.low)]
    for mine, theirs in ends:
        if mine and theirs:
            ratio = mine * one.factor / (theirs * other.factor)
            return abs(ratio - 1.0) <= _ROUNDING
    return False
