"""Outlines of what was found occupied, as polygons with few corners."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label

__all__ = ["outlines_of"]

Corner = tuple[float, float]
_MOST = 40
_LEAST_CELLS = 3
_TURNS = ((0, 1), (1, 0), (0, -1), (-1, 0))
"""Right, down, left, up, as (rows, columns)."""


def outlines_of(mask: NDArray[np.bool_], *, tolerance: float = 0.75) -> tuple[tuple[Corner, ...], ...]:
    """Return a closed ring around each patch of a mask, the largest first.

    Holes are not cut out. Patches of fewer than three cells are left out, and at most forty are returned: they are
    drawn, while the area is measured cell by cell.

    Args:
        mask: shape (rows, columns).
        tolerance: how far a simplified edge may leave the cells' edges, cells.

    Returns:
        Rings of (column, row), 0 being the outer edge of the first cell; the last corner is the first.
    """
    patches, count = label(mask)
    sizes = np.bincount(patches.ravel(), minlength=count + 1)
    found = []
    for number, place in enumerate(find_objects(patches), start=1):
        if sizes[number] < _LEAST_CELLS:
            continue
        ring = _trace(np.pad(patches[place] == number, 1))
        rows, columns = place[0].start - 1, place[1].start - 1
        shifted = [(column + columns, row + rows) for row, column in ring]
        found.append((int(sizes[number]), _simplified(shifted, tolerance)))
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple(ring for _, ring in found[:_MOST])


def _trace(patch: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Walk round the outer edge of one patch, which does not touch the border, with its cells on the right hand."""
    start = divmod(int(np.argmax(patch)), patch.shape[1])
    (row, column), way = start, 0
    ring: list[tuple[int, int]] = []
    while not ring or (row, column) != start or way != 0:
        ring.append((row, column))
        row, column = row + _TURNS[way][0], column + _TURNS[way][1]
        # Left ahead, then straight ahead: which cells lie before this corner decides the turn.
        left, right = _ahead(patch, row, column, way)
        if left and right:
            way = (way - 1) % 4
        elif not right:
            way = (way + 1) % 4
    return ring


def _ahead(patch: NDArray[np.bool_], row: int, column: int, way: int) -> tuple[bool, bool]:
    """Return whether the cells ahead of a corner, to the left and to the right of the way, belong to the patch."""
    cells = {
        0: ((row - 1, column), (row, column)),
        1: ((row, column), (row, column - 1)),
        2: ((row, column - 1), (row - 1, column - 1)),
        3: ((row - 1, column - 1), (row - 1, column)),
    }
    left, right = cells[way]
    return bool(patch[left]), bool(patch[right])


def _simplified(ring: list[tuple[int, int]], tolerance: float) -> tuple[Corner, ...]:
    """Simplify a ring (Douglas and Peucker 1973), from its first corner and the one farthest from it."""
    points = np.array([*ring, ring[0]], dtype=np.float64)
    far = int(np.argmax(((points - points[0]) ** 2).sum(axis=1)))
    keep = {0, far, len(points) - 1}
    stack = [(0, far), (far, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        away = _distances(points[first + 1 : last], points[first], points[last])
        index = int(np.argmax(away))
        if away[index] > tolerance:
            middle = first + 1 + index
            keep.add(middle)
            stack += [(first, middle), (middle, last)]
    return tuple((float(points[i, 0]), float(points[i, 1])) for i in sorted(keep))


def _distances(
    points: NDArray[np.float64], one: NDArray[np.float64], other: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the distances of points, shape (n, 2), from the line through two others (from one where they are one)."""
    way = other - one
    length = float(np.hypot(*way))
    off = points - one
    if length < 1e-12:
        return np.asarray(np.hypot(off[:, 0], off[:, 1]))
    return np.asarray(np.abs(off[:, 0] * way[1] - off[:, 1] * way[0]) / length)
