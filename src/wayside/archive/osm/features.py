"""OpenStreetMap data that went through a GIS: GeoJSON and GeoPackage, where tags are properties or columns.

Nodes are gone there; two lines meet where they have the same position.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from shapely import from_wkb
from shapely.errors import ShapelyError
from shapely.geometry import mapping

from wayside.archive.osm.collecting import Collector, Member, position, text_tags
from wayside.archive.osm.elements import OsmData
from wayside.errors import InputError, OutsideError
from wayside.model.places import MapPoint

__all__ = ["hstore", "read_geojson", "read_geopackage_osm"]

_WGS84 = re.compile(r"(?:CRS:?84$|EPSG:+(?:[\d.]*:)?4326$|WGS ?84)", re.IGNORECASE)
_HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*(?:"((?:[^"\\]|\\.)*)"|NULL)')
_NUMBER = re.compile(r"(?:(?:way|relation|w|r)/?)?(-?[0-9]{1,18})", re.ASCII)
_IDS = ("@id", "@osmId", "full_id", "osm_id", "osm_way_id", "id")
_LINES = {"LineString", "MultiLineString"}
_AREAS = {"Polygon", "MultiPolygon"}
_FAULTS = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, ShapelyError, UnicodeDecodeError)
_MOST_FEATURES = 1_000_000


def hstore(text: str) -> dict[str, str]:
    """Read the tags that GDAL gathers in ``other_tags``: '"service"=>"yard","gauge"=>"1520"'."""
    return {_unescaped(m[1]): _unescaped(m[2] or "") for m in _HSTORE.finditer(text)}


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _is_wgs84(crs: object) -> bool:
    """Return whether a CRS's name is that of longitude and latitude on WGS 84."""
    return isinstance(crs, str) and bool(_WGS84.search(crs))


def read_geojson(document: Mapping[str, Any], name: str) -> OsmData:
    """Read GeoJSON with railway properties, as overpass-turbo, osmtogeojson, ogr2ogr and QGIS write it.

    Args:
        document: the FeatureCollection.
        name: the file's name, for messages.

    Raises:
        InputError: malformed, in another CRS, or without railways.
    """
    crs = document.get("crs")
    if isinstance(crs, dict):
        properties = crs.get("properties")
        said = properties.get("name") if isinstance(properties, dict) else None
        _require_wgs84(said, name)
    features = document.get("features")
    if not isinstance(features, list):
        raise InputError('the FeatureCollection has no list "features"', where=name)
    collector = Collector(name, "GeoJSON")
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict):
            raise InputError(f"feature {number} is not an object", where=name)
        geometry, properties = feature.get("geometry"), feature.get("properties")
        if isinstance(geometry, dict):
            said = properties if isinstance(properties, dict) else {}
            known = {**({"id": feature["id"]} if "id" in feature else {}), **said}
            _take(collector, geometry, known, name, f"feature {number}")
    day = document.get("timestamp")
    return collector.data(day if isinstance(day, str) else "")


def _require_wgs84(crs: object, name: str) -> None:
    if not _is_wgs84(crs):
        raise InputError(
            f"the coordinates are in {str(crs)[:80] or 'an unknown CRS'}, not in WGS 84",
            where=name,
            todo="Save it in WGS 84 longitude and latitude (EPSG:4326)",
        )


def _take(
    collector: Collector, geometry: Mapping[str, Any], properties: Mapping[str, Any], name: str, label: str
) -> None:
    """Take one feature: lines as ways, polygons as areas, points as tagged nodes."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    tags = _tags(properties)
    if not tags or not isinstance(coordinates, list) or not isinstance(kind, str):
        return
    if kind in _LINES:
        for part in coordinates if kind == "MultiLineString" else [coordinates]:
            collector.way(_number(properties), list(_points(part, name, label)), tags)
    elif kind in _AREAS:
        for polygon in coordinates if kind == "MultiPolygon" else [coordinates]:
            rings = polygon if isinstance(polygon, list) else []
            members = [Member(tuple(_points(ring, name, label)), inner=k > 0) for k, ring in enumerate(rings)]
            _take_polygon(collector, members, tags, _number(properties))
    elif kind == "Point" and "railway" in tags:
        collector.node(next(_points([coordinates], name, label)), tags)


def _take_polygon(collector: Collector, members: list[Member], tags: dict[str, str], id_: int) -> None:
    """Take an area; a closed track that an exporter took for one becomes a way again."""
    if "area" not in tags and tags.get("railway") in {"rail", "narrow_gauge"} and len(members) == 1:
        collector.way(id_, members[0].points, tags)
    else:
        collector.area(f"way/{id_}" if id_ else "", members, tags)


def _points(part: object, name: str, label: str) -> Iterator[MapPoint]:
    if not isinstance(part, (list, tuple)):
        raise InputError(f"{label} has a part that is not a list", where=name)
    for place in part:
        if not isinstance(place, (list, tuple)) or len(place) < 2:
            raise InputError(f"{label} has a position that is not [lon, lat]", where=name)
        if any(isinstance(v, bool) or not isinstance(v, (int, float)) for v in place[:2]):
            raise InputError(f"{label} has a coordinate that is not a number", where=name)
        yield position(place[0], place[1], name, label)


def _tags(properties: Mapping[str, Any]) -> dict[str, str]:
    """Return all tags: properties, a nested object ``tags``, GDAL's ``other_tags``; the plain property wins."""
    tags: dict[str, str] = {}
    for key in ("other_tags", "all_tags", "tags"):
        nested = properties.get(key)
        if isinstance(nested, dict):
            tags.update(text_tags(nested))
        elif isinstance(nested, str):
            tags.update(hstore(nested))
    tags.update({k: v for k, v in text_tags(properties).items() if v})
    return tags


