"""Paints what stands and lies beside the trains: roads, platforms, buildings, trees, masts, and the tracks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.rendering.layout import Block, Layout, Mast, Ribbon, Tree
from wayside.rendering.raster import World, fractal_noise

__all__ = [
    "Corridor",
    "TrackLook",
    "corridor",
    "hang_beams",
    "paint_corridor",
    "paint_formation",
    "paint_masts",
    "paint_surroundings",
    "shade_under_beams",
]

BED_HALF_WIDTH_M = 3.1
_SLEEPER_PITCH_M = 0.6


class TrackLook(NamedTuple):
    """How the tracks of a yard look.

    Attributes:
        ballast: reflectance of the ballast (red, green, blue).
        sleeper: reflectance of the sleepers.
        rail: reflectance of the rail heads.
        contrast: how much the bed stands out from the ground between the tracks, 0 to 1.
        weeds: share of plants between the rails, 0 to 1.
    """

    ballast: tuple[float, float, float]
    sleeper: tuple[float, float, float]
    rail: float
    contrast: float
    weeds: float


class Corridor(NamedTuple):
    """The pixels along one track, in order along it.

    Attributes:
        row, column: shape (n,), where they are in the world.
        along: shape (n,), metres along the centreline.
        across: shape (n,), metres to the left of the centreline.
    """

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    along: NDArray[np.float64]
    across: NDArray[np.float64]


def corridor(world: World, line: NDArray[np.float64], reach: float = BED_HALF_WIDTH_M) -> Corridor:
    """Return the pixels within ``reach`` metres of a centreline, in order along it."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    spacing = world.step_m * 0.7
    along = np.arange(0.0, at[-1], spacing)
    x, y = np.interp(along, at, line[:, 0]), np.interp(along, at, line[:, 1])
    tx, ty = np.gradient(x), np.gradient(y)
    norm = np.maximum(np.hypot(tx, ty), 1e-9)
    tx, ty = tx / norm, ty / norm
    offsets = np.arange(-reach, reach + spacing, spacing)
    row, column = world.pixel(x[:, None] - ty[:, None] * offsets, y[:, None] + tx[:, None] * offsets)
    h, w = world.shape
    inside = (row >= 0) & (row < h) & (column >= 0) & (column < w)
    flat = (row * w + column)[inside]
    source = np.broadcast_to(np.arange(along.size)[:, None], row.shape)[inside]
    unique, first = np.unique(flat, return_index=True)
    k = source[first]
    row, column = np.divmod(unique, w)
    px = world.west_m + (column + 0.5) * world.step_m - x[k]
    py = world.north_m - (row + 0.5) * world.step_m - y[k]
    s, d = along[k] + px * tx[k] + py * ty[k], -px * ty[k] + py * tx[k]
    order = np.argsort(s, kind="stable")
    return Corridor(row[order], column[order], s[order], d[order])


def paint_corridor(world: World, pixels: Corridor, gauge_m: float, look: TrackLook, rng: np.random.Generator) -> None:
    """Paint ballast, sleepers and rails along one track."""
    d, s = pixels.across, pixels.along
    base = world.colour[pixels.row, pixels.column]
    bed = np.clip((BED_HALF_WIDTH_M - 0.4 - np.abs(d)) / 0.8, 0, 1)[:, None] * look.contrast
    stones = np.asarray(look.ballast) * (1 + 0.13 * rng.standard_normal(s.size))[:, None]
    slow = 1 + 0.07 * np.sin(s / 17.0 + rng.uniform(0, 6)) + 0.05 * np.sin(s / 5.3 + rng.uniform(0, 6))
    colour = base * (1 - bed) + stones * slow[:, None] * bed
    sleeper = (np.mod(s, _SLEEPER_PITCH_M) < 0.25) & (np.abs(d) < 1.3)
    colour = np.where(sleeper[:, None], colour * 0.35 + np.asarray(look.sleeper) * 0.65, colour)
    oil = np.exp(-((d / 0.45) ** 2))[:, None] * 0.18
    colour = colour * (1 - oil)
    # A rail head is narrower than a pixel: it takes the share of the pixel that it covers.
    share = np.clip((0.5 * (0.07 + world.step_m) - np.abs(np.abs(d) - gauge_m / 2)) / world.step_m, 0, 1)
    share = np.minimum(share, 0.07 / world.step_m)[:, None]
    rusty = np.array([1.0, 0.86, 0.76])
    colour = colour * (1 - share) + look.rail * rusty * share
    dark = np.exp(-(((np.abs(d) - gauge_m / 2 - 0.12) / 0.1) ** 2))[:, None] * 0.15
    colour = colour * (1 - dark)
    if look.weeds > 0:
        patch = np.sin(s / 11.0 + rng.uniform(0, 6)) + rng.normal(0, 0.7, s.size) > 1.6 - 1.4 * look.weeds
        colour = np.where(patch[:, None], colour * 0.5 + np.array([0.10, 0.15, 0.06]) * 0.5, colour)
    world.colour[pixels.row, pixels.column] = np.clip(colour, 0.02, 0.95)


def paint_formation(world: World, pixels: Corridor, look: TrackLook, share: float, rng: np.random.Generator) -> None:
    """Blend the ground beside a track towards worn ballast, dirt and oil: what lies between the tracks of a yard."""
    tone = np.asarray(look.ballast) * rng.uniform(0.8, 1.1)
    grain = (1 + 0.10 * rng.standard_normal(pixels.row.size))[:, None]
    base = world.colour[pixels.row, pixels.column]
    edge = np.clip((np.max(np.abs(pixels.across)) - np.abs(pixels.across)) / 1.5, 0, 1)[:, None] * share
    world.colour[pixels.row, pixels.column] = np.clip(base * (1 - edge) + tone * grain * edge, 0.02, 0.95)


