"""Outlines on the map and stretches of a strip: the way between an analyst's file and a track."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.counting.review_lines import TrackLine
from wayside.model.observations import SceneCount, TrackCount
from wayside.model.places import CoordinateSystem, Site, Track

__all__ = ["ReviewPlane", "SceneLines"]

Array = NDArray[np.float64]
Corners = tuple[tuple[float, float], ...]

_WGS84_A, _WGS84_E2 = 6_378_137.0, 6.694379990141e-3


@dataclass(frozen=True, slots=True)
class ReviewPlane:
    """A plane in metres around a site, x to the east and y to the north.

    Attributes:
        system: what the site's positions mean.
        origin: longitude and latitude of the plane's origin; of no use for image coordinates.
    """

    system: CoordinateSystem
    origin: tuple[float, float]

    @classmethod
    def of(cls, site: Site) -> ReviewPlane:
        """Return the plane about the middle of a site's tracks."""
        points = np.concatenate([np.asarray(track.centreline, dtype=np.float64) for track in site.tracks])
        x, y = (points.min(axis=0) + points.max(axis=0)) / 2
        return cls(site.system, (float(x), float(y)))

    def _per_degree(self) -> Array:
        """Metres per degree of longitude and of latitude at the origin, on the WGS 84 ellipsoid (1e-4 over 5 km)."""
        sine = math.sin(math.radians(self.origin[1]))
        w = 1.0 - _WGS84_E2 * sine**2
        east = _WGS84_A / math.sqrt(w) * math.cos(math.radians(self.origin[1]))
        north = _WGS84_A * (1.0 - _WGS84_E2) / w**1.5
        return np.array([math.radians(east), math.radians(north)])

    def to_plane(self, positions: Sequence[tuple[float, float]] | Array, gsd_m: float) -> Array:
        """Turn positions of the site's system into metres, shape (n, 2)."""
        xy = np.asarray(positions, dtype=np.float64).reshape(-1, 2)
        if self.system is CoordinateSystem.PIXEL:
            return np.asarray(xy * (gsd_m, -gsd_m))
        return np.asarray((xy - self.origin) * self._per_degree())

    def to_positions(self, xy: Sequence[tuple[float, float]] | Array, gsd_m: float) -> Corners:
        """Turn metres into positions of the site's system."""
        places = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        if self.system is CoordinateSystem.PIXEL:
            found = places / (gsd_m, -gsd_m)
        else:
            found = places / self._per_degree() + self.origin
        return tuple((float(x), float(y)) for x, y in found)


class SceneLines:
    """The tracks of a site as they lie in one scene: moved by what the scene was fitted by."""

    def __init__(self, site: Site, count: SceneCount, plane: ReviewPlane) -> None:
        self._plane = plane
        self._gsd_m = count.gsd_m
        fit = count.registration
        self._shift = np.array([fit.east_m, fit.north_m]) if fit.registered else np.zeros(2)
        tracks = {track.id: track for track in site.tracks}
        self._lines = {
            track.track_id: self._line(tracks[track.track_id], track)
            for track in count.tracks
            if track.track_id in tracks
        }
        self._offset = {track.track_id: track.offset_m for track in count.tracks}

    def _line(self, track: Track, counted: TrackCount) -> TrackLine:
        points = self._plane.to_plane([(p.x, p.y) for p in track.centreline], self._gsd_m) + self._shift
        return TrackLine(points, max(counted.length_m, 1e-3))

    def nearest(self, corners: Sequence[tuple[float, float]]) -> str:
        """Return the id of the track that the middle of an outline is nearest to."""
        return min(self._lines, key=lambda track_id: (self.aside_m(track_id, corners), track_id))

    def aside_m(self, track_id: str, corners: Sequence[tuple[float, float]]) -> float:
        """Return how far the middle of an outline lies from a track, its ends not prolonged, metres."""
        line = self._lines[track_id]
        middle = self._plane.to_plane(corners, self._gsd_m).mean(axis=0)
        place = line.project(float(middle[0]), float(middle[1]))
        beyond = max(0.0, -place.along_m, place.along_m - line.length_m)
        return math.hypot(place.across_m - self._offset[track_id], beyond)

    def stretch(self, track_id: str, corners: Sequence[tuple[float, float]]) -> tuple[float, float]:
        """Return where an outline begins and ends along a track, metres, cut to the track."""
        line = self._lines[track_id]
        start, end = line.stretch([(float(x), float(y)) for x, y in self._plane.to_plane(corners, self._gsd_m)])
        return max(start, 0.0), min(end, line.length_m)

    def outline(self, track_id: str, start_m: float, end_m: float, width_m: float = 3.1) -> Corners:
        """Return the four corners of a stretch, in the site's system."""
        corners = self._lines[track_id].rectangle(start_m, end_m, width_m, self._offset[track_id])
        return self._plane.to_positions(corners, self._gsd_m)

    def centreline(self, track_id: str) -> Corners:
        """Return the track's line as it lies in the scene, in the site's system."""
        return self._plane.to_positions(self._lines[track_id].points, self._gsd_m)

    def length_m(self, track_id: str) -> float:
        """Return the length of the track's strip, metres."""
        return self._lines[track_id].length_m
