"""GeoPackages: layers of features in one file that QGIS opens and edits."""

from __future__ import annotations

import math
import uuid
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from shapely import LineString, Point, Polygon, from_wkb, to_wkb
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from wayside.archive.files import disk
from wayside.errors import InputError, OutsideError, ValueRefusedError
from wayside.model.vectors import Field, Outline, Shape, VectorLayer

__all__ = ["read_geopackage", "write_geopackage"]

_VERSION = "1.3"
"""GDAL writes 1.4 by default, which validators of older systems refuse."""
_NO_MAP = (
    'ENGCRS["Undefined Cartesian SRS",EDATUM["Unknown"],CS[Cartesian,2],AXIS["X",unspecified],'
    'AXIS["Y",unspecified],LENGTHUNIT["unknown",1]]'
)
"""What a GeoPackage calls positions that lie in no map (srs_id -1)."""
_MOST_FEATURES = 1_000_000
_FAULTS = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, UnicodeDecodeError)


def write_geopackage(path: Path, layers: Sequence[VectorLayer]) -> None:
    """Write layers into a new GeoPackage 1.3 that appears whole, by rename.

    Raises:
        InputError: there is a file of this name already; an analyst's work may be in it.
        OutsideError: the disk refuses.
    """
    if path.exists():
        raise InputError(
            "there is such a file already, and it may hold somebody's work", where=str(path), todo="Choose another name"
        )
    with disk(path, "the GeoPackage cannot be written"):
        path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.stem}-{uuid.uuid4().hex[:12]}.gpkg")
    try:
        for number, layer in enumerate(layers):
            _write_layer(staged, layer, append=number > 0)
        staged.replace(path)
    except (*_FAULTS, OSError) as error:
        raise OutsideError(
            f"the GeoPackage cannot be written ({error})", where=str(path), todo="See to the disk and its rights"
        ) from error
    finally:
        for left in (staged, *(staged.with_name(staged.name + end) for end in ("-journal", "-wal", "-shm"))):
            left.unlink(missing_ok=True)


def _write_layer(path: Path, layer: VectorLayer, *, append: bool) -> None:
    columns = {name: _column(values) for name, values in layer.fields.items()}
    geometry = np.array([None if o is None else to_wkb(_geometry(o)) for o in layer.outlines], dtype=object)
    pyogrio.raw.write(
        path,
        geometry=geometry,
        field_data=[values for values, _ in columns.values()],
        fields=np.array(list(columns), dtype=object),
        field_mask=[mask for _, mask in columns.values()],
        layer=layer.name,
        driver="GPKG",
        geometry_type=str(layer.shape) if layer.shape else "Unknown",
        crs=layer.crs or _NO_MAP,
        append=append,
        dataset_options=None if append else {"VERSION": _VERSION},
        layer_options={"SPATIAL_INDEX": "YES"},
    )


def _column(values: Sequence[Field]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return values as one array, and where they are missing."""
    missing = np.array([value is None for value in values], dtype=np.bool_)
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int) for value in known):
        return np.array([0 if value is None else value for value in values], dtype=np.int64), missing
    if known and all(isinstance(value, (int, float)) for value in known):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64), missing
    return np.array([None if value is None else str(value) for value in values], dtype=object), missing


def _geometry(outline: Outline) -> BaseGeometry:
    if outline.shape is Shape.POINT:
        return Point(outline.points[0])
    return LineString(outline.points) if outline.shape is Shape.LINE else Polygon(outline.points)


def read_geopackage(path: Path) -> Mapping[str, VectorLayer]:
    """Read all layers of a GeoPackage, by name.

    Multi-part features of a single part are taken as that part; heights are left out.

    Raises:
        InputError: no such file, no GeoPackage, or a feature that is neither point, line nor polygon.
    """
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), todo="Check the name")
    with disk(path, "the GeoPackage cannot be read"), path.open("rb") as file:
        head = file.read(100)
    if not (head.startswith(b"SQLite format 3\x00") and head[68:70] == b"GP"):
        raise InputError("this is not a GeoPackage", where=str(path), todo="Give the file that QGIS saved")
    try:
        with warnings.catch_warnings():
            # GDAL's remarks on how a file was written; what keeps it from being read comes as an error.
            warnings.simplefilter("ignore", RuntimeWarning)
            names = [str(name) for name, _ in pyogrio.list_layers(path)]
            return {name: _read_layer(path, name) for name in names}
    except (*_FAULTS, ShapelyError) as error:
        raise InputError(f"the GeoPackage cannot be read ({error})", where=str(path)) from error
    except OSError as error:
        raise OutsideError(f"the disk failed ({error})", where=str(path)) from error


def _read_layer(path: Path, name: str) -> VectorLayer:
    meta, _, geometry, columns = pyogrio.raw.read(path, layer=name, max_features=_MOST_FEATURES)
    where = f"{path}, layer {name}"
    count = len(columns[0]) if columns else 0
    shapes = [None] * count if geometry is None else list(from_wkb(geometry))
    outlines = tuple(_outline(shape, f"{where}, row {row}") for row, shape in enumerate(shapes, start=1))
    fields = {
        str(field).lower(): tuple(_value(value) for value in values)
        for field, values in zip(meta["fields"], columns, strict=True)
    }
    return VectorLayer(name, None, outlines, fields, _crs(meta["crs"]))


def _crs(text: str | None) -> str | None:
    """Return the CRS; None for what a GeoPackage writes where there is none."""
    if not text or "ndefined" in text or "ENGCRS" in text or "LOCAL_CS" in text:
        return None
    return text


def _value(value: object) -> Field:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return number if math.isfinite(number) else None
    return str(value)


def _outline(shape: BaseGeometry | None, where: str) -> Outline | None:
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type.startswith("Multi") and len(shape.geoms) == 1:
        shape = shape.geoms[0]
    try:
        if shape.geom_type == "Point":
            return Outline(Shape.POINT, ((float(shape.x), float(shape.y)),))
        if shape.geom_type == "LineString":
            return Outline(Shape.LINE, tuple((float(p[0]), float(p[1])) for p in shape.coords))
        if shape.geom_type == "Polygon":
            return Outline(Shape.POLYGON, tuple((float(p[0]), float(p[1])) for p in shape.exterior.coords[:-1]))
    except ValueRefusedError as error:
        raise InputError(error.what, where=where) from error
    raise InputError(
        f"a feature is a {shape.geom_type}", where=where, todo="Split it into single points, lines or polygons"
    )
