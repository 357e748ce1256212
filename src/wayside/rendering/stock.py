"""Rolling stock by real lengths, widths and heights, and trains made of it.

Lengths are over couplers or buffers. Sources: makers' catalogues for 12-132 and 12-1303 gondolas (13.92 m), 40 ft
container flats (14.62 m), P70 (17.07 m), P63 (16.44 m), NX70A (13.97 m), UIC 571 open wagons (14.04 and 10.00 m); the
others are rounded values of common types. Widths and heights are typical of the loading gauges.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from wayside.model.cars import CarType, Cover

__all__ = ["STOCK", "CarBody", "CarModel", "Load", "Network", "draw_train"]


class Network(StrEnum):
    """Whose stock stands in the yard."""

    RUSSIAN = "1520 mm"
    EUROPEAN = "1435 mm UIC"
    CHINESE = "1435 mm China"
    AMERICAN = "1435 mm AAR"


class Load(StrEnum):
    """What shows from above."""

    EMPTY = "empty"
    LOADED = "loaded"
    TARPED = "tarped"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CarModel:
    """One type of car.

    Attributes:
        type: its class.
        length_m: over couplers, metres.
        width_m: of the body, metres.
        height_m: of the roof or the walls above the rails, metres.
        share: relative frequency within its network.
        style: which painter draws it ("box", "autorack", "spine", ...).
        overhang_m: from the end of its body to the coupler's or the buffers' face, metres (12-1303: 13.92 over
            faces, 12.78 over strikers).
        buffers: whether it has a pair of buffers beside each coupling.
    """

    type: CarType
    length_m: float
    width_m: float
    height_m: float
    share: float
    style: str
    overhang_m: float = 0.55
    buffers: bool = False


_G, _B, _T, _F = CarType.GONDOLA, CarType.BOX, CarType.TANK, CarType.FLAT
_C, _H, _P, _L = CarType.CONTAINER_FLAT, CarType.HOPPER, CarType.PASSENGER, CarType.LOCOMOTIVE


def _uic(kind: CarType, size: tuple[float, float, float], share: float, style: str) -> CarModel:
    """Return a European wagon of a length, width and height: screw couplings, and buffers 0.62 m long."""
    return CarModel(kind, *size, share, style, 0.62, buffers=True)


STOCK: dict[Network, tuple[CarModel, ...]] = {
    Network.RUSSIAN: (
        CarModel(_G, 13.92, 3.15, 3.4, 10, "gondola", 0.57),
        CarModel(_G, 16.4, 3.1, 3.7, 0.4, "gondola"),
        CarModel(_G, 11.72, 3.2, 2.7, 0.3, "gondola"),
        CarModel(_G, 12.7, 3.1, 3.2, 0.3, "hoods"),
        CarModel(_B, 14.73, 3.0, 4.5, 5, "box"),
        CarModel(_B, 16.97, 3.1, 4.6, 2, "box"),
        CarModel(_B, 21.0, 3.1, 4.7, 0.4, "box"),
        CarModel(_B, 24.26, 3.1, 4.7, 0.4, "autorack"),
        CarModel(_T, 12.02, 3.0, 4.6, 6, "tank"),
        CarModel(_T, 13.6, 3.1, 4.7, 1, "tank"),
        CarModel(_T, 21.12, 3.2, 4.9, 0.3, "tank"),
        CarModel(_F, 14.62, 2.9, 1.3, 2, "flat"),
        CarModel(_F, 14.62, 2.9, 1.3, 0.8, "timber"),
        CarModel(_F, 19.6, 2.9, 1.3, 0.5, "timber"),
        CarModel(_C, 14.62, 2.5, 1.2, 2, "container"),
        CarModel(_C, 19.62, 2.5, 1.2, 2, "container"),
        CarModel(_C, 25.69, 2.5, 1.2, 1, "container"),
        CarModel(_C, 14.62, 2.5, 1.2, 0.5, "spine"),
        CarModel(_C, 19.62, 2.5, 1.2, 0.6, "spine"),
        CarModel(_H, 14.72, 3.2, 4.6, 3, "hopper"),
        CarModel(_H, 12.02, 3.1, 4.4, 1.2, "hopper"),
        CarModel(_H, 13.2, 3.1, 3.5, 1, "open hopper"),
        CarModel(_H, 10.87, 3.1, 3.2, 0.4, "open hopper"),
        CarModel(_P, 24.54, 3.1, 4.4, 0.6, "passenger"),
        CarModel(_L, 17.0, 3.1, 4.6, 0.5, "locomotive"),
        CarModel(_L, 33.9, 3.1, 4.8, 0.4, "locomotive"),
    ),
    Network.EUROPEAN: (
        _uic(_G, (14.04, 2.9, 3.1), 4, "gondola"),
        _uic(_G, (10.0, 2.8, 2.8), 1, "gondola"),
        _uic(_G, (13.04, 2.9, 3.0), 1, "gondola"),
        _uic(_B, (14.0, 2.7, 4.1), 3, "box"),
        _uic(_B, (10.58, 2.7, 4.0), 1, "box"),
        _uic(_B, (15.5, 2.8, 4.2), 2, "sliding wall"),
        _uic(_B, (21.7, 2.8, 4.2), 3, "sliding wall"),
        _uic(_B, (23.26, 2.8, 4.2), 1, "sliding wall"),
        _uic(_B, (16.5, 2.8, 4.2), 1.5, "tarp wagon"),
        _uic(_B, (19.9, 2.9, 4.2), 1, "tarp wagon"),
        _uic(_B, (12.04, 2.9, 4.1), 1.5, "coil"),
        _uic(_F, (12.8, 2.9, 3.4), 0.6, "hoods"),
        _uic(_T, (9.8, 2.8, 4.0), 0.5, "tank"),
        _uic(_T, (12.5, 2.9, 4.2), 2, "tank"),
        _uic(_T, (14.5, 2.9, 4.2), 1, "tank"),
        _uic(_T, (16.5, 2.9, 4.3), 3, "tank"),
        _uic(_F, (19.9, 2.8, 1.2), 2, "flat"),
        _uic(_F, (13.86, 2.8, 1.2), 1, "flat"),
        _uic(_F, (20.84, 2.9, 1.2), 1, "timber"),
        _uic(_F, (19.9, 2.9, 1.2), 0.5, "timber"),
        _uic(_F, (27.0, 2.9, 1.2), 1, "car carrier"),
        _uic(_C, (19.74, 2.5, 1.1), 3, "container"),
        _uic(_C, (14.2, 2.5, 1.1), 1, "container"),
        _uic(_C, (19.74, 2.5, 1.1), 1.2, "spine"),
        _uic(_C, (26.7, 2.5, 1.1), 1.6, "articulated"),
        _uic(_C, (29.59, 2.5, 1.1), 1, "articulated"),
        _uic(_H, (12.54, 3.0, 4.2), 1.5, "hopper"),
        _uic(_H, (15.2, 3.0, 4.3), 1, "hopper"),
        _uic(_H, (9.64, 3.0, 3.8), 0.6, "hopper"),
        _uic(_H, (12.54, 3.0, 3.6), 1.2, "open hopper"),
        _uic(_H, (13.0, 2.9, 4.2), 0.7, "silo"),
        _uic(_P, (26.4, 2.8, 4.0), 0.8, "passenger"),
        _uic(_L, (18.9, 2.9, 4.2), 0.8, "locomotive"),
        _uic(_L, (9.8, 2.9, 4.0), 0.3, "locomotive"),
    ),
    Network.CHINESE: (
        CarModel(_G, 13.98, 3.2, 3.2, 8, "gondola", 0.5),
        CarModel(_G, 13.44, 3.2, 3.2, 4, "gondola", 0.5),
        CarModel(_G, 12.0, 3.2, 3.3, 2, "gondola", 0.45),
        CarModel(_B, 17.07, 3.3, 4.6, 4, "box"),
        CarModel(_B, 16.44, 3.2, 4.5, 3, "box"),
        CarModel(_B, 26.03, 3.1, 4.7, 0.6, "autorack"),
        CarModel(_T, 12.22, 3.0, 4.6, 4, "tank"),
        CarModel(_T, 11.99, 3.0, 4.3, 0.5, "silo"),
        CarModel(_F, 13.97, 3.1, 1.2, 2, "flat"),
        CarModel(_F, 13.97, 3.1, 1.2, 0.4, "timber"),
        CarModel(_G, 13.98, 3.1, 3.0, 0.4, "hoods"),
        CarModel(_C, 13.97, 2.5, 1.2, 2, "container"),
        CarModel(_C, 19.47, 2.5, 1.2, 0.7, "container"),
        CarModel(_C, 13.97, 2.5, 1.2, 0.5, "spine"),
        CarModel(_H, 14.4, 3.2, 4.0, 1, "hopper"),
        CarModel(_H, 14.2, 3.2, 3.5, 0.8, "open hopper"),
        CarModel(_P, 25.5, 3.1, 4.4, 0.3, "passenger"),
        CarModel(_L, 22.0, 3.1, 4.7, 0.6, "locomotive"),
    ),
    Network.AMERICAN: (
        CarModel(_G, 16.0, 3.1, 2.8, 3, "gondola", 0.6),
        CarModel(_G, 20.1, 3.0, 2.4, 2, "gondola", 0.7),
        CarModel(_G, 14.8, 2.9, 2.6, 0.8, "hoods", 0.7),
        CarModel(_B, 16.89, 3.0, 4.6, 2, "box", 0.7),
        CarModel(_B, 20.6, 3.0, 5.0, 2, "box", 0.75),
        CarModel(_B, 28.2, 3.0, 5.1, 0.4, "box", 0.75),
        CarModel(_B, 28.6, 3.1, 5.8, 4, "autorack", 0.45),
        CarModel(_B, 28.5, 3.1, 5.8, 2, "autorack", 0.4),
        CarModel(_T, 14.0, 3.0, 4.5, 2, "tank", 0.7),
        CarModel(_T, 18.1, 3.1, 4.7, 3, "tank", 0.7),
        CarModel(_F, 27.8, 2.8, 1.3, 1, "flat", 0.5),
        CarModel(_F, 20.0, 2.8, 1.3, 1, "flat", 0.7),
        CarModel(_F, 22.4, 2.8, 1.3, 0.6, "timber", 0.7),
        CarModel(_F, 24.5, 2.8, 1.3, 0.8, "centerbeam", 0.7),
        CarModel(_C, 18.6, 2.6, 1.0, 0.8, "spine", 0.6),
        CarModel(_C, 27.8, 2.6, 1.1, 1, "container", 0.6),
        CarModel(_C, 21.6, 2.9, 0.9, 1.5, "well", 0.6),
        CarModel(_C, 23.2, 2.9, 0.9, 1.5, "well", 0.6),
        CarModel(_H, 18.2, 3.2, 4.7, 4, "hopper", 0.7),
        CarModel(_H, 12.8, 3.2, 4.6, 2, "hopper", 0.7),
        CarModel(_H, 15.9, 3.1, 4.0, 4, "open hopper", 0.7),
        CarModel(_L, 22.3, 3.1, 4.8, 0.8, "locomotive"),
    ),
}
"""What stands where, with rough shares. An articulated wagon counts as one car; longer sets of wells or spines are left
out, as what is one car there is a matter of definition."""

_PALETTE = np.array(
    [
        [0.30, 0.17, 0.11],
        [0.36, 0.22, 0.15],
        [0.24, 0.15, 0.11],
        [0.40, 0.20, 0.12],
        [0.22, 0.22, 0.22],
        [0.34, 0.34, 0.33],
        [0.47, 0.46, 0.44],
        [0.62, 0.61, 0.58],
        [0.74, 0.73, 0.70],
        [0.10, 0.10, 0.10],
        [0.14, 0.22, 0.15],
        [0.12, 0.20, 0.30],
        [0.16, 0.30, 0.38],
        [0.46, 0.36, 0.22],
        [0.42, 0.12, 0.09],
        [0.52, 0.40, 0.30],
        [0.26, 0.28, 0.33],
    ]
)
"""Reflectances of roofs and sides, red, green, blue: rust browns, greys, whites, black, green, blues, ochre, red."""
_FRESH = np.array(
    [
        [0.60, 0.07, 0.06],
        [0.72, 0.20, 0.16],
        [0.06, 0.30, 0.14],
        [0.05, 0.16, 0.45],
        [0.10, 0.36, 0.60],
        [0.72, 0.55, 0.06],
        [0.70, 0.32, 0.06],
        [0.84, 0.84, 0.83],
        [0.90, 0.90, 0.90],
    ]
)
"""Reflectances of fresh paint: reds, green, blues, yellow, orange, whites."""
_LOADS = np.array(
    [
        [0.05, 0.05, 0.05],
        [0.07, 0.07, 0.07],
        [0.32, 0.20, 0.13],
        [0.44, 0.38, 0.29],
        [0.30, 0.28, 0.26],
        [0.36, 0.30, 0.20],
        [0.55, 0.54, 0.5],
        [0.52, 0.42, 0.28],
        [0.26, 0.17, 0.13],
        [0.22, 0.23, 0.25],
    ]
)
"""Coal, ore, sand, gravel, timber, limestone, fresh wood, rusty steel, clean steel."""
_TARPS = np.array(
    [
        [0.16, 0.24, 0.34],
        [0.16, 0.22, 0.16],
        [0.34, 0.35, 0.36],
        [0.46, 0.45, 0.42],
        [0.22, 0.20, 0.18],
        [0.30, 0.38, 0.46],
    ]
)
"""Blue, green, greys, brown, light blue."""


@dataclass(frozen=True, slots=True)
class CarBody:
    """One car as it stands, with everything that its painter needs.

    Attributes:
        model: dimensions and class.
        start_m: along the track, over couplers, metres.
        load: what shows from above.
        colour: reflectance of body or roof (red, green, blue), 0 to 1.
        load_colour: reflectance of the load or the tarp.
        seed: for its stains and details.
    """

    model: CarModel
    start_m: float
    load: Load
    colour: tuple[float, float, float]
    load_colour: tuple[float, float, float]
    seed: int

    @property
    def end_m(self) -> float:
        """End over couplers, metres."""
        return self.start_m + self.model.length_m

    @property
    def cover(self) -> Cover:
        """Whether its load can be seen from above."""
        if self.load in (Load.TARPED, Load.CLOSED):
            return Cover.COVERED
        return Cover.OPEN


def _colour(palette: NDArray[np.float64], rng: np.random.Generator) -> tuple[float, float, float]:
    base = palette[rng.integers(len(palette))]
    # Paint in service is dull: most of its colour is dust.
    base = base.mean() + (base - base.mean()) * rng.beta(2.0, 2.0)
    return _bounded(base * rng.uniform(0.75, 1.3) + rng.normal(0, 0.015, 3))


def _bounded(colour: NDArray[np.float64]) -> tuple[float, float, float]:
    red, green, blue = np.clip(colour, 0.03, 0.92)
    return float(red), float(green), float(blue)


def _paint(model: CarModel, rng: np.random.Generator) -> tuple[float, float, float]:
    """Draw the colour of a car: in service, fresh, like the ballast, like a shadow, or bare metal and white."""
    kind = rng.random()
    if model.style == "autorack" and kind < 0.9:
        tone = float(rng.choice([rng.uniform(0.18, 0.5), rng.uniform(0.5, 0.92)]))
        return _bounded(tone * np.array([1.0, 0.98, 0.96]) + rng.normal(0, 0.012, 3))
    if kind < 0.68:
        return _colour(_PALETTE, rng)
    if kind < 0.84:
        base = _FRESH[rng.integers(len(_FRESH))]
        return _bounded((base.mean() + (base - base.mean()) * rng.uniform(0.75, 1.1)) * rng.uniform(0.85, 1.1))
    if kind < 0.95:  # the same tones as ballast has
        tone, warm = rng.uniform(0.16, 0.52), rng.uniform(-0.03, 0.07)
        return _bounded(tone + warm * np.array([1.0, 0.4, -0.3]))
    return _bounded(np.full(3, rng.uniform(0.03, 0.07)) + rng.normal(0, 0.006, 3))


_CHANCES: dict[str, tuple[float, float, float]] = {
    "gondola": (0.4, 0.42, 0.18),
    "open hopper": (0.4, 0.5, 0.1),
    "flat": (0.55, 0.3, 0.15),
    "timber": (0.35, 0.6, 0.05),
    "centerbeam": (0.4, 0.6, 0.0),
    "spine": (0.75, 0.25, 0.0),
    "container": (0.25, 0.75, 0.0),
    "articulated": (0.2, 0.8, 0.0),
    "well": (0.15, 0.85, 0.0),
    "car carrier": (0.35, 0.65, 0.0),
}
"""Empty, loaded, under a tarp; all other styles are closed."""


def _load(model: CarModel, rng: np.random.Generator) -> Load:
    chances = _CHANCES.get(model.style)
    if chances is None:
        return Load.CLOSED
    return (Load.EMPTY, Load.LOADED, Load.TARPED)[rng.choice(3, p=chances)]


def _coupled(rng: np.random.Generator) -> float:
    """Draw the slack between two cars, metres: mostly none, seldom a loose coupling."""
    kind = rng.random()
    if kind < 0.85:
        return 0.0
    return float(rng.uniform(1.2, 3.0)) if kind > 0.993 else min(float(rng.exponential(0.25)), 1.1)


def draw_train(
    start_m: float,
    cars: int,
    network: Network,
    rng: np.random.Generator,
    *,
    uniformity: float | None = None,
    types: tuple[CarType, ...] = (),
) -> tuple[CarBody, ...]:
    """Make a consist of ``cars`` vehicles that begins at ``start_m``.

    Args:
        start_m: where the first coupler is, metres along the track.
        cars: number of vehicles, 0 or more.
        network: whose stock.
        rng: the only source of chance.
        uniformity: probability that a car repeats the one before it (block trains: near 1); drawn where None.
        types: restrict to these types; all where empty.
    """
    models = tuple(m for m in STOCK[network] if not types or m.type in types)
    shares = np.array([m.share for m in models])
    keep = float(rng.choice([0.15, 0.6, 0.93])) if uniformity is None else uniformity
    same_colour = rng.random() < 0.5
    bodies: list[CarBody] = []
    at = start_m
    for index in range(cars):
        if not bodies or rng.random() > (keep**4 if bodies[-1].model.type is CarType.LOCOMOTIVE else keep):
            model = models[rng.choice(len(models), p=shares / shares.sum())]
            if model.type is CarType.LOCOMOTIVE and 0 < index < cars - 1:
                model = models[int(np.argmax(shares))]
            load, colour = _load(model, rng), _paint(model, rng)
            load_colour = _colour(_TARPS if load is Load.TARPED else _LOADS, rng)
        else:
            model, load, load_colour = bodies[-1].model, bodies[-1].load, bodies[-1].load_colour
            # The roofs of a string of autoracks are of any age.
            kept = same_colour and model.style != "autorack"
            colour = bodies[-1].colour if kept else _paint(model, rng)
        bodies.append(CarBody(model, at, load, colour, load_colour, int(rng.integers(2**31))))
        at += model.length_m + _coupled(rng)
    return tuple(bodies)
