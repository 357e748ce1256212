"""A report on 150 scenes, with pictures of the size that a demonstration shows: HTML and JSON beside the JSON alone."""

from __future__ import annotations

import importlib.util
import json
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.to_json import to_json
from wayside.report.contents.report import build_report
from wayside.report.figures.pictures import CarMark, ReportPictures, ScenePicture, StripPicture
from wayside.report.formats.html import html_of
from wayside.report.house import HouseStyle

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pytest_benchmark.fixture import BenchmarkFixture


MOST_BYTES = 15_000_000
SCENES = 150
WIDE, TALL = 1900, 500
STRIP_GSD_M, STRIP_TALL = 0.3, 40


def made_up() -> ModuleType:
    """Return the made-up site of the tests: 150 scenes in five years."""
    path = Path(__file__).parents[1] / "tests" / "assessment" / "case.py"
    spec = importlib.util.spec_from_file_location("wayside_benchmark_case", path)
    if spec is None or spec.loader is None:
        pytest.fail(f"{path} is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ground(tall: int, wide: int, seed: int) -> NDArray[np.uint8]:
    """Return texture that compresses about as imagery does."""
    grain = gaussian_filter(np.random.default_rng(seed).normal(size=(tall, wide, 3)), (1.2, 1.2, 0)) * 90
    return np.clip(grain + 120, 0, 255).astype(np.uint8)


def scene_picture(row: CountedScene, seed: int) -> ScenePicture:
    marks = tuple(
        CarMark(((c.start_m, y), (c.end_m, y), (c.end_m, y + 8), (c.start_m, y + 8)), c.type, c.p)
        for k, track in enumerate(row.result.tracks)
        for y in (60.0 + 60 * k,)
        for c in track.cars
    )
    return ScenePicture(row.scene.id, ground(TALL, WIDE, seed), 0.5, marks)


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    case = made_up()
    rows = case.rows()
    seen, earlier = {row.day for row in rows}, []
    while len(rows) + len(earlier) < SCENES:
        day = rows[0].day + timedelta(days=3 * len(earlier) + 2)
        while day in seen:
            day += timedelta(days=1)
        seen.add(day)
        earlier.append(CountedScene(case.scene(day), case.scene_count(len(earlier) % 9, 0.5, seed=len(earlier))))
    rows = tuple(sorted((*rows, *earlier), key=lambda row: row.day))
    assert len(rows) == SCENES
    return assess(case.site(), rows, case.series(rows), generated=case.GENERATED)


@pytest.fixture(scope="module")
def pictures(assessment: Assessment) -> ReportPictures:
    newest, busiest = assessment.newest, assessment.busiest
    assert isinstance(newest, CountedScene)
    assert isinstance(busiest, CountedScene)
    strips = tuple(
        StripPicture(t.track_id, ground(STRIP_TALL, int(t.length_m / STRIP_GSD_M), 9 + k), STRIP_GSD_M, t.cars)
        for k, t in enumerate(newest.result.tracks)
    )
    return ReportPictures(scene_picture(newest, 1), scene_picture(busiest, 2), strips)


def as_json(assessment: Assessment) -> str:
    return json.dumps(to_json(assessment), ensure_ascii=False, indent=1, allow_nan=False)


def as_html(assessment: Assessment, pictures: ReportPictures) -> str:
    house = HouseStyle()
    return html_of(build_report(assessment, pictures, house=house), house)


@pytest.mark.benchmark(group="report on 150 scenes")
def test_json_alone(benchmark: BenchmarkFixture, assessment: Assessment) -> None:
    assert json.loads(benchmark(lambda: as_json(assessment)))


@pytest.mark.benchmark(group="report on 150 scenes")
def test_html_and_json(benchmark: BenchmarkFixture, assessment: Assessment, pictures: ReportPictures) -> None:
    page, kept = benchmark.pedantic(lambda: (as_html(assessment, pictures), as_json(assessment)), rounds=3)
    size = len(page.encode()) + len(kept.encode())
    benchmark.extra_info["bytes"] = size
    assert size < MOST_BYTES
