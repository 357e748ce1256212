from __future__ import annotations

import contextlib
import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pystac
import pystac.validation
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.archive import (
    ImportRequest,
    Placement,
    StaticCatalogue,
    acquisition_date,
    item_to_scene,
    make_scene,
    parse_date,
    read_scene,
    scene_to_item,
    sha256_multihash,
    write_item,
)
from wayside.errors import InputError, OutsideError
from wayside.model.places import MapPoint
from wayside.model.scenes import Licence, Scene

HASH = "1220" + "ab" * 32
RING = tuple(MapPoint(*p) for p in [(130.0, 42.0), (130.1, 42.0), (130.1, 42.2), (130.0, 42.2), (130.0, 42.0)])
PLACE = Placement(RING, "EPSG:32652", None, (400, 500), (0.5, 0.0, 5e5, 0.0, -0.5, 4.6e6), HASH, "a.png", 77)

text = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12).filter(str.strip)
angle = st.none() | st.floats(0, 90)
scenes = st.builds(
    Scene,
    id=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12),
    acquired=st.datetimes(datetime(1960, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive bounds
    gsd_m=st.floats(0.01, 100),
    checksum=st.just(HASH),
    href=st.sampled_from(["a.tif", "b/c.tif", "/abs/a.tif", "https://example.org/a.tif"]),
    provider=st.just("") | text,
    platform=st.just("") | text,
    licence=st.builds(
        Licence,
        id=text,
        attribution=st.just("") | text,
        publishable=st.booleans(),
        why=st.just("") | text,
        url=st.sampled_from(["", "https://example.org/terms"]),
    ),
    off_nadir_deg=angle,
    view_azimuth_deg=angle,
    sun_elevation_deg=angle,
    sun_azimuth_deg=angle,
    cloud_cover_pct=angle,
    drawn=st.booleans(),
)


def valid_core(document: dict[str, object]) -> None:
    """Validate against the schemas that pystac carries; those of extensions are on the network."""
    pystac.validation.validate_dict({**document, "stac_extensions": []})


@given(scenes, st.sampled_from([None, PLACE, Placement(size=5)]))
def test_a_scene_comes_back_from_its_item_and_the_item_is_valid(scene: Scene, place: Placement | None) -> None:
    document = json.loads(json.dumps(scene_to_item(scene, place)))
    assert document["stac_version"] == "1.1.0"
    valid_core(document)
    assert item_to_scene(document) == scene


def test_an_item_says_what_other_software_looks_for() -> None:
    scene = Scene(
        "s", datetime(2023, 10, 5, 2, tzinfo=UTC), 0.5, HASH, "s.tif", "Maxar", off_nadir_deg=21.0, cloud_cover_pct=3.0
    )
    item = scene_to_item(scene, PLACE)
    asset = item["assets"]["image"]
    assert (asset["href"], asset["file:checksum"], asset["file:size"]) == ("./s.tif", HASH, 77)
    assert "cloud-optimized" in asset["type"]
    assert item["bbox"] == [130.0, 42.0, 130.1, 42.2]
    properties = item["properties"]
    assert properties["datetime"] == "2023-10-05T02:00:00Z"
    assert (properties["gsd"], properties["license"], properties["eo:cloud_cover"]) == (0.5, "other", 3.0)
    assert (properties["proj:code"], asset["proj:shape"]) == ("EPSG:32652", [400, 500])
    assert asset["proj:transform"] == [0.5, 0.0, 5e5, 0.0, -0.5, 4.6e6]
    assert "proj:epsg" not in json.dumps(item)
    assert properties["view:off_nadir"] == 21.0
    assert sorted(url.split("/")[3] for url in item["stac_extensions"]) == [
        "eo", "file", "processing", "projection", "view",
    ]  # fmt: skip


def test_an_image_without_a_map_has_an_item_without_a_geometry() -> None:
    item = scene_to_item(Scene("s", datetime(2023, 1, 1, tzinfo=UTC), 0.5, HASH, "s.tif"))
    assert item["geometry"] is None
    assert "bbox" not in item
    assert [url.split("/")[3] for url in item["stac_extensions"]] == ["file"]


def test_an_older_item_is_read() -> None:
    item = scene_to_item(Scene("s", datetime(2023, 1, 1, tzinfo=UTC), 0.5, HASH, "s.tif"))
    item["stac_version"] = "1.0.0"
    item["properties"]["proj:epsg"] = 32652
    item["stac_extensions"] = ["https://stac-extensions.github.io/projection/v1.1.0/schema.json"]
    assert item_to_scene(item).id == "s"


@pytest.mark.parametrize(
    ("member", "value", "said"),
    [
        ("assets", {}, "'image'"),
        ("properties", {"datetime": "2023-01-01T00:00:00Z"}, "'gsd'"),
        ("properties", {"datetime": "soon", "gsd": 1}, "can be read"),
        ("properties", None, "malformed"),
        ("assets", {"image": {"href": "a.tif"}}, "file:checksum"),
        ("assets", {"image": {"href": "a.tif", "file:checksum": "abc"}}, "multihash"),
        ("links", 7, "malformed"),
    ],
)
def test_a_damaged_item_is_refused(tmp_path: Path, member: str, value: object, said: str) -> None:
    item = scene_to_item(Scene("s", datetime(2023, 1, 1, tzinfo=UTC), 0.5, HASH, "s.tif"))
    path = tmp_path / "s.json"
    path.write_text(json.dumps({**item, member: value}), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_scene(path)


noise = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=5) | st.just("Feature"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["image", "href", "gsd"]), inner),
    max_leaves=6,
)
MEMBERS = ["type", "id", "properties", "assets", "links", "geometry", "bbox", "stac_version", "stac_extensions"]


