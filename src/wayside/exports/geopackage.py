"""GeoPackage 1.3: all tables in one file, described, and with the styles that QGIS shows them in at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from shapely import to_wkb

from wayside.errors import OutsideError
from wayside.exports.contents import Contents, Table
from wayside.exports.dictionary import Column, Kind
from wayside.exports.shapes import geometry_of
from wayside.exports.styles import style_of

__all__ = ["write_geopackage"]

_VERSION = "1.3"
"""GDAL writes 1.4 by default, which validators of older systems refuse."""
_NO_MAP = (
    'ENGCRS["Undefined Cartesian SRS",EDATUM["Unknown"],CS[Cartesian,2],AXIS["X",unspecified],'
    'AXIS["Y",unspecified],LENGTHUNIT["unknown",1]]'
)
"""What a GeoPackage calls positions that lie in no map (srs_id -1)."""
_DTYPES: dict[Kind, Any] = {
    Kind.INTEGER: np.int64,
    Kind.NUMBER: np.float64,
    Kind.BOOLEAN: np.bool_,
    Kind.TIME: "datetime64[ms]",
    Kind.DATE: "datetime64[D]",
}
_FAULTS = (DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, sqlite3.Error)

_STYLES_TABLE = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)"""
_COLUMNS_TABLE = """
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
    constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
)"""
_CONSTRAINTS_TABLE = """
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
    max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)"""
_SCHEMA_EXTENSION = "http://www.geopackage.org/spec130/#extension_schema"


def write_geopackage(path: Path, contents: Contents) -> None:
    """Write all tables into a new file at a staged place.

    Raises:
        OutsideError: GDAL or SQLite could not write.
    """
    try:
        for number, table in enumerate(contents.tables):
            _write_layer(path, table, contents, append=number > 0)
        with closing(sqlite3.connect(path)) as database, database:
            _describe_columns(database, contents)
            _put_styles(database, contents)
            database.execute("UPDATE gpkg_contents SET last_change = ?", (contents.made.replace("Z", ".000Z"),))
    except _FAULTS as error:
        raise OutsideError(
            f"the GeoPackage cannot be written ({error})", where=str(path.parent), todo="See to the disk and its rights"
        ) from error


def _write_layer(path: Path, table: Table, contents: Contents, *, append: bool) -> None:
    columns = [_column(table.column(column.name), column) for column in table.meaning.columns]
    shapes = [geometry_of(outline) for outline in table.outlines]
    pyogrio.raw.write(
        path,
        geometry=np.array([None if shape is None else to_wkb(shape) for shape in shapes], dtype=object),
        field_data=[values for values, _ in columns],
        fields=np.array(table.meaning.names, dtype=object),
        field_mask=[mask for _, mask in columns],
        layer=table.name,
        driver="GPKG",
        geometry_type=str(table.meaning.shape),
        crs="EPSG:4326" if contents.on_map else _NO_MAP,
        append=append,
        dataset_options=None if append else {"VERSION": _VERSION},
        layer_options={"SPATIAL_INDEX": "YES", "DESCRIPTION": _about(table, contents)},
    )


def _about(table: Table, contents: Contents) -> str:
    whose = f"Attribution: {'; '.join(contents.attributions)}." if contents.attributions else ""
    return " ".join(part for part in (table.meaning.text, contents.note, whose) if part)


def _column(cells: Sequence[Any], column: Column) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return cells as one array, and where they are missing."""
    missing = np.array([cell is None for cell in cells], dtype=np.bool_)
    if column.kind is Kind.TEXT:
        return np.array(cells, dtype=object), missing
    filling = "1970-01-01" if column.kind in {Kind.TIME, Kind.DATE} else 0
    known = [filling if cell is None else cell for cell in cells]
    if column.kind is Kind.TIME:
        known = [str(cell).removesuffix("Z") for cell in known]
    return np.array(known, dtype=_DTYPES[column.kind]), missing


def _describe_columns(database: sqlite3.Connection, contents: Contents) -> None:
    """Say what every column means, by the schema extension."""
    database.execute(_COLUMNS_TABLE)
    database.execute(_CONSTRAINTS_TABLE)
    rows = [(name, _SCHEMA_EXTENSION) for name in ("gpkg_data_columns", "gpkg_data_column_constraints")]
    database.executemany(
        "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope) "
        "VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
        rows,
    )
    database.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) VALUES (?, ?, ?, ?, ?)",
        [
            (table.name, column.name, column.name, column.title, column.text)
            for table in contents.tables
            for column in table.meaning.columns
        ],
    )


def _put_styles(database: sqlite3.Connection, contents: Contents) -> None:
    """Keep the styles where QGIS looks for them."""
    moment = contents.made.replace("Z", ".000Z")  # the standard's DATETIME has milliseconds
    database.execute(_STYLES_TABLE)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles that QGIS shows the tables in.', ?)",
        (moment,),
    )
    kinds = dict(database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    database.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
        "VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)",
        [
            (table.name, kinds[table.name], table.name, style_of(table.meaning), table.meaning.title, moment)
            for table in contents.tables
        ],
    )
