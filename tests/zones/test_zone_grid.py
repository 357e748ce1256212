"""The grid of a zone: its area against the shoelace formula, units, and outlines that are no outlines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from wayside.errors import ValueRefusedError
from wayside.model.places import CoordinateSystem, MapPoint, Zone
from wayside.zones import lay_grid, unit_of


def pixels(*corners: tuple[float, float]) -> Zone:
    return Zone("z", tuple(MapPoint(x, y) for x, y in (*corners, corners[0])), CoordinateSystem.PIXEL)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(25.0, 60.0), min_size=5, max_size=9),
    st.floats(-1e5, 1e5),
    st.floats(0.3, 2.0),
)
def test_the_area_is_that_of_the_shoelace_formula(radii: list[float], at: float, pixel_m: float) -> None:
    angles = 2 * np.pi * np.arange(len(radii)) / len(radii)
    ring = np.stack([np.array(radii) * np.cos(angles), np.array(radii) * np.sin(angles)], -1)
    x, y = ring.T
    area = 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))
    grid = lay_grid(pixels(*[(at + a / pixel_m, b / pixel_m - at) for a, b in ring]), pixel_m=pixel_m)
    assert grid.area_m2 == pytest.approx(area, rel=0.02)


@pytest.mark.parametrize("latitude", [-60.0, 0.0, 42.4, 75.0])
def test_degrees_are_metres_as_a_geodesic_library_has_them(latitude: float) -> None:
    east, north = 0.001 / math.cos(math.radians(latitude)), 0.0006
    corners = [(130.0, latitude), (130.0 + east, latitude), (130.0 + east, latitude + north), (130.0, latitude + north)]
    zone = Zone("z", tuple(MapPoint(*p) for p in (*corners, corners[0])))
    area, _ = Geod(ellps="WGS84").polygon_area_perimeter(*zip(*corners, strict=True))
    grid = lay_grid(zone)
    assert grid.area_m2 == pytest.approx(abs(area), rel=0.01)
    back = grid.positions(np.array([[0.0, 0.0]]))
    assert back[0] == pytest.approx((130.0 + east / 2, latitude + north / 2))


def test_a_place_of_the_grid_lies_where_it_should() -> None:
    grid = lay_grid(pixels((100, 50), (140, 50), (140, 80), (100, 80)), pixel_m=0.5)
    rows, columns = grid.shape
    corners = grid.positions(grid.metres_of(np.array([[0.0, 0.0], [columns, rows]])))
    assert (corners[0] < (100, 50)).all(), "the first cell is up and to the left, where rows are smallest"
    assert corners[1][0] > 140
    assert corners[1][1] > 80
    inside = np.argwhere(grid.share == 1.0)
    places = grid.positions(grid.metres_of(inside[:, ::-1] + 0.5))
    assert ((places > (100, 50)) & (places < (140, 80))).all()


def test_an_outline_that_crosses_itself_counts_by_the_even_odd_rule() -> None:
    bow = pixels((0, 0), (40, 40), (40, 0), (0, 40))
    assert lay_grid(bow).area_m2 == pytest.approx(800, rel=0.02)


@pytest.mark.parametrize(
    ("zone", "message"),
    [
        (pixels((0, 0), (3, 0), (3, 3)), "less than 60"),
        (pixels((0, 0), (0.001, 0), (500, 0)), "less than 60"),
        (pixels((0, 0), (20_000, 0), (20_000, 50)), "at most 1,500 m"),
        (pixels((-1e12, 0), (1e12, 0), (0, 1e12)), "at most 1,500 m"),
        (Zone("z", tuple(MapPoint(x, 90.0 - y) for x, y in ((0, 0), (9, 0), (9, 0.001), (0, 0)))), "pole"),
    ],
    ids=["tiny", "a line", "a valley", "a stray position", "a pole"],
)
def test_what_is_no_storage_zone_is_refused(zone: Zone, message: str) -> None:
    with pytest.raises(ValueRefusedError, match=message):
        lay_grid(zone)


def test_a_large_zone_has_larger_cells_and_units() -> None:
    grid = lay_grid(pixels((0, 0), (1200, 0), (1200, 900), (0, 900)))
    assert grid.share.size <= 165_000
    assert grid.cell_m > 1
    assert grid.area_m2 == pytest.approx(1200 * 900, rel=0.01)


@given(st.floats(1.0, 2_000_000.0))
def test_a_zone_has_three_hundred_units_at_most(area: float) -> None:
    unit = unit_of(area)
    assert area / unit <= 300
    assert unit == 5.0 or area / unit > 300 * 0.3