def _paint_block(world: World, block: Block, rng: np.random.Generator) -> None:
    found = world.window(block.x, block.y, 0.5 * float(np.hypot(block.length_m, block.width_m)) + 1)
    if found is None:
        return
    rows, columns, xs, ys = found
    c, s = np.cos(block.angle), np.sin(block.angle)
    u = (xs - block.x) * c + (ys - block.y) * s
    v = -(xs - block.x) * s + (ys - block.y) * c
    inside = (np.abs(u) <= block.length_m / 2) & (np.abs(v) <= block.width_m / 2)
    colour = np.asarray(block.colour)[None, None] * (1 + 0.04 * rng.standard_normal(u.shape)[..., None])
    height = np.full(u.shape, block.height_m)
    if block.roof == "gable":
        height = block.height_m + (1 - np.abs(v) / (block.width_m / 2)) * block.width_m * 0.22
    elif block.roof == "ribbed":
        colour = colour * (1 - 0.12 * (np.mod(u + 500, 0.9) < 0.3))[..., None]
    world.colour[rows, columns] = np.where(inside[..., None], np.clip(colour, 0.03, 0.95), world.colour[rows, columns])
    world.height[rows, columns] = np.where(inside, height, world.height[rows, columns])


def _paint_tree(world: World, tree: Tree, leaf: NDArray[np.float64], rng: np.random.Generator) -> None:
    found = world.window(tree.x, tree.y, tree.radius_m * 1.4)
    if found is None:
        return
    rows, columns, xs, ys = found
    distance = np.hypot(xs - tree.x, ys - tree.y) / tree.radius_m
    ragged = distance + 0.18 * fractal_noise((xs.shape[0], xs.shape[1]), (1.6 / world.step_m,), rng)
    inside = ragged < 1
    colour = leaf * (1 + 0.2 * rng.standard_normal(xs.shape)[..., None])
    crown = tree.height_m * np.sqrt(np.clip(1.05 - np.clip(ragged, 0, 1) ** 2, 0, 1)) + rng.normal(0, 0.25, xs.shape)
    world.colour[rows, columns] = np.where(inside[..., None], np.clip(colour, 0.02, 0.6), world.colour[rows, columns])
    world.height[rows, columns] = np.where(inside, crown, world.height[rows, columns])


def _paint_ribbon(world: World, ribbon: Ribbon, rng: np.random.Generator) -> None:
    pixels = corridor(world, ribbon.line, ribbon.width_m / 2)
    colour = np.asarray(ribbon.colour) * (1 + 0.05 * rng.standard_normal(pixels.along.size))[:, None]
    middle = (np.abs(pixels.across) < 0.12) & (np.mod(pixels.along, 9.0) < 3.5)
    colour = np.where(middle[:, None], 0.6, colour)
    world.colour[pixels.row, pixels.column] = colour


def _line_pixels(
    world: World, mast: Mast, shift: tuple[float, float], width_m: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pixels of a mast's beam, displaced by ``shift`` metres east and north."""
    along = np.arange(0.0, mast.beam_m, world.step_m * 0.7)
    offset = np.arange(-width_m / 2, width_m / 2 + 1e-9, world.step_m * 0.7)[:, None]
    x = mast.x + shift[0] + along * np.cos(mast.angle) - offset * np.sin(mast.angle)
    y = mast.y + shift[1] + along * np.sin(mast.angle) + offset * np.cos(mast.angle)
    row, column = world.pixel(x, y)
    inside = (row >= 0) & (row < world.shape[0]) & (column >= 0) & (column < world.shape[1])
    return row[inside], column[inside]


def paint_masts(world: World, layout: Layout) -> None:
    """Paint the poles of masts and gantries as thin columns."""
    for mast in layout.masts:
        for reach in {0.0, mast.beam_m}:
            x = np.array([mast.x + reach * np.cos(mast.angle)])
            y = np.array([mast.y + reach * np.sin(mast.angle)])
            row, column = world.pixel(x, y)
            if 0 <= row[0] < world.shape[0] and 0 <= column[0] < world.shape[1]:
                world.colour[row[0], column[0]] = 0.4
                world.height[row[0], column[0]] = mast.height_m


def shade_under_beams(
    world: World, radiance: NDArray[np.float32], layout: Layout, per_metre: tuple[float, float]
) -> None:
    """Darken the shadows of gantry beams; ``per_metre`` is the shadow's displacement for a metre of height."""
    for mast in layout.masts:
        if mast.beam_m > 0:
            shift = (per_metre[0] * mast.height_m, per_metre[1] * mast.height_m)
            row, column = _line_pixels(world, mast, shift, 0.35)
            radiance[row, column] *= np.float32(0.6)


def hang_beams(world: World, radiance: NDArray[np.float32], layout: Layout, per_metre: tuple[float, float]) -> None:
    """Draw gantry beams where the view shows them; ``per_metre`` is the lean for a metre of height.

    A beam hangs in the air with nothing under it, which a height map cannot hold.
    """
    for mast in layout.masts:
        if mast.beam_m > 0:
            shift = (per_metre[0] * mast.height_m, per_metre[1] * mast.height_m)
            row, column = _line_pixels(world, mast, shift, 0.45)
            radiance[row, column] = np.float32(0.5) * radiance[row, column] + np.float32(0.2)


def paint_surroundings(world: World, layout: Layout, leaf: NDArray[np.float64], rng: np.random.Generator) -> None:
    """Paint all that is neither track nor train."""
    for ribbon in layout.ribbons:
        _paint_ribbon(world, ribbon, rng)
    for block in layout.blocks:
        _paint_block(world, block, rng)
    for tree in layout.trees:
        _paint_tree(world, tree, leaf, rng)
