"""Paints what stands and lies beside the trains: roads, platforms, buildings, trees, masts, and the tracks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.model.polylines import arc_of
from wayside.rendering.layout import Layout
from wayside.rendering.overhead import hang_deck, hang_wire, shade_deck, shade_wire
from wayside.rendering.props import Block, Mast, Patch, Ribbon, Tree
from wayside.rendering.raster import World, fractal_noise

__all__ = [
    "Corridor",
    "TrackLook",
    "corridor",
    "hang_beams",
    "paint_block",
    "paint_corridor",
    "paint_formation",
    "paint_masts",
    "paint_on_tracks",
    "paint_surroundings",
    "shade_under_beams",
]

BED_HALF_WIDTH_M = 3.1
_SLEEPER_PITCH_M = 0.6
_CLEAR_M = 1.9
"""Nothing stands closer than this to a centreline."""
_LOW_M = 0.05
"""What is lower than this lies on the ground and is painted over."""

Array = NDArray[np.float32]


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
    at = arc_of(line)
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


def _stretches(s: Array, mean_m: float, rng: np.random.Generator) -> Array:
    """Return a standard normal value for each place along a track, the same over stretches of random length."""
    top = float(s[-1]) if s.size else 0.0
    ends = np.cumsum(rng.exponential(mean_m, int(3 * top / mean_m) + 4) + 1.5)
    value = rng.standard_normal(ends.size + 1)
    ramp = np.minimum(rng.exponential(2.0, ends.size), 0.7)  # no longer than half of the shortest stretch
    knots = np.stack([ends - ramp, ends + ramp], -1).ravel()
    return np.interp(s, knots, np.repeat(value, 2)[1:-1]).astype(np.float32)


def _wear(colour: Array, s: Array, d: Array, rng: np.random.Generator) -> None:
    """Change a bed's tone along the track: oil, dust, new ballast, tar, blots as long as a car. In place."""
    depth, width = float(rng.choice([0.1, 0.18, 0.3, 0.5])), float(rng.uniform(0.3, 0.6))
    if rng.random() < 0.12:
        depth = -depth  # dust of a load that fell between the rails
    along = np.clip(1 + 0.6 * _stretches(s, float(rng.uniform(8, 60)), rng), 0, 1.6)
    tone = 1 - np.float32(depth) * along * np.exp(-((d / np.float32(width)) ** 2))
    bed = np.clip((2.6 - np.abs(d)) / 0.5, 0, 1)
    tone *= 1 + np.float32(rng.choice([0.02, 0.06, 0.15])) * _stretches(s, float(rng.uniform(6, 70)), rng) * bed
    top = float(s[-1]) if s.size else 0.0
    for _ in range(int(rng.poisson(2.0)) if rng.random() < 0.5 else 0):
        at, long, half = float(rng.uniform(0, top + 1)), float(rng.uniform(1, 9)), float(rng.uniform(0.5, 1.7))
        factor, soft = float(rng.choice([0.5, 0.65, 0.8, 1.25])), float(rng.uniform(0.2, 1.5))
        low, high = np.searchsorted(s, [at - long - soft, at + long + soft])
        part = slice(int(low), int(high))
        off = float(rng.normal(0, 0.5))
        u = np.clip((long + soft - np.abs(s[part] - at)) / soft, 0, 1)
        v = np.clip((half + soft / 2 - np.abs(d[part] - off)) / (soft / 2), 0, 1)
        tone[part] *= 1 + np.float32(factor - 1) * u * v
    colour *= np.clip(tone, 0.3, 1.9)[:, None]
    if rng.random() < 0.5:  # brake and rail dust turns a well used bed brown, as wide as the sleepers
        share = np.float32(rng.uniform(0.1, 0.65)) * np.clip((1.6 - np.abs(d)) / 0.4, 0, 1)
        dust = np.array([0.21, 0.165, 0.13], dtype=np.float32) * np.float32(rng.uniform(0.7, 1.5))
        colour += (dust - colour) * share[:, None]


