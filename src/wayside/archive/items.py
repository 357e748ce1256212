"""Items of the archive: written, and read back as scenes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pystac

from wayside.archive.files import read_text, write_json
from wayside.archive.item_parts import PERCENTAGES_AND_ANGLES, Placement, scene_to_item
from wayside.errors import InputError, ValueRefusedError
from wayside.model.provenance import SceneFiles
from wayside.model.provenance_json import files_from_json, provenance_from_json
from wayside.model.scenes import Licence, Publication, Scene

__all__ = ["Placement", "item_of", "item_to_scene", "read_scene", "scene_to_item", "write_item"]


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
    return item_to_scene(item_of(read_text(path), where=str(path)), where=str(path))


def item_of(text: str, *, where: str) -> Mapping[str, Any]:
    """Return the item that a file's text is.

    Raises:
        InputError: not JSON, or not an item.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is not JSON ({error})", where=where) from error
    if not isinstance(document, dict) or document.get("type") != "Feature":
        raise InputError("this is not a STAC item", where=where)
    return document


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
        asset, made = item.assets["image"], properties.get("wayside:provenance")
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
            bands=_bands(asset),
            provenance=None if made is None else provenance_from_json(made),
            files=_files(item.assets),
            **{attribute: _number(properties.get(field)) for field, attribute in PERCENTAGES_AND_ANGLES.items()},
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
    stated = properties.get("wayside:publishable")
    # The first version wrote true or false.
    shown = stated is True or (isinstance(stated, str) and stated in {Publication.YES, Publication.WITH_ATTRIBUTION})
    return Licence(
        id=str(properties.get("wayside:licence") or properties.get("license") or "unknown"),
        attribution=str(properties.get("wayside:attribution", "")),
        publishable=shown,
        courtesy=properties.get("wayside:attribution_is_courtesy") is True,
        why=str(properties.get("wayside:licence_why", "")),
        url=str(properties.get("wayside:licence_url", "")),
    )


def _bands(asset: pystac.Asset) -> tuple[str, ...]:
    names = asset.extra_fields.get("wayside:bands", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueRefusedError("the names of the image's bands are not a list of texts")
    return tuple(names)


def _files(assets: Mapping[str, pystac.Asset]) -> SceneFiles:
    """Return the files beside the image; only those that wayside itself keeps there count."""
    document = {name: _stored(assets[name]) for name in ("overview", "mask") if name in assets}
    kind = assets["mask"].extra_fields.get("wayside:mask_kind", "") if "mask" in assets else ""
    return files_from_json({**document, "mask_kind": kind})


def _stored(asset: pystac.Asset) -> dict[str, Any]:
    extra = asset.extra_fields
    return {
        "href": asset.href.removeprefix("./"),
        "checksum": extra.get("file:checksum"),
        "size": extra.get("file:size"),
        "shape": extra.get("proj:shape"),
        "transform": extra.get("proj:transform"),
    }
