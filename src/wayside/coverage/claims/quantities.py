"""Quantities in a sentence: number, bounds, unit, what is counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from wayside.coverage.claims.bounds import Bound, bound_before, bound_words, quantity_of
from wayside.coverage.claims.counted import context_noun, noun_phrase, numbered_noun
from wayside.coverage.claims.counting import UNITED, counting
from wayside.coverage.claims.found import FROM_CONTEXT, Found
from wayside.coverage.claims.measures import Site, long_duration, ordinal_period, timed, unit_words, with_unit
from wayside.coverage.claims.nouns import nouns
from wayside.coverage.claims.proportions import fraction_at, multiple_at, ordinal_at, starts, zero_at
from wayside.coverage.claims.ranges import Range, decade_at, range_at
from wayside.coverage.claims.settings import settled
from wayside.coverage.tables import table
from wayside.coverage.words.numbers import Number, number_at
from wayside.coverage.words.numberwords import number_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Found", "find_quantities"]

_ELIDED_WITHIN: Final = 8
_DEEPEST: Final = 3


def find_quantities(tokens: Sequence[Token], before: Sequence[Token] = (), language: str = "en") -> list[Found]:
    """Find every quantity that a sentence states.

    Args:
        tokens: the sentence.
        before: the sentence before it, for what is counted where this one does not say.
        language: ISO 639-1; the tables of this language are read.

    Returns:
        In reading order, not overlapping.
    """
    triggers = _triggers(language)
    plain = _without_particles(tokens, language)
    found: list[Found] = []
    behind = 0
    for index in [at for at, token in enumerate(plain) if token.kind == "number" or token.lower in triggers]:
        if index < behind:
            continue
        measured = next((one for one in reversed(found) if one.kind in UNITED), None)
        one, stop = _read(plain, index, _Around(before, measured, language), 0)
        if one is not None and not (found and one.first < found[-1].stop):
            found.append(one)
            stop = one.stop
        behind = max(stop, index + 1)
    return settled(plain, found, language) if found else []


@cache
def _triggers(language: str) -> frozenset[str]:
    """Return the words at which a quantity may begin."""
    units = unit_words(language)
    durations = frozenset(units.time) if units.long else frozenset()
    return number_words(language).starts | starts(language) | durations | units.nearing


def _without_particles(tokens: Sequence[Token], language: str) -> Sequence[Token]:
    """Take the particles off the words of a language that glues them on ("량의")."""
    particles = nouns(language).particles
    if not particles:
        return tokens
    known = nouns(language)
    numbers = number_words(language).starts
    plain = []
    for token in tokens:
        ending = next((one for one in particles if len(token.lower) > len(one) and token.lower.endswith(one)), None)
        whole = token.lower in known.counters or token.lower in numbers or token.lower in known.forms.starts
        if token.kind != "word" or ending is None or whole:
            plain.append(token)
        else:
            plain.append(token._replace(lower=token.lower[: -len(ending)]))
    return plain


@dataclass(frozen=True, slots=True)
class _Around:
    """What a figure is read in: the sentence before, the figure with a unit before it, the language."""

    before: Sequence[Token]
    previous: Found | None
    language: str


def _read(tokens: Sequence[Token], index: int, around: _Around, depth: int) -> tuple[Found | None, int]:
    """Read what begins at a token: the claim or None, and where to go on."""
    language = around.language
    number = number_at(tokens, index, language)
    special = fraction_at(tokens, index, number, language) or multiple_at(tokens, index, number, language)
    if special is None and tokens[index].kind == "word":
        special = (
            long_duration(tokens, index, language)
            or ordinal_period(tokens, index, language)
            or ordinal_at(tokens, index, language)
            or zero_at(tokens, index, language)
        )
    elif special is None and number is None:
        special = ordinal_at(tokens, index, language)
    if special is not None:
        return special, special.stop
    decade = decade_at(tokens, index, language)
    if decade is not None:
        return _decade(tokens, index, decade, language), decade.stop
    if number is None:
        return None, index + 1
    site = _site(tokens, index, number, around)
    is_time, one = timed(site)
    if not is_time:
        has_unit, one = with_unit(site)
        if not has_unit:
            one = counting(site, partial(_ahead, site, depth))
    return one, max(site.stop, one.stop if one else 0)


def _site(tokens: Sequence[Token], index: int, number: Number, around: _Around) -> Site:
    language = around.language
    bound = bound_before(tokens, index, language)
    reach = range_at(tokens, index, number, language)
    if reach is None:
        return Site(
            tokens,
            index,
            number.stop,
            number,
            number.value,
            number.high,
            bound,
            around.before,
            language,
            around.previous,
        )
    first = bound.first if reach.first is None else min(bound.first, reach.first)
    bound = Bound(first, bound.approximation, bound.hedges, bound.mean, bound.peak)
    return Site(
        tokens, index, reach.stop, number, reach.low, reach.high, bound, around.before, language, around.previous
    )


def _decade(tokens: Sequence[Token], index: int, decade: Range, language: str) -> Found | None:
    thing = noun_phrase(tokens, decade.stop, decade.high, language)
    flags: tuple[str, ...] = ()
    if thing is None:
        first = index if decade.first is None else decade.first
        thing = numbered_noun(tokens, first, language) or context_noun(tokens, first, language)
        flags = (FROM_CONTEXT,)
    if thing is None:
        return None
    quantity = quantity_of(decade.low, decade.high, "between", whole=True)
    stop = decade.stop if flags else thing.stop
    first = index if decade.first is None else decade.first
    return Found(first, stop, index, quantity, thing.name, "count", (), flags, thing.modifiers)


def _ahead(site: Site, depth: int, index: int) -> Found | None:
    """Read on to the next figure of a coordination, for "70 to 80 and, later, 90 cars"."""
    tokens, language = site.tokens, site.language
    starting = number_words(language).starts
    at = index
    linked = False
    while depth < _DEEPEST and at < min(index + _ELIDED_WITHIN, len(tokens)):
        number = tokens[at].kind == "number" or tokens[at].lower in starting
        if linked and number and number_at(tokens, at, language) is not None:
            one, _ = _read(tokens, at, _Around((), None, language), depth + 1)
            return one if one is not None and not one.flags else None
        step = _step(tokens, at, language)
        if step is None:
            return None
        linked |= step[1]
        at = step[0]
    return None


def _step(tokens: Sequence[Token], at: int, language: str) -> tuple[int, bool] | None:
    """Go over one word that may stand between two figures of a coordination: where to, and whether it links them."""
    bounds = bound_words(language)
    word = tokens[at].lower
    if word in bounds.or_ or word in bounds.conjunctions or word in _fillers(language):
        return at + 1, True
    to = bounds.to.at(tokens, at)
    if to is not None:
        return at + 1, True
    phrase = bounds.before.at(tokens, at)
    if phrase is not None:
        return phrase[0], False
    return (at + 1, False) if word == "," or word in bounds.money else None


@cache
def _fillers(language: str) -> frozenset[str]:
    return frozenset(table("bounds", language).get("links", {}).get("fillers", ()))
