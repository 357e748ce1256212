"""Rates and totals of the same thing put on one footing: "60,000 rounds a day" beside "2.5 million a year"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.tables import ALL, languages, table
from wayside.model.claims import Footing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.model.claims import Claim, Quantity

__all__ = ["footings"]

_UNIT: Final = "1/year"
_MONTHS_OF_YEAR: Final = (360, 367)


@dataclass(frozen=True, slots=True)
class _Yearly:
    """A claim as a figure a year: bounds, figure, the steps in words, the unit of time that it was stated for."""

    claim: Claim
    low: float | None
    high: float | None
    figure: float
    arithmetic: str
    per: str


@cache
def _per_year() -> Mapping[str, float]:
    """Return how often a unit of time fits into a year."""
    return {unit: float(value) for unit, value in table("units", ALL)["per_year"].items()}


@cache
def _periods() -> Mapping[str, str]:
    """Return words for a period of one unit of time ("this year") in all languages."""
    words: dict[str, str] = {}
    for language in languages("units"):
        for unit, phrases in table("units", language).get("spans", {}).items():
            words |= dict.fromkeys(phrases, unit)
    return words


def footings(claims: Sequence[Claim]) -> tuple[Footing, ...]:
    """Put rates and totals of the same thing on one footing.

    A rate and a total are joined where both count things of one group, the periods differ, and neither is denied. A
    total counts for the period that its time names ("this year"); one without a period of its own is left out. What
    stands somewhere on a day, a capacity and the most of a period are no totals.

    Args:
        claims: of one document, or of the documents of one story.

    Returns:
        One footing for each group of things with a rate and a total, in the order of their first claims. Its sentence
        compares the first rate with the first total; bounds are carried along ("at least", "at most").
    """
    groups: dict[str, list[_Yearly]] = {}
    for claim in claims:
        yearly = _yearly(claim)
        if yearly is not None and claim.thing is not None:
            groups.setdefault(claim.thing, []).append(yearly)
    found = []
    for thing, members in groups.items():
        kept = _distinct(members)
        if len({member.per for member in kept}) >= 2:
            found.append(_footing(thing, kept))
    return tuple(found)


def _distinct(members: Sequence[_Yearly]) -> list[_Yearly]:
    """Keep one of several that give the same figure over the same period."""
    kept: dict[tuple[str, float | None, float | None, str], _Yearly] = {}
    for member in members:
        key = (member.per, member.low, member.high, member.claim.document)
        kept.setdefault(key, member)
    return list(kept.values())


def _yearly(claim: Claim) -> _Yearly | None:
    quantity = claim.quantity
    if claim.negated:
        return None
    thing, _, per = quantity.unit.partition("/")
    if claim.kind in {"rate", "mean"} and thing == "1" and per in _per_year():
        return _converted(claim, per, f"a {per}")
    if claim.kind != "sum" or quantity.unit != "1":
        return None
    period = _period(claim)
    return None if period is None else _converted(claim, period[0], period[1])


def _period(claim: Claim) -> tuple[str, str] | None:
    """Return the unit of time that a total covers, and its words; None where its time is no period of one unit."""
    if claim.time is None:
        return None
    unit = _periods().get(" ".join(claim.time.text.lower().split()))
    if unit is not None:
        return unit, claim.time.text
    if claim.time.start is not None and claim.time.end is not None:
        days = (claim.time.end - claim.time.start).days + 1
        if _MONTHS_OF_YEAR[0] <= days <= _MONTHS_OF_YEAR[1]:
            return "year", claim.time.text
    return None


def _converted(claim: Claim, per: str, words: str) -> _Yearly | None:
    quantity = claim.quantity
    factor = _per_year()[per]
    stated = quantity.figure if quantity.figure is not None else _middle(quantity)
    if stated is None:
        return None
    said = _said(quantity, stated)
    if factor == 1:
        arithmetic = f"{said} {words}"
    else:
        arithmetic = f"{said} {words} x {_number(factor)} = {_said(quantity, stated * factor, factor)} a year"
    low = None if quantity.low is None else quantity.low * factor
    high = None if quantity.high is None else quantity.high * factor
    return _Yearly(claim, low, high, stated * factor, arithmetic, per)


def _middle(quantity: Quantity) -> float | None:
    if quantity.low is not None and quantity.high is not None:
        return (quantity.low + quantity.high) / 2
    return quantity.low if quantity.low is not None else quantity.high


def _said(quantity: Quantity, value: float, factor: float = 1.0) -> str:
    """Return a figure with its bound in words."""
    if quantity.approximation == "between" and quantity.low is not None and quantity.high is not None:
        return f"{_number(quantity.low * factor)} to {_number(quantity.high * factor)}"
    lead = {"exact": "", "between": "", "none stated": "", "approximately": "about "}
    return lead.get(quantity.approximation, quantity.approximation + " ") + _number(value)


def _number(value: float) -> str:
    """Return a figure with commas, decimals only where it has them and is small."""
    if value == round(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.4g}"


def _footing(thing: str, members: Sequence[_Yearly]) -> Footing:
    first = members[0]
    second = next(member for member in members if member.per != first.per)
    larger, smaller = (first, second) if first.figure >= second.figure else (second, first)
    return Footing(
        claims=tuple(member.claim.id for member in members),
        unit=_UNIT,
        values=tuple(member.figure for member in members),
        arithmetic=tuple(member.arithmetic for member in members),
        text=_sentence(thing, larger, smaller),
    )


def _sentence(thing: str, larger: _Yearly, smaller: _Yearly) -> str:
    lead = (
        f"Of {thing}s a year, {_quoted(larger)} comes to {_said(larger.claim.quantity, larger.figure, _factor(larger))}"
    )
    other = f"{_quoted(smaller)} to {_said(smaller.claim.quantity, smaller.figure, _factor(smaller))}"
    return f"{lead} and {other}: {_ratio(larger, smaller)}."


def _factor(member: _Yearly) -> float:
    return _per_year()[member.per]


def _quoted(member: _Yearly) -> str:
    return f"“{member.claim.quote}”"


def _ratio(larger: _Yearly, smaller: _Yearly) -> str:
    """Say how often the smaller fits into the larger, as far as the bounds allow."""
    if smaller.figure <= 0:
        return "the second is none"
    low = larger.low / smaller.high if larger.low and smaller.high else None
    high = larger.high / smaller.low if larger.high is not None and smaller.low else None
    if low is not None and high is not None:
        if low == high:
            about = "about " if _rough(larger) or _rough(smaller) else ""
            return f"the first is {about}{_number(_rounded(low))} times the second"
        return f"the first is {_number(_rounded(low))} to {_number(_rounded(high))} times the second"
    if low is not None:
        return f"the first is at least {_number(_rounded(low))} times the second"
    if high is not None:
        return f"the first is at most {_number(_rounded(high))} times the second"
    return "how the two compare is left open by their bounds"


def _rough(member: _Yearly) -> bool:
    return member.claim.quantity.approximation == "approximately"


def _rounded(ratio: float) -> float:
    """Return two significant figures, and whole numbers from 100 on."""
    return float(f"{ratio:.2g}") if ratio < 100 else float(round(ratio))
