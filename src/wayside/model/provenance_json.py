"""Provenance and side files as JSON and back, exactly; catalogue items and the database hold the same form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wayside.errors import ValueRefusedError
from wayside.model.places import MapPoint
from wayside.model.provenance import Provenance, SceneFiles, SourceAsset, SourceItem, StoredFile

__all__ = ["files_from_json", "files_to_json", "provenance_from_json", "provenance_to_json"]

_ITEM_TEXTS = ("source", "catalogue", "item", "collection", "href", "version")
_ASSET_TEXTS = ("key", "href", "checksum", "etag")


def provenance_to_json(provenance: Provenance) -> dict[str, Any]:
    """Return it as an object; what is empty is left out."""
    return _filled(
        {
            "items": [_item(item) for item in provenance.items],
            "retrieved": provenance.retrieved.isoformat(),
            "others": [_item(item) for item in provenance.others],
            "software": provenance.software,
            "notes": list(provenance.notes),
            "area": [[p.x, p.y] for p in provenance.area],
            "site": provenance.site,
        }
    )


def _filled(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value not in ("", None, [])}


def _item(item: SourceItem) -> dict[str, Any]:
    document: dict[str, Any] = {name: getattr(item, name) for name in _ITEM_TEXTS}
    document["assets"] = [
        _filled({name: getattr(asset, name) for name in (*_ASSET_TEXTS, "size")}) for asset in item.assets
    ]
    document["processed"] = None if item.processed is None else item.processed.isoformat()
    return _filled(document)


def provenance_from_json(document: object) -> Provenance:
    """Return the provenance that an object describes.

    Raises:
        ValueRefusedError: anything is missing or not what it should be.
    """
    whole = _object(document, "provenance")
    return Provenance(
        items=_items(whole.get("items")),
        retrieved=_time(whole.get("retrieved")),
        others=_items(whole.get("others", [])),
        software=_text(whole, "software"),
        notes=tuple(_string(note, "a note") for note in _list(whole.get("notes", []), "notes")),
        area=tuple(_point(p) for p in _list(whole.get("area", []), "area")),
        site=_text(whole, "site"),
    )


def _items(value: object) -> tuple[SourceItem, ...]:
    return tuple(_read_item(_object(item, "an item")) for item in _list(value, "items"))


def _read_item(document: Mapping[str, Any]) -> SourceItem:
    processed = document.get("processed")
    return SourceItem(
        **{name: _text(document, name) for name in _ITEM_TEXTS},
        assets=tuple(_read_asset(_object(a, "an asset")) for a in _list(document.get("assets", []), "assets")),
        processed=None if processed is None else _time(processed),
    )


def _read_asset(document: Mapping[str, Any]) -> SourceAsset:
    return SourceAsset(**{name: _text(document, name) for name in _ASSET_TEXTS}, size=_size(document.get("size")))


def files_to_json(files: SceneFiles) -> dict[str, Any]:
    """Return the files as an object, which is empty where there are none."""
    stored = {"overview": files.overview, "mask": files.mask}
    named = {name: _stored(file) for name, file in stored.items() if file is not None}
    return named | ({"mask_kind": files.mask_kind} if files.mask_kind else {})


def _stored(file: StoredFile) -> dict[str, Any]:
    document = {"href": file.href, "checksum": file.checksum, "size": file.size}
    shape = None if file.shape is None else list(file.shape)
    transform = None if file.transform is None else list(file.transform)
    return _filled({**document, "shape": shape, "transform": transform})


def files_from_json(document: object) -> SceneFiles:
    """Return the files that an object describes.

    Raises:
        ValueRefusedError: anything is missing or not what it should be.
    """
    whole = _object(document, "files")
    overview, mask = (
        _read_stored(_object(whole[name], name)) if name in whole else None for name in ("overview", "mask")
    )
    return SceneFiles(overview, mask, _text(whole, "mask_kind"))


def _read_stored(document: Mapping[str, Any]) -> StoredFile:
    shape, transform = document.get("shape"), document.get("transform")
    return StoredFile(
        href=_text(document, "href"),
        checksum=_text(document, "checksum"),
        size=_size(document.get("size")),
        shape=None if shape is None else _shape(shape),
        transform=None if transform is None else tuple(_number(n) for n in _list(transform, "transform")),
    )


# ---------------------------------------------------------------------------- small parts
def _object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueRefusedError(f"{name} is not an object")
    return value


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueRefusedError(f"{name} is not a list")
    return value


def _string(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueRefusedError(f"{name} is not text")
    return value


def _text(document: Mapping[str, Any], name: str) -> str:
    return _string(document.get(name, ""), name)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueRefusedError(f"{value!r} is not a number")
    return value


def _size(value: object) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueRefusedError("a size is not a whole number")
    return value


def _shape(value: object) -> tuple[int, int]:
    numbers = [_size(n) for n in _list(value, "shape")]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        raise ValueRefusedError("a shape is not two whole numbers")
    return numbers[0], numbers[1]


def _point(value: object) -> MapPoint:
    numbers = _list(value, "a position")
    if len(numbers) != 2:
        raise ValueRefusedError("a position is not two numbers")
    return MapPoint(_number(numbers[0]), _number(numbers[1]))


def _time(value: object) -> datetime:
    try:
        return datetime.fromisoformat(_string(value, "a time"))
    except ValueError as error:
        raise ValueRefusedError(f"{value!r} is not a time") from error
