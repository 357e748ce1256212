"""How each type of car looks from above: reflectance and height over its own outline.

A painter gets positions on the car, ``x`` along it in metres from its middle and ``y`` across it in metres from its
centreline, and gives reflectance (n, 3) and height above the rails (n,). Height 0 means that the ground shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.rendering.stock import CarBody, Load

__all__ = ["Painted", "paint_body"]

Array = NDArray[np.float32]
_COUPLER_REACH_M = 0.55
"""From the end of the body to the coupler's face, metres (12-1303: 13.92 over faces, 12.78 over strikers)."""


class Painted(NamedTuple):
    """Reflectance (n, 3), height above the rails in metres (n,), and where anything was drawn (n,)."""

    colour: Array
    height: Array
    drawn: NDArray[np.bool_]


class _Canvas(NamedTuple):
    body: CarBody
    x: Array
    y: Array
    half_length: float
    half_width: float
    rng: np.random.Generator

    def flat(self, colour: tuple[float, float, float] | Array, height: float) -> Painted:
        inside = (np.abs(self.x) <= self.half_length) & (np.abs(self.y) <= self.half_width)
        rgb = np.broadcast_to(np.asarray(colour, dtype=np.float32), (self.x.size, 3)).copy()
        return Painted(rgb, np.full(self.x.size, height, dtype=np.float32), inside)

    def plain(self, colour: tuple[float, float, float]) -> Array:
        """Return one colour for every place, shape (n, 3)."""
        return np.tile(np.asarray(colour, dtype=np.float32), (self.x.size, 1))

    def stains(self, rgb: Array, strength: float) -> Array:
        """Return weathering: slow waves along the car, grime at its edges, grain."""
        phase, period = self.rng.uniform(0, 6.28, 3), self.rng.uniform(1.5, 9.0, 3)
        wave = sum(np.sin(6.28 * self.x / p + f) for p, f in zip(period, phase, strict=True))
        grain = self.rng.normal(0, 0.06, self.x.size)
        factor = 1 + strength * (0.12 * wave + grain)
        rust = np.clip(self.rng.normal(0, 0.35) + 0.2 * wave, 0, 1)[:, None] * strength * 0.5
        brown = np.array([0.30, 0.18, 0.12])
        return np.asarray(np.clip((rgb * (1 - rust) + brown * rust) * factor[:, None], 0.02, 0.95), dtype=np.float32)

    def ribs(self, rgb: Array, pitch: float, depth: float) -> Array:
        """Return transverse ribs of a roof or a wall."""
        line = (np.mod(self.x + 100 * pitch, pitch) < 0.14 * pitch + 0.05).astype(np.float32)
        return np.asarray(rgb * (1 + depth * line[:, None]), dtype=np.float32)


def _arched(canvas: _Canvas, crown: float) -> Array:
    height = canvas.body.model.height_m
    return np.asarray(height - crown * (canvas.y / canvas.half_width) ** 2, dtype=np.float32)


def _box(canvas: _Canvas) -> Painted:
    painted = canvas.flat(canvas.body.colour, canvas.body.model.height_m)
    rgb = canvas.ribs(painted.colour, float(canvas.rng.uniform(0.8, 1.8)), float(canvas.rng.uniform(-0.25, 0.25)))
    if canvas.rng.random() < 0.4:  # a walkway or a ridge along the roof
        rgb = np.where((np.abs(canvas.y) < 0.3)[:, None], rgb * canvas.rng.uniform(0.7, 1.3), rgb)
    return Painted(canvas.stains(rgb, 0.8), _arched(canvas, float(canvas.rng.uniform(0.1, 0.6))), painted.drawn)


def _tarp_wagon(canvas: _Canvas) -> Painted:
    painted = canvas.flat(canvas.body.colour, canvas.body.model.height_m)
    rgb = canvas.ribs(painted.colour, float(canvas.rng.uniform(0.6, 1.0)), float(canvas.rng.uniform(-0.15, 0.1)))
    return Painted(canvas.stains(rgb, 0.4), _arched(canvas, 0.7), painted.drawn)


