"""Static catalogues: on disk and over HTTP, whole and broken, and APIs that have no search."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from provider_items import simple
from range_server import Arrived, Behaviour, RangeServer, json_answer
from stub_fetcher import StubFetcher

from wayside.archive.search import Limits, Outcome, search_source
from wayside.model.sources import CatalogueSource, SceneQuery

Look = Callable[..., Outcome]
Json = dict[str, Any]
TIME = "2023-05-05T00:00:00Z"


def catalogue(*links: tuple[str, str], **more: Any) -> Json:
    listed = [{"rel": rel, "href": href} for rel, href in links]
    return {"type": "Catalog", "id": "c", "stac_version": "1.0.0", "description": "d", "links": listed, **more}


def collection(name: str, *links: tuple[str, str], **more: Any) -> Json:
    return {**catalogue(*links), "type": "Collection", "id": name, "license": "CC-BY-4.0", **more}


def bare(name: str, **more: Any) -> Json:
    """Return an item without links, which a file on disk does not need."""
    found = {**simple(name, TIME, **more), "links": []}
    del found["collection"]
    return found


def write(folder: Path, documents: dict[str, Any]) -> Path:
    for name, document in documents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document if isinstance(document, str) else json.dumps(document))
    return folder / "catalog.json"


def names(outcome: Outcome) -> list[str]:
    return sorted(s.item for s in outcome.found)


@pytest.fixture(params=["disk", "http"])
def placed(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Return what puts documents somewhere and gives the address of catalog.json there."""
    if request.param == "disk":
        yield lambda documents: str(write(tmp_path, documents))
        return
    with RangeServer(tmp_path) as server:
        yield lambda documents: write(tmp_path, documents) and server.url("/catalog.json")


def test_catalogues_within_catalogues(placed: Any, look: Look) -> None:
    url = placed(
        {
            "catalog.json": catalogue(
                ("child", "./2023/catalog.json"),
                ("item", "top.json"),
                ("self", "https://elsewhere.example.org/catalog.json"),
            ),
            "2023/catalog.json": catalogue(
                ("child", "yards/collection.json"), ("parent", "../catalog.json"), ("root", "../catalog.json")
            ),
            "2023/yards/collection.json": collection(
                "yards", ("item", "./a/a.json"), ("item", "../../b.json"), providers=[{"name": "Maker"}]
            ),
            "2023/yards/a/a.json": bare("a"),
            "b.json": bare("b"),
            "top.json": bare("top"),
        }
    )
    outcome = look(url)
    assert names(outcome) == ["a", "b", "top"]
    assert outcome.gaps == ()
    kept = {s.item: s for s in outcome.found}
    assert (kept["a"].collection, kept["top"].collection) == ("yards", "")
    assert kept["a"].provider == "Maker"
    assert kept["a"].item_href.endswith("2023/yards/a/a.json")


def test_assets_are_absolute(placed: Any, look: Look) -> None:
    item = bare("a")
    item["assets"]["visual"]["href"] = "../images/a.tif"
    url = placed({"catalog.json": catalogue(("item", "items/a.json")), "items/a.json": item})
    assert look(url).found[0].image[0].href == url.replace("catalog.json", "images/a.tif")


def test_the_address_may_be_a_collection_an_item_or_a_list(placed: Any, look: Look) -> None:
    feature_collection = {"type": "FeatureCollection", "features": [bare("a"), bare("b")]}
    for root in (collection("yards", ("item", "b.json"), ("item", "a.json")), feature_collection):
        assert names(look(placed({"catalog.json": root, "a.json": bare("a"), "b.json": bare("b")}))) == ["a", "b"]
    assert names(look(placed({"catalog.json": bare("a")}))) == ["a"]


def test_a_folder_on_disk_will_do(tmp_path: Path, look: Look) -> None:
    write(tmp_path, {"catalog.json": catalogue(("item", "a.json")), "a.json": bare("a")})
    assert names(look(str(tmp_path))) == ["a"]
    assert names(look((tmp_path / "catalog.json").as_uri())) == ["a"]
    with contextlib.chdir(tmp_path.parent):
        assert names(look(f"{tmp_path.name}/catalog.json")) == ["a"]


