"""Scenes as STAC items, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pystac

from wayside.archive.files import read_text, write_json
from wayside.errors import InputError, ValueRefusedError
from wayside.model.places import MapPoint
from wayside.model.scenes import Licence, Scene

__all__ = ["Placement", "item_to_scene", "read_scene", "scene_to_item", "write_item"]

_SCHEMAS = {
    "eo:": "https://stac-extensions.github.io/eo/v2.0.0/schema.json",
    "view:": "https://stac-extensions.github.io/view/v1.1.0/schema.json",
    "proj:": "https://stac-extensions.github.io/projection/v2.0.0/schema.json",
    "file:": "https://stac-extensions.github.io/file/v2.1.0/schema.json",
}
_ANGLES = {
    "view:off_nadir": "off_nadir_deg",
    "view:azimuth": "view_azimuth_deg",
    "view:sun_elevation": "sun_elevation_deg",
    "view:sun_azimuth": "sun_azimuth_deg",
    "eo:cloud_cover": "cloud_cover_pct",
}
_SPDX = re.compile(r"[A-Za-z0-9.+-]+", re.ASCII)
_NOT_SPDX = frozenset({"unknown", "proprietary", "various", "other"})
_COG = "image/tiff; application=geotiff; profile=cloud-optimized"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a scene's image lies, and what it was made from.

    Attributes:
        footprint: outline in degrees, closed; None for an image without a map.
        code: CRS as "EPSG:n"; None where it has no such name or there is no map.
        wkt: CRS as WKT, where it has no code; None else.
        shape: height and width in pixels; None where unknown.
        transform: a, b, c, d, e, f; None without a map.
        source_checksum: multihash of the file that the image was converted from; empty where it was not converted.
        source_name: that file's name; may be empty.
        size: the stored image's size in bytes; None where unknown.
    """

    footprint: tuple[MapPoint, ...] | None = None
    code: str | None = None
    wkt: str | None = None
    shape: tuple[int, int] | None = None
    transform: tuple[float, ...] | None = None
    source_checksum: str = ""
    source_name: str = ""
    size: int | None = None


def scene_to_item(scene: Scene, placement: Placement | None = None) -> dict[str, Any]:
    """Return a scene as a STAC 1.1 item.

    A scene without a footprint becomes an item without a geometry, which STAC allows.
    """
    place = placement or Placement()
    geometry, bbox = _geometry(place.footprint)
    properties = {**_properties(scene), **_projection(place)}
    if place.source_checksum:
        properties["wayside:source_checksum"] = place.source_checksum
    if place.source_name:
        properties["wayside:source_name"] = place.source_name
    extra = {"file:checksum": scene.checksum} | ({} if place.size is None else {"file:size": place.size})
    item = pystac.Item(
        id=scene.id, geometry=geometry, bbox=bbox, datetime=scene.acquired, properties=properties, stac_extensions=[]
    )
    asset = pystac.Asset(_relative(scene.href), media_type=_media_type(scene.href), roles=["data"], extra_fields=extra)
    item.add_asset("image", asset)
    fields = [*properties, *extra]
    item.stac_extensions = [url for key, url in _SCHEMAS.items() if any(f.startswith(key) for f in fields)]
    return item.to_dict(include_self_link=False, transform_hrefs=False)


def _properties(scene: Scene) -> dict[str, Any]:
    licence = scene.licence
    plain = _SPDX.fullmatch(licence.id) and licence.id.lower() not in _NOT_SPDX
    found: dict[str, Any] = {
        "gsd": scene.gsd_m,
        "license": licence.id if plain else "other",
        "wayside:licence": licence.id,
        "wayside:publishable": licence.publishable,
        "wayside:drawn": scene.drawn,
    }
    if licence.attribution:
        found["wayside:attribution"] = licence.attribution
    if scene.provider:
        found["providers"] = [{"name": scene.provider, "roles": ["producer"]}]
    if scene.platform:
        found["platform"] = scene.platform
    for field, attribute in _ANGLES.items():
        value = getattr(scene, attribute)
        if value is not None:
            found[field] = value
    return found


