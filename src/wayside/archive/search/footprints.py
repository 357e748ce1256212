"""Where scenes and sites lie on the ground: GeoJSON to shapes and rings, around the antimeridian too."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from wayside.archive.search.fields import mapping, number, sequence
from wayside.errors import ValueRefusedError
from wayside.model.places import MapPoint

__all__ = ["bbox_shape", "footprint", "outline_shape", "rings_of", "rings_shape"]

_MOST_POSITIONS = 100_000
_MOST_PARTS = 1000
_WORLD = shapely.box(-180, -90, 180, 90)


def footprint(item: Mapping[str, Any]) -> BaseGeometry:
    """Return the outer shape of an item within ±180 degrees; its bbox stands in for a geometry that it has not.

    Raises:
        ValueRefusedError: neither is there, or they are malformed.
    """
    geometry = item.get("geometry")
    if geometry is None:
        found = bbox_shape(item.get("bbox"))
        if found is None:
            raise ValueRefusedError("the item has no geometry")
        return found
    rings = list(_outer_rings(mapping(geometry), 0))
    if not rings:
        found = bbox_shape(item.get("bbox"))
        if found is None:
            raise ValueRefusedError("the item's geometry has no area")
        return found
    return rings_shape([[MapPoint(*p) for p in ring] for ring in rings])


def bbox_shape(bbox: object) -> BaseGeometry | None:
    """Return the shape of a bounding box of four or six numbers; None for anything else. West may lie east of east."""
    stated = sequence(bbox)
    if len(stated) not in {4, 6}:
        return None
    values = [number(v, -1e4, 1e5) for v in stated]
    west, south, east, north = (values[i] for i in ((0, 1, 3, 4) if len(values) == 6 else (0, 1, 2, 3)))
    if west is None or south is None or east is None or north is None:
        return None
    if not (-360 <= west <= 360 and -360 <= east <= 360 and -90 <= south <= north <= 90):
        return None
    east = east + 360 if east < west else east
    box = shapely.box(west, south, east, north)
    return _wrapped(box) if box.area > 0 else None


def outline_shape(ring: Sequence[MapPoint]) -> BaseGeometry:
    """Return the shape of a site's outline, which may be a point's or a line's.

    Raises:
        ValueRefusedError: it is not closed, or has positions that are no degrees.
    """
    if len(ring) < 4 or not all(math.isfinite(p.x) and abs(p.x) <= 360 and abs(p.y) <= 90 for p in ring):
        raise ValueRefusedError("the outline of the site is no closed ring in degrees")
    shape = shapely.make_valid(Polygon(_unwound([(p.x, p.y) for p in ring])))
    return _wrapped(shape)


def rings_shape(rings: Sequence[Sequence[MapPoint]]) -> BaseGeometry:
    """Return the shape of outer rings, mended where they cross themselves.

    Raises:
        ValueRefusedError: nothing of it has an area.
    """
    parts = [_wrapped(_polygons(shapely.make_valid(Polygon(_unwound([(p.x, p.y) for p in r]))))) for r in rings]
    shape = _polygons(shapely.union_all(parts))
    if shape.is_empty or not shape.area > 0:
        raise ValueRefusedError("the item's geometry has no area")
    return shape


def rings_of(shape: BaseGeometry) -> tuple[tuple[MapPoint, ...], ...]:
    """Return the outer rings of a shape, each closed."""
    parts = [p for p in shapely.get_parts(shape) if isinstance(p, Polygon) and p.area > 0]
    return tuple(tuple(MapPoint(float(x), float(y)) for x, y in p.exterior.coords) for p in parts)


def _outer_rings(geometry: Mapping[str, Any], depth: int) -> Iterator[list[tuple[float, float]]]:
    kind, coordinates = geometry.get("type"), sequence(geometry.get("coordinates"))
    if kind == "Polygon":
        if coordinates:
            yield _positions(coordinates[0])
    elif kind == "MultiPolygon":
        if len(coordinates) > _MOST_PARTS:
            raise ValueRefusedError(f"the item's geometry has {len(coordinates)} parts")
        yield from (_positions(sequence(part)[0]) for part in coordinates if sequence(part))
    elif kind == "GeometryCollection":
        parts = sequence(geometry.get("geometries"))
        if depth > 3 or len(parts) > _MOST_PARTS:
            raise ValueRefusedError("the item's geometry is nested too deep")
        for part in parts:
            yield from _outer_rings(mapping(part), depth + 1)


def _positions(ring: object) -> list[tuple[float, float]]:
    points = sequence(ring)
    if not 3 <= len(points) <= _MOST_POSITIONS:
        raise ValueRefusedError(f"the item's geometry has a ring of {len(points)} positions")
    found = []
    for point in points:
        values = sequence(point)
        x = number(values[0], -540, 540) if len(values) >= 2 else None
        y = number(values[1], -90, 90) if len(values) >= 2 else None
        if x is None or y is None:
            raise ValueRefusedError("the item's geometry has positions that are no degrees")
        found.append((x, y))
    return found


def _unwound(ring: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return a ring without leaps of more than 180 degrees: those go over the antimeridian."""
    found = [ring[0]]
    for x, y in ring[1:]:
        found.append((x - 360 * round((x - found[-1][0]) / 360), y))
    return found


def _wrapped(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape with the parts beyond ±180 degrees moved to the other side."""
    west, _, east, _ = shape.bounds if not shape.is_empty else (0.0, 0.0, 0.0, 0.0)
    if west >= -180 and east <= 180:
        return shape
    turns = range(math.floor((west + 180) / 360), math.floor((east + 180) / 360) + 1)
    moved = [shapely.transform(shape, lambda xy, by=360 * turn: xy - (by, 0)) for turn in turns]
    return shapely.union_all([part.intersection(_WORLD) for part in moved])


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """Return the parts of a shape that have an area."""
    if isinstance(shape, Polygon):
        return shape
    return MultiPolygon([p for p in _flat(shape) if isinstance(p, Polygon) and p.area > 0])


def _flat(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in shapely.get_parts(shape):
        if hasattr(part, "geoms"):
            yield from _flat(part)
        else:
            yield part
