"""Claims about one thing, one place and one time, put together; near-linear in their number."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from wayside.coverage.agreement.places import places_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.model.claims import Claim

__all__ = ["Group", "about_key", "days_of", "groups_of"]

_NUMBER: Final = re.compile(r"\d+")
_Key = TypeVar("_Key", str, int)
DAYS_APART: Final = 3
"""Days this near to each other are one day in the press: time zones, "on Thursday" of a Friday's paper."""
_OF_PERIODS: Final = frozenset({"maximum", "mean", "capacity"})
"""Kinds whose time is a stretch that every writer cuts otherwise."""
_OF_ONE_FIGURE: Final = frozenset(
    {"length", "area", "volume", "mass", "speed", "percentage", "money", "duration", "date-lag", "ordinal", "multiple"}
)
"""Kinds of which the noun does not tell what is meant: claims of them are of one thing where the figure is the same."""
_UNREAL: Final = frozenset({"planned", "projected", "possible"})


@dataclass(frozen=True, slots=True)
class Group:
    """Claims about the same thing.

    Attributes:
        story: id of the story, or None.
        place: the name of the place that is written most often, or None.
        claims: in reading order, at least one.
    """

    story: str | None
    place: str | None
    claims: tuple[Claim, ...]


def about_key(claim: Claim) -> tuple[str, ...] | None:
    """Return what a claim is about, but for story, place and time; None where it does not say, or has no figure.

    What is planned stands apart from what is there, and a part ("73 cars, of them 41 gondolas") from its whole.
    """
    if claim.kind == "statement":
        return ("statement", claim.topic or "")
    if claim.kind == "comparison" or claim.thing is None:
        return None
    if claim.kind in _OF_ONE_FIGURE:
        return (claim.kind, claim.thing, claim.quantity.unit, str(claim.quantity.figure))
    part = (claim.counted or "") if any(join.kind == "part of" for join in claim.joins) else ""
    unreal = claim.certainty if claim.certainty in _UNREAL else ""
    return (claim.kind, claim.thing, claim.quantity.unit, part, unreal)


def days_of(claim: Claim) -> tuple[date, date] | None:
    """Return first and last day of a claim, or None where they are not known."""
    time = claim.time
    return None if time is None or time.start is None or time.end is None else (time.start, time.end)


def groups_of(claims: Sequence[Claim], story_of: Mapping[str, str]) -> list[Group]:
    """Group claims of one story about the same thing, place, kind, unit and time.

    Statements are one group for each topic, whatever their place and time. Of the others a claim without a place, or
    without a day that can be told, goes to the group that gives the same figure, else to the place or day that its own
    document spoke of, else to the only group there is; failing all, it stands apart.

    Args:
        claims: in reading order.
        story_of: document id -> story id.

    Returns:
        Groups in the order of their first claims.
    """
    order = {claim.id: index for index, claim in enumerate(claims)}
    named: dict[str | None, list[str]] = defaultdict(list)
    buckets: dict[tuple[str | None, tuple[str, ...]], list[Claim]] = defaultdict(list)
    for claim in claims:
        story = story_of.get(claim.document)
        if claim.place is not None:
            named[story].append(claim.place)
        key = about_key(claim)
        if key is not None:
            buckets[story, key].append(claim)
    places = {story: places_apart(names) for story, names in named.items()}
    found = []
    for (story, key), bucket in buckets.items():
        if key[0] == "statement":
            found.append(Group(story, None, tuple(bucket)))
            continue
        for variant in _by_variant(bucket):
            for place, here in _by_place(variant, places.get(story, {})):
                parts = [here] if key[0] in _OF_PERIODS else _by_time(here)
                found += [Group(story, place, tuple(sorted(part, key=lambda claim: order[claim.id]))) for part in parts]
    return sorted(found, key=lambda group: order[group.claims[0].id])


def _by_variant(bucket: Sequence[Claim]) -> list[list[Claim]]:
    """Cut a bucket by the numbers in what is counted: 122 mm shells are not 152 mm shells."""
    apart: dict[str, list[Claim]] = defaultdict(list)
    plain = []
    for claim in bucket:
        numbers = _NUMBER.findall(" ".join((claim.counted or "", *claim.modifiers)))
        if numbers:
            apart[" ".join(sorted(set(numbers)))].append(claim)
        else:
            plain.append(claim)
    if not apart:
        return [plain]
    told: dict[str, str] = {}
    for numbers_of, here in apart.items():
        told |= {claim.document: numbers_of for claim in here}
    left = _deal(plain, apart, told)
    return [*apart.values(), *([left] if left else [])]


def _by_place(bucket: Sequence[Claim], places: Mapping[str, str]) -> list[tuple[str | None, list[Claim]]]:
    apart: dict[str, list[Claim]] = defaultdict(list)
    unplaced = []
    for claim in bucket:
        if claim.place is None:
            unplaced.append(claim)
        else:
            apart[places[claim.place]].append(claim)
    told: dict[str, str] = {}
    for name, here in apart.items():
        told |= {claim.document: name for claim in here}
    left = _deal(unplaced, apart, told)
    rest: list[tuple[str | None, list[Claim]]] = [(None, left)] if left else []
    return [*apart.items(), *rest]


def _by_time(bucket: Sequence[Claim]) -> list[list[Claim]]:
    """Cut a bucket where days are further apart than allowed.

    Sorted by their first day, a claim joins the last group as long as it begins no later than three days after the
    earliest end in it; then any two of a group are that near.
    """
    dated = [(days, claim) for claim in bucket if (days := days_of(claim)) is not None]
    undated = [claim for claim in bucket if days_of(claim) is None]
    groups: dict[int, list[Claim]] = {}
    earliest_end = date.min
    for (start, end), claim in sorted(dated, key=lambda item: item[0]):
        if not groups or start > earliest_end + timedelta(days=min(DAYS_APART, (date.max - earliest_end).days)):
            groups[len(groups)] = []
            earliest_end = end
        groups[len(groups) - 1].append(claim)
        earliest_end = min(earliest_end, end)
    told: dict[str, int] = {}
    for number, here in groups.items():
        told |= {claim.document: number for claim in here}
    left = _deal(undated, groups, told)
    return [*groups.values(), *([left] if left else [])]


def _deal(loose: Sequence[Claim], groups: Mapping[_Key, list[Claim]], told: Mapping[str, _Key]) -> list[Claim]:
    """Deal claims that could be of any group out to those they fit best; return those that fit none.

    Args:
        loose: claims to deal out.
        groups: what they are dealt to.
        told: document id -> the group that the document's own claims are of.
    """
    votes: dict[float, Counter[_Key]] = defaultdict(Counter)
    for name, here in groups.items():
        for claim in here:
            if claim.quantity.figure is not None:
                votes[claim.quantity.figure][name] += 1
    by_figure = {figure: most.most_common(1)[0][0] for figure, most in votes.items()}
    only = next(iter(groups)) if len(groups) == 1 else None
    left = []
    for claim in loose:
        figure = claim.quantity.figure
        home = by_figure.get(figure) if figure is not None else None
        home = home if home is not None else told.get(claim.document, only)
        if home is None:
            left.append(claim)
        else:
            groups[home].append(claim)
    return left
