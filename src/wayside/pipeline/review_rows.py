"""From an analyst's cars to rows for the database, and to what changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from wayside.counting.review import match_cars
from wayside.counting.review_combine import analyst_count
from wayside.model.cars import Car
from wayside.model.observations import Observation, ObservationKind, SceneCount
from wayside.model.scenes import Scene
from wayside.pipeline.reviewing import LatestReview

__all__ = ["StripChange", "review_rows", "strip_change"]

Key = tuple[str, str]

_MOVED_M = 1.0
_SAME_M = 0.1


@dataclass(frozen=True, slots=True)
class StripChange:
    """What an analyst changed on one track of one scene.

    Attributes:
        scene_id, track_id: which.
        automatic: number of the counter's cars.
        cars: number of the analyst's.
        added, deleted: cars that only the analyst has; that only the counter has.
        changed: cars that both have, of another type or cover, or with an end moved by more than a metre.
    """

    scene_id: str
    track_id: str
    automatic: int
    cars: int
    added: int
    deleted: int
    changed: int


def strip_change(key: Key, automatic: Sequence[Car], cars: Sequence[Car]) -> StripChange:
    """Return what an analyst changed on a strip."""
    match = match_cars(automatic, cars)

    def differs(one: Car, other: Car) -> bool:
        return one.type is not other.type or one.cover is not other.cover or _moved_m(one, other) > _MOVED_M

    changed = sum(differs(automatic[i], cars[j]) for i, j in match.pairs)
    return StripChange(*key, len(automatic), len(cars), len(match.only_second), len(match.only_first), changed)


def review_rows(
    site_id: str,
    scenes: Sequence[Scene],
    counts: Mapping[str, SceneCount],
    seen: Mapping[Key, tuple[Car, ...]],
    *,
    said: Mapping[Key, tuple[str, ...]],
    before: Mapping[Key, LatestReview],
    analyst: str,
    now: datetime,
) -> tuple[Observation, ...]:
    """Return a row for every scene where the analyst says something that was not said before.

    Args:
        site_id: the site.
        scenes: its scenes.
        counts: the counter's count of each scene.
        seen: the analyst's cars by scene and track, in order along the track.
        said: the analyst's notes by scene and track.
        before: this analyst's last review by scene and track.
        analyst: who looked.
        now: when this is written.

    Returns:
        The rows; each one's model names the review, so that a database keyed by it keeps every change of mind.
    """
    acquired = {scene.id: scene.acquired for scene in scenes}
    found = []
    for scene_id in sorted({scene for scene, _ in seen}):
        own = {track: cars for (scene, track), cars in sorted(seen.items()) if scene == scene_id}
        if all(_same(before.get((scene_id, track)), cars, said[scene_id, track]) for track, cars in own.items()):
            continue
        notes = [sentence for track in own for sentence in said[scene_id, track]]
        earlier = sorted(review.row.result.model for (scene, _), review in before.items() if scene == scene_id)
        digest = hashlib.sha256(repr((earlier, sorted(own.items()), notes)).encode()).hexdigest()[:16]
        model = f"{counts[scene_id].model} review sha256:{digest}"
        result = analyst_count(counts[scene_id], own, model=model, reasons=notes)
        kind = ObservationKind.REVIEW
        found.append(Observation(site_id, scene_id, acquired[scene_id], result, kind, analyst, now))
    return tuple(found)


def _moved_m(one: Car, other: Car) -> float:
    return max(abs(one.start_m - other.start_m), abs(one.end_m - other.end_m))


def _same(before: LatestReview | None, cars: Sequence[Car], said: Sequence[str]) -> bool:
    """Return whether a strip's review says what the one before said."""
    if before is None or len(before.cars) != len(cars) or not set(said) <= set(before.row.result.reasons):
        return False
    return all(
        one.type is other.type
        and one.cover is other.cover
        and abs(one.p - other.p) < 1e-3
        and _moved_m(one, other) < _SAME_M
        for one, other in zip(before.cars, cars, strict=True)
    )
