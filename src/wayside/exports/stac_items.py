"""Items of an exported catalogue: a scene without its pixels, and the label item of what was found in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from wayside.assessment.addresses import link_of, without_parameters
from wayside.exports.contents import Contents, Table
from wayside.exports.shapes import bounds_of
from wayside.exports.staging import multihash
from wayside.exports.texts import clean
from wayside.model.cars import CarType
from wayside.model.vectors import Field

__all__ = ["STAC_VERSION", "label_item", "scene_item"]

STAC_VERSION = "1.1.0"
_GEOJSON = "application/geo+json"
_SCHEMAS = "https://stac-extensions.github.io"
_LABEL = f"{_SCHEMAS}/label/v1.0.1/schema.json"
_FILE = f"{_SCHEMAS}/file/v2.1.0/schema.json"
_PROCESSING = f"{_SCHEMAS}/processing/v1.2.0/schema.json"
_KEPT = {"eo:": f"{_SCHEMAS}/eo/v2.0.0/schema.json", "view:": f"{_SCHEMAS}/view/v1.1.0/schema.json"}
_KEPT_FIELDS = (
    "eo:cloud_cover", "eo:snow_cover", "view:off_nadir", "view:azimuth", "view:sun_elevation", "view:sun_azimuth",
    "license", "platform", "providers", "wayside:licence", "wayside:publishable", "wayside:attribution",
    "wayside:licence_url", "wayside:drawn",
)  # fmt: skip
"""Of the archive's item; its file names, provenance and places on disk stay behind."""
_RELATIONS = frozenset({"license", "derived_from", "via"})
_HANDLED = {"automatic": ["automated"], "review": ["manual"], "accepted": ["manual"]}
_UNKNOWN_VERSION = "unknown"


def scene_item(
    record: Mapping[str, Field], held: Mapping[str, Any], contents: Contents, *, area: list[float]
) -> dict[str, Any]:
    """Return the item of a scene.

    Args:
        record: the scene's row of the table counts.
        held: its item in the archive; empty where there is none.
        contents: of the export.
        area: box around the tracks, for a scene whose outline is not known.
    """
    geometry, box = _placed(held, area)
    given = held.get("properties", {})
    properties = {name: _public(given[name]) for name in _KEPT_FIELDS if name in given}
    link = str(properties.pop("wayside:licence_url", ""))
    properties |= {"wayside:licence_url": link_of(link)} if link_of(link) else {}
    properties |= {
        "datetime": record["acquired"],
        "gsd": record["gsd_m"],
        "wayside:site": contents.site_id,
        "wayside:image_checksum": record["checksum"],
    }
    properties.setdefault("license", "other")
    return {
        "type": "Feature",
        "stac_version": STAC_VERSION,
        "stac_extensions": [url for key, url in _KEPT.items() if any(name.startswith(key) for name in properties)],
        "id": str(record["scene"]),
        "collection": "scenes",
        "geometry": geometry,
        "bbox": box,
        "properties": properties,
        "assets": {},
        "links": [*_own_links(), *_public_links(held)],
    }


def label_item(
    record: Mapping[str, Field], cars: Table, contents: Contents, *, name: str, data: bytes, area: list[float]
) -> dict[str, Any]:
    """Return the label item of what was found in a scene.

    Args:
        record: the scene's row of the table counts.
        cars: its cars.
        contents: of the export.
        name: number of the scene's files.
        data: the GeoJSON that holds the cars.
        area: box around the tracks, where the labels lie.
    """
    kind = str(record["count_kind"])
    counted = Counter(str(car) for car in cars.column("type"))
    properties: dict[str, Any] = {
        "datetime": record["acquired"],
        "license": "other",
        "label:properties": ["type"],
        "label:classes": [{"name": "type", "classes": [str(one) for one in CarType]}],
        "label:description": cars.meaning.text,
        "label:type": "vector",
        "label:tasks": ["detection"],
        "label:methods": _HANDLED.get(kind, ["automated"]),
        "label:overviews": [
            {"property_key": "type", "counts": [{"name": one, "count": n} for one, n in sorted(counted.items())]}
        ],
        "processing:software": _software(record),
        "processing:lineage": _lineage(record),
        "processing:datetime": contents.made,
        "wayside:site": contents.site_id,
        "wayside:status": record["status"],
        "wayside:count_kind": kind,
        "wayside:author": record["author"],
    }
    for field in ("count", "low", "high", "visible_fraction", "attribution"):
        if record[field] not in (None, ""):
            properties[f"wayside:{field}"] = record[field]
    box = bounds_of(cars.outlines) or area
    asset = {
        "href": f"./{name}-cars.geojson",
        "title": "Cars",
        "type": _GEOJSON,
        "roles": ["data"],
        "file:checksum": multihash(data),
        "file:size": len(data),
    }
    return {
        "type": "Feature",
        "stac_version": STAC_VERSION,
        "stac_extensions": [_LABEL, _FILE, _PROCESSING],
        "id": f"{record['scene']}-cars",
        "collection": "labels",
        "geometry": _rectangle(box),
        "bbox": box,
        "properties": properties,
        "assets": {"labels": asset},
        "links": [
            *_own_links(),
            {"rel": "source", "href": f"../scenes/{name}.json", "type": _GEOJSON},
            {"rel": "derived_from", "href": f"../scenes/{name}.json", "type": _GEOJSON},
        ],
    }


def _software(record: Mapping[str, Field]) -> dict[str, str]:
    """Return name and version of the program and of the network, as the count has them."""
    found = {}
    for said in (str(record["software"]), str(record["model"])):
        name, _, version = said.partition(" ")
        if name:
            found[name] = version or _UNKNOWN_VERSION
    return found


def _lineage(record: Mapping[str, Field]) -> str:
    how = "an analyst's review" if record["count_kind"] != "automatic" else "an automatic count along the site's tracks"
    return f"Outlines of {how}, in the image whose checksum is {record['checksum']}."


def _own_links() -> list[dict[str, str]]:
    kind = "application/json"
    return [
        {"rel": "root", "href": "../catalog.json", "type": kind},
        {"rel": "parent", "href": "./collection.json", "type": kind},
        {"rel": "collection", "href": "./collection.json", "type": kind},
    ]


def _public_links(held: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return where the terms, the source items and their catalogues are, where anybody may know it."""
    return [
        {"rel": link["rel"], "href": link_of(str(link["href"]))}
        for link in held.get("links", ())
        if link.get("rel") in _RELATIONS and link_of(str(link.get("href", "")))
    ]


def _placed(held: Mapping[str, Any], area: list[float]) -> tuple[dict[str, Any], list[float]]:
    geometry, box = held.get("geometry"), held.get("bbox")
    if isinstance(geometry, Mapping) and isinstance(box, list) and len(box) == 4:
        return dict(geometry), box
    return _rectangle(area), area


def _rectangle(box: list[float]) -> dict[str, Any]:
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _public(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON whose texts have no secret address and no control character."""
    if isinstance(value, str):
        return clean(without_parameters(value))
    if isinstance(value, Mapping):
        return {str(name): _public(inner) for name, inner in value.items()}
    return [_public(inner) for inner in value] if isinstance(value, list) else value
