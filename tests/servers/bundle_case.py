"""A small case with reviews, articles and images, and what it takes to make a bundle of it without a workspace."""

from __future__ import annotations

import hashlib
import html
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.assessment.assessment import Assessment, CountedScene, PublishedCount
from wayside.assessment.to_json import to_json
from wayside.model.cars import Car, CarType
from wayside.model.claims import Claim, Quantity
from wayside.model.counts import CountDistribution
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Cut, Document, Span
from wayside.model.hypotheses import Entered
from wayside.model.judgements import Confidence, EnteredJudgement
from wayside.model.observations import CountStatus, Observation, ObservationKind, Registration, SceneCount, TrackCount
from wayside.model.places import CoordinateSystem, MapPoint, Site, Track
from wayside.model.scenes import Licence, Scene
from wayside.model.series import DatedEvent, MaxBound
from wayside.model.visibility import Obstruction
from wayside.pipeline.bundle_record import Made, crate_of, prov_of
from wayside.pipeline.bundling import Evidence, SceneImages
from wayside.pipeline.case_json import case_from_json, observations_from_json
from wayside.pipeline.cases import Case
from wayside.pipeline.ports import CountedImage, CountTask
from wayside.report.bundle import Content, png_of, write_container
from wayside.report.bundle.manifest import manifest_from
from wayside.report.figures.pictures import CarMark, ReportPictures, ScenePicture, StripPicture
from wayside.report.house import HouseStyle
from wayside.series import Prior, SeriesSettings

MODEL = "strip-net 1 sha256:0f3a"
SOFTWARE = "wayside 0.1.0"
PRIOR = Prior((1.0,), (0.8,), (0.3,), (5.0,), (2.5,))
"""One of each parameter, so that a series is quickly analysed."""
GENERATED = datetime(2023, 10, 7, 9, 30, tzinfo=UTC)
ARTICLE = "Some 73 freight cars stood at the crossing on 5 October, a record."


def around(n: int, spread: int) -> CountDistribution:
    return CountDistribution.from_interval(n, max(0, n - spread), n + spread)


def site() -> Site:
    line = (MapPoint(0.0, 0.0), MapPoint(900.5, 0.1))
    return Site("kestrel", "Kestrel Junction", tuple(Track(i, line, system=CoordinateSystem.PIXEL) for i in "12"))


