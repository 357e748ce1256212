"""Outlines as the geometries of other programs: rings turned the way that the standards ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from wayside.model.vectors import Outline, Shape

__all__ = ["bounds_of", "geojson_geometry", "geometry_of", "wkt_of"]

_DIGITS = 8
"""Decimals of a degree: about a millimetre, so that outlines of cars keep their shape."""


def geometry_of(outline: Outline | None) -> BaseGeometry | None:
    """Return an outline as a geometry; a polygon's ring runs counter-clockwise."""
    if outline is None:
        return None
    points = [(round(x, _DIGITS), round(y, _DIGITS)) for x, y in outline.points]
    if outline.shape is Shape.POINT:
        return Point(points[0])
    return LineString(points) if outline.shape is Shape.LINE else orient(Polygon(points), sign=1.0)


def geojson_geometry(outline: Outline | None) -> dict[str, Any] | None:
    """Return an outline as a geometry of RFC 7946: exterior rings counter-clockwise and closed."""
    shape = geometry_of(outline)
    if shape is None:
        return None
    if isinstance(shape, Point):
        return {"type": "Point", "coordinates": [shape.x, shape.y]}
    if isinstance(shape, LineString):
        return {"type": "LineString", "coordinates": [[x, y] for x, y in shape.coords]}
    return {"type": "Polygon", "coordinates": [[[x, y] for x, y in shape.exterior.coords]]}


def wkt_of(outline: Outline | None) -> str:
    """Return an outline as well-known text; empty without one."""
    shape = geometry_of(outline)
    return "" if shape is None else shapely.to_wkt(shape, rounding_precision=_DIGITS)


def bounds_of(outlines: Iterable[Outline | None]) -> list[float] | None:
    """Return west, south, east and north of all outlines; None where there is none."""
    points = [point for outline in outlines if outline is not None for point in outline.points]
    if not points:
        return None
    xs, ys = [round(x, _DIGITS) for x, _ in points], [round(y, _DIGITS) for _, y in points]
    return [min(xs), min(ys), max(xs), max(ys)]
