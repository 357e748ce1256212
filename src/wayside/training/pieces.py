"""Labelled strips as arrays of equal length, ready for a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.counting.network import network_input, scene_tone
from wayside.model.strips import LabelledStrip

__all__ = ["PIECE", "Pieces", "cut", "join"]

PIECE = 256
"""Columns of one training piece."""
_BOUNDARY_SPREAD_M = 0.5
_BEYOND = 1e6


class Pieces(NamedTuple):
    """Training data.

    Attributes:
        inputs: shape (m, CHANNELS, rows, PIECE), float16.
        occupied: shape (m, PIECE), float16, 0 or 1.
        edges: shape (m, PIECE + 1), float16, 1 at a boundary, falling off as a Gaussian.
        types: shape (m, PIECE), int8, -1 for none.
        covered: shape (m, PIECE), int8, -1 for none.
        trusted: shape (m, PIECE), float16, 0 or 1.
    """

    inputs: NDArray[np.float16]
    occupied: NDArray[np.float16]
    edges: NDArray[np.float16]
    types: NDArray[np.int8]
    covered: NDArray[np.int8]
    trusted: NDArray[np.float16]


def _edge_targets(strip: LabelledStrip) -> NDArray[np.float64]:
    at = np.arange(strip.strip.frame.columns + 1) * strip.strip.frame.step_m
    places = strip.boundaries_m if strip.boundaries_m.size else np.array([_BEYOND])
    nearest = np.abs(at[:, None] - places[None]).min(axis=1)
    return np.asarray(np.exp(-0.5 * (nearest / _BOUNDARY_SPREAD_M) ** 2))


def cut(strips: Sequence[LabelledStrip], rng: np.random.Generator) -> Pieces | None:
    """Cut the strips of one scene into pieces, each shifted by a random start; None where all are too short."""
    tone = scene_tone([s.strip for s in strips])
    found: list[tuple[NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int8] | NDArray[np.bool_], ...]] = []
    for strip in strips:
        n = strip.strip.frame.columns
        if n < PIECE:
            continue
        image, edges = network_input(strip.strip, tone), _edge_targets(strip)
        for start in range(int(rng.integers(0, (n - PIECE) % PIECE + 1)), n - PIECE + 1, PIECE):
            part = slice(start, start + PIECE)
            found.append(
                (
                    image[:, :, part],
                    strip.occupied[part],
                    edges[start : start + PIECE + 1],
                    strip.types[part],
                    strip.covered[part],
                    strip.trusted[part] & strip.strip.valid[10:22, part].any(axis=0),
                )
            )
    if not found:
        return None
    kinds = (np.float16, np.float16, np.float16, np.int8, np.int8, np.float16)
    return Pieces(*(np.stack([f[k] for f in found]).astype(kind) for k, kind in enumerate(kinds)))


def join(parts: Sequence[Pieces]) -> Pieces:
    """Put several lots of pieces together, in order."""
    return Pieces(*(np.concatenate([p[k] for p in parts]) for k in range(len(Pieces._fields))))
