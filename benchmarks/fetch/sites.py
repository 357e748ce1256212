"""Three sites in one scene of 5 km by 5 km: a yard, a long line, and tracks all over it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

__all__ = ["EPSG", "GSD_M", "NORTH", "SIDE", "SITES", "WEST", "Place", "Site"]

SIDE, GSD_M = 10_000, 0.5
WEST, NORTH, EPSG = 500_000.0, 4_600_000.0, 32_652
REACH_M = 38.0
"""How far from a track ``wayside search --fetch`` reads: 8 m that strips need, and its margin of 30 m."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Site:
    """Tracks, as lines of places east and north, in metres of the scene's map.

    Attributes:
        name: shown in the table.
        tracks: centre lines.
    """

    name: str
    tracks: tuple[tuple[Place, ...], ...]

    @property
    def rectangle(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the smallest rectangle around the corridors, in whole pixels."""
        xs = [x for line in self.tracks for x, _ in line]
        ys = [y for line in self.tracks for _, y in line]
        low = [math.floor((v - REACH_M) / GSD_M) * GSD_M for v in (min(xs), min(ys))]
        high = [math.ceil((v + REACH_M) / GSD_M) * GSD_M for v in (max(xs), max(ys))]
        return low[0], low[1], high[0], high[1]


def _straight(middle: Place, angle_deg: float, length_m: float) -> tuple[Place, ...]:
    dx, dy = (length_m / 2 * f(math.radians(angle_deg)) for f in (math.cos, math.sin))
    steps = [k / 10 - 1 for k in range(21)]
    return tuple((middle[0] + dx * s, middle[1] + dy * s) for s in steps)


def _yard(angle_deg: float) -> tuple[tuple[Place, ...], ...]:
    """Ten tracks of 500 m, 5 m apart, in the middle of the scene."""
    east, north = (5.0 * f(math.radians(angle_deg)) for f in (lambda a: -math.sin(a), math.cos))
    middle = (WEST + SIDE * GSD_M / 2, NORTH - SIDE * GSD_M / 2)
    return tuple(_straight((middle[0] + k * east, middle[1] + k * north), angle_deg, 500.0) for k in range(10))


def _scattered() -> tuple[tuple[Place, ...], ...]:
    rng = Random(3)  # noqa: S311 - not a secret
    inner = (400.0, SIDE * GSD_M - 400.0)
    return tuple(
        _straight((WEST + rng.uniform(*inner), NORTH - rng.uniform(*inner)), rng.uniform(0, 360), 500.0)
        for _ in range(10)
    )


SITES = {
    "yard": Site("yard: ten tracks of 500 m side by side", _yard(37.0)),
    "line": Site("line: 5 km from corner to corner", (_straight((WEST + 2500, NORTH - 2500), 45.0, 5000.0),)),
    "scattered": Site("scattered: ten tracks of 500 m", _scattered()),
}
