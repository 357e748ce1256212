"""The whole walk over a workspace: register, count what is uncounted, series, assessment, report.

The unit of work is one scene: it is counted and written in a transaction of its own, keyed by site, tracks, pixels and
model. A run that is killed at any point is taken up by the next one, and nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.errors import InputError, TracksError
from wayside.model.acquisitions import MaskKind
from wayside.model.observations import Observation, ObservationKind, SceneCount
from wayside.model.places import Site
from wayside.model.scenes import Scene
from wayside.model.series import DatedEvent, SeriesResult
from wayside.pipeline.assessing import counted_scenes
from wayside.pipeline.beside import Beside, with_beside
from wayside.pipeline.cases import Case, ReportWriter, conclude, measured_of
from wayside.pipeline.consisting import LinkedSite
from wayside.pipeline.counting import choose_reference
from wayside.pipeline.executing import for_each
from wayside.pipeline.ports import Catalogue, Clock, CountTask, Progress, SceneCounter, Store
from wayside.pipeline.records import Failure, Recorder, RunRecord, Skip
from wayside.pipeline.reviewing import (
    AUTOMATIC_AUTHOR,
    SiteCounters,
    accepted_count,
    automatic_counts,
    reviewers_of,
    site_knowledge,
    standing_rows,
    with_reviews,
)
from wayside.pipeline.searching import SceneSearch, bring_scenes
from wayside.pipeline.zoning import ZoneLooks, ZoneReader, ZoneStore, zone_looks
from wayside.series import SeriesSettings

__all__ = [
    "AUTHOR",
    "RunResult",
    "RunSettings",
    "Services",
    "ZoneServices",
    "case_of",
    "counted_rows",
    "report_workspace",
    "rows_of",
    "run_workspace",
]

AUTHOR = AUTOMATIC_AUTHOR
"""Author of automatic counts."""


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How a workspace is run.

    Attributes:
        series: windows and priors of the series analysis.
        seed: of the random generator.
        gsd_min_m: finest ground sample distance that is counted, metres.
        gsd_max_m: coarsest that is counted, metres.
        reference: id of the scene that the others are fitted to; empty to choose the finest.
        jobs: number of processes that count.
        several_sites: True where the workspace has more than one, so that a scene may show another.
        language: ISO 639-1 of what is said.
    """

    series: SeriesSettings = SeriesSettings()  # noqa: RUF009 - frozen, so it may be shared
    seed: int = 0
    gsd_min_m: float = 0.05
    gsd_max_m: float = 5.0
    reference: str = ""
    jobs: int = 1
    several_sites: bool = False
    language: str = "en"


@dataclass(frozen=True, eq=False)
class ZoneServices:
    """What storage zones are looked at with."""

    reader: ZoneReader
    store: ZoneStore


@dataclass(frozen=True, eq=False)
class Services:
    """What a run works with.

    Attributes:
        site: the facility, with its tracks.
        events: dated events to set the series against.
        catalogue: the archive.
        store: the database.
        counter: counts an image file.
        writer: writes the report.
        clock: what time it is.
        progress: is told how far it is.
        software: name and version of the program.
        counters: make counters that know what the site's reviews taught; None where reviews are not used.
        search: brings new scenes from catalogues; None where a run takes the archive as it is.
        beside: where the analyst's file and the articles are.
        zones: reads storage zones, and keeps what was seen of them; None where they are not looked at.
        linked: the other sites of the workspace with their archives.
    """

    site: Site
    events: tuple[DatedEvent, ...]
    catalogue: Catalogue
    store: Store
    counter: SceneCounter
    writer: ReportWriter
    clock: Clock
    progress: Progress
    software: str
    counters: SiteCounters | None = None
    search: SceneSearch | None = None
    beside: Beside = Beside()  # noqa: RUF009 - frozen, so it may be shared
    zones: ZoneServices | None = None
    linked: tuple[tuple[Site, Catalogue], ...] = ()


@dataclass(frozen=True, eq=False)
class RunResult:
    """What a run leaves: its record, and what it concluded (None where it came to nothing)."""

    record: RunRecord
    series: SeriesResult | None = None
    assessment: Assessment | None = None


def run_workspace(services: Services, settings: RunSettings) -> RunResult:
    """Bring what is new from the catalogues, count every scene that is not counted, then analyse, assess and report.

    Raises:
        InputError: where the archive holds no scene.
        WaysideError: where the database or the network's weights cannot be used; a scene that fails is listed instead.
    """
    recorder = Recorder("run", services.clock)
    number = services.store.start_run("run", services.software, services.clock.now())
    if services.search is not None and services.search.sources:
        bring_scenes(
            services.search,
            services.site,
            store=services.store,
            clock=services.clock,
            progress=services.progress,
            recorder=recorder,
        )
    scenes = _take_stock(services)
    with recorder.stage("count"):
        _count_scenes(services, settings, scenes, recorder)
    with recorder.stage("review"):
        _use_reviews(services, settings, scenes, recorder)
    result = _conclude(services, settings, recorder)
    services.store.finish_run(number, result.record.to_json(), services.clock.now())
    return result


