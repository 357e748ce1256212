"""Items of STAC 0.9 to 1.1, of any provider, as found scenes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from shapely.geometry.base import BaseGeometry

from wayside.archive.hrefs import is_web, without_secrets
from wayside.archive.licences import licence_from_stac
from wayside.archive.search.asset_kinds import is_other_product
from wayside.archive.search.assets import AssetContext, Choice, choose
from wayside.archive.search.fields import (
    azimuth,
    first_number,
    links_of,
    mapping,
    middle,
    moment,
    number,
    sequence,
    text,
    texts,
)
from wayside.archive.search.footprints import footprint, rings_of
from wayside.archive.search.hrefs import absolute
from wayside.archive.search.identity import identity, platform_name
from wayside.errors import AddressRefusedError, ValueRefusedError
from wayside.model.acquisitions import FoundScene
from wayside.model.sources import CatalogueSource

__all__ = ["Draft", "LeftOut", "Made", "draft_of", "key_of", "scene_of", "span_of"]

_LONGEST_ID = 500
_LONGEST_LOOK = timedelta(hours=48)
_MAKERS = ("producer", "licensor", "processor")
_PROCESSED = ("s2:generation_time", "processing:datetime", "created", "published", "updated")
_VERSIONS = (
    "s2:processing_baseline",
    "sentinel:processing_baseline",
    "processing:version",
    "version",
    "landsat:collection_number",
)


class LeftOut(StrEnum):
    """Why an item is no answer, though nothing is wrong with it."""

    OUTSIDE = "outside the site"
    TIME = "outside the dates"
    COLLECTION = "of another collection"
    NOT_OPTICAL = "no optical image"
    COMPOSITE = "put together from more than two days"
    GSD = "outside the limits of GSD"
    CLOUD = "too cloudy"


class Draft(NamedTuple):
    """An item whose place and time are known.

    Attributes:
        item: its id.
        collection: its collection's id; may be empty.
        acquired: its time, the middle of its span.
        span: from its start to its end.
        shape: where it lies.
        document: all of it.
        base: address that its relative addresses start from.
        href: its own address; may be empty.
    """

    item: str
    collection: str
    acquired: datetime
    span: timedelta
    shape: BaseGeometry
    document: Mapping[str, Any]
    base: str
    href: str


class Made(NamedTuple):
    """What became of an item.

    Attributes:
        scene: the scene, or why it is none.
        finest_gsd_m: of its image once sharpened, metres; None where unknown.
        trouble: what of it is out of reach, sentences.
    """

    scene: FoundScene | LeftOut
    finest_gsd_m: float | None = None
    trouble: tuple[str, ...] = ()


def key_of(item: object) -> str:
    """Return a key that the same item has on every page; any JSON is taken."""
    found = mapping(item)
    if isinstance(found.get("id"), str):
        return f"{text(found.get('collection'))}\0{found['id']}"
    try:
        return hashlib.sha256(json.dumps(item, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
    except RecursionError:
        return "nested too deep"


def span_of(item: object) -> tuple[datetime, datetime] | None:
    """Return from when to when an item was acquired; None where it does not say."""
    properties = mapping(mapping(item).get("properties"))
    single = moment(properties.get("datetime"))
    start = moment(properties.get("start_datetime", properties.get("dtr:start_datetime")))
    end = moment(properties.get("end_datetime", properties.get("dtr:end_datetime")))
    times = sorted(t for t in (single, start, end) if t is not None)
    return (times[0], times[-1]) if times else None


def draft_of(item: object, base: str, *, collection: str = "", in_file: bool = False, local: bool = False) -> Draft:
    """Return an item's place and time.

    Args:
        item: any JSON.
        base: address of the document that it stands in.
        collection: of the catalogue that it was found in, for items that do not say theirs.
        in_file: whether that document is the item itself; else its own address is its ``self`` link.
        local: whether addresses may be files of this machine.

    Raises:
        ValueRefusedError: it is no item, or without an id, a time, a place.
    """
    found = mapping(item)
    properties = mapping(found.get("properties"))
    name = found.get("id")
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_ID:
        raise ValueRefusedError("the item has no id that can be used")
    span = span_of(found)
    if span is None:
        raise ValueRefusedError("the item has no time")
    single = moment(properties.get("datetime"))
    href = base if in_file else _own_address(found, base, local=local)
    return Draft(
        item=name,
        collection=text(found.get("collection")) or text(properties.get("collection")) or collection,
        acquired=single or middle(*span),
        span=span[1] - span[0],
        shape=footprint(found),
        document=found,
        base=href or base,
        href=href,
    )


def _own_address(item: Mapping[str, Any], base: str, *, local: bool) -> str:
    for link in links_of(item):
        if link["rel"] == "self":
            try:
                href = absolute(link["href"], base, local=local)
            except AddressRefusedError:
                return ""
            return href if is_web(href) or not is_web(base) else ""
    return ""


def scene_of(draft: Draft, source: CatalogueSource, catalogue: str, collection: Mapping[str, Any] | None) -> Made:
    """Return the scene that an item is.

    Args:
        draft: the item.
        source: where it was found.
        catalogue: the source's address as it may be shown.
        collection: the item's collection; None where there is none.

    Raises:
        ValueRefusedError: the item is malformed.
    """
    properties = _properties(draft.document, collection)
    if draft.span > _LONGEST_LOOK:
        return Made(LeftOut.COMPOSITE)
    if is_other_product(draft.collection) or any(name.startswith(("sar:", "s1:", "pc:")) for name in properties):
        return Made(LeftOut.NOT_OPTICAL)
    choice = _choose(draft, properties, source, collection)
    if not choice.image:
        return Made(LeftOut.NOT_OPTICAL, None, choice.trouble)
    gsds = [a.gsd_m for a in (*choice.image, choice.pan) if a is not None and a.gsd_m is not None]
    scene = _scene(draft, properties, choice, source=source, catalogue=catalogue, collection=collection)
    return Made(scene, min(gsds) if choice.pan else choice.gsd_m, choice.trouble)


def _properties(item: Mapping[str, Any], collection: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return an item's properties over those that its collection has for all its items (before STAC 1.0)."""
    common = mapping(mapping(collection).get("properties"))
    return {**{str(k): v for k, v in common.items()}, **mapping(item.get("properties"))}


