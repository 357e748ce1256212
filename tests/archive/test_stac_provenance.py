"""Where a scene came from survives the item and the database; nothing secret and no way out gets through."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pystac.validation
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.archive import Placement, StaticCatalogue, item_to_scene, scene_to_item
from wayside.archive.hrefs import path_inside, scrubbed, without_secrets
from wayside.errors import AddressRefusedError, InputError, ValueRefusedError
from wayside.model.acquisitions import MaskKind
from wayside.model.codec import dump_scene, load_scene
from wayside.model.places import MapPoint
from wayside.model.provenance import Provenance, SceneFiles, SourceAsset, SourceItem, StoredFile
from wayside.model.provenance_json import (
    files_from_json,
    files_to_json,
    provenance_from_json,
    provenance_to_json,
)
from wayside.model.scenes import Licence, Scene

HASH, OTHER = "1220" + "ab" * 32, "1220" + "cd" * 32
NOW = datetime(2023, 10, 5, 2, tzinfo=UTC)

words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
maybe = st.just("") | words
times = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as hypothesis wants
addresses = st.builds("https://{}.example.org/{}/{}?page={}".format, st.just("a"), words, words, st.integers(0, 9))
sizes = st.none() | st.integers(0, 2**40)
assets = st.builds(SourceAsset, words, addresses, maybe, maybe, sizes)
items = st.builds(
    SourceItem, words, addresses, words, maybe, st.just("") | addresses, st.lists(assets, max_size=2).map(tuple), maybe,
    st.none() | times,
)  # fmt: skip
points = st.builds(MapPoint, st.floats(-180, 180), st.floats(-90, 90))
rings = st.just(()) | st.lists(points, min_size=3, max_size=5).map(lambda ring: (*ring, ring[0]))
provenances = st.builds(
    Provenance, st.lists(items, min_size=1, max_size=3).map(tuple), times, st.lists(items, max_size=2).map(tuple),
    maybe, st.lists(words, max_size=2).map(tuple), rings, maybe,
)  # fmt: skip
shapes = st.none() | st.tuples(st.integers(1, 9999), st.integers(1, 9999))
transforms = st.none() | st.tuples(*[st.floats(-1e6, 1e6)] * 6)
files = st.builds(StoredFile, words.map("{}.tif".format), st.sampled_from([HASH, OTHER]), sizes, shapes, transforms)
beside = st.builds(SceneFiles, st.none() | files) | st.builds(
    SceneFiles, st.none() | files, files, st.sampled_from([kind.value for kind in MaskKind])
)
scenes = st.builds(
    Scene,
    id=words,
    acquired=times,
    gsd_m=st.floats(0.01, 100),
    checksum=st.just(HASH),
    href=words.map("{}.tif".format),
    licence=st.builds(Licence, words, maybe, st.booleans(), st.booleans(), maybe, st.just("") | addresses),
    snow_cover_pct=st.none() | st.floats(0, 100),
    bands=st.lists(st.sampled_from(["red", "nir", "", "B8A"]), max_size=4).map(tuple),
    provenance=st.none() | provenances,
    files=beside,
)


def scene(**more: Any) -> Scene:
    return Scene("s", NOW, 0.5, HASH, "s.tif", **more)


def made(href: str = "https://a.example.org/i", asset: str = "https://a.example.org/x.tif") -> Provenance:
    tile = SourceItem("earth", "https://a.example.org/v1", "i1", "c", href, (SourceAsset("visual", asset),))
    return Provenance((tile,), NOW, software="wayside 1.2.3")


# ---------------------------------------------------------------------------- there and back
@given(scenes, st.booleans())
def test_a_scene_comes_back_from_its_item_with_all_that_it_came_from(value: Scene, placed: bool) -> None:
    document = json.loads(json.dumps(scene_to_item(value, Placement(size=5, data_type="uint16") if placed else None)))
    pystac.validation.validate_dict({**document, "stac_extensions": []})
    assert item_to_scene(document) == value


@given(scenes)
def test_a_scene_comes_back_from_the_database_with_all_that_it_came_from(value: Scene) -> None:
    assert load_scene(dump_scene(value)) == value


@given(provenances, beside)
def test_both_have_a_json_form_of_their_own(value: Provenance, kept: SceneFiles) -> None:
    assert provenance_from_json(json.loads(json.dumps(provenance_to_json(value)))) == value
    assert files_from_json(json.loads(json.dumps(files_to_json(kept)))) == kept


def test_scenes_of_earlier_versions_are_read() -> None:
    before = json.loads(dump_scene(scene(licence=Licence("CC0-1.0", "x", publishable=True))))
    for name in ("courtesy", "why", "url"):
        del before["licence"][name]
    assert load_scene(json.dumps(before)).licence == Licence("CC0-1.0", "x", publishable=True)
    for flag in (True, False):
        item = scene_to_item(scene())
        item["properties"] |= {"wayside:licence": "CC0-1.0", "wayside:publishable": flag}
        assert item_to_scene(item).licence.publishable is flag
    item["properties"]["wayside:publishable"] = "perhaps"
    assert not item_to_scene(item).licence.publishable


noise = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["items", "retrieved", "href", "assets", "area", "size", "checksum"]), inner)
    ),
    max_leaves=8,
)


@given(noise, st.sampled_from(["items", "retrieved", "others", "software", "notes", "area"]))
@settings(max_examples=200)
def test_no_json_breaks_the_reader_of_provenance(value: Any, name: str) -> None:
    for document in (value, {**provenance_to_json(made()), name: value}):
        with contextlib.suppress(ValueRefusedError):
            assert provenance_from_json(document).items
    item = scene_to_item(scene(provenance=made()))
    item["properties"]["wayside:provenance"] = {**provenance_to_json(made()), name: value}
    with contextlib.suppress(InputError):
        assert item_to_scene(item).checksum == HASH


@given(noise, st.sampled_from(["href", "checksum", "size", "shape", "transform"]))
@settings(max_examples=200)
def test_no_json_breaks_the_reader_of_files(value: Any, name: str) -> None:
    good = {"href": "a.tif", "checksum": HASH, "size": 5, "shape": [1, 2], "transform": [1, 0, 0, 0, 1, 0]}
    for document in (value, {"overview": {**good, name: value}}):
        with contextlib.suppress(ValueRefusedError):
            assert isinstance(files_from_json(document), SceneFiles)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: SourceAsset("", "x"),
        lambda: SourceAsset("a", "x", size=-1),
        lambda: SourceItem("", "x", "i"),
        lambda: SourceItem("s", "x", "i", processed=datetime(2023, 1, 1)),  # noqa: DTZ001 - what is refused
        lambda: Provenance((), NOW),
        lambda: Provenance(made().items, NOW, area=(MapPoint(0, 0), MapPoint(1, 1), MapPoint(2, 2), MapPoint(3, 3))),
        lambda: StoredFile("a", "abc"),
        lambda: StoredFile("a", HASH, shape=(0, 1)),
        lambda: StoredFile("a", HASH, transform=(1.0,)),
        lambda: SceneFiles(mask=StoredFile("a", HASH)),
        lambda: SceneFiles(mask_kind="scl"),
    ],
)
def test_values_that_break_their_rules_are_refused(refused: Any) -> None:
    with pytest.raises(ValueRefusedError):
        refused()


# ---------------------------------------------------------------------------- for other software
def test_an_item_says_where_it_came_from_in_stacs_own_words() -> None:
    files_ = SceneFiles(StoredFile("s.overview.tif", HASH, 9), StoredFile("s.mask.tif", OTHER, 7, (3, 4)), "scl")
    value = scene(
        provenance=made(), files=files_, bands=("red", "green", "blue", "B8A"), snow_cover_pct=3.0,
        licence=Licence("CC-BY-4.0", "X", publishable=True, url="https://creativecommons.org/licenses/by/4.0/"),
    )  # fmt: skip
    item = scene_to_item(value)
    links = {(link["rel"], link["href"]) for link in item["links"]}
    assert ("derived_from", "https://a.example.org/i") in links
    assert ("via", "https://a.example.org/v1") in links
    assert ("license", "https://creativecommons.org/licenses/by/4.0/") in links
    properties, parts = item["properties"], item["assets"]
    assert properties["processing:software"] == {"wayside": "1.2.3"}
    assert properties["processing:datetime"] == "2023-10-05T02:00:00Z"
    assert "i1 (c)" in properties["processing:lineage"]
    assert properties["eo:snow_cover"] == 3.0
    assert properties["wayside:publishable"] == "with attribution"
    assert {key: asset["roles"] for key, asset in parts.items()} == {
        "image": ["data"], "overview": ["overview"], "mask": ["data-mask", "cloud"],
    }  # fmt: skip
    assert [band.get("eo:common_name") for band in parts["image"]["bands"]] == ["red", "green", "blue", None]
    assert parts["mask"]["file:checksum"] == OTHER
    assert parts["mask"]["proj:shape"] == [3, 4]
    simple = replace(value, files=SceneFiles(mask=files_.mask, mask_kind=MaskKind.CLOUD.value))
    assert scene_to_item(simple)["assets"]["mask"]["roles"] == ["cloud"]


def test_a_path_of_this_machine_is_no_link_for_others() -> None:
    item = scene_to_item(scene(provenance=made(href="/srv/archive/i.json")))
    assert [link["rel"] for link in item["links"]] == ["via"]


# ---------------------------------------------------------------------------- secrets
SIGNED = [
    "https://a.blob.example.net/x.tif?st=2023&se=2024&sp=rl&sv=2021&sr=c&skoid=1&sktid=2&skt=3&ske=4&sks=b&skv=5&sig=SECRET",
    "https://a.example.org/x.tif?X-Amz-Algorithm=A&X-Amz-Credential=SECRET&X-Amz-Signature=SECRET&X-Amz-Date=1",
    "https://a.example.org/x.tif?Expires=1&Signature=SECRET&Key-Pair-Id=SECRET&Policy=SECRET",
    "https://a.example.org/x.tif?AWSAccessKeyId=SECRET",
    "https://a.example.org/x.tif?token=SECRET",
    "https://a.example.org/x.tif?access_token=SECRET&subscription-key=SECRET",
    "https://a.example.org/x.tif?api_key=SECRET;password=SECRET",
    "https://a.example.org/x.tif?X-Goog-Signature=SECRET",
    "https://a.example.org/x.tif?%74oken=SECRET",
    "https://a.example.org/x.tif?%2574oken=SECRET",
    "https://a.example.org/x.tif?q=eyJSECRETSECRET.SECRET.x",
    "https://a.example.org/x.tif#access_token=SECRET",
    "https://user:SECRET@a.example.org/x.tif",
    "https://SECRET@a.example.org/x.tif",
    "https://a.example.org/x.tif?next=https%3A%2F%2Fb.example.org%2F%3Fsig%3DSECRET",
    "https://user:SECRET@[bad/x.tif?sig=SECRET",
    "s3://key:SECRET@bucket/x.tif?sig=SECRET",
]


@pytest.mark.parametrize("href", SIGNED)
def test_no_secret_gets_into_an_item(href: str) -> None:
    plain = without_secrets(href)
    assert "SECRET" not in plain
    assert "x.tif" in plain
    assert without_secrets(plain) == plain
    value = scene(
        provenance=replace(made(href, href), notes=(f"Read from {href}.",)),
        licence=Licence("x", f"see {href}", publishable=True, why=f"({href})", url=href),
    )
    assert "SECRET" not in json.dumps(scene_to_item(value))


@pytest.mark.parametrize(
    "href",
    [
        "https://a.example.org/x.tif?page=2&collection=a+b&bbox=1,2,3,4&expand=true&spatial=1",
        "https://a.example.org:8443/x%20y.tif?key2=1#part",
        "https://a.example.org/search?monkey=1&tokyo=2&author=3",
        "https://a.example.org/x?a=1;b=2&&c",
        "./a.tif",
        "/data/user@host/a.tif?sig=1",
        "",
    ],
)
def test_an_address_without_a_secret_stays_as_it_is(href: str) -> None:
    assert without_secrets(href) == href


def test_addresses_within_addresses_may_go_as_deep_as_one_likes() -> None:
    deep = without_secrets("https://a.example.org/x.tif?" + "u=https://b.example.org/?" * 2000 + "token=SECRET")
    assert deep.startswith("https://a.example.org/x.tif")
    assert "SECRET" not in deep


@given(st.text(max_size=40), st.text(max_size=20))
def test_no_text_breaks_the_search_for_secrets(before: str, query: str) -> None:
    for text in (f"https://{before}?{query}", f"{before}://{query}"):
        once = without_secrets(text)
        assert without_secrets(once) == once
    assert isinstance(scrubbed({before: [f"x https://u:p@{query}"]}), dict)


@given(
    st.lists(st.sampled_from(["sig=S3CRET", "token=S3CRET", "a=1", "b", "X-Amz-Date=S3CRET", "c=d%26e"]), max_size=6)
)
def test_only_what_is_secret_is_taken_out(pieces: list[str]) -> None:
    kept = [piece for piece in pieces if "S3CRET" not in piece]
    base = "https://a.example.org/x"
    expected = f"{base}?{'&'.join(kept)}" if kept else base
    assert without_secrets(f"{base}?{'&'.join(pieces)}") == expected


# ---------------------------------------------------------------------------- ways out
OUTSIDE = [
    "../a.tif", "a/../../b.tif", "a/../b.tif", "/etc/passwd", "file:///etc/passwd", "file:a.tif", "https://example.org/a.tif",
    "s3://bucket/a.tif", "/vsicurl/https://example.org/a.tif", "..", ".", "", "~root/a.tif", "..\\a.tif", "C:\\a.tif",
    "C:/a.tif", "a\0.tif", "//host/a.tif",
]  # fmt: skip


@pytest.mark.parametrize("href", OUTSIDE)
def test_a_path_out_of_the_archive_is_refused(tmp_path: Path, href: str) -> None:
    catalogue = StaticCatalogue(tmp_path / "scenes")
    if href:
        bad = replace(scene(), href=href)
        with pytest.raises(AddressRefusedError, match="outside"):
            catalogue.image_path(bad)
        with pytest.raises(AddressRefusedError):
            catalogue.add(bad)
        with pytest.raises(AddressRefusedError):
            catalogue.file_path(StoredFile(href, HASH))
        with pytest.raises(AddressRefusedError):
            catalogue.add(scene(files=SceneFiles(StoredFile(href, HASH))))
    with pytest.raises(AddressRefusedError):
        path_inside(tmp_path, href)
    assert not (tmp_path / "scenes").exists()


def test_a_link_out_of_the_archive_is_refused_and_one_within_is_not(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "scenes", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (elsewhere / "a.tif").write_bytes(b"x")
    (root / "out.tif").symlink_to(elsewhere / "a.tif")
    (root / "folder").symlink_to(elsewhere)
    (root / "real.tif").write_bytes(b"x")
    (root / "in.tif").symlink_to(root / "real.tif")
    (root / "loop.tif").symlink_to(root / "loop.tif")
    for href in ("out.tif", "folder/a.tif"):
        with pytest.raises(AddressRefusedError):
            path_inside(root, href)
    assert path_inside(root, "in.tif") == root / "in.tif"
    with contextlib.suppress(AddressRefusedError):
        path_inside(root, "loop.tif")
    linked = tmp_path / "linked"
    linked.symlink_to(root)
    assert path_inside(linked, "real.tif") == linked / "real.tif"


def test_an_item_that_was_tampered_with_leads_nowhere(tmp_path: Path) -> None:
    catalogue = StaticCatalogue(tmp_path / "scenes")
    path = catalogue.add(scene())
    document = json.loads(path.read_text(encoding="utf-8"))
    document["assets"]["image"]["href"] = "../../../etc/passwd"
    path.write_text(json.dumps(document), encoding="utf-8")
    (found,) = catalogue.scenes()
    with pytest.raises(AddressRefusedError):
        catalogue.image_path(found)


@given(st.text(max_size=20))
def test_whatever_is_accepted_lies_inside(href: str) -> None:
    root = Path("/nonexistent/archive")
    with contextlib.suppress(AddressRefusedError):
        assert path_inside(root, href).resolve().is_relative_to(root)


# ---------------------------------------------------------------------------- the list
def listing(root: Path) -> tuple[list[str], dict[str, Any]]:
    document = json.loads((root / "collection.json").read_text(encoding="utf-8"))
    return [link["href"] for link in document["links"] if link["rel"] == "item"], document


def test_the_collection_grows_shrinks_and_mends_itself(tmp_path: Path) -> None:
    catalogue = StaticCatalogue(tmp_path)
    ring = tuple(MapPoint(*p) for p in [(10.0, 50.0), (11.0, 50.0), (11.0, 51.0), (10.0, 50.0)])
    first = replace(scene(platform="P1", licence=Licence("CC0-1.0", publishable=True)), id="a", href="a.tif")
    second = replace(first, id="b", href="b.tif", acquired=datetime(2020, 1, 1, tzinfo=UTC), gsd_m=3.0, platform="P2")
    catalogue.add(first, Placement(ring))
    catalogue.add(second)
    names, document = listing(tmp_path)
    assert names == ["./a.json", "./b.json"]
    assert document["extent"]["spatial"]["bbox"] == [[10.0, 50.0, 11.0, 51.0]]
    assert document["extent"]["temporal"]["interval"] == [["2020-01-01T00:00:00Z", "2023-10-05T02:00:00Z"]]
    assert document["license"] == "CC0-1.0"
    assert document["summaries"] == {"platform": ["P1", "P2"], "gsd": {"minimum": 0.5, "maximum": 3.0}}
    catalogue.add(replace(second, gsd_m=2.0, licence=Licence("MIT", "x", publishable=True)))
    _, document = listing(tmp_path)
    assert document["summaries"]["gsd"]["maximum"] == 2.0
    assert document["license"] == "other"
    before = (tmp_path / "collection.json").stat().st_mtime_ns
    catalogue.add(first, Placement(ring))
    assert (tmp_path / "collection.json").stat().st_mtime_ns == before
    (tmp_path / "b.json").unlink()
    catalogue.add(replace(first, id="c", href="c.tif"), Placement(ring))
    names, document = listing(tmp_path)
    assert names == ["./a.json", "./c.json"]
    assert document["summaries"]["platform"] == ["P1"]
    for damaged in ("", "[]", "{}", '{"links": [{"rel": "item"}]}', "\xff"):
        (tmp_path / "collection.json").write_text(damaged, encoding="latin-1")
        catalogue.add(first, Placement(ring))
        assert listing(tmp_path)[0] == ["./a.json", "./c.json"]


def test_a_catalogue_of_the_first_version_gets_its_collection(tmp_path: Path) -> None:
    catalogue = StaticCatalogue(tmp_path)
    catalogue.add(scene())
    (tmp_path / "collection.json").unlink()
    (tmp_path / "catalog.json").write_text('{"type": "Catalog", "links": []}', encoding="utf-8")
    catalogue.add(replace(scene(), id="t", href="t.tif"))
    root = json.loads((tmp_path / "catalog.json").read_text(encoding="utf-8"))
    assert [link["href"] for link in root["links"] if link["rel"] == "child"] == ["./collection.json"]
    assert len(listing(tmp_path)[0]) == 2
