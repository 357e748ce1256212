"""Numbers of things: counts, sums, means, rates; whose thing stands behind, before, or is left out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from wayside.coverage.claims.bounds import Behind, bound_behind, bound_words, merged, quantity_of
from wayside.coverage.claims.counted import Counted, context_noun, flow_noun, noun_phrase, numbered_noun
from wayside.coverage.claims.found import FROM_CONTEXT, Found, lower
from wayside.coverage.claims.measures import Site, rate_at, unit_words
from wayside.coverage.claims.nouns import nouns
from wayside.coverage.tables import table
from wayside.coverage.words.numbers import number_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["UNITED", "counting"]

UNITED: Final = frozenset({"mass", "money", "length", "area", "volume"})
_PART: Final = "part of the figure before"
_WHOLE_BEHIND: Final = "part of the figure behind"
_SMALL: Final = 10
_MEASURED: Final = UNITED | {"rate", "percentage"}
_LOOSE: Final = frozenset({"exact", "at least", "approximately"})
_FROM_ABOVE: Final = frozenset({"up to", "no more than", "fewer than"})
_RATE_REACH: Final = 3


class _Thing(NamedTuple):
    """What a number counts, the index after it, what is doubtful about it."""

    thing: Counted
    stop: int
    flags: tuple[str, ...]


def counting(site: Site, ahead: Callable[[int], Found | None]) -> Found | None:
    """Read a count, a sum, a mean or a rate.

    Args:
        site: where the number stands.
        ahead: reads the next figure of a coordination, from a token on ("70 to 80 and, later, 90 cars").
    """
    # In languages with counters the bound stands behind the counter ("73両以上の貨車").
    behind_counter = site.stop + (lower(site.tokens, site.stop) in nouns(site.language).counters)
    near = bound_behind(site.tokens, behind_counter, site.language)
    if near is not None and near.first != behind_counter:
        near = None
    at = near.stop if near else site.stop
    special = _compound(site) or _whole_behind(site, at)
    if special is not None:
        return special
    found = _behind_number(site, at)
    if found is None:
        other = _same_measure(site) if _hurt(site, at) else ahead(at) or _same_measure(site)
        if other is not None and other.kind in _MEASURED:
            return _like(site, other)
        found = _left_out(site, at, other)
    if found is None or _skipped(site, found.thing, from_context=FROM_CONTEXT in found.flags):
        return None
    return _finished(site, found, near)


def _behind_number(site: Site, at: int) -> _Thing | None:
    """Read the thing behind the number, with "of them" between."""
    tokens, language = site.tokens, site.language
    part = _part_end(tokens, at, language)
    thing = noun_phrase(tokens, part or at, site.low, language)
    if thing is None and part is not None and lower(tokens, part) in nouns(language).be:
        # "41 of them were gondolas"
        named = noun_phrase(tokens, part + 1, site.low, language)
        thing = named if named is not None and named.known else None
    if thing is None and lower(tokens, site.stop) in nouns(language).counters:
        thing = noun_phrase(tokens, site.stop, site.low, language)
    if thing is None:
        return None
    return _Thing(thing, max(at, thing.stop), (_PART,) if part else ())


def _left_out(site: Site, at: int, other: Found | None) -> _Thing | None:
    """Take the thing from another figure of the coordination, from the words before, or from the sentence before."""
    part = _part_end(site.tokens, at, site.language)
    flags: tuple[str, ...] = (_PART,) if part else ()
    stop = part or at
    if part is None and _hurt(site, at):
        return _Thing(Counted(nouns(site.language).persons or "", at, known=True), stop, flags)
    if other is not None:
        return _Thing(Counted(other.counted, at, modifiers=other.modifiers), stop, flags) if other.counted else None
    thing = _from_context(site)
    return None if thing is None else _Thing(thing, stop, (*flags, FROM_CONTEXT))


def _finished(site: Site, found: _Thing, near: Behind | None) -> Found:
    tokens, language, bound = site.tokens, site.language, site.bound
    thing, end, flags = found
    behind = near or bound_behind(tokens, end, language)
    approximation, hedges = merged(bound, behind)
    end = max(end, behind.stop) if behind is not None else end
    if (site.number.vague or site.number.high is not None) and approximation == "exact":
        pair = site.number.high == site.number.value
        approximation = "approximately" if pair else "at least"
        hedges = (*hedges, tokens[site.index].lower)
    rate = rate_at(tokens, end, language, reach=_RATE_REACH)
    end = rate[1] if rate else _elided_end(site, end, flags)
    thing, end = _predicate(tokens, thing, end, language)
    kind = "rate" if rate else ("sum" if thing.flow else "count")
    if bound.mean or (behind is not None and behind.words in _means(language)):
        kind = "mean"
    elif bound.peak and not rate:
        kind = "maximum"
    high = site.high if site.high != site.low else None
    value = site.low
    if approximation not in _LOOSE:
        # "as many as 40 to 50" is as many as 50, "more than 40 to 50" more than 40.
        value = high if high is not None and approximation in _FROM_ABOVE else value
        high = None
    quantity = quantity_of(value, high, approximation, f"1/{rate[0]}" if rate else "1", whole=True)
    return Found(bound.first, end, site.index, quantity, thing.name, kind, hedges, flags, thing.modifiers)


@cache
def _means(language: str) -> frozenset[str]:
    """Return the phrases behind a figure that make it an average ("on average")."""
    mean = table("bounds", language).get("mean", {}).get("phrases", ())
    far = table("bounds", language).get("behind_far", {}).get("approximately", ())
    return frozenset(phrase for phrase in far if set(phrase.split()) & set(mean))


def _compound(site: Site) -> Found | None:
    """Read "a 12-car train": so many of a thing that the tables know."""
    tokens, index, stop = site.tokens, site.index, site.stop
    if lower(tokens, stop) != "-" or stop + 1 >= len(tokens) or tokens[stop + 1].start != tokens[stop].end:
        return None
    head = tokens[stop + 1].lower
    match = nouns(site.language).forms.at(tokens, stop + 1)
    if match is None or match[0] != stop + 2 or lower(tokens, stop + 2) == "-":
        return None
    quantity = quantity_of(site.low, site.high, site.bound.approximation, whole=True)
    return Found(site.bound.first, stop + 2, index, quantity, head, "count", site.bound.hedges)


def _hurt(site: Site, index: int) -> bool:
    """Tell "hundreds were killed", which counts people without saying so."""
    tokens, words = site.tokens, nouns(site.language)
    at = index
    while lower(tokens, at) in words.be and at < index + 2:
        at += 1
    return words.persons is not None and at > index and lower(tokens, at) in words.predicates


def _same_measure(site: Site) -> Found | None:
    """Return the figure before, where this one goes on in its unit ("fell 3 million barrels to 430 million")."""
    previous = site.previous
    lead = lower(site.tokens, site.bound.first - 1)
    goes_on = lead in bound_words(site.language).to.starts or lead in bound_words(site.language).origin.starts
    if previous is None or not goes_on or previous.kind not in UNITED:
        return None
    return previous if site.low > _SMALL else None


def _part_end(tokens: Sequence[Token], index: int, language: str) -> int | None:
    """Read "of them" behind a number."""
    parts, alone = _parts(language)
    if lower(tokens, index) not in unit_words(language).of:
        return None
    word = lower(tokens, index + 1)
    if word in parts or (word in alone and noun_phrase(tokens, index + 2, 2.0, language) is None):
        return index + 2
    return None


def _whole_behind(site: Site, index: int) -> Found | None:
    """Read "18 of the 25 tanks": the whole is a figure of its own, which follows."""
    tokens, language = site.tokens, site.language
    units = unit_words(language)
    if lower(tokens, index) not in units.of:
        return None
    at = index + 1
    while lower(tokens, at) in units.the:
        at += 1
    phrase = bound_words(language).before.at(tokens, at)
    at = phrase[0] if phrase else at
    whole = number_at(tokens, at, language) if at < len(tokens) else None
    thing = noun_phrase(tokens, whole.stop, whole.value, language) if whole else None
    if thing is None or whole is None or whole.value < site.low or thing.name in units.time:
        return None
    bound = site.bound
    quantity = quantity_of(site.low, site.high, bound.approximation, whole=True)
    flags = (_WHOLE_BEHIND,)
    return Found(
        bound.first, index, site.index, quantity, thing.name, "count", bound.hedges, flags, modifiers=thing.modifiers
    )


@cache
def _parts(language: str) -> tuple[frozenset[str], frozenset[str]]:
    links = table("bounds", language).get("links", {})
    return frozenset(links.get("whole", ())), frozenset(links.get("whole_alone", ()))


def _like(site: Site, ahead: Found) -> Found:
    """Return a figure whose unit stands only behind the next ("1.2 million to 1.9 million barrels")."""
    bound = site.bound
    quantity = quantity_of(site.low, site.high, bound.approximation, ahead.quantity.unit)
    return Found(bound.first, site.stop, site.index, quantity, ahead.counted, ahead.kind, bound.hedges)


def _from_context(site: Site) -> Counted | None:
    tokens, first, language = site.tokens, site.bound.first, site.language
    if _stray(site):
        return None
    return (
        numbered_noun(tokens, first, language)
        or flow_noun(tokens, first, language)
        or context_noun(tokens, first, language)
        or context_noun(site.before, len(site.before), language)
    )


def _stray(site: Site) -> bool:
    """Tell the number of a list item or of a footnote, and a small number word, from a figure without its thing."""
    tokens, index = site.tokens, site.index
    following = tokens[site.stop].text if site.stop < len(tokens) else ""
    if index == 0 and following in {".", ")", ":"}:
        return True
    if index > 0 and tokens[index - 1].text in "([" and following in {")", "]"} and not site.bound.hedges:
        return True
    if following == "-" and site.stop + 1 < len(tokens) and tokens[site.stop].end == tokens[site.stop + 1].start:
        return True
    if _of_days(site):
        return True
    name = site.stop < len(tokens) and tokens[site.stop].kind == "word" and tokens[site.stop].text[0].isupper()
    if name and not site.bound.hedges and not site.number.scaled:
        return True
    small = tokens[index].kind == "word" and site.low <= _SMALL and not site.bound.hedges and site.high is None
    compared = any(lower(tokens, at) in _leads(site.language) for at in range(index - 3, index))
    return small and not site.number.scaled and not compared


def _of_days(site: Site) -> bool:
    """Tell "on 12 of 15 days"."""
    units = unit_words(site.language)
    if lower(site.tokens, site.stop) not in units.of or site.stop + 1 >= len(site.tokens):
        return False
    whole = number_at(site.tokens, site.stop + 1, site.language)
    return whole is not None and lower(site.tokens, whole.stop) in units.time


def _skipped(site: Site, thing: Counted, *, from_context: bool) -> bool:
    """Leave out "the two nations", "one of them", page numbers."""
    words = nouns(site.language)
    head = thing.name.split()[-1]
    if head in words.not_counted or thing.name in words.not_counted:
        return True
    written = site.tokens[site.index].kind == "word"
    if site.number.high is not None and not thing.known:
        return True
    if written and site.low == 1 and not thing.known:
        return True
    before = lower(site.tokens, site.index - 1)
    return written and site.low <= _SMALL and before in words.definite and not site.bound.hedges and not from_context


def _elided_end(site: Site, end: int, flags: tuple[str, ...]) -> int:
    """Take in "previously" behind a figure whose thing is not said again."""
    if FROM_CONTEXT in flags and lower(site.tokens, end) in _elided(site.language):
        return end + 1
    return end


@cache
def _leads(language: str) -> frozenset[str]:
    return frozenset(table("bounds", language).get("elided", {}).get("leads", ()))


@cache
def _elided(language: str) -> frozenset[str]:
    return frozenset(table("bounds", language).get("elided", {}).get("adverbs", ()))


def _predicate(tokens: Sequence[Token], thing: Counted, end: int, language: str) -> tuple[Counted, int]:
    """Take in "were wounded" behind people: the wounded and the dead are counted apart."""
    words = nouns(language)
    if thing.name.split()[-1] not in words.people:
        return thing, end
    at = end
    while lower(tokens, at) in words.be and at < end + 2:
        at += 1
    word = lower(tokens, at)
    if word not in words.predicates:
        return thing, end
    return Counted(f"{thing.name} {word}", at + 1, thing.flow, (*thing.modifiers, word), thing.known), at + 1
