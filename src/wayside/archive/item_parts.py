"""A scene as a STAC 1.1 item, part by part."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pystac

from wayside._version import __version__
from wayside.archive.hrefs import is_web, scrubbed
from wayside.archive.spdx import is_listed
from wayside.model.places import MapPoint
from wayside.model.provenance import Provenance, StoredFile
from wayside.model.provenance_json import provenance_to_json
from wayside.model.scenes import Licence, Scene

__all__ = ["PERCENTAGES_AND_ANGLES", "Placement", "scene_to_item"]

_SCHEMAS = {
    "eo:": "https://stac-extensions.github.io/eo/v2.0.0/schema.json",
    "view:": "https://stac-extensions.github.io/view/v1.1.0/schema.json",
    "proj:": "https://stac-extensions.github.io/projection/v2.0.0/schema.json",
    "file:": "https://stac-extensions.github.io/file/v2.1.0/schema.json",
    "processing:": "https://stac-extensions.github.io/processing/v1.2.0/schema.json",
}
PERCENTAGES_AND_ANGLES = {
    "view:off_nadir": "off_nadir_deg",
    "view:azimuth": "view_azimuth_deg",
    "view:sun_elevation": "sun_elevation_deg",
    "view:sun_azimuth": "sun_azimuth_deg",
    "eo:cloud_cover": "cloud_cover_pct",
    "eo:snow_cover": "snow_cover_pct",
}
_COMMON_NAMES = frozenset({
    "pan", "coastal", "blue", "green", "green05", "yellow", "red", "rededge", "rededge071", "rededge075", "rededge078",
    "nir", "nir08", "nir09", "cirrus", "swir16", "swir22", "lwir", "lwir11", "lwir12",
})  # fmt: skip
_COG = "image/tiff; application=geotiff; profile=cloud-optimized"
_MEDIA = {
    ".tif": _COG, ".tiff": _COG, ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".jp2": "image/jp2", ".geojson": "application/geo+json",
}  # fmt: skip
_MASK_ROLES = {"cloud": ["cloud"]}


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
        data_type: of the stored pixels, as STAC names it ("uint8", "uint16"); empty where unknown.
        nodata: value of the stored pixels that stands for no data; None where there is none or it is unknown.
    """

    footprint: tuple[MapPoint, ...] | None = None
    code: str | None = None
    wkt: str | None = None
    shape: tuple[int, int] | None = None
    transform: tuple[float, ...] | None = None
    source_checksum: str = ""
    source_name: str = ""
    size: int | None = None
    data_type: str = ""
    nodata: float | None = None


def scene_to_item(scene: Scene, placement: Placement | None = None) -> dict[str, Any]:
    """Return a scene as a STAC 1.1 item.

    A scene without a footprint becomes an item without a geometry, which STAC allows. No address in the item has a
    user, a signature, a token or a key in it.
    """
    place = placement or Placement()
    geometry, bbox = _geometry(place.footprint)
    item = pystac.Item(
        id=scene.id, geometry=geometry, bbox=bbox, datetime=scene.acquired, properties=_properties(scene, place)
    )
    for key, asset in _assets(scene, place).items():
        item.add_asset(key, asset)
    document = item.to_dict(include_self_link=False, transform_hrefs=False)
    document["links"] = _links(scene)
    document["stac_extensions"] = _extensions_of(document)
    found: dict[str, Any] = scrubbed(document)
    return found


def _extensions_of(document: dict[str, Any]) -> list[str]:
    """Return the schemas of the extensions whose fields an item uses."""
    fields = {*document["properties"]}
    for asset in document["assets"].values():
        fields.update(asset)
        fields.update(name for band in asset.get("bands", ()) for name in band)
    return [url for key, url in _SCHEMAS.items() if any(field.startswith(key) for field in fields)]


def _stac_licence(licence: Licence) -> str:
    """Return what STAC's ``license`` says: an SPDX id, or "other" for all else."""
    return licence.id if is_listed(licence.id) else "other"


# ---------------------------------------------------------------------------- properties
def _properties(scene: Scene, place: Placement) -> dict[str, Any]:
    licence = scene.licence
    found: dict[str, Any] = {
        "gsd": scene.gsd_m,
        "license": _stac_licence(licence),
        "wayside:licence": licence.id,
        "wayside:publishable": str(licence.publication),
        "wayside:attribution": licence.attribution,
        "wayside:attribution_is_courtesy": licence.courtesy,
        "wayside:licence_why": licence.why,
        "wayside:licence_url": licence.url,
        "wayside:drawn": scene.drawn,
        "wayside:source_checksum": place.source_checksum,
        "wayside:source_name": place.source_name,
        "platform": scene.platform,
        **_crs(place),
        **_processing(scene, place),
    }
    always = {"proj:code", "wayside:drawn"}
    found = {name: value for name, value in found.items() if name in always or value not in ("", None, False)}
    if scene.provider:
        found["providers"] = [{"name": scene.provider, "roles": ["producer"]}]
    if scene.provenance is not None:
        found["wayside:provenance"] = provenance_to_json(scene.provenance)
    for field, attribute in PERCENTAGES_AND_ANGLES.items():
        value = getattr(scene, attribute)
        if value is not None:
            found[field] = value
    return found


