"""From counted scenes to trains that may have been seen twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wayside.assessment.assessment import CountedScene
from wayside.consists.find import find_matches
from wayside.consists.settings import ConsistSettings
from wayside.consists.trains import consists_of
from wayside.model.consists import Consist, ConsistMatch
from wayside.model.observations import CountStatus
from wayside.model.places import Site

__all__ = ["LinkedSite", "matches_of", "trains_of_rows"]


@dataclass(frozen=True, eq=False)
class LinkedSite:
    """Another site of the workspace, whose trains may be the same.

    Attributes:
        site: it.
        rows: its counted scenes, in order of date.
    """

    site: Site
    rows: tuple[CountedScene, ...]


def matches_of(
    rows: Sequence[object],
    site_id: str,
    linked: Sequence[LinkedSite] = (),
    *,
    seed: int,
    settings: ConsistSettings | None = None,
) -> tuple[ConsistMatch, ...]:
    """Return the trains of a site that were recognised at another date, there or at a linked site.

    Args:
        rows: the site's looks; those that are no counted scenes, or whose cars are not single, take no part.
        site_id: the site.
        linked: other sites; pairs in which neither train stands at ``site_id`` are not compared.
        seed: of the shuffles.
        settings: the constants; the defaults where None.
    """
    trains = [*trains_of_rows(rows, site_id)]
    for other in linked:
        trains += trains_of_rows(other.rows, other.site.id)
    return find_matches(trains, seed=seed, settings=settings, among=(site_id,))


def trains_of_rows(rows: Sequence[object], site_id: str) -> tuple[Consist, ...]:
    """Return the trains in the scenes whose couplings can be seen."""
    return tuple(
        train
        for row in rows
        if isinstance(row, CountedScene) and row.result.status is CountStatus.COUNTED
        for train in consists_of(site_id, row.id, row.day, row.result.tracks, row.result.gsd_m)
    )
