"""From raw ways, nodes and relations to ``OsmData``: what every format of elements shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from wayside.archive.osm.elements import OsmArea, OsmData, OsmLine, Tags, snapped
from wayside.archive.osm.tags import AREA_TAGS, KINDS, kind_of, tagged
from wayside.errors import InputError, ValueRefusedError
from wayside.model.places import MapPoint

__all__ = ["Collector", "Member", "is_area", "is_railway", "joined_rings", "position", "runs", "text_tags"]

_MOST_LINES = 1_000_000
_MOST_POSITIONS = 20_000_000
_LEAST_RING = 4


class Member(NamedTuple):
    """A way of a multipolygon.

    Attributes:
        points: its positions; None where one is not in the file.
        inner: whether it bounds a hole.
    """

    points: tuple[MapPoint | None, ...]
    inner: bool


def is_railway(tags: Tags) -> bool:
    """Return whether a way is a railway's line of any kind; platforms and stations are railway tags too."""
    return kind_of(tags) in KINDS


def is_area(tags: Tags) -> bool:
    """Return whether an area is one that is read."""
    return tagged(tags, AREA_TAGS)


def runs(points: Iterable[MapPoint | None]) -> list[tuple[MapPoint, ...]]:
    """Return the stretches between missing positions that have two different positions or more."""
    found: list[list[MapPoint]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        elif not found[-1] or found[-1][-1] != point:
            found[-1].append(point)
    return [tuple(run) for run in found if len(run) >= 2]


def joined_rings(members: Sequence[tuple[MapPoint, ...]]) -> list[tuple[MapPoint, ...]]:
    """Join the ways of an outline end to end into closed rings; what does not close is left out."""
    left = [list(m) for m in members if len(m) >= 2]
    rings: list[tuple[MapPoint, ...]] = []
    while left:
        ring = left.pop(0)
        while ring[0] != ring[-1]:
            following = next((m for m in left if ring[-1] in (m[0], m[-1])), None)
            if following is None:
                break
            left.remove(following)
            ring += following[1:] if following[0] == ring[-1] else following[-2::-1]
        if ring[0] == ring[-1] and len(ring) >= _LEAST_RING:
            rings.append(tuple(ring))
    return rings


class Collector:
    """Gathers ways and areas; counts what is missing, and refuses what is too much."""

    def __init__(self, name: str, form: str) -> None:
        self._name = name
        self._form = form
        self._lines: list[OsmLine] = []
        self._areas: list[OsmArea] = []
        self._nodes: dict[MapPoint, Tags] = {}
        self._positions = 0
        self._missing = 0
        self._broken = 0

    def way(self, id_: int, points: Sequence[MapPoint | None], tags: Tags) -> None:
        """Take a way, as a railway, as an area, or not at all."""
        if is_railway(tags):
            self._railway(id_, points, tags)
        elif is_area(tags):
            self.area(f"way/{id_}", [Member(tuple(points), inner=False)], tags)

    def _railway(self, id_: int, points: Sequence[MapPoint | None], tags: Tags) -> None:
        missing = sum(p is None for p in points)
        self._missing += missing
        self._broken += missing > 0
        self._positions += len(points)
        if len(self._lines) >= _MOST_LINES or self._positions > _MOST_POSITIONS:
            raise InputError(
                f"there are more than {_MOST_LINES:,} railway ways or {_MOST_POSITIONS:,} positions",
                where=self._name,
                todo="Cut the site's surroundings out of the file first",
            )
        self._lines.extend(OsmLine(id_, run, tags) for run in runs(points))

    def area(self, id_: str, members: Iterable[Member], tags: Tags) -> None:
        """Take an area if its tags are of use and its outline is whole."""
        if not is_area(tags):
            return
        members = list(members)
        outer = [m.points for m in members if not m.inner]
        # An outline with a missing position does not close, and is left out with it.
        whole = [run for points in outer for run in runs(points)]
        holes = sum(m.inner for m in members)
        rings = tuple(joined_rings(whole))
        if rings:
            self._areas.append(OsmArea(id_, rings, holes, tags))

    def node(self, point: MapPoint, tags: Tags) -> None:
        """Take the tags of a railway node."""
        if "railway" in tags:
            self._nodes[point] = dict(tags)

    def data(self, day: str = "") -> OsmData:
        """Return all that was gathered.

        Raises:
            InputError: there is no railway, or the positions of all of them are missing.
        """
        if not self._lines and self._broken:
            raise InputError(
                f"the nodes of all {self._broken:,} railway ways are missing from the file",
                where=self._name,
                todo='In Overpass, write "out body; >; out skel qt;" or "out geom;" (see wayside site --query)',
            )
        if not self._lines:
            raise InputError(
                f"there is no railway in this {self._form} file",
                where=self._name,
                todo="It needs ways or lines with the tag railway=rail (see wayside site --query)",
            )
        return OsmData(
            tuple(self._lines), tuple(self._areas), self._nodes, self._missing, self._broken, day[:10], self._form
        )


def position(lon: float, lat: float, name: str, label: str) -> MapPoint:
    """Return a position on the grid.

    Raises:
        InputError: it is no longitude and latitude; ``label`` says whose it is.
    """
    try:
        return snapped(lon, lat)
    except ValueRefusedError as error:
        swapped = abs(lon) <= 90.0 and abs(lat) <= 180.0
        todo = "Longitude and latitude are swapped; longitude is written first" if swapped else ""
        raise InputError(f"{label}: {error.what}", where=name, todo=todo) from error


def text_tags(tags: Mapping[str, Any]) -> dict[str, str]:
    """Return tags with text values; what is null is no tag."""
    return {str(k): str(v) for k, v in tags.items() if v is not None and not isinstance(v, (dict, list))}
