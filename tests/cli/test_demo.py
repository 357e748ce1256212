"""The demonstration on three of its scenes: drawn, counted, reported, set against the truth; and started again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wayside.model.counts import CountDistribution
from wayside.pipeline.demo import DemoComparison, compare_with_truth, draw_scenes
from wayside.pipeline.progress import Silent
from wayside.pipeline.records import Recorder, RunRecord
from wayside.pipeline.running import RunResult, rows_of, run_workspace
from wayside.rendering.demo import DemoPlan, demo_layout, demo_plan, true_counts
from wayside.wiring import SystemClock, opened
from wayside.wiring.demo import DEMO_GRID, demo_site, init_demo
from wayside.wiring.services import OpenWorkspace

WEIGHTS = Path(__file__).parents[2] / "src" / "wayside" / "counting" / "weights" / "strip-net-1.onnx"
pytestmark = pytest.mark.skipif(not WEIGHTS.is_file(), reason="the package has no trained weights here")


def draw(plan: DemoPlan, workspace: OpenWorkspace) -> RunRecord:
    recorder = Recorder("demo", SystemClock())
    draw_scenes(plan, workspace.archive, DEMO_GRID, jobs=1, progress=Silent(), recorder=recorder)
    return recorder.record()


@dataclass(frozen=True)
class Shown:
    """What a small demonstration left: what was drawn by a run that was stopped, by the next, and by one more."""

    plan: DemoPlan
    workspace: OpenWorkspace
    drawn: tuple[RunRecord, RunRecord, RunRecord]
    result: RunResult
    comparison: DemoComparison | None


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    root = tmp_path_factory.mktemp("demo") / "veresk"
    whole = demo_plan()
    plan = DemoPlan(whole.seed, (*whole.scenes[:2], whole.scenes[-1]))
    init_demo(root, clock=SystemClock())
    with opened(root, progress=Silent()) as workspace:
        stopped = draw(DemoPlan(plan.seed, plan.scenes[:1]), workspace)
        drawn = (stopped, draw(plan, workspace), draw(plan, workspace))
        result = run_workspace(workspace.services, workspace.settings)
        comparison = compare_with_truth(plan, rows_of(workspace.services))
        yield Shown(plan, workspace, drawn, result, comparison)


def test_nothing_is_drawn_twice(shown: Shown) -> None:
    ids = tuple(scene.id for scene in shown.plan.scenes)
    stopped, resumed, again = shown.drawn
    assert (stopped.done, resumed.done, again.done) == (ids[:1], ids[1:], ())
    assert [skip.item for skip in resumed.skipped] == [ids[0]]
    assert [skip.item for skip in again.skipped] == list(ids)
    assert not any(record.failed for record in shown.drawn)
    assert len(shown.workspace.archive.scenes()) == 3


def test_every_scene_is_marked_as_drawn_with_what_is_known_of_it(shown: Shown) -> None:
    for scene, planned in zip(shown.workspace.archive.scenes(), shown.plan.scenes, strict=True):
        assert scene.drawn
        assert scene.licence.publishable
        assert "no real place" in scene.licence.attribution
        assert planned.id in scene.id
        assert (scene.acquired, scene.gsd_m) == (planned.acquired, planned.gsd_m)
        assert scene.platform == planned.platform
        assert scene.sun_azimuth_deg == pytest.approx(planned.weather.sun_azimuth_deg)
        assert scene.off_nadir_deg == pytest.approx(planned.weather.off_nadir_deg)


def test_the_whole_way_is_gone_and_the_report_says_drawn(shown: Shown) -> None:
    record = shown.result.record
    assert not record.failed
    assert len(record.done) == 3
    html = Path(record.files["report"]).read_text()
    assert html.lower().count("drawn") >= 3
    assert "does not exist" in html
    assert "fictional" in html


def test_the_measured_counts_are_set_against_the_truth(shown: Shown) -> None:
    found = shown.comparison
    assert found is not None
    truth = [true_counts(scene)[0] for scene in shown.plan.scenes]
    rows = sorted(rows_of(shown.workspace.services), key=lambda row: row.scene.acquired)
    errors = np.array([row.result.freight.mean - true for row, true in zip(rows, truth, strict=True)])
    assert found.scenes == 3
    assert found.mean_absolute_error == pytest.approx(float(np.abs(errors).mean()))
    assert found.bias == pytest.approx(float(errors.mean()))
    assert found.newest_true == truth[-1] == 73
    low, high = found.newest_interval90
    assert low <= found.newest_median <= high
    assert low > 20  # whatever the network, a full yard is not taken for an empty one
    assert sum(n for _, n in found.by_gsd.values()) == 3
    assert found.to_json()["newest"] == {"true": 73, "median": found.newest_median, "interval90": [low, high]}
    # Nothing counted, nothing compared.
    assert compare_with_truth(shown.plan, []) is None


def test_the_comparison_is_what_the_counts_say(shown: Shown) -> None:
    class Row:
        def __init__(self, scene: Any, count: int) -> None:
            exact = CountDistribution.exactly(count)
            self.scene, self.result = scene, type("Result", (), {"freight": exact})()

    truth = [true_counts(scene)[0] for scene in shown.plan.scenes]
    scenes = shown.workspace.archive.scenes()
    rows: Any = [Row(scene, true + off) for scene, true, off in zip(scenes, truth, (0, 3, 0), strict=True)]
    found = compare_with_truth(shown.plan, rows)
    assert found is not None
    assert (found.mean_absolute_error, found.bias) == (1.0, 1.0)
    assert found.held == pytest.approx({"0.5": 2 / 3, "0.8": 2 / 3, "0.9": 2 / 3})


def test_the_fictional_site_lies_in_the_sea_and_its_tracks_are_the_layouts() -> None:
    site = demo_site()
    assert "does not exist" in site.note
    assert {track.id for track in site.tracks} == set(demo_layout().tracks)
    assert [zone.id for zone in site.zones] == ["storage"]
    places = [p for track in site.tracks for p in track.centreline]
    assert all(2.0 < p.x < 3.0 and 0.3 < p.y < 0.7 for p in places)  # the Gulf of Guinea
    # On the equator a degree is 111 km: the tracks lie as far apart as they were drawn.
    middle = [float(np.interp(2.5507, [p.x for p in t.centreline], [p.y for p in t.centreline])) for t in site.tracks]
    assert max(middle) - min(middle) == pytest.approx(32.0 / 110_600, rel=0.05)


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path, wayside: Any) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    said = wayside("demo", tmp_path, "--quick", "--json")
    assert said.code == 2
    assert said.error["error"] == "WorkspaceError"
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]
