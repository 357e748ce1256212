"""Fractions, multiples, ordinals and zeros: figures that are not written as a number of things."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from wayside.coverage.claims.bounds import bound_before, quantity_of
from wayside.coverage.claims.counted import context_noun, noun_phrase
from wayside.coverage.claims.found import FROM_CONTEXT, Found, lower
from wayside.coverage.claims.measures import unit_words
from wayside.coverage.claims.nouns import nouns, singular
from wayside.coverage.claims.ranges import range_at
from wayside.coverage.tables import table
from wayside.coverage.words.numbers import number_at
from wayside.coverage.words.numberwords import number_words
from wayside.coverage.words.tries import Phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.claims.counted import Counted
    from wayside.coverage.words.numbers import Number
    from wayside.coverage.words.tokens import Token

__all__ = ["fraction_at", "multiple_at", "ordinal_at", "starts", "zero_at"]

_HYPHENS: Final = frozenset("-‐‑")
_LARGEST_SHARE: Final = 100


@cache
def _zeros(language: str) -> tuple[Phrases[bool], Phrases[bool], frozenset[str]]:
    rows = table("bounds", language).get("denial", {})
    plain = Phrases(dict.fromkeys(rows.get("zero", ()), True))
    none_of = Phrases(dict.fromkeys(rows.get("zero_of", ()), True))
    return plain, none_of, frozenset(rows.get("lead", ()))


@cache
def starts(language: str) -> frozenset[str]:
    """Return the words at which one of these may begin without a number."""
    plain, none_of, _ = _zeros(language)
    units = unit_words(language)
    numbers = number_words(language)
    return (
        plain.starts
        | none_of.starts
        | frozenset(units.multiples)
        | units.half_as.starts
        | frozenset(numbers.fractions)
        | frozenset(numbers.ordinals)
    )


def zero_at(tokens: Sequence[Token], index: int, language: str) -> Found | None:
    """Read "no railcars", "not a single truck", "none of the ships": nothing of a thing that the tables know."""
    plain, none_of, _ = _zeros(language)
    whole = none_of.at(tokens, index)
    match = whole or plain.at(tokens, index)
    if match is None:
        return None
    thing = noun_phrase(tokens, match[0], 0.0, language)
    if thing is None or not thing.known:
        return None
    quantity = quantity_of(0.0, None, "exact")
    return Found(index, thing.stop, index, quantity, thing.name, "count", modifiers=thing.modifiers)


def fraction_at(tokens: Sequence[Token], index: int, number: Number | None, language: str) -> Found | None:
    """Read "two-thirds of the cars", "half of them", "a third of the tents", "one in five tents" as a percentage."""
    parts = _share(tokens, index, number, language)
    if parts is None:
        return None
    share, stop = parts
    scale = _of_scale(tokens, stop, language)
    if scale is not None:
        return _part_of_scale(tokens, index, share * scale[0], scale[1], language)
    bound = bound_before(tokens, index, language)
    thing, end, flags = _whole(tokens, stop, bound.first, language)
    if thing is None:
        return None
    quantity = quantity_of(100 * share, None, bound.approximation, "%")
    return Found(bound.first, end, index, quantity, thing.name, "percentage", bound.hedges, flags, thing.modifiers)


def _share(tokens: Sequence[Token], index: int, number: Number | None, language: str) -> tuple[float, int] | None:
    if not number_words(language).fractions:
        return None
    return _one_in_some(tokens, number, language) or _written_fraction(tokens, index, number, language)


class _Whole(NamedTuple):
    """What a fraction is of, the index after what belongs to the claim, what is doubtful."""

    thing: Counted | None
    stop: int
    flags: tuple[str, ...]


def _whole(tokens: Sequence[Token], stop: int, first: int, language: str) -> _Whole:
    """Read what a fraction is of, from the token behind it; nothing is found where the index stays."""
    units = unit_words(language)
    of = lower(tokens, stop) in units.of
    at = stop + 1 if of else stop
    while lower(tokens, at) in units.the and at < stop + 4:
        at += 1
    figure = number_at(tokens, at, language) if at < len(tokens) else None
    if figure is not None:
        # "half of 2.3 million people": the people are a figure of their own, which follows.
        return _Whole(noun_phrase(tokens, figure.stop, figure.value, language), stop, ())
    thing = noun_phrase(tokens, at, 2.0, language)
    if thing is not None:
        return _Whole(thing, thing.stop, ())
    if not of and lower(tokens, stop) not in nouns(language).be:
        return _Whole(None, stop, ())
    pronoun = of and lower(tokens, at) in units.pronouns
    return _Whole(context_noun(tokens, first, language), at + 1 if pronoun else stop, (FROM_CONTEXT,))


def _of_scale(tokens: Sequence[Token], index: int, language: str) -> tuple[float, int] | None:
    """Read "of a million" behind a fraction."""
    words = number_words(language)
    if lower(tokens, index) in unit_words(language).of and lower(tokens, index + 1) in words.one:
        factor = words.scales.get(lower(tokens, index + 2))
        return (factor, index + 3) if factor is not None else None
    return None


def _part_of_scale(tokens: Sequence[Token], index: int, value: float, stop: int, language: str) -> Found | None:
    """Read "three-quarters of a million people"."""
    thing = noun_phrase(tokens, stop, value, language)
    if thing is None:
        return None
    bound = bound_before(tokens, index, language)
    quantity = quantity_of(value, None, bound.approximation, whole=True)
    modifiers = thing.modifiers
    return Found(bound.first, thing.stop, index, quantity, thing.name, "count", bound.hedges, modifiers=modifiers)


def _one_in_some(tokens: Sequence[Token], number: Number | None, language: str) -> tuple[float, int] | None:
    """Read "one in five", "three out of four" before a thing."""
    if number is None or number.vague or not 0 < number.value <= _LARGEST_SHARE:
        return None
    at = number.stop
    if lower(tokens, at) == "out" and lower(tokens, at + 1) == "of":
        at += 2
    elif lower(tokens, at) == "in":
        at += 2 if lower(tokens, at + 1) == "every" else 1
    else:
        return None
    whole = number_at(tokens, at, language) if at < len(tokens) else None
    if whole is None or whole.vague or not number.value < whole.value <= _LARGEST_SHARE:
        return None
    return (number.value / whole.value, whole.stop) if noun_phrase(tokens, whole.stop, 2.0, language) else None


def _written_fraction(
    tokens: Sequence[Token], index: int, number: Number | None, language: str
) -> tuple[float, int] | None:
    words, units = number_words(language), unit_words(language)
    word = tokens[index].lower
    if words.fractions.get(word) == 2:
        following = lower(tokens, index + 1)
        whole = following in units.of or (following in units.the and following not in words.one)
        whole |= following in nouns(language).be
        return (0.5, index + 1) if whole and lower(tokens, index - 1) not in {"and", "-", *words.one} else None
    count, at = (1.0, index + 1) if word in words.one else (0.0, index)
    if not count:
        if number is None or tokens[index].kind != "word" or not 0 < number.value < 10:
            return None
        count, at = number.value, number.stop
    at += 1 if lower(tokens, at) in _HYPHENS else 0
    denominator = words.fractions.get(lower(tokens, at))
    if denominator is None or count >= denominator or (count == 1 and lower(tokens, at + 1) not in units.of):
        return None
    return count / denominator, at + 1


def multiple_at(tokens: Sequence[Token], index: int, number: Number | None, language: str) -> Found | None:
    """Read "three times as many ships", "twice the number", "tripled", "tenfold", "more than double the figure"."""
    words = unit_words(language)
    parts = _times(tokens, index, number, language) or _multiple_word(tokens, index, language)
    if parts is None:
        return None
    value, stop, named, high = parts
    bound = bound_before(tokens, index, language)
    thing = noun_phrase(tokens, stop, 2.0, language) if named else None
    flags: tuple[str, ...] = ()
    if thing is not None:
        stop = thing.stop
    elif not named and tokens[index].lower in words.multiples:
        thing = context_noun(tokens, bound.first, language)
        flags = (FROM_CONTEXT,) if thing else ()
    quantity = quantity_of(value, high, bound.approximation)
    name, modifiers = (thing.name, thing.modifiers) if thing else (None, ())
    return Found(bound.first, stop, index, quantity, name, "multiple", bound.hedges, flags, modifiers)


def _times(
    tokens: Sequence[Token], index: int, number: Number | None, language: str
) -> tuple[float, int, bool, float | None] | None:
    """Read a number before "times as many" or "-fold": value, index after it, whether a thing may follow, upper end."""
    words = unit_words(language)
    half = words.half_as.at(tokens, index)
    if half is not None:
        return 0.5, half[0], True, None
    if number is None or number.vague:
        return None
    stop, high = number.stop, None
    reach = range_at(tokens, index, number, language)
    if reach is not None and reach.first is None:
        stop, high = reach.stop, reach.high
    fold = words.fold.at(tokens, stop)
    if fold is not None:
        return number.value, fold[0], False, high
    if lower(tokens, stop) not in words.times:
        return None
    many = words.as_many.at(tokens, stop + 1)
    if many is None and lower(tokens, stop + 1) not in words.follows:
        return None
    # A thing follows "as many" and "more"; behind "higher" and "the size" stands something else.
    named = many is not None and lower(tokens, many[0] - 1) in words.naming
    return number.value, many[0] if many else stop + 1, named, high


def _multiple_word(tokens: Sequence[Token], index: int, language: str) -> tuple[float, int, bool, float | None] | None:
    words = unit_words(language)
    word = tokens[index].lower
    value = words.multiples.get(word)
    if value is None or lower(tokens, index + 1) in _HYPHENS or lower(tokens, index - 1) in _HYPHENS:
        return None
    many = words.as_many.at(tokens, index + 1)
    follows = lower(tokens, index + 1) in words.follows
    if word in words.needing:
        if many is None and not follows:
            return None
        named = many is not None and lower(tokens, many[0] - 1) in words.naming
        return value, many[0] if many else index + 1, named, None
    if (word in words.bare and not follows) or lower(tokens, index + 1) in words.unlike:
        return None
    return value, index + 1, False, None


def ordinal_at(tokens: Sequence[Token], index: int, language: str) -> Found | None:
    """Read "third shipment", "126th convoy": a place in a row that counts something, from the second on."""
    words, things = number_words(language), nouns(language)
    token = tokens[index]
    value = words.ordinals.get(token.lower)
    at = index + 1
    if value is None and token.kind == "number" and token.text.isdigit() and len(token.text) <= 4:
        glued = index + 1 < len(tokens) and tokens[index + 1].start == token.end
        if glued and tokens[index + 1].lower in words.ordinal_endings:
            value, at = float(token.text), index + 2
    if value is None or value < 2 or lower(tokens, at) in _HYPHENS:
        return None
    head = None
    for end in range(at, min(at + 3, len(tokens))):
        if tokens[end].kind != "word" or tokens[end].lower in things.stop:
            break
        head = end if tokens[end].lower in things.ordinals else head
    if head is None:
        return None
    name = " ".join([*(one.lower for one in tokens[at:head]), singular(tokens[head].lower)])
    modifiers = tuple(one.text for one in tokens[at:head])
    return Found(index, head + 1, index, quantity_of(value, None, "exact"), name, "ordinal", modifiers=modifiers)
