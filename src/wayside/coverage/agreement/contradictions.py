"""Claims that cannot both be true: shown side by side, never averaged."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.agreement.claims_apart import days_of
from wayside.coverage.agreement.places import one_place
from wayside.coverage.agreement.tolerance import Allowed, allowed
from wayside.coverage.agreement.wording import shortened, who_says
from wayside.model.agreement import Contradiction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wayside.coverage.agreement.claims_apart import Group
    from wayside.model.claims import Claim

__all__ = ["MOST_POSITIONS", "across_kinds", "contradictions_in", "is_real"]

MOST_POSITIONS: Final = 20
"""Of more different figures than these in one group, those that most claims give are held against each other."""
LONGEST_DAYS: Final = 31
_UNREAL: Final = frozenset({"planned", "projected", "possible"})


@dataclass(frozen=True, slots=True)
class _Position:
    """What several claims say alike.

    Attributes:
        allowed: the numbers that they allow.
        negated: whether they deny it.
        claim: the first of them.
        documents: where they stand.
        told: document and source of each.
    """

    allowed: Allowed
    negated: bool
    claim: Claim
    documents: frozenset[str]
    told: frozenset[tuple[str, str]]


def is_real(claim: Claim) -> bool:
    """Return whether a claim says how it is, and not how it may be or is meant to become."""
    return claim.certainty not in _UNREAL


def contradictions_in(group: Group) -> tuple[Contradiction, ...]:
    """Return the pairs of a group that cannot both be true.

    Figures contradict each other where no number satisfies both (see ``tolerance.allowed``); a figure that is denied,
    where the other says just that; statements, where one text asserts what another denies. Claims that say the same
    are one position, of which the first claim stands for all.
    """
    if group.claims[0].kind == "statement":
        return _denied(group.claims)
    if group.claims[0].kind == "maximum":
        return _of_periods(group.claims)
    found = []
    for one, other in _pairs(_positions(group.claims)):
        if _clash(one, other) and not (_of_a_stretch(one.claim) or _of_a_stretch(other.claim)):
            found.append(_contradiction(one.claim, other.claim, _no_number(one.claim, other.claim)))
    return tuple(found)


def _of_a_stretch(claim: Claim) -> bool:
    """Return whether a count is said to be of a time so long that it may have changed within."""
    days = days_of(claim)
    return claim.kind == "count" and days is not None and (days[1] - days[0]).days > LONGEST_DAYS


def _no_number(one: Claim, other: Claim) -> str:
    dated = days_of(one) is not None and days_of(other) is not None
    return "no number is both" if dated else "no number is both, if they are about one day"


def _positions(claims: Sequence[Claim]) -> list[_Position]:
    same: dict[tuple[Allowed, bool], list[Claim]] = defaultdict(list)
    for claim in claims:
        if is_real(claim):
            same[allowed(claim.quantity), claim.negated].append(claim)
    found = [
        _Position(
            bounds,
            negated,
            some[0],
            frozenset(claim.document for claim in some),
            frozenset((claim.document, _source(claim)) for claim in some),
        )
        for (bounds, negated), some in same.items()
    ]
    if len(found) <= MOST_POSITIONS:
        return found
    kept = sorted(range(len(found)), key=lambda at: (-len(found[at].documents), at))[:MOST_POSITIONS]
    return [found[at] for at in sorted(kept)]


def _pairs(positions: Sequence[_Position]) -> Iterator[tuple[_Position, _Position]]:
    for at, one in enumerate(positions):
        for other in positions[at + 1 :]:
            yield one, other


def _source(claim: Claim) -> str:
    return claim.source or who_says(claim)


def _clash(one: _Position, other: _Position) -> bool:
    if one.told & other.told:
        return False  # one text has both from one source: they are about two things, whatever the words are
    if one.negated and other.negated:
        return False
    if one.negated or other.negated:
        denied, said = (one.allowed, other.allowed) if one.negated else (other.allowed, one.allowed)
        return denied.low <= said.low and said.high <= denied.high
    return one.allowed.misses(other.allowed)


def _denied(claims: Sequence[Claim]) -> tuple[Contradiction, ...]:
    """Hold each source that denies a statement against each that asserts it."""
    voices: dict[tuple[str, bool], Claim] = {}
    for claim in claims:
        if is_real(claim):
            voices.setdefault((_source(claim), claim.negated), claim)
    said = [claim for (_, negated), claim in voices.items() if not negated][:MOST_POSITIONS]
    denied = [claim for (_, negated), claim in voices.items() if negated][:MOST_POSITIONS]
    return tuple(
        _contradiction(one, other, "one asserts what the other denies")
        for one in said
        for other in denied
        if _same_days(one, other) and (one.place is None or other.place is None or one_place(one.place, other.place))
    )


def _same_days(one: Claim, other: Claim) -> bool:
    left, right = days_of(one), days_of(other)
    return left is None or right is None or (left[0] <= right[1] and right[0] <= left[1])


def _of_periods(claims: Sequence[Claim]) -> tuple[Contradiction, ...]:
    """Hold maxima of periods against each other: what a part of a period saw, the whole of it saw."""
    found = []
    for one, other in _pairs(_positions(claims)):
        if not (_clash(one, other) and not one.negated and not other.negated):
            continue
        low, high = (one, other) if one.allowed.high < other.allowed.low else (other, one)
        whole, part = days_of(low.claim), days_of(high.claim)
        if whole is None or part is None or (whole[0] <= part[0] and part[1] <= whole[1]):
            found.append(_contradiction(one.claim, other.claim, "no number is both"))
    return tuple(found)


def across_kinds(maxima: Group, others: Iterable[Group]) -> tuple[Contradiction, ...]:
    """Hold the most that a period is said to have seen against what is said of single days of it.

    "At most 20 in five years" cannot stand beside "37 on 12 May" of a year within them. It does not contradict the
    count that its own document sets against it ("73, far more than the 20 of the past five years"): a count is left
    out that a document with that maximum states too.

    Args:
        maxima: claims of kind "maximum".
        others: groups of counts or means of the same story, place, thing and unit.
    """
    candidates = [(position, days) for position in _positions(maxima.claims) if (days := days_of(position.claim))]
    if not candidates:
        return ()
    found = []
    for group in others:
        at_home: dict[str, list[Allowed]] = defaultdict(list)
        for claim in group.claims:
            at_home[claim.document].append(allowed(claim.quantity))
        for position in _positions(group.claims):
            days = days_of(position.claim)
            if days is None or position.negated:
                continue
            for most, period in candidates:
                within = period[0] <= days[0] and days[1] <= period[1]
                known = (bounds for name in most.documents for bounds in at_home.get(name, ()))
                if (
                    within
                    and position.allowed.low > most.allowed.high
                    and all(bounds.misses(position.allowed) for bounds in known)
                ):
                    found.append(_contradiction(most.claim, position.claim, "that day lies within the period"))
    return tuple(found)


def _contradiction(one: Claim, other: Claim, why: str) -> Contradiction:
    return Contradiction(one.id, other.id, f"{_said(one)}; {_said(other)}: {why}")


def _said(claim: Claim) -> str:
    """Return who says what, where: ``Harrow Institute says “at least 70 cars” (001)``."""
    verb = "denies" if claim.negated else "says"
    return f"{who_says(claim)} {verb} “{shortened(claim.quote)}”{_when(claim)} ({claim.document})"


def _when(claim: Claim) -> str:
    return "" if claim.time is None or claim.time.text in claim.quote else f" {shortened(claim.time.text)}"
