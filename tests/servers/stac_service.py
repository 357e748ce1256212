"""A small STAC API to mount on a server, which can be told to misbehave in the ways that real ones have.

service = StacService(items, Quirks(ignores_bbox=True))
service.root = server.mount("/stac", service)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import shapely
from range_server import Answer, Arrived, json_answer
from shapely.geometry import shape

__all__ = ["CORE", "FILTER", "Quirks", "StacService"]

Json = dict[str, Any]
CORE = ("https://api.stacspec.org/v1.0.0/core", "https://api.stacspec.org/v1.0.0/item-search")
FILTER = (
    "https://api.stacspec.org/v1.0.0/item-search#filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
)


@dataclass(frozen=True)
class Quirks:
    """How a service misbehaves.

    Attributes:
        post, get: whether a method is answered; else with ``refusal``.
        methods: advertised.
        intersects, bbox, time: "heeded", "ignored", "refused" (400) or "empty" (an empty list is answered).
        most: largest limit that is not refused (400).
        cap: most items of a page, whatever is asked for; None for what is asked for.
        links: "right", "none" (truncates), "same" (leads back), "tokens" (ever new links to the first page).
        fails_at: page, from 0, that answers ``failure``.
        matched: number that it claims; None for no claim, -1 for the truth.
        kind: media type; html for a page of a proxy with status 200.
        conforms: conformance classes.
        filter_empty: answers a filter with an empty list.
        wraps: changes each item on its way out.
    """

    post: bool = True
    get: bool = True
    methods: tuple[str, ...] = ("POST", "GET")
    refusal: int = 405
    intersects: str = "heeded"
    bbox: str = "heeded"
    time: str = "heeded"
    most: int = 10_000
    cap: int | None = None
    links: str = "right"
    fails_at: int = -1
    failure: int = 404
    matched: int | None = None
    html: bool = False
    conforms: tuple[str, ...] = CORE
    filter_empty: bool = False
    wraps: Callable[[Json], Any] = field(default=lambda item: item)


class StacService:
    """Answers as a STAC API does, but for its quirks; notes the searches that it was asked for."""

    def __init__(
        self, items: list[Json], quirks: Quirks | None = None, *, collections: list[Json] | None = None
    ) -> None:
        self.items = items
        self.quirks = quirks or Quirks()
        names = {item["collection"] for item in items if "collection" in item}
        made = [{"type": "Collection", "id": name, "stac_version": "1.0.0", "license": "CC-BY-4.0"} for name in names]
        self.collections = {c["id"]: c for c in (made if collections is None else collections)}
        self.root = ""
        self.searches: list[Json] = []

    def __call__(self, arrived: Arrived) -> Answer:
        place = arrived.path.partition("/stac")[2].strip("/")
        if not place:
            return json_answer(self._landing())
        if place.startswith("collections/"):
            found = self.collections.get(place.removeprefix("collections/"))
            return json_answer(found) if found else json_answer({"code": "NotFound"}, 404)
        return self._search(arrived) if place == "search" else json_answer({"code": "NotFound"}, 404)

    def _landing(self) -> Json:
        search = [
            {"rel": "search", "type": "application/geo+json", "href": f"{self.root}/search", "method": m}
            for m in self.quirks.methods
        ]
        links = [{"rel": "data", "href": f"{self.root}/collections"}, *search]
        return {
            "type": "Catalog",
            "id": "fake",
            "description": "",
            "stac_version": "1.0.0",
            "conformsTo": list(self.quirks.conforms),
            "links": links,
        }

    def _search(self, arrived: Arrived) -> Answer:
        quirks = self.quirks
        asked = _posted(arrived) if arrived.method == "POST" else _got(arrived.params)
        self.searches.append({"method": arrived.method, **asked})
        if not (quirks.post if arrived.method == "POST" else quirks.get):
            return json_answer({"code": "NotAllowed"}, quirks.refusal)
        if quirks.html:
            return Answer(200, b"<html>please log in</html>", {"Content-Type": "text/html"})
        ways = {"intersects": quirks.intersects, "bbox": quirks.bbox, "datetime": quirks.time}
        if int(asked.get("limit", 10)) > quirks.most or any(asked.get(k) and w == "refused" for k, w in ways.items()):
            return json_answer({"code": "BadRequest"}, 400)
        empty = any(key in asked and way == "empty" for key, way in ways.items()) or (
            "filter" in asked and quirks.filter_empty
        )
        number = int(asked.get("token", 0))
        if number == quirks.fails_at:
            return json_answer({"code": "Broken"}, quirks.failure)
        return json_answer(self._page(asked, [] if empty else self._matching(asked), number, arrived.method))

    def _page(self, asked: Json, found: list[Json], number: int, method: str) -> Json:
        quirks = self.quirks
        size = min(int(asked.get("limit", 10)), quirks.cap or 10_000)
        start = 0 if quirks.links in {"same", "tokens"} else number * size
        page: Json = {
            "type": "FeatureCollection",
            "features": [quirks.wraps(self._here(i)) for i in found[start : start + size]],
            "links": [],
        }
        if quirks.matched is not None:
            page["numberMatched"] = len(found) if quirks.matched < 0 else quirks.matched
        more = start + size < len(found) or quirks.links in {"same", "tokens"}
        if more and quirks.links != "none" and found:
            token = 1 if quirks.links == "same" else number + 1
            page["links"] = [self._next(asked, token, method)]
        return page

    def _here(self, item: Json) -> Json:
        """Return an item with links to this server."""
        links = [{**k, "href": k["href"].replace("https://catalogue.example.org", self.root)} for k in item["links"]]
        return {**item, "links": links}

    def _next(self, asked: Json, token: int, method: str) -> Json:
        if method == "POST":
            return {
                "rel": "next",
                "href": f"{self.root}/search",
                "method": "POST",
                "merge": True,
                "body": {"token": token},
            }
        plain = {k: ",".join(map(str, v)) if isinstance(v, list) else v for k, v in asked.items()}
        return {"rel": "next", "href": f"{self.root}/search?{urlencode({**plain, 'token': token})}"}

    def _matching(self, asked: Json) -> list[Json]:
        return [item for item in self.items if self._matches(item, asked)]

    def _matches(self, item: Json, asked: Json) -> bool:
        quirks = self.quirks
        where = shape(item["geometry"])
        if "intersects" in asked and quirks.intersects == "heeded" and not where.intersects(shape(asked["intersects"])):
            return False
        if (
            "bbox" in asked
            and quirks.bbox == "heeded"
            and not where.intersects(shapely.box(*map(float, asked["bbox"])))
        ):
            return False
        if "collections" in asked and item.get("collection") not in asked["collections"]:
            return False
        if "filter" in asked and not _clear(item, asked["filter"]):
            return False
        return quirks.time != "heeded" or "datetime" not in asked or _in_time(item, asked["datetime"])


def _posted(arrived: Arrived) -> Json:
    found: Json = json.loads(arrived.body)
    return found


def _got(params: Mapping[str, str]) -> Json:
    lists = {"bbox", "collections"}
    return {key: value.split(",") if key in lists else value for key, value in params.items()}


def _clear(item: Json, filter_: Json) -> bool:
    """Evaluate the one filter that there is: eo:cloud_cover <= x or eo:cloud_cover is null."""
    assert filter_["op"] == "or"
    assert [part["op"] for part in filter_["args"]] == ["<=", "isNull"]
    cover = item["properties"].get("eo:cloud_cover")
    return cover is None or cover <= filter_["args"][0]["args"][1]


def _in_time(item: Json, asked: str) -> bool:
    start, end = (datetime.fromisoformat(part).astimezone(UTC) for part in asked.split("/"))
    return start <= datetime.fromisoformat(item["properties"]["datetime"]).astimezone(UTC) <= end
