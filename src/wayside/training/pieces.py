"""Labelled strips as arrays of equal length, ready for a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.counting.network import network_input
from wayside.counting.tone import scene_tone
from wayside.model.strips import LabelledStrip, Strip

__all__ = ["PIECE", "Pieces", "cut", "join"]

PIECE = 256
"""Columns of one training piece."""
_BOUNDARY_SPREAD_M = 0.5
_BEYOND = 1e6
_SHORTEST = 24
"""Columns of the shortest strip that is worth a piece."""
_FARTHEST_M = 3.4
"""Beyond this the track under a line is another one, or none."""


class Pieces(NamedTuple):
    """Training data. A strip shorter than a piece fills its beginning; the rest is blank and not trusted.

    Attributes:
        inputs: shape (m, CHANNELS, rows, PIECE), float16.
        occupied: shape (m, PIECE), float16, 0 or 1.
        edges: shape (m, PIECE + 1), float16, 1 at a boundary, falling off as a Gaussian.
        types: shape (m, PIECE), int8, -1 for none.
        covered: shape (m, PIECE), int8, -1 for none.
        trusted: shape (m, PIECE), float16, 0 or 1.
        rail: shape (m, PIECE), int8, 1 or 0, -1 for not known.
        aside: shape (m, PIECE), float16, metres to the left; 99 where it is not known.
        marks: shape (m, PIECE + 1), int8: 1 at the edge nearest to a coupling, 2 nearest to an end of a train, else 0.
    """

    inputs: NDArray[np.float16]
    occupied: NDArray[np.float16]
    edges: NDArray[np.float16]
    types: NDArray[np.int8]
    covered: NDArray[np.int8]
    trusted: NDArray[np.float16]
    rail: NDArray[np.int8]
    aside: NDArray[np.float16]
    marks: NDArray[np.int8]


_KINDS = (np.float16, np.float16, np.float16, np.int8, np.int8, np.float16, np.int8, np.float16, np.int8)
UNKNOWN_ASIDE = 99.0


def _edge_targets(strip: LabelledStrip) -> NDArray[np.float64]:
    at = np.arange(strip.strip.frame.columns + 1) * strip.strip.frame.step_m
    places = strip.boundaries_m if strip.boundaries_m.size else np.array([_BEYOND])
    nearest = np.abs(at[:, None] - places[None]).min(axis=1)
    return np.asarray(np.exp(-0.5 * (nearest / _BOUNDARY_SPREAD_M) ** 2))


def _marks(strip: LabelledStrip) -> NDArray[np.int8]:
    n = strip.occupied.size
    marks = np.zeros(n + 1, np.int8)
    for place in strip.boundaries_m:
        edge = round(place / strip.strip.frame.step_m)
        # Both sides of a coupling are covered; beyond a train's end the track is empty, or the strip ends.
        inside = 2 <= edge <= n - 2 and strip.occupied[edge - 2] and strip.occupied[edge + 1]
        marks[edge] = 1 if inside else 2
    return marks


def _line(strip: LabelledStrip) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    n = strip.occupied.size
    if strip.line is None:
        return np.full(n, -1, np.int8), np.full(n, UNKNOWN_ASIDE)
    aside = strip.line.aside_m
    known = np.isfinite(aside) & (np.abs(np.where(np.isfinite(aside), aside, 0.0)) < _FARTHEST_M)
    return strip.line.rail, np.where(known, aside, UNKNOWN_ASIDE)


def _padded(array: NDArray[np.generic], columns: int, blank: float) -> NDArray[np.generic]:
    missing = columns - array.shape[-1]
    if missing <= 0:
        return array
    return np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, missing)], constant_values=blank)


def _starts(columns: int, rng: np.random.Generator) -> list[int]:
    if columns <= PIECE:
        return [0]
    return list(range(int(rng.integers(0, (columns - PIECE) % PIECE + 1)), columns - PIECE + 1, PIECE))


def cut(
    strips: Sequence[LabelledStrip], rng: np.random.Generator, *, seen: Sequence[Strip] | None = None
) -> Pieces | None:
    """Cut the strips of one scene into pieces, each shifted by a random start; None where all are too short.

    Args:
        strips: of one scene.
        rng: the only source of chance.
        seen: the strips that give the scene its tone, where they are not ``strips`` themselves.
    """
    tone = scene_tone([s.strip for s in strips] if seen is None else seen)
    found: list[tuple[NDArray[np.generic], ...]] = []
    for strip in strips:
        n = strip.strip.frame.columns
        if n < _SHORTEST:
            continue
        rail, aside = _line(strip)
        trusted = strip.trusted & strip.strip.valid[10:22].any(axis=0)
        columns: tuple[NDArray[np.generic], ...] = (
            strip.occupied,
            strip.types,
            strip.covered,
            trusted,
            rail,
            aside,
        )
        image, edges, marks = network_input(strip.strip, tone), _edge_targets(strip), _marks(strip)
        for start in _starts(n, rng):
            part, edge = slice(start, start + PIECE), slice(start, start + PIECE + 1)
            occupied, types, covered, trust, on, off = (
                _padded(c[part], PIECE, blank)
                for c, blank in zip(columns, (0, -1, -1, 0, -1, UNKNOWN_ASIDE), strict=True)
            )
            beside = (_padded(edges[edge], PIECE + 1, 0), _padded(marks[edge], PIECE + 1, 0))
            found.append(
                (_padded(image[:, :, part], PIECE, 0), occupied, beside[0], types, covered, trust, on, off, beside[1])
            )
    if not found:
        return None
    return Pieces(*(np.stack([f[k] for f in found]).astype(kind) for k, kind in enumerate(_KINDS)))


def join(parts: Sequence[Pieces]) -> Pieces:
    """Put several lots of pieces together, in order."""
    return Pieces(*(np.concatenate([p[k] for p in parts]) for k in range(len(Pieces._fields))))
