from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wayside.archive import read_site_file, read_tracks, site_to_geojson
from wayside.errors import TracksError
from wayside.model.places import CoordinateSystem, MapPoint, Site, StockNetwork, Track, Zone

LINE = [[130.38, 42.41], [130.39, 42.42]]


def feature(coordinates: Any, kind: str = "LineString", **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)})


def test_a_site_with_tracks_zones_and_names_is_read() -> None:
    ring = [[130.0, 42.0], [130.1, 42.0], [130.1, 42.1], [130.0, 42.0]]
    text = collection(
        feature(LINE, id="3", gauge=1520),
        feature([[130.0, 42.0], [130.0, 42.3, 7.5]], id="east"),
        feature([ring], "Polygon", id="store", role="zone"),
        id="tumangang",
        name="Tumangang",
        note="Drawn.",
    )
    site = read_tracks(text, "x.geojson")
    assert (site.id, site.name, site.note) == ("tumangang", "Tumangang", "Drawn.")
    assert [(t.id, t.gauges_mm, t.network) for t in site.tracks] == [("3", (1520,), None), ("east", (), None)]
    assert site.tracks[0].centreline == (MapPoint(130.38, 42.41), MapPoint(130.39, 42.42))
    assert site.tracks[1].centreline[1] == MapPoint(130.0, 42.3)
    assert site.zones == (Zone("store", tuple(MapPoint(*p) for p in ring)),)


@pytest.mark.parametrize(
    "document",
    [
        {"type": "LineString", "coordinates": LINE},
        {"type": "MultiLineString", "coordinates": [LINE]},
        feature(LINE),
        {"type": "FeatureCollection", "features": [feature(LINE), feature([1, 2], "Point"), {"type": "Feature"}]},
        {"type": "FeatureCollection", "features": [{**feature(LINE), "properties": None}]},
    ],
)
def test_every_shape_that_holds_a_line_gives_one_track(document: dict[str, Any]) -> None:
    site = read_tracks("\ufeff" + json.dumps(document), "my yard.geojson")
    assert [t.id for t in site.tracks] == ["1"]
    assert (site.id, site.name) == ("my-yard", "my yard")


def test_unnamed_tracks_are_numbered_past_the_numbers_taken() -> None:
    lines = [[[float(k), 1.0], [float(k), 2.0]] for k in range(4)]
    text = collection(feature(lines[0]), feature(lines[1], id=1), feature(lines[2]), {**feature(lines[3]), "id": "x"})
    assert [t.id for t in read_tracks(text, "a").tracks] == ["2", "1", "3", "x"]


def test_the_parts_of_one_feature_are_tracks_of_their_own() -> None:
    text = collection(feature([LINE, [[1, 1], [2, 2]]], "MultiLineString", id="main"))
    assert [t.id for t in read_tracks(text, "a").tracks] == ["main-1", "main-2"]


def test_pixel_coordinates_are_marked() -> None:
    site = read_tracks(collection(feature([[0, 500.5], [4000, 20]]), coordinates="pixel"), "a.json")
    assert site.system is CoordinateSystem.PIXEL
    assert site.tracks[0].centreline[0] == MapPoint(0.0, 500.5)


