"""Where things stand in a drawn yard: tracks with curves and turnouts, and all that is not a train."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.rendering.furnish import beside_tracks, crossings, ground_marks, plants, rooms
from wayside.rendering.props import Block, Deck, Line, Mast, Patch, Ribbon, Tree, Wire
from wayside.rendering.span import overhead_line, spans

__all__ = [
    "Block",
    "Deck",
    "Layout",
    "Mast",
    "Patch",
    "Ribbon",
    "Tree",
    "Wire",
    "curved_tracks",
    "draw_layout",
    "ladder_tracks",
]


@dataclass(frozen=True)
class Layout:
    """A yard without trains.

    Attributes:
        width_m, height_m: extent, centred on (0, 0).
        tracks: centrelines by id, shape (n, 2), metres, x east, y north, a point at least every 5 m.
        gauge_m: distance between the rails.
        blocks, trees, masts, ribbons: what else stands there.
        zones: outlines of storage areas by id, shape (n, 2), closed.
        decks, wires: what hangs in the air.
        patches: stains and strips on the ground.
        spurs: centrelines of tracks that are there and that nobody counts: crossovers, diamonds, sidings.
    """

    width_m: float
    height_m: float
    tracks: dict[str, Line]
    gauge_m: float = 1.52
    blocks: tuple[Block, ...] = ()
    trees: tuple[Tree, ...] = ()
    masts: tuple[Mast, ...] = ()
    ribbons: tuple[Ribbon, ...] = ()
    zones: dict[str, Line] | None = None
    decks: tuple[Deck, ...] = ()
    wires: tuple[Wire, ...] = ()
    patches: tuple[Patch, ...] = ()
    spurs: tuple[Line, ...] = ()


def _smoothstep(t: NDArray[np.float64]) -> NDArray[np.float64]:
    t = np.clip(t, 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def ladder_tracks(
    offsets: list[float],
    half_length: float,
    *,
    throat_m: float,
    bend_m: float,
    dead_ends: frozenset[int] = frozenset(),
) -> dict[str, Line]:
    """Return tracks that leave a main line by a ladder of turnouts and come back to it.

    Args:
        offsets: distance of each track from the main line, metres; 0 is the main line itself.
        half_length: half of the yard's length, metres.
        throat_m: length that a track needs to move over by one track spacing of 5 m.
        bend_m: sagitta of the curve that the whole yard follows, metres, either sign.
        dead_ends: indexes of tracks that do not come back at the eastern end.
    """
    x = np.arange(-half_length, half_length + 2.0, 2.0)
    tracks: dict[str, Line] = {}
    for index, offset in enumerate(offsets):
        # No longer than the half of the yard, so that every track comes to lie beside its neighbours, not across them.
        ramp = min(throat_m * max(abs(offset) / 5.0, 1.0) ** 0.85, 0.7 * half_length)
        lead = 0.18 * half_length * (index % 2)
        west = _smoothstep((x + half_length - lead) / ramp)
        east = np.ones_like(x) if index in dead_ends else _smoothstep((half_length - lead - x) / ramp)
        y = offset * np.minimum(west, east) + bend_m * (1 - (x / half_length) ** 2)
        keep = x < half_length - ramp if index in dead_ends else np.ones_like(x, dtype=np.bool_)
        tracks[str(index + 1)] = np.stack([x[keep], y[keep]], -1)
    return tracks


def _roof_colour(rng: np.random.Generator) -> tuple[float, float, float]:
    choice = (
        (0.55, 0.55, 0.54),
        (0.32, 0.14, 0.10),
        (0.25, 0.27, 0.30),
        (0.40, 0.38, 0.36),
        (0.16, 0.26, 0.36),
        (0.7, 0.69, 0.67),
    )
    base = np.clip(np.array(choice[rng.integers(len(choice))]) * rng.uniform(0.75, 1.25), 0.05, 0.9)
    return float(base[0]), float(base[1]), float(base[2])


def _buildings(side: float, layout_half: float, edge: float, rng: np.random.Generator) -> list[Block]:
    blocks = []
    for _ in range(int(rng.integers(0, 7))):
        length, width = rng.uniform(8, 60), rng.uniform(6, 22)
        y = side * (edge + width / 2 + rng.uniform(2, 30))
        blocks.append(
            Block(
                float(rng.uniform(-layout_half, layout_half)),
                float(y),
                float(length),
                float(width),
                float(rng.normal(0, 0.06)),
                float(rng.uniform(3, 11)),
                _roof_colour(rng),
                str(rng.choice(["plain", "gable", "ribbed"])),
            )
        )
    return blocks


def _clutter(edges: tuple[float, float], half: float, rng: np.random.Generator) -> list[Block]:
    """Containers on the ground, parked lorries and trailers, crates: things of a railcar's size that are none."""
    blocks = []
    for _ in range(int(rng.poisson(3))):
        side = rng.choice([-1, 1])
        edge = edges[0] if side < 0 else edges[1]
        x, y, n = rng.uniform(-half, half), side * (edge + rng.uniform(0.5, 14)), int(rng.integers(1, 9))
        along = rng.random() < 0.6
        length, width, height = (
            (float(rng.choice([6.06, 12.19])), 2.44, 2.6)
            if rng.random() < 0.6
            else (float(rng.uniform(4, 16)), 2.5, 3.2)
        )
        for k in range(n):
            shift = k * ((length + rng.uniform(0.2, 2)) if along else (width + rng.uniform(0.2, 1.5)))
            blocks.append(
                Block(
                    float(x + shift),
                    float(y),
                    length,
                    width,
                    0.0 if along else np.pi / 2,
                    height,
                    _roof_colour(rng),
                    "ribbed",
                )
            )
    return blocks


