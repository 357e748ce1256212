"""GeoParquet 1.1: one file for each table, with a covering box for every row."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import geopandas
import pyarrow.parquet as pq

from wayside.exports.contents import Contents, Table
from wayside.exports.dictionary import Column, Kind
from wayside.exports.shapes import geometry_of
from wayside.exports.staging import put_bytes
from wayside.exports.styles import style_of
from wayside.model.vectors import Shape

__all__ = ["write_geoparquet"]

_CRS = "OGC:CRS84"
_SCHEMA = "1.1.0"
_GEO = b"geo"
_TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "Int64",
    Kind.NUMBER: "Float64",
    Kind.BOOLEAN: "boolean",
    Kind.TIME: "datetime64[ms, UTC]",
}


def write_geoparquet(folder: Path, contents: Contents) -> None:
    """Write every table into a staged folder; columns carry their meaning and unit."""
    for table in contents.tables:
        path = folder / f"{table.name}.parquet"
        cells = geopandas.GeoDataFrame(
            {column.name: _cells(table, column) for column in table.meaning.columns},
            geometry=geopandas.GeoSeries([geometry_of(o) for o in table.outlines], crs=_CRS),
        )
        kinds = {column.name: _TYPES[column.kind] for column in table.meaning.columns if column.kind in _TYPES}
        frame = cells.astype(kinds)
        frame.to_parquet(path, index=False, write_covering_bbox=True, schema_version=_SCHEMA)
        _describe(path, table, contents)
        put_bytes(folder, f"{table.name}.qml", style_of(table.meaning).encode())


def _cells(table: Table, column: Column) -> list[object]:
    cells = list(table.column(column.name))
    if column.kind is not Kind.DATE:
        return [*cells]
    return [None if cell is None else date.fromisoformat(str(cell)) for cell in cells]


def _describe(path: Path, table: Table, contents: Contents) -> None:
    """Write the file again with what its columns mean, and whose it is, in its metadata."""
    held = pq.read_table(path)
    for column in table.meaning.columns:
        place = held.schema.get_field_index(column.name)
        said = {"description": column.text} | ({"unit": column.unit} if column.unit else {})
        held = held.cast(held.schema.set(place, held.schema.field(place).with_metadata(said)))
    about = {
        "title": table.meaning.title,
        "description": " ".join(part for part in (table.meaning.text, contents.note) if part),
        "attribution": "; ".join(contents.attributions),
        "generated": contents.made,
        "software": contents.software,
    }
    known = dict(held.schema.metadata or {})
    if table.meaning.shape is Shape.POLYGON:
        known[_GEO] = _turned(known[_GEO])
    pq.write_table(held.replace_schema_metadata({**known, **about}), path, compression="zstd")


def _turned(geo: bytes) -> bytes:
    """Say which way the rings run, as ``geometry_of`` makes them, so that readers on a sphere need not guess."""
    said = json.loads(geo)
    said["columns"][said["primary_column"]]["orientation"] = "counterclockwise"
    return json.dumps(said).encode()
