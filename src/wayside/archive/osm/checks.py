"""Whether a site can be right: what is wrong with its tracks, what looks wrong, and where.

Every check takes any site of longitudes and latitudes, wherever it came from.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from shapely import LineString, MultiPoint, MultiPolygon, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from wayside.archive.osm.plane import Plane, steps_m
from wayside.model.checks import require
from wayside.model.places import CoordinateSystem, MapPoint, Site

__all__ = ["Finding", "Severity", "check_site", "lies_on"]

_SAME_M = 1.0
_SAME_SHARE = 0.5
_LEAST_SPACING_M = 2.5
_LEAST_STRETCH_M = 60.0
_LONGEST_M = 20_000.0
_SHORTEST_M = 15.0
_WIDEST_M = 50_000.0
_LEAST_RADIUS_M = 50.0
_LEAST_BEND = math.radians(15.0)
_REVERSAL = math.radians(90.0)
_GAP_M = 6.0
_SIDE_GAP_M = 2.0
_TOUCH_M = 0.05
_NEAR_M = 5_000.0
"""Scenes and sites that belong together are this close, metres."""


class Severity(StrEnum):
    """How bad it is: an ``ERROR`` makes counts wrong, a ``WARNING`` should be looked at."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a site.

    Attributes:
        severity: whether it may stay.
        code: what kind of thing it is, a word for programs.
        what: one sentence for people, without the full stop.
        tracks: the tracks concerned, by id.
        place: where, degrees; None where it is everywhere.
    """

    severity: Severity
    code: str
    what: str
    tracks: tuple[str, ...] = ()
    place: MapPoint | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        place = None if self.place is None else [round(v, 7) for v in self.place]
        return {"code": self.code, "what": self.what, "tracks": list(self.tracks), "place": place}


@dataclass(frozen=True, eq=False)
class _Lines:
    """A site's tracks in metres, with an index over them."""

    site: Site
    plane: Plane
    shapes: list[LineString]
    tree: STRtree

    def near(self, shape: BaseGeometry, distance: float) -> list[int]:
        return sorted(int(k) for k in self.tree.query(shape, predicate="dwithin", distance=distance))

    def id(self, k: int) -> str:
        return self.site.tracks[k].id

    def place(self, x: float, y: float) -> MapPoint:
        return self.plane.degrees(x, y)


def check_site(site: Site, footprints: Sequence[tuple[MapPoint, ...]] = ()) -> tuple[Finding, ...]:
    """Return all that is wrong or looks wrong with a site, errors first.

    Args:
        site: longitudes and latitudes.
        footprints: where its scenes are: outlines in degrees, or single positions; empty where nobody knows.
    """
    require(site.system is CoordinateSystem.LONLAT, "only a site of longitudes and latitudes can be checked")
    world = list(_antimeridian(site)) + list(_null_island(site)) + list(_footprints(site, footprints))
    if any(f.code == "antimeridian" for f in world):
        return tuple(world)
    points = [p for t in site.tracks for p in t.centreline]
    plane = Plane.around(points)
    shapes = [LineString(plane.metres(t.centreline)) for t in site.tracks]
    lines = _Lines(site, plane, shapes, STRtree(shapes))
    checks: list[Callable[[_Lines], Iterator[Finding]]] = [_self_crossing, _doubles, _spacing, _sizes, _bends, _gaps]
    found = world + [f for check in checks for f in check(lines)]
    return tuple(sorted(found, key=lambda f: f.severity is not Severity.ERROR))


def lies_on(line: LineString, other: LineString) -> bool:
    """Return whether two lines, in metres, are within 1 m over more than half of the shorter one's length."""
    short, long = (line, other) if line.length <= other.length else (other, line)
    return bool(short.intersection(long.buffer(_SAME_M)).length > _SAME_SHARE * short.length)


def _antimeridian(site: Site) -> Iterator[Finding]:
    for track in site.tracks:
        for a, b in itertools.pairwise(track.centreline):
            if abs(b.x - a.x) > 180.0:
                yield Finding(
                    Severity.ERROR,
                    "antimeridian",
                    f"track {track.id} crosses the 180th meridian; make one site on each side of it",
                    (track.id,),
                    a,
                )
                break


def _null_island(site: Site) -> Iterator[Finding]:
    points = np.array([p for t in site.tracks for p in t.centreline])
    if np.abs(points).max() < 1.0:
        yield Finding(
            Severity.WARNING,
            "null-island",
            "the site lies at 0° N 0° E, in the sea: were its coordinates lost?",
            place=MapPoint(*points[0]),
        )