def curved_tracks(offsets: list[float], half_length: float, *, radius_m: float, wave_m: float) -> dict[str, Line]:
    """Return parallel tracks that follow a wave; their spacing is kept along the curve.

    Args:
        offsets: distance of each track from the middle one, metres.
        half_length: half of the length, metres.
        radius_m: of the tightest curve of the middle line.
        wave_m: length of a whole wave; its height is that which the radius allows.
    """
    x = np.arange(-half_length, half_length + 1.5, 1.5)
    k = 2 * np.pi / wave_m
    rise = 1 / (radius_m * k**2)
    phase = 0.25 * wave_m
    y, slope = rise * np.sin(k * (x + phase)), rise * k * np.cos(k * (x + phase))
    norm = np.hypot(1, slope)
    return {
        str(i + 1): np.stack([x - offset * slope / norm, y + offset / norm], -1) for i, offset in enumerate(offsets)
    }


def _offsets(rng: np.random.Generator) -> list[float]:
    """Draw how far from the middle the tracks of a yard lie."""
    count = 1 if rng.random() < 0.06 else int(rng.integers(2, 13))
    close = rng.random()
    spacing = float(rng.uniform(4.1, 5.6) if close < 0.6 else rng.uniform(3.9, 4.4) if close < 0.8 else 0.0)
    spacing = spacing or float(rng.uniform(5.6, 9.0) if rng.random() < 0.75 else rng.uniform(9, 22))
    count = max(1, min(count, int(95 / spacing) + 1))
    first = -spacing * (count - 1) / 2
    gaps = np.where(rng.random(count) < 0.12, rng.uniform(2, 9), 0.0).cumsum()
    return [float(first + k * spacing + gaps[k] - gaps[-1] / 2) for k in range(count)]


def _tracks(offsets: list[float], half: float, bend: float, rng: np.random.Generator) -> dict[str, Line]:
    reach = max(abs(offsets[0]), abs(offsets[-1]))
    if rng.random() < 0.15 and reach < 32:
        radius, wave = float(rng.uniform(150, 600)), float(rng.uniform(200, 500))
        # The wave must stay in the picture, so that a track does not leave it and come back.
        wave = min(wave, 2 * np.pi * float(np.sqrt(radius * (50 - reach))))
        return curved_tracks(offsets, half + 12, radius_m=radius, wave_m=wave)
    if rng.random() < 0.42:
        return ladder_tracks(offsets, half, throat_m=55.0, bend_m=bend)
    x = np.arange(-half, half + 2.0, 2.0)
    tilt = rng.normal(0, 0.004, len(offsets)) * (rng.random() < 0.3)
    return {
        str(k + 1): np.stack([x, offset + tilt[k] * x + bend * (1 - (x / half) ** 2)], -1)
        for k, offset in enumerate(offsets)
    }


def _spurs(tracks: dict[str, Line], rng: np.random.Generator) -> tuple[Line, ...]:
    """Draw crossovers between neighbours, diamonds across several tracks, and sidings that leave."""
    lines = sorted(tracks.values(), key=lambda line: float(np.mean(line[:, 1])))
    spurs = []
    for _ in range(int(rng.choice([0, 0, 0, 1, 2, 4]))):
        first = int(rng.integers(len(lines)))
        other = int(np.clip(first + rng.choice([-2, -1, 1, 2]), 0, len(lines) - 1))
        begin, length = float(rng.uniform(-200, 160)), float(rng.uniform(35, 80))
        x = np.arange(begin, begin + length + 2, 2.0)
        y = [np.interp(x, line[:, 0], line[:, 1]) for line in (lines[first], lines[other])]
        if other == first:
            y[1] = y[0] + float(rng.choice([-1, 1])) * float(rng.uniform(6, 25))
        share = _smoothstep((x - begin) / length)
        spurs.append(np.stack([x, y[0] * (1 - share) + y[1] * share], -1))
        if other != first and rng.random() < 0.3:  # the other half of a scissors crossover
            spurs.append(np.stack([x, y[1] * (1 - share) + y[0] * share], -1))
    return tuple(spurs)


