"""From the observations of a site to its series and its assessment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment, Counted, CountedScene
from wayside.errors import InputError
from wayside.model.observations import CountStatus, Observation, ObservationKind
from wayside.model.places import Site
from wayside.model.scenes import Scene
from wayside.model.series import DatedEvent, Series, SeriesPoint, SeriesResult
from wayside.series import LEAST_VISIBLE, SeriesSettings, analyse

__all__ = ["assess_site", "counted_scenes", "series_of", "shows_enough"]

_WEIGHT = {ObservationKind.AUTOMATIC: 0, ObservationKind.REVIEW: 1, ObservationKind.ACCEPTED: 2}


def counted_scenes(
    scenes: Iterable[Scene], observations: Iterable[Observation], *, model: str
) -> tuple[CountedScene, ...]:
    """Return for every scene the count that stands for it, in order of acquisition.

    An accepted value comes before a review, a review before the automatic count; of the same kind the last one written
    stands. Automatic counts by other models are left out: a series is counted in one way.

    Args:
        scenes: of the site.
        observations: of the site, in the order in which they were written.
        model: the present network's name and digest.
    """
    known = {scene.id: scene for scene in scenes}
    best: dict[str, Observation] = {}
    for one in observations:
        if one.scene_id not in known or (one.kind is ObservationKind.AUTOMATIC and one.result.model != model):
            continue
        held = best.get(one.scene_id)
        if held is None or (_WEIGHT[one.kind], one.recorded) >= (_WEIGHT[held.kind], held.recorded):
            best[one.scene_id] = one
    rows = [CountedScene(known[i], o.result, o.kind, o.author) for i, o in best.items()]
    return tuple(sorted(rows, key=lambda row: (row.scene.acquired, row.scene.id)))


def series_of(site: Site, rows: Sequence[CountedScene], counted: Counted = Counted.FREIGHT) -> Series:
    """Return the series that counted scenes make.

    Raises:
        InputError: where none of them gives a count.
    """
    points = tuple(
        SeriesPoint(
            day=row.day,
            count=counted.of(row.result),
            visible_fraction=row.result.visible_fraction,
            gsd_m=row.result.gsd_m,
            scene_id=row.scene.id,
        )
        for row in rows
        if shows_enough(row)
    )
    if not points:
        raise InputError(
            "no scene of the site gives a count",
            where=site.name,
            todo="Import scenes that show the tracks at 5 m or finer, and run again",
        )
    return Series(site.name, points)


def shows_enough(row: CountedScene) -> bool:
    """Whether a scene gives a count, and of enough of the track to be part of a series."""
    return row.result.status is not CountStatus.NOT_COUNTABLE and row.result.visible_fraction >= LEAST_VISIBLE


def assess_site(
    site: Site,
    rows: Sequence[CountedScene],
    *,
    events: Sequence[DatedEvent],
    settings: SeriesSettings,
    seed: int,
    now: datetime,
    failures: Sequence[str] = (),
    versions: Mapping[str, str] | None = None,
) -> tuple[SeriesResult, Assessment]:
    """Analyse the series of counted scenes and say what follows.

    Raises:
        InputError: where no scene gives a count, or the settings leave none.
    """
    result = analyse(series_of(site, rows), events=events, settings=settings, rng=np.random.default_rng(seed))
    usable = [row for row in rows if shows_enough(row) or not row.usable]
    hidden = tuple(
        f"{row.scene.id} is left out: only {row.result.visible_fraction:.0%} of the tracks can be seen in it"
        for row in rows
        if row.usable and not shows_enough(row)
    )
    assessment = assess(
        site, usable, result, generated=now, events=events, failures=(*failures, *hidden), versions=versions
    )
    return result, assessment
