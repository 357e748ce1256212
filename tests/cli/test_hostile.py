"""What a stranger's catalogue could try: addresses, ids, documents and images that are meant to do harm."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hostile_catalogue import BOX, SPAN, Shelf, fetched, only_good, source
from range_server import Behaviour, RangeServer
from stub_fetcher import StubReply

from wayside.archive.remote import RetryPolicy, Transport, TransportLimits
from wayside.archive.search import search_source
from wayside.errors import WaysideError
from wayside.model.places import MapPoint
from wayside.model.sources import CatalogueSource, SceneQuery

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "run.json").read_text())
WEIGHTS = ROOT / "src" / "wayside" / "counting" / "weights"
needs_weights = pytest.mark.skipif(not any(WEIGHTS.glob("*.onnx")), reason="the network's weights are not built")


# ---------------------------------------------------------------------------- addresses
NOWHERE = (
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "file://localhost/etc/passwd",
    "file:/etc/passwd",
    "/etc/passwd",
    "../../../../../../etc/passwd",
    "..%2f..%2f..%2fetc/passwd",
    "..\\..\\..\\etc\\passwd",
    "\\\\evil\\share\\a.tif",
    "C:\\Windows\\win.ini",
    "/vsicurl/file:///etc/passwd",
    "/vsizip//etc/passwd",
    "/vsimem/x",
    "ftp://127.0.0.1/a.tif",
    "gopher://127.0.0.1:25/_HELO",
    "javascript:alert(1)",
    "data:image/tiff;base64,SUkqAA==",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fe80::1%25lo]/a.tif",
    "http://127.1/a.tif",
    "http://0x7f000001/a.tif",
    "http://2130706433/a.tif",
    "http://0177.0.0.1/a.tif",
    "http://0.0.0.0/a.tif",
    "http://good@127.0.0.1/a.tif",
    "http://127.0.0.1\r\nHost: evil/a.tif",
    "http://127.0.0.1/a.tif\r\nX-Injected: 1",
    "http://",
    "http:///a.tif",
    "http://[::1",
    "http://127.0.0.1:99999/a.tif",
    "http://\ud800/a.tif",
    "http://ⓔⓥⓘⓛ。ⓘⓝⓥⓐⓛⓘⓓ\x00/a.tif",
    "",
    " ",
    "a" * 10_000,
    "\x00",
    "https://user:pass\uff20169.254.169.254/",
)
"""Of a source that may name addresses of this machine: nothing here is ever anything."""


def test_no_address_leads_out_of_a_catalogue(
    workspace: Path, shelf: Shelf, server: RangeServer, wayside: Any, listing: Any
) -> None:
    for number, href in enumerate(NOWHERE):
        shelf.add(shelf.item(f"bad-{number}", href))
        shelf.link("child", href)
    source(workspace, shelf.publish())
    said = fetched(wayside, workspace)
    only_good(said, workspace)
    assert "root:x:0" not in said.out
    assert not any(b"root:x:0" in content for content in listing(workspace).values())
    assert not [r for r in server.requests if "x-injected" in r.headers]


HERE = ("http://127.0.0.1:{port}/secret.tif", "http://localhost:{port}/secret.tif", "http://[::1]:{port}/secret.tif",
        "http://127.1:{port}/secret.tif", "http://0x7f000001:{port}/secret.tif", "http://2130706433:{port}/secret.tif",
        "http://[::ffff:127.0.0.1]:{port}/secret.tif", "http://[::]:{port}/secret.tif", "http://0:{port}/secret.tif",
        "http://rebound.example:{port}/secret.tif", "http://good.example@127.0.0.1:{port}/secret.tif",
        "http://127.0.0.1.:{port}/secret.tif", "http://①②⑦.⓪.⓪.①:{port}/secret.tif", "//127.0.0.1:{port}/secret.tif",
        "http:\\\\127.0.0.1:{port}\\secret.tif", "http://stac.example\\@127.0.0.1:{port}/secret.tif",
        "http://stac.example#@127.0.0.1:{port}/secret.tif", "http://foo.localhost:{port}/secret.tif")  # fmt: skip


class Elsewhere:
    """A catalogue of the public internet: its documents are here, all else goes through the guarded transport."""

    def __init__(self, documents: Mapping[str, bytes], transport: Transport) -> None:
        self._documents, self._transport = documents, transport

    def get(self, url: str, **settings: Any) -> Any:
        if url in self._documents:
            return StubReply(200, self._documents[url], url)
        return self._transport.get(url, **settings)

    def post_json(self, url: str, document: object, **settings: Any) -> Any:
        return self._transport.post_json(url, document, **settings)

    def shown(self, url: str) -> str:
        return self._transport.shown(url)


def rebound(*_: object) -> Sequence[str]:
    """Answer every name with this machine."""
    return ("127.0.0.1",)


def test_a_catalogue_of_others_cannot_reach_this_machine(inside: RangeServer) -> None:
    hrefs = [href.format(port=inside.port) for href in HERE]
    root = "https://stac.example/catalog.json"
    shelf = Shelf(inside, "unused")
    items = {f"https://stac.example/{n}.json": shelf.item(f"i{n}", href) for n, href in enumerate(hrefs)}
    relations = ("child", "item", "next", "data", "items", "collection", "license")
    links = [{"rel": r, "href": h} for h in hrefs for r in relations]
    links += [{"rel": "item", "href": url} for url in items]
    document = {"type": "Catalog", "id": "c", "description": "", "stac_version": "1.0.0", "links": links}
    documents = {url: json.dumps(item).encode() for url, item in items.items()} | {root: json.dumps(document).encode()}
    one = CatalogueSource("far", root)
    west, south, east, north = BOX
    outline = tuple(MapPoint(*p) for p in ((west, south), (east, south), (east, north), (west, north), (west, south)))
    query = SceneQuery(outline, datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC))
    limits = TransportLimits(retry=RetryPolicy(attempts=1))
    with Transport(one, environ={}, limits=limits, resolve=rebound) as transport:
        outcome = search_source(one, query, Elsewhere(documents, transport))
        assert outcome.gaps
        assert len(outcome.found) > len(hrefs) / 2
        for scene in outcome.found:
            with pytest.raises(WaysideError) as refused, transport.open(scene.image[0].href) as file:
                file.read(0, 10)
            assert refused.value.exit_code in {2, 3}
        for href in hrefs:
            search = [{"rel": "search", "href": href, "method": method} for method in ("POST", "GET")]
            conforms = ["https://api.stacspec.org/v1.0.0/item-search"]
            api = {**document, "conformsTo": conforms, "links": search}
            outcome = search_source(one, query, Elsewhere({root: json.dumps(api).encode()}, transport))
            assert outcome.found == ()
            assert outcome.gaps
    assert inside.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "http://127.1:{port}/",
        "http://0x7f000001:{port}/",
        "http://2130706433:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::]:{port}/",
        "http://0.0.0.0:{port}/",
        "http://169.254.169.254/",
        "http://good.example@127.0.0.1:{port}/",
        "http://127.0.0.1:1@127.1:{port}/",
        "http://foo.localhost:{port}/",
        "https://10.0.0.1/",
        "ftp://127.0.0.1:{port}/",
    ],
)
def test_odd_addresses_on_the_command_line(workspace: Path, inside: RangeServer, wayside: Any, address: str) -> None:
    said = wayside("search", workspace, "--stac", address.format(port=inside.port), "--json")
    assert (said.code, said.error["error"]) == (2, "AddressRefusedError"), said
    assert inside.requests == []


AWAY = (
    "file:///etc/passwd",
    "http://169.254.169.254/a.tif",
    "http://[fd00:ec2::254]/a.tif",
    "http://me:you@127.0.0.1:{port}/good.tif",
    "http://127.1:{port}/good.tif",
    "ftp://127.0.0.1:{port}/good.tif",
    "//0x7f000001:{port}/good.tif",
    "http://[",
)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_lead_nowhere_else(
    workspace: Path, shelf: Shelf, server: RangeServer, wayside: Any, status: int
) -> None:
    for number, target in enumerate(AWAY):
        behaviour = Behaviour(redirect=target.format(port=server.port), redirect_status=status)
        for kind in ("asset", "item"):
            server.on(f"/away-{kind}-{number}", behaviour)
        shelf.add(shelf.item(f"bad-{number}", server.url(f"/away-asset-{number}")))
        shelf.link("item", server.url(f"/away-item-{number}"))
    for number in range(20):  # a chain longer than anyone needs, and a circle
        server.on(f"/chain/{number}", Behaviour(redirect=f"/chain/{number + 1}", redirect_status=status))
    server.on("/circle", Behaviour(redirect="/circle", redirect_status=status))
    shelf.add(shelf.item("chain", server.url("/chain/0")))
    shelf.add(shelf.item("circle", server.url("/circle")))
    shelf.link("item", server.url("/chain/0"))
    source(workspace, shelf.publish())
    said = fetched(wayside, workspace)
    only_good(said, workspace)
    assert len(said.document["failed"]) == len(AWAY) + 2
    assert len(said.document["gaps"]) >= 2
    assert max(len(server.of(f"/chain/{n}")) for n in range(10, 20)) == 0
    assert len(server.of("/circle")) < 40


# ---------------------------------------------------------------------------- ids and texts
IDS = (
    "../../../../tmp/x",
    "..",
    ".",
    "/etc/passwd",
    "a/b/c",
    "a\\b",
    "catalog",
    "collection",
    "catalog.json",
    "CON",
    "nul.tif",
    "a:b",
    "x\x00y",
    "line\nbreak",
    "\x1b[31mred\x1b]0;title\x07",
    "\x9b31m",
    "\u202eexe.tif",
    "раypal",
    "\ud800",
    "'; DROP TABLE scenes; --",
    '=cmd|"/c calc"!A1',
    "<script>alert(1)</script>",
    "[bold]x[/bold][link=http://evil]y",
    "{{7*7}}",
    "%00%2e%2e%2f",
    "a" * 499,
)
UNFIT = ("\t", "a" * 10_000, None, 7, ["x"], {"a": 1})


def test_ids_name_no_file(workspace: Path, shelf: Shelf, wayside: Any, tmp_path: Path, files: Any) -> None:
    server = shelf.server
    for seed, name in enumerate((*IDS, *UNFIT), start=1):
        server.put(f"/{seed}.tif", files.geotiff(seed=seed).read_bytes())
        shelf.add(shelf.item(name, server.url(f"/{seed}.tif")))
    source(workspace, shelf.publish())
    outside = {p for p in tmp_path.rglob("*") if workspace not in p.parents}
    said = fetched(wayside, workspace)
    assert said.code == 1, said
    assert said.document["failed"] == []
    assert len(said.document["done"]) == 1 + len(IDS)
    assert len(said.document["gaps"]) == len(UNFIT)
    assert {p for p in tmp_path.rglob("*") if workspace not in p.parents} == outside
    assert all(p.name.isascii() and len(p.name) < 100 for p in (workspace / "scenes").iterdir())
    with sqlite3.connect(workspace / "wayside.db") as db:
        assert db.execute("SELECT count(*) FROM scenes").fetchone() == (1 + len(IDS),)
    shown = wayside("search", workspace, *SPAN)
    assert shown.code == 1
    harmless(shown.out)


def harmless(text: str) -> None:
    """No control character but the line's end, in what a terminal is given."""
    assert not [c for c in text if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or "\u202a" <= c <= "\u202e"]


