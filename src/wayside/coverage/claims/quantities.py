"""Quantities in a sentence: number, bounds, unit, what is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.claims.counted import Counted, context_noun, flow_noun, noun_phrase, singular
from wayside.coverage.words.lexicon import (
    AFTER,
    BEFORE,
    MONEY,
    MONEY_WORDS,
    NOT_COUNTED,
    ORDINALS,
    PHRASES_AFTER,
    PHRASES_BEFORE,
    RATES,
    THINGS,
    TIME_UNITS,
    UNITS,
)
from wayside.coverage.words.numbers import Number, number_at
from wayside.model.claims import Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Found", "find_quantities"]

_LONGEST_PHRASE: Final = 6
_AFTER_REACH: Final = 6
_PERIOD_WORDS: Final = frozenset(
    {"past", "last", "previous", "preceding", "next", "first", "every", "within", "for", "in", "during", "over"}
)
_BOUNDS: Final = ("no more than", "fewer than", "up to", "at least", "more than")
_DEFINITE: Final = frozenset({"the", "these", "those", "both", "his", "her", "their", "its", "other"})


@dataclass(frozen=True, slots=True)
class Found:
    """A quantity in a sentence.

    Attributes:
        first: index of its first token, hedges included.
        stop: index of the first token after it.
        number: index of the number's token.
        quantity: value and bounds.
        counted: what is counted, or None.
        kind: kind of claim.
        hedges: hedging words as written.
        flags: what is doubtful.
    """

    first: int
    stop: int
    number: int
    quantity: Quantity
    counted: str | None
    kind: str
    hedges: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Bound:
    first: int
    approximation: str
    hedges: tuple[str, ...]
    average: bool = False


@dataclass(frozen=True, slots=True)
class _Site:
    """Where a number stands: tokens ``index`` to ``stop``, upper end of a range, bound before it, surroundings."""

    tokens: Sequence[Token]
    index: int
    stop: int
    number: Number
    high: float | None
    bound: _Bound
    before: Sequence[Token]
    language: str


def find_quantities(tokens: Sequence[Token], before: Sequence[Token] = (), language: str = "en") -> list[Found]:
    """Find every quantity that a sentence states.

    Args:
        tokens: the sentence.
        before: the sentence before it, for what is counted where this one does not say.
        language: ISO 639-1; the tables of this language are used besides the number itself.

    Returns:
        In reading order, not overlapping.
    """
    found: list[Found] = []
    index = 0
    while index < len(tokens):
        one = _quantity_at(tokens, index, before, language)
        if one is None or (found and one.first < found[-1].stop):
            number = number_at(tokens, index, language)
            index = number.stop if number else index + 1
            continue
        found.append(one)
        index = max(one.stop, index + 1)
    return found


def _quantity_at(tokens: Sequence[Token], index: int, before: Sequence[Token], language: str) -> Found | None:
    special = _long_duration(tokens, index) or _ordinal_period(tokens, index)
    if special is not None:
        return special
    number = number_at(tokens, index, language)
    if number is None:
        return None
    bound = _bound_before(tokens, index, language)
    high, stop = _range_end(tokens, index, number, language)
    timed = _time_quantity(tokens, index, number, bound)
    if timed is not None or _time_unit(tokens, number.stop):
        return timed
    site = _Site(tokens, index, stop, number, high, bound, before, language)
    return _with_unit(site) or _counting(site)


def _lower(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].lower if 0 <= index < len(tokens) else ""


def _longest(tokens: Sequence[Token], stop: int, table: Mapping[str, str]) -> tuple[int, str] | None:
    """Return the longest phrase of a table that ends before ``stop``: its first index and its meaning."""
    for length in range(_LONGEST_PHRASE, 0, -1):
        first = stop - length
        if first >= 0:
            phrase = " ".join(token.lower for token in tokens[first:stop])
            if phrase in table:
                return first, table[phrase]
    return None


def _bound_before(tokens: Sequence[Token], index: int, language: str) -> _Bound:
    table = BEFORE if language == "en" else PHRASES_BEFORE.get(language, {})
    first = index
    meaning = "exact"
    hedges: list[str] = []
    average = False
    while first > 0 and _lower(tokens, first - 1) in {*MONEY, "“", '"', "‘"}:
        first -= 1
    limit = first
    while (match := _longest(tokens, limit, table)) is not None:
        at, approximation = match
        words = " ".join(token.lower for token in tokens[at:limit])
        average |= "average" in words or "promedio" in words
        if approximation in _BOUNDS and meaning in _BOUNDS:
            break
        if approximation != "exact":
            hedges.insert(0, words)
            meaning = _stronger(meaning, approximation)
            first = at
        limit = at
        if _lower(tokens, limit - 1) in {"“", '"', "‘", "'"}:
            break
    return _Bound(first if hedges else index, meaning, tuple(hedges), average)


def _stronger(one: str, other: str) -> str:
    """A bound beats an approximation, and that beats nothing."""
    for strong in (*_BOUNDS, "approximately"):
        if strong in {one, other}:
            return strong
    return "exact"


def _bound_after(tokens: Sequence[Token], stop: int, language: str) -> tuple[int, str, str] | None:
    """Look for "or so" right behind, "at most" a few words on: (index after it, words, meaning)."""
    table = AFTER if language == "en" else PHRASES_AFTER.get(language, {})
    for at in range(stop, min(stop + _AFTER_REACH, len(tokens))):
        if at > stop and (tokens[at - 1].text in ",;:—–()" or tokens[at - 1].kind == "number"):
            return None
        for length in (3, 2):
            words = " ".join(token.lower for token in tokens[at : at + length])
            if (
                words in table
                and at + length <= len(tokens)
                and not (words == "at least" and number_at(tokens, min(at + 2, len(tokens) - 1)))
            ):
                near = words.startswith(("or ", "in "))
                if at == stop or not near:
                    return at + length, words, table[words]
    return None


def _quantity(value: float, high: float | None, approximation: str, unit: str, *, whole: bool) -> Quantity:
    step = 1.0 if whole and value.is_integer() else 0.0
    floor = 0.0 if unit != "1" or whole else None
    if high is not None:
        return Quantity(min(value, high), max(value, high), "between", unit, None)
    bounds: dict[str, tuple[float | None, float | None]] = {
        "at least": (value, None),
        "more than": (value + step, None),
        "no more than": (floor, value),
        "up to": (floor, value),
        "fewer than": (floor, max(0.0, value - step)),
    }
    low, top = bounds.get(approximation, (value, value))
    return Quantity(low, top, approximation, unit, value)


def _range_end(tokens: Sequence[Token], index: int, number: Number, language: str) -> tuple[float | None, int]:
    """Return the upper end of "between A and B", "A to B", "A–B", and the index after the whole."""
    joint = _lower(tokens, number.stop)
    between = _lower(tokens, index - 1) == "between" and joint == "and"
    dash = (
        joint in {"–", "-", "—"}
        and number.stop < len(tokens)
        and tokens[number.stop].start == tokens[number.stop - 1].end
    )
    to = joint == "to" and _lower(tokens, index - 1) != "from"
    if not (between or dash or to) or number.stop + 1 >= len(tokens):
        return None, number.stop
    second = number_at(tokens, number.stop + 1, language)
    plain = second is not None and (not dash or tokens[number.stop + 1].kind == "number")
    if second is None and dash and tokens[number.stop + 1].kind == "number":
        second = Number(float(tokens[number.stop + 1].text.replace(",", "")), number.stop + 2)
        plain = True
    if second is None or not plain or second.value <= number.value:
        return None, number.stop
    return second.value, second.stop


def _long_duration(tokens: Sequence[Token], index: int) -> Found | None:
    """Read "week-long", "months-long" is too vague."""
    if _lower(tokens, index) in TIME_UNITS and _lower(tokens, index + 1) == "-" and _lower(tokens, index + 2) == "long":
        if number_at(tokens, index - 2) if index >= 2 else None:
            return None
        unit = TIME_UNITS[_lower(tokens, index)]
        return Found(index, index + 3, index, Quantity(1, 1, "exact", unit, 1), unit, "duration")
    return None


def _ordinal_period(tokens: Sequence[Token], index: int) -> Found | None:
    """Read "nearing its second year"."""
    if _lower(tokens, index) not in {"nearing", "entering"} or _lower(tokens, index + 2) not in ORDINALS:
        return None
    unit = _lower(tokens, index + 3)
    if unit not in TIME_UNITS:
        return None
    value = float(ORDINALS[_lower(tokens, index + 2)])
    quantity = Quantity(value, value, "approximately", unit, value)
    return Found(index, index + 4, index + 2, quantity, unit, "duration", (tokens[index].lower,))


def _time_unit(tokens: Sequence[Token], index: int) -> str | None:
    word = _lower(tokens, index)
    if word == "-":
        word = _lower(tokens, index + 1)
    return TIME_UNITS.get(word) or TIME_UNITS.get(word.removesuffix("s"))


def _time_quantity(tokens: Sequence[Token], index: int, number: Number, bound: _Bound) -> Found | None:
    """Read "20-month", "five days after the summit"; a bare period ("over five years") is a time, not a claim."""
    unit = _time_unit(tokens, number.stop)
    if unit is None:
        return None
    hyphen = _lower(tokens, number.stop) == "-"
    stop = number.stop + (2 if hyphen else 1)
    if hyphen and (_lower(tokens, stop) == "-" or tokens[stop - 1].text[0].isupper()):
        return None
    quantity = _quantity(number.value, None, bound.approximation, unit, whole=False)
    following = _lower(tokens, stop)
    if hyphen:
        return Found(bound.first, stop, index, quantity, unit, "duration", bound.hedges)
    if following in {"after", "before"}:
        end = _event_end(tokens, stop + 1)
        return Found(bound.first, end, index, quantity, unit, "date-lag", bound.hedges) if end > stop + 1 else None
    before = _lower(tokens, index - 1)
    if (
        before in _PERIOD_WORDS
        or following in {"ago", "later", "earlier", "old"}
        or _lower(tokens, bound.first - 1) in _PERIOD_WORDS
    ):
        return None
    return Found(bound.first, stop, index, quantity, unit, "duration", bound.hedges)


def _event_end(tokens: Sequence[Token], index: int) -> int:
    """Return the index after "the summit" in "five days after the summit"."""
    at = index
    while at < len(tokens) and at < index + 2 and tokens[at].lower in {"the", "a", "their", "his", "its"}:
        at += 1
    return at + 1 if at < len(tokens) and tokens[at].kind == "word" else index


def _with_unit(site: _Site) -> Found | None:
    """Read money, percentages, lengths, masses, multiples."""
    tokens, index, stop, bound, high = site.tokens, site.index, site.stop, site.bound, site.high
    value = site.number.value
    symbol = _lower(tokens, index - 1)
    if symbol in MONEY:
        quantity = _quantity(value, high, bound.approximation, MONEY[symbol], whole=False)
        return Found(min(bound.first, index - 1), stop, index, quantity, None, "money", bound.hedges)
    at = stop + 1 if _lower(tokens, stop) == "-" else stop
    word = singular(_lower(tokens, at))
    if word in MONEY_WORDS:
        quantity = _quantity(value, high, bound.approximation, MONEY_WORDS[word], whole=False)
        return Found(bound.first, at + 1, index, quantity, None, "money", bound.hedges)
    if word in UNITS:
        unit, kind = UNITS[word]
        quantity = _quantity(value, high, bound.approximation, unit, whole=False)
        thing = noun_phrase(tokens, at + 2, value) if _lower(tokens, at + 1) == "of" else None
        return Found(bound.first, at + 1, index, quantity, thing.name if thing else None, kind, bound.hedges)
    return None


def _counting(site: _Site) -> Found | None:
    """Read a count, a sum or a rate."""
    tokens, index, stop, number, bound = site.tokens, site.index, site.stop, site.number, site.bound
    language = site.language
    behind = _bound_after(tokens, stop, language)
    near = behind if behind and behind[0] - len(behind[1].split()) == stop else None
    phrase_at = near[0] if near else stop
    thing = noun_phrase(tokens, phrase_at, number.value, language)
    flags: tuple[str, ...] = ()
    end = thing.stop if thing else phrase_at
    if thing is None:
        thing, flags = _from_context(tokens, bound.first, site.before)
    if thing is None or _skipped(tokens, index, number, thing, bound):
        return None
    behind = near or _bound_after(tokens, end, language)
    approximation, hedges = bound.approximation, bound.hedges
    if behind is not None:
        if behind[2] != "exact":
            approximation = behind[2] if approximation == "exact" or behind[2] != "approximately" else approximation
            hedges = (*hedges, behind[1])
        end = max(end, behind[0])
    if number.vague and approximation == "exact":
        approximation, hedges = "at least", (*hedges, tokens[index].lower)
    rate, end = _rate(tokens, end)
    kind = "rate" if rate else ("sum" if thing.flow else "count")
    quantity = _quantity(number.value, site.high, approximation, f"1/{rate}" if rate else "1", whole=True)
    if bound.average or "on average" in hedges:
        kind = "mean"
    return Found(bound.first, end, index, quantity, thing.name, kind, hedges, flags)


def _from_context(
    tokens: Sequence[Token], index: int, before: Sequence[Token]
) -> tuple[Counted | None, tuple[str, ...]]:
    thing = flow_noun(tokens, index)
    if thing is not None:
        return thing, ("counted thing from context",)
    thing = context_noun(tokens, index) or context_noun(before, len(before))
    return thing, ("counted thing from context",) if thing else ()


def _skipped(tokens: Sequence[Token], index: int, number: Number, thing: Counted, bound: _Bound) -> bool:
    """Leave out "the two nations", "one of them", page numbers."""
    head = thing.name.split()[-1]
    if head in NOT_COUNTED:
        return True
    word = tokens[index].kind == "word"
    if word and number.value == 1 and head not in THINGS:
        return True
    return word and number.value <= 10 and _lower(tokens, index - 1) in _DEFINITE and not bound.hedges


def _rate(tokens: Sequence[Token], index: int) -> tuple[str | None, int]:
    """Read "per day", "a day", "daily" behind a quantity."""
    word, following = _lower(tokens, index), _lower(tokens, index + 1)
    if word in {"per", "a", "an", "each", "every"} and following in TIME_UNITS:
        return TIME_UNITS[following], index + 2
    if word in RATES:
        return RATES[word], index + 1
    return None, index
