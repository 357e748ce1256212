"""The same question on the same items, to servers of different makes and to catalogues without a server: one answer."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pgstac_server import PgStac
from processes import NotHereError
from provider_items import PROVIDERS, simple
from range_server import RangeServer
from rustac_server import Rustac
from stac_service import StacService

from wayside.archive.search import Limits, Outcome
from wayside.model.places import MapPoint

Item = dict[str, Any]
Look = Callable[..., Outcome]
Address = Callable[[str], str]
MAKES = ("pgstac", "rustac", "static on disk", "static over HTTP", "small service")
FAR = (10.0, 10.0, 10.2, 10.2)
TERMS = {"a": "CC-BY-4.0", "b": "proprietary", "none": "proprietary"}


def everything() -> list[Item]:
    """Return items of two collections: here and elsewhere, over three years, of many GSDs, cloudy and silent."""
    start = datetime(2022, 1, 3, 2, tzinfo=UTC)
    items = []
    for n in range(120):
        time = (start + timedelta(days=9 * n, minutes=n)).isoformat().replace("+00:00", "Z")
        items.append(
            simple(
                f"item-{n:03}",
                time,
                collection="ab"[n % 2],
                box=FAR if n % 7 == 3 else (130.3, 42.3, 130.5, 42.5),
                gsd=(0.3, 0.5, 3.0, None)[n % 4],
                cloud=(0.0, 10.0, 55.5, 100.0, None)[n % 5],
                version="1.1.0" if n % 3 else "1.0.0",
            )
        )
    real = [make() for make in PROVIDERS.values()]
    return items + [{**i, "collection": i.get("collection", "none"), "id": i["id"].replace("/", "-")} for i in real]


def collections(items: list[Item]) -> list[Item]:
    names = sorted({i["collection"] for i in items})
    extent = {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [[None, None]]}}
    return [
        {
            "type": "Collection",
            "id": name,
            "stac_version": "1.0.0",
            "description": name,
            "license": TERMS.get(name, "proprietary"),
            "extent": extent,
            "links": [],
        }
        for name in names
    ]


def write_static(folder: Path, items: list[Item]) -> None:
    """Write a catalogue of collections of items, each in its file, with relative links."""
    links = [{"rel": "root", "href": "./catalog.json"}]
    for collection in collections(items):
        name = collection["id"]
        ours = [i for i in items if i["collection"] == name]
        place = folder / name
        place.mkdir()
        for item in ours:
            up = [{"rel": "collection", "href": "./collection.json"}]
            (place / f"{item['id']}.json").write_text(json.dumps({**item, "links": up}))
        there = [{"rel": "item", "href": f"./{i['id']}.json"} for i in ours]
        (place / "collection.json").write_text(json.dumps({**collection, "links": there}))
        links.append({"rel": "child", "href": f"./{name}/collection.json"})
    root = {"type": "Catalog", "id": "root", "stac_version": "1.0.0", "description": "root", "links": links}
    (folder / "catalog.json").write_text(json.dumps(root))


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Start what is asked for once, and skip with the reason where it cannot be started."""
    started: dict[str, str] = {}
    items = everything()
    with contextlib.ExitStack() as stack:

        def start(make: str) -> str:
            if make == "pgstac":
                return stack.enter_context(PgStac(collections(items), items)).url
            if make == "rustac":
                return stack.enter_context(Rustac(items)).url
            if make == "small service":
                server = stack.enter_context(RangeServer())
                service = StacService(items, collections=collections(items))
                service.root = server.mount("/stac", service)
                return service.root
            folder = tmp_path_factory.mktemp("static")
            write_static(folder, items)
            if make == "static on disk":
                return str(folder / "catalog.json")
            return stack.enter_context(RangeServer(folder)).url("/catalog.json")

        def address(make: str) -> str:
            if make not in started:
                try:
                    started[make] = start(make)
                except NotHereError as error:
                    started[make] = f"skip: {error}"
            if started[make].startswith("skip: "):
                pytest.skip(started[make].removeprefix("skip: "))
            return started[make]

        yield address


def expected(items: list[Item], **limits: Any) -> list[str]:
    """Return the answer by looking at every item, by other means than those of the package."""
    found = []
    for item in items:
        fields = item["properties"]
        time, gsd, cloud = datetime.fromisoformat(fields["datetime"]), fields.get("gsd"), fields.get("eo:cloud_cover")
        here = item["bbox"][0] > 100
        in_time = datetime(2023, 1, 1, tzinfo=UTC) <= time <= datetime(2023, 12, 31, tzinfo=UTC)
        fine = gsd is None or gsd <= limits.get("gsd_max_m", 1e9)
        clear = cloud is None or cloud <= limits.get("cloud_max_pct", 100)
        ours = item["collection"] in limits.get("collections", (item["collection"],))
        if here and in_time and fine and clear and ours:
            found.append(item["id"])
    return sorted(found)


QUESTIONS: dict[str, dict[str, Any]] = {
    "all of a collection": {"collections": ("a",)},
    "two collections, fine": {"collections": ("a", "b"), "gsd_max_m": 0.5},
    "clear": {"collections": ("a", "b"), "cloud_max_pct": 10.0},
    "clear and fine": {"collections": ("b",), "cloud_max_pct": 55.4, "gsd_max_m": 1.0},
}


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("page", [100, 7])
def test_one_answer_from_all(make: str, name: str, page: int, addresses: Address, look: Look) -> None:
    asked = QUESTIONS[name]
    outcome = look(addresses(make), limits=Limits(page=page), **asked)
    assert sorted(s.item for s in outcome.found) == expected(everything(), **asked)
    assert outcome.gaps == ()


@pytest.mark.parametrize("make", MAKES)
def test_providers_items_come_out_the_same(make: str, addresses: Address, look: Look) -> None:
    def facts(outcome: Outcome) -> list[tuple[Any, ...]]:
        return [
            (
                s.item,
                s.acquired,
                tuple(a.key for a in s.image),
                s.mask and s.mask.key,
                s.platform,
                dict(s.properties),
                s.rings,
            )
            for s in outcome.found
        ]

    # pgstac keeps relative addresses as they are; these are the same on all makes.
    wanted = ("sentinel-2-l2a", "landsat-c2-l2", "PSScene", "SkySatCollect", "sentinel-2-c1-l2a")
    outcome = look(addresses(make), collections=wanted)
    assert len(outcome.found) == 5
    assert facts(outcome) == facts(look(addresses("small service"), collections=wanted))


@pytest.mark.parametrize("make", MAKES)
def test_nothing_is_found_where_nothing_is(make: str, addresses: Address, look: Look) -> None:
    ring = ((40, 40), (40.1, 40), (40.1, 40.1), (40, 40.1), (40, 40))
    outcome = look(addresses(make), outline=tuple(MapPoint(*p) for p in ring))
    assert outcome.found == ()
    assert outcome.gaps == ()


@pytest.mark.parametrize("make", ["pgstac", "static on disk", "small service"])
def test_terms_of_the_collection_arrive(make: str, addresses: Address, look: Look) -> None:
    outcome = look(addresses(make), collections=("b",))
    assert {s.licence.id for s in outcome.found} == {"CC-BY-4.0"}
