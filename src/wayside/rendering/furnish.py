"""What stands beside, between and over the tracks of a drawn yard: all that may be taken for a train, or hides one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.rendering.props import Block, Colour, Line, Mast, Patch, Ribbon, Tree

__all__ = ["Furniture", "Room", "beside_tracks", "crossings", "ground_marks", "plants", "rooms"]

_PAINTS: tuple[Colour, ...] = (
    (0.72, 0.72, 0.70),
    (0.80, 0.80, 0.80),
    (0.45, 0.45, 0.44),
    (0.30, 0.12, 0.08),
    (0.10, 0.17, 0.34),
    (0.12, 0.25, 0.20),
    (0.55, 0.25, 0.08),
    (0.08, 0.08, 0.09),
    (0.22, 0.20, 0.19),
)


class Room(NamedTuple):
    """The free ground along one side of a track, as a function of x.

    Attributes:
        x: shape (n,), metres east, rising.
        y: shape (n,), the centreline beside which it lies; NaN where the track is not.
        side: 1 where it lies to the north of that track, -1 to the south.
        width_m: from that centreline to the next; infinite beside the outermost.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    side: int
    width_m: float

    def at(self, x: float, distance_m: float) -> tuple[float, float, float]:
        """Return x, y and the direction (radians from east) of a place that far from the centreline."""
        y = float(np.interp(x, self.x, self.y))
        slope = float(np.arctan2(np.interp(x + 3, self.x, self.y) - np.interp(x - 3, self.x, self.y), 6.0))
        across = self.side * distance_m
        return x - across * float(np.sin(slope)), y + across * float(np.cos(slope)), slope


class Furniture(NamedTuple):
    """What was put somewhere."""

    blocks: list[Block]
    masts: list[Mast]
    patches: list[Patch]


def rooms(tracks: Mapping[str, Line], width_m: float) -> list[Room]:
    """Return the room south of the southernmost track, between each two and north of the northernmost."""
    x = np.arange(-width_m / 2, width_m / 2 + 2.0, 2.0)
    lines = sorted((np.interp(x, line[:, 0], line[:, 1]) for line in tracks.values()), key=lambda y: float(np.mean(y)))
    low, high = np.min(lines, axis=0), np.max(lines, axis=0)
    found = [Room(x, low, -1, np.inf), Room(x, high, 1, np.inf)]
    for below, above in pairwise(lines):
        found.append(Room(x, below, 1, max(float(np.quantile(above - below, 0.3)), 0.0)))
    return found


def _paint(rng: np.random.Generator, paints: tuple[Colour, ...] = _PAINTS) -> Colour:
    base = np.clip(np.array(paints[rng.integers(len(paints))]) * rng.uniform(0.75, 1.25), 0.04, 0.92)
    return float(base[0]), float(base[1]), float(base[2])


def _distance(room: Room, width_m: float, rng: np.random.Generator) -> float:
    """Return how far from the centreline a thing of a width may stand: clear of the trains on either side."""
    if np.isinf(room.width_m):
        near = 2.0 + width_m / 2
        return near + (float(rng.uniform(0, 3)) if rng.random() < 0.6 else float(rng.uniform(2, 15)))
    slack = max(room.width_m - 4.2 - width_m, 0.0)
    return 2.1 + width_m / 2 + float(rng.uniform(0, 1)) * slack


def _fits(room: Room, width_m: float) -> bool:
    return room.width_m >= 4.2 + width_m


