"""Runs on a real workspace, in processes of their own: killed, run again, and run by two at once."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from wayside.model.scenes import Licence
from wayside.pipeline.ports import ImportOptions
from wayside.store import Settings, create_workspace
from wayside.wiring import SystemClock
from wayside.wiring.scenes import SceneArchive

SCENES = 6
TRACKS = b"""{"type": "FeatureCollection", "coordinates": "pixel", "features": [{"type": "Feature",
 "properties": {"id": "1"}, "geometry": {"type": "LineString", "coordinates": [[5, 40], [115, 40]]}}]}"""

PROGRAM = '''
"""Runs a workspace with a counter that needs no network, and sends itself a signal before its n-th count."""
import os, signal, sys, time
from pathlib import Path
import numpy as np
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, SceneCount, TrackCount
from wayside.pipeline.ports import CountedImage
from wayside.pipeline.progress import Silent
from wayside.pipeline.running import RunSettings, run_workspace
from wayside.series import SeriesSettings
from wayside.wiring import opened


class SixCars:
    model = "net 1"
    left = int(sys.argv[2])

    def count(self, task, *, keep_strips=False):
        if self.left == 0:
            os.kill(os.getpid(), int(sys.argv[3]))
        self.left -= 1
        six, none = CountDistribution.exactly(6), CountDistribution.exactly(0)
        track = TrackCount("1", 55.0, 1.0, 0.0, six, 50.0)
        return CountedImage(SceneCount(CountStatus.COUNTED, 0.5, six, six, none, none, 50.0, (track,), "net 1", "w"))


if __name__ == "__main__":
    fast = RunSettings(series=SeriesSettings(paths=40, levels=50))
    with opened(Path(sys.argv[1]), progress=Silent(), counter=SixCars()) as workspace:
        record = run_workspace(workspace.services, fast).record
    print(len(record.done), len(record.skipped), len(record.failed))
    sys.exit(record.exit_code)
'''


STUCK_S = 900
"""A run that takes this long hangs; on a busy machine an honest one may take minutes."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    create_workspace(
        folder, Settings("yard", "Yard"), software="w", now=SystemClock().now(), files={"site.geojson": TRACKS}
    )
    archive = SceneArchive(folder / "scenes")
    for n in range(SCENES):
        pixels = np.random.default_rng(n).integers(0, 255, (1, 80, 120), dtype=np.uint8)
        options = ImportOptions(date=f"2023-0{n + 1}-01", gsd_m=0.5, licence=Licence("CC0-1.0", "", publishable=True))
        archive.add_pixels(pixels, f"n{n}.tif", options)
    (tmp_path / "program.py").write_text(PROGRAM)
    return folder


def start(root: Path, kill_before: int = -1, kill_with: int = signal.SIGKILL) -> subprocess.Popen[str]:
    command = [sys.executable, str(root.parent / "program.py"), str(root), str(kill_before), str(int(kill_with))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def counted(root: Path) -> list[str]:
    """The scene of every observation; a scene that was counted twice is here twice."""
    with sqlite3.connect(root / "wayside.db") as raw:
        return sorted(row[0] for row in raw.execute("SELECT scene_id FROM observations"))


def test_a_killed_run_is_taken_up_and_counts_nothing_twice(root: Path) -> None:
    killed = start(root, kill_before=2)
    killed.communicate(timeout=STUCK_S)
    assert killed.returncode == -signal.SIGKILL
    assert len(counted(root)) == 2
    assert not list((root / "reports").iterdir()), "no half of a report"
    again = start(root)
    out, err = again.communicate(timeout=STUCK_S)
    assert (out.split(), again.returncode) == (["4", "2", "0"], 0), err
    assert len(set(counted(root))) == len(counted(root)) == SCENES
    with sqlite3.connect(root / "wayside.db") as raw:
        ended = [row[0] is not None for row in raw.execute("SELECT finished FROM runs ORDER BY id")]
    assert ended == [False, True]
    assert {p.name for p in (root / "reports").iterdir()} == {"report.html", "assessment.json"}


def test_two_runs_at_once_count_every_scene_once(root: Path) -> None:
    both = [start(root), start(root)]
    for run in both:
        _, err = run.communicate(timeout=STUCK_S)
        assert run.returncode == 0, err
    assert len(set(counted(root))) == len(counted(root)) == SCENES


def test_an_interrupted_run_keeps_what_is_done(root: Path) -> None:
    """Ctrl-C while a scene is counted: what was counted before stays, and the run can go on."""
    run = start(root, kill_before=3, kill_with=signal.SIGINT)
    _, err = run.communicate(timeout=STUCK_S)
    assert "KeyboardInterrupt" in err
    assert len(counted(root)) == 3
    assert not list((root / "reports").iterdir())
    again = start(root)
    again.communicate(timeout=STUCK_S)
    assert len(set(counted(root))) == len(counted(root)) == SCENES


def test_pixels_in_memory_become_a_scene_once(root: Path) -> None:
    archive = SceneArchive(root / "scenes")
    scenes = archive.scenes()
    assert len(scenes) == SCENES
    assert all(archive.path(scene).is_file() for scene in scenes)
    assert not [p for p in (root / "scenes").iterdir() if p.name.startswith(".")]
