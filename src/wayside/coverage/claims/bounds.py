"""Bounds and approximations around a number, and what they make of its value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from wayside.coverage.claims.found import words_between
from wayside.coverage.tables import ALL, table
from wayside.coverage.words.numbers import number_at
from wayside.coverage.words.tries import Phrases, phrases_of
from wayside.model.claims import Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Behind", "Bound", "BoundWords", "bound_before", "bound_behind", "bound_words", "merged", "quantity_of"]

_REACH: Final = 6
_STRENGTH: Final = ("no more than", "fewer than", "up to", "at least", "more than")
_QUOTES: Final = frozenset({"“", '"', "‘", "'", "„", "«"})
_ENDS: Final = frozenset(",;:—–()")


@dataclass(frozen=True, slots=True)
class Bound:
    """What stands before a number.

    Attributes:
        first: index of the first token that belongs to the figure.
        approximation: of ``model.claims.APPROXIMATIONS``.
        hedges: phrases as written, in lower case.
        mean: the figure is an average.
        peak: the figure is the most of a period ("peaked at").
    """

    first: int
    approximation: str
    hedges: tuple[str, ...]
    mean: bool = False
    peak: bool = False


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a number or its thing: its first index and the one after it, the phrase, its meaning."""

    first: int
    stop: int
    words: str
    approximation: str


@dataclass(frozen=True, slots=True)
class BoundWords:
    """The table ``bounds`` of one language; the head of ``tables/en/bounds.toml`` says what each part is."""

    before: Phrases[str]
    behind: Phrases[str]
    far: Phrases[str]
    mean: frozenset[str]
    peak: frozenset[str]
    money: frozenset[str]
    decades: Mapping[str, tuple[int, int]]
    decade_lead: Phrases[bool]
    between: frozenset[str]
    conjunctions: frozenset[str]
    origin: Phrases[bool]
    to: Phrases[bool]
    or_: frozenset[str]
    plus_minus: Phrases[bool]
    dashes: frozenset[str]
    change: frozenset[str]
    spread: frozenset[str]


@cache
def bound_words(language: str) -> BoundWords:
    """Return the table of a language, empty where there is none."""
    rows = table("bounds", language)
    ranges: Mapping[str, Any] = rows.get("ranges", {})
    return BoundWords(
        before=phrases_of(rows.get("before", {})),
        behind=phrases_of(rows.get("behind", {})),
        far=phrases_of(rows.get("behind_far", {})),
        mean=frozenset(rows.get("mean", {}).get("phrases", ())),
        peak=frozenset(rows.get("maximum", {}).get("phrases", ())),
        money=frozenset(table("units", ALL).get("money", {})),
        decades={word: (low, high) for word, (low, high) in rows.get("decades", {}).items()},
        decade_lead=Phrases(dict.fromkeys(rows.get("decade_lead", {}).get("phrases", ()), True)),
        between=frozenset(ranges.get("between", ())),
        conjunctions=frozenset(ranges.get("and", ())),
        origin=Phrases(dict.fromkeys(ranges.get("from", ()), True)),
        to=Phrases(dict.fromkeys(ranges.get("to", ()), True)),
        or_=frozenset(ranges.get("or", ())),
        plus_minus=Phrases(dict.fromkeys(ranges.get("plus_minus", ("±", "+/-")), True)),
        dashes=frozenset(ranges.get("dashes", ("-", "–", "—"))),
        change=frozenset(ranges.get("change", ())),
        spread=frozenset(ranges.get("spread", ())),
    )


def bound_before(tokens: Sequence[Token], index: int, language: str) -> Bound:
    """Read the phrases that end right before a number; a mark of money or of a quotation may stand between."""
    words = bound_words(language)
    limit = index
    while limit > 0 and (tokens[limit - 1].lower in words.money or tokens[limit - 1].text in _QUOTES):
        limit -= 1
    first, meaning = index, "exact"
    hedges: list[str] = []
    mean = peak = False
    while (match := words.before.before(tokens, limit)) is not None:
        at, approximation = match
        if approximation in _STRENGTH and meaning in _STRENGTH:
            break
        phrase = tuple(token.lower for token in tokens[at:limit])
        mean |= any(word in words.mean for word in phrase)
        peak |= any(word in words.peak for word in phrase)
        if approximation != "exact":
            hedges.insert(0, words_between(tokens, at, limit))
            meaning = _stronger(meaning, approximation)
            first = at
        limit = at
        if limit > 0 and tokens[limit - 1].text in _QUOTES:
            break
    return Bound(first, meaning, tuple(hedges), mean, peak)


def _stronger(one: str, other: str) -> str:
    """A bound beats an approximation, and that beats nothing."""
    return next((strong for strong in (*_STRENGTH, "approximately") if strong in {one, other}), "exact")


def bound_behind(tokens: Sequence[Token], stop: int, language: str) -> Behind | None:
    """Read "or so", "or more" right behind a token, "at most" a few words on."""
    words = bound_words(language)
    near = words.behind.at(tokens, stop)
    if near is not None and not _number_follows(tokens, near[0], language):
        return Behind(stop, near[0], words_between(tokens, stop, near[0]), near[1])
    for at in range(stop, min(stop + _REACH, len(tokens))):
        if at > stop and (tokens[at - 1].text in _ENDS or tokens[at - 1].kind == "number"):
            return None
        if tokens[at].lower in words.far.starts:
            far = words.far.at(tokens, at)
            if far is not None and not _number_follows(tokens, far[0], language):
                return Behind(at, far[0], words_between(tokens, at, far[0]), far[1])
    return None


def _number_follows(tokens: Sequence[Token], index: int, language: str) -> bool:
    """Tell "at least" of the next figure from that of this one."""
    return index < len(tokens) and number_at(tokens, index, language) is not None


def merged(bound: Bound, behind: Behind | None) -> tuple[str, tuple[str, ...]]:
    """Return approximation and hedges of what stands before and behind together."""
    if behind is None or behind.approximation == "exact":
        return bound.approximation, bound.hedges
    return _stronger(behind.approximation, bound.approximation), (*bound.hedges, behind.words)


def quantity_of(
    value: float, high: float | None, approximation: str, unit: str = "1", *, whole: bool = False
) -> Quantity:
    """Return the quantity of a figure with its bound.

    Args:
        value: the figure, or the lower end of a range.
        high: upper end of a range, or None.
        approximation: of ``model.claims.APPROXIMATIONS``.
        unit: as in a quantity.
        whole: things are counted, so that "more than 20" begins at 21.
    """
    if high is not None:
        return Quantity(min(value, high), max(value, high), "between", unit, None)
    step = 1.0 if whole and value.is_integer() else 0.0
    floor = 0.0 if unit != "1" or whole else None
    bounds: dict[str, tuple[float | None, float | None]] = {
        "at least": (value, None),
        "more than": (value + step, None),
        "no more than": (floor, value),
        "up to": (floor, value),
        "fewer than": (floor, max(0.0, value - step)),
    }
    low, top = bounds.get(approximation, (value, value))
    return Quantity(low, top, approximation, unit, value)
