"""Numbers with a unit: periods, money, percentages, lengths, areas, masses, speeds; rates of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from wayside.coverage.claims.bounds import Bound, bound_behind, merged, quantity_of
from wayside.coverage.claims.counted import noun_phrase
from wayside.coverage.claims.found import Found, lower
from wayside.coverage.claims.nouns import nouns
from wayside.coverage.tables import ALL, table
from wayside.coverage.words.numberwords import number_words
from wayside.coverage.words.tries import Phrases, phrases_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.coverage.words.numbers import Number
    from wayside.coverage.words.tokens import Token

__all__ = [
    "Site",
    "UnitWords",
    "long_duration",
    "ordinal_period",
    "rate_at",
    "timed",
    "unit_words",
    "with_unit",
    "worth",
]

_HYPHENS: Final = frozenset("-‐‑")


class Worth(NamedTuple):
    """What a unit is: its dimension, the factor to the dimension's first unit, the kind of a claim in it."""

    dimension: str
    factor: float
    kind: str | None


@dataclass(frozen=True, slots=True)
class Site:
    """Where a number stands.

    Attributes:
        tokens: the sentence.
        index: token of the number.
        stop: index after the number, or after the range that it begins.
        number: the number.
        high: upper end of a range, or None.
        low: the number's value, or the lower end of the range.
        bound: what stands before it.
        before: the sentence before.
        language: ISO 639-1.
        previous: the last figure with a unit before it in the sentence.
    """

    tokens: Sequence[Token]
    index: int
    stop: int
    number: Number
    low: float
    high: float | None
    bound: Bound
    before: Sequence[Token]
    language: str
    previous: Found | None = None


@dataclass(frozen=True, slots=True)
class UnitWords:
    """The tables ``units`` of one language and of all; the head of ``tables/en/units.toml`` says what each part is."""

    time: Mapping[str, str]
    rates: Phrases[str]
    every: Phrases[bool]
    apart: Phrases[bool]
    units: Phrases[str]
    money_marks: Mapping[str, str]
    money: Phrases[str]
    periods: frozenset[str]
    behind: frozenset[str]
    lag: frozenset[str]
    long: frozenset[str]
    nearing: frozenset[str]
    own: frozenset[str]
    of: frozenset[str]
    the: frozenset[str]
    pronouns: frozenset[str]
    times: frozenset[str]
    as_many: Phrases[bool]
    fold: Phrases[bool]
    multiples: Mapping[str, float]
    bare: frozenset[str]
    needing: frozenset[str]
    naming: frozenset[str]
    unlike: frozenset[str]
    follows: frozenset[str]
    half_as: Phrases[bool]


@cache
def unit_words(language: str) -> UnitWords:
    """Return the units of a language, with those that are written alike everywhere."""
    rows = table("units", language)
    everywhere = table("units", ALL)
    units = {name: [*words] for name, words in everywhere["symbols"].items()}
    for name, words in (*rows.get("measures", {}).items(), *rows.get("percent", {}).items()):
        units.setdefault(name, []).extend(words)
    multiples = rows.get("multiples", {})
    rules = multiples.get("rules", {})
    return UnitWords(
        time={word: unit for unit, words in rows.get("time", {}).items() for word in words},
        rates=phrases_of(rows.get("rates", {})),
        every=_flagged(rows.get("every", ())),
        apart=_flagged(rows.get("apart", ())),
        units=phrases_of(units),
        money_marks=everywhere["money"],
        money=phrases_of(rows.get("money", {})),
        periods=frozenset(rows.get("periods", ())),
        behind=frozenset(rows.get("behind", ())),
        lag=frozenset(rows.get("lag", ())),
        long=frozenset(rows.get("long", ())),
        nearing=frozenset(rows.get("nearing", ())),
        own=frozenset(rows.get("own", ())),
        of=frozenset(rows.get("of", ())),
        the=frozenset(rows.get("the", ())),
        pronouns=frozenset(rows.get("pronouns", ())),
        times=frozenset(multiples.get("times", ())),
        as_many=_flagged(multiples.get("as", ())),
        fold=_flagged(multiples.get("fold", ())),
        multiples={word: float(value) for word, value in multiples.get("words", {}).items()},
        bare=frozenset(rules.get("bare", ())),
        needing=frozenset(rules.get("needing", ())),
        naming=frozenset(rules.get("naming", ())),
        unlike=frozenset(rules.get("unlike", ())),
        follows=frozenset(rules.get("follows", ())),
        half_as=_flagged(rules.get("half_as", ())),
    )