def _number(properties: Mapping[str, Any]) -> int:
    """Return the way's number where one of the customary properties has it, else 0."""
    for key in _IDS:
        said = properties.get(key)
        if said is not None and (found := _NUMBER.fullmatch(str(said).removesuffix(".0"))):
            return abs(int(found[1]))
    return 0


def read_geopackage_osm(path: Path) -> OsmData:
    """Read all layers of a GeoPackage, as GDAL's OSM driver, QuickOSM and QGIS write them.

    Raises:
        InputError: no GeoPackage, in another CRS, or without railways.
        OutsideError: the disk refuses.
    """
    collector = Collector(path.name, "GeoPackage")
    try:
        with warnings.catch_warnings():
            # GDAL's remarks on how a file was written; what keeps it from being read comes as an error.
            warnings.simplefilter("ignore", RuntimeWarning)
            for layer, kind in pyogrio.list_layers(path):
                if kind is not None:
                    _read_layer(collector, path, str(layer))
    except _FAULTS as error:
        raise InputError(f"the GeoPackage cannot be read ({error})", where=path.name) from error
    except OSError as error:
        raise OutsideError(f"the disk failed ({error})", where=str(path)) from error
    return collector.data()


def _read_layer(collector: Collector, path: Path, layer: str) -> None:
    meta, _, shapes, columns = pyogrio.raw.read(path, layer=layer, max_features=_MOST_FEATURES, force_2d=True)
    fields = [str(f) for f in meta["fields"]]
    # Layers of other matters may be in any CRS.
    if shapes is None or not len(shapes) or not _has_tags(fields):
        return
    if len(shapes) >= _MOST_FEATURES:
        raise InputError(
            f"layer {layer} has {_MOST_FEATURES:,} features or more",
            where=path.name,
            todo="Cut the site out of it first",
        )
    _require_wgs84(meta["crs"], f"{path.name}, layer {layer}")
    for row in _rows(fields, columns, len(shapes)):
        number, properties = row
        shape = None if shapes[number] is None else from_wkb(shapes[number])
        if shape is not None and not shape.is_empty and properties:
            label = f"layer {layer}, row {number + 1}"
            _take(collector, _as_lists(mapping(shape)), properties, path.name, label)


def _has_tags(fields: Iterable[str]) -> bool:
    known = {"railway", "other_tags", "all_tags", "tags", "landuse", "industrial", "man_made"}
    return any(f in known or f.endswith(":railway") for f in fields)


def _rows(fields: list[str], columns: list[Any], count: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number and the known values of each row that can be of use: most of a GIS's file is not railway."""
    useful = [f for f in fields if f in {"railway", "landuse", "industrial", "man_made"} or f.endswith(":railway")]
    packed = [f for f in fields if f in {"other_tags", "all_tags", "tags"}]
    by_name = dict(zip(fields, columns, strict=True))
    for number in range(count):
        if not any(by_name[f][number] for f in useful) and not any(
            isinstance(t := by_name[f][number], str) and ("railway" in t or "industrial" in t or "man_made" in t)
            for f in packed
        ):
            continue
        values = {f: _value(column[number]) for f, column in by_name.items()}
        yield number, {f: v for f, v in values.items() if v is not None}


def _value(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _as_lists(geometry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a geometry with its outermost coordinates as a list, as JSON has them."""
    if "coordinates" not in geometry:
        return geometry
    kind, coordinates = geometry["type"], list(geometry["coordinates"])
    return {"type": kind, "coordinates": [list(c) for c in coordinates] if kind != "Point" else coordinates}
