"""Every shared value: what it takes, what it refuses with which words, and that nobody can change it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import InputError, ValueRefusedError
from wayside.model.cars import Car, CarType, Cover
from wayside.model.counts import CountDistribution
from wayside.model.judgements import Basis, Confidence, Judgement
from wayside.model.observations import (
    CountStatus,
    Observation,
    ObservationKind,
    Registration,
    SceneCount,
    TrackCount,
)
from wayside.model.places import CoordinateSystem, MapPoint, Site, StockNetwork, Track, Zone
from wayside.model.scenes import Licence, Scene
from wayside.model.strips import LabelledStrip, Strip, StripEnd, StripFrame

POINTS = (MapPoint(37.5, 55.5), MapPoint(37.6, 55.5))
RING = (MapPoint(0, 0), MapPoint(4, 0), MapPoint(4, 3), MapPoint(0, 0))
NOON = datetime(2023, 10, 5, 12, tzinfo=UTC)
CHECKSUM = "1220" + "0a" * 32


def track(**changes: Any) -> Track:
    return Track(**{"id": "1", "centreline": POINTS, **changes})


def zone(**changes: Any) -> Zone:
    return Zone(**{"id": "storage", "ring": RING, **changes})


def site(**changes: Any) -> Site:
    return Site(**{"id": "veresk", "name": "Veresk", "tracks": (track(), track(id="2")), "zones": (zone(),), **changes})


def scene(**changes: Any) -> Scene:
    fields = {"id": "a", "acquired": NOON, "gsd_m": 0.5, "checksum": CHECKSUM, "href": "a.tif"}
    return Scene(**{**fields, **changes})


def frame(columns: int = 6, **changes: Any) -> StripFrame:
    x = np.arange(columns) * 0.5 + 0.25
    fields = {
        "centre": np.stack([x, np.zeros(columns)], -1),
        "normal": np.tile([0.0, 1.0], (columns, 1)),
        "step_m": 0.5,
        "row_m": 0.5,
        "rows": 4,
    }
    return StripFrame(**{**fields, **changes})


def strip(**changes: Any) -> Strip:
    fields = {
        "track_id": "1",
        "pixels": np.ones((3, 4, 6), np.float32),
        "valid": np.ones((4, 6), np.bool_),
        "frame": frame(),
        "gsd_m": 0.5,
    }
    return Strip(**{**fields, **changes})


def test_a_strips_ends_have_its_bands_and_rows() -> None:
    plain = strip()
    bands, rows = plain.pixels.shape[:2]
    good = StripEnd(np.zeros((bands, rows, 3), np.float32), np.ones((rows, 3), np.bool_))
    assert strip(ends=(good, good)).ends is not None
    for bad in (
        StripEnd(np.zeros((bands, rows + 1, 3), np.float32), np.ones((rows, 3), np.bool_)),
        StripEnd(np.zeros((bands, rows, 3), np.float32), np.ones((rows, 2), np.bool_)),
    ):
        with pytest.raises(ValueRefusedError):
            strip(ends=(good, bad))


def labelled(**changes: Any) -> LabelledStrip:
    fields = {
        "strip": strip(),
        "occupied": np.zeros(6, np.bool_),
        "boundaries_m": np.zeros(0),
        "types": np.full(6, -1, np.int8),
        "covered": np.full(6, -1, np.int8),
        "trusted": np.ones(6, np.bool_),
        "cars": 0,
    }
    return LabelledStrip(**{**fields, **changes})


def car(**changes: Any) -> Car:
    return Car(**{"start_m": 3.0, "end_m": 17.0, **changes})


def judgement(**changes: Any) -> Judgement:
    fields = {
        "id": "record",
        "statement": "the count exceeds every earlier scene",
        "probability": 0.9,
        "words": "very likely",
        "basis": Basis.COMPUTED,
        "confidence": Confidence.HIGH,
    }
    return Judgement(**{**fields, **changes})


def track_count(**changes: Any) -> TrackCount:
    fields = {
        "track_id": "1",
        "length_m": 100.0,
        "visible_fraction": 0.5,
        "offset_m": 0.0,
        "count": CountDistribution.exactly(2),
        "occupied_m": 28.0,
        "cars": (car(), car(start_m=17.0, end_m=31.0)),
    }
    return TrackCount(**{**fields, **changes})


def scene_count(**changes: Any) -> SceneCount:
    none = CountDistribution.exactly(0)
    fields = {
        "status": CountStatus.COUNTED,
        "gsd_m": 0.5,
        "count": CountDistribution.exactly(2),
        "freight": CountDistribution.exactly(2),
        "locomotives": none,
        "covered": none,
        "occupied_m": 28.0,
        "tracks": (track_count(), track_count(track_id="2", length_m=300.0, visible_fraction=1.0)),
        "model": "net",
        "software": "wayside",
    }
    return SceneCount(**{**fields, **changes})


def registration(**changes: Any) -> Registration:
    return Registration(**{"registered": True, **changes})


def observation(**changes: Any) -> Observation:
    fields = {
        "site_id": "veresk",
        "scene_id": "a",
        "acquired": NOON,
        "result": scene_count(),
        "kind": ObservationKind.AUTOMATIC,
        "author": "wayside",
        "recorded": NOON,
    }
    return Observation(**{**fields, **changes})


MAKERS: list[Callable[..., Any]] = [
    track, zone, site, scene, frame, strip, labelled, car, judgement, track_count, scene_count, registration,
    observation, Licence,
]  # fmt: skip


@pytest.mark.parametrize("make", MAKERS)
def test_no_field_can_be_set(make: Callable[..., Any]) -> None:
    value = make()
    for field in dataclasses.fields(value):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field.name, getattr(value, field.name))


REFUSED: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (track, {"id": " "}, "track id must not be empty"),
    (track, {"centreline": POINTS[:1]}, "at least 2 positions"),
    (track, {"centreline": (POINTS[0], POINTS[0])}, "no extent"),
    (track, {"centreline": (MapPoint(181.0, 0.0), POINTS[0])}, "longitude"),
    (track, {"centreline": (MapPoint(0.0, -90.5), POINTS[0])}, "latitude"),
    (track, {"centreline": (MapPoint(500_000.0, 4_700_000.0), POINTS[0])}, "longitude"),
    (track, {"centreline": (MapPoint(math.nan, 0.0), POINTS[0])}, "longitude"),
    (track, {"centreline": (MapPoint(math.inf, 0.0), POINTS[0]), "system": CoordinateSystem.PIXEL}, "pixel column"),
    (track, {"centreline": (MapPoint(0.0, math.nan), POINTS[0]), "system": CoordinateSystem.PIXEL}, "pixel row"),
    (track, {"gauge_mm": 599}, "gauge"),
    (track, {"gauge_mm": 1677}, "gauge"),
    (track, {"gauge_mm": (1520, 599)}, "gauge"),
    (track, {"gauge_mm": (1520, 1520)}, "one gauge twice"),
    (track, {"network": "DB"}, "one of RU, UIC, CN, AAR"),
    (zone, {"id": ""}, "zone id"),
    (zone, {"ring": RING[:3]}, "at least 4 positions"),
    (zone, {"ring": (*RING[:3], MapPoint(1, 1))}, "not closed"),
    (site, {"id": ""}, "site id"),
    (site, {"id": "two words"}, "spaces or slashes"),
    (site, {"id": "a/b"}, "spaces or slashes"),
    (site, {"id": "a\\b"}, "spaces or slashes"),
    (site, {"name": ""}, "site name"),
    (site, {"tracks": ()}, "no tracks"),
    (site, {"tracks": (track(), track())}, "track ids appear twice: 1"),
    (site, {"zones": (zone(), zone())}, "zone ids appear twice: storage"),
    (site, {"zones": (zone(system=CoordinateSystem.PIXEL),)}, "mixes pixel and geographic"),
    (Licence, {"id": ""}, "licence"),
    (scene, {"id": ""}, "scene id"),
    (scene, {"id": "a/b"}, "slash"),
    (scene, {"id": "a\\b"}, "slash"),
    (scene, {"acquired": datetime(2023, 10, 5, 12)}, "time zone"),  # noqa: DTZ001  a time without a zone is the case
    (scene, {"gsd_m": 0.0}, "GSD"),
    (scene, {"gsd_m": 100.5}, "GSD"),
    (scene, {"gsd_m": math.nan}, "GSD"),
    (scene, {"checksum": "0a" * 32}, "multihash"),
    (scene, {"checksum": CHECKSUM.upper()}, "multihash"),
    (scene, {"checksum": CHECKSUM + "0"}, "multihash"),
    (scene, {"off_nadir_deg": 90.1}, "off_nadir_deg"),
    (scene, {"view_azimuth_deg": -0.1}, "view_azimuth_deg"),
    (scene, {"sun_elevation_deg": -91.0}, "sun_elevation_deg"),
    (scene, {"sun_azimuth_deg": 361.0}, "sun_azimuth_deg"),
    (scene, {"cloud_cover_pct": 101.0}, "cloud_cover_pct"),
    (frame, {"centre": np.zeros((6, 3))}, "not \\(n, 2\\)"),
    (frame, {"normal": np.zeros((5, 2))}, "differ in shape"),
    (frame, {"columns": 0}, "at least one column"),
    (frame, {"rows": 0}, "at least one row"),
    (frame, {"step_m": 0.0}, "step_m"),
    (frame, {"row_m": -1.0}, "row_m"),
    (frame, {"unit_m": math.inf}, "unit_m"),
    (strip, {"track_id": ""}, "track id"),
    (strip, {"pixels": np.ones((2, 4, 6), np.float32)}, "1 or 3"),
    (strip, {"pixels": np.ones((4, 6), np.float32)}, "1 or 3"),
    (strip, {"valid": np.ones((4, 5), np.bool_)}, "differ in shape"),
    (strip, {"frame": frame(7)}, "strip and frame differ"),
    (strip, {"pixels": np.full((3, 4, 6), np.nan, np.float32)}, "finite"),
    (strip, {"gsd_m": 0.001}, "GSD"),
    (labelled, {"occupied": np.zeros(5, np.bool_)}, "occupied has shape"),
    (labelled, {"types": np.zeros(7, np.int8)}, "types has shape"),
    (labelled, {"covered": np.zeros((6, 1), np.int8)}, "covered has shape"),
    (labelled, {"trusted": np.zeros(0, np.bool_)}, "trusted has shape"),
    (labelled, {"cars": -1}, "negative"),
    (car, {"end_m": 3.0}, "ends after it starts"),
    (car, {"end_m": 2.0}, "ends after it starts"),
    (car, {"start_m": math.nan}, "start_m"),
    (car, {"end_m": math.inf}, "end_m"),
    (car, {"p": 1.01}, "p must be"),
    (car, {"type_p": -0.1}, "type_p"),
    (car, {"polygon": ((0.0, 0.0),) * 3}, "four corners or none"),
    (judgement, {"id": ""}, "judgement id"),
    (judgement, {"statement": "  "}, "judgement statement"),
    (judgement, {"statement": "the count is a record."}, "without its full stop"),
    (judgement, {"statement": "the count is a record. "}, "without its full stop"),
    (judgement, {"words": ""}, "likelihood words"),
    (judgement, {"probability": 1.5}, "probability"),
    (judgement, {"probability": math.nan}, "probability"),
    (track_count, {"track_id": ""}, "track id"),
    (track_count, {"length_m": -1.0}, "length"),
    (track_count, {"visible_fraction": 1.1}, "visible fraction"),
    (track_count, {"occupied_m": math.nan}, "occupied length"),
    (track_count, {"cars": (car(), car(start_m=16.0))}, "overlap"),
    (track_count, {"cars": (car(start_m=20.0, end_m=30.0), car())}, "out of order"),
    (scene_count, {"gsd_m": 0.0}, "GSD"),
    (scene_count, {"occupied_m": -1.0}, "occupied length"),
    (scene_count, {"tracks": (track_count(), track_count())}, "twice"),
    (registration, {"east_m": 1001.0}, "east_m"),
    (registration, {"north_m": math.nan}, "north_m"),
    (registration, {"quality": 1.1}, "quality"),
    (observation, {"site_id": ""}, "site id"),
    (observation, {"scene_id": ""}, "scene id"),
    (observation, {"author": ""}, "author"),
    (observation, {"acquired": datetime(2023, 10, 5)}, "acquired"),  # noqa: DTZ001  a time without a zone is the case
    (observation, {"recorded": datetime(2023, 10, 5)}, "recorded"),  # noqa: DTZ001  a time without a zone is the case
]


@pytest.mark.parametrize(("make", "changes", "words"), REFUSED)
def test_what_breaks_the_rules_is_refused(make: Callable[..., Any], changes: dict[str, Any], words: str) -> None:
    make()  # the same value without the fault is taken
    with pytest.raises(ValueRefusedError, match=words) as refused:
        make(**changes)
    assert isinstance(refused.value, InputError)
    assert refused.value.exit_code == 2


# ---------------------------------------------------------------------- places and scenes
@given(
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=2, max_size=6).filter(
        lambda points: len(set(points)) > 1
    ),
    st.integers(600, 1676),
)
def test_every_line_on_the_globe_is_a_track(points: list[tuple[float, float]], gauge: int) -> None:
    line = tuple(MapPoint(x, y) for x, y in points)
    assert Track("7", line, gauge).centreline == line


def test_a_gauge_has_one_form_and_may_be_unknown() -> None:
    assert track().gauges_mm == ()
    assert track(gauge_mm=1520) == track(gauge_mm=(1520,)) != track()
    assert hash(track(gauge_mm=1520)) == hash(track(gauge_mm=(1520,)))
    assert track(gauge_mm=(1520, 1435)).gauges_mm == (1520, 1435)
    assert track(network="CN").network is StockNetwork.CN


@given(st.floats().filter(lambda x: not -180.0 <= x <= 180.0))
def test_no_longitude_lies_off_the_globe(longitude: float) -> None:
    with pytest.raises(ValueRefusedError, match="longitude"):
        track(centreline=(POINTS[0], MapPoint(longitude, 0.0)))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_pixel_positions_have_no_bounds(x: float, y: float) -> None:
    line = (MapPoint(x, y), MapPoint(x + 1.0, y))
    place = site(tracks=(track(centreline=line, system=CoordinateSystem.PIXEL),), zones=())
    assert place.system is CoordinateSystem.PIXEL


@given(st.integers(-14 * 60, 14 * 60), st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001  bounds have none
def test_times_are_kept_in_utc_and_stay_the_same_moment(offset: int, local: datetime) -> None:
    told = local.replace(tzinfo=timezone(timedelta(minutes=offset)))
    for kept in (
        scene(acquired=told).acquired,
        observation(acquired=told).acquired,
        observation(recorded=told).recorded,
    ):
        assert kept == told
        assert kept.utcoffset() == timedelta(0)
        assert kept.replace(tzinfo=None) == local - timedelta(minutes=offset)


def test_a_licence_is_not_publishable_until_said() -> None:
    assert scene().licence == Licence()
    assert not scene().licence.publishable


# ---------------------------------------------------------------------- strips
@given(
    st.floats(-math.pi, math.pi),
    st.floats(-20, 20),
    st.floats(-8, 8),
    st.sampled_from([0.3, 1.0, 2.5]),
    st.booleans(),
)
def test_a_straight_frame_is_a_rotation(angle: float, along: float, across: float, unit: float, down: bool) -> None:
    tangent = np.array([math.cos(angle), math.sin(angle)])
    # Left of the direction of travel: counter-clockwise where y grows upwards, clockwise on paper where downwards.
    left = np.array([tangent[1], -tangent[0]]) if down else np.array([-tangent[1], tangent[0]])
    columns, origin = 9, np.array([100.0, -40.0])
    centre = origin + np.outer((np.arange(columns) + 0.5) * 0.5 / unit, tangent)
    laid = frame(centre=centre, normal=np.tile(left, (columns, 1)), unit_m=unit, y_down=down)
    wanted = origin + (along * tangent + across * left) / unit
    assert laid.point(along, across) == pytest.approx(tuple(wanted), abs=1e-9)
    assert laid.length_m == 4.5
    corners = np.array(laid.rectangle(along, along + 3.0, 2.0, across))
    sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T) * unit
    assert sides == pytest.approx([3.0, 2.0, 3.0, 2.0])
    middle = origin + ((along + 1.5) * tangent + across * left) / unit
    assert corners.mean(axis=0) == pytest.approx(middle, abs=1e-9)


def test_a_single_column_is_a_place() -> None:
    assert frame(1).point(0.25) == pytest.approx((0.25, 0.0))


@given(st.integers(0, 2**24 - 1))
def test_visible_columns_are_those_with_a_usable_middle(bits: int) -> None:
    valid = np.array([bits >> k & 1 for k in range(24)], dtype=np.bool_).reshape(4, 6)
    wanted = [bool(valid[1, c] and valid[2, c]) for c in range(6)]
    assert strip(valid=valid).visible.tolist() == wanted
    assert strip(valid=valid).visible_fraction == pytest.approx(sum(wanted) / 6)


def test_pixels_that_are_not_valid_may_be_anything() -> None:
    valid = np.ones((4, 6), np.bool_)
    valid[0] = False
    pixels = np.where(valid, 1.0, np.nan)[None].astype(np.float32)
    assert strip(pixels=pixels, valid=valid).visible_fraction == 1.0


def test_arrays_are_copies_that_cannot_be_written_to() -> None:
    mine = np.ones((1, 4, 6), np.float32)
    made = strip(pixels=mine)
    mine[:] = 5
    assert made.pixels.max() == 1.0
    for array in (made.pixels, made.valid, made.frame.centre, made.frame.normal):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


# ---------------------------------------------------------------------- cars and counts
@given(st.floats(-1e4, 1e4), st.floats(0.01, 1e3))
def test_a_cars_length_is_between_its_ends(start: float, length: float) -> None:
    assert car(start_m=start, end_m=start + length).length_m == pytest.approx(length, abs=1e-9)


def test_analysts_leave_out_engines_coaches_and_machines() -> None:
    assert {t for t in CarType if not t.is_freight} == {CarType.LOCOMOTIVE, CarType.PASSENGER, CarType.MAINTENANCE}
    assert car().cover is Cover.UNDETERMINED


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1)), max_size=5))
def test_visible_fraction_weighs_tracks_by_length(tracks: list[tuple[float, float]]) -> None:
    parts = tuple(
        track_count(track_id=str(k), length_m=length, visible_fraction=share, cars=())
        for k, (length, share) in enumerate(tracks)
    )
    total = math.fsum(length for length, _ in tracks)
    wanted = math.fsum(length * share for length, share in tracks) / total if total else 0.0
    assert scene_count(tracks=parts).visible_fraction == pytest.approx(wanted, abs=1e-9)
    assert math.fsum(track.visible_km for track in parts) * 1000 == pytest.approx(wanted * total, abs=1e-6)


def test_a_scenes_counts_by_type_are_its_own() -> None:
    mine = {"box": CountDistribution.exactly(1)}
    made = scene_count(by_type=mine)
    mine["tank"] = CountDistribution.exactly(9)
    assert set(made.by_type) == {"box"}


@given(st.floats(0, 1))
def test_every_probability_can_be_judged(p: float) -> None:
    assert judgement(probability=p).probability == p
