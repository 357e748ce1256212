"""Tracks and zones from GeoJSON, and back."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from shapely import LineString, Polygon, is_valid_reason

from wayside.archive.files import read_text
from wayside.errors import InputError, TracksError, ValueRefusedError
from wayside.model.places import CoordinateSystem, MapPoint, Site, StockNetwork, Track, Zone

__all__ = ["read_site_file", "read_tracks", "site_to_geojson"]

_WGS84 = re.compile(r"(?:CRS:?84$|EPSG:+(?:[\d.]*:)?4326$|WGS ?84)", re.IGNORECASE)
_MOST_CHARACTERS = 50_000_000
_MOST_POSITIONS = 200_000
_GAUGE = re.compile(r"[0-9]{3,4}(\.0+)?", re.ASCII)
_MOST_GAUGES = 4
_ZONE_ROLES = frozenset({"zone", "storage", "storage zone", "storage-zone"})
_UNSEEN = frozenset({"Point", "MultiPoint"})


class _Piece(NamedTuple):
    """One line or ring with the properties of its feature; ``label`` says where it stands, for messages."""

    kind: str
    positions: list[Any]
    properties: Mapping[str, Any]
    id: str
    label: str


class _Reader:
    """Walks one document; holds the name that its messages begin with, and its coordinate system."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.system = CoordinateSystem.LONLAT
        self.positions = 0

    def refuse(self, what: str, todo: str = "") -> NoReturn:
        raise TracksError(what, where=self.name, todo=todo)

    def parse(self, text: str) -> dict[str, Any]:
        if len(text) > _MOST_CHARACTERS:
            self.refuse(f"the file is longer than {_MOST_CHARACTERS:,} characters", "Give the tracks alone")
        try:
            document = json.loads(text.removeprefix("\ufeff"))
        except (ValueError, RecursionError) as error:
            raise TracksError(
                f"this is not JSON ({error})", where=self.name, todo="Give a GeoJSON file with LineStrings"
            ) from error
        if not isinstance(document, dict):
            self.refuse("this is not GeoJSON: it is not an object", "Give a FeatureCollection with LineStrings")
        return document

    def read_system(self, document: Mapping[str, Any]) -> None:
        said = document.get("coordinates") if document.get("type") in ("FeatureCollection", "Feature") else None
        if said == "pixel":
            self.system = CoordinateSystem.PIXEL
            return
        if said is not None and said != "lonlat":
            self.refuse(f'the member "coordinates" is {_short(said)}', 'It is "pixel", or is left out')
        crs = document.get("crs")
        if crs is None:
            return
        properties = crs.get("properties") if isinstance(crs, dict) else None
        name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
        if not _WGS84.search(name):
            self.refuse(
                f"the coordinates are in {name[:80] or 'a CRS that has no name'}, not in WGS 84",
                "Reproject the file to WGS 84 longitude and latitude (EPSG:4326)",
            )

    def features(self, document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any], str, str]]:
        """Yield geometry, properties, id and label of each feature."""
        kind = document.get("type")
        if kind == "FeatureCollection":
            members = document.get("features")
            if not isinstance(members, list):
                self.refuse('the FeatureCollection has no list "features"')
        else:
            members = [document if kind == "Feature" else {"type": "Feature", "geometry": document}]
        for number, feature in enumerate(members, start=1):
            label = f"feature {number}"
            if not isinstance(feature, dict) or feature.get("type") != "Feature":
                self.refuse(f"{label} is not a Feature")
            geometry = feature.get("geometry")
            if geometry is None:
                continue
            properties = feature.get("properties")
            if not isinstance(geometry, dict) or not (properties is None or isinstance(properties, dict)):
                self.refuse(f"{label} is malformed")
            properties = properties or {}
            given = properties.get("id", feature.get("id"))
            if given is not None and (isinstance(given, bool) or not isinstance(given, (str, int, float))):
                self.refuse(f"{label}: its id is not a text or a number")
            yield geometry, properties, "" if given is None else str(given).strip(), label

    def pieces(self, document: Mapping[str, Any]) -> Iterator[_Piece]:
        """Yield every line and ring; a geometry of several parts yields each, numbered."""
        for geometry, properties, name, label in self.features(document):
            kind = geometry.get("type")
            if not isinstance(kind, str):
                self.refuse(f"{label} is a {_short(kind)}", "Tracks are LineStrings, zones are Polygons")
            if kind in _UNSEEN:
                continue
            if kind not in {"LineString", "MultiLineString", "Polygon", "MultiPolygon"}:
                self.refuse(f"{label} is a {_short(kind)}", "Tracks are LineStrings, zones are Polygons")
            parts = geometry.get("coordinates")
            if not isinstance(parts, list):
                self.refuse(f"{label} has no list of coordinates")
            parts = parts if kind.startswith("Multi") else [parts]
            for number, part in enumerate(parts, start=1):
                several = f"{name}-{number}" if name and len(parts) > 1 else name
                if not isinstance(part, list):
                    self.refuse(f"{label} has a part that is not a list")
                yield _Piece(kind.removeprefix("Multi"), part, properties, several, label)

    def line(self, positions: list[Any], label: str) -> tuple[MapPoint, ...]:
        """Check positions and drop those that repeat the one before."""
        self.positions += len(positions)
        if self.positions > _MOST_POSITIONS:
            self.refuse(f"there are more than {_MOST_POSITIONS:,} positions", "Give the tracks of one site")
        points: list[MapPoint] = []
        for position in positions:
            point = self.point(position, label)
            if not points or point != points[-1]:
                points.append(point)
        return tuple(points)

    def point(self, position: object, label: str) -> MapPoint:
        if not isinstance(position, list) or not 2 <= len(position) <= 4:
            self.refuse(f"{label} has a position that is not [x, y]: {_short(position)}")
        x, y = (self.number(value, label) for value in position[:2])
        if self.system is CoordinateSystem.LONLAT and (abs(x) > 180 or abs(y) > 90):
            if abs(x) <= 90 and abs(y) <= 180:
                self.refuse(
                    f"{label} has the position [{x:g}, {y:g}]: longitude and latitude are swapped",
                    "Write longitude first, as GeoJSON does",
                )
            self.refuse(
                f"{label} has the position [{x:g}, {y:g}], which is no longitude and latitude",
                'Reproject to WGS 84, or say "coordinates": "pixel" if these are image coordinates',
            )
        return MapPoint(x, y)

    def number(self, value: object, label: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.refuse(f"{label} has a coordinate that is not a number: {_short(value)}")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number) or abs(number) > 1e9:
            self.refuse(f"{label} has a coordinate that is not a usable number: {_short(value)}")
        return number

    def track(self, piece: _Piece, name: str) -> Track:
        points = self.line(piece.positions, piece.label)
        if len(points) < 2:
            self.refuse(f"track {name} ({piece.label}) has no length", "A track has two different positions or more")
        if not LineString(points).is_simple:
            self.refuse(
                f"track {name} ({piece.label}) crosses itself; cars there would be counted twice",
                "Split it where it crosses",
            )
        return Track(name, points, self.gauges(piece), self.system, self.network(piece))

    def gauges(self, piece: _Piece) -> tuple[int, ...]:
        """Read the gauge in millimetres, or several with semicolons, as OpenStreetMap writes a track of two gauges."""
        given = piece.properties.get("gauge_mm", piece.properties.get("gauge"))
        if given is None:
            return ()
        parts = [part.strip() for part in str(given).split(";")]
        if len(parts) > _MOST_GAUGES or not all(_GAUGE.fullmatch(part) for part in parts):
            self.refuse(
                f"{piece.label}: its gauge is {_short(given)}",
                'Give it in millimetres, for example 1520, or "1520;1435" for a track of two gauges',
            )
        return tuple(dict.fromkeys(int(part.split(".")[0]) for part in parts))

    def network(self, piece: _Piece) -> StockNetwork | None:
        """Read whose rolling stock stands there."""
        given = piece.properties.get("network")
        if given is None:
            return None
        name = str(given).strip().upper()
        if name not in tuple(StockNetwork):
            self.refuse(
                f"{piece.label}: its network is {_short(given)}",
                f"It is one of {', '.join(StockNetwork)}, or is left out",
            )
        return StockNetwork(name)

    def zone(self, piece: _Piece, name: str) -> Zone:
        role = str(piece.properties.get("role", "")).strip().lower()
        if role not in _ZONE_ROLES and not piece.properties.get("zone"):
            self.refuse(
                f"{piece.label} is a Polygon, and a track is a LineString",
                'If it is a storage area, give it the property "role": "zone"',
            )
        if len(piece.positions) != 1 or not isinstance(piece.positions[0], list):
            self.refuse(f"zone {name} ({piece.label}) has holes or no outline", "Draw it as one ring")
        ring = self.line(piece.positions[0], piece.label)
        if len(ring) < 4 or ring[0] != ring[-1]:
            self.refuse(f"zone {name} ({piece.label}) is not a closed ring")
        reason = is_valid_reason(Polygon(ring))
        if reason != "Valid Geometry":
            self.refuse(f"zone {name} ({piece.label}) is not a valid outline: {reason}")
        return Zone(name, ring, self.system)

    def no_doubles(self, tracks: list[Track]) -> None:
        """Refuse one line given twice, in either direction."""
        seen: dict[bytes, str] = {}
        for track in tracks:
            key = LineString(track.centreline).normalize().wkb
            if key in seen:
                self.refuse(
                    f"tracks {seen[key]} and {track.id} are the same line; its cars would be counted twice",
                    "Take one of them out",
                )
            seen[key] = track.id


