"""How much work a case may ask for: whoever checks a bundle computes what a stranger wrote into it.

The limits lie far above what a workspace of thirty years comes to, so that they refuse nothing that is meant.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import chain

from wayside.assessment.assessment import CountedScene, Look
from wayside.errors import BundleError
from wayside.model.counts import CountDistribution
from wayside.model.observations import Observation, SceneCount
from wayside.model.places import Site
from wayside.pipeline.cases import Case
from wayside.series import Prior, SeriesSettings

__all__ = ["check_effort"]

_MOST_ROWS = 5_000
_MOST_OBSERVATIONS = 50_000
_MOST_LOOKS = 50_000
_MOST_ZONES = 100
_MOST_SITES = 100
_MOST_PLACES = 200_000
"""Corners of tracks and zones."""
_MOST_CARS = 400
"""On one track of one scene."""
_MOST_PAIRS = 2_000_000_000
"""Pairs of cars within a month of each other, which trains are compared by."""
_MONTH = 31
_MOST_DAILY = 2_000
"""Looks behind a published bound."""
_LARGEST_COUNT = 20_000
_MOST_ENTERED = 2_000
"""Of any list of what was entered: events, bounds, judgements."""
_MOST_READ = 50_000
"""Articles and claims in them."""
_MOST_STEPS = 100_000_000_000
"""Of the series: some forty times what a site with 150 scenes takes with the usual settings."""
_MOST_DRAWN = 60_000_000
"""Days of sampled histories that are held at once."""


def check_effort(case: Case, observations: Sequence[Observation] = ()) -> None:
    """Refuse a case that would keep its reader busy without end.

    Args:
        case: it.
        observations: the rows that came with it.

    Raises:
        BundleError: it is larger than any that is meant; ``where`` is the field.
    """
    for where, number, most in _sizes(case, observations):
        if number > most:
            raise BundleError(f"{number:,} are more than the {most:,} that are computed from", where=f"case.{where}")
    for where, count in _counts(case, observations):
        if count.first + count.p.size - 1 > _LARGEST_COUNT:
            raise BundleError(f"a count goes up to {_LARGEST_COUNT:,} cars here", where=where)


def _sizes(case: Case, observations: Sequence[Observation]) -> Iterator[tuple[str, int, int]]:
    """Yield what is limited: where it stands, how much it is, how much it may be."""
    sites = [case.site, *(one.site for one in case.linked)]
    yield "rows", len(case.rows), _MOST_ROWS
    yield "linked", len(case.linked), _MOST_SITES
    yield "linked", sum(len(one.rows) for one in case.linked), _MOST_ROWS
    yield "observations", len(observations), _MOST_OBSERVATIONS
    yield "zones", len(case.zones), _MOST_LOOKS
    yield "site.zones", sum(len(site.zones) for site in sites), _MOST_ZONES
    yield "site", sum(_places(site) for site in sites), _MOST_PLACES
    for name in ("events", "bounds", "failures"):
        yield name, len(getattr(case, name)), _MOST_ENTERED
    for part in fields(case.entered):
        found = getattr(case.entered, part.name)
        yield f"entered.{part.name}", len(found) if isinstance(found, tuple) else 0, _MOST_ENTERED
    if case.coverage is not None:
        yield "coverage", len(case.coverage.documents) + len(case.coverage.claims), _MOST_READ
    rows = [row for row in chain(case.rows, *(one.rows for one in case.linked)) if isinstance(row, CountedScene)]
    yield "rows", max((len(track.cars) for row in rows for track in row.result.tracks), default=0), _MOST_CARS
    yield "rows", _pairs(rows), _MOST_PAIRS
    drawn = case.settings.paths * _days(case.rows, case.settings)
    yield "settings.paths", drawn, _MOST_DRAWN
    yield "settings.looks", case.settings.looks, _MOST_DAILY
    yield "settings", _steps(case), _MOST_STEPS


def _places(site: Site) -> int:
    return sum(len(track.centreline) for track in site.tracks) + sum(len(zone.ring) for zone in site.zones)


def _days(rows: Sequence[Look], settings: SeriesSettings) -> int:
    """Return how many days the model goes over."""
    if not rows:
        return 0
    days = [row.day for row in rows]
    return min(settings.history_days, (max(days) - min(days)).days + 1)


def _pairs(rows: Sequence[CountedScene]) -> int:
    """Return how many pairs of cars stand within a month of each other."""
    cars = sorted((row.day, sum(len(track.cars) for track in row.result.tracks)) for row in rows)
    pairs = inside = first = 0
    for day, number in cars:
        while (day - cars[first][0]).days > _MONTH:
            inside -= cars[first][1]
            first += 1
        pairs += number * inside
        inside += number
    return pairs


def _steps(case: Case) -> int:
    """Return how long the series takes: every combination of parameters goes over every row, level by level."""
    settings = case.settings
    runs = (1 + settings.refits) * (1 + len(case.site.zones))
    return _combinations(settings.prior) * settings.levels**2 * max(1, len(case.rows)) * runs


def _combinations(prior: Prior) -> int:
    grids = (prior.hazards_per_year, prior.jump_scales, prior.walk_sds_per_year, prior.nb_sizes, prior.dwells_days)
    return math.prod(len(grid) for grid in grids)


def _counts(case: Case, observations: Sequence[Observation]) -> Iterator[tuple[str, CountDistribution]]:
    for k, row in enumerate(case.rows):
        if isinstance(row, CountedScene):
            yield from _of_scene(f"case.rows[{k}]", row.result)
        else:
            yield f"case.rows[{k}]", row.count
    for i, linked in enumerate(case.linked):
        for k, row in enumerate(linked.rows):
            yield from _of_scene(f"case.linked[{i}].rows[{k}]", row.result)
    for k, one in enumerate(observations):
        yield from _of_scene(f"observations[{k}]", one.result)


def _of_scene(where: str, result: SceneCount) -> Iterator[tuple[str, CountDistribution]]:
    for count in (result.count, result.freight, result.locomotives, result.covered, *result.by_type.values()):
        yield f"{where}.result", count
    for track in result.tracks:
        yield f"{where}.result.tracks", track.count
