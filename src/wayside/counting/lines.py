"""Lines that follow the tracks: moved to where a track was found, without corners, and apart from their neighbours."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solveh_banded
from scipy.spatial import KDTree

from wayside.counting.banded import difference_squares
from wayside.model.checks import require
from wayside.model.polylines import arc_of, point_at
from wayside.model.strips import StripFrame

__all__ = ["Candidate", "aside_m", "clashes", "moved_line", "smooth_line"]

Array = NDArray[np.float64]

_SMOOTH_M = 40.0
"""Waves shorter than this are taken out of a drawn line; the tightest curve of a siding is a wave of 500 m."""
_STEP_M = 1.0
_PINNED = 1e6
_TOGETHER_M = 2.5
_CLOSER_M = 1.0
_STRETCH_M = 40.0
_EVERY = 4


def smooth_line(line: Array, *, unit_m: float = 1.0, step_m: float = _STEP_M, wave_m: float = _SMOOTH_M) -> Array:
    """Return a dense line without the corners of a roughly drawn one.

    The line is laid out at equal distances, and x and y are smoothed along it with a penalty on third differences
    (Whittaker, Proc. Edinburgh Math. Soc. 41, 1923); waves of length ``wave_m`` keep half of their height, those twice
    as long 98 % of it. Its two ends stay where they are. A curve of a radius of 100 m moves by less than 1 cm.

    Args:
        line: shape (n, 2), n >= 2, in a plane.
        unit_m: metres per unit of the plane.
        step_m: distance between the returned points, metres, at most.
        wave_m: see above, metres.

    Returns:
        Shape (k, 2), k >= 2.
    """
    require(line.ndim == 2 and line.shape[0] >= 2, f"a line has shape (n, 2), not {line.shape}")
    along = arc_of(line) * unit_m
    require(np.isfinite(along[-1]) and along[-1] > 0, "a line has no length")
    count = max(2, int(np.ceil(along[-1] / step_m)) + 1)
    at = np.linspace(0.0, along[-1], count)
    dense = point_at(line, along, at)
    band = (wave_m / (2.0 * np.pi * (at[1] - at[0]))) ** 6 * difference_squares(count, 3)
    weight = np.ones(count)
    weight[[0, -1]] = _PINNED
    band[0] += weight
    # Differences from the line's own start keep the digits that map coordinates of millions of metres would cost.
    return np.asarray(dense[0] + solveh_banded(band, weight[:, None] * (dense - dense[0]), lower=True))


def moved_line(frame: StripFrame, curve_m: Array) -> Array:
    """Return the line that lies ``curve_m`` to the left of a strip's middle, smoothed, in the frame's plane.

    Args:
        frame: where the strip lies; it may be laid in metres or in pixels, with y up or down.
        curve_m: shape (columns,), metres to the left at each column.

    Returns:
        Shape (k, 2); it begins and ends half a column beyond the first and the last column's centre.
    """
    require(curve_m.shape == (frame.columns,), "the curve has one offset for each column")
    moved = frame.centre + frame.normal * (curve_m / frame.unit_m)[:, None]
    tangent, half = frame.tangent, 0.5 * frame.step_m / frame.unit_m
    first, last = moved[0] - half * tangent[0], moved[-1] + half * tangent[-1]
    return smooth_line(np.concatenate([first[None], moved, last[None]]), unit_m=frame.unit_m)


def aside_m(given: StripFrame, read: StripFrame) -> Array:
    """Return how far the middle of one strip lies to the left of another's, at each column of ``given``, metres."""
    _, nearest = KDTree(read.centre).query(given.centre)
    return np.asarray(((read.centre[nearest] - given.centre) * given.normal).sum(axis=1) * given.unit_m)


# ---------------------------------------------------------------------------- neighbours
class Candidate(NamedTuple):
    """One track of a scene, where it was drawn and where it would be read.

    Attributes:
        given_m: shape (n, 2), the drawn line's columns, metres.
        now_m: shape (n, 2), the nearest places on the line that is read now.
        moved_m: shape (n, 2), the nearest places on the line that would be read next.
        deviation_m: standard deviation of its mean offset, metres.
        moves: whether the last two differ.
        step_m: distance between columns, metres.
    """

    given_m: Array
    now_m: Array
    moved_m: Array
    deviation_m: float
    moves: bool
    step_m: float


def clashes(tracks: Mapping[str, Candidate]) -> dict[str, str]:
    """Return which tracks must not be moved, each with the neighbour whose railway it was about to be read on.

    Two tracks clash where their lines would be read less than 2.5 m apart, and at least 1 m closer than they were
    drawn, over 40 m or half of the shorter one. No two railways are that close together over such a length, not at the
    slimmest of a yard's turnouts: both lines would lie on one railway. Of two that move, the one whose offset is less
    certain stays; one that moves onto a track which lies well stays. That may make another pair clash, so it goes on
    until none does.
    """
    current = dict(tracks)
    stays: dict[str, str] = {}
    pairs = [(a, b) for a, b in itertools.combinations(current, 2) if current[a].moves or current[b].moves]
    found = {pair for pair in pairs if _clash(current[pair[0]], current[pair[1]])}
    while found:
        losers = [_loser(a, b, current) for a, b in sorted(found)]
        loser, winner = max(losers, key=lambda pair: current[pair[0]].deviation_m)
        stays[loser] = winner
        current[loser] = current[loser]._replace(moved_m=current[loser].now_m, moves=False)
        again = {pair for pair in pairs if loser in pair and (current[pair[0]].moves or current[pair[1]].moves)}
        found = {pair for pair in found if loser not in pair}
        found |= {pair for pair in again if _clash(current[pair[0]], current[pair[1]])}
    return stays


def _loser(a: str, b: str, tracks: Mapping[str, Candidate]) -> tuple[str, str]:
    one, other = tracks[a], tracks[b]
    if one.moves and other.moves:
        return (a, b) if one.deviation_m > other.deviation_m else (b, a)
    return (a, b) if one.moves else (b, a)


def _clash(one: Candidate, other: Candidate) -> bool:
    short, long = sorted((one, other), key=lambda c: len(c.given_m))
    if not _near(short.moved_m, long.moved_m):
        return False
    mine, theirs = short.given_m[::_EVERY], short.moved_m[::_EVERY]
    moved, _ = KDTree(long.moved_m).query(theirs, distance_upper_bound=_TOGETHER_M)
    if not np.isfinite(moved).any():
        return False
    given, _ = KDTree(long.given_m).query(mine)
    stretch = _longest_run(np.asarray(given - moved >= _CLOSER_M)) * _EVERY * short.step_m
    return stretch >= min(_STRETCH_M, 0.5 * len(short.given_m) * short.step_m)


def _near(a: Array, b: Array) -> bool:
    gap = np.maximum(a.min(axis=0) - b.max(axis=0), b.min(axis=0) - a.max(axis=0))
    return bool((gap < _TOGETHER_M).all())


def _longest_run(flags: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
