"""Trains: the cars of a track, cut where no coupling can reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wayside.model.cars import Car
from wayside.model.consists import Consist, ConsistCar
from wayside.model.observations import TrackCount

__all__ = ["COUPLED_M", "LEAST_CARS", "consists_of"]

COUPLED_M = 4.0
"""Two cars further apart than this are not coupled, metres: gaps within trains are 1 to 2 m over the bodies, and each
end is read to about a metre."""
LEAST_CARS = 5
"""A shorter string of cars cannot be told from another by chance."""


def consists_of(
    site_id: str, scene_id: str, day: date, tracks: Sequence[TrackCount], gsd_m: float
) -> tuple[Consist, ...]:
    """Return the trains that stand in a scene, track by track in the given order.

    Args:
        site_id: where.
        scene_id: the scene.
        day: of the scene, UTC.
        tracks: its tracks with their cars.
        gsd_m: pixel size of the scene, metres.

    Returns:
        Strings of ``LEAST_CARS`` cars or more. A car that an end of the image or of what is visible cuts is left out,
        as its length is not known.
    """
    return tuple(
        Consist(f"{site_id}/{scene_id}/{track.track_id}/{k}", site_id, scene_id, day, track.track_id, gsd_m, cars)
        for track in tracks
        for k, cars in enumerate(_trains(track.cars), start=1)
    )


def _trains(cars: Sequence[Car]) -> list[tuple[ConsistCar, ...]]:
    strings: list[list[ConsistCar]] = []
    end: float | None = None
    for car in cars:
        if end is None or car.start_m - end >= COUPLED_M:
            strings.append([])
        end = car.end_m
        if not car.truncated:
            strings[-1].append(_read(car))
    return [tuple(string) for string in strings if len(string) >= LEAST_CARS]


def _read(car: Car) -> ConsistCar:
    return ConsistCar(car.start_m, car.end_m, car.colour, car.type, car.type_p, car.cover, car.p)
