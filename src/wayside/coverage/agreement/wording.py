"""Claims in words, for sentences about them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.agreement.claims_apart import Group
    from wayside.model.claims import Claim, Quantity

__all__ = [
    "about_in_words",
    "figure_in_words",
    "noun_in_words",
    "number_in_words",
    "probability_in_words",
    "quantity_in_words",
    "shortened",
    "who_says",
]

LEAST: Final = 0.001
"""A smaller probability is not told apart from 0: the models do not carry that far."""
LONGEST_QUOTE: Final = 90
_LEADS: Final = {
    "approximately": "about ",
    "at least": "at least ",
    "more than": "more than ",
    "no more than": "at most ",
    "up to": "up to ",
    "fewer than": "fewer than ",
}
_KINDS: Final = {
    "maximum": "the most {} over a period",
    "mean": "{} on average",
    "sum": "{} in all",
    "capacity": "room for {}",
}
_SPELT_OUT: Final = frozenset({"second", "minute", "hour", "day", "week", "month", "year"})


def number_in_words(value: float) -> str:
    """Return a number with separators for thousands: "2,500,000", "0.5"."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"


def quantity_in_words(quantity: Quantity) -> str:
    """Return a quantity with its bounds: "at least 70", "about 73", "20 to 25", "60,000 a day"."""
    return f"{figure_in_words(quantity)}{_unit(quantity.unit)}"


def figure_in_words(quantity: Quantity) -> str:
    """Return the bounds alone."""
    lead = _LEADS.get(quantity.approximation)
    low, high, figure = quantity.low, quantity.high, quantity.figure
    if low is None and high is None:
        return "no figure"
    if lead is not None and figure is not None:
        return f"{lead}{number_in_words(figure)}"
    if high is None:
        return f"at least {number_in_words(low or 0.0)}"
    if low is None or (low == 0.0 and lead is not None):
        return f"at most {number_in_words(high)}"
    if low == high:
        return f"{lead or ''}{number_in_words(low)}"
    return f"{number_in_words(low)} to {number_in_words(high)}"


def _unit(unit: str) -> str:
    if unit == "1":
        return ""
    if unit == "%":
        return " %"
    if unit in _SPELT_OUT:
        return f" {unit}s"
    return " a " + unit.removeprefix("1/") if unit.startswith("1/") else f" {unit}"


def probability_in_words(p: float) -> str:
    """Return a tail probability: "p 0.62", "p 0.031", "p < 0.001"; never a bare 0."""
    if p < LEAST:
        return f"p < {LEAST:g}"
    return f"p {p:.2f}" if p >= 0.095 else f"p {p:.3f}"


def shortened(text: str) -> str:
    """Return a quotation in one line, cut at a word where it is long."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1].rsplit(' ', 1)[0]} …"


def who_says(claim: Claim) -> str:
    """Return who asserts a claim: the source's name, "someone unnamed", or nobody but the document itself."""
    if claim.asserted_by:
        return claim.asserted_by
    return "someone unnamed" if claim.anonymous else f"{claim.document} itself"


def about_in_words(group: Group) -> str:
    """Return what a group of claims is about: "the most freight cars over a period, at Velmar"."""
    first = group.claims[0]
    if first.kind == "statement":
        return f"statement: {(first.topic or '').replace('-', ' ')}"
    noun = noun_in_words(group.claims) or first.thing or first.kind
    if first.kind in {"count", "rate", *_KINDS}:
        words = _KINDS.get(first.kind, "{}").format(noun) + _unit(first.quantity.unit)
    else:
        words = f"{first.kind} of {quantity_in_words(first.quantity)}"
    return f"{words}, at {group.place}" if group.place else words


def noun_in_words(claims: Sequence[Claim]) -> str:
    """Return what most claims count, in the plural where one of their texts writes it so."""
    nouns = Counter(claim.counted for claim in claims if claim.counted)
    if not nouns:
        return ""
    noun = nouns.most_common(1)[0][0]
    plurals = (f"{noun}s", f"{noun}es", f"{noun[:-1]}ies")
    quotes = [claim.quote.casefold() for claim in claims if claim.counted == noun][:20]
    return next((plural for plural in plurals if any(plural.casefold() in quote for quote in quotes)), noun)