def read_tracks(text: str, name: str) -> Site:
    """Read a site from GeoJSON.

    LineStrings are tracks; Polygons with the property ``role`` "zone" are storage zones; points are passed over.
    ``properties.id`` names a track (else the feature's own id, else "1", "2", …), ``properties.gauge`` is in
    millimetres ("1520;1435" for two gauges), ``properties.network`` says whose stock stands there ("RU", "UIC", "CN"
    or "AAR"); left out, they are not known. The member ``"coordinates": "pixel"`` says that positions are image
    coordinates. The members ``id``, ``name`` and ``note`` of the collection describe the site; without them its name
    is the file's.

    Args:
        text: the document.
        name: the file's name, for messages and for the site.

    Raises:
        TracksError: whatever is wrong with it.
    """
    reader = _Reader(name)
    document = reader.parse(text)
    reader.read_system(document)
    pieces = list(reader.pieces(document))
    tracks: list[Track] = []
    zones: list[Zone] = []
    try:
        lines = [p for p in pieces if p.kind == "LineString"]
        for piece, id_ in zip(lines, _ids(lines), strict=True):
            tracks.append(reader.track(piece, id_))
        rings = [p for p in pieces if p.kind == "Polygon"]
        for piece, id_ in zip(rings, _ids(rings), strict=True):
            zones.append(reader.zone(piece, id_))
        reader.no_doubles(tracks)
        if not tracks:
            reader.refuse("there are no tracks", "Give at least one LineString")
        title = _text(document, "name") or Path(name).stem or "site"
        return Site(
            id=_slug(_text(document, "id") or title),
            name=title,
            tracks=tuple(tracks),
            zones=tuple(zones),
            note=_text(document, "note"),
        )
    except ValueRefusedError as error:
        raise TracksError(error.what, where=name, todo=error.todo) from error