def _coil(canvas: _Canvas) -> Painted:
    painted = _tarp_wagon(canvas)
    third = np.abs(np.mod(canvas.x / canvas.half_length * 1.5 + 0.5, 1.0) - 0.5) < 0.04
    return Painted(np.where(third[:, None], painted.colour * 0.5, painted.colour), painted.height, painted.drawn)


def _autorack(canvas: _Canvas) -> Painted:
    painted = canvas.flat(canvas.body.colour, canvas.body.model.height_m)
    light = np.maximum(painted.colour, 0.25) * canvas.rng.uniform(0.9, 1.4)
    rgb = canvas.ribs(np.asarray(light, dtype=np.float32), 1.2, float(canvas.rng.uniform(-0.2, 0.1)))
    return Painted(canvas.stains(rgb, 0.5), _arched(canvas, 0.25), painted.drawn)


def _passenger(canvas: _Canvas) -> Painted:
    painted = canvas.flat(canvas.body.colour, canvas.body.model.height_m)
    rgb = canvas.stains(painted.colour, 0.4)
    vents = (np.abs(canvas.y) < 0.35) & (np.mod(canvas.x + 200, 3.2) < 0.7)
    return Painted(np.where(vents[:, None], rgb * 0.6, rgb), _arched(canvas, 0.8), painted.drawn)


def _tank(canvas: _Canvas) -> Painted:
    radius = canvas.half_width * canvas.rng.uniform(0.86, 1.0)
    top = canvas.body.model.height_m
    barrel_half = canvas.half_length - canvas.rng.uniform(0.3, 1.0)
    painted = canvas.flat(canvas.body.colour, 1.3)
    barrel = (np.abs(canvas.y) <= radius) & (np.abs(canvas.x) <= barrel_half)
    arch = np.sqrt(np.clip(1 - (canvas.y / radius) ** 2, 0, 1))
    height = np.where(barrel, top - radius * (1 - arch), 1.2)
    frame = np.array([0.16, 0.14, 0.13], dtype=np.float32)
    rgb = np.where(barrel[:, None], canvas.stains(painted.colour, 0.9), frame)
    if canvas.rng.random() < 0.6:  # spilt product down from the manway
        spill = (np.abs(canvas.x) < canvas.rng.uniform(0.4, 1.4)) & barrel
        rgb = np.where(spill[:, None], rgb * 0.45, rgb)
    manway = canvas.x**2 + canvas.y**2 < canvas.rng.uniform(0.35, 0.7) ** 2
    walkway = (np.abs(canvas.y) < 0.3) & (np.abs(canvas.x) < canvas.rng.uniform(0.8, 4.5))
    rgb = np.where(walkway[:, None], rgb * 0.7 + 0.08, rgb)
    rgb = np.where(manway[:, None], rgb * 0.55, rgb)
    height = np.where(manway, top + 0.4, height)
    return Painted(np.asarray(rgb, np.float32), np.asarray(height, np.float32), painted.drawn)


def _gondola(canvas: _Canvas) -> Painted:
    body, wall = canvas.body, canvas.body.model.height_m
    painted = canvas.flat(body.colour, wall)
    rgb = canvas.stains(painted.colour, 0.8)
    inside = (np.abs(canvas.y) < canvas.half_width - 0.18) & (np.abs(canvas.x) < canvas.half_length - 0.2)
    height = painted.height.copy()
    bumps = 0.5 * np.cos(canvas.x * 6.28 / canvas.rng.uniform(3.0, 7.0) + canvas.rng.uniform(0, 6.28))
    if body.load is Load.EMPTY:
        floor = canvas.stains(painted.colour * 0.8 + np.float32(0.03), 1.2)
        rgb, height = np.where(inside[:, None], floor, rgb), np.where(inside, 1.25, height)
    elif body.load is Load.LOADED:
        level = wall * canvas.rng.uniform(0.6, 1.0)
        pile = level + 0.5 * bumps + 0.5 * (1 - (canvas.y / canvas.half_width) ** 2)
        rgb = np.where(inside[:, None], canvas.stains(canvas.plain(body.load_colour), 1.0), rgb)
        height = np.where(inside, pile, height)
    else:
        sag = wall + canvas.rng.uniform(-0.1, 0.5) * (1 - (canvas.y / canvas.half_width) ** 2) + 0.15 * bumps
        rgb = canvas.stains(canvas.plain(body.load_colour), 0.5)
        height = np.where(painted.drawn, sag, height)
    return Painted(np.asarray(rgb, np.float32), np.asarray(height, np.float32), painted.drawn)


