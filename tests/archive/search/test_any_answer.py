"""APIs that answer anything: a search ends, and says what it could not use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from provider_items import BOX, PROVIDERS, ring, simple
from stac_service import CORE, FILTER
from stub_fetcher import StubFetcher

from wayside.archive.search import Limits, merge, search_source
from wayside.model.places import MapPoint
from wayside.model.sources import CatalogueSource, SceneQuery

ROOT = "https://catalogue.example.org"
OUTLINE = tuple(MapPoint(x, y) for x, y in ring(*BOX))
QUERY = SceneQuery(OUTLINE, datetime(2019, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC), cloud_max_pct=50)
REAL = [make() for make in PROVIDERS.values()] + [simple(n, "2023-05-05T00:00:00Z") for n in "abc"]

texts = st.text(max_size=12) | st.sampled_from(
    ["\ud800", "next", "self", "search", "\x00", "http://[", f"{ROOT}/search"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
links = values | st.fixed_dictionaries(
    {"rel": st.sampled_from(["next", "self", "data", "search", "child", "items", "item"]) | values},
    optional={
        "href": st.sampled_from([f"{ROOT}/search", f"{ROOT}/more", "more", "../x", "file:///etc/passwd"]) | values,
        "method": st.sampled_from(["POST", "GET", "get", "PUT"]) | values,
        "body": values,
        "merge": st.booleans() | values,
    },
)
with_ids = st.sampled_from(REAL).flatmap(
    lambda i: st.builds(lambda c, k: {**i, "collection": c, "links": k}, values, st.lists(links, max_size=2))
)
listed = st.one_of(st.sampled_from(REAL), with_ids, values)
page = st.fixed_dictionaries(
    {"type": st.just("FeatureCollection"), "features": st.lists(listed, max_size=5)},
    optional={"links": st.lists(links, max_size=3) | values, "numberMatched": values, "context": values},
)
pages = st.one_of(page, page, page, values)
some_links = st.lists(links, max_size=3)
sane = st.fixed_dictionaries(
    {
        "type": st.just("Catalog"),
        "id": st.just("c"),
        "stac_version": st.just("1.0.0"),
        "conformsTo": st.just([*CORE, *FILTER]),
        "links": some_links.map(lambda more: [{"rel": "search", "href": f"{ROOT}/search"}, *more]) | some_links,
    }
)
spoilt = st.builds(lambda root, more: {**root, **more}, sane, st.dictionaries(texts, values, max_size=2))
landings = st.one_of(sane, sane, sane, spoilt, values)


@given(landings, pages, pages, values)
def test_a_search_ends_whatever_comes(landing: Any, first: Any, second: Any, other: Any) -> None:
    documents = {ROOT: landing, f"{ROOT}/search": first, f"{ROOT}/more": second, f"{ROOT}/collections/a": other}
    fetcher = StubFetcher(documents)
    limits = Limits(page=3, pages=6, documents=20, splits=8)
    outcome = search_source(CatalogueSource("s", ROOT), QUERY, fetcher, limits=limits)
    assert outcome.requests < 200
    assert outcome.looked >= len(outcome.found) + sum(outcome.left_out.values())
    assert all(asked.startswith("http") for asked in fetcher.asked)
    acquisitions = merge(outcome.found, outline=OUTLINE)
    assert sum(len(a.tiles) + len(a.others) for a in acquisitions) == len(outcome.found)
