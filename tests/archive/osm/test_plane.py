"""Metres against pyproj's geodesics and projections."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from wayside.archive.osm.elements import snapped
from wayside.archive.osm.plane import Plane, length_m
from wayside.errors import ValueRefusedError

GEOD = Geod(ellps="WGS84")
LATS, LONS = st.floats(-80, 80), st.floats(-180, 180)


@given(LONS, st.floats(-90, 90), st.floats(0, 360), st.floats(1, 10_000))
def test_lengths_are_those_of_geodesics(lon: float, lat: float, azimuth: float, metres: float) -> None:
    x, y, _ = GEOD.fwd(lon, lat, azimuth, metres)
    assert length_m(np.array([[lon, lat], [x, y]])) == pytest.approx(metres, rel=1e-8, abs=1e-8)


@given(LONS, st.floats(-60, 60), st.floats(0, 360), st.floats(1, 20_000))
def test_the_plane_keeps_distances(lon: float, lat: float, azimuth: float, metres: float) -> None:
    x, y, _ = GEOD.fwd(lon, lat, azimuth, metres)
    place = Plane(lon, lat).metres(np.array([[x, y]]))[0]
    assert np.hypot(*place) == pytest.approx(metres, rel=0.006)


@given(LONS, LATS, st.floats(-5_000, 5_000), st.floats(-5_000, 5_000))
def test_the_plane_goes_both_ways(lon: float, lat: float, x: float, y: float) -> None:
    plane = Plane(lon, lat)
    back = plane.metres([plane.degrees(x, y)])[0]
    assert back == pytest.approx([x, y], abs=0.012)


def test_a_plane_lies_around_a_site_on_the_180th_meridian() -> None:
    plane = Plane.around([snapped(179.99, 10), snapped(-179.99, 10)])
    assert abs(plane.lon) == pytest.approx(180.0)
    assert np.ptp(plane.metres([snapped(179.99, 10), snapped(-179.99, 10)])[:, 0]) == pytest.approx(2190, rel=0.01)


@pytest.mark.parametrize("place", [(181, 0), (0, 91), (float("nan"), 0), (0, float("inf"))])
def test_what_is_not_on_earth_is_refused(place: tuple[float, float]) -> None:
    with pytest.raises(ValueRefusedError):
        snapped(*place)