def _hopper(canvas: _Canvas) -> Painted:
    painted = canvas.flat(canvas.body.colour, canvas.body.model.height_m)
    rgb = canvas.stains(painted.colour, 0.8)
    trough = np.abs(canvas.y) < canvas.rng.uniform(0.25, 0.6)
    hatches = trough & (np.mod(canvas.x + 200, canvas.rng.uniform(1.2, 3.5)) < 1.0)
    rgb = np.where(trough[:, None], rgb * canvas.rng.uniform(0.6, 1.3), rgb)
    rgb = np.where(hatches[:, None], rgb * canvas.rng.uniform(0.6, 1.3), rgb)
    slope = np.clip((np.abs(canvas.x) - canvas.half_length + 1.4) / 1.4, 0, 1)
    height = _arched(canvas, 0.6) - (1.6 * slope if canvas.rng.random() < 0.5 else 0.0)
    return Painted(np.asarray(rgb, np.float32), np.asarray(height, np.float32), painted.drawn)


def _flat(canvas: _Canvas) -> Painted:
    deck = canvas.body.model.height_m
    wood = np.array([[0.30, 0.26, 0.21], [0.22, 0.20, 0.18], [0.36, 0.33, 0.28]])[canvas.rng.integers(3)]
    mix = wood if canvas.rng.random() < 0.7 else np.asarray(canvas.body.colour)
    painted = canvas.flat(np.asarray(mix, dtype=np.float32), deck)
    rgb = canvas.ribs(canvas.stains(painted.colour, 0.9), 0.45, -0.15)
    height = painted.height.copy()
    if canvas.body.load is not Load.EMPTY:
        reach = canvas.half_length * canvas.rng.uniform(0.4, 0.95)
        wide = canvas.half_width * canvas.rng.uniform(0.5, 0.95)
        on = (np.abs(canvas.x - canvas.rng.uniform(-1, 1) * (canvas.half_length - reach)) < reach) & (
            np.abs(canvas.y) < wide
        )
        load = canvas.stains(canvas.plain(canvas.body.load_colour), 0.7)
        rgb = np.where(on[:, None], load, rgb)
        height = np.where(on, deck + canvas.rng.uniform(0.4, 2.6), height)
    return Painted(np.asarray(rgb, np.float32), np.asarray(height, np.float32), painted.drawn)


_BOXES_M = (6.06, 12.19, 13.72, 16.15)
_BOX_COLOURS = np.array(
    [
        [0.42, 0.13, 0.10],
        [0.12, 0.20, 0.36],
        [0.14, 0.28, 0.20],
        [0.62, 0.61, 0.58],
        [0.52, 0.30, 0.12],
        [0.34, 0.34, 0.35],
    ]
)


