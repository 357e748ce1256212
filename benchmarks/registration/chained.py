"""How many scenes come in through another scene where the direct fit fails: drawn yards over a winter."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registration.chain import Link, chain
from registration.drawn import DAYS, drawn_pairs
from registration.pairs import Pair
from wayside.imagery.registration import ShiftFit, find_shift

_REFERENCE = "summer"
_DAYS = {name: day for name, day in DAYS.items() if "snow" in name}


@dataclass(frozen=True, slots=True)
class Chained:
    """One scene of a yard.

    Attributes:
        kind: of day.
        pixel_m: size of a cell, metres.
        links: fits from the reference to it; 0 where it could not be fitted.
        error_m: how far it was put from where it lies.
    """

    kind: str
    pixel_m: float
    links: int
    error_m: float


def chained(seed: int) -> Iterator[Chained]:
    """Yield every winter scene of one yard, two of each kind, fitted to its summer directly or through each other."""
    pairs = [p for p in drawn_pairs(seed, scenes=2, days=_DAYS) if p.related]
    for pixel_m in sorted({p.pixel_m for p in pairs}):
        scenes = [p for p in pairs if p.pixel_m == pixel_m]
        names = [f"{k} {p.kind}" for k, p in enumerate(scenes)]
        routes = chain(_links(scenes, names, pixel_m), _REFERENCE)
        for name, scene in zip(names, scenes, strict=True):
            route = routes.get(name)
            fit = route.fit if route else ShiftFit()
            error = math.hypot(fit.east_m - scene.east_m, fit.north_m - scene.north_m)
            yield Chained(scene.kind, pixel_m, len(route.through) - 1 if route else 0, error)


def _links(scenes: Sequence[Pair], names: Sequence[str], pixel_m: float) -> Iterator[Link]:
    for name, scene in zip(names, scenes, strict=True):
        yield Link(_REFERENCE, name, find_shift(scene.reference, scene.scene, pixel_m))
    for (a, one), (b, other) in itertools.combinations(zip(names, scenes, strict=True), 2):
        yield Link(a, b, find_shift(one.scene, other.scene, pixel_m))


def chains_table(found: Sequence[Chained]) -> list[list[str]]:
    """Return the lines of a table: kind and cell, scenes, fitted directly, in all, wrong among those in all."""
    lines = []
    for kind, pixel_m in sorted({(c.kind, c.pixel_m) for c in found}):
        part = [c for c in found if (c.kind, c.pixel_m) == (kind, pixel_m)]
        fitted = [c for c in part if c.links]
        wrong = sum(c.error_m > max(1.0, c.pixel_m) for c in fitted)
        direct = sum(c.links == 1 for c in part)
        lines.append([f"{kind}, {pixel_m:g} m", str(len(part)), str(direct), str(len(fitted)), str(wrong)])
    return lines
