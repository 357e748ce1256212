"""OpenStreetMap's own files, XML and PBF, with osmium."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import osmium

from wayside.archive.osm.collecting import Collector, Member, is_area
from wayside.archive.osm.elements import OsmData, Tags, snapped
from wayside.archive.osm.tags import AREA_TAGS, KINDS, LIFE_CYCLE, USED_KINDS
from wayside.errors import InputError, ValueRefusedError
from wayside.model.places import MapPoint

__all__ = ["read_osm_file"]

_MOST_BYTES = 4 << 30
_PIECE = 1 << 20
_HEAD = 512
_DELETED_WAY = re.compile(rb"<way id=['\"](-?[0-9]{1,18})['\"][^>]*\baction=['\"]delete['\"]")
_AREA_RELATIONS = frozenset({"multipolygon", "boundary", "site"})
_FAULTS = (RuntimeError, ValueError, osmium.InvalidLocationError)
"""What osmium raises for damaged files: its own errors come as RuntimeError."""


_Filter = osmium.filter.TagFilter | osmium.filter.IdFilter | osmium.filter.EntityFilter


class _Way(NamedTuple):
    id: int
    nodes: list[int]
    tags: Tags


class _Relation(NamedTuple):
    id: int
    ways: list[tuple[int, bool]]
    tags: Tags


def read_osm_file(path: Path, form: str, *, most_bytes: int = _MOST_BYTES) -> OsmData:
    """Read .osm, .osm.gz, .osm.bz2 or .osm.pbf.

    The file is walked three times, and each time only what is needed is kept: relations and ways by their tags, then
    the ways of those relations, then the nodes of those ways. So a country's extract fits into memory, and the order
    of elements does not matter.

    Args:
        path: the file; it exists.
        form: what it is: "xml", "xml.gz", "xml.bz2" or "pbf".
        most_bytes: the most that it may have, unpacked; a PBF as it is.

    Raises:
        InputError: damaged, too large, without railways.
    """
    _check_size(path, form, most_bytes)
    name = path.name
    # An absolute path, as osmium takes "-" for standard input and some names for addresses.
    try:
        file = osmium.io.File(str(path.absolute()), form.replace("xml", "osm"))
        return _read(file, name, form, deleted=_deleted(path) if form == "xml" else frozenset())
    except _FAULTS as error:
        said = " ".join(str(error).split())[:200]
        raise InputError(
            f"the file cannot be read ({said})", where=name, todo="Download it again, or export it anew"
        ) from error


def _check_size(path: Path, form: str, most_bytes: int) -> None:
    """Refuse a file that is too large, or unpacks to be: a few kilobytes can hold many gigabytes."""
    openers: dict[str, Any] = {"xml.gz": gzip.open, "xml.bz2": bz2.open}
    size = path.stat().st_size
    if form in openers and size <= most_bytes:
        size = 0
        try:
            with openers[form](path, "rb") as file:
                while (piece := file.read(_PIECE)) and size <= most_bytes:
                    size += len(piece)
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise InputError(f"the file cannot be unpacked ({error})", where=path.name) from error
    if size > most_bytes:
        raise InputError(
            f"the file has more than {most_bytes >> 20:,} MiB", where=path.name, todo="Cut the site out of it first"
        )


def _deleted(path: Path) -> frozenset[int]:
    """Return the ways that were deleted in JOSM, which stay in its files with a mark that osmium passes over."""
    with path.open("rb") as file:
        if b"JOSM" not in file.read(_HEAD):
            return frozenset()
        file.seek(0)
        found = (_DELETED_WAY.search(line) for line in file)
        return frozenset(int(match[1]) for match in found if match)


def _read(file: osmium.io.File, name: str, form: str, *, deleted: frozenset[int]) -> OsmData:
    relations = list(_relations(file))
    wanted = {way for relation in relations for way, _ in relation.ways}
    ways = {way.id: way for way in _ways(file, osmium.filter.TagFilter(*_way_tags()))}
    members = dict(ways)
    if left := wanted - ways.keys():
        members.update({way.id: way for way in _ways(file, _by_id(left)) if way.id in left})
    needed = {node for way in members.values() for node in way.nodes}
    collector = Collector(name, "OSM PBF" if form == "pbf" else "OSM XML")
    places = _places(file, needed, collector)
    for way in (w for w in ways.values() if w.id not in deleted):
        collector.way(way.id, [places.get(n) for n in way.nodes], way.tags)
    for relation in relations:
        found = [_member(members.get(way), places, inner=inner) for way, inner in relation.ways]
        collector.area(f"relation/{relation.id}", found, relation.tags)
    return collector.data(_day(file))


def _by_id(ids: Iterable[int]) -> osmium.filter.IdFilter | osmium.filter.EntityFilter:
    """Return what passes the objects of these numbers, or more; osmium's own filter knows no negative ones.

    What somebody drew in JOSM and did not upload has negative numbers.
    """
    known = set(ids)
    if any(n < 0 for n in known):
        return osmium.filter.EntityFilter(osmium.osm.ALL)
    return osmium.filter.IdFilter(known)


def _way_tags() -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        yield "railway", kind
    for state in LIFE_CYCLE:
        for kind in (*USED_KINDS, "yes"):
            yield f"{state}:railway", kind
    yield from AREA_TAGS


def _relations(file: osmium.io.File) -> Iterator[_Relation]:
    found = osmium.FileProcessor(file, osmium.osm.RELATION).with_filter(osmium.filter.TagFilter(*AREA_TAGS))
    for relation in found:
        tags = dict(relation.tags)
        if isinstance(relation, osmium.osm.Relation) and is_area(tags) and tags.get("type") in _AREA_RELATIONS:
            ways = [(m.ref, m.role == "inner") for m in relation.members if m.type == "w"]
            yield _Relation(relation.id, ways, tags)


def _ways(file: osmium.io.File, chosen: _Filter) -> Iterator[_Way]:
    for way in osmium.FileProcessor(file, osmium.osm.WAY).with_filter(chosen):
        if isinstance(way, osmium.osm.Way):
            yield _Way(way.id, [node.ref for node in way.nodes], dict(way.tags))


def _places(file: osmium.io.File, needed: set[int], collector: Collector) -> dict[int, MapPoint]:
    """Return the positions of nodes, and tell the collector their tags."""
    places: dict[int, MapPoint] = {}
    for element in osmium.FileProcessor(file, osmium.osm.NODE).with_filter(_by_id(needed)):
        if not isinstance(element, osmium.osm.Node) or element.id not in needed or not element.location.valid():
            continue
        try:
            place = snapped(element.location.lon, element.location.lat)
        except ValueRefusedError:  # a position that osmium lets pass and the earth does not have
            continue
        places[element.id] = place
        if element.tags:
            collector.node(place, dict(element.tags))
    return places


def _member(way: _Way | None, places: dict[int, MapPoint], *, inner: bool) -> Member:
    return Member((None,) if way is None else tuple(places.get(n) for n in way.nodes), inner)


def _day(file: osmium.io.File) -> str:
    with osmium.io.Reader(file, osmium.osm.NOTHING) as reader:
        header = reader.header()
        return str(header.get("osmosis_replication_timestamp", "") or header.get("timestamp", ""))
