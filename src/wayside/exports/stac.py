"""A static STAC 1.1 catalogue: the scenes as items, and what was found in each as a label item with its GeoJSON.

Files are numbered, as ids come from strangers. Pixels are not in it: an image is named by its checksum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wayside.exports.contents import Contents
from wayside.exports.geojson import collection_lines
from wayside.exports.shapes import bounds_of
from wayside.exports.stac_items import STAC_VERSION, label_item, scene_item
from wayside.exports.staging import put_bytes, put_json

__all__ = ["write_stac"]

_GEOJSON = "application/geo+json"
_JSON = "application/json"


def write_stac(folder: Path, contents: Contents) -> None:
    """Write catalogue, collections, scene items, label items and their GeoJSON into a staged folder."""
    scenes, labels = [], []
    found = contents.table("cars").by("scene")
    for number, record in enumerate(contents.table("counts").records(), start=1):
        cars = found.get(record["scene"], contents.table("cars").only(()))
        name = f"{number:04d}"
        data = b"".join(collection_lines(cars, contents))
        put_bytes(folder, f"labels/{name}-cars.geojson", data)
        scene = scene_item(record, contents.items.get(str(record["scene"]), {}), contents, area=_area(contents))
        label = label_item(record, cars, contents, name=name, data=data, area=_area(contents))
        put_json(folder, f"scenes/{name}.json", scene)
        put_json(folder, f"labels/{name}.json", label)
        scenes.append(scene)
        labels.append(label)
    put_json(folder, "scenes/collection.json", _collection("scenes", "Scenes of {}", scenes, contents))
    put_json(
        folder, "labels/collection.json", _collection("labels", "Cars found in the scenes of {}", labels, contents)
    )
    put_json(folder, "catalog.json", _catalogue(contents))


def _area(contents: Contents) -> list[float]:
    """Return the box around the site's tracks: west, south, east, north."""
    found = bounds_of(contents.table("tracks").outlines)
    return found or [-180.0, -90.0, 180.0, 90.0]


def _link(rel: str, href: str, media: str = _JSON) -> dict[str, str]:
    return {"rel": rel, "href": href, "type": media}


def _catalogue(contents: Contents) -> dict[str, Any]:
    return {
        "type": "Catalog",
        "stac_version": STAC_VERSION,
        "id": contents.site_id,
        "title": contents.site_name,
        "description": _described(f"Scenes of {contents.site_name} and the cars found in them.", contents),
        "links": [
            _link("root", "./catalog.json"),
            _link("child", "./scenes/collection.json"),
            _link("child", "./labels/collection.json"),
        ],
    }


def _described(text: str, contents: Contents) -> str:
    whose = f"Attribution: {'; '.join(contents.attributions)}." if contents.attributions else ""
    return " ".join(part for part in (text, contents.note, whose) if part)


def _collection(name: str, title: str, items: Sequence[Mapping[str, Any]], contents: Contents) -> dict[str, Any]:
    times = sorted(item["properties"]["datetime"] for item in items)
    boxes = [item["bbox"] for item in items if "bbox" in item] or [_area(contents)]
    around = [f(box[i] for box in boxes) for i, f in enumerate((min, min, max, max))]
    said = title.format(contents.site_name)
    return {
        "type": "Collection",
        "stac_version": STAC_VERSION,
        "stac_extensions": [],
        "id": name,
        "title": said,
        "description": _described(f"{said}.", contents),
        "license": "other",
        "extent": {
            "spatial": {"bbox": [around]},
            "temporal": {"interval": [[times[0], times[-1]] if times else [None, None]]},
        },
        "links": [
            _link("root", "../catalog.json"),
            _link("parent", "../catalog.json"),
            *(_link("item", f"./{number:04d}.json", _GEOJSON) for number in range(1, len(items) + 1)),
        ],
    }
