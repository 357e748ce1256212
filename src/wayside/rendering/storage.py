"""Things put down in a storage area: containers, rows of crates, sheeted heaps, lorries; and the ground they cover."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.rendering.props import Block, Line

__all__ = ["block_colour", "covered_m2", "covers", "inside", "put_down"]

Flags = NDArray[np.bool_]
_AISLE_M = 0.35
"""Least distance between two things, metres."""
_TRIES = 400
_FINE_M = 0.25


class _Thing(NamedTuple):
    """A kind of thing: its share, length, width and height (least and most, metres), its roof and its colours."""

    share: float
    length_m: tuple[float, float]
    width_m: tuple[float, float]
    height_m: tuple[float, float]
    roof: str
    colours: tuple[tuple[float, float, float], ...]


_PAINTS = (
    (0.34, 0.12, 0.09),
    (0.12, 0.20, 0.34),
    (0.13, 0.24, 0.17),
    (0.52, 0.52, 0.50),
    (0.42, 0.24, 0.10),
    (0.30, 0.29, 0.28),
)
_WOOD = ((0.42, 0.33, 0.22), (0.34, 0.26, 0.18), (0.50, 0.43, 0.33))
_SHEETS = ((0.13, 0.17, 0.12), (0.16, 0.22, 0.36), (0.30, 0.31, 0.30), (0.45, 0.44, 0.40))
_THINGS = (
    _Thing(0.30, (12.19, 12.19), (2.44, 2.44), (2.6, 2.9), "ribbed", _PAINTS),
    _Thing(0.22, (6.06, 6.06), (2.44, 2.44), (2.6, 5.2), "ribbed", _PAINTS),
    _Thing(0.28, (3.0, 9.0), (1.2, 2.6), (1.0, 2.4), "panels", _WOOD),
    _Thing(0.12, (4.0, 8.0), (2.5, 4.5), (1.2, 2.2), "heap", _SHEETS),
    _Thing(0.08, (5.5, 9.5), (2.3, 2.5), (2.4, 3.4), "plain", _PAINTS),
)


def put_down(
    ring: Line, wanted_m2: float, rng: np.random.Generator, *, angle: float = 0.0, taken: Sequence[Block] = ()
) -> tuple[Block, ...]:
    """Put things down in a zone, beside each other and none over another, until they cover enough.

    The first of two calls with the same generator state and a smaller area returns a beginning of the second's answer,
    so that a store that fills up can be drawn by asking for more.

    Args:
        ring: outline of the zone, shape (n, 2), closed, metres.
        wanted_m2: ground to cover; less is covered where no more finds room.
        rng: the only source of chance.
        angle: direction of their rows, radians from east; each stands a little aside of it.
        taken: what stands there already; nothing is put over it.
    """
    blocks: list[Block] = []
    covered, low, high = 0.0, ring.min(axis=0), ring.max(axis=0)
    shares = np.array([thing.share for thing in _THINGS])
    for _ in range(_TRIES):
        if covered >= wanted_m2:
            break
        thing = _THINGS[int(rng.choice(len(_THINGS), p=shares / shares.sum()))]
        length, width, height = (float(rng.uniform(*span)) for span in (thing.length_m, thing.width_m, thing.height_m))
        x, y = rng.uniform(low, high)
        turned = angle + float(rng.normal(0, 0.02)) + (math.pi / 2 if rng.random() < 0.15 else 0.0)
        paint = thing.colours[int(rng.integers(len(thing.colours)))]
        r, g, b = np.clip(np.array(paint) * rng.uniform(0.75, 1.3), 0.03, 0.8)
        block = Block(float(x), float(y), length, width, turned, height, (float(r), float(g), float(b)), thing.roof)
        if bool(inside(ring, _corners(block, 0.0)).all()) and not any(
            _touch(block, other) for other in (*taken, *blocks)
        ):
            blocks.append(block)
            covered += length * width * (math.pi / 4 if thing.roof == "heap" else 1.0)
    return tuple(blocks)


def block_colour(block: Block, snow: float, rng: np.random.Generator) -> Block:
    """Return a block with some of the snow (0 to 1) on it that lies around it: it may have been put down later."""
    share = snow * float(rng.uniform(0.0, 0.9))
    r, g, b = (c * (1 - share) + 0.8 * share for c in block.colour)
    return replace(block, colour=(r, g, b))


def covered_m2(blocks: Sequence[Block], ring: Line) -> float:
    """Return how much of a zone the blocks cover, square metres, by looking at places a quarter of a metre apart."""
    (x0, y0), (x1, y1) = ring.min(axis=0), ring.max(axis=0)
    x, y = np.meshgrid(np.arange(x0, x1, _FINE_M) + _FINE_M / 2, np.arange(y0, y1, _FINE_M) + _FINE_M / 2)
    places = np.stack([x.ravel(), y.ravel()], -1)
    return float((covers(blocks, places) & inside(ring, places)).sum()) * _FINE_M**2


def covers(blocks: Sequence[Block], places: Line) -> Flags:
    """Return which places, shape (n, 2), lie under a block; shape (n,)."""
    found = np.zeros(len(places), dtype=np.bool_)
    for block in blocks:
        x, y = (places - (block.x, block.y)).T
        c, s = math.cos(block.angle), math.sin(block.angle)
        ahead, aside = np.abs(x * c + y * s) / (block.length_m / 2), np.abs(y * c - x * s) / (block.width_m / 2)
        found |= (ahead**4 + aside**2 <= 1) if block.roof == "heap" else ((ahead <= 1) & (aside <= 1))
    return found


def inside(ring: Line, places: Line) -> Flags:
    """Return which places, shape (n, 2), lie in a ring, by the even-odd rule; shape (n,)."""
    x, y = places.T
    odd = np.zeros(len(places), dtype=np.bool_)
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if y0 != y1:
            odd ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return odd


def _corners(block: Block, wider_m: float) -> Line:
    c, s = math.cos(block.angle), math.sin(block.angle)
    a, b = block.length_m / 2 + wider_m, block.width_m / 2 + wider_m
    return np.array(
        [[block.x + u * c - v * s, block.y + u * s + v * c] for u, v in ((a, b), (-a, b), (-a, -b), (a, -b))]
    )


def _touch(one: Block, other: Block) -> bool:
    """Whether two blocks come closer than an aisle: no side of either keeps their corners apart."""
    a, b = _corners(one, _AISLE_M / 2), _corners(other, _AISLE_M / 2)
    for angle in (one.angle, one.angle + math.pi / 2, other.angle, other.angle + math.pi / 2):
        axis = np.array([math.cos(angle), math.sin(angle)])
        if (a @ axis).max() < (b @ axis).min() or (b @ axis).max() < (a @ axis).min():
            return False
    return True
