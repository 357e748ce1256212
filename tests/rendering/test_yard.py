"""Whole pictures: decided by their seed, and their truth is where the pixels are."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from wayside.counting.emission import TYPE_ORDER
from wayside.model.cars import CarType
from wayside.model.strips import LabelledStrip
from wayside.rendering.examples import draw_examples, label_track
from wayside.rendering.sensor import Camera, Sensor
from wayside.rendering.stock import STOCK, CarBody, Load, Network
from wayside.rendering.yard import DrawnImage, Stage, Weather, draw_image

GSD = 0.5
CAMERA = Camera(136, 90, GSD)
Array = np.ndarray[Any, np.dtype[Any]]
Boxcar = Callable[..., CarBody]


def draw(stage: Stage, cars: tuple[CarBody, ...], weather: Weather, sensor: Sensor, seed: int = 0) -> DrawnImage:
    return draw_image(stage, {"1": cars}, weather, [(CAMERA, sensor)], np.random.default_rng(seed))[0]


def label(stage: Stage, image: DrawnImage) -> LabelledStrip:
    """The whole track but its ends outside of the picture; the strip begins 8 m along it, at x = -32."""
    return label_track(stage.layout, image, "1", (8.0, 72.5), offset_m=0.0, wobble_m=0.0)


def grey(image: DrawnImage) -> Array:
    return image.pixels.astype(float).mean(axis=2)


def train(boxcar: Boxcar) -> tuple[CarBody, ...]:
    """Two coupled cars from 17 m, one alone from 50 m."""
    first = boxcar(17.0, 1)
    return first, boxcar(first.end_m, 2), boxcar(50.0, 3)


def test_a_seed_decides_every_pixel(stage: Stage, boxcar: Boxcar) -> None:
    weather, sensor = Weather(snow=0.5, cloud=0.2, off_nadir_deg=12.0), Sensor(noise=0.02, jpeg=70, stripes=0.01)
    once, again, other = (draw(stage, train(boxcar), weather, sensor, seed) for seed in (4, 4, 5))
    assert np.array_equal(once.pixels, again.pixels)
    assert np.array_equal(once.opacity, again.opacity)
    assert not np.array_equal(once.pixels, other.pixels)


def test_drawing_leaves_the_stage_as_it_was(stage: Stage, boxcar: Boxcar, plain: Sensor) -> None:
    before = stage.world.copy()
    draw(stage, train(boxcar), Weather(snow=0.8, season=-1.0), plain)
    assert np.array_equal(stage.world.colour, before.colour)
    assert np.array_equal(stage.world.height, before.height)


def test_a_training_yard_is_decided_by_its_seed() -> None:
    (once,), (again,) = (list(draw_examples(3, cameras=1)) for _ in range(2))
    assert len(once) == len(again) > 0
    for a, b in zip(once, again, strict=True):
        assert np.array_equal(a.strip.pixels, b.strip.pixels)
        assert np.array_equal(a.boundaries_m, b.boundaries_m)
        # A boundary inside the strip lies between an occupied column and one that is another car's or nobody's.
        assert (np.diff(a.boundaries_m) > 0).all()
        assert ((a.types >= 0) <= a.occupied).all()
        assert ((a.covered >= 0) == (a.types >= 0)).all()
        assert a.cars <= max(0, a.boundaries_m.size)


def test_pixels_change_where_cars_stand_and_nowhere_else(
    stage: Stage, boxcar: Boxcar, overcast: Weather, plain: Sensor
) -> None:
    cars = train(boxcar)
    difference = grey(draw(stage, cars, overcast, plain)) - grey(draw(stage, (), overcast, plain))
    rows, columns = np.indices(difference.shape)
    s = (columns + 0.5 - CAMERA.width / 2) * GSD + 40.0  # along the track, which begins at x = -40
    y = -(rows + 0.5 - CAMERA.height / 2) * GSD
    inside, near = np.zeros(s.shape, np.bool_), np.zeros(s.shape, np.bool_)
    for car in cars:
        inside |= (s > car.start_m + 0.9) & (s < car.end_m - 0.9) & (np.abs(y) < 0.8)
        near |= (s > car.start_m - 1.5) & (s < car.end_m + 1.5) & (np.abs(y) < 3.0)
    assert difference[inside].min() > 25
    assert np.abs(difference[~near]).max() < 8


def test_labels_say_what_the_strip_shows(stage: Stage, boxcar: Boxcar, overcast: Weather, plain: Sensor) -> None:
    cars = train(boxcar)
    with_cars, without = (label(stage, draw(stage, c, overcast, plain)) for c in (cars, ()))
    rows = slice(14, 18)
    shown = (with_cars.strip.pixels - without.strip.pixels)[:, rows].mean(axis=(0, 1))
    at = 8.0 + 0.25 + 0.5 * np.arange(shown.size)
    spans = [(car.start_m, car.end_m) for car in cars]
    wanted = np.array([any(a <= s < b for a, b in spans) for s in at])
    assert with_cars.occupied.tolist() == wanted.tolist()
    # The half metre of coupling at each end of a car is dark; everywhere else label and pixels agree.
    coupling = np.array([min(abs(s - e) for span in spans for e in span) < 1.3 for s in at])
    assert ((shown > 25) == wanted)[~coupling].all()
    dips = [float(shown[np.abs(at - e) < 0.6].min()) for e in (cars[0].end_m, cars[1].end_m)]
    assert max(dips) < 0.6 * float(np.median(shown[wanted]))
    ends = [cars[0].start_m, cars[0].end_m, cars[1].end_m, cars[2].start_m, cars[2].end_m]
    assert with_cars.boundaries_m == pytest.approx(np.array(ends) - 8.0)
    assert with_cars.cars == 3
    assert not without.occupied.any()
    assert set(with_cars.types[wanted]) == {TYPE_ORDER.index(CarType.BOX)}
    assert set(with_cars.covered[wanted]) == {1}
    assert set(with_cars.types[~wanted]) == {-1} == set(with_cars.covered[~wanted])
    assert with_cars.trusted.all()


def test_a_slack_coupling_is_one_boundary_and_a_gap_two(
    stage: Stage, boxcar: Boxcar, overcast: Weather, plain: Sensor
) -> None:
    first = boxcar(12.0)
    for gap, boundaries in ((0.8, 3), (1.6, 4)):
        second = boxcar(first.end_m + gap)
        found = label(stage, draw(stage, (first, second), overcast, plain))
        ends = [first.end_m + gap / 2] if boundaries == 3 else [first.end_m, second.start_m]
        assert found.boundaries_m == pytest.approx(np.array([first.start_m, *ends, second.end_m]) - 8.0)
        middle = int((first.end_m + gap / 2 - 8.0) / 0.5)
        assert bool(found.occupied[middle]) == (boundaries == 3)


def test_open_and_covered_loads_are_told(stage: Stage, overcast: Weather, plain: Sensor) -> None:
    gondola = next(m for m in STOCK[Network.RUSSIAN] if m.type is CarType.GONDOLA)
    for load, covered in ((Load.EMPTY, 0), (Load.LOADED, 0), (Load.TARPED, 1)):
        car = CarBody(gondola, 30.0, load, (0.5, 0.5, 0.5), (0.3, 0.3, 0.3), 9)
        found = label(stage, draw(stage, (car,), overcast, plain))
        assert set(found.covered[found.occupied]) == {covered}
        assert set(found.types[found.occupied]) == {TYPE_ORDER.index(CarType.GONDOLA)}


@pytest.mark.parametrize(("sun", "darker"), [(180.0, 1), (0.0, -1)])
def test_a_cars_shadow_falls_away_from_the_sun(
    stage: Stage, boxcar: Boxcar, plain: Sensor, sun: float, darker: int
) -> None:
    weather = Weather(sun_azimuth_deg=sun, sun_elevation_deg=40.0, diffuse=0.2, season=1.0)
    car = boxcar(30.0)
    image, bare = (grey(draw(stage, c, weather, plain)) for c in ((car,), ()))
    column = int((0.5 * (car.start_m + car.end_m) - 40.0) / GSD + CAMERA.width / 2)
    profile = (image - bare)[:, column - 6 : column + 6].mean(axis=1)
    y = -(np.arange(profile.size) + 0.5 - CAMERA.height / 2) * GSD * darker
    length = car.model.height_m / math.tan(math.radians(40.0))
    reach = 0.5 * car.model.width_m + length
    assert profile[(y > 2.2) & (y < reach - 1.2)].max() < -5
    assert np.abs(profile[(y > reach + 0.8) & (y < 15)]).max() < 3
    assert np.abs(profile[(y < -2.2) & (y > -15)]).max() < 3


@pytest.mark.parametrize(("azimuth", "sign"), [(270.0, 1), (90.0, -1)])
def test_labels_follow_the_lean_along_the_track(
    stage: Stage, boxcar: Boxcar, plain: Sensor, azimuth: float, sign: int
) -> None:
    weather = Weather(diffuse=1.0, off_nadir_deg=25.0, view_azimuth_deg=azimuth, season=1.0)
    car = boxcar(30.0)
    image = draw(stage, (car,), weather, plain)
    tangent = math.tan(math.radians(25.0))
    assert image.lean_m == pytest.approx((sign * tangent, 0.0), abs=1e-9)
    found, bare = label(stage, image), label(stage, draw(stage, (), weather, plain))
    moved = sign * 0.75 * car.model.height_m * tangent
    assert found.boundaries_m == pytest.approx(np.array([car.start_m, car.end_m]) + moved - 8.0)
    # The roof's far end is in the picture where the roof's full height puts it.
    shown = (found.strip.pixels - bare.strip.pixels)[:, 14:18].mean(axis=(0, 1)) > 40
    at = 8.25 + 0.5 * np.flatnonzero(shown)
    far = (car.end_m if sign > 0 else car.start_m) + sign * (car.model.height_m * tangent - 0.55)
    assert (at.max() if sign > 0 else at.min()) == pytest.approx(far, abs=1.0)


def test_another_tracks_car_on_the_same_ground_makes_a_label_doubtful(
    stage: Stage, boxcar: Boxcar, overcast: Weather, plain: Sensor
) -> None:
    image = draw(stage, (), overcast, plain)
    layout = stage.layout
    near = layout.tracks["1"] + np.array([0.0, 2.0])
    car = boxcar(30.0)
    both = DrawnImage(image.pixels, CAMERA, image.opacity, {"1": (), "2": (car,)}, (0.0, 0.0))
    beside = type(layout)(layout.width_m, layout.height_m, {"1": layout.tracks["1"], "2": near})
    found = label_track(beside, both, "1", (8.0, 72.5), offset_m=0.0, wobble_m=0.0)
    at = 8.25 + 0.5 * np.arange(found.trusted.size)
    doubted = at[~found.trusted]
    assert doubted.min() == pytest.approx(car.start_m - 3.23, abs=0.5)  # within 3.8 m of an end that lies 2 m aside
    assert doubted.max() == pytest.approx(car.end_m + 3.23, abs=0.5)
    assert not found.occupied.any()


def test_cloud_and_snow_make_a_picture_whiter(stage: Stage, overcast: Weather, plain: Sensor) -> None:
    bare, snow, cloud = (
        draw(stage, (), w, plain) for w in (overcast, overcast._replace(snow=0.9), overcast._replace(cloud=0.4))
    )
    assert grey(snow).mean() > grey(bare).mean() + 30
    assert float((cloud.opacity > 0).mean()) == pytest.approx(0.4, abs=0.02)
    assert not bare.opacity.any()
