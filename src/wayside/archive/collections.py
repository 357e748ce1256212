"""The list of an archive's items for other software: a STAC catalogue with one collection."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pystac

from wayside.archive.files import read_text
from wayside.errors import InputError

__all__ = [
    "CATALOGUE",
    "COLLECTION",
    "COLLECTION_ID",
    "Summary",
    "catalogue_document",
    "collection_document",
    "item_links",
    "read_summary",
    "summary_of",
]  # fmt: skip

CATALOGUE = "catalog.json"
COLLECTION = "collection.json"
COLLECTION_ID = "scenes"
_JSON, _GEOJSON = "application/json", "application/geo+json"
_EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a collection says of its items together.

    Attributes:
        first: earliest time, as in the items; empty without items.
        last: latest time.
        bbox: west, south, east, north; None where no item has a place.
        licences: as STAC writes them.
        providers: names.
        platforms: names.
        gsd: finest and coarsest ground sample distance, metres; None without items.
    """

    first: str = ""
    last: str = ""
    bbox: tuple[float, float, float, float] | None = None
    licences: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    platforms: frozenset[str] = frozenset()
    gsd: tuple[float, float] | None = None

    def __or__(self, other: Summary) -> Summary:
        """Return what holds for both."""
        firsts, lasts = [t for t in (self.first, other.first) if t], [t for t in (self.last, other.last) if t]
        boxes = [b for b in (self.bbox, other.bbox) if b is not None]
        spans = [g for g in (self.gsd, other.gsd) if g is not None]
        return Summary(
            first=min(firsts, default="", key=_moment),
            last=max(lasts, default="", key=_moment),
            bbox=_around(boxes) if boxes else None,
            licences=self.licences | other.licences,
            providers=self.providers | other.providers,
            platforms=self.platforms | other.platforms,
            gsd=(min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None,
        )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _around(boxes: Iterable[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def summary_of(item: Mapping[str, Any]) -> Summary:
    """Return what an item that wayside wrote adds to its collection."""
    properties, box = item["properties"], item.get("bbox")
    return Summary(
        first=properties["datetime"],
        last=properties["datetime"],
        bbox=None if box is None else (box[0], box[1], box[2], box[3]),
        licences=frozenset({properties.get("license", "other")}),
        providers=frozenset(provider["name"] for provider in properties.get("providers", ())),
        platforms=frozenset({properties["platform"]} if properties.get("platform") else ()),
        gsd=(properties["gsd"], properties["gsd"]),
    )


def item_links() -> list[dict[str, str]]:
    """Return the links from an item to its collection and to the root."""
    return [
        {"rel": "root", "href": f"./{CATALOGUE}", "type": _JSON},
        {"rel": "parent", "href": f"./{COLLECTION}", "type": _JSON},
        {"rel": "collection", "href": f"./{COLLECTION}", "type": _JSON},
    ]


def catalogue_document(title: str) -> dict[str, Any]:
    """Return the root catalogue, whose one child is the collection."""
    root = pystac.Catalog(id="wayside-scenes", description="Scenes of this workspace.", title=title)
    document: dict[str, Any] = root.to_dict(include_self_link=False, transform_hrefs=False)
    links = [
        {"rel": "root", "href": f"./{CATALOGUE}", "type": _JSON},
        {"rel": "child", "href": f"./{COLLECTION}", "type": _JSON, "title": title},
    ]
    return {**document, "links": links}


def collection_document(title: str, names: Iterable[str], found: Summary) -> dict[str, Any]:
    """Return the collection of the items in these files.

    Args:
        title: what it is called.
        names: the items' files, in order.
        found: what holds for all of them.
    """
    licences = sorted(found.licences)
    summaries: dict[str, Any] = {"platform": sorted(found.platforms)} if found.platforms else {}
    if found.gsd is not None:
        summaries["gsd"] = {"minimum": found.gsd[0], "maximum": found.gsd[1]}
    document: dict[str, Any] = {
        "type": "Collection",
        "stac_version": pystac.get_stac_version(),
        "stac_extensions": [],
        "id": COLLECTION_ID,
        "title": title,
        "description": "Scenes of this workspace: the parts of images that show its site.",
        "license": licences[0] if len(licences) == 1 else "other",
        "extent": {
            "spatial": {"bbox": [list(found.bbox or _EVERYWHERE)]},
            "temporal": {"interval": [[found.first or None, found.last or None]]},
        },
        "links": [
            {"rel": "root", "href": f"./{CATALOGUE}", "type": _JSON},
            {"rel": "parent", "href": f"./{CATALOGUE}", "type": _JSON},
            *({"rel": "item", "href": f"./{name}", "type": _GEOJSON} for name in names),
        ],
    }
    if summaries:
        document["summaries"] = summaries
    if found.providers:
        document["providers"] = [{"name": name, "roles": ["producer"]} for name in sorted(found.providers)]
    return document | {"wayside:licences": licences}


def read_summary(path: Path) -> tuple[frozenset[str], Summary] | None:
    """Return which files a collection lists and what it says of them; None where it must be made again."""
    if not path.exists():
        return None
    try:
        document = json.loads(read_text(path))
        names = frozenset(link["href"].removeprefix("./") for link in document["links"] if link["rel"] == "item")
        span, box = document["extent"]["temporal"]["interval"][0], document["extent"]["spatial"]["bbox"][0]
        gsd = document["summaries"]["gsd"]
        found = Summary(
            first=span[0],
            last=span[1],
            bbox=None if tuple(box) == _EVERYWHERE else (box[0], box[1], box[2], box[3]),
            licences=frozenset(document["wayside:licences"]),
            providers=frozenset(provider["name"] for provider in document.get("providers", ())),
            platforms=frozenset(document["summaries"].get("platform", ())),
            gsd=(gsd["minimum"], gsd["maximum"]),
        )
    except (InputError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return None
    return names, found