def test_links_in_a_circle_end(placed: Any, look: Look) -> None:
    documents = {
        "catalog.json": catalogue(("child", "other.json"), ("item", "a.json"), ("item", "a.json#again")),
        "a.json": bare("a"),
    }
    outcome = look(placed({**documents, "other.json": catalogue(("child", "catalog.json"), ("child", "./other.json"))}))
    assert names(outcome) == ["a"]
    assert outcome.requests == 3


def test_what_cannot_be_read_is_said_and_the_rest_is_found(placed: Any, look: Look) -> None:
    links = (
        ("item", "missing.json"),
        ("item", "broken.json"),
        ("child", "list.json"),
        ("item", "number.json"),
        ("item", "a.json"),
        ("item", "../../../etc/passwd"),
    )
    outcome = look(
        placed(
            {
                "catalog.json": catalogue(*links),
                "broken.json": "{",
                "list.json": "[]",
                "number.json": "1e999",
                "a.json": bare("a"),
            }
        )
    )
    assert names(outcome) == ["a"]
    said = " ".join(gap.where for gap in outcome.gaps)
    assert all(name in said for name in ("missing.json", "broken.json", "list.json", "number.json"))


def test_malformed_links_are_passed_over(placed: Any, look: Look) -> None:
    root = catalogue(("item", "a.json"))
    root["links"] += [
        None,
        7,
        {},
        {"rel": "item"},
        {"rel": "item", "href": 7},
        {"rel": ["item"], "href": "b.json"},
        {"rel": "item", "href": ""},
    ]
    assert names(look(placed({"catalog.json": root, "a.json": bare("a")}))) == ["a"]
    assert look(placed({"catalog.json": {**root, "links": "none"}})).found == ()


def test_extents_spare_documents(placed: Any, look: Look) -> None:
    def extent(box: list[float], start: str | None, end: str | None) -> Json:
        return {"extent": {"spatial": {"bbox": [box]}, "temporal": {"interval": [[start, end]]}}}

    here, there = [130, 42, 131, 43], [10, 10, 11, 11]
    kinds = {
        "good": extent(here, None, None),
        "far": extent(there, None, None),
        "early": extent(here, None, "2019-01-01T00:00:00Z"),
        "late": extent(here, "2025-01-01T00:00:00Z", None),
        "odd": {"extent": {"spatial": {"bbox": "everywhere"}, "temporal": 7}},
        "crossing": extent([170, -90, 131, 90], None, None),
    }
    documents: Json = {"catalog.json": catalogue(*(("child", f"{k}.json") for k in kinds))}
    for kind, more in kinds.items():
        documents[f"{kind}.json"] = collection(kind, ("item", f"{kind}-item.json"), **more)
        documents[f"{kind}-item.json"] = bare(kind)
    outcome = look(placed(documents))
    assert names(outcome) == ["crossing", "good", "odd"]
    assert outcome.passed_by == 3


def test_collections_asked_for(placed: Any, look: Look) -> None:
    documents: Json = {"catalog.json": catalogue(("child", "a.json"), ("child", "b.json"))}
    documents |= {f"{n}.json": collection(n, ("item", f"{n}-1.json")) for n in "ab"} | {
        f"{n}-1.json": bare(n) for n in "ab"
    }
    outcome = look(placed(documents), collections=("b",))
    assert names(outcome) == ["b"]
    assert outcome.requests == 4


def test_items_of_stac_0_9(placed: Any, look: Look) -> None:
    old = bare("old")
    old["stac_version"] = "0.9.0"
    properties = old["properties"]
    properties["eo:gsd"] = properties.pop("gsd")
    root = catalogue(("item", "old.json"))
    del root["type"]
    [found] = look(placed({"catalog.json": {**root, "stac_version": "0.9.0"}, "old.json": old})).found
    assert found.gsd_m == 0.5


