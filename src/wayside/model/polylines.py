"""Lines of several pieces in a plane: distances and places along them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["arc_of", "left_of", "length_of", "point_at"]

Array = NDArray[np.float64]


def arc_of(line: Array) -> Array:
    """Return the distance along a line, shape (n, 2), at each of its points, in units of its plane; shape (n,)."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def length_of(line: Array) -> float:
    """Return the length of a line, shape (n, 2), in units of its plane."""
    return float(arc_of(line)[-1])


def point_at(line: Array, arc: Array, s: Array) -> Array:
    """Return the places at distances ``s`` along a line, shape (n, 2); ``arc`` is ``arc_of`` the line."""
    return np.stack([np.interp(s, arc, line[:, k]) for k in (0, 1)], -1)


def left_of(places: Array) -> Array:
    """Return unit vectors to the left of a line at each of its places, shape (n, 2), y growing upwards."""
    tangent = np.gradient(places, axis=0)
    tangent /= np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-9)[:, None]
    return np.stack([-tangent[:, 1], tangent[:, 0]], -1)