def _flagged(phrases: Sequence[str]) -> Phrases[bool]:
    return Phrases(dict.fromkeys(phrases, True))


@cache
def worth(unit: str) -> Worth | None:
    """Return what a unit is, or None for one that the table does not know."""
    rows = table("units", ALL)
    entry = rows["worth"].get(unit)
    return Worth(entry[0], float(entry[1]), rows["kinds"].get(entry[0])) if entry else None


def long_duration(tokens: Sequence[Token], index: int, language: str) -> Found | None:
    """Read "week-long"."""
    words = unit_words(language)
    unit = words.time.get(tokens[index].lower)
    if unit is None or lower(tokens, index + 1) not in _HYPHENS or lower(tokens, index + 2) not in words.long:
        return None
    if lower(tokens, index - 1) in _HYPHENS:
        return None
    return Found(index, index + 3, index, quantity_of(1.0, None, "exact", unit), unit, "duration")


def ordinal_period(tokens: Sequence[Token], index: int, language: str) -> Found | None:
    """Read "nearing its second year"."""
    words = unit_words(language)
    if tokens[index].lower not in words.nearing or lower(tokens, index + 1) not in words.own:
        return None
    value = number_words(language).ordinals.get(lower(tokens, index + 2))
    unit = words.time.get(lower(tokens, index + 3))
    if unit is None or value is None:
        return None
    quantity = quantity_of(value, None, "approximately", unit)
    return Found(index, index + 4, index + 2, quantity, unit, "duration", (tokens[index].lower,))


def timed(site: Site) -> tuple[bool, Found | None]:
    """Read "20-month", "five days after the summit".

    Returns:
        Whether a unit of time stands behind the number, and the claim; a bare period ("over five years") is none.
    """
    tokens, words, number = site.tokens, unit_words(site.language), site.number
    hyphen = lower(tokens, site.stop) in _HYPHENS
    if lower(tokens, site.stop) in words.periods and lower(tokens, site.stop + 1) in words.time:
        # "les cinq dernières années"
        return True, None
    unit = words.time.get(lower(tokens, site.stop + hyphen))
    if unit is None or number.vague or number.high is not None:
        return unit is not None, None
    return True, _duration(site, unit, hyphen=hyphen)


def _duration(site: Site, unit: str, *, hyphen: bool) -> Found | None:
    """Read a period behind its unit: "20-month", a lag, or how long; None for a point or a span of time."""
    tokens, words = site.tokens, unit_words(site.language)
    stop = site.stop + 1 + hyphen
    following = lower(tokens, stop)
    first, hedges = site.bound.first, site.bound.hedges
    quantity = quantity_of(site.low, site.high, site.bound.approximation, unit)
    if hyphen:
        name = following in _HYPHENS or tokens[stop - 1].text[0].isupper()
        return None if name else Found(first, stop, site.index, quantity, unit, "duration", hedges)
    if following in words.lag:
        end = _event_end(tokens, stop + 1, words)
        return Found(first, end, site.index, quantity, unit, "date-lag", hedges) if end > stop + 1 else None
    leads = (lower(tokens, site.index - 1), lower(tokens, first - 1))
    if any(lead in words.periods for lead in leads) or following in words.behind or following == "'":
        return None
    return Found(first, stop, site.index, quantity, unit, "duration", hedges)


def _event_end(tokens: Sequence[Token], index: int, words: UnitWords) -> int:
    """Return the index after "the summit" in "five days after the summit"."""
    at = index
    while at < len(tokens) and at < index + 2 and tokens[at].lower in words.the:
        at += 1
    return at + 1 if at < len(tokens) and tokens[at].kind == "word" else index