def _footprints(site: Site, footprints: Sequence[tuple[MapPoint, ...]]) -> Iterator[Finding]:
    """Say whether the site lies where its scenes are, and if not, which slip would explain it."""
    if not footprints:
        return
    points = np.array([p for t in site.tracks for p in t.centreline])
    here = _distance_m(points, footprints)
    if here > _NEAR_M:
        yield _misplaced(points, here, footprints)
        return
    plane = Plane.around([MapPoint(*p) for p in points])
    ground = _ground(plane, footprints)
    if ground.area == 0.0:
        return
    outside = [t.id for t in site.tracks if not ground.intersects(LineString(plane.metres(t.centreline)))]
    if outside:
        which = "no track lies" if len(outside) == len(site.tracks) else f"{len(outside)} tracks do not lie"
        severity = Severity.ERROR if len(outside) == len(site.tracks) else Severity.WARNING
        yield Finding(severity, "outside-scenes", f"{which} in any scene", tuple(outside))


def _misplaced(points: Any, here: float, footprints: Sequence[tuple[MapPoint, ...]]) -> Finding:  # noqa: ANN401  an array
    x, y = points[:, 0], points[:, 1]
    slips = {
        "longitude and latitude are swapped": (y, x),
        "the longitude is on the wrong side of Greenwich": (-x, y),
        "the latitude is on the wrong side of the equator": (x, -y),
        "both longitude and latitude have the wrong sign": (-x, -y),
        "longitude and latitude are swapped, and the longitude has the wrong sign": (-y, x),
        "longitude and latitude are swapped, and the latitude has the wrong sign": (y, -x),
    }
    place = MapPoint(float(x[0]), float(y[0]))
    for what, (lon, lat) in slips.items():
        if np.abs(lat).max() <= 90.0 and _distance_m(np.stack([lon, lat], -1), footprints) <= _NEAR_M:
            code = "swapped" if "swapped" in what else "wrong-hemisphere"
            return Finding(Severity.ERROR, code, f"the site is not where its scenes are: {what}", place=place)
    return Finding(Severity.ERROR, "far-from-scenes", f"the site is {here / 1000:,.0f} km from its scenes", place=place)


def _ground(plane: Plane, footprints: Sequence[tuple[MapPoint, ...]]) -> BaseGeometry:
    """Return outlines in metres; positions alone where no outline has an area."""
    shapes = [plane.metres(ring) for ring in footprints]
    polygons = [p for p in (Polygon(s).buffer(0) for s in shapes if len(s) >= 4) if p.area > 0]
    if not polygons:
        return MultiPoint(np.concatenate(shapes))
    parts = [part for p in polygons for part in getattr(p, "geoms", [p])]
    return MultiPolygon(parts).buffer(0)


def _distance_m(points: Any, footprints: Sequence[tuple[MapPoint, ...]]) -> float:  # noqa: ANN401  an array
    """Return the distance between a site's middle and the nearest scene: on a sphere, or 0 inside one."""
    plane = Plane.around([MapPoint(*p) for p in points])
    middle = (plane.lon, plane.lat)
    corners = np.array([p for ring in footprints for p in ring])
    lon, lat = np.radians(corners).T
    lon0, lat0 = np.radians(middle)
    half = np.sin((lat - lat0) / 2) ** 2 + np.cos(lat) * np.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
    nearest = float(2 * 6_371_000.0 * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))).min())
    if nearest > 500_000.0:
        return nearest
    own = MultiPoint(plane.metres(points))
    return min(nearest, float(_ground(plane, footprints).distance(own)))


def _self_crossing(lines: _Lines) -> Iterator[Finding]:
    for k, shape in enumerate(lines.shapes):
        if not shape.is_simple:
            x, y = shape.coords[0]
            what = f"track {lines.id(k)} crosses itself; cars there would be counted twice"
            yield Finding(Severity.ERROR, "self-crossing", what, (lines.id(k),), lines.place(x, y))


def _doubles(lines: _Lines) -> Iterator[Finding]:
    for k, shape in enumerate(lines.shapes):
        for j in lines.near(shape, _SAME_M):
            if j > k and lies_on(shape, lines.shapes[j]):
                names = (lines.id(k), lines.id(j))
                what = f"tracks {names[0]} and {names[1]} lie on the same rails; cars there would be counted twice"
                yield Finding(Severity.ERROR, "duplicate", what, names, lines.place(*shape.coords[0]))


