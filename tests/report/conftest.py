from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment, CountedScene
from wayside.report.figures.pictures import CarMark, ReportPictures, ScenePicture, StripPicture, TrackLine


@pytest.fixture(scope="session")
def case() -> ModuleType:
    """The made-up site of tests/assessment/case.py."""
    name = "wayside_test_case"
    if name not in sys.modules:
        path = Path(__file__).parents[1] / "assessment" / "case.py"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            pytest.fail(f"{path} is not there")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


def noise(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(112, 132, (height, width, 3), dtype=np.uint8)


def scene_picture(row: CountedScene, *, seed: int = 1) -> ScenePicture:
    """Noise with a dark rectangle and an outline for every car; one pixel is a metre."""
    rgb = noise(220, 1000, seed)
    cars, lines = [], []
    for k, track in enumerate(row.result.tracks):
        y = 40 + 40 * k
        lines.append(TrackLine(track.track_id, ((20.0, float(y)), (20.0 + track.length_m, float(y)))))
        for car in track.cars:
            left, right = 20 + car.start_m, 20 + car.end_m
            rgb[y - 2 : y + 2, int(left) : int(right)] = 60
            corners = ((left, y - 2.0), (right, y - 2.0), (right, y + 2.0), (left, y + 2.0))
            cars.append(CarMark(corners, car.type, car.p))
    return ScenePicture(row.scene.id, rgb, 1.0, tuple(cars), tuple(lines), north_deg=12.0)


def strip_pictures(row: CountedScene) -> tuple[StripPicture, ...]:
    made = []
    for k, track in enumerate(row.result.tracks):
        rgb = noise(32, int(track.length_m / 0.5), 50 + k)
        for car in track.cars:
            rgb[13:19, int(car.start_m / 0.5) : int(car.end_m / 0.5)] = 60
        made.append(StripPicture(track.track_id, rgb, 0.5, track.cars))
    return (*made, StripPicture("9", noise(32, 300, 99), 0.5))


def pictures_of(found: Assessment) -> ReportPictures:
    busiest = None if found.busiest is None else scene_picture(found.busiest, seed=2)
    return ReportPictures(scene_picture(found.newest), busiest, strip_pictures(found.newest))


@pytest.fixture(scope="session")
def drawn(case: ModuleType) -> Assessment:
    rows = case.rows()
    return assess(
        case.site(note="The place does not exist."),
        rows,
        case.series(rows),
        generated=case.GENERATED,
        failures=("Scene KJ_1 could not be read.",),
        versions={"wayside": "0.1.0"},
    )


@pytest.fixture(scope="session")
def restricted(case: ModuleType) -> Assessment:
    """The same from real scenes that may not be published."""
    rows = case.rows(drawn=False, publishable=False)
    return assess(case.site(), rows, case.series(rows), generated=case.GENERATED)


@pytest.fixture(scope="session")
def pictures(drawn: Assessment) -> ReportPictures:
    return pictures_of(drawn)


@pytest.fixture(scope="session")
def restricted_pictures(restricted: Assessment) -> ReportPictures:
    return pictures_of(restricted)


@pytest.fixture(scope="session")
def pictured() -> Callable[[Assessment], ReportPictures]:
    """What makes pictures for an assessment of the made-up site."""
    return pictures_of
