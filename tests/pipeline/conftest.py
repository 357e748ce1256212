from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wayside.assessment.assessment import Assessment
from wayside.errors import ImageError
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, Observation, ObservationKind, SceneCount, TrackCount
from wayside.model.places import MapPoint, Site, Track
from wayside.model.scenes import Scene
from wayside.pipeline.cases import Case
from wayside.pipeline.ports import AddedScene, CountedImage, CountTask, ImportOptions
from wayside.pipeline.progress import Silent
from wayside.pipeline.running import Services

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
SITE = Site("yard", "The Yard", (Track("1", (MapPoint(130.5, 42.4), MapPoint(130.51, 42.41))),))


def a_scene(n: int, *, gsd_m: float = 0.5, cloud: float = 0.0) -> Scene:
    """Scene n was taken 30 n days before NOW."""
    return Scene(f"s{n}", NOW - timedelta(days=30 * n), gsd_m, f"1220{n:064x}", f"s{n}.tif", cloud_cover_pct=cloud)


def a_count(cars: int, *, visible: float = 1.0, status: CountStatus = CountStatus.COUNTED,
            model: str = "net 1") -> SceneCount:  # fmt: skip
    count = CountDistribution.from_interval(cars, max(0, cars - 2), cars + 2)
    zero = CountDistribution.exactly(0)
    track = TrackCount("1", 840.0, visible, 0.0, count, 14.0 * cars)
    return SceneCount(status, 0.5, count, count, zero, zero, 14.0 * cars, (track,), model, "wayside 0")


class TickingClock:
    """A second passes at every look."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@dataclass
class MemoryCatalogue:
    held: list[Scene] = field(default_factory=list)
    refuse: dict[str, ImageError] = field(default_factory=dict)

    def scenes(self) -> tuple[Scene, ...]:
        return tuple(sorted(self.held, key=lambda s: s.acquired))

    def path(self, scene: Scene) -> Path:
        return Path(scene.href)

    def overview(self, scene: Scene) -> Path | None:
        return None if scene.files.overview is None else Path(scene.files.overview.href)

    def mask(self, scene: Scene) -> Path | None:
        return None if scene.files.mask is None else Path(scene.files.mask.href)

    def add(self, image: Path, options: ImportOptions) -> AddedScene:
        if image.name in self.refuse:
            raise self.refuse[image.name]
        scene = a_scene(int(image.stem), gsd_m=options.gsd_m or 0.5)
        if scene in self.held:
            return AddedScene(scene, new=False)
        self.held.append(scene)
        return AddedScene(scene, new=True, notes=("UTC is assumed",) if options.date else ())


@dataclass
class MemoryStore:
    sites: list[Site] = field(default_factory=list)
    scenes: dict[str, Scene] = field(default_factory=dict)
    rows: list[Observation] = field(default_factory=list)
    runs: dict[int, Mapping[str, Any] | None] = field(default_factory=dict)

    def put_site(self, site: Site, now: datetime) -> bool:
        self.sites.append(site)
        return len(self.sites) == 1

    def put_scenes(self, site_id: str, scenes: Iterable[Scene]) -> int:
        before = len(self.scenes)
        self.scenes.update({scene.id: scene for scene in scenes})
        return len(self.scenes) - before

    def record(self, observation: Observation) -> bool:
        self.rows.append(observation)
        return True

    def observations(self, site: Site, *, model: str | None = None) -> tuple[Observation, ...]:
        return tuple(o for o in self.rows if model in (None, o.result.model))

    def observed_checksums(self, site: Site, *, model: str, kind: ObservationKind, author: str) -> frozenset[str]:
        rows = [o for o in self.rows if (o.result.model, o.kind, o.author) == (model, kind, author)]
        return frozenset(self.scenes[o.scene_id].checksum for o in rows)

    def start_run(self, command: str, software: str, now: datetime) -> int:
        self.runs[len(self.runs)] = None
        return len(self.runs) - 1

    def finish_run(self, number: int, record: Mapping[str, Any], now: datetime) -> None:
        self.runs[number] = record


@dataclass
class ListedCounter:
    """Knows the answer for each file; what it does not know cannot be read."""

    answers: dict[str, int]
    model: str = "net 1"
    asked: list[CountTask] = field(default_factory=list)

    def count(self, task: CountTask, *, keep_strips: bool = False) -> CountedImage:
        self.asked.append(task)
        if task.path.stem not in self.answers:
            raise ImageError("the file is cut short", where=str(task.path), todo="Fetch it again")
        return CountedImage(a_count(self.answers[task.path.stem], model=self.model))


@dataclass
class MemoryWriter:
    written: list[Assessment] = field(default_factory=list)

    def write(self, assessment: Assessment, case: Case) -> Mapping[str, Path]:
        self.written.append(assessment)
        return {"report": Path("reports/report.html")}


class Make:
    """What the tests of this folder build on."""

    now = NOW
    site = SITE
    scene = staticmethod(a_scene)
    count = staticmethod(a_count)
    clock = staticmethod(TickingClock)
    catalogue = staticmethod(MemoryCatalogue)
    store = staticmethod(MemoryStore)

    def services(self, answers: dict[str, int], scenes: Sequence[Scene]) -> Services:
        return Services(
            site=SITE,
            events=(),
            catalogue=MemoryCatalogue(list(scenes)),
            store=MemoryStore(),
            counter=ListedCounter(answers),
            writer=MemoryWriter(),
            clock=TickingClock(),
            progress=Silent(),
            software="wayside 0",
        )

    def observation(self, scene: Scene, cars: int, *, kind: ObservationKind = ObservationKind.AUTOMATIC,
                    author: str = "wayside", model: str = "net 1", later_s: int = 0) -> Observation:  # fmt: skip
        recorded = NOW + timedelta(seconds=later_s)
        return Observation("yard", scene.id, scene.acquired, a_count(cars, model=model), kind, author, recorded)


@pytest.fixture
def make() -> Make:
    return Make()