@given(st.sampled_from(MEMBERS), noise, st.booleans())
@settings(max_examples=300)
def test_no_document_breaks_the_item_reader(member: str, value: object, left_out: bool) -> None:
    item = scene_to_item(scene("s", 5), PLACE)
    document = {k: v for k, v in {**item, member: value}.items() if not (left_out and k == member)}
    with contextlib.suppress(InputError):
        assert item_to_scene(document).checksum == HASH


@given(
    st.sampled_from(sorted(scene_to_item(Scene("s", datetime(2023, 1, 1, tzinfo=UTC), 1, HASH, "s"))["properties"])),
    noise,
)
@settings(max_examples=300)
def test_no_property_breaks_the_item_reader(name: str, value: object) -> None:
    item = scene_to_item(scene("s", 5), PLACE)
    item["properties"][name] = value
    item["properties"]["providers"] = value
    item["properties"]["view:off_nadir"] = value
    with contextlib.suppress(InputError):
        assert item_to_scene(item).checksum == HASH


@pytest.mark.parametrize(
    ("given_text", "expected", "note"),
    [
        ("2023-10-05", datetime(2023, 10, 5, 12, tzinfo=UTC), "12:00 UTC is assumed"),
        ("20231005", datetime(2023, 10, 5, 12, tzinfo=UTC), "12:00 UTC is assumed"),
        ("2023-10-05T02:11", datetime(2023, 10, 5, 2, 11, tzinfo=UTC), "no time zone"),
        ("2023:10:05 02:11:30", datetime(2023, 10, 5, 2, 11, 30, tzinfo=UTC), "no time zone"),
        (" 2023-10-05T02:11:00Z ", datetime(2023, 10, 5, 2, 11, tzinfo=UTC), ""),
        ("2023-10-05 11:11:00+09:00", datetime(2023, 10, 5, 2, 11, tzinfo=UTC), ""),
    ],
)
def test_dates_are_read_and_what_is_assumed_is_said(given_text: str, expected: datetime, note: str) -> None:
    found = parse_date(given_text)
    assert found.time == expected
    assert found.time.utcoffset() == timedelta(0)
    assert (note in found.note) if note else not found.note


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "yesterday",
        "2023-13-01",
        "2023-02-30",
        "05/10/2023",
        "2023",
        "2023-W40-4",
        "0000:00:00 00:00:00",
        "0001-01-01T00:00+14:00",
    ],
)
def test_what_is_no_date_is_refused(bad: str) -> None:
    with pytest.raises(InputError, match="is not a date"):
        parse_date(bad)


@given(st.text(max_size=30))
def test_no_text_breaks_the_date_reader(noise: str) -> None:
    with contextlib.suppress(InputError):
        assert parse_date(noise).time.tzinfo is not None