def report_workspace(services: Services, settings: RunSettings) -> RunResult:
    """Analyse, assess and report what is counted already.

    Raises:
        InputError: where nothing is counted, or the settings leave nothing.
    """
    if not rows_of(services):
        raise InputError("nothing is counted yet", where=services.site.name, todo="Run: wayside run")
    return _conclude(services, settings, Recorder("report", services.clock))


def _take_stock(services: Services) -> tuple[Scene, ...]:
    """Bring the database up to what the archive holds; return the scenes."""
    scenes = services.catalogue.scenes()
    if not scenes:
        raise InputError(
            "the workspace has no scenes",
            where=services.site.name,
            todo="Put some in with: wayside import DIR IMAGE…, or wayside search DIR",
        )
    services.store.put_site(services.site, services.clock.now())
    services.store.put_scenes(services.site.id, scenes)
    return scenes


# ---------------------------------------------------------------------- counting
def _count_scenes(services: Services, settings: RunSettings, scenes: Sequence[Scene], recorder: Recorder) -> None:
    site, model = services.site, services.counter.model
    counted = services.store.observed_checksums(site, model=model, kind=ObservationKind.AUTOMATIC, author=AUTHOR)
    wanted: list[Scene] = []
    for scene in scenes:
        if scene.checksum in counted:
            recorder.skipped.append(Skip(scene.id, "counted before"))
        elif not settings.gsd_min_m <= scene.gsd_m <= settings.gsd_max_m:
            limits = f"{settings.gsd_min_m:g} to {settings.gsd_max_m:g} m"
            recorder.skipped.append(Skip(scene.id, f"its GSD of {scene.gsd_m:g} m is outside {limits}"))
        else:
            wanted.append(scene)
    reference = _reference(services, settings, scenes, model)
    tasks = {_task(services, scene, reference): scene for scene in wanted}
    services.progress.start("Counting scenes", len(tasks))
    for answer in for_each(partial(_count, services.counter), list(tasks), jobs=settings.jobs):
        scene = tasks[answer.item]
        if answer.result is not None:
            _keep(services, scene, answer.result)
            recorder.done.append(scene.id)
        elif settings.several_sites and isinstance(answer.error, TracksError):
            recorder.skipped.append(Skip(scene.id, "it does not show this site"))
        elif answer.error is not None:
            recorder.failed.append(Failure.of(scene.id, answer.error))
        services.progress.advance(scene.id)
    services.progress.finish()


def _count(counter: SceneCounter, task: CountTask) -> SceneCount:
    """Count one scene; stands here by itself so that another process can find it."""
    return counter.count(task).result


def _reference(services: Services, settings: RunSettings, scenes: Sequence[Scene], model: str) -> Scene | None:
    usable = tuple(s for s in scenes if settings.gsd_min_m <= s.gsd_m <= settings.gsd_max_m)
    if settings.reference:
        if settings.reference not in {scene.id for scene in usable}:
            raise InputError(
                f"the reference scene {settings.reference!r} is not in the archive",
                where="wayside.toml: images.reference",
                todo="Give the id of a scene whose GSD is within the limits, or leave it empty",
            )
        return choose_reference(usable, settings.reference)
    fits = [o.result.registration.reference for o in services.store.observations(services.site, model=model)]
    return choose_reference(usable, next((fit for fit in fits if fit), ""))


def _task(services: Services, scene: Scene, reference: Scene | None) -> CountTask:
    catalogue = services.catalogue
    mask = catalogue.mask(scene)
    task = CountTask(
        catalogue.path(scene),
        services.site.tracks,
        gsd_m=scene.gsd_m,
        overview=catalogue.overview(scene),
        mask=mask,
        mask_kind=MaskKind(scene.files.mask_kind) if mask is not None else None,
        sun_elevation_deg=scene.sun_elevation_deg,
    )
    if reference is None or reference.id == scene.id:
        return task
    coarse = catalogue.overview(reference)
    return replace(
        task,
        reference=coarse or catalogue.path(reference),
        reference_gsd_m=reference.gsd_m if coarse is None else None,
        reference_id=reference.id,
    )


def _keep(
    services: Services, scene: Scene, result: SceneCount, kind: ObservationKind = ObservationKind.AUTOMATIC
) -> None:
    services.store.record(
        Observation(
            site_id=services.site.id,
            scene_id=scene.id,
            acquired=scene.acquired,
            result=result,
            kind=kind,
            author=AUTHOR,
            recorded=services.clock.now(),
        )
    )