def _crs(place: Placement) -> dict[str, Any]:
    """Return the CRS that the image and its side files share; their shapes and transforms are their own."""
    if place.transform is None:
        return {}
    found: dict[str, Any] = {"proj:code": place.code}
    return found if place.code is not None or place.wkt is None else {**found, "proj:wkt2": place.wkt}


def _processing(scene: Scene, place: Placement) -> dict[str, Any]:
    made = scene.provenance
    if made is None and not place.source_name:
        return {}
    name, _, version = (made.software if made is not None else "").partition(" ")
    software = {name: version} if name and version else {"wayside": __version__}
    found: dict[str, Any] = {"processing:software": software, "processing:lineage": _lineage(made, place)}
    return (
        found if made is None else {**found, "processing:datetime": made.retrieved.isoformat().replace("+00:00", "Z")}
    )


def _lineage(made: Provenance | None, place: Placement) -> str:
    if made is None:
        return f"Converted from {place.source_name} to a cloud-optimised GeoTIFF."
    read = ", ".join(f"{item.item} ({item.collection or item.source})" for item in made.items)
    return " ".join((f"Cut to the site from {read} and stored as a cloud-optimised GeoTIFF.", *made.notes))


def _geometry(ring: tuple[MapPoint, ...] | None) -> tuple[dict[str, Any] | None, list[float] | None]:
    if not ring:
        return None, None
    xs, ys = [p.x for p in ring], [p.y for p in ring]
    polygon = {"type": "Polygon", "coordinates": [[[p.x, p.y] for p in ring]]}
    return polygon, [min(xs), min(ys), max(xs), max(ys)]


# ---------------------------------------------------------------------------- assets
def _assets(scene: Scene, place: Placement) -> dict[str, pystac.Asset]:
    whole = StoredFile(scene.href, scene.checksum, place.size, place.shape, place.transform)
    files = scene.files
    found = {"image": _asset(whole, "Image", ["data"], _bands(scene, place))}
    if files.overview is not None:
        found["overview"] = _asset(files.overview, "Overview of the whole site", ["overview"], {})
    if files.mask is not None:
        roles = _MASK_ROLES.get(files.mask_kind, ["data-mask", "cloud"])
        title = f"The provider's mask ({files.mask_kind})"
        found["mask"] = _asset(files.mask, title, roles, {"wayside:mask_kind": str(files.mask_kind)})
    return found


def _asset(file: StoredFile, title: str, roles: list[str], more: dict[str, Any]) -> pystac.Asset:
    extra: dict[str, Any] = {"file:checksum": file.checksum, **more}
    if file.size is not None:
        extra["file:size"] = file.size
    if file.transform is not None:
        extra["proj:transform"] = list(file.transform)
    if file.shape is not None:
        extra["proj:shape"] = list(file.shape)
    media = next((kind for end, kind in _MEDIA.items() if file.href.lower().endswith(end)), None)
    return pystac.Asset(_relative(file.href), title=title, media_type=media, roles=roles, extra_fields=extra)


def _bands(scene: Scene, place: Placement) -> dict[str, Any]:
    pixels: dict[str, Any] = {"data_type": place.data_type} if place.data_type else {}
    if place.nodata is not None:
        pixels["nodata"] = place.nodata if math.isfinite(place.nodata) else str(place.nodata)  # "nan", "inf", "-inf"
    bands = [
        {"name": name or f"band {i}"} | ({"eo:common_name": name} if name in _COMMON_NAMES else {})
        for i, name in enumerate(scene.bands, start=1)
    ]
    return pixels | ({"bands": bands, "wayside:bands": list(scene.bands)} if bands else {})


def _relative(href: str) -> str:
    return href if "://" in href or href.startswith(("/", "./", "../")) else f"./{href}"


# ---------------------------------------------------------------------------- links
def _links(scene: Scene) -> list[dict[str, str]]:
    """Return where the terms, the source items and their catalogues are; only addresses that others can reach."""
    items = scene.provenance.items if scene.provenance is not None else ()
    found = [("license", scene.licence.url, "", scene.licence.id)]
    found += [("derived_from", item.href, "application/geo+json", f"{item.source}: {item.item}") for item in items]
    found += [("via", address, "", name) for name, address in dict.fromkeys((i.source, i.catalogue) for i in items)]
    return [
        {"rel": rel, "href": href} | ({"type": media} if media else {}) | {"title": title}
        for rel, href, media, title in found
        if is_web(href)
    ]
