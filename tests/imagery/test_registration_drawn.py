"""A drawn yard on two days: other cars, another sun, snow; where the scene lies is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from wayside.imagery.registration import find_shift
from wayside.rendering.layout import draw_layout
from wayside.rendering.sensor import Camera, Sensor
from wayside.rendering.stock import Network
from wayside.rendering.yard import Stage, Weather, draw_ground, draw_image, draw_trains, set_stage

SUMMER = Weather(sun_azimuth_deg=150.0, sun_elevation_deg=55.0, season=0.8)
DAYS = {
    "other cars": Weather(sun_azimuth_deg=165.0, sun_elevation_deg=50.0, season=0.6),
    "other sun": Weather(sun_azimuth_deg=230.0, sun_elevation_deg=35.0, season=0.6),
    "winter": Weather(sun_azimuth_deg=170.0, sun_elevation_deg=22.0, season=-0.9),
    "snow": Weather(sun_azimuth_deg=170.0, sun_elevation_deg=25.0, season=-0.9, snow=0.45),
    "oblique": Weather(sun_azimuth_deg=140.0, sun_elevation_deg=50.0, off_nadir_deg=25.0),
}


def yard(seed: int) -> Stage:
    rng = np.random.default_rng((91, seed))
    layout = draw_layout(rng, width_m=560.0, height_m=230.0)
    return set_stage(layout, draw_ground(rng), 0.5, rng)


def scene(stage: Stage, day: Weather, moved: tuple[float, float], seed: int) -> NDArray[np.float64]:
    """One metre per pixel; the ground lies ``moved`` east and north of where the image says."""
    rng = np.random.default_rng((92, seed))
    camera = Camera(480, 170, 1.0, -moved[0], -moved[1])
    trains = draw_trains(stage.layout, Network.RUSSIAN, rng)
    image = draw_image(stage, trains, day, [(camera, Sensor(noise=0.012))], rng)[0]
    return image.pixels.astype(np.float64).mean(axis=2)


@pytest.fixture(scope="module")
def stages() -> list[Stage]:
    return [yard(seed) for seed in range(3)]


@pytest.mark.parametrize("day", DAYS)
def test_a_yard_is_found_again_on_another_day(stages: list[Stage], day: str) -> None:
    errors = []
    for k, stage in enumerate(stages):
        moved = ((3.3, -6.7), (-0.4, 0.3), (17.2, 9.1))[k]
        fit = find_shift(scene(stage, SUMMER, (0.0, 0.0), k), scene(stage, DAYS[day], moved, 10 + k), 1.0)
        if fit.registered:
            errors.append(np.hypot(fit.east_m - moved[0], fit.north_m - moved[1]))
    assert len(errors) >= 2
    assert max(errors) < 0.8
    assert np.median(errors) < 0.3


def test_another_yard_is_not_this_one(stages: list[Stage]) -> None:
    """Yards are alike: parallel tracks, in the same direction, with the same spacing."""
    for k in range(3):
        one, other = scene(stages[k], SUMMER, (0.0, 0.0), k), scene(stages[k - 1], SUMMER, (0.0, 0.0), 20 + k)
        assert not find_shift(one, other, 1.0).registered


def test_under_deep_snow_a_yard_is_found_or_given_up(stages: list[Stage]) -> None:
    snow = Weather(sun_azimuth_deg=200.0, sun_elevation_deg=18.0, season=-1.0, snow=0.95)
    for k, stage in enumerate(stages):
        fit = find_shift(scene(stage, SUMMER, (0.0, 0.0), k), scene(stage, snow, (2.0, -1.0), 30 + k), 1.0)
        assert not fit.registered or np.hypot(fit.east_m - 2.0, fit.north_m + 1.0) < 1.0