def _row(room: Room, rng: np.random.Generator) -> list[Block]:
    """Draw a row of trailers, lorries, cars or containers, parallel to a track or across it."""
    kind = str(rng.choice(["trailers", "containers", "cars", "mixed"]))
    lengths = {"trailers": (13.6, 16.2), "containers": (6.06, 12.19), "cars": (4.2, 4.9), "mixed": (4.4, 9.5)}[kind]
    width, height = (1.85, 1.5) if kind == "cars" else (2.5, float(rng.uniform(2.5, 4)))
    across = rng.random() < (0.6 if kind == "cars" else 0.3)
    length = float(rng.choice(lengths))
    deep = length if across else width
    if not _fits(room, deep):
        return []
    distance = _distance(room, deep, rng)
    one, same = _paint(rng), rng.random() < 0.5
    gap = float(rng.uniform(0.3, 2.5))
    x = float(rng.uniform(room.x[0], room.x[-1]))
    blocks = []
    for _ in range(int(rng.integers(2, 26))):
        if rng.random() < 0.88:
            place = room.at(x, distance + float(rng.normal(0, 0.12)))
            angle = place[2] + (np.pi / 2 if across else 0.0) + float(rng.normal(0, 0.02))
            high = height * (int(rng.integers(1, 4)) if kind == "containers" and rng.random() < 0.4 else 1)
            roof = "ribbed" if kind == "containers" or rng.random() < 0.3 else "plain"
            paint = one if same else _paint(rng)
            blocks.append(Block(place[0], place[1], length, width, angle, high, paint, roof))
        x += (width if across else length) + gap + (float(rng.exponential(6)) if rng.random() < 0.1 else 0.0)
    return blocks


def _long_roof(room: Room, rng: np.random.Generator) -> list[Block]:
    """Draw a roof as narrow and as long as a train: platform, loading dock, gallery, shed."""
    width = float(rng.uniform(2.3, 4.2)) if rng.random() < 0.7 else float(rng.uniform(4, 14))
    if not _fits(room, width):
        return []
    distance = _distance(room, width, rng)
    low = rng.random() < 0.4
    height = float(rng.uniform(0.3, 1.2)) if low else float(rng.uniform(3, 8))
    paint = _paint(rng)
    roof = str(rng.choice(["plain", "panels", "panels", "ribbed", "gable"])) if not low else "panels"
    x, end = float(rng.uniform(room.x[0], room.x[-1])), float(rng.uniform(25, 260))
    end += x
    blocks = []
    while x < end:
        piece = min(float(rng.uniform(18, 45)), end - x)
        place = room.at(x + piece / 2, distance)
        blocks.append(Block(place[0], place[1], piece + 0.4, width, place[2], height, paint, roof))
        x += piece
    return blocks


def _stack(room: Room, rng: np.random.Generator) -> list[Block]:
    """Draw piles of coal, ballast, sand or timber, or stacked rails and sleepers, along a track."""
    heap = rng.random() < 0.45
    paints: tuple[Colour, ...] = (
        ((0.04, 0.04, 0.045), (0.40, 0.38, 0.36), (0.50, 0.42, 0.30), (0.30, 0.22, 0.15), (0.20, 0.18, 0.17))
        if heap
        else ((0.24, 0.14, 0.10), (0.17, 0.14, 0.12), (0.45, 0.36, 0.24), (0.42, 0.41, 0.40))
    )
    length, width = float(rng.uniform(4, 25)), float(rng.uniform(1.5, 5)) if heap else float(rng.uniform(0.5, 2.7))
    if not _fits(room, width):
        return []
    distance, height = _distance(room, width, rng), float(rng.uniform(0.6, 3.2)) if heap else float(rng.uniform(0.3, 1))
    x, paint, blocks = float(rng.uniform(room.x[0], room.x[-1])), _paint(rng, paints), []
    for _ in range(int(rng.integers(1, 9))):
        place = room.at(x, distance)
        angle = place[2] + float(rng.normal(0, 0.03))
        blocks.append(Block(place[0], place[1], length, width, angle, height, paint, "heap" if heap else "slats"))
        x += length + float(rng.exponential(2.0))
    return blocks


def _walkway(room: Room, rng: np.random.Generator) -> list[Block]:
    width = float(rng.uniform(0.8, 2.0))
    if room.width_m < 3.6 + width:
        return []
    distance = 0.5 * room.width_m if np.isfinite(room.width_m) else 1.9 + width / 2
    grey, height = float(rng.uniform(0.3, 0.62)), float(rng.uniform(0.12, 0.3))
    begin, end = np.sort(rng.uniform(room.x[0] - 60, room.x[-1] + 60, 2))
    blocks = []
    for x in np.arange(begin, end, 24.0):
        place = room.at(float(x), float(distance))
        blocks.append(
            Block(place[0], place[1], 24.3, width, place[2], height, (grey, grey * 0.99, grey * 0.95), "panels")
        )
    return blocks