def _lay_sleepers(colour: Array, s: Array, d: Array, look: TrackLook, rng: np.random.Generator) -> None:
    """Paint sleepers: their material may differ from the yard's, over the whole track or on renewed stretches."""
    pitch = float(rng.normal(_SLEEPER_PITCH_M, 0.02))
    tone = np.asarray(look.sleeper) * float(np.clip(rng.normal(1, 0.12), 0.6, 1.4))
    if rng.random() < 0.15:
        tone = np.array([1.05, 1.0, 0.93]) * float(rng.choice([0.14, 0.22, 0.4, 0.55]))
    share = np.full(s.size, float(rng.uniform(0.3, 0.8)), dtype=np.float32)
    if rng.random() < 0.4:  # half buried where the ballast was heaped
        share *= np.clip(0.9 + 0.5 * _stretches(s, 25.0, rng), 0.1, 1.2)
    on = (np.mod(s, pitch) < 0.25) & (np.abs(d) < float(rng.uniform(1.2, 1.35)))
    number = (s[on] / pitch).astype(np.intp)
    each = 1 + np.float32(rng.uniform(0.03, 0.2)) * rng.standard_normal(int(number.max(initial=0)) + 1, np.float32)
    new = tone.astype(np.float32) * np.clip(each[number], 0.5, 1.6)[:, None]
    colour[on] += (new - colour[on]) * share[on, None]


def _grow(colour: Array, s: Array, d: Array, weeds: float, rng: np.random.Generator) -> None:
    """Let plants grow between the rails, and on some tracks all over the bed. In place."""
    rough = rng.standard_normal(s.size, dtype=np.float32)
    if weeds > 0:
        patch = np.sin(s / 11.0 + rng.uniform(0, 6)) + 0.7 * rough > 1.6 - 1.4 * weeds
        colour[patch] = colour[patch] * 0.5 + np.array([0.05, 0.075, 0.03], dtype=np.float32)
    if rng.random() < 0.06 + 0.2 * (weeds > 0.4):
        green = np.array([0.10, 0.14, 0.06]) * rng.uniform(0.7, 1.8) * np.array([rng.uniform(0.9, 1.6), 1.0, 1.0])
        share = np.clip(0.5 + 0.4 * _stretches(s, 20.0, rng) + 0.25 * rough, 0, 0.95)
        share *= np.where(np.abs(np.abs(d) - 0.75) < 0.15, 0.4, 1.0) * np.clip((3.0 - np.abs(d)) / 1.2, 0, 1)
        colour += (green.astype(np.float32) - colour) * share[:, None].astype(np.float32)


def paint_corridor(world: World, pixels: Corridor, gauge_m: float, look: TrackLook, rng: np.random.Generator) -> None:
    """Paint ballast, sleepers and rails along one track, and clear what stood within its structure gauge."""
    d, s = pixels.across.astype(np.float32), pixels.along.astype(np.float32)
    world.height[pixels.row, pixels.column] *= np.abs(d) > _CLEAR_M
    base = world.colour[pixels.row, pixels.column]
    bed = np.clip((BED_HALF_WIDTH_M - 0.4 - np.abs(d)) / 0.8, 0, 1) * np.float32(look.contrast)
    grain = 1 + 0.13 * rng.standard_normal(s.size, dtype=np.float32)
    grain *= 1 + 0.07 * np.sin(s / 17.0 + rng.uniform(0, 6)) + 0.05 * np.sin(s / 5.3 + rng.uniform(0, 6))
    stones = np.asarray(look.ballast, dtype=np.float32) * np.float32(np.clip(rng.normal(1, 0.07), 0.75, 1.3))
    colour = np.asarray(base + (stones * grain[:, None] - base) * bed[:, None], dtype=np.float32)
    _lay_sleepers(colour, s, d, look, rng)
    _wear(colour, s, d, rng)
    _grow(colour, s, d, look.weeds, rng)
    _lay_rails(world, colour, d, gauge_m, look.rail * (float(rng.uniform(0.45, 1.0)) if rng.random() < 0.35 else 1.0))
    standing = world.height[pixels.row, pixels.column] > _LOW_M
    colour[standing] = base[standing]
    world.colour[pixels.row, pixels.column] = np.clip(colour, 0.02, 0.95)


