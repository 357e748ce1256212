"""Items that are anything at all: used, or said to be unusable, and never an error."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from provider_items import BOX, PROVIDERS, ring, simple
from stub_fetcher import StubFetcher

from wayside.archive.search import search_source
from wayside.archive.search.items import draft_of
from wayside.errors import ValueRefusedError
from wayside.model.places import MapPoint
from wayside.model.sources import CatalogueSource, SceneQuery

SOURCE = CatalogueSource("source", "https://catalogue.example.org")
BASE = "https://catalogue.example.org/search"
NOON = "2023-10-05T12:00:00Z"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = [make() for make in PROVIDERS.values()]


@st.composite
def spoilt_items(draw: st.DrawFn) -> dict[str, Any]:
    """Return a provider's item with some of its values, at any depth, replaced by anything."""
    document = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(1, 4))):
        at: Any = document
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            key = draw(st.sampled_from(keys))
            if isinstance(at[key], dict | list) and at[key] and draw(st.booleans()):
                at = at[key]
                continue
            at[key] = draw(json_values)
            break
    return document


def search_for(document: Any) -> tuple[int, int]:
    """Search a catalogue that is one item, whatever that is, and return how many scenes and gaps came."""
    listed = {"type": "FeatureCollection", "features": [document]}
    fetcher = StubFetcher({"https://catalogue.example.org": listed})
    outline = tuple(MapPoint(x, y) for x, y in ring(*BOX))
    query = SceneQuery(outline, datetime(2019, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC))
    outcome = search_source(SOURCE, query, fetcher)
    assert outcome.looked == 1
    assert all("\n" not in gap.what + gap.where for gap in outcome.gaps)
    return len(outcome.found), len(outcome.gaps)


@given(json_values)
def test_anything_at_all_is_a_gap(document: Any) -> None:
    found, gaps = search_for(document)
    assert (found, gaps) == (0, 1)


@given(spoilt_items())
def test_spoilt_items_are_used_or_said(document: Any) -> None:
    found, gaps = search_for(document)
    assert found <= 1
    assert gaps >= 0


@given(st.text(), st.text(max_size=5))
def test_ids_are_kept_as_they_are(name: str, tail: str) -> None:
    document = {**simple("a", NOON), "id": name + tail}
    if (name + tail).strip() and len(name + tail) <= 500:
        assert draft_of(document, BASE).item == name + tail
    else:
        with pytest.raises(ValueRefusedError):
            draft_of(document, BASE)


def test_nesting_without_end_is_a_gap() -> None:
    body = b"[" * 200_000 + b"]" * 200_000
    fetcher = StubFetcher({"https://catalogue.example.org": body})
    outline = tuple(MapPoint(x, y) for x, y in ring(*BOX))
    query = SceneQuery(outline, datetime(2019, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC))
    outcome = search_source(SOURCE, query, fetcher)
    assert "not JSON" in outcome.gaps[0].what
