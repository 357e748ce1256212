"""What lies under a line that was laid over a drawn yard: a railway or none, and how far aside."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from wayside.model.polylines import arc_of, left_of, point_at
from wayside.model.strips import LineLabel
from wayside.rendering.layout import Layout

__all__ = ["TrackMap", "Underneath"]

Array = NDArray[np.float64]
_ON_M, _OFF_M = 2.0, 3.6
"""A line nearer than the first to a track's centre lies on it, one farther than the second does not."""
_CLEAR_M = 0.7
"""By this much the nearest track must be nearer than the next, or nobody can say which one is meant."""
_NOT_BESIDE = 99.0


class Underneath(NamedTuple):
    """What lies under a line.

    Attributes:
        label: for the strip's columns.
        doubtful: shape (n,), bool; another track than the line's own is as near, or nearer.
    """

    label: LineLabel
    doubtful: NDArray[np.bool_]


class TrackMap:
    """Where the tracks of a yard lie, to be asked many times."""

    def __init__(self, layout: Layout) -> None:
        self._points: dict[str, tuple[cKDTree, Array]] = {}
        # Spurs are railways too, though nobody counts on them.
        spurs = {f"spur {k}": line for k, line in enumerate(layout.spurs)}
        for name, line in {**layout.tracks, **spurs}.items():
            arc = arc_of(line)
            points = point_at(line, arc, np.arange(0.0, arc[-1], 1.0))
            self._points[name] = (cKDTree(points), points)

    def _aside(self, places: Array, left: Array) -> dict[str, Array]:
        """Return by track how far it lies to the left of each place, metres; 99 where it is not beside it."""
        found = {}
        for name, (tree, points) in self._points.items():
            distance, index = tree.query(places)
            aside = ((points[index] - places) * left).sum(axis=1)
            # A track that crosses, or ends before it comes beside the place, has no offset.
            found[name] = np.where(np.abs(distance - np.abs(aside)) < 1.0, aside, _NOT_BESIDE)
        return found

    def under(self, given: Array, at_m: Array, own: str | None) -> Underneath:
        """Return what lies under a line.

        Args:
            given: shape (m, 2), the line, metres.
            at_m: shape (n,), places along it, metres.
            own: the track that is meant; None where no track is.
        """
        coarse = at_m[:: max(1, min(4, at_m.size - 1))]
        places = point_at(given, arc_of(given), coarse)
        by_track = self._aside(places, left_of(places))
        sides = np.stack([np.interp(at_m, coarse, values) for values in by_track.values()])
        apart = np.sort(np.abs(sides), axis=0)
        nearest, second = apart[0], apart[1] if len(apart) > 1 else np.full(at_m.size, _NOT_BESIDE)
        aside = np.take_along_axis(sides, np.argmin(np.abs(sides), axis=0)[None], axis=0)[0]
        aside = np.where((nearest < _OFF_M) & (second - nearest > _CLEAR_M), aside, np.nan)
        rail = np.where(nearest < _ON_M, 1, np.where(nearest > _OFF_M, 0, -1)).astype(np.int8)
        doubtful = np.zeros(at_m.size, np.bool_)
        if own is not None:
            mine = np.abs(sides[list(by_track).index(own)])
            # Near its own track a line means that track, even where others join it.
            doubtful = (mine > 1.3) & (np.where(mine > nearest, nearest, second) < mine + 0.6)
        return Underneath(LineLabel(rail, aside), doubtful)