def _lay_rails(world: World, colour: Array, d: Array, gauge_m: float, rail: float) -> None:
    """Paint two rails over a bed, in place."""
    # A rail head is narrower than a pixel: it takes the share of the pixel that it covers.
    share = np.clip((0.5 * (0.07 + world.step_m) - np.abs(np.abs(d) - gauge_m / 2)) / world.step_m, 0, 1)
    share = np.minimum(share, 0.07 / world.step_m)[:, None]
    rusty = np.array([1.0, 0.86, 0.76], dtype=np.float32) * np.float32(rail)
    colour += (rusty - colour) * share
    dark = np.exp(-(((np.abs(d) - gauge_m / 2 - 0.12) / 0.1) ** 2))[:, None] * np.float32(0.15)
    colour *= 1 - dark


def paint_formation(world: World, pixels: Corridor, look: TrackLook, share: float, rng: np.random.Generator) -> None:
    """Blend the ground beside a track towards worn ballast, dirt and oil: what lies between the tracks of a yard."""
    tone = np.asarray(look.ballast) * rng.uniform(0.8, 1.1)
    grain = (1 + 0.10 * rng.standard_normal(pixels.row.size))[:, None]
    base = world.colour[pixels.row, pixels.column]
    edge = np.clip((np.max(np.abs(pixels.across)) - np.abs(pixels.across)) / 1.5, 0, 1)[:, None] * share
    edge = edge * (world.height[pixels.row, pixels.column] < _LOW_M)[:, None]
    world.colour[pixels.row, pixels.column] = np.clip(base * (1 - edge) + tone * grain * edge, 0.02, 0.95)