def rate_at(tokens: Sequence[Token], index: int, language: str, reach: int = 1) -> tuple[str, int] | None:
    """Read "per day", "a day", "daily" behind a quantity: the unit of time and the index after it.

    Args:
        tokens: the sentence.
        index: first token behind the quantity.
        language: ISO 639-1.
        reach: how many tokens on an adverb may stand ("350 trucks cross daily").
    """
    words = unit_words(language)
    every = words.every.at(tokens, index)
    if every is not None:
        unit = words.time.get(lower(tokens, every[0]))
        if unit is not None and lower(tokens, every[0] + 1) not in words.behind:
            return unit, every[0] + 1
    for at in range(index, min(index + reach, len(tokens))):
        if at > index and tokens[at - 1].kind != "word":
            return None
        apart = words.apart.at(tokens, at) if at > index else None
        if apart is not None and lower(tokens, apart[0]) in words.time:
            return words.time[lower(tokens, apart[0])], apart[0] + 1
        match = words.rates.at(tokens, at)
        if match is not None and (match[0] >= len(tokens) or tokens[match[0]].kind != "word" or at == index):
            return match[1], match[0]
    return None


def with_unit(site: Site) -> tuple[bool, Found | None]:
    """Read money, percentages, lengths, areas, masses, speeds.

    Returns:
        Whether a unit stands there, and the claim; a unit whose kind the tables leave out gives none.
    """
    tokens, words, bound = site.tokens, unit_words(site.language), site.bound
    mark = words.money_marks.get(lower(tokens, site.index - 1))
    if mark is not None:
        first = min(bound.first, site.index - 1 - (lower(tokens, site.index - 2) in {"us", "u.s."}))
        return True, _measured(site, first, site.stop, mark, "money")
    hyphen = lower(tokens, site.stop) in _HYPHENS
    at = site.stop + 1 if hyphen else site.stop
    coin = words.money.at(tokens, at)
    behind = words.money_marks.get(lower(tokens, at))
    if coin is not None or behind is not None:
        stop, unit = coin if coin is not None else (at + 1, behind or "")
        return True, _measured(site, bound.first, stop, unit, "money")
    match = words.units.at(tokens, at)
    if match is None or _ambiguous(tokens, at, match):
        return False, None
    known = worth(match[1])
    if known is None or known.kind is None:
        return True, None
    return True, _measured(site, bound.first, match[0], match[1], known.kind)


def _ambiguous(tokens: Sequence[Token], at: int, match: tuple[int, str]) -> bool:
    """Tell a symbol of one letter with a capital ("73 M Street") from a unit."""
    symbol = tokens[at]
    return match[0] == at + 1 and len(symbol.text) == 1 and symbol.text.isupper()


def _measured(site: Site, first: int, stop: int, unit: str, kind: str) -> Found:
    tokens, words, bound = site.tokens, unit_words(site.language), site.bound
    counted: str | None = None
    modifiers: tuple[str, ...] = ()
    end = stop
    if lower(tokens, stop) in words.of:
        thing_at = stop + 1
        while lower(tokens, thing_at) in words.the:
            thing_at += 1
        counted, modifiers, end = _of(site, thing_at, mass=kind != "percentage")
        stop = end if kind == "percentage" and counted is not None else stop
    approximation, hedges = bound.approximation, bound.hedges
    behind = bound_behind(tokens, stop, site.language)
    if behind is not None:
        approximation, hedges = merged(bound, behind)
        stop = max(stop, behind.stop) if behind.approximation != "exact" else stop
    rate = None
    if kind not in {"percentage", "length"}:
        rate = rate_at(tokens, stop, site.language) or (rate_at(tokens, end, site.language) if end > stop else None)
    if rate is not None:
        unit, stop = f"{unit}/{rate[0]}", rate[1]
        kind = "rate" if kind != "money" else kind
    if site.number.vague and approximation == "exact":
        approximation, hedges = "at least", (*hedges, tokens[site.index].lower)
    if bound.mean and kind != "percentage":
        kind = "mean"
    quantity = quantity_of(site.low, site.high, approximation, unit)
    return Found(first, stop, site.index, quantity, counted, kind, hedges, modifiers=modifiers)


def _of(site: Site, index: int, *, mass: bool) -> tuple[str | None, tuple[str, ...], int]:
    """Read what a measure is of: things, or one word of stuff ("tonnes of grain")."""
    tokens = site.tokens
    thing = noun_phrase(tokens, index, 2.0, site.language)
    if thing is not None:
        return thing.name, thing.modifiers, thing.stop
    plain = index < len(tokens) and tokens[index].kind == "word" and tokens[index].text.islower()
    if mass and plain and tokens[index].lower not in nouns(site.language).stop:
        return tokens[index].lower, (), index + 1
    return None, (), index
