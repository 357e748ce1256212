"""The plan of the demonstration, and one scene of it."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from wayside.model.cars import CarType
from wayside.rendering.demo import (
    DEMO_EVENTS,
    DemoPlan,
    demo_layout,
    demo_plan,
    demo_stage,
    draw_demo_scene,
    trains_of,
    true_counts,
    turn,
    watched_line,
)
from wayside.rendering.yard import Stage

SUMMIT = date(2023, 9, 13)
CLIMB_BEGINS = SUMMIT + timedelta(days=5)


@pytest.fixture(scope="module")
def plan() -> DemoPlan:
    return demo_plan()


@pytest.fixture(scope="module")
def stage() -> Stage:
    return demo_stage()


def test_about_150_scenes_over_five_years(plan: DemoPlan) -> None:
    assert 145 <= len(plan.scenes) <= 155
    times = [scene.acquired for scene in plan.scenes]
    assert times == sorted(times)
    assert all(time.tzinfo is UTC for time in times)
    assert timedelta(days=4.9 * 365) < times[-1] - times[0] < timedelta(days=5.1 * 365)
    assert len({scene.id for scene in plan.scenes}) == len(plan.scenes)


def test_the_quick_plan_is_small_and_has_the_climb(plan: DemoPlan) -> None:
    quick = demo_plan(quick=True)
    assert len(quick.scenes) == 24
    assert [s.freight for s in quick.scenes[-7:]] == [s.freight for s in plan.scenes[-7:]]


def test_a_seed_decides_the_plan(plan: DemoPlan) -> None:
    assert demo_plan() == plan
    assert demo_plan(7).scenes != plan.scenes


@pytest.mark.parametrize("seed", [2023, 1, 2, 3])
def test_counts_are_low_until_five_days_after_the_event_and_climb_from_then(seed: int) -> None:
    counts = [(scene.acquired.date(), *true_counts(scene)) for scene in demo_plan(seed).scenes]
    assert (SUMMIT, "Summit") in DEMO_EVENTS
    before = [freight for day, freight, _ in counts if day <= CLIMB_BEGINS]
    after = [freight for day, freight, _ in counts if day > CLIMB_BEGINS]
    assert max(before) <= 20 < min(after)
    assert all(earlier < later for earlier, later in itertools.pairwise(after))
    assert after[-1] == pytest.approx(73, abs=2)
    # The nearest scenes are one day after the event and six: the climb begins between them.
    near = [day for day, *_ in counts if abs((day - CLIMB_BEGINS).days) <= 5]
    assert near == [SUMMIT + timedelta(days=1), SUMMIT + timedelta(days=6), SUMMIT + timedelta(days=9)]


def test_long_gaps_and_bursts(plan: DemoPlan) -> None:
    pauses = sorted((b.acquired - a.acquired).days for a, b in itertools.pairwise(plan.scenes))
    assert sum(pause >= 70 for pause in pauses) >= 3
    assert pauses[-1] >= 200
    assert sum(pause <= 5 for pause in pauses) >= 30


def test_sensors_go_from_30_cm_to_3_m(plan: DemoPlan) -> None:
    shares = Counter(scene.gsd_m for scene in plan.scenes)
    assert set(shares) == {0.3, 0.5, 0.75, 1.0, 3.0}
    assert min(shares.values()) >= 3
    assert len({(scene.gsd_m, scene.platform) for scene in plan.scenes}) == 5
    assert all("drawn" in scene.platform and scene.id.startswith("drawn-") for scene in plan.scenes)


def test_weather_is_what_a_place_in_the_north_has(plan: DemoPlan) -> None:
    cloudy = sum(scene.weather.cloud > 0 for scene in plan.scenes) / len(plan.scenes)
    assert 0.05 < cloudy < 0.3
    snowy = [scene.acquired.month for scene in plan.scenes if scene.weather.snow > 0]
    assert snowy
    assert set(snowy) <= {11, 12, 1, 2, 3}
    assert all(8 < scene.weather.sun_elevation_deg < 75 for scene in plan.scenes)
    shifts = np.array([scene.shift_m for scene in plan.scenes])
    assert shifts[0].tolist() == [0.0, 0.0]
    assert 1.5 < shifts.std() < 2.5


def test_planned_cars_find_room(plan: DemoPlan) -> None:
    off = [abs(true_counts(scene)[0] - scene.freight) for scene in plan.scenes]
    assert sum(d > 0 for d in off) <= 0.1 * len(off)
    assert all(true_counts(scene)[1] <= scene.locomotives for scene in plan.scenes)


def test_a_scene_shows_the_truth_that_is_told(plan: DemoPlan, stage: Stage) -> None:
    scene = min((s for s in plan.scenes if s.gsd_m == 3.0), key=lambda s: -true_counts(s)[0])
    image = draw_demo_scene(stage, scene)
    types = [body.model.type for bodies in image.trains.values() for body in bodies]
    assert (sum(t.is_freight for t in types), types.count(CarType.LOCOMOTIVE)) == true_counts(scene)
    assert image.trains == trains_of(scene)
    assert image.pixels.shape == (57, 240, 3)
    assert np.array_equal(image.pixels, draw_demo_scene(stage, scene).pixels)
    empty = draw_demo_scene(stage, scene._replace(freight=0, locomotives=0))
    assert sum(len(bodies) for bodies in empty.trains.values()) == 0
    assert not np.array_equal(image.pixels, empty.pixels)


def test_every_car_stands_on_a_watched_stretch(plan: DemoPlan) -> None:
    layout = demo_layout()
    assert set(layout.zones or {}) == {"storage"}
    for name, line in layout.tracks.items():
        watched = watched_line(layout, name)
        arc = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        for scene in plan.scenes[::10]:
            for body in trains_of(scene)[name]:
                x = np.interp([body.start_m, body.end_m], arc, line[:, 0])
                assert watched[0, 0] - 8 <= x[0] <= x[1] <= watched[-1, 0] + 8


def test_turning_is_a_rotation() -> None:
    points = np.array([[100.0, 0.0], [0.0, 50.0]])
    turned = turn(points)
    assert np.hypot(*turned.T) == pytest.approx([100.0, 50.0])
    assert turned[0] == pytest.approx([99.863, 5.2336], abs=1e-3)
    assert turn(turned, -3.0) == pytest.approx(points)


def test_the_first_scene_is_a_date_of_the_plan(plan: DemoPlan) -> None:
    assert plan.scenes[0].acquired.replace(hour=0, minute=0) == datetime(2018, 10, 9, tzinfo=UTC)