def _block_look(world: World, block: Block, u: Array, v: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return tone (h, w) relative to a block's colour and height (h, w) of its roof."""
    tone = 1 + 0.04 * rng.standard_normal(u.shape, dtype=np.float32)
    height = np.full(u.shape, block.height_m, dtype=np.float32)
    ahead, aside = np.abs(u) / np.float32(block.length_m / 2), np.abs(v) / np.float32(block.width_m / 2)
    if block.roof == "gable":
        height += (1 - aside) * np.float32(block.width_m * 0.22)
    elif block.roof == "ribbed":
        tone *= 1 - 0.12 * (np.mod(u + 500, 0.9) < 0.3)
    elif block.roof == "panels":
        pitch = float(rng.uniform(1.5, 6) if block.height_m < 1 else rng.uniform(5, 20))
        panel = np.floor(u / pitch + 500).astype(np.intp) % 64
        tone *= 1 + 0.1 * rng.standard_normal(64, dtype=np.float32)[panel]
        tone *= np.where(np.mod(u / pitch + 500, 1) * pitch < 0.3, np.float32(0.7), np.float32(1))
    elif block.roof == "slats":
        tone *= 1 + 0.25 * np.sin(v * float(rng.uniform(8, 25)))
    elif block.roof in {"heap", "hedge"}:
        rough = fractal_noise((u.shape[0], u.shape[1]), (3.0 / world.step_m, 1.1 / world.step_m), rng)
        foot = 1 - ahead**4 - aside**2 if block.roof == "heap" else 1 - aside**4 + 0.4 * rough
        height *= np.clip(foot * (1 + 0.15 * rough), 0, 1.4)
        tone *= 1 + 0.12 * rough
    return tone, height


def paint_block(world: World, block: Block, rng: np.random.Generator) -> None:
    """Paint a block over what is there."""
    c, s = float(np.cos(block.angle)), float(np.sin(block.angle))
    half_x = 0.5 * (block.length_m * abs(c) + block.width_m * abs(s)) + 0.5
    found = world.box(block.x, block.y, half_x, 0.5 * (block.length_m * abs(s) + block.width_m * abs(c)) + 0.5)
    if found is None:
        return
    rows, columns, xs, ys = found
    x, y = (xs - block.x).astype(np.float32), (ys - block.y).astype(np.float32)
    u, v = x * np.float32(c) + y * np.float32(s), y * np.float32(c) - x * np.float32(s)
    tone, height = _block_look(world, block, u, v, rng)
    inside = (np.abs(u) <= block.length_m / 2) & (np.abs(v) <= block.width_m / 2) & (height > 0.02)
    colour = np.asarray(block.colour, dtype=np.float32) * tone[inside][:, None]
    world.colour[rows, columns][inside] = np.clip(colour, 0.03, 0.95)
    world.height[rows, columns][inside] = height[inside]


def _paint_patch(world: World, patch: Patch, rng: np.random.Generator) -> None:
    c, s = float(np.cos(patch.angle)), float(np.sin(patch.angle))
    half_x = 0.5 * (patch.length_m * abs(c) + patch.width_m * abs(s)) * 1.3 + 0.5
    half_y = 0.5 * (patch.length_m * abs(s) + patch.width_m * abs(c)) * 1.3 + 0.5
    found = world.box(patch.x, patch.y, half_x, half_y)
    if found is None:
        return
    rows, columns, xs, ys = found
    x, y = (xs - patch.x).astype(np.float32), (ys - patch.y).astype(np.float32)
    ahead = np.abs(x * c + y * s) / np.float32(patch.length_m / 2)
    aside = np.abs(y * c - x * s) / np.float32(patch.width_m / 2)
    reach = np.hypot(ahead, aside) if patch.oval else np.maximum(aside, np.where(ahead > 1, 9, 0))
    if patch.ragged > 0:
        rough = fractal_noise((xs.shape[0], xs.shape[1]), (4.0 / world.step_m, 1.2 / world.step_m), rng)
        reach = reach + np.float32(0.35 * patch.ragged) * rough
    soft = np.float32(0.08 + 0.5 * patch.ragged)
    share = np.clip((1 - reach) / soft + 0.5, 0, 1) * np.float32(patch.share)
    share *= world.height[rows, columns] < _LOW_M
    grain = 1 + 0.05 * rng.standard_normal(xs.shape, dtype=np.float32)
    part = world.colour[rows, columns]
    part += (np.asarray(patch.colour, dtype=np.float32) * grain[..., None] - part) * share[..., None]


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


def _paint_mast(world: World, x: float, y: float, mast: Mast) -> None:
    """Paint a pole as a thin column with whatever is at its top."""
    found = world.box(x, y, mast.head_m / 2, mast.head_m / 2) if mast.head_m > world.step_m else None
    if found is not None:
        # Lamps and signals are mostly air: every other pixel of them.
        rows, columns = np.indices((found[0].stop - found[0].start, found[1].stop - found[1].start))
        holes = (rows + columns) % 2 == 0
        world.colour[found[0], found[1]][holes] = 0.35
        world.height[found[0], found[1]][holes] = mast.height_m
    row, column = world.pixel(np.array([x]), np.array([y]))
    if 0 <= row[0] < world.shape[0] and 0 <= column[0] < world.shape[1]:
        world.colour[row[0], column[0]] = 0.4
        world.height[row[0], column[0]] = mast.height_m


def paint_masts(world: World, layout: Layout) -> None:
    """Paint what stands over trains as well: poles, gantries' feet, crowns that overhang."""
    for mast in layout.masts:
        for reach in {0.0, mast.beam_m}:
            _paint_mast(world, mast.x + reach * np.cos(mast.angle), mast.y + reach * np.sin(mast.angle), mast)
    for number, tree in enumerate(layout.trees):
        if tree.over:
            # The same crown in every picture of the yard.
            rng = np.random.default_rng([number, int(abs(tree.x) * 1e3)])
            _paint_tree(world, tree, np.array([0.09, 0.125, 0.055]) * rng.uniform(0.7, 1.6), rng)


def shade_under_beams(
    world: World, radiance: NDArray[np.float32], layout: Layout, per_metre: tuple[float, float]
) -> None:
    """Darken the shadows of beams, wires and decks; ``per_metre`` is their displacement for a metre of height."""
    for mast in layout.masts:
        if mast.beam_m > 0:
            shift = (per_metre[0] * mast.height_m, per_metre[1] * mast.height_m)
            row, column = _line_pixels(world, mast, shift, 0.35)
            radiance[row, column] *= np.float32(0.6)
    for wire in layout.wires:
        shade_wire(world, radiance, wire, per_metre)
    for deck in layout.decks:
        shade_deck(world, radiance, deck, per_metre)


def hang_beams(world: World, radiance: NDArray[np.float32], layout: Layout, per_metre: tuple[float, float]) -> None:
    """Draw beams, wires and decks where the view shows them; ``per_metre`` is the lean for a metre of height.

    A beam hangs in the air with nothing under it, which a height map cannot hold.
    """
    for mast in layout.masts:
        if mast.beam_m > 0:
            shift = (per_metre[0] * mast.height_m, per_metre[1] * mast.height_m)
            row, column = _line_pixels(world, mast, shift, 0.45)
            radiance[row, column] = np.float32(0.5) * radiance[row, column] + np.float32(0.2)
    for wire in layout.wires:
        hang_wire(world, radiance, wire, per_metre)
    for deck in layout.decks:
        hang_deck(world, radiance, deck, per_metre)


def paint_surroundings(world: World, layout: Layout, leaf: NDArray[np.float64], rng: np.random.Generator) -> None:
    """Paint all that is neither track nor train."""
    for ribbon in layout.ribbons:
        _paint_ribbon(world, ribbon, rng)
    for patch in layout.patches:
        _paint_patch(world, patch, rng)
    for block in layout.blocks:
        paint_block(world, block, rng)
    for tree in layout.trees:
        if not tree.over:
            _paint_tree(world, tree, leaf, rng)


def paint_on_tracks(world: World, layout: Layout, look: TrackLook, rng: np.random.Generator) -> None:
    """Paint what lies over the tracks, once they are painted: spurs that cross them, roads, stains, puddles."""
    for line in layout.spurs:
        faint = look._replace(contrast=look.contrast * float(rng.uniform(0.2, 0.7)))
        paint_corridor(world, corridor(world, line), layout.gauge_m, faint, rng)
    for patch in layout.patches:
        if patch.over:
            _paint_patch(world, patch, rng)
    for ribbon in layout.ribbons:
        if ribbon.over:
            _paint_crossing(world, layout, ribbon, rng)


def _paint_crossing(world: World, layout: Layout, ribbon: Ribbon, rng: np.random.Generator) -> None:
    """Paint a road over tracks, and the rails that it leaves open."""
    pixels = corridor(world, ribbon.line, ribbon.width_m / 2)
    low = world.height[pixels.row, pixels.column] < _LOW_M
    row, column = pixels.row[low], pixels.column[low]
    grain = 1 + 0.05 * rng.standard_normal(row.size, dtype=np.float32)
    colour = np.asarray(ribbon.colour, dtype=np.float32) * grain[:, None]
    x, y = world.west_m + (column + 0.5) * world.step_m, world.north_m - (row + 0.5) * world.step_m
    for line in layout.tracks.values():
        d = (y - np.interp(x, line[:, 0], line[:, 1])).astype(np.float32)
        near = np.abs(d) < 1.2
        part = colour[near]
        _lay_rails(world, part, d[near], layout.gauge_m, 0.35)
        colour[near] = part
    world.colour[row, column] = np.clip(colour, 0.02, 0.95)