def _container(canvas: _Canvas) -> Painted:
    deck = canvas.body.model.height_m
    painted = canvas.flat(np.array([0.19, 0.16, 0.14], dtype=np.float32), deck)
    rgb = canvas.stains(painted.colour, 0.8)
    # A skeleton wagon between its sills: the ballast shows through.
    hole = (np.abs(np.abs(canvas.y) - 0.75) < 0.45) & (np.mod(canvas.x + 200, 3.0) > 0.5)
    skeleton = canvas.rng.random() < 0.6
    drawn = painted.drawn & ~hole if skeleton else painted.drawn
    height = painted.height.copy()
    if canvas.body.load is Load.EMPTY:
        return Painted(rgb, height, drawn)
    at = -canvas.half_length + canvas.rng.uniform(0.1, 0.5)
    while True:
        fitting = [length for length in _BOXES_M if at + length <= canvas.half_length + 0.1]
        if not fitting:
            break
        length = float(fitting[canvas.rng.integers(len(fitting))])
        if canvas.rng.random() < 0.88:
            on = (canvas.x >= at) & (canvas.x < at + length) & (np.abs(canvas.y) < 1.22)
            colour = np.clip(_BOX_COLOURS[canvas.rng.integers(6)] * canvas.rng.uniform(0.8, 1.25), 0.03, 0.9)
            shade = canvas.ribs(np.tile(np.float32(colour), (canvas.x.size, 1)), 0.5, -0.1)
            rgb = np.where(on[:, None], canvas.stains(shade, 0.4), rgb)
            stacked = canvas.body.model.height_m <= 1.0 and canvas.rng.random() < 0.5
            height = np.where(on, deck + (5.2 if stacked else 2.6), height)
            drawn = drawn | on
        at += length + canvas.rng.uniform(0.05, 0.5)
    return Painted(np.asarray(rgb, np.float32), np.asarray(height, np.float32), drawn)


def _locomotive(canvas: _Canvas) -> Painted:
    painted = canvas.flat(canvas.body.colour, canvas.body.model.height_m)
    rgb = canvas.stains(painted.colour, 0.6)
    narrow = canvas.rng.random() < 0.5
    hood = (np.abs(canvas.y) < 0.9) if narrow else (np.abs(canvas.y) < canvas.half_width)
    grille = (np.abs(canvas.y) < 0.6) & (np.mod(canvas.x + 200, canvas.rng.uniform(2.0, 4.5)) < 1.5)
    rgb = np.where(grille[:, None], rgb * 0.45 + 0.02, rgb)
    cab = canvas.x > canvas.half_length - canvas.rng.uniform(2.0, 4.0)
    rgb = np.where(cab[:, None], rgb * canvas.rng.uniform(0.8, 1.4), rgb)
    height = np.where(hood | cab, canvas.body.model.height_m, 1.6)
    return Painted(np.asarray(np.clip(rgb, 0.02, 0.95), np.float32), np.asarray(height, np.float32), painted.drawn)


_PAINTERS: dict[str, Callable[[_Canvas], Painted]] = {
    "box": _box,
    "tarp wagon": _tarp_wagon,
    "coil": _coil,
    "autorack": _autorack,
    "passenger": _passenger,
    "tank": _tank,
    "gondola": _gondola,
    "open hopper": _gondola,
    "hopper": _hopper,
    "flat": _flat,
    "container": _container,
    "locomotive": _locomotive,
}


def paint_body(body: CarBody, x: Array, y: Array, snow: float) -> Painted:
    """Paint one car and the coupler at each of its ends.

    Args:
        body: the car.
        x: shape (n,), metres along the car from its middle.
        y: shape (n,), metres across from its centreline.
        snow: share of snow on roofs, 0 to 1.
    """
    half = body.model.length_m / 2
    rng = np.random.default_rng(body.seed)
    canvas = _Canvas(body, x, y, half - _COUPLER_REACH_M, body.model.width_m / 2, rng)
    painted = _PAINTERS[body.model.style](canvas)
    colour, height = painted.colour, painted.height
    if snow > 0 and body.load is not Load.LOADED:
        white = np.clip(snow + rng.normal(0, 0.25, x.size) + rng.normal(0, 0.2), 0, 1)[:, None] * 0.9
        colour = np.asarray(colour * (1 - white) + 0.82 * white, np.float32)
    coupler = (np.abs(y) < 0.18) & (np.abs(x) > canvas.half_length) & (np.abs(x) <= half)
    colour = np.where(coupler[:, None], np.float32(0.12), colour)
    height = np.where(coupler, np.float32(1.0), height)
    return Painted(colour, height, painted.drawn | coupler)
