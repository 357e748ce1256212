"""Values to JSON and back, exactly: a float is written with as many digits as it needs to come back the same."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

import numpy as np

from wayside.model.cars import Car, CarType, Cover
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, Registration, SceneCount, TrackCount
from wayside.model.places import CoordinateSystem, MapPoint, Site, StockNetwork, Track, Zone
from wayside.model.provenance_json import files_from_json, files_to_json, provenance_from_json, provenance_to_json
from wayside.model.scenes import Licence, Scene
from wayside.model.visibility import Obstruction

__all__ = [
    "dump_scene",
    "dump_scene_count",
    "dump_site",
    "load_scene",
    "load_scene_count",
    "load_site",
    "site_digest",
]

_CAR_FIELDS = ("start_m", "end_m", "type", "type_p", "cover", "p", "polygon", "truncated", "colour")
_REGISTRATION_FIELDS = ("registered", "east_m", "north_m", "quality", "reference", "spread_m")
_SCENE_FIELDS = (
    "id", "gsd_m", "checksum", "href", "provider", "platform", "off_nadir_deg", "view_azimuth_deg",
    "sun_elevation_deg", "sun_azimuth_deg", "cloud_cover_pct", "drawn",
)  # fmt: skip
_LICENCE_FIELDS = ("id", "attribution", "publishable", "courtesy", "why", "url")


def _dumped(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> float | int | bool:
    """Return the Python number of a numpy scalar, which the rooms below may leave in a value."""
    if isinstance(value, np.generic):
        number: float | int | bool = value.item()
        return number
    raise TypeError(f"cannot be written as JSON: {type(value).__name__}")


# ---------------------------------------------------------------------- counts
def _distribution(count: CountDistribution) -> dict[str, Any]:
    return {"first": count.first, "p": count.p.tolist()}


def _read_distribution(document: dict[str, Any]) -> CountDistribution:
    return CountDistribution(document["first"], np.array(document["p"], dtype=np.float64))


def _car(car: Car) -> dict[str, Any]:
    return {name: getattr(car, name) for name in _CAR_FIELDS}


def _read_car(document: dict[str, Any]) -> Car:
    corners = tuple((x, y) for x, y in document["polygon"])
    # Counts of earlier versions have no colour.
    colour = tuple(document["colour"]) if document.get("colour") is not None else None
    read = {"type": CarType(document["type"]), "cover": Cover(document["cover"]), "polygon": corners, "colour": colour}
    return Car(**{**document, **read})


def _track_count(track: TrackCount) -> dict[str, Any]:
    document = {
        "track_id": track.track_id,
        "length_m": track.length_m,
        "visible_fraction": track.visible_fraction,
        "offset_m": track.offset_m,
        "count": _distribution(track.count),
        "occupied_m": track.occupied_m,
        "cars": [_car(car) for car in track.cars],
    }
    hidden = {str(obstruction): share for obstruction, share in track.hidden.items()}
    return document | ({"hidden": hidden} if hidden else {})


def _read_track_count(document: dict[str, Any]) -> TrackCount:
    cars = tuple(_read_car(car) for car in document["cars"])
    # Counts of earlier versions do not say what hid a track.
    hidden = {Obstruction(name): share for name, share in document.get("hidden", {}).items()}
    read = {"count": _read_distribution(document["count"]), "cars": cars, "hidden": hidden}
    return TrackCount(**{**document, **read})


def dump_scene_count(result: SceneCount) -> str:
    """Return the whole count as JSON, every probability with it."""
    return _dumped(
        {
            "status": result.status,
            "gsd_m": result.gsd_m,
            "count": _distribution(result.count),
            "freight": _distribution(result.freight),
            "locomotives": _distribution(result.locomotives),
            "covered": _distribution(result.covered),
            "occupied_m": result.occupied_m,
            "tracks": [_track_count(track) for track in result.tracks],
            "model": result.model,
            "software": result.software,
            "by_type": {name: _distribution(count) for name, count in result.by_type.items()},
            "reasons": result.reasons,
            "registration": {name: getattr(result.registration, name) for name in _REGISTRATION_FIELDS},
        }
    )


def load_scene_count(text: str) -> SceneCount:
    """Return the count that ``dump_scene_count`` wrote.

    Raises:
        ValueRefusedError: where its numbers break the value's rules.
    """
    document = json.loads(text)
    document.update(
        status=CountStatus(document["status"]),
        tracks=tuple(_read_track_count(track) for track in document["tracks"]),
        by_type={name: _read_distribution(count) for name, count in document["by_type"].items()},
        reasons=tuple(document["reasons"]),
        registration=Registration(**document["registration"]),
        **{name: _read_distribution(document[name]) for name in ("count", "freight", "locomotives", "covered")},
    )
    return SceneCount(**document)


# ---------------------------------------------------------------------- places
_UNSAID_GAUGE = 1435
"""What the first version wrote for a track whose gauge nobody said, as for one of 1435 mm."""


def _track(track: Track) -> dict[str, Any]:
    document = {"id": track.id, "gauge_mm": _gauges(track.gauges_mm), "centreline": track.centreline}
    return document if track.network is None else {**document, "network": track.network}


def _gauges(gauges_mm: tuple[int, ...]) -> int | list[int]:
    """Write one number as the first version did wherever it can be read back: sites keep their digests and counts."""
    if not gauges_mm:
        return _UNSAID_GAUGE
    return gauges_mm[0] if len(gauges_mm) == 1 and gauges_mm[0] != _UNSAID_GAUGE else list(gauges_mm)


def _read_gauges(value: int | list[int]) -> tuple[int, ...]:
    if isinstance(value, list):
        return tuple(value)
    return () if value == _UNSAID_GAUGE else (value,)


def dump_site(site: Site) -> str:
    """Return the site as JSON; equal sites give equal text."""
    return _dumped(
        {
            "id": site.id,
            "name": site.name,
            "system": site.system,
            "tracks": [_track(track) for track in site.tracks],
            "zones": [{"id": zone.id, "ring": zone.ring} for zone in site.zones],
            "note": site.note,
        }
    )


def load_site(text: str) -> Site:
    """Return the site that ``dump_site`` wrote."""
    document = json.loads(text)
    system = CoordinateSystem(document["system"])
    tracks = tuple(
        Track(
            track["id"],
            tuple(MapPoint(x, y) for x, y in track["centreline"]),
            _read_gauges(track["gauge_mm"]),
            system,
            StockNetwork(track["network"]) if "network" in track else None,
        )
        for track in document["tracks"]
    )
    zones = tuple(
        Zone(zone["id"], tuple(MapPoint(x, y) for x, y in zone["ring"]), system) for zone in document["zones"]
    )
    return Site(document["id"], document["name"], tracks, zones, document["note"])


def site_digest(site: Site) -> str:
    """Return the SHA-256 of what a count depends on: the tracks, not the name or the note."""
    document = json.loads(dump_site(site))
    counted = {key: document[key] for key in ("system", "tracks")}
    return hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()


# ---------------------------------------------------------------------- scenes
def dump_scene(scene: Scene) -> str:
    """Return the scene's metadata as JSON."""
    files = files_to_json(scene.files)
    return _dumped(
        {name: getattr(scene, name) for name in _SCENE_FIELDS}
        | {"acquired": scene.acquired.isoformat(), "licence": {n: getattr(scene.licence, n) for n in _LICENCE_FIELDS}}
        | ({} if scene.snow_cover_pct is None else {"snow_cover_pct": scene.snow_cover_pct})
        | ({"bands": scene.bands} if scene.bands else {})
        | ({} if scene.provenance is None else {"provenance": provenance_to_json(scene.provenance)})
        | ({"files": files} if files else {})
    )


def load_scene(text: str) -> Scene:
    """Return the scene that ``dump_scene`` wrote, or an earlier version, which kept less of it.

    Raises:
        ValueRefusedError: where its values break their rules.
    """
    document = json.loads(text)
    document["acquired"] = datetime.fromisoformat(document["acquired"])
    document["licence"] = Licence(**document["licence"])
    document["bands"] = tuple(document.get("bands", ()))
    if "provenance" in document:
        document["provenance"] = provenance_from_json(document["provenance"])
    document["files"] = files_from_json(document.get("files", {}))
    return Scene(**document)
