"""How a sentence sets a figure: how sure it is of it, whether it denies it, what kind of figure it makes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.claims.bounds import quantity_of
from wayside.coverage.claims.found import words_between
from wayside.coverage.claims.joining import joined
from wayside.coverage.claims.nouns import nouns
from wayside.coverage.tables import table
from wayside.coverage.words.tries import Phrases, phrases_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.claims.found import Found
    from wayside.coverage.words.tokens import Token

__all__ = ["settled"]

# In this order: what is planned is not asserted, however likely it is called.
_CLASSES: Final = ("planned", "possible", "likely", "projected", "estimated")
_BEFORE: Final = 8
_BEHIND: Final = 7
_DENIED_WITHIN: Final = 6
# "never found more than 20" is a bound and not a denial.
_TURNED: Final = {"more than": "no more than", "fewer than": "at least"}
_UPPER: Final = frozenset({"no more than", "up to", "fewer than"})


@dataclass(frozen=True, slots=True)
class _Settings:
    certainty: Phrases[str]
    denial: Phrases[bool]
    spared: Phrases[bool]
    breaks: frozenset[str]
    periods: frozenset[str]
    period_words: frozenset[str]


@cache
def _settings(language: str) -> _Settings:
    rows = table("bounds", language)
    denial = rows.get("denial", {})
    maximum = rows.get("maximum", {})
    return _Settings(
        certainty=phrases_of(rows.get("certainty", {})),
        denial=Phrases(dict.fromkeys(denial.get("cues", ()), True)),
        spared=Phrases(dict.fromkeys(denial.get("except", ()), True)),
        breaks=frozenset((*rows.get("clauses", {}).get("breaks", (";",)), ".")),
        periods=frozenset(maximum.get("periods", ())),
        period_words=frozenset(maximum.get("period_words", ())),
    )


def settled(tokens: Sequence[Token], found: Sequence[Found], language: str) -> list[Found]:
    """Return what was found with certainty, denial, kind and joins.

    A figure that "and" or "or" joins to the one before it takes over what that one's clause says of both, where nothing
    else stands between.
    """
    done: list[Found] = []
    joins = joined(tokens, found, language)
    for index, stated in enumerate(found):
        previous = done[-1] if done else None
        start = previous.stop if previous else 0
        join = joins[index]
        # What stands behind a figure that another is joined to belongs to that other.
        end = len(tokens)
        if index + 1 < len(found):
            end = stated.stop if joins[index + 1] else found[index + 1].first
        denial = _denial(tokens, stated, start, language)
        turned = denial is not None and stated.quantity.approximation in _TURNED
        one = _turned(tokens, stated, denial) if turned and denial is not None else stated
        certainty = _certainty(tokens, one, start, end, language)
        negated = denial is not None and not turned
        kind = _kind(tokens, one, start, language)
        if join is not None and previous is not None and join[1] in {"or", "and", "same"}:
            certainty = previous.certainty if certainty == "asserted" else certainty
            negated = negated or previous.negated
            kind = previous.kind if previous.kind in {"capacity", "sum"} and kind == "count" else kind
        if join is not None and previous is not None and join[1] == "or" and kind == previous.kind == "capacity":
            one = _sharing(one, previous)
        done.append(replace(one, certainty=certainty, negated=negated, kind=kind, join=join))
    return done


def _sharing(one: Found, previous: Found) -> Found:
    """Let "or 500,000 rockets" share the bound of "can hold up to 3 million rounds"."""
    bound = previous.quantity.approximation
    figure = one.quantity.figure
    if figure is None or one.quantity.approximation != "exact" or bound in {"exact", "between"}:
        return one
    quantity = quantity_of(figure, None, bound, one.quantity.unit, whole=one.quantity.unit == "1")
    return replace(one, quantity=quantity, flags=(*one.flags, "bound of the figure before"))


def _turned(tokens: Sequence[Token], one: Found, first: int) -> Found:
    """Turn a denied bound into the bound that it is; the denial belongs to the figure then."""
    quantity = one.quantity
    figure = quantity.figure if quantity.figure is not None else 0.0
    approximation = _TURNED[quantity.approximation]
    bound = quantity_of(figure, None, approximation, quantity.unit, whole=True)
    lead = words_between(tokens, first, one.first)
    hedges = (f"{lead} {one.hedges[0]}", *one.hedges[1:]) if one.hedges else (lead,)
    return replace(one, first=first, quantity=bound, hedges=hedges)


def _certainty(tokens: Sequence[Token], one: Found, start: int, end: int, language: str) -> str:
    words = _settings(language)
    first = max(start, one.first - _BEFORE)
    for at in range(one.first - 1, first - 1, -1):
        if tokens[at].lower in words.breaks:
            first = at + 1
            break
    stop = min(end, one.stop + _BEHIND)
    for at in range(one.stop, stop):
        if tokens[at].lower in words.breaks:
            stop = at
            break
    cues = set()
    at = first
    while at < stop:
        match = words.certainty.at(tokens, at) if tokens[at].lower in words.certainty.starts else None
        if match is not None and (tokens[at].lower != "may" or tokens[at].text == "may"):
            cues.add(match[1])
        at = match[0] if match else at + 1
    return next((name for name in _CLASSES if name in cues), "asserted")


def _denial(tokens: Sequence[Token], one: Found, start: int, language: str) -> int | None:
    """Return the first token of a denial right before the figure; "did not exceed 20" and "not only 20" are none."""
    words = _settings(language)
    if one.quantity.figure == 0:
        return None
    for at in range(one.first - 1, max(start, one.first - _DENIED_WITHIN) - 1, -1):
        if tokens[at].lower in words.breaks or tokens[at].text == ",":
            return None
        match = words.denial.at(tokens, at) if tokens[at].lower in words.denial.starts else None
        if match is not None and match[0] <= one.first:
            return at if words.spared.at(tokens, at) is None else None
    return None


def _handed_over(tokens: Sequence[Token], index: int, language: str) -> bool:
    """Read "were delivered" behind a figure."""
    words = nouns(language)
    at = index
    while at < min(index + 3, len(tokens)) and tokens[at].lower in words.be:
        at += 1
    done = words.kinds.at(tokens, at) if index < at < len(tokens) else None
    return done is not None and done[1] == "sum"


def _kind(tokens: Sequence[Token], one: Found, start: int, language: str) -> str:
    """Make a count a capacity, a sum or a maximum where the words before it say so."""
    words = _settings(language)
    if one.kind not in {"count", "mass", "volume"}:
        return one.kind
    first = max(start, one.first - _BEFORE)
    for at in range(one.first - 1, first - 1, -1):
        if tokens[at].lower in words.breaks:
            first = at + 1
            break
    cue = nouns(language).kinds.last_in(tokens, first, one.first)
    if cue is not None and (cue[2] == "capacity" or one.kind == "count"):
        return cue[2]
    if one.kind == "count" and _handed_over(tokens, one.stop, language):
        return "sum"
    if one.kind == "count" and one.quantity.approximation in _UPPER:
        around = {token.lower for token in tokens}
        if around & words.periods and around & words.period_words:
            return "maximum"
    return one.kind
