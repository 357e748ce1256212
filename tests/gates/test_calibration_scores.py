"""How calibration is scored, on places that are made up; and a few sites, so that a broken interval shows at once."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import poisson

from wayside.series import SeriesSettings

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NAMES = ("asking", "figures", "page", "run", "scores", "trial", "truth")


@pytest.fixture(scope="module")
def rooms() -> Iterator[Any]:
    """The modules that score calibration, which are no part of the package."""
    sys.path.insert(0, str(BENCHMARKS))
    yield SimpleNamespace(**{name: importlib.import_module(f"calibration.{name}") for name in NAMES})
    sys.path.remove(str(BENCHMARKS))


def _rows(places: np.ndarray) -> list[dict[str, Any]]:
    return [{"places": {"x": [place.tolist()]}} for place in places]


def _poisson_places(mean: float, claimed: float, number: int = 4000) -> np.ndarray:
    truth = np.random.default_rng(3).poisson(mean, number)
    return np.column_stack([poisson.cdf(truth - 1, claimed), poisson.cdf(truth, claimed)])


def test_whole_numbers_that_are_right_reach_every_level_to_the_letter(rooms: Any) -> None:
    held = rooms.scores.coverage(_rows(_poisson_places(2.5, 2.5)), "x")
    assert np.allclose(held.share, rooms.scores.LEVELS, atol=0.02)
    assert held.printed > 0.93
    found = rooms.scores.ranks(_rows(_poisson_places(2.5, 2.5)), "x")
    assert min(found.chi2_p, found.ks_p) > 0.01
    low, high = rooms.scores.band(4000)
    assert np.all((found.heights >= low) & (found.heights <= high))


def test_a_wrong_mean_shows_and_on_which_side(rooms: Any) -> None:
    held = rooms.scores.coverage(_rows(_poisson_places(4.0, 2.5)), "x")
    assert held.share[2] < 0.8
    assert held.above > 4 * held.below
    assert held.off(2) < -10
    assert rooms.scores.ranks(_rows(_poisson_places(4.0, 2.5)), "x").ks_p < 1e-6


def test_the_printed_interval_holds_its_edges(rooms: Any) -> None:
    edge = np.array([[0.0, 0.05], [0.0, 0.0499], [0.949, 1.0], [0.95, 1.0]])
    assert rooms.scores.coverage(_rows(edge), "x").printed == 0.5


def test_places_of_no_width_are_in_or_out(rooms: Any) -> None:
    inside = np.full((8, 2), 0.5)
    held = rooms.scores.coverage(_rows(inside), "x")
    assert held.share == (1.0, 1.0, 1.0)
    assert 0.0 < held.off(2) < 2.5  # eight sites that are all inside say little


def test_reliability_knows_right_and_overconfident_probabilities(rooms: Any) -> None:
    rng = np.random.default_rng(4)
    p = rng.random(5000)
    was = (rng.random(5000) < p).astype(float)
    right = rooms.scores.reliability(p, was)
    assert abs(right.z) < 3
    assert right.brier == pytest.approx(right.expected, abs=0.01)
    assert right.base == pytest.approx(0.25, abs=0.01)
    sure = rooms.scores.reliability(np.round(p), was)
    assert sure.brier > sure.expected + 0.1


def test_rows_survive_a_line_cut_off_and_another_source_starts_anew(rooms: Any, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"source": "a"}) + "\n" + json.dumps({"name": "x"}) + "\n" + '{"name": "y', "utf-8")
    assert rooms.run.rows(file) == ("a", [{"name": "x"}])
    assert list(rooms.run.run([], file, workers=1, source="a")) == []
    assert rooms.run.rows(file) == ("a", [{"name": "x"}])
    assert file.read_text("utf-8").endswith("}\n")
    assert list(rooms.run.run([], file, workers=1, source="b")) == []
    assert rooms.run.rows(file) == ("b", [])


def test_jobs_take_turns_and_are_told_apart(rooms: Any) -> None:
    todo = rooms.run.jobs(3, 12)
    assert len({job.name for job in todo}) == len(todo) == 3 * 16 + 12
    assert {job.kind for job in todo[:20]} == {*rooms.page.KINDS, rooms.run.MODEL}


def test_counts_of_unseen_days_lie_where_the_series_says(rooms: Any) -> None:
    """Six pinned sites that are near the model, twelve unseen days each: 90 % to the letter, give or take."""
    settings = SeriesSettings(levels=70, paths=150, regular_terms=False)
    rows = []
    for seed in range(3):
        for kind in ("plain", "growth"):
            case = rooms.truth.of_kind(kind, seed, settings, surge=seed % 2 == 0)
            rows.append(rooms.asking.row_of(case, np.random.default_rng(seed)))
    counts = rooms.scores.coverage(rows, "count, unseen day")
    levels = rooms.scores.coverage(rows, "level, unseen day")
    assert 0.82 <= counts.share[2] <= 0.97
    assert 0.68 <= counts.share[1] <= 0.90
    assert levels.share[2] >= 0.75
