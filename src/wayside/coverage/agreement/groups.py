"""Claims about the same thing side by side, and beside a measured count."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from wayside.coverage.agreement.claims_apart import Group, about_key, groups_of
from wayside.coverage.agreement.comparing import against_measured
from wayside.coverage.agreement.contradictions import across_kinds, contradictions_in, is_real
from wayside.coverage.agreement.places import one_place
from wayside.coverage.agreement.tolerance import allowed, side_of
from wayside.coverage.agreement.wording import about_in_words
from wayside.coverage.stories.independence import SourceCount, independent_sources
from wayside.model.agreement import Agreement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.model.agreement import AgainstMeasured, Contradiction, MeasuredCount
    from wayside.model.claims import Claim, Quantity
    from wayside.model.documents import Document
    from wayside.model.stories import Kinship, Origin, Story

__all__ = ["agreements"]


def agreements(
    claims: Sequence[Claim],
    stories: Sequence[Story],
    origins: Sequence[Origin] = (),
    kinships: Sequence[Kinship] = (),
    measured: MeasuredCount | None = None,
    *,
    documents: Sequence[Document] = (),
) -> tuple[Agreement, ...]:
    """Group claims of one story about the same thing, place, kind, unit and time, and say how far they agree.

    Args:
        claims: of all documents, in reading order.
        stories: claims of different stories are never grouped.
        origins: where documents take from, to tell sources apart.
        kinships: which documents have a text in common.
        measured: a measured count to set the groups against, or None.
        documents: of the claims, for their days of publication: what is published later cannot be the source.

    Returns:
        Groups of two claims or more, and single claims that something contradicts or that can be compared with the
        measurement, in the order of their first claims.
    """
    story_of = {document: story.id for story in stories for document in story.documents}
    groups = groups_of(claims, story_of)
    beyond = _beyond(groups)
    ties = _Ties(documents, origins, kinships)
    near = _stories_at(groups, measured)
    found = []
    for at, group in enumerate(groups):
        verdict = against_measured(group.claims, measured, here=group.story in near) if measured is not None else None
        clashes = (*contradictions_in(group), *beyond.get(at, ()))
        if len(group.claims) > 1 or clashes or (verdict is not None and verdict.p is not None):
            found.append(_agreement(group, ties.sources(group.claims), verdict, clashes))
    return tuple(found)


def _agreement(
    group: Group, sources: SourceCount, verdict: AgainstMeasured | None, clashes: tuple[Contradiction, ...]
) -> Agreement:
    figures = group.claims[0].kind != "statement"
    stated = [bound for claim in group.claims for bound in _stated(claim.quantity)] if figures else []
    return Agreement(
        claims=tuple(claim.id for claim in group.claims),
        low=min(stated, default=None),
        high=max(stated, default=None),
        independent_sources=len(sources.groups),
        outliers=_outliers(group.claims) if figures else (),
        changed_bounds=_changed(group.claims) if figures else (),
        against_measured=verdict,
        story=group.story,
        about=about_in_words(group),
        sources=sources.groups,
        sources_p=sources.p,
        contradictions=clashes,
    )


class _Ties:
    """What ties documents to each other, by document: a group looks only at its own."""

    def __init__(self, documents: Sequence[Document], origins: Sequence[Origin], kinships: Sequence[Kinship]) -> None:
        self._documents = {document.id: document for document in documents}
        self._origins: dict[str, list[Origin]] = defaultdict(list)
        for origin in origins:
            self._origins[origin.document].append(origin)
        self._kinships: dict[str, list[Kinship]] = defaultdict(list)
        for kinship in kinships:
            self._kinships[kinship.one].append(kinship)

    def sources(self, claims: Sequence[Claim]) -> SourceCount:
        """Count the independent sources of claims about one thing."""
        here = dict.fromkeys(claim.document for claim in claims)
        unnamed = any(claim.anonymous for claim in claims)
        return independent_sources(
            claims,
            [self._documents[name] for name in here if name in self._documents],
            [origin for name in here for origin in self._origins.get(name, ())],
            [kin for name in here for kin in self._kinships.get(name, ()) if kin.other in here] if unnamed else (),
        )


def _stories_at(groups: Sequence[Group], measured: MeasuredCount | None) -> frozenset[str | None]:
    """Return the stories that speak of the measured place; all where it has no name."""
    place = None if measured is None else measured.place
    return frozenset(
        group.story for group in groups if place is None or (group.place is not None and one_place(group.place, place))
    )


def _beyond(groups: Sequence[Group]) -> dict[int, tuple[Contradiction, ...]]:
    """Return for each group of maxima what counts and means of the same thing, there and then, contradict it."""
    singles: dict[tuple[str | None, str | None, tuple[str, ...]], list[Group]] = defaultdict(list)
    for group in groups:
        key = about_key(group.claims[0])
        if key is not None and key[0] in {"count", "mean"}:
            singles[group.story, group.place, key[1:]].append(group)
    found = {}
    for at, group in enumerate(groups):
        key = about_key(group.claims[0])
        if key is not None and key[0] == "maximum":
            found[at] = across_kinds(group, singles.get((group.story, group.place, key[1:]), ()))
    return found


def _stated(quantity: Quantity) -> list[float]:
    """Return the figures that a quantity states; the implied 0 of "at most 20" is not one."""
    if quantity.low is not None and quantity.high is not None and quantity.approximation == "between":
        return [quantity.low, quantity.high]
    if quantity.figure is not None:
        return [quantity.figure]
    return [bound for bound in (quantity.low, quantity.high) if bound is not None]


def _outliers(claims: Sequence[Claim]) -> tuple[str, ...]:
    """Return the claims whose interval misses those of most others."""
    told = [claim for claim in claims if is_real(claim) and not claim.negated]
    bounds = [allowed(claim.quantity) for claim in told]
    if len(told) < 3:
        return ()
    lows, highs = sorted(one.low for one in bounds), sorted(one.high for one in bounds)
    found = []
    for claim, one in zip(told, bounds, strict=True):
        above = len(lows) - bisect_right(lows, one.high)
        below = bisect_left(highs, one.low)
        if above + below > (len(told) - 1) / 2:
            found.append(claim.id)
    return tuple(found)


def _changed(claims: Sequence[Claim]) -> tuple[str, ...]:
    """Return the claims that give a figure another kind of bound than most claims with that figure."""
    sides: dict[float, Counter[str]] = defaultdict(Counter)
    for claim in claims:
        if claim.quantity.figure is not None:
            sides[claim.quantity.figure][side_of(claim.quantity)] += 1
    usual = {figure: some.most_common(1)[0][0] for figure, some in sides.items()}
    return tuple(
        claim.id
        for claim in claims
        if claim.quantity.figure is not None and side_of(claim.quantity) != usual[claim.quantity.figure]
    )
