"""``wayside site``: from a file of OpenStreetMap data to a workspace."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from wayside.archive.tracks import read_site_file

LON, LAT = 130.6, 42.4
EAST_M, NORTH_M = 111_320 * math.cos(math.radians(LAT)), 111_090.0

LINES = {
    1: ([(-500, 0), (-300, 0), (300, 0), (500, 0)], {"gauge": "1520"}),
    2: (
        [(-300, 0), (-240, 6), (240, 6), (300, 0)],
        {"service": "siding", "gauge": "1520;1435", "railway:track_ref": "2"},
    ),
    3: ([(-400, 30), (400, 30)], {"service": "spur", "gauge": "broad", "name": "[Old] spur"}),
}


def overpass(folder: Path, *, lon: float = LON, lat: float = LAT, nodes: bool = True, extra: Any = ()) -> Path:
    places = sorted({p for points, _ in LINES.values() for p in points})
    ids = {p: n for n, p in enumerate(places, start=1)}
    elements: list[Any] = [
        {"type": "way", "id": w, "nodes": [ids[p] for p in points], "tags": {"railway": "rail", **tags}}
        for w, (points, tags) in LINES.items()
    ]
    if nodes:
        elements += [
            {"type": "node", "id": n, "lon": lon + x / EAST_M, "lat": lat + y / NORTH_M} for (x, y), n in ids.items()
        ]
    path = folder / "yard.json"
    path.write_text(
        json.dumps({"elements": [*elements, *extra], "osm3s": {"timestamp_osm_base": "2024-05-01T10:00:00Z"}})
    )
    return path


def test_a_site_is_built_and_a_workspace_takes_it(wayside: Any, tmp_path: Path) -> None:
    out = tmp_path / "site.geojson"
    said = wayside("site", overpass(tmp_path), "--out", out, "--name", "Test Yard", "--json")
    assert (said.code, said.err) == (0, "")
    document = said.document
    assert document["site"] == {"id": "test-yard", "name": "Test Yard"}
    assert document["source"] == {"format": "Overpass JSON", "date": "2024-05-01"}
    assert [(t["id"], t["gauges_mm"], t["ref"], t["service"]) for t in document["tracks"]] == [
        ("1", [], None, "spur"), ("2", [1435, 1520], "2", "siding"), ("3a", [1520], None, None),
        ("3b", [1520], None, None), ("3c", [1520], None, None)]  # fmt: skip
    assert document["attribution"] == "© OpenStreetMap contributors"
    assert {w["code"] for w in document["warnings"]} == {"gauge-unread"}
    site = read_site_file(out)
    assert [t.id for t in site.tracks] == [t["id"] for t in document["tracks"]]
    made = wayside("init", tmp_path / "work", "--site", out, "--json")
    assert made.code == 0
    assert "OpenStreetMap" in (tmp_path / "work" / "wayside.toml").read_text()


def test_people_are_told_the_same(wayside: Any, tmp_path: Path) -> None:
    said = wayside("site", overpass(tmp_path), "--out", tmp_path / "a.geojson")
    assert said.code == 0
    for words in (
        "5 tracks",
        "[Old] spur",
        "1435;1520",
        "left out:",
        "warning: gauges",
        "© OpenStreetMap contributors",
    ):
        assert words in said.out.replace("\n", " "), words


def test_options_reach_the_site(wayside: Any, tmp_path: Path) -> None:
    source, out = overpass(tmp_path), tmp_path / "a.geojson"

    def ids(*options: object) -> list[str]:
        document = wayside("site", source, "--out", out, "--json", *options).document
        return [t["id"] for t in document["tracks"]]

    assert ids("--through") == ["1", "2", "3"]
    assert ids("--no-main") == ["1", "2"]
    # The siding is too short now, and no longer cuts the main line.
    assert ids("--least", "650") == ["1", "2"]
    assert ids("--around", f"{LON},{LAT}", "--radius", "250") == ["1", "2", "3"]
    assert ids("--bbox", f"{LON - 0.01},{LAT + 0.0002},{LON + 0.01},{LAT + 0.01}") == ["1"]
    earlier = tmp_path / "earlier.geojson"
    out.rename(earlier)
    assert ids("--keep", earlier, "--no-main") == ["1", "2"]
    assert ids("--clearance", "0", "--through") == ["1", "2", "3"]
    area = tmp_path / "area.geojson"
    ring = [[LON - 1, LAT], [LON + 1, LAT - 1], [LON + 1, LAT + 1], [LON - 1, LAT]]
    area.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    assert len(ids("--area", area)) == 5
    assert wayside("site", source, "--out", out, "--zone", area, "--json").document["zones"] == ["zone 1"]


def test_a_site_that_is_not_where_it_should_be_is_not_written(wayside: Any, tmp_path: Path) -> None:
    out = tmp_path / "a.geojson"
    said = wayside("site", overpass(tmp_path, lat=-LAT), "--out", out, "--near", f"{LON},{LAT}", "--json")
    assert said.code == 2
    assert said.error["error"] == "TracksError"
    assert "wrong side of the equator" in said.error["what"]
    assert not out.exists()
    forced = wayside("site", overpass(tmp_path, lat=-LAT), "--out", out, "--near", f"{LON},{LAT}", "--force", "--json")
    assert forced.code == 1
    assert [e["code"] for e in forced.document["errors"]] == ["wrong-hemisphere"]
    assert out.exists()


def test_scenes_say_where_a_site_must_be(wayside: Any, tmp_path: Path) -> None:
    scenes = tmp_path / "scenes"
    scenes.mkdir()
    ring = [[0.0, 10.0], [1.0, 10.0], [1.0, 11.0], [0.0, 10.0]]
    item = {"type": "Feature", "id": "a", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (scenes / "a.json").write_text(json.dumps(item))
    said = wayside("site", overpass(tmp_path), "--out", tmp_path / "a.geojson", "--scenes", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "km from its scenes" in said.err


def test_the_query_is_printed_as_it_is(wayside: Any) -> None:
    said = wayside("site", "--query", "--around", f"{LON},{LAT}")
    assert said.code == 0
    assert said.out.startswith("[out:json]")
    assert wayside("site", "--query", "--around", f"{LON},{LAT}", "--json").document["query"] == said.out.rstrip("\n")


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "no file": ((), "FILE and --out are needed"),
    "no out": (("FILE",), "--out is needed"),
    "missing": (("/nowhere/a.osm", "--out", "OUT"), "no such file"),
    "two places": (
        ("FILE", "--out", "OUT", "--bbox", "1,2,3,4", "--within", "A"),
        "--bbox and --within are both given",
    ),
    "bbox of three": (("FILE", "--out", "OUT", "--bbox", "1,2,3"), "is not west,south,east,north"),
    "bbox of words": (("FILE", "--out", "OUT", "--bbox", "a,b,c,d"), "is not west,south,east,north"),
    "bbox of nan": (("FILE", "--out", "OUT", "--bbox", "nan,1,2,3"), "no longitude and latitude"),
    "bbox turned round": (("FILE", "--out", "OUT", "--bbox", "3,2,1,4"), "not west of its east"),
    "radius alone": (("FILE", "--out", "OUT", "--radius", "5"), "without --around"),
    "radius of a country": (("FILE", "--out", "OUT", "--around", "1,2", "--radius", "1e9"), "the radius is from"),
    "another place": (("FILE", "--out", "OUT", "--around", "1,2"), "no rails in the area"),
    "unknown name": (("FILE", "--out", "OUT", "--within", "Nowhere"), "no railway area named Nowhere"),
    "unknown kind": (("FILE", "--out", "OUT", "--kind", "canal"), "no kind of railway: canal"),
    "kind that is not there": (("FILE", "--out", "OUT", "--kind", "tram"), "there is no railway of the kind tram"),
    "least of nan": (("FILE", "--out", "OUT", "--least", "nan"), "least length in metres"),
    "negative clearance": (("FILE", "--out", "OUT", "--clearance", "-1"), "clearance in metres"),
    "zone is no file": (("FILE", "--out", "OUT", "--zone", "/nowhere"), "no such file"),
    "zones of tracks": (("FILE", "--out", "OUT", "--zone", "FILE"), "no Polygon"),
    "keep is no site": (("FILE", "--out", "OUT", "--keep", "FILE"), "not a Feature|no length|feature|GeoJSON|Tracks"),
    "near is one number": (("FILE", "--out", "OUT", "--near", "5"), "is not longitude,latitude"),
    "scenes of nothing": (("FILE", "--out", "OUT", "--scenes", "DIR"), "no scenes with an outline"),
    "name of spaces": (("FILE", "--out", "OUT", "--name", "  "), "the site has no name"),
    "id with spaces": (("FILE", "--out", "OUT", "--id", "a b"), "has spaces or slashes"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_gets_one_line_and_leaves_nothing(wayside: Any, tmp_path: Path, kind: str) -> None:
    given, words = BAD[kind]
    source, out = overpass(tmp_path), tmp_path / "out.geojson"
    (tmp_path / "dir").mkdir()
    named = {"FILE": source, "OUT": out, "DIR": tmp_path / "dir"}
    said = wayside("site", *(named.get(a, a) for a in given))
    assert said.code == 2, said
    assert said.out == ""
    assert said.err.startswith("wayside: ")
    assert said.err.count("\n") == 1
    assert re.search(words, said.err), said.err
    assert not out.exists()


def test_overpass_without_nodes_says_what_to_ask_for(wayside: Any, tmp_path: Path) -> None:
    said = wayside("site", overpass(tmp_path, nodes=False), "--out", tmp_path / "a.geojson")
    assert said.code == 2
    assert "out body; >; out skel qt;" in said.err


def test_a_folder_that_cannot_be_written_is_outside(wayside: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = wayside("site", overpass(tmp_path), "--out", tmp_path / "file" / "a.geojson")
    assert said.code == 3