def scene_count(n: int) -> SceneCount:
    """A count of ``n`` freight cars; numbers are as crooked as computed ones."""
    cars = tuple(Car(14.1 * k + 1 / 3, 14.1 * k + 13.2, CarType.GONDOLA, 0.1 * 7, p=0.98) for k in range(3))
    tracks = (
        TrackCount("1", 900.5, 1.0, 0.1 + 0.2, around(n, 2), 13.1 * n, cars),
        TrackCount("2", 900.5, 0.9, 0.0, around(0, 1), 0.0, hidden={Obstruction.CLOUD: 0.1}),
    )
    return SceneCount(
        CountStatus.COUNTED, 0.5, around(n + 1, 3), around(n, 2), around(1, 1), around(n // 2, 2), 13.1 * n, tracks,
        model=MODEL, software=SOFTWARE, by_type={"gondola": around(n, 3)},
        registration=Registration(True, 1.2, -0.7, 0.98, "KJ_000", 0.1),
    )  # fmt: skip


def image_of(k: int) -> bytes:
    return f"pixels of scene {k} ".encode() * 40


def scene(k: int, day: date, *, publishable: bool) -> Scene:
    return Scene(
        id=f"KJ_{k:03d}",
        acquired=datetime(day.year, day.month, day.day, 2, 17, 30, 125000, tzinfo=UTC),
        gsd_m=0.5,
        checksum="1220" + hashlib.sha256(image_of(k)).hexdigest(),
        href=f"/home/somebody/archive/KJ_{k:03d}.tif",
        provider="A provider",
        licence=Licence("CC-BY-4.0" if publishable else "proprietary", "© A provider 2023", publishable),
        sun_azimuth_deg=151.25,
    )


def coverage() -> CoverageResult:
    document = Document(
        "001", "001.txt", ARTICLE, (Span(0, 40),), cuts=(Cut(Span(52, 66), "teaser"),), title="A record", outlet="Press"
    )
    claim = Claim(
        "c1",
        "001",
        Span(0, 20),
        ARTICLE[:20],
        Quantity(73.0, 73.0, "approximately", figure=73.0),
        "freight car",
        "count",
    )
    return CoverageResult((document,), (claim,))


def case() -> Case:
    first = date(2022, 1, 5)
    ns = [9, 12, 7, 11, 10, 8, 40, 73]
    days = [first + timedelta(days=60 * k) for k in range(len(ns) - 2)] + [date(2023, 9, 20), date(2023, 10, 5)]
    rows = [
        CountedScene(scene(k, day, publishable=k != 2), scene_count(n))
        for k, (n, day) in enumerate(zip(ns, days, strict=True))
    ]
    rows[5] = replace(rows[5], result=scene_count(9), kind=ObservationKind.REVIEW, author="Ana Lys")
    published = PublishedCount(
        "2022-02-01 press", date(2022, 2, 1), around(14, 3), "Press", url="https://example.org/a?p=1"
    )
    entered = EnteredJudgement(
        "arms", "content", "the covered cars carry arms", 20, 45, "Ana Lys", date(2023, 10, 6), Confidence.LOW
    )
    return Case(
        site=site(),
        rows=(rows[0], published, *rows[1:]),
        generated=GENERATED,
        settings=SeriesSettings(
            paths=60, levels=50, refits=0, regular_terms=False, until=date(2023, 10, 5), prior=PRIOR
        ),
        seed=3,
        events=(DatedEvent(date(2023, 9, 13), "Summit", "press"),),
        bounds=(MaxBound(date(2022, 1, 1), date(2022, 12, 31), 20, "press"),),
        entered=Entered(judgements=(entered,)),
        coverage=coverage(),
        failures=("KJ_900: the server at https://user:secret@example.org/x?token=abc failed",),
        versions={"software": SOFTWARE, "model": MODEL},
    )


def observations(of: Case) -> tuple[Observation, ...]:
    rows = [row for row in of.rows if isinstance(row, CountedScene)]
    return tuple(
        Observation(
            of.site.id, row.id, row.scene.acquired, row.result, row.kind, row.author,
            GENERATED - timedelta(days=1, seconds=k),
        )
        for k, row in enumerate(rows)
    )  # fmt: skip


def pictures() -> ReportPictures:
    rng = np.random.default_rng(5)
    newest = rng.integers(0, 255, (20, 30, 3), dtype=np.uint8)
    strip = rng.integers(0, 255, (8, 40, 3), dtype=np.uint8)
    grey = np.full((20, 30, 3), 225, dtype=np.uint8)
    mark = CarMark(((0.1, 0.2), (5.0, 0.2), (5.0, 2.0), (0.1, 2.0)), CarType.TANK, 0.5)
    return ReportPictures(
        newest=ScenePicture("KJ_007", newest, 1.5, (mark,), north_deg=12.0),
        busiest=ScenePicture("KJ_002", grey, 1.5),
        strips=(StripPicture("1", strip, 0.5),),
    )


def versions() -> dict[str, str]:
    return {"software": SOFTWARE, "model": MODEL, "numpy": np.__version__}


def render(
    assessment: Assessment, shown: ReportPictures, house: HouseStyle, formats: Sequence[str]
) -> Mapping[str, bytes]:
    """A report without a template: sentences, every number of the assessment, and a digest of what is shown."""
    said = "".join(f"<p>{html.escape(one.finding)}</p>\n" for one in assessment.headlines)
    data = html.escape(json.dumps(to_json(assessment), indent=1))
    seen = hashlib.sha256(b"" if shown.newest is None else shown.newest.rgb.tobytes()).hexdigest()
    page = f"<html lang='{house.language}'><body><h1>{assessment.site.name}</h1>{said}<pre>{data}</pre><!-- {seen} -->"
    made = {"report.html": f"{page}</body></html>\n".encode()}
    if "md" in formats:
        made |= {"report.md": f"{said}\n\n{data}\n".encode(), "figures/figure-1-1.png": png_of(_mosaic(shown))}
    return made


def _mosaic(shown: ReportPictures) -> NDArray[np.uint8]:
    return np.zeros((2, 2, 3), dtype=np.uint8) if shown.newest is None else shown.newest.rgb


def evidence(of: Case, folder: Path) -> Evidence:
    """What goes into the bundle; image files are written into ``folder``."""
    files: dict[str, Path] = {}
    for k in range(8):
        files[f"KJ_{k:03d}"] = folder / f"{k}.tif"
        files[f"KJ_{k:03d}"].write_bytes(image_of(k))
    return Evidence(
        pictures=pictures(),
        observations=observations(of),
        house=HouseStyle(name="Institute", logo=b"\x89PNG logo", logo_type="image/png"),
        versions=versions(),
        configuration=b'[site]\nid = "kestrel"\n',
        images=lambda scene: SceneImages(files[scene.id]),
    )


class FakeCounter:
    """Counts the made-up images: finds for each what is on record, unless told to find more."""

    def __init__(self, more: int = 0) -> None:
        self.tasks: list[CountTask] = []
        self._more = more

    @property
    def model(self) -> str:
        return MODEL

    def count(self, task: CountTask, *, keep_strips: bool = False) -> CountedImage:
        self.tasks.append(task)
        data = task.path.read_bytes()
        found = next(k for k in range(8) if image_of(k) == data)
        return CountedImage(scene_count([9, 12, 7, 11, 10, 8, 40, 73][found] + self._more))


def redone(path: Path, files: Mapping[str, bytes], *, software: str = SOFTWARE, when: datetime = GENERATED) -> Path:
    """Write a bundle anew around changed files with everything redone that speaks of them: origin, crate, manifest.

    Args:
        path: of the bundle.
        files: by name; records of origin, descriptions, manifests and signatures among them are made again.
        software: name and version that made it.
        when: time of the bundle.
    """
    last = {"ro-crate-metadata.json", "prov.json", "manifest.json", "signature.json", "timestamp.tsr"}
    given: dict[str, Content] = {name: data for name, data in files.items() if name not in last}
    documents = json.loads(files["case.json"]), json.loads(files["observations.json"])
    made = Made(case_from_json(documents[0]), observations_from_json(documents[1]), *documents, software)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name in given}
    given["prov.json"] = prov_of(made, digests)
    write_container(path, given, when)
    with zipfile.ZipFile(path) as archive:
        listed = manifest_from(archive.read("manifest.json"))
    given["ro-crate-metadata.json"] = crate_of(made, listed)
    write_container(path, given, when)
    return path
