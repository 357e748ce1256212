"""Claims about the same thing side by side, and beside a measured count."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.keys import same_place, same_time, slug, subject_key
from wayside.coverage.words.lexicon import THINGS
from wayside.model.agreement import AgainstMeasured, Agreement, MeasuredCount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from wayside.model.claims import Claim, Quantity
    from wayside.model.stories import Origin

__all__ = ["against_measured", "agreements", "final_source", "tail_probability"]

SIGNIFICANT: Final = 0.05
ROUNDING: Final = 0.05


def agreements(
    claims: Sequence[Claim], origins: Sequence[Origin], stories: Mapping[str, str], measured: MeasuredCount | None
) -> tuple[Agreement, ...]:
    """Group claims of one story about the same thing, place and day.

    Args:
        claims: of all documents.
        origins: of the documents, to find the source of a claim whose own text names none.
        stories: document id -> story id; claims of different stories are never grouped.
        measured: a measured count to set the groups against, or None.

    Returns:
        Groups of two claims or more, and, where something was measured, single claims that can be compared with it.
    """
    groups: list[list[Claim]] = []
    for claim in claims:
        if subject_key(claim) is None or claim.kind == "comparison":
            continue
        home = next((group for group in groups if _joins(claim, group, stories)), None)
        if home is None:
            groups.append([claim])
        else:
            home.append(claim)
    found = []
    for group in groups:
        verdict = against_measured(group, measured) if measured is not None else None
        if len(group) > 1 or (verdict is not None and verdict.p is not None):
            found.append(_agreement(group, origins, verdict))
    return tuple(found)


def _joins(claim: Claim, group: Sequence[Claim], stories: Mapping[str, str]) -> bool:
    return (
        subject_key(claim) == subject_key(group[0])
        and stories.get(claim.document) == stories.get(group[0].document)
        and all(same_place(claim.place, one.place) and same_time(claim, one) for one in group)
    )


def _agreement(group: Sequence[Claim], origins: Sequence[Origin], verdict: AgainstMeasured | None) -> Agreement:
    stated = [bound for claim in group for bound in _stated(claim.quantity)]
    sources = {source for claim in group if (source := final_source(claim, origins)) is not None}
    return Agreement(
        claims=tuple(claim.id for claim in group),
        low=min(stated),
        high=max(stated),
        independent_sources=len(sources),
        outliers=_outliers(group),
        changed_bounds=_changed(group),
        against_measured=verdict,
    )


def _stated(quantity: Quantity) -> list[float]:
    """Return the figures that a quantity states; the implied 0 of "at most 20" is not one."""
    if quantity.figure is not None:
        return [quantity.figure]
    return [bound for bound in (quantity.low, quantity.high) if bound is not None]


def final_source(claim: Claim, origins: Sequence[Origin]) -> str | None:
    """Return what identifies a claim's source: the one it names, else its document's report, else None."""
    missing = any(flag.startswith("antecedent missing") for flag in claim.flags)
    if claim.asserted_by is not None and not missing:
        return slug(claim.asserted_by)
    upstream = [
        origin for origin in origins if origin.document == claim.document and origin.derives_from.startswith("report:")
    ]
    if not missing or not upstream:
        return None
    return max(upstream, key=lambda origin: origin.p).derives_from.removeprefix("report:")


def _interval(quantity: Quantity) -> tuple[float, float]:
    """Return the numbers that a quantity allows; "about" is read as within 5 %."""
    low = quantity.low if quantity.low is not None else float("-inf")
    high = quantity.high if quantity.high is not None else float("inf")
    slack = ROUNDING * abs(high) if quantity.approximation == "approximately" and high < float("inf") else 0.0
    return low - slack, high + slack


def _outliers(group: Sequence[Claim]) -> tuple[str, ...]:
    """Return the claims whose interval misses that of the majority of the others."""
    found = []
    for claim in group:
        low, high = _interval(claim.quantity)
        others = [_interval(one.quantity) for one in group if one is not claim]
        missed = sum(1 for other in others if other[0] > high or other[1] < low)
        if len(others) >= 2 and missed > len(others) / 2:
            found.append(claim.id)
    return tuple(found)


def _changed(group: Sequence[Claim]) -> tuple[str, ...]:
    """Return the claims that give a figure another kind of bound than most claims with that figure."""
    found = []
    for figure in {claim.quantity.figure for claim in group if claim.quantity.figure is not None}:
        same = [claim for claim in group if claim.quantity.figure == figure]
        usual = Counter(_side(claim.quantity) for claim in same).most_common(1)[0][0]
        found += [claim.id for claim in same if _side(claim.quantity) != usual]
    order = {claim.id: index for index, claim in enumerate(group)}
    return tuple(sorted(found, key=order.__getitem__))


def _side(quantity: Quantity) -> str:
    if quantity.approximation in {"at least", "more than"}:
        return "lower"
    if quantity.approximation in {"no more than", "up to", "fewer than"}:
        return "upper"
    return "figure"


def tail_probability(quantity: Quantity, measured: MeasuredCount) -> float:
    """Return how well a claim sits with a measured distribution.

    For a claim that the count lies in [a, b] it is min(1, 2 min(P(N <= b), P(N >= a))), a two-sided tail probability;
    "at least a" has P(N <= inf) = 1 on its open side, and so 2 P(N >= a) capped at 1. "About" widens the figure by 5 %
    on both sides.
    """
    low, high = _interval(quantity)
    return min(1.0, 2.0 * min(measured.at_least(low), measured.at_most(high)))


def _days(claim: Claim) -> tuple[date, date] | None:
    if claim.time is None or claim.time.start is None or claim.time.end is None:
        return None
    return claim.time.start, claim.time.end


def against_measured(group: Sequence[Claim], measured: MeasuredCount) -> AgainstMeasured:
    """Set a group of claims against a measured count.

    The verdict is "inconsistent" where the claim that sits worst has a tail probability below 0.05; it is not corrected
    for the number of claims, which are seldom independent. Another thing, kind, place or day is "not comparable", with
    the reason.
    """
    first = group[0]
    measured_thing = THINGS.get(measured.counted.split()[-1].lower(), measured.counted)
    if first.thing != measured_thing:
        return AgainstMeasured("not comparable", reason=f"counts {first.counted}, not {measured.counted}")
    if first.kind != "count" or first.quantity.unit != "1":
        return AgainstMeasured("not comparable", reason=f"a {first.kind}, not a count on one day")
    places = {claim.place for claim in group if claim.place is not None}
    if measured.place is not None and any(not same_place(place, measured.place) for place in places):
        return AgainstMeasured("not comparable", reason=f"at {', '.join(sorted(places))}, not {measured.place}")
    days = [days for claim in group if (days := _days(claim)) is not None]
    if measured.day is not None and any(not start <= measured.day <= end for start, end in days):
        return AgainstMeasured("not comparable", reason=f"another day than {measured.day.isoformat()}")
    limits = [] if places and measured.place else ["place not compared"]
    limits += [] if days and measured.day else ["day not compared"]
    p = min(tail_probability(claim.quantity, measured) for claim in group)
    verdict = "consistent" if p >= SIGNIFICANT else "inconsistent"
    return AgainstMeasured(verdict, p, "; ".join(limits) or None)