def _sensor(draft: Draft, properties: Mapping[str, Any]) -> str:
    named = (properties.get(k) for k in ("platform", "eo:platform", "constellation", "mission"))
    return " ".join(t for t in (*map(text, named), draft.collection, draft.item) if t)


def _choose(
    draft: Draft, properties: Mapping[str, Any], source: CatalogueSource, collection: Mapping[str, Any] | None
) -> Choice:
    common = mapping(mapping(collection).get("item_assets"))
    summaries = mapping(mapping(collection).get("summaries"))
    assets = {
        key: {**mapping(common.get(key)), **mapping(raw)} for key, raw in mapping(draft.document.get("assets")).items()
    }
    listed = sequence(summaries.get("gsd"))
    gsd_keys = ("gsd", "eo:gsd", "pl:pixel_resolution", "planet:pixel_resolution", "pixel_resolution")
    bands = sequence(properties.get("eo:bands")) or sequence(properties.get("bands"))
    context = AssetContext(
        properties=properties,
        base=draft.base,
        sensor=_sensor(draft, properties),
        common=bands or sequence(summaries.get("eo:bands")),
        gsd_m=first_number(
            *(properties.get(k) for k in gsd_keys), listed[0] if len(listed) == 1 else None, low=1e-3, high=1e6
        ),
        local=source.local,
    )
    return choose(assets, context, source.assets)


def _scene(
    draft: Draft,
    properties: Mapping[str, Any],
    choice: Choice,
    *,
    source: CatalogueSource,
    catalogue: str,
    collection: Mapping[str, Any] | None,
) -> FoundScene:
    ids = identity(draft.item, properties)
    providers = sequence(properties.get("providers")) or sequence(mapping(collection).get("providers"))
    makers = tuple(p for p in providers if isinstance(p, Mapping))
    zenith = number(properties.get("s2:mean_solar_zenith"), 0, 180)
    off_nadir = first_number(
        *(properties.get(k) for k in ("view:off_nadir", "eo:off_nadir", "pl:view_angle", "view_angle")),
        low=-90,
        high=90,
    )
    elevations = [properties.get(k) for k in ("view:sun_elevation", "eo:sun_elevation", "sun_elevation")]
    licence = licence_from_stac(
        {**properties, "collection": draft.collection},
        collection=collection,
        links=tuple(links_of(draft.document)),
        providers=makers,
        override=source.licence,
        assets=choice.raw,
    )
    return FoundScene(
        source=source.name,
        catalogue=catalogue,
        collection=draft.collection,
        item=draft.item,
        acquired=draft.acquired,
        rings=rings_of(draft.shape),
        image=choice.image,
        item_href=draft.href,
        pan=choice.pan,
        mask=choice.mask,
        mask_kind=choice.mask_kind,
        gsd_m=choice.gsd_m,
        provider=_provider(makers),
        platform=_platform(properties, ids),
        licence=replace(licence, url=without_secrets(licence.url)),
        off_nadir_deg=None if off_nadir is None else abs(off_nadir),
        view_azimuth_deg=azimuth(*(properties.get(k) for k in ("view:azimuth", "eo:azimuth", "satellite_azimuth"))),
        sun_elevation_deg=first_number(*elevations, None if zenith is None else 90 - zenith, low=-90, high=90),
        sun_azimuth_deg=azimuth(
            *(properties.get(k) for k in ("view:sun_azimuth", "eo:sun_azimuth", "s2:mean_solar_azimuth", "sun_azimuth"))
        ),
        cloud_cover_pct=_cloud(properties),
        processed=next((m for k in _PROCESSED if (m := moment(properties.get(k)))), None),
        version=ids.pop("baseline", "") or next((t for k in _VERSIONS if (t := _words(properties.get(k)))), ""),
        properties=ids,
        drawn=properties.get("wayside:drawn") is True,
    )


def _words(value: object) -> str:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else text(value)


def _platform(properties: Mapping[str, Any], ids: dict[str, str]) -> str:
    satellite = ids.pop("satellite", "")
    keys = ("platform", "eo:platform", "vehicle_name", "satellite_id", "pl:satellite_id")
    stated = next((t for k in keys if (t := _words(properties.get(k)))), "")
    # "sentinel-2" and "landsat" name a family; the id knows which of them it was.
    return stated if not satellite or platform_name(stated) == platform_name(satellite) else satellite


def _provider(providers: tuple[Mapping[str, Any], ...]) -> str:
    for role in _MAKERS:
        for provider in providers:
            if role in texts(provider.get("roles")) and (name := text(provider.get("name"))):
                return name
    return next((name for p in providers if (name := text(p.get("name")))), "")


def _cloud(properties: Mapping[str, Any]) -> float | None:
    """Return cloud cover in per cent; Planet's own field is a fraction, and a negative one stands for unknown."""
    keys = ("eo:cloud_cover", "tile:clouds_percent", "cloud_percent", "pl:cloud_percent")
    stated = first_number(*(properties.get(k) for k in keys), low=0, high=100)
    if stated is not None:
        return stated
    fraction = number(properties.get("cloud_cover"), 0, 1)
    return None if fraction is None else 100.0 * fraction
