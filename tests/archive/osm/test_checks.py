"""Each check finds what it is for, in sites from anywhere, and nothing in a sound one."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.archive.osm.building import SiteRequest, build_site
from wayside.archive.osm.checks import Finding, Severity, check_site
from wayside.archive.osm.plane import Plane
from wayside.errors import ValueRefusedError
from wayside.model.places import CoordinateSystem, MapPoint, Site, Track

PLANE = Plane(130.61, 42.43)


def site(*lines: list[tuple[float, float]], plane: Plane = PLANE) -> Site:
    tracks = tuple(Track(str(n), tuple(plane.degrees(x, y) for x, y in line)) for n, line in enumerate(lines, start=1))
    return Site("s", "s", tracks)


def found(*lines: list[tuple[float, float]]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(str(f.severity), f.code, f.tracks) for f in check_site(site(*lines))]


def test_a_sound_yard_has_no_finding(yard: Any) -> None:
    built = build_site(yard.data(), SiteRequest("Yard", within=""))
    assert check_site(built.site) == ()


def test_a_track_that_crosses_itself() -> None:
    arc = [(60 * math.cos(a), 60 * math.sin(a)) for a in (math.radians(k) for k in range(0, 300, 10))]
    arc += [(60.0, -40.0), (200.0, -10.0)]
    assert found([(60.0, -300.0), *arc]) == [("error", "self-crossing", ("1",))]
    assert found([(60.0, -300.0), *arc[:25]]) == []


@pytest.mark.parametrize("shift", [0.0, 0.5, 0.9])
def test_the_same_rails_twice(shift: float) -> None:
    assert found([(0, 0), (500, 0)], [(400, shift), (50, shift)]) == [("error", "duplicate", ("1", "2"))]


def test_rails_shared_for_less_than_half_are_no_duplicate() -> None:
    assert "duplicate" not in {code for _, code, _ in found([(0, 0), (500, 0)], [(300, 0), (500, 0), (800, 20)])}


@given(st.floats(0.2, 4.8), st.floats(10, 400))
def test_tracks_closer_than_trains_are_wide(spacing: float, size: float) -> None:
    codes = {code for _, code, _ in found([(0, 0), (500, 0)], [(40, spacing), (40 + size, spacing)])}
    if abs(spacing - 1.0) > 0.05:
        assert ("duplicate" in codes) == (spacing < 1.0)
    if abs(spacing - 2.5) > 0.05 and abs(size - 60) > 6 and spacing > 1.05:
        assert ("too-close" in codes) == (spacing < 2.5 and size > 60)


def test_lengths_that_no_track_has() -> None:
    assert found([(0, 0), (12, 0)]) == [("warning", "length", ("1",))]
    assert ("warning", "length", ("1",)) in found([(0, 0), (25_000, 0)])
    assert {c for _, c, _ in found([(0, 0), (15_000, 0)], [(60_000, 0), (61_000, 0)])} == {"extent"}


@given(st.floats(20, 800))
def test_bends_that_no_train_takes(radius: float) -> None:
    """A quarter circle of chords of a sixth of its radius turns by 9.5 degrees at each: that is drawn, not wrong."""
    arc = [(radius * math.sin(a), radius - radius * math.cos(a)) for a in (math.pi / 2 * k / 9 for k in range(10))]
    assert "bend" not in {c for _, c, _ in found([(-200.0, 0.0), *arc, (radius, radius + 200)])}
    coarse = [(radius * math.sin(a), radius - radius * math.cos(a)) for a in (math.pi / 2 * k / 3 for k in range(4))]
    if abs(radius - 50) > 5:
        assert ("bend" in {c for _, c, _ in found([(-radius * 0.52, 0.0), *coarse])}) == (radius < 50)


def test_a_reversal() -> None:
    assert ("warning", "bend", ("1",)) in found([(0, 0), (300, 0), (100, 30)])


@pytest.mark.parametrize("gap", [0.2, 1.0, 3.0, 5.5])
def test_ends_that_were_not_joined(gap: float) -> None:
    assert found([(0, 0), (300, 0)], [(300 + gap, 0.1), (600, 5)]) == [("warning", "gap", ("1", "2"))]


def test_an_end_that_was_not_joined_to_rails_beside_it() -> None:
    assert found([(0, 0), (600, 0)], [(300, 1.2), (400, 8), (600, 9)]) == [("warning", "gap", ("2", "1"))]


def test_ends_beside_each_other_are_no_gap() -> None:
    assert found([(0, 0), (300, 0)], [(0, 4.5), (300, 4.5)], [(300, 0), (600, 0)]) == []


def test_the_180th_meridian() -> None:
    where = (MapPoint(179.999, 0.5), MapPoint(-179.999, 0.5))
    findings = check_site(Site("s", "s", (Track("1", where),)))
    assert [(f.severity, f.code) for f in findings] == [(Severity.ERROR, "antimeridian")]


def test_coordinates_that_were_lost() -> None:
    assert "null-island" in {f.code for f in check_site(site([(0, 0), (400, 0)], plane=Plane(0.001, 0.001)))}


def ring(lon: float, lat: float, size: float = 0.02) -> tuple[MapPoint, ...]:
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    return tuple(MapPoint(lon + size * x, lat + size * y) for x, y in corners)


@pytest.mark.parametrize(
    ("where", "code", "words"),
    [
        ((130.61, 42.43), None, ""),
        ((42.43, 130.61 - 90), "far-from-scenes", "km from its scenes"),
        ((-130.61, 42.43), "wrong-hemisphere", "wrong side of Greenwich"),
        ((130.61, -42.43), "wrong-hemisphere", "wrong side of the equator"),
        ((-130.61, -42.43), "wrong-hemisphere", "both"),
        ((130.61, 43.43), "far-from-scenes", "10[78] km"),
        ((10.0, 50.0), "far-from-scenes", "km from its scenes"),
    ],
)
def test_a_site_that_is_not_where_its_scenes_are(where: tuple[float, float], code: str | None, words: str) -> None:
    scenes = [ring(130.61, 42.43), ring(130.62, 42.44)]
    findings = check_site(site([(0, 0), (400, 0)], plane=Plane(*where)), scenes)
    assert [f.code for f in findings] == ([code] if code else [])
    assert all(f.severity is Severity.ERROR and re.search(words, f.what) for f in findings)


def test_swapped_axes_are_recognised() -> None:
    findings = check_site(site([(0, 0), (400, 0)], plane=Plane(42.43, 30.61)), [ring(30.61, 42.43)])
    assert [f.code for f in findings] == ["swapped"]


def test_tracks_outside_every_scene() -> None:
    tracks = ([(0, 0), (400, 0)], [(0, 3000), (400, 3000)])
    findings = check_site(site(*tracks), [ring(130.61, 42.43, 0.01)])
    assert [(f.severity, f.code, f.tracks) for f in findings] == [(Severity.WARNING, "outside-scenes", ("2",))]
    assert check_site(site(*tracks), [ring(130.61, 42.43, 0.01), ring(130.61, 42.457, 0.01)]) == ()


def test_a_position_will_do_for_a_scene() -> None:
    assert check_site(site([(0, 0), (400, 0)]), [(MapPoint(130.61, 42.43),)]) == ()
    assert [f.code for f in check_site(site([(0, 0), (400, 0)]), [(MapPoint(131.61, 42.43),)])] == ["far-from-scenes"]


def test_pixel_tracks_are_not_checked() -> None:
    track = Track("1", (MapPoint(0, 0), MapPoint(1, 1)), system=CoordinateSystem.PIXEL)
    with pytest.raises(ValueRefusedError):
        check_site(Site("s", "s", (track,)))


def test_errors_come_first_and_have_one_form() -> None:
    findings = check_site(site([(0, 0), (12, 0)], [(50, 50), (500, 50)], [(50, 50.2), (400, 50.2)]))
    assert [f.severity for f in findings] == [Severity.ERROR, Severity.WARNING]
    assert Finding.as_json(findings[0]).keys() == {"code", "what", "tracks", "place"}


POINTS = st.tuples(st.floats(-179, 179), st.floats(-85, 85))


@given(
    st.lists(st.lists(POINTS, min_size=2, max_size=5, unique=True), min_size=1, max_size=4),
    st.lists(POINTS, max_size=3),
)
def test_any_site_can_be_checked(lines: list[list[tuple[float, float]]], scenes: list[tuple[float, float]]) -> None:
    tracks = tuple(Track(str(n), tuple(MapPoint(*p) for p in line)) for n, line in enumerate(lines))
    findings = check_site(Site("s", "s", tracks), [ring(*p) for p in scenes])
    assert all(set(f.tracks) <= {t.id for t in tracks} for f in findings)