def _spacing(lines: _Lines) -> Iterator[Finding]:
    """Find tracks that run closer beside each other than trains are wide, for longer than at a turnout."""
    for k, shape in enumerate(lines.shapes):
        for j in lines.near(shape, _LEAST_SPACING_M):
            other = lines.shapes[j]
            if j <= k or lies_on(shape, other):
                continue
            close = shape.intersection(other.buffer(_LEAST_SPACING_M))
            longest = max(getattr(close, "geoms", [close]), key=lambda g: g.length)
            if longest.length > _LEAST_STRETCH_M:
                names = (lines.id(k), lines.id(j))
                middle = longest.interpolate(0.5, normalized=True)
                what = (
                    f"tracks {names[0]} and {names[1]} are less than {_LEAST_SPACING_M:g} m apart for "
                    f"{longest.length:.0f} m; no two trains fit there"
                )
                yield Finding(Severity.WARNING, "too-close", what, names, lines.place(middle.x, middle.y))


def _sizes(lines: _Lines) -> Iterator[Finding]:
    for track in lines.site.tracks:
        length = float(steps_m(track.centreline).sum())
        if length > _LONGEST_M or length < _SHORTEST_M:
            said = f"{length / 1000:,.0f} km long" if length > _LONGEST_M else f"{length:.0f} m long, less than one car"
            what = f"track {track.id} is {said}"
            yield Finding(Severity.WARNING, "length", what, (track.id,), track.centreline[0])
    west, south, east, north = MultiPoint([p for s in lines.shapes for p in s.coords]).bounds
    wide = math.hypot(east - west, north - south)
    if wide > _WIDEST_M:
        yield Finding(Severity.WARNING, "extent", f"the site is {wide / 1000:,.0f} km across; is it one facility?")


def _bends(lines: _Lines) -> Iterator[Finding]:
    """Find bends that no rolling stock takes: a turn of 15° and more with a radius below 50 m."""
    for k, shape in enumerate(lines.shapes):
        xy = np.asarray(shape.coords)
        step = np.diff(xy, axis=0)
        length = np.hypot(step[:, 0], step[:, 1])
        heading = np.arctan2(step[:, 1], step[:, 0])
        turn = np.abs((np.diff(heading) + math.pi) % (2 * math.pi) - math.pi)
        radius = (length[1:] + length[:-1]) / 2 / np.maximum(turn, 1e-9)
        wrong = np.flatnonzero((turn > _LEAST_BEND) & ((radius < _LEAST_RADIUS_M) | (turn > _REVERSAL)))
        if wrong.size:
            at = int(wrong[int(np.argmax(turn[wrong]))])
            what = f"track {lines.id(k)} turns by {math.degrees(turn[at]):.0f}° at one position; no train can follow it"
            yield Finding(Severity.WARNING, "bend", what, (lines.id(k),), lines.place(*xy[at + 1]))


def _gaps(lines: _Lines) -> Iterator[Finding]:
    """Find ends that stop a few metres before another track's end, or beside its rails: lines that were not joined."""
    told: set[frozenset[str]] = set()
    for k, shape in enumerate(lines.shapes):
        xy = np.asarray(shape.coords)
        for end, inner in ((xy[0], xy[1]), (xy[-1], xy[-2])):
            for j in lines.near(Point(end), _GAP_M):
                names = frozenset((lines.id(k), lines.id(j)))
                known = j == k or names in told or lies_on(shape, lines.shapes[j])
                gap = None if known else _gap(end, inner, lines.shapes[j])
                if gap is not None:
                    told.add(names)
                    what = (
                        f"track {lines.id(k)} ends {gap:.1f} m before track {lines.id(j)} goes on; "
                        "perhaps they are one, or a turnout is missing"
                    )
                    yield Finding(Severity.WARNING, "gap", what, (lines.id(k), lines.id(j)), lines.place(*end))


def _gap(end: Any, inner: Any, other: LineString) -> float | None:  # noqa: ANN401  arrays
    """Return how far an end is from the line that it should have joined; None where it should not."""
    ahead = end - inner
    ahead = ahead / max(float(np.hypot(*ahead)), 1e-9)
    for stop in (other.coords[0], other.coords[-1]):
        gap = np.asarray(stop) - end
        size = float(np.hypot(*gap))
        if size <= _TOUCH_M:
            return None
        if size < _GAP_M and float(gap @ ahead) > 0.8 * size:
            return size
    size = float(other.distance(Point(end)))
    return size if _TOUCH_M < size < _SIDE_GAP_M else None