def _roads(high: float, half: float, rng: np.random.Generator) -> list[Ribbon]:
    if rng.random() > 0.6:
        return []
    grey = float(rng.uniform(0.14, 0.42))
    y = (high + rng.uniform(4, 18)) * rng.choice([-1, 1])
    line = np.array([[-half, y], [half, y + rng.normal(0, 8)]])
    return [Ribbon(line, float(rng.uniform(4, 10)), (grey, grey, grey * 0.97))]


def _scattered_trees(low: float, high: float, width_m: float, rng: np.random.Generator) -> list[Tree]:
    return [
        Tree(
            float(rng.uniform(-width_m / 2, width_m / 2)),
            float(s * (rng.uniform(2, 40) + (low if s < 0 else high))),
            float(rng.uniform(1.2, 4.5)),
            float(rng.uniform(2, 10)),
        )
        for s in rng.choice([-1, 1], int(rng.integers(0, 60)))
    ]


def draw_layout(rng: np.random.Generator, *, width_m: float = 420.0, height_m: float = 130.0) -> Layout:
    """Draw a random yard with 1 to 12 tracks for training and tests."""
    offsets = _offsets(rng)
    bend = float(rng.normal(0, 6)) if rng.random() < 0.5 else 0.0
    half = width_m / 2 + 20
    tracks = _tracks(offsets, half, bend, rng)
    low = 5 - min(float(line[:, 1].min()) for line in tracks.values())
    high = 5 + max(float(line[:, 1].max()) for line in tracks.values())
    blocks = (
        _buildings(-1, width_m / 2, low, rng)
        + _buildings(1, width_m / 2, high, rng)
        + _clutter((low, high), width_m / 2, rng)
    )
    if rng.random() < 0.2:
        blocks += _platforms(offsets, 4.0, rng)
    spaces = rooms(tracks, width_m)
    furniture = beside_tracks(spaces, rng)
    trees, hedges = plants(spaces, rng)
    line = overhead_line(spaces, rng)
    masts = () if line.wires else _masts(offsets, width_m, bend, rng)
    return Layout(
        width_m,
        height_m,
        tracks,
        1.52 if rng.random() < 0.4 else 1.435,
        tuple(blocks + furniture.blocks + hedges),
        tuple(_scattered_trees(low, high, width_m, rng) + trees),
        (*masts, *furniture.masts, *line.masts),
        tuple(_roads(high, half, rng) + crossings(spaces, rng)),
        decks=tuple(spans(spaces, rng)),
        wires=tuple(line.wires),
        patches=tuple(furniture.patches + ground_marks(spaces, rng)),
        spurs=_spurs(tracks, rng),
    )


def _platforms(offsets: list[float], spacing: float, rng: np.random.Generator) -> list[Block]:
    edge = offsets[-1] + spacing * 0.5 + 1.0
    grey = float(rng.uniform(0.35, 0.6))
    length = float(rng.uniform(60, 300))
    return [
        Block(
            float(rng.uniform(-60, 60)),
            edge + 1.2,
            length,
            float(rng.uniform(2.5, 6)),
            0.0,
            0.9,
            (grey, grey, grey * 0.96),
        )
    ]


def _masts(offsets: list[float], width_m: float, bend: float, rng: np.random.Generator) -> tuple[Mast, ...]:
    kind = rng.choice(["none", "poles", "gantries"], p=[0.45, 0.35, 0.2])
    if kind == "none":
        return ()
    masts = []
    span = offsets[-1] - offsets[0] + 5
    for x in np.arange(-width_m / 2 + rng.uniform(0, 40), width_m / 2, rng.uniform(40, 65)):
        if kind == "gantries":
            masts.append(
                Mast(float(x), offsets[0] - 2.5 + bend, 7.5, float(span), np.pi / 2 + float(rng.normal(0, 0.05)))
            )
        else:
            between = offsets[int(rng.integers(len(offsets)))] + 2.3
            masts.append(Mast(float(x), between + bend, float(rng.uniform(6, 16)), 0.0, 0.0))
    return tuple(masts)
