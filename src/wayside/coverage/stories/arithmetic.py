"""Figures that follow from two others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.evidence import setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wayside.model.claims import Claim

__all__ = ["Derived", "derived_from"]

_LOWER: Final = frozenset({"at least", "more than"})
_PLAIN: Final = frozenset({"count", "maximum", "mean", "sum", "mass", "length", "area", "volume", "capacity", "money"})
_FACTORS: Final = frozenset({"mass", "length", "area", "volume", "capacity", "rate"})
_MOST: Final = 14


@dataclass(frozen=True, slots=True)
class Derived:
    """How a figure follows from two others.

    Attributes:
        one: the claim of the first figure.
        other: the claim of the second.
        arithmetic: the steps ("73 / 20 = 3.65").
    """

    one: Claim
    other: Claim
    arithmetic: str


def derived_from(claim: Claim, upstream: Sequence[Claim]) -> Derived | None:
    """Return how the figure of a claim follows from two figures upstream, or None.

    A multiple or a percentage may be a ratio of two figures of one thing, another figure the sum or the difference of
    two of its own thing, or the product of a count and a figure for each (a load, a rate). Small figures are not tried:
    they follow from anything.
    """
    figure = claim.quantity.figure
    if figure is None or figure <= 0.0:
        return None
    given = _figures(upstream)
    if claim.kind == "multiple":
        found = _ratios(claim, figure, given)
    elif claim.kind == "percentage":
        found = _shares(figure, given)
    elif figure > setting("changes", "small"):
        found = _sums(claim, figure, given)
    else:
        return None
    return next(found, None)


def _figures(upstream: Sequence[Claim]) -> list[tuple[float, Claim]]:
    """Return the figures upstream, each once with its thing, at most some."""
    found: dict[tuple[str | None, str, float], tuple[float, Claim]] = {}
    for claim in upstream:
        figure = claim.quantity.figure
        if figure is not None and figure > 1.0 and (claim.kind in _PLAIN or claim.kind == "rate"):
            found.setdefault((claim.thing, claim.quantity.unit, figure), (figure, claim))
    return list(found.values())[:_MOST]


def _alike(one: Claim, other: Claim) -> bool:
    return one.thing is not None and (one.thing, one.quantity.unit) == (other.thing, other.quantity.unit)


def _ratios(claim: Claim, figure: float, given: Sequence[tuple[float, Claim]]) -> Iterator[Derived]:
    if figure <= 1.0:
        return
    for (high, one), (low, other) in permutations(given, 2):
        if not _alike(one, other) or high <= low:
            continue
        ratio = high / low
        # "More than triple" is said of 3.65; "triple" of what rounds to it.
        fits = figure <= ratio < figure + 1.0 if claim.quantity.approximation in _LOWER else abs(ratio - figure) < 0.25
        if fits:
            yield Derived(one, other, f"{high:g} / {low:g} = {ratio:.3g}")


def _shares(figure: float, given: Sequence[tuple[float, Claim]]) -> Iterator[Derived]:
    for (high, one), (low, other) in permutations(given, 2):
        if not _alike(one, other) or high <= low:
            continue
        rise, share = 100.0 * (high - low) / low, 100.0 * low / high
        if abs(rise - figure) <= max(0.5, setting("changes", "tolerance") * figure):
            yield Derived(one, other, f"({high:g} - {low:g}) / {low:g} = {rise:.3g} %")
        if abs(share - figure) <= 0.5:
            yield Derived(one, other, f"{low:g} / {high:g} = {share:.3g} %")


def _sums(claim: Claim, figure: float, given: Sequence[tuple[float, Claim]]) -> Iterator[Derived]:
    small = setting("changes", "small")
    near = setting("changes", "tolerance") * figure
    for (first, one), (second, other) in combinations(given, 2):
        if _alike(one, other) and _alike(one, claim) and min(first, second) > 1.0:
            if abs(first + second - figure) < 0.5:
                yield Derived(one, other, f"{first:g} + {second:g} = {first + second:g}")
            if abs(abs(first - second) - figure) < 0.5 and figure > small:
                high, low = max(first, second), min(first, second)
                yield Derived(one, other, f"{high:g} - {low:g} = {high - low:g}")
        product = first * second
        if _multiplied(one, other, claim) and abs(product - figure) <= near:
            yield Derived(one, other, f"{first:g} x {second:g} = {product:g}")


def _multiplied(one: Claim, other: Claim, claim: Claim) -> bool:
    """Return whether a product makes sense: a count times so much for each, in the unit of what came out."""
    for number, each in ((one, other), (other, one)):
        if number.quantity.unit == "1" and number.kind in _PLAIN and each.kind in _FACTORS and each is not number:
            unit = each.quantity.unit.partition("/")[0]
            if unit == claim.quantity.unit and (unit != "1" or each.thing == claim.thing):
                return True
    return False
