"""Places along a track: from outlines on the ground to stretches of a strip, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.model.checks import require, require_finite
from wayside.model.polylines import length_of

__all__ = ["AlongTrack", "TrackLine"]

Array = NDArray[np.float64]


class AlongTrack(NamedTuple):
    """A place beside a track.

    Attributes:
        along_m: metres from the track's start; below 0 or above its length beyond its ends.
        across_m: metres to the track's left.
    """

    along_m: float
    across_m: float


@dataclass(frozen=True, eq=False)
class TrackLine:
    """A track's centreline in a metric plane, x to the east and y to the north.

    Attributes:
        points: shape (n, 2), n >= 2, metres, no two neighbours the same.
        length_m: the length that the strip along it has; stretches are given in its metres. The line's own length
            may differ from it by what a plane differs from another.
    """

    points: Array
    length_m: float

    def __post_init__(self) -> None:
        points = np.array(self.points, dtype=np.float64)
        require(points.ndim == 2 and points.shape[1] == 2, f"a line has shape (n, 2), not {points.shape}")
        require(np.all(np.isfinite(points)), "a line's positions are finite")
        kept = np.append(True, np.any(np.diff(points, axis=0) != 0, axis=1))
        points = points[kept]
        require(len(points) >= 2, "a line has two different positions or more")
        require_finite("length in metres", self.length_m, low=1e-6)
        points.setflags(write=False)
        object.__setattr__(self, "points", points)

    @property
    def _scale(self) -> float:
        """Metres of the strip per metre of the plane."""
        return self.length_m / length_of(self.points)

    def project(self, x: float, y: float) -> AlongTrack:
        """Return where the nearest place of the line is; the first and the last piece go straight on."""
        start, step = self.points[:-1], np.diff(self.points, axis=0)
        length = np.hypot(step[:, 0], step[:, 1])
        t = ((np.array([x, y]) - start) * step).sum(axis=1) / length**2
        low, high = np.zeros(len(step)), np.ones(len(step))
        low[0], high[-1] = -np.inf, np.inf
        t = np.clip(t, low, high)
        off = np.array([x, y]) - (start + t[:, None] * step)
        k = int(np.argmin(np.hypot(off[:, 0], off[:, 1])))
        side = float(step[k, 0] * off[k, 1] - step[k, 1] * off[k, 0]) / float(length[k])
        along = float(length[:k].sum() + t[k] * length[k])
        # Beside a bend the nearest place is a corner; the distance keeps its size and its side.
        across = float(np.copysign(np.hypot(*off[k]), side))
        return AlongTrack(along * self._scale, across)

    def place(self, along_m: float, across_m: float = 0.0) -> tuple[float, float]:
        """Return x, y of a place ``along_m`` metres from the start, ``across_m`` to the left."""
        step = np.diff(self.points, axis=0)
        length = np.hypot(step[:, 0], step[:, 1])
        ends = np.cumsum(length)
        along = along_m / self._scale
        k = min(int(np.searchsorted(ends, along)), len(length) - 1)
        unit = step[k] / length[k]
        spot = self.points[k] + (along - (ends[k] - length[k])) * unit + across_m * np.array([-unit[1], unit[0]])
        return float(spot[0]), float(spot[1])

    def stretch(self, corners: Sequence[tuple[float, float]]) -> tuple[float, float]:
        """Return the least and the greatest distance along the line of some corners, metres."""
        along = [self.project(x, y).along_m for x, y in corners]
        return min(along), max(along)

    def rectangle(
        self, start_m: float, end_m: float, width_m: float, across_m: float = 0.0
    ) -> tuple[tuple[float, float], ...]:
        """Return the four corners (not closed) of a stretch, ``width_m`` wide."""
        left, right = across_m + width_m / 2, across_m - width_m / 2
        return (
            self.place(start_m, left),
            self.place(end_m, left),
            self.place(end_m, right),
            self.place(start_m, right),
        )