# ---------------------------------------------------------------------- reviews
@dataclass(frozen=True)
class _Again:
    """A scene to count with what the site's reviews taught."""

    scene_id: str
    task: CountTask
    counter: SceneCounter


def _count_again(item: _Again) -> SceneCount:
    """Count one scene; stands here by itself so that another process can find it."""
    return item.counter.count(item.task).result


def _use_reviews(services: Services, settings: RunSettings, scenes: Sequence[Scene], recorder: Recorder) -> None:
    """Count every scene again with what analysts taught, once for every state of the reviews."""
    site, model, counters = services.site, services.counter.model, services.counters
    if counters is None:
        return
    observations = services.store.observations(site)
    knowledge = site_knowledge(observations, site, counters, model=model)
    if knowledge is None:
        return
    recorder.note(knowledge.note())
    name = f"{model} {knowledge.key}"
    kept = services.store.observed_checksums(site, model=name, kind=ObservationKind.ACCEPTED, author=AUTHOR)
    counted = automatic_counts(observations, model=model)
    reference = _reference(services, settings, scenes, model)
    items = [
        _Again(scene.id, _task(services, scene, reference), with_reviews(knowledge, counters, scene.id))
        for scene in scenes
        if scene.id in counted and scene.checksum not in kept
    ]
    by_id = {scene.id: scene for scene in scenes}
    services.progress.start("Counting again with the reviews", len(items))
    for answer in for_each(_count_again, items, jobs=settings.jobs):
        scene_id = answer.item.scene_id
        if answer.result is not None:
            result = replace(accepted_count(knowledge, scene_id, answer.result), model=name)
            _keep(services, by_id[scene_id], result, ObservationKind.ACCEPTED)
            recorder.again(scene_id)
        elif answer.error is not None:
            recorder.failed.append(Failure.of(scene_id, answer.error))
        services.progress.advance(scene_id)
    services.progress.finish()


# ---------------------------------------------------------------------- concluding
def _conclude(services: Services, settings: RunSettings, recorder: Recorder) -> RunResult:
    """Series, assessment and report; where one of them fails, the record says so and the counts stay."""
    series, assessment = None, None
    services.progress.start("Assessing", 2)
    try:
        with recorder.stage("assess"):
            failures = tuple(str(failure) for failure in recorder.failed)
            counted = case_of(services, settings, failures)
            measured = measured_of(counted)
            case = with_beside(
                counted,
                services.beside,
                measured,
                clock=services.clock,
                progress=services.progress,
                recorder=recorder,
            )
            concluded = conclude(case, measured)
            series, assessment = concluded.series, concluded.assessment
        services.progress.advance("series")
        with recorder.stage("report"):
            written = services.writer.write(assessment, case)
        services.progress.advance("report")
        recorder.files.update({name: str(path) for name, path in written.items()})
    except InputError as error:
        recorder.failed.append(Failure.of("assessment" if assessment is None else "report", error))
    services.progress.finish()
    return RunResult(recorder.record(), series, assessment)


def case_of(services: Services, settings: RunSettings, failures: Sequence[str] = ()) -> Case:
    """Return everything that the workspace's assessment is computed from; zones are looked at where they were not."""
    rows = rows_of(services)
    seen = ZoneLooks()
    if services.zones is not None:
        seen = zone_looks(services.site, rows, services.zones.reader, services.zones.store, services.clock)
    return Case(
        site=services.site,
        rows=rows,
        zones=seen.looks,
        linked=tuple(
            LinkedSite(site, counted_rows(site, catalogue, services.store, services.counter.model))
            for site, catalogue in services.linked
        ),
        generated=services.clock.now(),
        settings=settings.series,
        seed=settings.seed,
        events=services.events,
        failures=(*failures, *seen.failures),
        versions={"software": services.software, "model": services.counter.model},
        language=settings.language,
    )


def rows_of(services: Services) -> tuple[CountedScene, ...]:
    """Return the counted scenes of the site, the count that stands for each (see ``counted_rows``)."""
    return counted_rows(services.site, services.catalogue, services.store, services.counter.model)


def counted_rows(site: Site, catalogue: Catalogue, store: Store, model: str) -> tuple[CountedScene, ...]:
    """Return the counted scenes of a site, the count that stands for each.

    A count that was made again with what reviews of other scenes taught is an automatic one still: it is said to be
    reviewed where analysts looked at every track that the scene shows.
    """
    observations = store.observations(site)
    standing = standing_rows(observations, model=model)

    def said(row: CountedScene) -> CountedScene:
        if row.kind is not ObservationKind.ACCEPTED or row.author != AUTHOR:
            return row
        by = reviewers_of(observations, row.result, row.scene.id)
        return replace(row, kind=ObservationKind.REVIEW if by else ObservationKind.AUTOMATIC, author=by or AUTHOR)

    return tuple(said(row) for row in counted_scenes(catalogue.scenes(), standing, model=model))