def _cabinets(room: Room, rng: np.random.Generator) -> Furniture:
    """Draw relay boxes, bins and signals between tracks."""
    out = Furniture([], [], [])
    for _ in range(int(rng.integers(1, 10))):
        middle = 0.5 * room.width_m if np.isfinite(room.width_m) else float(rng.uniform(2.2, 4))
        place = room.at(float(rng.uniform(room.x[0], room.x[-1])), middle)
        if rng.random() < 0.6:
            size = rng.uniform(0.4, 1.3, 2)
            out.blocks.append(Block(*place[:2], float(size[0]), float(size[1]), place[2], 1.2, _paint(rng)))
        else:
            out.masts.append(Mast(*place[:2], float(rng.uniform(2.5, 8)), 0.0, 0.0, float(rng.uniform(0.4, 1.0))))
    return out


def _car_park(room: Room, rng: np.random.Generator) -> Furniture:
    """Draw rows of parked cars on asphalt beside the outermost track."""
    rows, pitch = int(rng.integers(1, 4)), 2.6
    count, fill = int(rng.integers(8, 34)), float(rng.uniform(0.3, 1.0))
    x0, begin = float(rng.uniform(room.x[0], room.x[-1] - 60)), float(rng.uniform(4.5, 16))
    out = Furniture([], [], [])
    grey = float(rng.uniform(0.10, 0.3))
    middle = room.at(x0 + count * pitch / 2, begin + rows * 4.0)
    colour = (grey, grey, grey)
    out.patches.append(Patch(*middle[:2], count * pitch + 8, rows * 8.0 + 3, middle[2], colour, 0.95, 0.0, oval=False))
    for r in range(rows):
        for k in range(count):
            if rng.random() < fill:
                place = room.at(x0 + k * pitch, begin + r * 8.0 + 2.4)
                turn = place[2] + np.pi / 2 + float(rng.normal(0, 0.02))
                out.blocks.append(Block(*place[:2], float(rng.uniform(3.9, 5)), 1.85, turn, 1.5, _paint(rng)))
    return out


def beside_tracks(spaces: list[Room], rng: np.random.Generator) -> Furniture:
    """Draw what stands beside and between tracks and may look like cars."""
    out = Furniture([], [], [])
    outer, inner = spaces[:2], spaces[2:]
    for makes, chance, most in ((_row, 0.6, 4), (_long_roof, 0.5, 3), (_stack, 0.4, 4), (_walkway, 0.35, 3)):
        if rng.random() < chance:
            for _ in range(int(rng.integers(1, most + 1))):
                wide = [room for room in inner if room.width_m > 6.5]
                choice = wide if wide and rng.random() < 0.5 else outer
                if makes is _walkway and inner:
                    choice = inner
                out.blocks.extend(makes(choice[int(rng.integers(len(choice)))], rng))
    for _ in range(int(rng.poisson(1.5))):
        added = _cabinets(spaces[int(rng.integers(len(spaces)))], rng)
        out.blocks.extend(added.blocks)
        out.masts.extend(added.masts)
    if rng.random() < 0.3:
        added = _car_park(outer[int(rng.integers(2))], rng)
        out.blocks.extend(added.blocks)
        out.patches.extend(added.patches)
    return out


_STAINS: tuple[tuple[Colour, float, float], ...] = (
    ((0.07, 0.065, 0.06), 0.3, 0.85),  # oil
    ((0.62, 0.60, 0.55), 0.3, 0.9),  # stone dust, lime, cement
    ((0.42, 0.40, 0.37), 0.4, 0.9),  # new ballast
    ((0.09, 0.10, 0.11), 0.7, 0.95),  # water, tar
    ((0.13, 0.16, 0.07), 0.4, 0.9),  # grass
    ((0.26, 0.17, 0.11), 0.3, 0.8),  # rust
)


