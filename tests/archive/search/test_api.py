"""STAC APIs that misbehave, each in one way: the answer is right, or a gap says what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from provider_items import ring, simple
from range_server import RangeServer, json_answer
from stac_service import CORE, FILTER, Quirks, StacService
from stub_fetcher import StubFetcher

from wayside.archive.remote import Transport
from wayside.archive.search import Limits, Outcome, search_source
from wayside.model.places import MapPoint
from wayside.model.sources import Authentication, AuthenticationKind, CatalogueSource, SceneQuery

Look = Callable[..., Outcome]
Mounted = Callable[..., StacService]
SMALL = Limits(page=5)
FAR = (10.0, 10.0, 10.2, 10.2)


def series(count: int, **more: Any) -> list[dict[str, Any]]:
    start = datetime(2023, 3, 1, 2, tzinfo=UTC)
    times = [start + timedelta(days=2 * n, hours=n % 5) for n in range(count)]
    return [simple(f"item-{n:03}", t.isoformat().replace("+00:00", "Z"), **more) for n, t in enumerate(times)]


def ids(outcome: Outcome) -> list[str]:
    return sorted(scene.item for scene in outcome.found)


HARMLESS = {
    "none": Quirks(),
    "ignores bbox and outline": Quirks(bbox="ignored", intersects="ignored"),
    "ignores dates": Quirks(time="ignored"),
    "ignores everything": Quirks(bbox="ignored", intersects="ignored", time="ignored"),
    "no POST (405)": Quirks(post=False),
    "no POST (404)": Quirks(post=False, refusal=404),
    "no POST (501)": Quirks(post=False, refusal=501),
    "no POST (500)": Quirks(post=False, refusal=500),
    "GET alone advertised, and broken": Quirks(methods=("GET",), get=False),
    "GET alone advertised": Quirks(methods=("GET",), post=False),
    "no outline": Quirks(intersects="refused"),
    "an outline gives nothing": Quirks(intersects="empty"),
    "an outline gives nothing, POST neither": Quirks(intersects="empty", post=False),
    "small pages": Quirks(cap=3),
    "small pages or none": Quirks(most=10),
    "truth about the number": Quirks(matched=-1),
    "number too small": Quirks(matched=2),
    "halves needed": Quirks(links="none"),
    "halves needed, and the limit ignored": Quirks(links="none", cap=10),
    "filter gives nothing": Quirks(conforms=(*CORE, *FILTER), filter_empty=True),
    "STAC 1.1 conformance": Quirks(conforms=tuple(c.replace("v1.0.0", "v1.1.0") for c in CORE)),
    "leads back after all": Quirks(links="same", cap=100, matched=-1),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_the_answer_is_whole_whatever_the_server_does(name: str, mounted: Mounted, look: Look) -> None:
    wanted = series(22)
    others = [simple("elsewhere", "2023-05-05T00:00:00Z", box=FAR), simple("early", "2021-05-05T00:00:00Z")]
    service = mounted([*wanted, *others], HARMLESS[name])
    large_pages = HARMLESS[name].cap in {10, 100} or HARMLESS[name].most == 10
    outcome = look(service.root, limits=None if large_pages else SMALL, cloud_max_pct=50.0)
    assert ids(outcome) == [i["id"] for i in wanted]
    assert [g for g in outcome.gaps if "terms of use" not in g.what] == []


def test_a_filter_is_sent_only_where_it_is_promised(mounted: Mounted, look: Look) -> None:
    items = [
        *series(2),
        simple("cloudy", "2023-05-05T00:00:00Z", cloud=80),
        simple("unknown", "2023-05-06T00:00:00Z", cloud=None),
    ]
    for conforms in (CORE, (*CORE, *FILTER), (*CORE, FILTER[0])):
        service = mounted(items, Quirks(conforms=conforms))
        outcome = look(service.root, cloud_max_pct=20.0)
        assert ids(outcome) == ["item-000", "item-001", "unknown"]
        sent = [key for asked in service.searches for key in asked]
        assert ("filter" in sent) == (len(conforms) == 5)
        assert not {"query", "sortby", "fields"} & set(sent)


def test_a_filter_saves_what_it_can(mounted: Mounted, look: Look) -> None:
    service = mounted(
        [simple(f"cloudy-{n}", "2023-05-05T00:00:00Z", cloud=80) for n in range(9)] + series(1),
        Quirks(conforms=(*CORE, *FILTER)),
    )
    assert look(service.root, cloud_max_pct=20.0).looked == 1


@pytest.mark.parametrize("links", ["same", "tokens"])
def test_pages_in_a_circle_end_with_a_gap(links: str, mounted: Mounted, look: Look) -> None:
    service = mounted(series(9), Quirks(links=links, cap=4, time="ignored"))
    outcome = look(service.root, limits=SMALL)
    assert len(outcome.found) == 4
    assert any("leads back" in gap.what for gap in outcome.gaps)
    assert len(service.searches) < 20


def test_pages_in_a_circle_are_asked_for_in_halves(mounted: Mounted, look: Look) -> None:
    service = mounted(series(9), Quirks(links="tokens", cap=4))
    assert len(look(service.root, limits=SMALL).found) == 9


def test_truncation_that_halves_cannot_mend_is_a_gap(mounted: Mounted, look: Look) -> None:
    same_time = [simple(f"item-{n:03}", "2023-05-05T00:00:00Z") for n in range(9)]
    service = mounted(same_time, Quirks(links="none", cap=5))
    outcome = look(service.root, limits=SMALL)
    assert len(outcome.found) == 5
    gaps = [g for g in outcome.gaps if "truncation" in g.what]
    assert 1 <= len(gaps) <= 4
    assert all("2023-05-0" in gap.where and gap.todo for gap in gaps)


def test_truncation_without_dates_is_a_gap(mounted: Mounted, look: Look) -> None:
    items = [*series(9), *(simple(f"old-{n}", f"201{n}-05-05T00:00:00Z") for n in range(9))]
    service = mounted(items[::-1], Quirks(links="none", cap=5, time="ignored"))
    outcome = look(service.root, limits=SMALL)
    assert any("truncation" in gap.what for gap in outcome.gaps)
    assert len(service.searches) == 1


def test_a_server_that_promises_more_than_it_has(mounted: Mounted, look: Look) -> None:
    service = mounted(series(3), Quirks(matched=1000))
    outcome = look(service.root)
    assert len(outcome.found) == 3
    assert [g.what for g in outcome.gaps if "1000 items match, and 3 came" in g.what]
    assert len(service.searches) == 3


def test_halving_is_bounded(mounted: Mounted, look: Look) -> None:
    service = mounted(series(60), Quirks(links="none", cap=1))
    outcome = look(service.root, limits=Limits(page=1, splits=20))
    assert len(service.searches) <= 21
    assert any("truncation" in gap.what for gap in outcome.gaps)


@pytest.mark.parametrize("failure", [404, 500, 403])
def test_a_page_that_fails_leaves_the_others(failure: int, mounted: Mounted, look: Look) -> None:
    service = mounted(series(12), Quirks(cap=5, fails_at=1, failure=failure))
    outcome = look(service.root, limits=SMALL)
    assert len(outcome.found) == 5
    [gap] = [g for g in outcome.gaps if "page 2" in g.what]
    assert "Search again" in gap.todo


def test_a_page_of_html_is_a_gap(mounted: Mounted, look: Look) -> None:
    outcome = look(mounted(series(3), Quirks(html=True)).root)
    assert outcome.found == ()
    assert "not JSON" in outcome.gaps[0].what


def test_a_server_that_is_not_there_is_a_gap(look: Look) -> None:
    outcome = look("http://127.0.0.1:9/stac")
    assert outcome.found == ()
    assert "could not be read" in outcome.gaps[0].what
    assert outcome.gaps[0].todo


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://10.0.0.1/", "file:///etc/passwd", "/etc/passwd"])
def test_links_of_a_remote_catalogue_lead_to_no_private_place(url: str, query: SceneQuery) -> None:
    root = {
        "type": "Catalog",
        "id": "c",
        "description": "",
        "stac_version": "1.0.0",
        "links": [{"rel": "child", "href": url}, {"rel": "item", "href": url}],
    }
    fetcher = StubFetcher({"https://catalogue.example.org/": root})
    outcome = search_source(CatalogueSource("s", "https://catalogue.example.org/"), query, fetcher)
    assert outcome.found == ()
    assert outcome.gaps
    assert all(asked.startswith("http") for asked in fetcher.asked)


def test_items_without_end_stop_at_the_limit(server: RangeServer, look: Look) -> None:
    made = 0

    def endless(arrived: Any) -> Any:
        nonlocal made
        if not arrived.path.endswith("search"):
            return json_answer(
                {
                    "type": "Catalog",
                    "id": "c",
                    "stac_version": "1.0.0",
                    "description": "",
                    "conformsTo": list(CORE),
                    "links": [{"rel": "search", "href": server.url("/endless/search")}],
                }
            )
        made += 5
        features = [{**simple(f"item-{made + n}", "2023-05-05T00:00:00Z"), "links": []} for n in range(5)]
        return json_answer(
            {
                "type": "FeatureCollection",
                "features": features,
                "links": [{"rel": "next", "href": server.url(f"/endless/search?after={made}")}],
            }
        )

    outcome = look(server.mount("/endless", endless), limits=Limits(page=5, items=30))
    assert len(outcome.found) == 30
    assert any("stopped after 30 items" in gap.what for gap in outcome.gaps)
    assert made < 100


def test_one_bad_item_does_not_hide_the_others(mounted: Mounted, look: Look) -> None:
    broken: list[Any] = [
        None,
        7,
        [],
        {},
        {"id": "x"},
        {"id": "no-geometry", "properties": {"datetime": "2023-05-05T00:00:00Z"}, "assets": {}},
    ]

    def spoil(item: dict[str, Any]) -> Any:
        number = int(item["id"].rpartition("-")[2])
        return broken[number] if number < len(broken) else item

    outcome = look(mounted(series(10), Quirks(wraps=spoil)).root)
    assert ids(outcome) == ["item-006", "item-007", "item-008", "item-009"]
    assert {g.what for g in outcome.gaps} >= {f"cannot be used: the item has no {w}" for w in ("geometry", "time")}
    assert outcome.looked == 10
    assert any("no-geometry" in g.where for g in outcome.gaps)


def test_many_bad_items_do_not_drown_the_reader(mounted: Mounted, look: Look) -> None:
    outcome = look(mounted(series(60), Quirks(wraps=lambda i: {**i, "geometry": None, "bbox": None})).root)
    assert len(outcome.gaps) < 20
    assert "50 more like this" in outcome.gaps[-1].what


def test_collections_are_asked_for_one_by_one_and_checked(mounted: Mounted, look: Look) -> None:
    items = [simple(f"{name}-1", "2023-05-05T00:00:00Z", collection=name) for name in ("a", "b", "c")]
    service = mounted(items, collections=[{"type": "Collection", "id": n, "license": "CC0-1.0"} for n in "abc"])
    outcome = look(service.root, collections=("a", "c"))
    assert ids(outcome) == ["a-1", "c-1"]
    assert outcome.gaps == ()
    assert {json.dumps(s["collections"]) for s in service.searches} == {'["a"]', '["c"]'}


def test_terms_come_from_the_collection(mounted: Mounted, look: Look) -> None:
    item = simple("a-1", "2023-05-05T00:00:00Z", collection="a")
    del item["properties"]["license"]
    outcome = look(
        mounted(
            [item],
            collections=[
                {
                    "type": "Collection",
                    "id": "a",
                    "license": "CC-BY-4.0",
                    "providers": [{"name": "Maker", "roles": ["producer"]}],
                }
            ],
        ).root
    )
    assert outcome.found[0].licence.id == "CC-BY-4.0"
    assert outcome.found[0].provider == "Maker"


def test_limits_of_gsd_and_clouds_keep_what_is_unknown(mounted: Mounted, look: Look) -> None:
    items = [
        simple("fits", "2023-05-05T00:00:00Z"),
        simple("coarse", "2023-05-06T00:00:00Z", gsd=3.0),
        simple("fine", "2023-05-06T00:00:00Z", gsd=0.1),
        simple("cloudy", "2023-05-07T00:00:00Z", cloud=60),
        simple("silent", "2023-05-08T00:00:00Z", gsd=None, cloud=None),
    ]
    outcome = look(mounted(items).root, gsd_min_m=0.3, gsd_max_m=1.0, cloud_max_pct=30.0)
    assert ids(outcome) == ["fits", "silent"]
    assert outcome.left_out == {"outside the limits of GSD": 2, "too cloudy": 1}
    assert outcome.looked == 5


def test_progress_counts_items(mounted: Mounted, query: SceneQuery) -> None:
    source = CatalogueSource("s", mounted(series(4)).root, local=True)
    told: list[int] = []
    with Transport(source, environ={}) as transport:
        search_source(source, query, transport, progress=told.append)
    assert told == [1, 2, 3, 4]


@pytest.mark.parametrize("intersects", ["heeded", "refused"])
def test_a_site_on_the_antimeridian(intersects: str, mounted: Mounted, look: Look) -> None:
    turned = {"type": "Polygon", "coordinates": [ring(179.0, 0.0, 181.0, 2.0)]}
    crossing = {**simple("crossing", "2023-05-05T00:00:00Z"), "geometry": turned}
    halves = {"type": "MultiPolygon", "coordinates": [[ring(179, 0, 180, 2)], [ring(-180, 0, -179, 2)]]}
    items = [crossing, {**crossing, "id": "halves", "geometry": halves}, simple("far", "2023-05-05T00:00:00Z", box=FAR)]
    service = mounted(items, Quirks(intersects=intersects, bbox="ignored"))
    outline = tuple(MapPoint(x, y) for x, y in ring(179.9, 0.5, -179.9, 0.6))
    assert ids(look(service.root, outline=outline)) == ["crossing", "halves"]
    asked = service.searches[-1]
    assert asked.get("bbox", [179.9, 0.5, -179.9, 0.6]) == pytest.approx([179.9, 0.5, -179.9, 0.6])


def test_a_site_that_is_a_line(mounted: Mounted, look: Look) -> None:
    outline = tuple(MapPoint(x, y) for x, y in ((130.39, 42.38), (130.4, 42.39), (130.39, 42.38), (130.39, 42.38)))
    assert len(look(mounted(series(3)).root, outline=outline).found) == 3


def test_a_key_that_a_server_repeats_is_not_kept(mounted: Mounted, query: SceneQuery) -> None:
    def repeat(item: dict[str, Any]) -> dict[str, Any]:
        return {**item, "links": [{"rel": "self", "href": f"{service.root}/items/{item['id']}?api_key=sesame"}]}

    service = mounted(series(2), Quirks(wraps=repeat))
    door = Authentication(AuthenticationKind.QUERY, variable="KEY", name="api_key")
    source = CatalogueSource("s", service.root, local=True, authentication=door)
    with Transport(source, environ={"KEY": "sesame"}) as transport:
        outcome = search_source(source, query, transport)
    assert len(outcome.found) == 2
    assert "sesame" not in repr(outcome)


def test_a_server_that_does_not_heed_collections(mounted: Mounted, look: Look) -> None:
    other = simple("other", "2023-05-05T00:00:00Z", collection="b")
    service = mounted(series(2, collection="a"), Quirks(wraps=lambda item: other if item["id"] == "item-001" else item))
    outcome = look(service.root, collections=("a",))
    assert ids(outcome) == ["item-000"]
    assert outcome.left_out == {"of another collection": 1}


def test_a_collection_that_is_another_is_not_believed(mounted: Mounted, look: Look) -> None:
    free = {"type": "Collection", "id": "b", "license": "CC0-1.0"}
    item = simple("x", "2023-05-05T00:00:00Z", collection="a")
    del item["properties"]["license"]
    service = mounted([item], collections=[free])
    service.collections["a"] = free
    outcome = look(service.root)
    assert not outcome.found[0].licence.publishable
    assert any("what stands there is another" in gap.what for gap in outcome.gaps)
