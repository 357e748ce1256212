"""Storage zones: areas of the data where goods stand in the open, and those that a user drew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shapely import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from wayside.archive.osm.area import Outline
from wayside.archive.osm.checks import Finding, Severity
from wayside.archive.osm.elements import OsmData
from wayside.archive.osm.plane import Plane
from wayside.archive.osm.tags import ZONE_TAGS, tagged
from wayside.model.places import Track, Zone

__all__ = ["zones_of"]

_REACH_M = 300.0
"""Goods farther from every track are another place's, metres."""


def zones_of(
    data: OsmData,
    tracks: Sequence[Track],
    area: BaseGeometry | None,
    *,
    own: Sequence[Outline] = (),
    from_data: bool = True,
) -> tuple[tuple[Zone, ...], tuple[Finding, ...]]:
    """Return a site's storage zones, and what is to be said of them.

    Args:
        data: its areas with one of ``tags.ZONE_TAGS`` are zones if they are within 300 m of a track.
        tracks: the site's tracks, one or more.
        area: where the site is; None for everywhere.
        own: zones that the user drew; they are taken wherever they are.
        from_data: whether areas of the data are taken at all.
    """
    plane = Plane.around([p for t in tracks for p in t.centreline])
    rails = MultiLineString([LineString(plane.metres(t.centreline)) for t in tracks])
    found = [*own]
    seen = {frozenset(o.ring) for o in own}
    for outline in _of_data(data) if from_data else ():
        shape = Polygon(outline.ring)
        here = area is None or area.intersects(shape)
        # Two tags can make one ring an area twice, as a way and in a relation.
        if here and shape.is_valid and frozenset(outline.ring) not in seen:
            seen.add(frozenset(outline.ring))
            if Polygon(plane.metres(outline.ring)).distance(rails) <= _REACH_M:
                found.append(outline)
    return _named(found), tuple(_notes(found))


def _of_data(data: OsmData) -> Iterator[Outline]:
    for area in data.areas:
        if tagged(area.tags, ZONE_TAGS):
            name = area.tags.get("name", "").strip()
            yield from (Outline(name[:80], ring, area.holes) for ring in sorted(area.rings))


def _named(outlines: Sequence[Outline]) -> tuple[Zone, ...]:
    """Return zones under their own names where these are distinct, else "zone 1", "zone 2", …."""
    names = [o.name for o in outlines]
    taken = {n for n in names if names.count(n) == 1}
    zones: list[Zone] = []
    number = 0
    for outline in outlines:
        name = outline.name
        if not name or name not in taken:
            number += 1
            while f"zone {number}" in taken:
                number += 1
            name = f"zone {number}"
        zones.append(Zone(name, outline.ring))
    return tuple(zones)


def _notes(outlines: Sequence[Outline]) -> Iterator[Finding]:
    holes = sum(o.holes for o in outlines)
    if holes:
        yield Finding(Severity.WARNING, "zone-holes", f"{holes} holes in storage zones are taken as part of them")
