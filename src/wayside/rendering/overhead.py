"""Plates and wires in the air: what they hide and what they shade. A height map cannot hold them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.model.polylines import arc_of
from wayside.rendering.props import Deck, Wire
from wayside.rendering.raster import World

__all__ = ["hang_deck", "hang_wire", "shade_deck", "shade_wire"]

Array = NDArray[np.float32]
_SHADE = 0.36
"""Of the light on sunlit ground: what is left in a shadow."""


class _Plate(NamedTuple):
    rows: slice
    columns: slice
    u: Array
    v: Array
    inside: NDArray[np.bool_]


def _box(deck: Deck) -> tuple[float, float]:
    """Return half the extent of a deck east and north, metres."""
    c, s = abs(np.cos(deck.angle)), abs(np.sin(deck.angle))
    return 0.5 * (deck.length_m * c + deck.width_m * s), 0.5 * (deck.length_m * s + deck.width_m * c)


def _plate(world: World, deck: Deck, per_metre: tuple[float, float], *, on_surface: bool) -> _Plate | None:
    """Return the pixels that a deck covers when displaced by ``per_metre`` for each metre of height.

    ``on_surface``: the displacement is that from the height of what lies there, as a shadow's is.
    """
    half_x, half_y = _box(deck)
    dx, dy = per_metre[0] * deck.height_m, per_metre[1] * deck.height_m
    grow = (abs(dx), abs(dy)) if on_surface else (0.0, 0.0)
    found = world.box(deck.x + dx, deck.y + dy, half_x + grow[0] + 0.5, half_y + grow[1] + 0.5)
    if found is None:
        return None
    rows, columns, xs, ys = found
    above = deck.height_m - (world.height[rows, columns] if on_surface else np.float32(0))
    x = (xs - deck.x).astype(np.float32) - np.float32(per_metre[0]) * above
    y = (ys - deck.y).astype(np.float32) - np.float32(per_metre[1]) * above
    c, s = np.float32(np.cos(deck.angle)), np.float32(np.sin(deck.angle))
    u, v = np.asarray(x * c + y * s, np.float32), np.asarray(y * c - x * s, np.float32)
    inside = (np.abs(u) <= deck.length_m / 2) & (np.abs(v) <= deck.width_m / 2)
    if on_surface:
        inside &= above > 0.3
    return _Plate(rows, columns, u, v, inside)


def shade_deck(world: World, radiance: Array, deck: Deck, per_metre: tuple[float, float]) -> None:
    """Darken a deck's shadow; ``per_metre`` is the shadow's displacement for a metre of height."""
    plate = _plate(world, deck, per_metre, on_surface=True)
    if plate is None:
        return
    left = np.where(plate.inside, np.float32(1 - (1 - _SHADE) * deck.opacity), np.float32(1))
    radiance[plate.rows, plate.columns] *= left[..., None]


def _vehicles(rgb: Array, plate: _Plate, deck: Deck, rng: np.random.Generator) -> None:
    """Paint lane marks and vehicles on a road bridge."""
    u, v = plate.u, plate.v
    rgb[(np.abs(v) < 0.12) & (np.mod(u + 500, 9) < 3.5)] = 0.6
    for _ in range(int(rng.poisson(deck.length_m / 25))):
        lorry = rng.random() < 0.3
        length, width = (float(rng.uniform(7, 16)), 2.5) if lorry else (float(rng.uniform(3.8, 5)), 1.8)
        at = float(rng.uniform(-0.5, 0.5)) * deck.length_m, float(rng.choice([-0.25, 0.25])) * deck.width_m
        on = (np.abs(u - at[0]) < length / 2) & (np.abs(v - at[1]) < width / 2)
        rgb[(np.abs(u - at[0]) < length / 2 + 0.4) & (np.abs(v - at[1]) < width / 2 + 0.5)] *= 0.6
        rgb[on] = float(rng.choice([0.05, 0.2, 0.5, 0.8])) * rng.uniform(0.85, 1.15, 3)


def hang_deck(world: World, radiance: Array, deck: Deck, per_metre: tuple[float, float]) -> None:
    """Draw a deck where the view shows it; ``per_metre`` is the lean for a metre of height."""
    plate = _plate(world, deck, per_metre, on_surface=False)
    if plate is None or not plate.inside.any():
        return
    rng = np.random.default_rng(deck.seed)
    phase, period = rng.uniform(0, 6.28, 2), rng.uniform(6, 40, 2)
    wave = sum(np.sin(plate.u * (6.28 / float(p)) + float(f)) for f, p in zip(phase, period, strict=True))
    tone = 1 + 0.06 * wave + 0.05 * rng.standard_normal(plate.u.shape, dtype=np.float32)
    if deck.style == "ribbed":
        tone = tone * np.where(np.mod(plate.u + 500, 1.2) < 0.35, 0.82, 1.0)
    edge = deck.width_m / 2 - np.abs(plate.v)
    if deck.style in {"rails", "road"}:
        tone = np.where(edge < 0.35, tone * 1.3, np.where(edge < 0.7, tone * 0.7, tone))
    rgb = np.asarray(np.asarray(deck.colour, dtype=np.float32) * tone[..., None], dtype=np.float32)
    if deck.style == "road":
        _vehicles(rgb, plate, deck, rng)
    share = (plate.inside * np.float32(deck.opacity))[..., None]
    part = radiance[plate.rows, plate.columns]
    radiance[plate.rows, plate.columns] = part + (np.clip(rgb, 0.02, 1.0) - part) * share


def _wire_pixels(world: World, wire: Wire, per_metre: tuple[float, float]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    line = wire.line + np.array(per_metre) * wire.height_m
    at = arc_of(line)
    along = np.arange(0.0, at[-1], world.step_m)
    x, y = np.interp(along, at, line[:, 0]), np.interp(along, at, line[:, 1])
    row, column = world.pixel(x, y)
    thick = max(1, round(wire.width_m / world.step_m))
    if thick > 1:
        steep = abs(line[-1, 1] - line[0, 1]) > abs(line[-1, 0] - line[0, 0])
        offsets = np.arange(thick)[:, None]
        row, column = (row + 0 * offsets, column + offsets) if steep else (row + offsets, column + 0 * offsets)
    inside = (row >= 0) & (row < world.shape[0]) & (column >= 0) & (column < world.shape[1])
    return row[inside], column[inside]


def _cover(world: World, wire: Wire) -> float:
    """Return the share of a pixel that a wire hides: a thin one does not fill it."""
    return wire.share * min(1.0, wire.width_m / world.step_m)


def shade_wire(world: World, radiance: Array, wire: Wire, per_metre: tuple[float, float]) -> None:
    """Darken a wire's shadow; ``per_metre`` is the shadow's displacement for a metre of height."""
    row, column = _wire_pixels(world, wire, per_metre)
    # The sun is half a degree wide: from several metres up it sees past a thin wire.
    radiance[row, column] *= np.float32(1 - (1 - _SHADE) * _cover(world, wire) * min(1.0, wire.width_m / 0.12))


def hang_wire(world: World, radiance: Array, wire: Wire, per_metre: tuple[float, float]) -> None:
    """Draw a wire where the view shows it; ``per_metre`` is the lean for a metre of height."""
    row, column = _wire_pixels(world, wire, per_metre)
    share = np.float32(_cover(world, wire))
    radiance[row, column] += (np.float32(wire.grey) - radiance[row, column]) * share