def ground_marks(spaces: list[Room], rng: np.random.Generator) -> list[Patch]:
    """Draw stains, puddles, strips of dust, of grass and drains, on and beside tracks."""
    patches = []
    for _ in range(int(rng.poisson(7))):
        room = spaces[int(rng.integers(len(spaces)))]
        colour, low, high = _STAINS[int(rng.integers(len(_STAINS)))]
        place = room.at(float(rng.uniform(room.x[0], room.x[-1])), float(rng.uniform(-1.5, min(room.width_m, 12.0))))
        length = float(rng.uniform(1.5, 9)) if rng.random() < 0.5 else float(rng.uniform(9, 50))
        width = min(float(rng.uniform(0.8, 3.5)), length)
        share, ragged, over = float(rng.uniform(low, high)), float(rng.uniform(0.1, 0.7)), rng.random() < 0.6
        patches.append(Patch(*place[:2], length, width, place[2], colour, share, ragged, True, bool(over)))
    for room in spaces[2:]:
        if rng.random() < 0.12 and room.width_m > 3.8:
            kind = int(rng.integers(3))
            grass, width = kind == 0, float(rng.uniform(0.3, 0.8) if kind else rng.uniform(0.8, 2.5))
            colour = _STAINS[4][0] if grass else ((0.1, 0.1, 0.1) if kind == 1 else (0.5, 0.49, 0.46))
            begin, end = np.sort(rng.uniform(room.x[0] - 60, room.x[-1] + 60, 2))
            for x in np.arange(begin, end, 20.0):
                place = room.at(float(x), 0.5 * room.width_m)
                ragged = 0.6 if grass else 0.0
                patches.append(Patch(*place[:2], 20.3, width, place[2], colour, 0.8, ragged, False, True))
    return patches


def plants(spaces: list[Room], rng: np.random.Generator) -> tuple[list[Tree], list[Block]]:
    """Draw trees and bushes along the tracks, crowns that overhang them, and hedges."""
    trees, hedges = [], []
    lush = rng.random() < 0.35
    for _ in range(int(rng.integers(5, 60)) if lush else int(rng.integers(0, 6))):
        room = spaces[int(rng.integers(2))]
        radius = float(rng.uniform(0.5, 1.5)) if rng.random() < 0.5 else float(rng.uniform(1.5, 5))
        place = room.at(float(rng.uniform(room.x[0], room.x[-1])), float(rng.uniform(2.6 + 0.7 * radius, 11)))
        over = bool(radius > 2 and rng.random() < 0.5)
        trees.append(Tree(*place[:2], radius, radius * float(rng.uniform(1.2, 3.5)), over))
    for room in spaces[:2]:
        if rng.random() < 0.2:
            width, height = float(rng.uniform(0.8, 3)), float(rng.uniform(0.8, 3))
            green = np.array([0.09, 0.13, 0.055]) * rng.uniform(0.6, 1.6)
            begin, end = np.sort(rng.uniform(room.x[0] - 60, room.x[-1] + 60, 2))
            distance = float(rng.uniform(3.5, 12))
            colour = (float(green[0]), float(green[1]), float(green[2]))
            for x in np.arange(begin, end, 16.0):
                place = room.at(float(x), distance)
                hedges.append(Block(*place[:2], 16.3, width, place[2], height, colour, "hedge"))
    return trees, hedges


def crossings(spaces: list[Room], rng: np.random.Generator) -> list[Ribbon]:
    """Draw roads that cross the tracks at their level."""
    roads = []
    for _ in range(int(rng.choice([0, 0, 0, 0, 0, 1, 1, 2]))):
        x, lean, grey = float(rng.uniform(spaces[0].x[0], spaces[0].x[-1])), rng.normal(0, 9), rng.uniform(0.12, 0.45)
        line = np.array([[x - lean, -90.0], [x + lean, 90.0]])
        colour = (float(grey), float(grey), float(grey * 0.97))
        roads.append(Ribbon(line, float(rng.uniform(2.5, 9)), colour, over=True))
    return roads
