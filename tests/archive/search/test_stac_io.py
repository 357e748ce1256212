"""pystac and pystac-client read through the fetcher alone."""

from __future__ import annotations

from typing import Any

import pystac
import pystac_client
import pytest
from provider_items import simple
from stac_service import CORE
from stub_fetcher import StubFetcher

from wayside.archive.hrefs import local_path
from wayside.archive.search.documents import DocumentReader, Limits, plain
from wayside.archive.search.stac_io import GuardedIO
from wayside.errors import AddressRefusedError, SourceError, ValueRefusedError

ROOT = "https://catalogue.example.org/"


def guarded(documents: dict[str, Any], **limits: int) -> tuple[GuardedIO, StubFetcher]:
    fetcher = StubFetcher(documents)
    return GuardedIO(DocumentReader(fetcher, local=False, limits=Limits(**limits))), fetcher


def landing(*links: dict[str, str]) -> dict[str, Any]:
    root = {"type": "Catalog", "id": "c", "description": "d", "stac_version": "1.0.0"}
    return {**root, "conformsTo": list(CORE), "links": list(links)}


def test_pystac_walks_through_the_fetcher() -> None:
    item = {**simple("a", "2023-05-05T00:00:00Z"), "links": []}
    links = ({"rel": "item", "href": "./items/a.json"}, {"rel": "item", "href": "https://elsewhere.example.org/b.json"})
    io, fetcher = guarded({f"{ROOT}catalog.json": landing(*links), f"{ROOT}items/a.json": item})
    items = pystac.Catalog.from_file(f"{ROOT}catalog.json", stac_io=io).get_items()
    assert next(items).id == "a"
    with pytest.raises(pystac.STACError, match="elsewhere"):
        next(items)
    assert fetcher.asked[-1] == "https://elsewhere.example.org/b.json"


def test_pystac_client_searches_through_the_fetcher() -> None:
    link = {"rel": "search", "href": f"{ROOT}search", "type": "application/geo+json", "method": "POST"}
    page = {"type": "FeatureCollection", "features": [simple("a", "2023-05-05T00:00:00Z")], "links": []}
    io, fetcher = guarded({ROOT: landing(link), f"{ROOT}search": page})
    client = pystac_client.Client.open(ROOT, stac_io=io, headers={"X": "y"})
    assert [i.id for i in client.search(bbox=[0, 0, 1, 1]).items()] == ["a"]
    assert fetcher.asked == [ROOT, f"{ROOT}search"]
    assert not hasattr(io, "session")


def test_nothing_is_written_and_no_file_is_read() -> None:
    io, fetcher = guarded({})
    with pytest.raises(AddressRefusedError):
        io.write_text_to_href(f"{ROOT}a.json", "{}")
    for href in ("/etc/passwd", "file:///etc/passwd"):
        with pytest.raises(AddressRefusedError):
            io.read_text(href)
        with pytest.raises(AddressRefusedError):
            io.document(href, "POST", {})
    assert fetcher.asked == []


def test_answers_have_limits() -> None:
    io, _ = guarded({ROOT: landing()}, most_bytes=50)
    with pytest.raises(SourceError, match="longer than 50"):
        io.read_text(ROOT)
    for wrong in ({"page": 0}, {"page": 10_001}, {"items": 0}, {"splits": -1}):
        with pytest.raises(ValueRefusedError):
            Limits(**wrong)


def test_text_of_others_is_one_plain_line() -> None:
    assert plain("a\x1b[31m\n\u202eb\0") == "a [31m b"
    assert plain("x" * 500) == "x" * 199 + "…"


def test_paths() -> None:
    assert str(local_path("file:///a%20b")) == "/a b"
    assert str(local_path("a/b")) == "a/b"
    assert str(local_path("file:///a%2520b")) == "/a%20b"
    assert str(local_path("file:/a")) == "/a"
    assert local_path("file://[/a") is None
    assert local_path("file://elsewhere/a") is None
    assert local_path("s3://bucket/a") is None
