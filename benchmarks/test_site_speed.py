"""A run over forty scenes of one site, in two processes: register, count, series, report.

Run with ``pytest benchmarks/test_site_speed.py -s``. Forty scenes are counted, and the time for four hundred is
extrapolated from their rate, with series and report as they were for forty.
"""

from __future__ import annotations

import json
import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.ndimage import gaussian_filter

from wayside.imagery import write_cog
from wayside.model.scenes import Licence
from wayside.pipeline.importing import import_images
from wayside.pipeline.ports import ImportOptions
from wayside.pipeline.progress import Silent
from wayside.pipeline.running import run_workspace
from wayside.wiring import SystemClock, init_workspace, opened

SCENES, JOBS, WANTED = 40, 2, 400
SIZE, GSD = 2_400, 0.5
WEST, NORTH = 500_000.0, 4_600_000.0


def ground() -> NDArray[np.float32]:
    rng = np.random.default_rng(1)
    smooth = gaussian_filter(rng.normal(size=(SIZE + SCENES, SIZE)).astype(np.float32), 1.5)
    return np.asarray(smooth * 120 + 110 + rng.normal(size=smooth.shape) * 2, dtype=np.float32)


def write_scenes(folder: Path) -> list[Path]:
    """The same ground under another light every time, each scene some pixels off and with its own noise."""
    base, rng, paths = ground(), np.random.default_rng(2), []
    for k in range(SCENES):
        shift = int(rng.integers(0, 10))
        grey = base[shift : shift + SIZE] * rng.uniform(0.8, 1.1) + rng.normal(size=(SIZE, SIZE)) * 3
        path = folder / f"{(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=40 * k)):%Y-%m-%d}.tif"
        bands = np.clip(np.stack([grey, grey * 0.97, grey * 0.94]), 0, 255).astype(np.uint8)
        write_cog(bands, path, transform=(GSD, 0.0, WEST, 0.0, -GSD, NORTH), crs="EPSG:32652")
        paths.append(path)
    return paths


def write_tracks(path: Path) -> Path:
    """Ten tracks of 500 m, 5 m apart, in degrees."""
    to_degrees = Transformer.from_crs("EPSG:32652", "EPSG:4326", always_xy=True)
    features = []
    for k in range(10):
        x, y = WEST + SIZE * GSD / 2 + np.linspace(-250, 250, 11), np.full(11, NORTH - SIZE * GSD / 2 + 5.0 * k)
        line = np.stack(to_degrees.transform(x, y), -1).tolist()
        features.append(
            {
                "type": "Feature",
                "properties": {"id": str(k + 1)},
                "geometry": {"type": "LineString", "coordinates": line},
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, images = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("images")
    init_workspace(folder / "w", tracks=write_tracks(folder / "tracks.geojson"), clock=SystemClock())
    with opened(folder / "w", progress=Silent()) as work:
        for path in write_scenes(images):
            options = ImportOptions(date=path.stem, licence=Licence("CC0-1.0", "", publishable=True))
            import_images(
                [path],
                options,
                site=work.site,
                catalogue=work.archive,
                store=work.database,
                clock=work.services.clock,
                progress=Silent(),
            )
    return folder / "w"


def cpu_s() -> float:
    """CPU seconds of this process and of all children that have ended."""
    found = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in found)


def test_forty_scenes_of_one_site(workspace: Path) -> None:
    with opened(workspace, progress=Silent(), jobs=JOBS) as work:
        clock, started = time.perf_counter(), cpu_s()
        result = run_workspace(work.services, work.settings)
        wall, cpu = time.perf_counter() - clock, cpu_s() - started
    with opened(workspace, progress=Silent(), jobs=JOBS) as work:
        again = time.perf_counter()
        run_workspace(work.services, work.settings)  # nothing left to count: series, assessment and report
        report = time.perf_counter() - again
    each = (wall - report) / SCENES
    print(
        f"\n{SCENES} scenes in {JOBS} processes: {wall:.1f} s, {cpu / SCENES:.2f} s CPU a scene, {each:.2f} s a scene "
        f"beside {report:.1f} s for series and report; extrapolated to {WANTED}: {WANTED * each + report:.0f} s"
    )
    assert len(result.record.done) == SCENES