def test_repeated_positions_are_dropped() -> None:
    site = read_tracks(collection(feature([LINE[0], LINE[0], LINE[1], LINE[1]])), "a")
    assert len(site.tracks[0].centreline) == 2


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"])
def test_wgs84_said_in_the_old_way_is_accepted(name: str) -> None:
    text = collection(feature(LINE), crs={"type": "name", "properties": {"name": name}})
    assert read_tracks(text, "a").system is CoordinateSystem.LONLAT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not an object"),
        ("{}", "is a None"),
        (json.dumps({"type": "FeatureCollection"}), "no list"),
        (collection(), "no tracks"),
        (collection(feature([1, 2], "Point")), "no tracks"),
        (collection(7), "not a Feature"),
        (collection(feature([[1, 2]])), "no length"),
        (collection(feature([[1, 2], [1, 2]])), "no length"),
        (collection(feature([[1, 2], [1]])), r"not \[x, y\]"),
        (collection(feature([[1, 2], ["a", 3]])), "not a number"),
        (collection(feature([[1, 2], [True, 3]])), "not a number"),
        ('{"type": "LineString", "coordinates": [[1, 2], [NaN, 3]]}', "usable number"),
        ('{"type": "LineString", "coordinates": [[1, 2], [1e999, 3]]}', "usable number"),
        ('{"type": "LineString", "coordinates": [[1, 2], [1' + "0" * 400 + ", 3]]}", "usable number"),
        (collection(feature([[42.4, 130.3], [42.5, 130.4]])), "swapped"),
        (collection(feature([[500_000, 4_600_000], [500_100, 4_600_000]])), "no longitude and latitude"),
        (collection(feature(LINE), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::32652"}}), "EPSG::32652"),
        (collection(feature(LINE), crs={"properties": {"name": "EPSG:43260"}}), "EPSG:43260"),
        (collection(feature(LINE), crs=5), "has no name"),
        (collection(feature(LINE), coordinates="metres"), "'metres'"),
        (collection(feature(LINE, id="a"), feature([[1, 1], [2, 2]], id="a")), "twice"),
        (collection(feature(LINE), feature(LINE[::-1])), "same line"),
        (collection(feature([[0, 0], [2, 2], [2, 0], [0, 2]])), "crosses itself"),
        (collection(feature(LINE, gauge="wide")), "gauge"),
        (collection(feature(LINE, gauge=9999)), "gauge"),
        (collection(feature(LINE, gauge="1520;wide")), "two gauges"),
        (collection(feature(LINE, gauge="1520;")), "two gauges"),
        (collection(feature(LINE, gauge="1520,1435")), "two gauges"),
        (collection(feature(LINE, gauge="1000;1067;1435;1520;1668")), "two gauges"),
        (collection(feature(LINE, gauge=[1520, 1435])), "two gauges"),
        (collection(feature(LINE, network="DB")), "one of RU, UIC, CN, AAR"),
        (collection(feature(LINE, network=1520)), "one of RU, UIC, CN, AAR"),
        (collection(feature(LINE, id=[1])), "id is not"),
        (collection(feature([LINE], "Polygon")), "a track is a LineString"),
        (collection(feature([[[0, 0], [1, 1], [1, 0]]], "Polygon", role="zone")), "closed ring"),
        (collection(feature([[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]], "Polygon", zone=True)), "Self-intersection"),
        (collection(feature([LINE], "GeometryCollection")), "GeometryCollection"),
    ],
)
def test_each_fault_is_one_clear_error(text: str, said: str) -> None:
    with pytest.raises(TracksError, match=said) as caught:
        read_tracks(text, "yard.geojson")
    assert caught.value.where == "yard.geojson"
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "gauges"),
    [
        ({}, ()),
        ({"gauge": None}, ()),
        ({"gauge": 1520}, (1520,)),
        ({"gauge": 1435.0}, (1435,)),
        ({"gauge": " 1520 "}, (1520,)),
        ({"gauge": "1520;1435"}, (1520, 1435)),
        ({"gauge": "1435; 1520"}, (1435, 1520)),
        ({"gauge": "1435;1435"}, (1435,)),
        ({"gauge_mm": 1520, "gauge": 1435}, (1520,)),
    ],
)
def test_gauges_are_read_as_openstreetmap_writes_them(given: dict[str, Any], gauges: tuple[int, ...]) -> None:
    assert read_tracks(collection(feature(LINE, **given)), "a").tracks[0].gauges_mm == gauges


@given(
    st.lists(st.integers(600, 1676), min_size=1, max_size=4, unique=True),
    st.sampled_from([";", "; ", " ;", " ; "]),
    st.sampled_from(["{}", "{}.0", " {} "]),
)
def test_every_list_of_gauges_is_read_back(gauges: list[int], between: str, form: str) -> None:
    text = between.join(form.format(gauge) for gauge in gauges)
    assert read_tracks(collection(feature(LINE, gauge=text)), "a").tracks[0].gauges_mm == tuple(gauges)