def test_limits_end_a_walk(placed: Any, look: Look) -> None:
    documents: Json = {"catalog.json": catalogue(*(("item", f"{n}.json") for n in range(30)))}
    documents |= {f"{n}.json": bare(str(n)) for n in range(30)}
    url = placed(documents)
    for limits, most in ((Limits(documents=10), 9), (Limits(items=5), 5)):
        outcome = look(url, limits=limits)
        assert len(outcome.found) == most
        assert "stopped after" in outcome.gaps[-1].what


def test_a_dead_server_is_given_up(look: Look, server: RangeServer) -> None:
    url = server.put("/dead/catalog.json", json.dumps(catalogue(*(("item", f"{n}.json") for n in range(200)))).encode())
    outcome = look(url)
    assert outcome.requests == 26
    assert any("gave up after 25" in gap.what for gap in outcome.gaps)


def test_a_document_without_end_is_a_gap(look: Look, server: RangeServer) -> None:
    server.put("/big/catalog.json", json.dumps(catalogue(("item", "a.json"), ("item", "b.json"))).encode())
    server.put("/big/b.json", json.dumps(bare("b")).encode())
    server.put("/big/a.json", b"x")
    server.on("/big/a.json", Behaviour(endless=True))
    outcome = look(server.url("/big/catalog.json"), limits=Limits(most_bytes=100_000))
    assert names(outcome) == ["b"]
    assert any("a.json" in gap.where for gap in outcome.gaps)


def test_an_api_without_a_search_is_read_collection_by_collection(look: Look, server: RangeServer) -> None:
    def serve(arrived: Arrived) -> Any:
        root = server.url("/features")
        items = [bare(f"item-{n}") for n in range(7)]
        if arrived.path.endswith("/features"):
            return json_answer(catalogue(("data", f"{root}/collections"), conformsTo=[]))
        if arrived.path.endswith("/collections"):
            links = [{"rel": "items", "href": f"{root}/collections/yards/items", "type": "application/geo+json"}]
            return json_answer({"collections": [{**collection("yards"), "links": links}], "links": []})
        start, limit = int(arrived.params.get("offset", 0)), int(arrived.params.get("limit", 3))
        assert start or arrived.params["bbox"].startswith("130.39,42.38,")
        links = [{"rel": "next", "href": f"{root}/collections/yards/items?offset={start + limit}&limit={limit}"}]
        return json_answer(
            {
                "type": "FeatureCollection",
                "features": items[start : start + limit],
                "links": links if start + limit < 7 else [],
            }
        )

    outcome = look(server.mount("/features", serve), limits=Limits(page=3))
    assert names(outcome) == [f"item-{n}" for n in range(7)]
    assert {s.collection for s in outcome.found} == {"yards"}
    assert outcome.gaps == ()


@pytest.mark.parametrize(
    "href",
    [
        "file:///etc/passwd",
        "/etc/passwd/../passwd",
        "C:\\secret",
        "ftp://example.org/a",
        "\\\\host\\share",
        "javascript:1",
        "data:,x",
        "http://",
    ],
)
def test_a_remote_catalogue_leads_to_no_file(href: str, query: SceneQuery) -> None:
    item = {**bare("a"), "assets": {"visual": {"href": href, "type": "image/tiff"}}}
    documents = {
        "https://catalogue.example.org/catalog.json": catalogue(("child", href), ("item", href), ("item", "a.json")),
        "https://catalogue.example.org/a.json": item,
    }
    fetcher = StubFetcher(documents)
    outcome = search_source(CatalogueSource("s", "https://catalogue.example.org/catalog.json"), query, fetcher)
    assert all(asked.startswith("https://catalogue.example.org/") for asked in fetcher.asked)
    assert all(a.href.startswith("https://catalogue.example.org/") for s in outcome.found for a in s.image)
    assert outcome.gaps


def test_a_path_needs_a_local_source(query: SceneQuery, tmp_path: Path) -> None:
    fetcher = StubFetcher({str(tmp_path): {}})
    outcome = search_source(CatalogueSource("s", str(tmp_path)), query, fetcher)
    assert fetcher.asked == []
    assert "local" in outcome.gaps[0].todo