NASTY = "<script>alert('x')</script>\x1b[2J\x1b]8;;http://evil\x07\u202e[red]{{7*7}}\"onload=\"x&#\ud800"
PROVIDERS = [{"name": NASTY, "roles": ["producer"], "url": "javascript:alert(1)"}]


def test_texts_are_neither_html_nor_commands(workspace: Path, shelf: Shelf, server: RangeServer, wayside: Any) -> None:
    texts = {"platform": NASTY, "title": NASTY, "license": NASTY, "providers": PROVIDERS, "description": NASTY,
             "processing:version": NASTY, "constellation": NASTY, "collection": NASTY}  # fmt: skip
    item = shelf.item(NASTY, server.url("/good.tif"), **texts)
    item["collection"] = NASTY
    item["links"] = [{"rel": "license", "href": "javascript:alert(1)", "title": NASTY}]
    item["assets"]["visual"] |= {"title": NASTY, "bands": [{"name": NASTY, "common_name": NASTY}] * 3}
    shelf.add(item)
    bad = shelf.item(NASTY + "2", server.url(f"/missing-{'x' * 9}.tif"), platform=NASTY, providers=PROVIDERS)
    shelf.add(bad)
    source(workspace, shelf.publish())
    said = wayside("search", workspace, *SPAN, "--fetch")
    assert (said.code, said.err) == (1, ""), said
    harmless(said.out)
    said = fetched(wayside, workspace)
    assert (said.code, len(said.document["skipped"])) == (1, 2), said
    for path in (workspace / "scenes").glob("*.json"):
        assert b"\x1b" not in path.read_bytes()