@pytest.mark.parametrize("said", ["RU", "uic", " Cn ", "AAR"])
def test_a_network_is_read_in_any_case(said: str) -> None:
    track = read_tracks(collection(feature(LINE, network=said)), "a").tracks[0]
    assert track.network is StockNetwork(said.strip().upper())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("LineString"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
kinds = st.sampled_from(["LineString", "MultiLineString", "Polygon", "MultiPolygon", "Point", "Feature", None])
geometries = st.fixed_dictionaries(
    {"type": kinds | json_values},
    optional={"coordinates": st.lists(st.lists(st.floats() | json_values, max_size=3), max_size=4) | json_values},
)
features = st.fixed_dictionaries(
    {"type": st.just("Feature") | json_values},
    optional={
        "geometry": geometries | json_values,
        "properties": json_values
        | st.fixed_dictionaries(
            {},
            optional={
                "id": json_values,
                "gauge": json_values | st.text("0123456789;. ", max_size=12),
                "network": json_values | st.sampled_from(["RU", "cn"]),
                "role": st.just("zone"),
            },
        ),
        "id": json_values,
    },
)
documents = geometries | st.fixed_dictionaries(
    {"type": st.just("FeatureCollection") | json_values},
    optional={
        "features": st.lists(features, max_size=3) | json_values,
        "coordinates": st.just("pixel") | json_values,
        "crs": json_values,
        "name": json_values,
        "id": json_values,
        "note": json_values,
    },
)


@given(documents.map(json.dumps) | st.text())
@settings(max_examples=400, deadline=None)
@example('{"type": {}}')
@example('{"type": "FeatureCollection", "coordinates": {}, "features": []}')
def test_nothing_but_a_site_or_a_tracks_error_comes_out(text: str) -> None:
    try:
        site = read_tracks(text, "fuzz")
    except TracksError:
        return
    assert site.tracks


ids = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6)


@st.composite
def sites(draw: st.DrawFn) -> Site:
    system = draw(st.sampled_from(CoordinateSystem))
    names = draw(st.lists(ids, min_size=1, max_size=5, unique=True))
    # One line per row of a lattice: no two are the same and none crosses itself.
    tracks = []
    for row, name in enumerate(names):
        xs = draw(st.lists(st.floats(-170, 170, width=32), min_size=2, max_size=5, unique=True))
        gauges = tuple(draw(st.lists(st.integers(600, 1676), max_size=3, unique=True)))
        network = draw(st.none() | st.sampled_from(StockNetwork))
        tracks.append(Track(name, tuple(MapPoint(x, float(row)) for x in sorted(xs)), gauges, system, network))
    ring = tuple(MapPoint(*p) for p in [(0.0, 20.0), (5.0, 20.0), (5.0, 25.0), (0.0, 20.0)])
    zones = (Zone("z", ring, system),) if draw(st.booleans()) else ()
    return Site(draw(ids), draw(ids), tuple(tracks), zones, draw(st.sampled_from(["", "Drawn."])))


@given(sites())
def test_a_site_comes_back_from_its_own_geojson(site: Site) -> None:
    assert read_tracks(json.dumps(site_to_geojson(site)), "x") == site


def test_a_file_is_read_and_a_missing_one_said(tmp_path: Path) -> None:
    path = tmp_path / "yard.geojson"
    path.write_text(collection(feature(LINE)), encoding="utf-8")
    assert read_site_file(path).id == "yard"
    with pytest.raises(TracksError, match="no such file"):
        read_site_file(tmp_path / "nothing.geojson")
    (tmp_path / "latin.geojson").write_bytes(b"\xff\xfe{}")
    with pytest.raises(TracksError, match="UTF-8"):
        read_site_file(tmp_path / "latin.geojson")


@pytest.mark.shared
def test_the_real_tracks_files_are_read(shared_dir: Path) -> None:
    found = {p.stem: read_site_file(p) for p in sorted((shared_dir / "imagery").glob("*.geojson"))}
    assert {name: len(site.tracks) for name, site in found.items()} == {
        "autoracks_top": 17,
        "empty_tracks": 5,
        "gondolas_oblique": 8,
        "hoppers_coarse": 1,
        "muttenz_west": 13,
        "road_a": 2,
    }
    assert all(site.system is CoordinateSystem.PIXEL for site in found.values())
