"""What every counter says of the strips it was given: tracks that were not read, and where cars stand on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wayside.model.observations import TrackCount
from wayside.model.places import Track
from wayside.pipeline.ports import Plane, Strips

__all__ = ["placed", "unread"]


def unread(strips: Strips, tracks: Sequence[Track]) -> tuple[str, ...]:
    """Return a sentence on each track that cannot be seen, or has no strip."""
    laid = {strip.track_id for strip in strips.strips} | set(strips.outside)
    return (
        *(f"Track {track}: {why}." for track, why in strips.outside.items()),
        *(f"Track {track.id} could not be read." for track in tracks if track.id not in laid),
    )


def placed(track: TrackCount, plane: Plane) -> TrackCount:
    """Return the track with its cars' outlines turned from the plane into positions of the site's system."""
    cars = tuple(
        replace(car, polygon=tuple((p.x, p.y) for p in plane.points(car.polygon))) if car.polygon else car
        for car in track.cars
    )
    return replace(track, cars=cars)
