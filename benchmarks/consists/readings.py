"""Drawn trains as the counter read them, kept in a file."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from wayside.model.cars import Car, CarType, Cover

GSDS = (0.3, 0.5, 1.0, 3.0)


@dataclass(frozen=True)
class Reading:
    """A drawn train as the counter read it.

    Attributes:
        key, kind, changes: of the train.
        network: whose stock.
        scene: "round-date".
        gsd_m: of the image.
        true_cars: number of cars drawn.
        cars: what was found where it stands.
        drawn: for each of them, the seeds of the drawn cars that it covers by more than half.
    """

    key: str
    kind: str
    changes: tuple[str, ...]
    network: str
    scene: str
    gsd_m: float
    true_cars: int
    cars: tuple[Car, ...]
    drawn: tuple[tuple[int, ...], ...]


def to_json(reading: Reading) -> dict[str, Any]:
    """Return a reading as plain values."""
    cars = [[round(c.start_m, 2), round(c.end_m, 2), str(c.type), round(c.type_p, 3), str(c.cover), round(c.p, 3),
             [round(v, 4) for v in c.colour] if c.colour else None] for c in reading.cars]  # fmt: skip
    return {**{f.name: getattr(reading, f.name) for f in dataclasses.fields(reading)}, "cars": cars}


def from_json(row: dict[str, Any]) -> Reading:
    """Return the reading that ``to_json`` wrote."""
    cars = tuple(Car(a, b, CarType(t), tp, Cover(cover), p, colour=tuple(rgb) if rgb else None)
                 for a, b, t, tp, cover, p, rgb in row["cars"])  # fmt: skip
    return Reading(**{**row, "cars": cars, "changes": tuple(row["changes"]), "drawn": tuple(map(tuple, row["drawn"]))})
