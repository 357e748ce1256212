"""Where a site is: boxes, circles, polygons of a file, named areas of the data."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from shapely import Polygon, box, is_valid_reason, union_all
from shapely.geometry.base import BaseGeometry

from wayside.archive.files import read_text
from wayside.archive.osm.collecting import position
from wayside.archive.osm.elements import OsmData, Tags
from wayside.archive.osm.plane import Plane
from wayside.archive.osm.tags import YARD_TAGS, tagged
from wayside.errors import InputError
from wayside.model.places import MapPoint

__all__ = ["Outline", "around", "bounds", "footprints_in", "joined", "named_area", "read_outlines"]

_CORNERS = 64
_MOST_RADIUS_M = 50_000.0
_LEAST_RADIUS_M = 10.0


class Outline(NamedTuple):
    """A polygon that a user drew.

    Attributes:
        name: its ``id`` or ``name`` property; may be empty.
        ring: closed, in degrees.
        holes: number of holes, which are not kept.
    """

    name: str
    ring: tuple[MapPoint, ...]
    holes: int = 0


def bounds(west: float, south: float, east: float, north: float) -> Outline:
    """Return a box of degrees.

    Raises:
        InputError: its sides are the wrong way round, off the earth, or on both sides of the 180th meridian.
    """
    low = position(west, south, "--bbox", "its first corner")
    high = position(east, north, "--bbox", "its second corner")
    if not (low.x < high.x and low.y < high.y):
        raise InputError(
            "the box's west is not west of its east, or its south not south of its north",
            where="--bbox",
            todo="Write west,south,east,north; a site on the 180th meridian is given as two",
        )
    return Outline("", tuple(MapPoint(x, y) for x, y in box(*low, *high).exterior.coords))


def around(lon: float, lat: float, radius_m: float) -> Outline:
    """Return a circle of 64 corners around a place.

    Raises:
        InputError: off the earth, or a radius that is no site's.
    """
    middle = position(lon, lat, "--around", "the middle")
    if not _LEAST_RADIUS_M <= radius_m <= _MOST_RADIUS_M or abs(middle.y) > 89.0:
        raise InputError(f"the radius is from {_LEAST_RADIUS_M:g} to {_MOST_RADIUS_M:g} metres", where="--radius")
    plane = Plane(middle.x, middle.y)
    angles = [2 * math.pi * k / _CORNERS for k in range(_CORNERS)]
    ring = [plane.degrees(radius_m * math.cos(a), radius_m * math.sin(a)) for a in angles]
    if max(p.x for p in ring) - min(p.x for p in ring) > 180.0:
        raise InputError("the circle lies on both sides of the 180th meridian", where="--around")
    return Outline("", (*ring, ring[0]))


def named_area(data: OsmData, name: str) -> tuple[Outline, ...]:
    """Return the railway areas of a name (``landuse=railway``, ``railway=yard``, ``railway=station``).

    Raises:
        InputError: there is none.
    """
    wanted = " ".join(name.split()).casefold()
    named = [(_names(area.tags), area) for area in data.areas if tagged(area.tags, YARD_TAGS)]
    found = [area for names, area in named if wanted in names]
    if not found:
        known = sorted({area.tags["name"] for _, area in named if area.tags.get("name")})
        said = f"Named are: {', '.join(known[:12])}" if known else "No railway area of the file has a name"
        raise InputError(f"there is no railway area named {name}", where="--within", todo=said)
    return tuple(Outline(name, ring, area.holes) for area in found for ring in area.rings)


def _names(tags: Tags) -> set[str]:
    keys = [k for k in tags if k in {"name", "official_name", "alt_name", "ref"} or k.startswith("name:")]
    return {" ".join(tags[k].split()).casefold() for k in keys}


def joined(outlines: Iterable[Outline]) -> BaseGeometry:
    """Return the ground that outlines cover together.

    Raises:
        InputError: one is not a valid outline.
    """
    shapes = []
    for outline in outlines:
        shape = Polygon(outline.ring)
        if not shape.is_valid:
            raise InputError(
                f"the area {outline.name} is not a valid outline: {is_valid_reason(shape)}".replace("  ", " ")
            )
        shapes.append(shape)
    return union_all(shapes)


def read_outlines(path: Path) -> tuple[Outline, ...]:
    """Read the polygons of a GeoJSON file; everything else in it is passed over.

    Raises:
        InputError: no such file, not GeoJSON, or without a polygon.
        OutsideError: the disk refuses.
    """
    try:
        document = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is not JSON ({error})", where=path.name, todo="Give a GeoJSON of polygons") from error
    found = tuple(_outlines(document, path.name))
    if not found:
        raise InputError("there is no Polygon in it", where=path.name, todo="Give a GeoJSON of polygons")
    return found


def footprints_in(folder: Path) -> tuple[tuple[MapPoint, ...], ...]:
    """Return the outlines of the scenes of a workspace, or of a folder of STAC items.

    Raises:
        InputError: there is no item with an outline.
        OutsideError: the disk refuses.
    """
    scenes = folder / "scenes" if (folder / "scenes").is_dir() else folder
    found: list[tuple[MapPoint, ...]] = []
    for path in sorted(scenes.glob("*.json")):
        try:
            document = json.loads(read_text(path))
        except (ValueError, RecursionError) as error:
            raise InputError(f"this is not JSON ({error})", where=str(path)) from error
        if isinstance(document, dict) and document.get("type") == "Feature":
            found.extend(outline.ring for outline in _outlines(document, path.name))
    if not found:
        raise InputError(
            "there are no scenes with an outline", where=str(folder), todo="Give a workspace, or a folder of STAC items"
        )
    return tuple(found)


def _outlines(document: object, name: str) -> Iterable[Outline]:
    """Yield the polygons of a geometry, a feature or a collection."""
    if not isinstance(document, dict):
        raise InputError("this is not GeoJSON", where=name, todo="Give a GeoJSON of polygons")
    features = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    for number, feature in enumerate(features if isinstance(features, list) else [], start=1):
        if not isinstance(feature, dict):
            continue
        geometry = feature.get("geometry") if feature.get("type") == "Feature" else feature
        properties = feature.get("properties")
        said = properties if isinstance(properties, dict) else {}
        title = str(said.get("id") or said.get("name") or "").strip()
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if isinstance(geometry, dict) and str(kind) in {"Polygon", "MultiPolygon"}:
            parts = geometry.get("coordinates")
            parts = [parts] if kind == "Polygon" else parts
            for part in parts if isinstance(parts, list) else []:
                yield Outline(title, _ring(part, name, f"polygon {number}"), len(part) - 1)


def _ring(part: object, name: str, label: str) -> tuple[MapPoint, ...]:
    rings: Sequence[object] = part if isinstance(part, list) else []
    places = rings[0] if rings and isinstance(rings[0], list) else []
    ring = []
    for place in places:
        numbers = place[:2] if isinstance(place, list) else []
        if len(numbers) < 2 or any(isinstance(v, bool) or not isinstance(v, (int, float)) for v in numbers):
            raise InputError(f"{label} has a position that is not [lon, lat]", where=name)
        ring.append(position(float(numbers[0]), float(numbers[1]), name, label))
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise InputError(f"{label} is not a closed ring", where=name)
    shape = Polygon(ring)
    if not shape.is_valid:
        raise InputError(f"{label} is not a valid outline: {is_valid_reason(shape)}", where=name)
    return tuple(ring)
