"""A small piece of railway, and trains whose places are known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from wayside.model.cars import CarType
from wayside.rendering.ground import TrackLook
from wayside.rendering.layout import Layout, Ribbon
from wayside.rendering.sensor import Sensor
from wayside.rendering.stock import STOCK, CarBody, Load, Network
from wayside.rendering.yard import Ground, Stage, Weather, set_stage

WIDTH_M, HEIGHT_M, STEP_M = 72.0, 48.0, 0.25


@pytest.fixture(scope="session")
def stage() -> Stage:
    """One straight track from west to east through the middle of 72 x 48 m of dark ground.

    A white road along the northern edge fixes what "bright" is, so that two pictures have the same exposure.
    """
    line = np.stack([np.arange(-40.0, 41.0, 2.0), np.zeros(41)], -1)
    road = Ribbon(np.array([[-40.0, 20.0], [40.0, 20.0]]), 7.0, (0.9, 0.9, 0.9))
    layout = Layout(WIDTH_M, HEIGHT_M, {"1": line}, 1.52, ribbons=(road,))
    look = TrackLook((0.12, 0.12, 0.12), (0.1, 0.1, 0.1), 0.15, 0.5, 0.0)
    ground = Ground(np.array([[0.10, 0.10, 0.10], [0.12, 0.12, 0.12]]), np.array([0.08, 0.12, 0.05]), look)
    return set_stage(layout, ground, STEP_M, np.random.default_rng(5))


@pytest.fixture(scope="session")
def boxcar() -> Callable[..., CarBody]:
    """Make a light boxcar that begins so far along its track."""
    model = next(m for m in STOCK[Network.RUSSIAN] if m.type is CarType.BOX)

    def make(start_m: float, seed: int = 1) -> CarBody:
        return CarBody(model, start_m, Load.CLOSED, (0.7, 0.7, 0.7), (0.5, 0.5, 0.5), seed)

    return make


@pytest.fixture(scope="session")
def overcast() -> Weather:
    """Light from everywhere, seen from straight above: no shadow and no lean."""
    return Weather(diffuse=1.0, off_nadir_deg=0.0, season=1.0)


@pytest.fixture(scope="session")
def plain() -> Sensor:
    """A sensor that adds nothing."""
    return Sensor(blur=0.3, haze=0.0, noise=0.0, jpeg=100.0, gain=1.0, gamma=1.0)
