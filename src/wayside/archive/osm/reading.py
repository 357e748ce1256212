"""OpenStreetMap data from a file of any kind; the content says which, not the name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from wayside.archive.files import disk
from wayside.archive.osm.binary import read_osm_file
from wayside.archive.osm.elements import OsmData
from wayside.archive.osm.features import read_geojson, read_geopackage_osm
from wayside.archive.osm.overpass import read_overpass
from wayside.errors import InputError

__all__ = ["read_osm"]

_MOST_JSON_BYTES = 200_000_000
_HEAD = 512
_KINDS = "Overpass JSON, .osm, .osm.gz, .osm.bz2, .osm.pbf, GeoJSON or GeoPackage"


def read_osm(path: Path) -> OsmData:
    """Read OpenStreetMap data.

    Args:
        path: Overpass JSON, .osm XML (also .gz, .bz2), .osm.pbf, GeoJSON, or GeoPackage.

    Raises:
        InputError: no such file, not one of these, damaged, too large, or without a railway.
        OutsideError: the disk refuses.
    """
    with disk(path, "the file cannot be read"), path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise InputError("the file is empty", where=str(path), todo=f"Give {_KINDS}")
    if head.startswith(b"SQLite format 3\x00"):
        return read_geopackage_osm(path)
    if form := _osm_form(head):
        with disk(path, "the file cannot be read"):
            return read_osm_file(path, form)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[")):
        return _read_json(path)
    raise InputError("this is no OpenStreetMap data", where=str(path), todo=f"Give {_KINDS}")


def _osm_form(head: bytes) -> str:
    """Return which of OpenStreetMap's own formats a file begins like, empty for none."""
    if head.startswith(b"\x1f\x8b"):
        return "xml.gz"
    if head.startswith(b"BZh"):
        return "xml.bz2"
    # A PBF is a 4-byte length, then the first block's header, whose first field is its type.
    if head[4:15] == b"\x0a\x09OSMHeader":
        return "pbf"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "xml" if text.startswith((b"<?xml", b"<osm", b"<!--")) else ""


def _read_json(path: Path) -> OsmData:
    document = _parse(path)
    if "elements" in document:
        return read_overpass(document, path.name)
    if document.get("type") == "FeatureCollection":
        return read_geojson(document, path.name)
    raise InputError(
        "this JSON is neither an Overpass answer nor a GeoJSON FeatureCollection",
        where=str(path),
        todo=f"Give {_KINDS}",
    )


def _parse(path: Path) -> dict[str, Any]:
    with disk(path, "the file cannot be read"):
        if path.stat().st_size > _MOST_JSON_BYTES:
            raise InputError(
                f"the file has more than {_MOST_JSON_BYTES // 1_000_000} MB",
                where=str(path),
                todo="Ask for a smaller area, or give .osm.pbf",
            )
        data = path.read_bytes()
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is not JSON ({error})", where=str(path), todo="Download it again") from error
    if not isinstance(document, dict):
        raise InputError("this JSON is not an object", where=str(path), todo=f"Give {_KINDS}")
    return document