@needs_weights
@pytest.mark.parametrize("rights", ["cc-by-4.0", "nasty"])
def test_the_report_shows_texts_as_texts(workspace: Path, shelf: Shelf, wayside: Any, files: Any, rights: str) -> None:
    server = shelf.server
    licence = "CC-BY-4.0" if rights != "nasty" else NASTY
    texts = {"platform": NASTY, "title": NASTY, "license": licence, "providers": PROVIDERS}
    server.put("/other.tif", files.geotiff(seed=1).read_bytes())
    item = shelf.item(NASTY, server.url("/other.tif"), **texts)
    item["links"] = [{"rel": "license", "href": "javascript:alert(1)", "title": NASTY}]
    shelf.add(item)
    source(workspace, shelf.publish())
    toml = workspace / "wayside.toml"
    toml.write_text(
        toml.read_text().replace('from = ""', 'from = "2023-01-01"').replace('to = ""', 'to = "2023-12-31"')
    )
    said = wayside("run", workspace, "--jobs", 1, "--json")
    assert (said.code, len(said.document.get("done", ()))) == (0, 2), said
    report = (workspace / "reports" / "report.html").read_text("utf-8")
    assert "&lt;script&gt;" in report
    assert "<script>alert" not in report
    assert "javascript:" not in report
    assert 'href="http://evil' not in report
    assert "\x1b" not in report
    assert '"onload="x' not in report
    again = wayside("run", workspace, "--jobs", 1)
    harmless(again.out)