def read_site_file(path: Path) -> Site:
    """Read a site from a GeoJSON file.

    Raises:
        TracksError: no such file, or whatever is wrong with it.
        OutsideError: the disk refuses.
    """
    try:
        text = read_text(path)
    except InputError as error:
        raise TracksError(error.what, where=error.where, todo=error.todo) from error
    return read_tracks(text, path.name)


def site_to_geojson(site: Site) -> dict[str, Any]:
    """Return a site as the FeatureCollection that ``read_tracks`` reads back to the same site."""
    features = [
        _feature("LineString", [list(p) for p in track.centreline], _track_properties(track)) for track in site.tracks
    ]
    features += [_feature("Polygon", [[list(p) for p in z.ring]], {"id": z.id, "role": "zone"}) for z in site.zones]
    document: dict[str, Any] = {"type": "FeatureCollection", "id": site.id, "name": site.name}
    if site.note:
        document["note"] = site.note
    if site.system is CoordinateSystem.PIXEL:
        document["coordinates"] = "pixel"
    return {**document, "features": features}


def _track_properties(track: Track) -> dict[str, Any]:
    properties: dict[str, Any] = {"id": track.id}
    if track.gauges_mm:
        several = len(track.gauges_mm) > 1
        properties["gauge"] = ";".join(map(str, track.gauges_mm)) if several else track.gauges_mm[0]
    if track.network is not None:
        properties["network"] = track.network
    return properties


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _ids(pieces: list[_Piece]) -> Iterator[str]:
    """Yield each piece's id; the unnamed are numbered, past numbers that are taken."""
    taken = {piece.id for piece in pieces}
    number = 0
    for piece in pieces:
        if piece.id:
            yield piece.id
            continue
        number += 1
        while str(number) in taken:
            number += 1
        yield str(number)


def _text(document: Mapping[str, Any], member: str) -> str:
    value = document.get(member)
    return value.strip() if isinstance(value, str) else ""


def _slug(text: str) -> str:
    return re.sub(r"[\s/\\]+", "-", text).strip("-") or "site"


def _short(value: object) -> str:
    """Return a value for a message, not longer than a line."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits; a list nested as deep
        text = type(value).__name__
    return text if len(text) <= 60 else text[:57] + "…"
