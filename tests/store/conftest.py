from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, Observation, ObservationKind, SceneCount, TrackCount
from wayside.model.places import MapPoint, Site, Track
from wayside.model.scenes import Scene
from wayside.store import Database, open_database

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)


class Make:
    """Small values to store."""

    now = NOW

    def site(self, name: str = "Yard", shift: float = 0.0) -> Site:
        return Site("yard", name, (Track("1", (MapPoint(130.5 + shift, 42.4), MapPoint(130.51, 42.41))),))

    def scene(self, n: int, *, scene_id: str = "", gsd_m: float = 0.5) -> Scene:
        checksum = "1220" + f"{n:064x}"
        return Scene(scene_id or f"s{n}", NOW - timedelta(days=n), gsd_m, checksum, f"s{n}.tif")

    def result(self, cars: int, *, model: str = "net 1 sha256:ab") -> SceneCount:
        count = CountDistribution.from_interval(cars, max(0, cars - 2), cars + 2)
        zero = CountDistribution.exactly(0)
        track = TrackCount("1", 840.0, 1.0, 0.1, count, 14.0 * cars)
        return SceneCount(CountStatus.COUNTED, 0.5, count, count, zero, zero, 14.0 * cars, (track,), model, "wayside 0")

    def observation(self, scene: Scene, cars: int, *, model: str = "net 1 sha256:ab", author: str = "wayside",
                    kind: ObservationKind = ObservationKind.AUTOMATIC) -> Observation:  # fmt: skip
        return Observation("yard", scene.id, scene.acquired, self.result(cars, model=model), kind, author, NOW)


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "wayside.db"


@pytest.fixture
def database(path: Path) -> Database:
    return open_database(f"sqlite:///{path}", software="wayside 0", now=NOW, where=str(path.parent), wait_s=0.2)
