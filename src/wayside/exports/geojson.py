"""GeoJSON after RFC 7946: one file for each table, WGS 84, right-hand rings, bounding boxes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wayside.exports.contents import Contents, Table
from wayside.exports.shapes import bounds_of, geojson_geometry
from wayside.exports.staging import put_bytes
from wayside.exports.styles import style_of
from wayside.model.vectors import Field, Outline

__all__ = ["collection_lines", "write_geojson"]


def write_geojson(folder: Path, contents: Contents) -> None:
    """Write every table into a staged folder, row by row, and its style for QGIS beside it."""
    for table in contents.tables:
        with (folder / f"{table.name}.geojson").open("wb") as file:
            file.writelines(collection_lines(table, contents))
        put_bytes(folder, f"{table.name}.qml", style_of(table.meaning).encode())


def collection_lines(table: Table, contents: Contents) -> Iterator[bytes]:
    """Yield a table as a feature collection, a line for each row; no number in it may be infinite or undefined.

    Its members beyond the standard's say what it is and whose.
    """
    document: dict[str, Any] = {
        "type": "FeatureCollection",
        "name": table.name,
        "title": table.meaning.title,
        "description": " ".join(part for part in (table.meaning.text, contents.note) if part),
        "attribution": "; ".join(contents.attributions),
        "generated": contents.made,
        "software": contents.software,
    }
    box = bounds_of(table.outlines)
    document |= {} if box is None else {"bbox": box}
    yield b"{\n"
    for name, value in document.items():
        yield _text({name: value})[1:-1] + b",\n"
    yield b'"features": [\n'
    before = b""
    for outline, row in zip(table.outlines, table.rows, strict=True):
        yield before + _text(_feature(outline, dict(zip(table.meaning.names, row, strict=True))))
        before = b",\n"
    yield b"\n]\n}\n"


def _feature(outline: Outline | None, record: dict[str, Field]) -> dict[str, Any]:
    box = bounds_of([outline])
    feature: dict[str, Any] = {"type": "Feature"} if box is None else {"type": "Feature", "bbox": box}
    return feature | {"properties": record, "geometry": geojson_geometry(outline)}


def _text(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
