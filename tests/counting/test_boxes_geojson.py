"""Boxes from a GeoJSON: every file gives boxes or one clear error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.counting.boxes_geojson import BoxFile, read_boxes
from wayside.errors import InputError
from wayside.model.places import CoordinateSystem

SQUARE = [[0, 0], [14, 0], [14, 3], [0, 3], [0, 0]]


def document(*features: Any, **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def polygon(ring: Any = SQUARE, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def read(value: Any) -> BoxFile:
    return read_boxes(json.dumps(value), "b.geojson")


@pytest.mark.parametrize("name", ["score", "confidence", "p"])
def test_scores_and_labels(name: str) -> None:
    found = read(document(polygon(**{name: 0.7, "class": "tank"}), coordinates="pixel"))
    assert found.system is CoordinateSystem.PIXEL
    assert [(o.score, o.label, len(o.points)) for o in found.outlines] == [(0.7, "tank", 4)]


def test_lonlat_several_parts_and_no_scores() -> None:
    many = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}}
    found = read(document(many, {"type": "Feature", "geometry": None}, polygon()))
    assert found.system is CoordinateSystem.LONLAT
    assert (len(found.outlines), found.unscored) == (3, 2)


BAD = {
    "not JSON": ("{", "JSON"),
    "not a collection": (json.dumps({"type": "Polygon"}), "FeatureCollection"),
    "no list": (json.dumps({"type": "FeatureCollection"}), "features"),
    "a line": (json.dumps(document({"type": "Feature", "geometry": {"type": "LineString"}})), "Polygon"),
    "percent": (json.dumps(document(polygon(score=87))), "0 to 1"),
    "text score": (json.dumps(document(polygon(score="high"))), "not a number"),
    "flat": (json.dumps(document(polygon([[0, 0], [1, 1], [2, 2], [0, 0]]))), "without area"),
    "pixels as degrees": (json.dumps(document(polygon([[500, 0], [510, 0], [510, 9]]))), "pixel"),
    "no ring": (json.dumps(document(polygon(None))), "no outline"),
    "nan": ('{"type": "FeatureCollection", "features": [' + json.dumps(polygon([[0, 0], [1, 0], [1, 1]])).replace(
        "[1, 1]", "[NaN, 1]") + "]}", "usable"),
    "other system": (json.dumps(document(polygon(), coordinates="utm")), "pixel"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_bad_files_are_told_what_is_wrong(kind: str) -> None:
    text, word = BAD[kind]
    with pytest.raises(InputError) as told:
        read_boxes(text, "b.geojson")
    assert told.value.where == "b.geojson"
    assert word in str(told.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["Feature", "Polygon", "pixel", "x"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "geometry", "coordinates", "properties", "score"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


FILES = st.one_of(
    st.text(max_size=30),
    VALUES.map(json.dumps),
    st.lists(VALUES, max_size=3).map(lambda found: json.dumps(document(*found))),
    VALUES.map(lambda ring: json.dumps(document(polygon(ring)))),
    VALUES.map(lambda score: json.dumps(document(polygon(score=score)))),
)


@given(FILES)
def test_whatever_is_given_ends_in_boxes_or_in_one_error(text: str) -> None:
    try:
        found = read_boxes(text, "b.geojson")
    except InputError as error:
        assert error.where == "b.geojson"  # noqa: PT017
    else:
        assert all(0 <= o.score <= 1 and len(o.points) >= 3 for o in found.outlines)