@given(st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001 - as above
def test_any_aware_time_is_kept_to_the_second(naive: datetime, minutes: int) -> None:
    time = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert parse_date(time.isoformat()).time == time


def test_the_users_date_goes_before_the_files_and_none_is_refused() -> None:
    tags = {"TIFFTAG_DATETIME": "2020:01:02 03:04:05"}
    assert acquisition_date("2023-10-05T00:00Z", tags, where="a.tif").time.year == 2023
    from_tag = acquisition_date(None, tags, where="a.tif")
    assert from_tag.time == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert "TIFFTAG_DATETIME" in from_tag.note
    assert "UTC is assumed" in from_tag.note
    with pytest.raises(InputError, match="--date"):
        acquisition_date(None, {"TIFFTAG_DATETIME": " "}, where="a.tif")


def test_a_scene_is_named_by_day_file_and_content() -> None:
    request = ImportRequest(
        date="2023-10-05", provider="Maxar", licence=Licence("CC-BY-4.0", "(c) X", publishable=True)
    )
    made = make_scene(
        request, file_name="my yard (1).png", gsd_m=0.5, checksum=HASH, source_checksum="1220" + "cd" * 32
    )
    assert made.scene.id == "20231005-my-yard-1-cdcdcdcd"
    assert made.scene.href == made.scene.id + ".tif"
    assert made.scene.licence.publishable
    assert len(made.notes) == 1
    with pytest.raises(InputError, match="GSD"):
        make_scene(request, file_name="a.png", gsd_m=0.0, checksum=HASH)


def test_a_checksum_is_a_multihash(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"abc" * 700_000)
    assert sha256_multihash(path) == "1220" + hashlib.sha256(b"abc" * 700_000).hexdigest()
    with pytest.raises(InputError, match="no such file"):
        sha256_multihash(tmp_path / "b.bin")
    with pytest.raises(InputError, match="folder"):
        sha256_multihash(tmp_path)


def scene(name: str, day: int, checksum: str = HASH) -> Scene:
    return Scene(name, datetime(2023, 10, day, tzinfo=UTC), 0.5, checksum, f"{name}.tif")


def test_a_catalogue_keeps_scenes_and_lists_them_for_others(tmp_path: Path) -> None:
    catalogue = StaticCatalogue(tmp_path / "scenes")
    assert catalogue.scenes() == ()
    catalogue.add(scene("late", 7), PLACE)
    catalogue.add(scene("early", 5, "1220" + "00" * 32))
    catalogue.add(scene("late", 7), PLACE)
    assert [s.id for s in catalogue.scenes()] == ["early", "late"]
    assert catalogue.get("early") == scene("early", 5, "1220" + "00" * 32)
    assert catalogue.image_path(catalogue.get("early")) == tmp_path / "scenes" / "early.tif"
    lists = ["catalog.json", "collection.json"]
    assert sorted(p.name for p in (tmp_path / "scenes").iterdir()) == [*lists, "early.json", "late.json"]
    other = pystac.Catalog.from_file(str(tmp_path / "scenes" / "catalog.json"))
    other.validate()
    assert sorted(item.id for item in other.get_items(recursive=True)) == ["early", "late"]


def test_a_source_file_is_found_again(tmp_path: Path) -> None:
    catalogue = StaticCatalogue(tmp_path)
    stored = "1220" + "11" * 32
    catalogue.add(scene("a", 5, stored), PLACE)
    for checksum in (HASH, stored):
        found = catalogue.find_source(checksum)
        assert found is not None
        assert found.id == "a"
    assert catalogue.find_source("1220" + "22" * 32) is None
    (tmp_path / "torn.json").write_text(f'{{"checksum": "{"1220" + "33" * 32}", ')
    with pytest.raises(InputError, match="not JSON"):
        catalogue.find_source("1220" + "33" * 32)


def test_two_images_cannot_share_a_name(tmp_path: Path) -> None:
    catalogue = StaticCatalogue(tmp_path)
    catalogue.add(scene("a", 5))
    with pytest.raises(InputError, match="another image"):
        catalogue.add(scene("a", 5, "1220" + "00" * 32))
    with pytest.raises(InputError, match="no scene b"):
        catalogue.get("b")
    for name in ("../a", "catalog", "collection", ".a", ""):
        with pytest.raises(InputError, match="not a scene's id"):
            catalogue.get(name)


def test_a_folder_that_cannot_be_made_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "scenes").write_text("a file", encoding="utf-8")
    with pytest.raises(OutsideError, match="cannot be written"):
        StaticCatalogue(tmp_path / "scenes").add(scene("a", 5))
    assert [p.name for p in tmp_path.iterdir()] == ["scenes"]
    (tmp_path / "taken.json").mkdir()
    with pytest.raises((OutsideError, InputError)):
        write_item(tmp_path / "taken.json", {"a": 1})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["scenes", "taken.json"]
