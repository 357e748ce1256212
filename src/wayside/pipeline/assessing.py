"""From the observations of a site to the count that stands for each scene."""

from __future__ import annotations

from collections.abc import Iterable

from wayside.assessment.assessment import CountedScene
from wayside.model.observations import Observation, ObservationKind
from wayside.model.scenes import Scene

__all__ = ["counted_scenes"]

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
