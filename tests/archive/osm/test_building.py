"""A site as it leaves: areas, zones, attribution, and what reads it back."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from wayside.archive.osm.area import around, bounds, footprints_in, read_outlines
from wayside.archive.osm.building import ATTRIBUTION, SiteRequest, build_site, built_to_geojson
from wayside.archive.osm.elements import OsmArea, OsmData
from wayside.archive.osm.query import overpass_query
from wayside.archive.osm.reading import read_osm
from wayside.archive.tracks import read_tracks
from wayside.errors import InputError, ValueRefusedError
from wayside.model.places import MapPoint

GEOD = Geod(ellps="WGS84")


def read(drawing: Any, folder: Path) -> OsmData:
    path = folder / "yard.json"
    path.write_text(json.dumps(drawing.overpass()))
    return read_osm(path)


def polygons(folder: Path, *geometries: Any, **properties: Any) -> Path:
    path = folder / "areas.geojson"
    features = [{"type": "Feature", "properties": properties, "geometry": g} for g in geometries]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_what_comes_out_is_what_a_workspace_takes(yard: Any, tmp_path: Path) -> None:
    built = build_site(read(yard, tmp_path), SiteRequest("Test Yard", note="Checked by hand."))
    document = built_to_geojson(built)
    assert read_tracks(json.dumps(document), "a.geojson") == built.site
    assert document["attribution"] == ATTRIBUTION
    assert document["license"] == "ODbL-1.0"
    assert document["osm_date"] == "2024-05-01"
    assert (
        built.site.note
        == "Tracks © OpenStreetMap contributors, Open Database Licence, as of 2024-05-01. Checked by hand."
    )
    siding = next(f["properties"] for f in document["features"] if f["properties"].get("ref") == "3")
    assert siding["gauge"] == "1435;1520"
    assert siding["service"] == "siding"
    assert siding["osm_ways"] == [4, 5, 6]
    assert not {"bridge", "layer"} & siding.keys()


def test_lengths_are_told_as_geodesics_have_them(yard: Any, tmp_path: Path) -> None:
    built = build_site(read(yard, tmp_path), SiteRequest("a"))
    for track, label in zip(built.site.tracks, built.labels, strict=True):
        expected = GEOD.line_length([p.x for p in track.centreline], [p.y for p in track.centreline])
        assert label.length_m == pytest.approx(expected, rel=1e-6)


def test_only_what_is_in_the_area_is_taken(yard: Any, tmp_path: Path) -> None:
    data = read(yard, tmp_path)
    east = build_site(data, SiteRequest("a", outlines=(bounds(130.6135, 42.42, 130.63, 42.44),)))
    assert min(p.x for t in east.site.tracks for p in t.centreline) >= 130.6135
    assert [z.id for z in east.site.zones] == ["zone 1"]
    circle = around(130.61, 42.43, 200.0)
    inner = build_site(data, SiteRequest("a", outlines=(circle,)))
    for track in inner.site.tracks:
        for p in track.centreline:
            assert GEOD.inv(130.61, 42.43, p.x, p.y)[2] <= 201
    total = sum(label.length_m for label in inner.labels) + sum(o.length_m for o in inner.left_out)
    whole = build_site(data, SiteRequest("a"))
    assert total == pytest.approx(
        sum(label.length_m for label in whole.labels) + sum(o.length_m for o in whole.left_out), abs=0.1
    )


def test_two_areas_are_one_site(yard: Any, tmp_path: Path) -> None:
    data = read(yard, tmp_path)
    west, east = bounds(130.59, 42.42, 130.605, 42.44), bounds(130.605, 42.42, 130.63, 42.44)
    both = build_site(data, SiteRequest("a", outlines=(west, east)))
    assert both.site.tracks == build_site(data, SiteRequest("a")).site.tracks


def test_an_area_without_rails_says_why(yard: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rails in the area"):
        build_site(read(yard, tmp_path), SiteRequest("a", outlines=(bounds(10, 10, 11, 11),)))
    with pytest.raises(InputError, match=r"no track is left \([0-9,]+ m outside the area\)"):
        build_site(read(yard, tmp_path), SiteRequest("a", outlines=(bounds(130.61, 42.432, 130.611, 42.433),)))


def test_zones_can_be_drawn_or_left_out(yard: Any, tmp_path: Path) -> None:
    data = read(yard, tmp_path)
    ring = [[130.6, 42.431], [130.601, 42.431], [130.601, 42.432], [130.6, 42.431]]
    own = read_outlines(polygons(tmp_path, {"type": "Polygon", "coordinates": [ring]}, name="crates"))
    built = build_site(data, SiteRequest("a", own_zones=own, zones=False))
    assert [(z.id, len(z.ring)) for z in built.site.zones] == [("crates", 4)]
    assert [z.id for z in build_site(data, SiteRequest("a", own_zones=own)).site.zones] == [
        "crates",
        "North Terminal",
        "zone 1",
    ]


def test_areas_far_from_every_track_and_other_areas_are_no_zones(yard: Any, tmp_path: Path) -> None:
    data = read(yard, tmp_path)
    square = ((0.0, 0.0), (0.001, 0.0), (0.001, 0.001), (0.0, 0.001), (0.0, 0.0))

    def area(lat: float, **tags: str) -> OsmArea:
        return OsmArea("", (tuple(MapPoint(130.61 + x, lat + y) for x, y in square),), 0, tags)

    areas = (area(42.4305, man_made="stockpile"), area(42.45, man_made="stockpile"), area(42.431, landuse="railway"))
    built = build_site(OsmData(data.lines, (*areas, areas[0])), SiteRequest("a"))
    assert [z.ring[0].y for z in built.site.zones] == [42.4305]


def test_a_bounding_box_keeps_its_sides() -> None:
    for wrong in ((10, 50, 9, 51), (10, 51, 11, 50), (170, 0, -170, 1), (0, 0, 200, 1)):
        with pytest.raises(InputError):
            bounds(*wrong)
    for lon, lat, radius in ((179.999, 0, 1000), (0, 89.9, 100), (0, 0, 0), (0, 0, 1e6), (0, 0, math.nan)):
        with pytest.raises(InputError):
            around(lon, lat, radius)


@given(st.floats(-170, 170), st.floats(-70, 70), st.floats(20, 20_000))
def test_a_circle_is_round(lon: float, lat: float, radius: float) -> None:
    for p in around(lon, lat, radius).ring:
        assert GEOD.inv(lon, lat, p.x, p.y)[2] == pytest.approx(radius, rel=0.02, abs=0.05)


SQUARE = [[8, 50], [9, 50], [9, 51], [8, 50]]


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (None, "no Polygon"),
        ({"type": "LineString", "coordinates": SQUARE}, "no Polygon"),
        ({"type": "Polygon", "coordinates": [SQUARE[:3]]}, "not a closed ring"),
        ({"type": "Polygon", "coordinates": SQUARE}, "not \\[lon, lat\\]"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "not a valid outline"),
        ({"type": "Polygon", "coordinates": [[["a", 0], [1, 1], [1, 0], ["a", 0]]]}, "not \\[lon, lat\\]"),
        ({"type": "Polygon", "coordinates": 7}, "not a closed ring"),
        ({"type": "MultiPolygon", "coordinates": [7]}, "not a closed ring"),
        ({"type": ["Polygon"], "coordinates": 7}, "no Polygon"),
    ],
)
def test_areas_that_cannot_be_used(tmp_path: Path, geometry: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_outlines(polygons(tmp_path, geometry))


def test_areas_of_every_kind(tmp_path: Path) -> None:
    parts = {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE, SQUARE]]}
    found = read_outlines(polygons(tmp_path, parts, {"type": "Polygon", "coordinates": [SQUARE]}, id=7))
    assert [(o.name, len(o.ring), o.holes) for o in found] == [("7", 4, 0), ("7", 4, 1), ("7", 4, 0)]


def test_footprints_come_from_a_folder_of_items(tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "catalog.json").write_text('{"type": "Catalog"}')
    with pytest.raises(InputError, match="no scenes with an outline"):
        footprints_in(tmp_path)
    item = {"type": "Feature", "id": "a", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}, "properties": {}}
    (tmp_path / "scenes" / "a.json").write_text(json.dumps(item))
    (tmp_path / "scenes" / "b.json").write_text(json.dumps({**item, "geometry": None}))
    assert (
        footprints_in(tmp_path)
        == footprints_in(tmp_path / "scenes")
        == (tuple(MapPoint(*map(float, p)) for p in SQUARE),)
    )


def test_a_site_needs_a_name_and_one_place() -> None:
    with pytest.raises(ValueRefusedError):
        SiteRequest(" ")
    with pytest.raises(ValueRefusedError):
        SiteRequest("a", within="b", outlines=(bounds(0, 0, 1, 1),))


def test_the_query_asks_for_the_box_and_for_nodes() -> None:
    assert "[bbox:{{bbox}}]" in overpass_query()
    asked = overpass_query((bounds(130.6, 42.42, 130.62, 42.44),))
    assert "[bbox:42.420000,130.600000,42.440000,130.620000]" in asked
    assert asked.endswith("out body;\n>;\nout skel qt;")
    named = overpass_query(within='Yard "A"')
    assert '[name="Yard \\"A\\""]' in named
    assert "{{bbox}}" not in named
    for query in (asked, named):
        assert query.count("(") == query.count(")")
        assert all(line.endswith((";", "(", ")")) for line in query.splitlines())