def _projection(place: Placement) -> dict[str, Any]:
    if place.transform is None:
        return {}
    found: dict[str, Any] = {"proj:transform": list(place.transform), "proj:code": place.code}
    if place.code is None and place.wkt is not None:
        found["proj:wkt2"] = place.wkt
    if place.shape is not None:
        found["proj:shape"] = list(place.shape)
    return found


def _geometry(ring: tuple[MapPoint, ...] | None) -> tuple[dict[str, Any] | None, list[float] | None]:
    if not ring:
        return None, None
    xs, ys = [p.x for p in ring], [p.y for p in ring]
    polygon = {"type": "Polygon", "coordinates": [[[p.x, p.y] for p in ring]]}
    return polygon, [min(xs), min(ys), max(xs), max(ys)]


def _relative(href: str) -> str:
    return href if "://" in href or href.startswith(("/", "./", "../")) else f"./{href}"


def _media_type(href: str) -> str | None:
    return _COG if href.lower().endswith((".tif", ".tiff")) else None


def write_item(path: Path, item: Mapping[str, Any]) -> None:
    """Write an item; the file appears by rename.

    Raises:
        OutsideError: the disk refuses.
    """
    write_json(path, item)


def read_scene(path: Path) -> Scene:
    """Read a scene from an item file.

    Raises:
        InputError: no such file, not an item, or without what a scene needs.
        OutsideError: the disk refuses.
    """
    text = read_text(path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is not JSON ({error})", where=str(path)) from error
    if not isinstance(document, dict) or document.get("type") != "Feature":
        raise InputError("this is not a STAC item", where=str(path))
    return item_to_scene(document, where=str(path))


def item_to_scene(document: Mapping[str, Any], *, where: str = "") -> Scene:
    """Return the scene that an item describes; older STAC versions are read too.

    Raises:
        InputError: not an item, or without a time, a GSD, an image with a checksum.
    """
    name = where or str(document.get("id", "item"))
    _check_shape(document, name)
    try:
        item = pystac.Item.from_dict(dict(document), migrate=True)
        properties = item.properties
        asset = item.assets["image"]
        return Scene(
            id=item.id,
            acquired=_time(item),
            gsd_m=float(properties["gsd"]),
            checksum=str(asset.extra_fields["file:checksum"]),
            href=asset.href.removeprefix("./"),
            provider=_provider(properties),
            platform=str(properties.get("platform", "")),
            licence=_licence(properties),
            drawn=properties.get("wayside:drawn") is True,
            **{attribute: _number(properties.get(field)) for field, attribute in _ANGLES.items()},
        )
    except ValueRefusedError as error:
        raise InputError(error.what, where=name) from error
    except KeyError as error:
        raise InputError(f"the item has no {error.args[0]!r}", where=name) from error
    except (pystac.STACError, pystac.STACTypeError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"this is not a STAC item that can be read ({error})", where=name) from error


def _check_shape(document: Mapping[str, Any], where: str) -> None:
    """Refuse what pystac would stumble over, which takes an item's members for what they should be."""
    for member, kind in (("id", str), ("properties", dict), ("assets", dict), ("links", list)):
        if not isinstance(document.get(member), kind):
            raise InputError(f"this is not a STAC item: its {member!r} is missing or malformed", where=where)
    parts = [*document["assets"].values(), *document["links"]]
    if document.get("type") != "Feature" or not all(isinstance(part, dict) and "href" in part for part in parts):
        raise InputError("this is not a STAC item that can be read", where=where)


def _time(item: pystac.Item) -> datetime:
    if item.datetime is None:
        raise ValueRefusedError(f"item {item.id} has no single time")
    return item.datetime


def _number(value: str | float | None) -> float | None:
    return None if value is None else float(value)


def _provider(properties: Mapping[str, Any]) -> str:
    providers = properties.get("providers") or []
    return str(providers[0].get("name", "")) if providers else ""


def _licence(properties: Mapping[str, Any]) -> Licence:
    return Licence(
        id=str(properties.get("wayside:licence") or properties.get("license") or "unknown"),
        attribution=str(properties.get("wayside:attribution", "")),
        publishable=properties.get("wayside:publishable") is True,
    )