# ---------------------------------------------------------------------------- documents
def deep(brackets: int) -> bytes:
    return b"[" * brackets + b"]" * brackets


DOCUMENTS: dict[str, bytes] = {
    "brackets": deep(100_000),
    "objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "long number": b'{"type":"Feature","id":' + b"9" * 100_000 + b"}",
    "not UTF-8": b'{"id":"\xff\xfe"}',
    "UTF-16": '{"type":"Feature"}'.encode("utf-16"),
    "nothing": b"",
    "NUL": b"\x00" * 100,
    "html": b"<html><script>alert(1)</script></html>",
    "xml bomb": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa">]><l>&a;</l>',
    "a number": b"1e999",
    "not a number": b"NaN",
    "null": b"null",
    "wrong shapes": b'{"type":"Feature","id":"x","properties":[],"geometry":7,"assets":"x","links":{}}',
    "item of items": b'{"type":"FeatureCollection","features":{"a":1},"links":[7,null,{"rel":1}]}',
}


def spoilt(shelf: Shelf, server: RangeServer) -> list[Any]:
    """Items whose values no sound catalogue has."""
    good = server.url("/good.tif")
    numbers = [shelf.item(f"n{i}", good, **{"gsd": v, "eo:cloud_cover": v, "view:off_nadir": v, "view:azimuth": v,
                                            "view:sun_elevation": v, "view:sun_azimuth": v, "proj:epsg": v})
               for i, v in enumerate((float("nan"), float("inf"), -1e308, "1e999", [], {}, True, 10**400))]  # fmt: skip
    times = [shelf.item(f"t{i}", good, datetime=v) for i, v in enumerate(
        ("0000-00-00", "9999-12-31T23:59:59Z", "NaN", 1e999, None, [], "2023-02-30T00:00Z", "x" * 10**6))]  # fmt: skip
    places = []
    shapes: tuple[Any, ...] = (
        {"type": "Polygon", "coordinates": [[[float("nan"), 1], [1, 1], [1, 2], [0, 1]]]},
        {"type": "Polygon", "coordinates": [[[129, 42.45]] * 100]},
        {
            "type": "Polygon",
            "coordinates": [[[128.9, 42.4], [129.1, 42.5], [129.1, 42.4], [128.9, 42.5]]],
        },
        {"type": "Polygon", "coordinates": "x" * 1000},
        {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}] * 5},
        {"type": "Point", "coordinates": [129, 42.45]},
        None,
    )
    for number, shape in enumerate(shapes):
        item = shelf.item(f"g{number}", good)
        places.append({**item, "geometry": shape, "bbox": [float("inf")] * 4 if shape is None else item["bbox"]})
    assets = []
    for number, fields in enumerate((
        {"file:size": -1}, {"file:size": 10**30}, {"file:checksum": "x" * 10_000}, {"file:checksum": "1220" + "0" * 64},
        {"nodata": [[[]]]}, {"bands": [{"name": "x"}] * 100_000}, {"raster:bands": [{"scale": float("nan")}] * 3},
        {"proj:transform": [0, 0, 0, 0, 0, 0]}, {"type": "text/html"}, {"roles": 7}, {"alternate": {"a": {"href": 1}}},
    )):  # fmt: skip
        item = shelf.item(f"a{number}", good)
        item["assets"]["visual"] |= fields
        assets.append(item)
    many = shelf.item("many", good)
    many["assets"] = {f"k{n}": many["assets"]["visual"] for n in range(20_000)}
    return [*numbers, *times, *places, *assets, many]


