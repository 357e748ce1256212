"""The demonstration: draw a fictional crossing, run everything on it, then say how far the counts were off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wayside.assessment.assessment import CountedScene
from wayside.model.scenes import Licence, Scene
from wayside.pipeline.executing import for_each
from wayside.pipeline.ports import AddedScene, ImportOptions, Progress
from wayside.pipeline.records import Failure, Recorder, Skip
from wayside.rendering.demo import DemoPlan, DemoScene, demo_stage, draw_demo_scene, true_counts
from wayside.rendering.yard import Stage

__all__ = ["DemoArchive", "DemoComparison", "MapGrid", "compare_with_truth", "draw_scenes"]

Affine6 = tuple[float, float, float, float, float, float]


class MapGrid(NamedTuple):
    """Where the fictional place is put on the map.

    Attributes:
        crs: a metric coordinate system, as "EPSG:32631".
        east_m: easting of the yard's middle, metres.
        north_m: northing of the yard's middle, metres.
    """

    crs: str
    east_m: float
    north_m: float


class DemoArchive(Protocol):
    """An archive that takes pixels."""

    def scenes(self) -> tuple[Scene, ...]:
        """Return all scenes."""
        ...

    def add_pixels(
        self,
        pixels: NDArray[np.generic],
        name: str,
        options: ImportOptions,
        *,
        transform: Affine6 | None = None,
        crs: str | None = None,
    ) -> AddedScene:
        """Take an image in."""
        ...


@lru_cache(maxsize=1)
def _stage() -> Stage:
    """Paint the station once in every process."""
    return demo_stage()


def _draw(scene: DemoScene) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.moveaxis(draw_demo_scene(_stage(), scene).pixels, 2, 0))


def draw_scenes(
    plan: DemoPlan, archive: DemoArchive, grid: MapGrid, *, jobs: int, progress: Progress, recorder: Recorder
) -> None:
    """Draw every scene that the archive does not hold yet, and put it there with what a provider would tell of it."""
    held = " ".join(scene.id for scene in archive.scenes())
    wanted = [scene for scene in plan.scenes if scene.id not in held]
    recorder.skipped.extend(Skip(scene.id, "drawn before") for scene in plan.scenes if scene.id in held)
    progress.start("Drawing scenes", len(wanted))
    for answer in for_each(_draw, wanted, jobs=jobs):
        if answer.result is not None:
            _keep(answer.item, answer.result, archive, grid)
            recorder.done.append(answer.item.id)
        elif answer.error is not None:
            recorder.failed.append(Failure.of(answer.item.id, answer.error))
        progress.advance(answer.item.id)
    progress.finish()


def _keep(scene: DemoScene, pixels: NDArray[np.uint8], archive: DemoArchive, grid: MapGrid) -> None:
    height, width = pixels.shape[1:]
    west = grid.east_m - width * scene.gsd_m / 2 + scene.shift_m[0]
    north = grid.north_m + height * scene.gsd_m / 2 + scene.shift_m[1]
    weather = scene.weather
    options = ImportOptions(
        date=scene.acquired.isoformat(),
        gsd_m=scene.gsd_m,
        licence=Licence("Apache-2.0", "Drawn by wayside; shows no real place", publishable=True),
        provider="wayside rendering",
        platform=scene.platform,
        off_nadir_deg=weather.off_nadir_deg,
        view_azimuth_deg=weather.view_azimuth_deg,
        sun_elevation_deg=weather.sun_elevation_deg,
        sun_azimuth_deg=weather.sun_azimuth_deg,
        cloud_cover_pct=100.0 * weather.cloud,
        drawn=True,
    )
    transform = (scene.gsd_m, 0.0, west, 0.0, -scene.gsd_m, north)
    archive.add_pixels(pixels, scene.id, options, transform=transform, crs=grid.crs)


@dataclass(frozen=True, slots=True)
class DemoComparison:
    """How far the measured freight counts were from the drawn truth.

    Attributes:
        scenes: number of scenes compared.
        mean_absolute_error: of the count's mean, cars per scene.
        bias: mean of measured minus true, cars.
        held: share of scenes whose 50, 80 and 90 % intervals hold the truth.
        newest_true: cars truly drawn in the newest scene.
        newest_median: what was measured there.
        newest_interval90: its 90 % interval.
        by_gsd: mean absolute error and number of scenes by GSD in metres.
    """

    scenes: int
    mean_absolute_error: float
    bias: float
    held: dict[str, float]
    newest_true: int
    newest_median: int
    newest_interval90: tuple[int, int]
    by_gsd: dict[float, tuple[float, int]]

    def to_json(self) -> dict[str, object]:
        """Return the comparison under its own names."""
        return {
            "scenes": self.scenes,
            "mean_absolute_error": round(self.mean_absolute_error, 3),
            "bias": round(self.bias, 3),
            "held": {level: round(share, 3) for level, share in self.held.items()},
            "newest": {
                "true": self.newest_true,
                "median": self.newest_median,
                "interval90": list(self.newest_interval90),
            },
            "by_gsd_m": {
                f"{gsd:g}": {"mean_absolute_error": round(e, 3), "scenes": n} for gsd, (e, n) in self.by_gsd.items()
            },
        }


def compare_with_truth(plan: DemoPlan, rows: Sequence[CountedScene]) -> DemoComparison | None:
    """Set the counted scenes against what was drawn; None where none was counted."""
    truth = {scene.id: true_counts(scene)[0] for scene in plan.scenes}
    pairs = [
        (row, next(true for name, true in truth.items() if name in row.scene.id))
        for row in sorted(rows, key=lambda r: r.scene.acquired)
        if any(name in row.scene.id for name in truth)
    ]
    if not pairs:
        return None
    errors = np.array([row.result.freight.mean - true for row, true in pairs])
    held = {}
    for level in (0.5, 0.8, 0.9):
        inside = [row.result.freight.interval(level) for row, _ in pairs]
        held[f"{level:g}"] = float(
            np.mean([i.low <= true <= i.high for i, (_, true) in zip(inside, pairs, strict=True)])
        )
    gsds = np.array([row.scene.gsd_m for row, _ in pairs])
    newest, newest_true = pairs[-1]
    interval = newest.result.freight.interval(0.9)
    return DemoComparison(
        scenes=len(pairs),
        mean_absolute_error=float(np.abs(errors).mean()),
        bias=float(errors.mean()),
        held=held,
        newest_true=newest_true,
        newest_median=newest.result.freight.median,
        newest_interval90=(interval.low, interval.high),
        by_gsd={float(g): (float(np.abs(errors[gsds == g]).mean()), int((gsds == g).sum())) for g in np.unique(gsds)},
    )