def test_documents_of_every_kind(workspace: Path, shelf: Shelf, server: RangeServer, wayside: Any) -> None:
    for document in (*DOCUMENTS.values(), *spoilt(shelf, server)):
        shelf.add(document)
    twice = json.dumps(shelf.item("twice", server.url("/good.tif")))
    shelf.add(twice.replace('"id": "twice"', '"id": "first", "id": "twice", "id": "twice"').encode())
    source(workspace, shelf.publish(description="x" * 1_000_000))
    said = fetched(wayside, workspace)
    assert said.code == 1, said
    assert any(one.startswith("20230106T020000Z-sat1-") for one in said.document["done"])
    assert said.document["gaps"]
    json.loads(said.out, parse_constant=pytest.fail)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_catalogue_that_is_none(workspace: Path, server: RangeServer, wayside: Any, name: str) -> None:
    server.put("/catalog.json", DOCUMENTS[name])
    source(workspace, server.url("/catalog.json"))
    said = fetched(wayside, workspace)
    assert said.code in {1, 3}, said
    assert len(server.requests) < 10


@pytest.mark.parametrize("name", ["bomb", "endless", "unsized", "loop", "packed"])
def test_a_catalogue_without_end(workspace: Path, server: RangeServer, wayside: Any, name: str) -> None:
    how = {
        "bomb": Behaviour(bomb_mb=300),
        "endless": Behaviour(endless=True),
        "unsized": Behaviour(unsized=True, length_off=10),
        "loop": Behaviour(redirect="/catalog.json"),
        "packed": Behaviour(encoding="zstd"),
    }[name]
    server.put("/catalog.json", b"{}")
    server.on("/catalog.json", how)
    source(workspace, server.url("/catalog.json"))
    said = fetched(wayside, workspace)
    assert said.code in {1, 3}, said
    assert server.bytes_sent < 200_000_000


@pytest.mark.parametrize("depth", [150, 500, 900, 960, 990, 1500])
def test_deep_documents(workspace: Path, shelf: Shelf, server: RangeServer, wayside: Any, depth: int) -> None:
    """Just under what the parser takes, so that whatever reads on is the one to stumble."""
    for inner in (json.loads(deep(40)), "DEEP"):
        item = shelf.item("deep", server.url("/good.tif"), deep=inner, providers=[inner], **{"eo:bands": [inner]})
        item |= {"stac_extensions": inner, "deep": inner}
        item["assets"]["visual"]["deep"] = item["assets"]["deep"] = inner
        shelf.add(json.dumps(item).replace('"DEEP"', deep(depth).decode()).encode())
    document = {"type": "Catalog", "id": "deep", "description": "\\ud800", "stac_version": "1.0.0", "deep": "DEEP",
                "conformsTo": ["https://api.stacspec.org/v1.0.0/item-search"],
                "links": [{"rel": "search", "href": server.url("/search"), "deep": "DEEP"}]}  # fmt: skip
    answer = {"type": "FeatureCollection", "features": ["DEEP", {"id": "DEEP"}, {"deep": "DEEP"}], "links": ["DEEP"]}
    for path, content in (("/api.json", document), ("/search", answer)):
        server.put(path, json.dumps(content).replace('"DEEP"', deep(depth).decode()).encode())
    shelf.publish()
    source(workspace, shelf.url)
    source(workspace, server.url("/api.json"), "two")
    said = fetched(wayside, workspace)
    assert said.code == 1, said
    assert said.document["done"][0].startswith("20230106T020000Z-sat1-")
