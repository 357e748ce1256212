"""A bundle's images counted again, and its rows held against what was recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from wayside.assessment.assessment import CountedScene
from wayside.errors import InputError
from wayside.model.acquisitions import MaskKind
from wayside.model.counts import CountDistribution
from wayside.model.observations import Observation, ObservationKind, SceneCount
from wayside.model.scenes import Scene
from wayside.pipeline.assessing import counted_scenes
from wayside.pipeline.bundle_record import Made, SceneNames, scene_names
from wayside.pipeline.cases import Case
from wayside.pipeline.counting import choose_reference
from wayside.pipeline.executing import for_each
from wayside.pipeline.json_differences import Difference, differences
from wayside.pipeline.ports import CountTask, Progress, SceneCounter
from wayside.pipeline.reviewing import AUTOMATIC_AUTHOR, reviewers_of, standing_rows
from wayside.pipeline.unpacking import UnpackedImages
from wayside.pipeline.value_json import Codec
from wayside.pipeline.verification import left_out
from wayside.report.bundle import Bundle, Finding, manifest_from
from wayside.report.bundle.names import MANIFEST, OBSERVATIONS

__all__ = ["Recount", "check_images", "check_rows", "not_in_images", "recount", "rows_from"]

_APART = 1e-3
"""Two counts agree where their distributions differ by no more than this in total variation."""
_METRES = 0.5
"""And where the lengths covered by cars differ by no more than this."""
_DIGITS = 1e-6
"""On the same software numbers agree to this share of themselves."""
_ANOTHER = "counting {} again gives another count"


# ---------------------------------------------------------------------- images and rows
def check_images(bundle: Bundle, case: Case) -> Iterator[Finding]:
    """Yield image files that are not the ones whose checksums the case gives, and files of no scene."""
    try:
        listed = manifest_from(bundle.read(MANIFEST))
    except InputError:
        return
    expected = {name: sha256 for names in scene_names(case) for name, sha256 in names.checksums().items()}
    for name in bundle.entries:
        if not name.startswith("scenes/") or name not in listed:
            continue
        if name not in expected:
            yield Finding(name, "it belongs to no scene of the case")
        elif listed[name].sha256 != expected[name]:
            what = "it is not the image that was counted: SHA-256"
            yield Finding(name, what, expected=expected[name], found=listed[name].sha256)


def check_rows(made: Made) -> Iterator[Finding]:
    """Yield rows of the case that do not follow from what was recorded, and rows of other sites or scenes."""
    scenes = [row.scene for row in made.case.rows if isinstance(row, CountedScene)]
    known = {scene.id: scene for scene in scenes}
    for k, one in enumerate(made.observations):
        if one.site_id != made.case.site.id:
            yield Finding(OBSERVATIONS, "it is about another site", f"[{k}]", made.case.site.id, one.site_id)
        elif one.scene_id in known and one.acquired != known[one.scene_id].acquired:
            when = known[one.scene_id].acquired.isoformat()
            yield Finding(OBSERVATIONS, "its time is not the scene's", f"[{k}]", when, one.acquired.isoformat())
    if not made.observations:
        return
    expected = {row.id: row for row in rows_from(scenes, made.observations, made.case.versions.get("model", ""))}
    for k, row in enumerate(made.case.rows):
        if isinstance(row, CountedScene) and expected.get(row.id) != row:
            what = "it is not the count that the recorded rows give"
            yield Finding("case.json", what, f"case.rows[{k}]", found=f"scene {row.id}, {row.kind}, by {row.author}")


def not_in_images(made: Made) -> Iterator[str]:
    """Yield what no image can show: it is taken as it was recorded."""
    coverage = made.case.coverage
    articles = [] if coverage is None else [one.id for one in coverage.documents]
    reviews = sorted({one.scene_id for one in made.observations if one.kind is ObservationKind.REVIEW})
    published = [row.id for row in made.case.rows if not isinstance(row, CountedScene)]
    for what, ids, why in (
        ("reviews", reviews, "they are what a person saw"),
        ("published counts", published, "they are what others wrote"),
        ("what was found in articles", articles, "the bundle holds hashes and cited words, not the texts"),
        *(
            (
                f"counts at the linked site {one.site.id}",
                [row.id for row in one.rows],
                "its images are not in the bundle",
            )
            for one in made.case.linked
        ),
    ):
        if ids:
            yield left_out(what, ids, why)


def rows_from(scenes: Sequence[Scene], observations: Sequence[Observation], model: str) -> tuple[CountedScene, ...]:
    """Return the count that stands for each scene, as an assessment takes it from what was recorded."""

    def said(row: CountedScene) -> CountedScene:
        if row.kind is not ObservationKind.ACCEPTED or row.author != AUTOMATIC_AUTHOR:
            return row
        by = reviewers_of(observations, row.result, row.scene.id)
        kind = ObservationKind.REVIEW if by else ObservationKind.AUTOMATIC
        return replace(row, kind=kind, author=by or AUTOMATIC_AUTHOR)

    return tuple(said(row) for row in counted_scenes(scenes, standing_rows(observations, model=model), model=model))


# ---------------------------------------------------------------------- counting again
@dataclass(frozen=True)
class Recount:
    """What came of counting again.

    Attributes:
        counted: number of scenes that were.
        note: how many, and why not the others.
        findings: counts that differ.
        left: what was not, and why.
    """

    counted: int
    note: str
    findings: tuple[Finding, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Job:
    """A scene to count.

    Attributes:
        scene_id: the scene.
        name: of its image in the bundle.
        place: of its row among the observations.
        stored: what was counted.
        task: how to count it again.
    """

    scene_id: str
    name: str
    place: int
    stored: SceneCount
    task: CountTask


def recount(
    images: UnpackedImages, made: Made, counter: SceneCounter, *, alike: bool, jobs: int, progress: Progress
) -> Recount:
    """Count every scene again whose image is in the bundle, and compare with the automatic count on record.

    Args:
        images: of the bundle.
        made: what it was made from.
        counter: counts an image file.
        alike: whether the software here is the one that counted, version for version, so that all digits must agree.
        jobs: number of processes.
        progress: is told of every scene.
    """
    rows = _automatic(made.observations, counter.model)
    tasks = list(_jobs(images, made, rows))
    left = tuple(_left(images, rows, {job.scene_id for job in tasks}, counter.model))
    if not rows:
        return Recount(0, f"no count in it was made with the network here ({counter.model})", left=left)
    if not tasks:
        return Recount(0, "it holds no image that may be passed on", left=left)
    progress.start("Counting again", len(tasks))
    findings: list[Finding] = []
    by_task = {job.task: job for job in tasks}
    exact = 0
    for answer in for_each(partial(_count, counter), list(by_task), jobs=jobs):
        job = by_task[answer.item]
        found = list(_findings(job, answer.result, answer.error, alike=alike))
        findings += found
        exact += answer.result is not None and not any(True for _ in _differing(answer.result, job.stored))
        progress.advance(job.name)
    progress.finish()
    digits = "to the last digit" if exact == len(tasks) else f"{exact} of them to the last digit"
    return Recount(len(tasks), f"{len(tasks)} scenes, {digits}", tuple(findings), left)


def _left(
    images: UnpackedImages, rows: Mapping[str, tuple[int, SceneCount]], counted: Container[str], model: str
) -> Iterator[str]:
    """Yield which scenes were not counted again, and why."""
    rest = [scene_id for scene_id in images.names if scene_id not in counted]
    absent = [scene_id for scene_id in rest if scene_id not in images.files]
    other = [scene_id for scene_id in rest if scene_id in images.files and scene_id not in rows]
    unfitted = [scene_id for scene_id in rest if scene_id in images.files and scene_id in rows]
    for ids, why in (
        (absent, "their images are not in the bundle"),
        (other, f"the network here ({model}) did not make them"),
        (unfitted, "the scene that they were fitted to is not in the bundle"),
    ):
        if ids:
            yield left_out(f"counts of {_scenes(len(ids))}", ids, why)


def _scenes(number: int) -> str:
    return "1 scene" if number == 1 else f"{number} scenes"


def _count(counter: SceneCounter, task: CountTask) -> SceneCount:
    """Count one scene; stands here by itself so that another process can find it."""
    return counter.count(task).result


def _automatic(observations: Sequence[Observation], model: str) -> dict[str, tuple[int, SceneCount]]:
    """Return the last automatic count of each scene by this network, with its place among the rows."""
    return {
        one.scene_id: (k, one.result)
        for k, one in enumerate(observations)
        if one.kind is ObservationKind.AUTOMATIC and one.result.model == model
    }


def _jobs(images: UnpackedImages, made: Made, rows: Mapping[str, tuple[int, SceneCount]]) -> Iterator[_Job]:
    """Say how each image is to be counted: as it was, fitted to the same scene."""
    names, files = images.names, images.files
    fits = Counter(result.registration.reference for _, result in rows.values() if result.registration.reference)
    usual = fits.most_common(1)[0][0] if fits else _chosen(names)
    for scene_id, (place, stored) in rows.items():
        if scene_id not in files:
            continue
        reference = stored.registration.reference or ("" if scene_id == usual else usual)
        if reference and reference not in files:
            continue
        task = _task(made, names[scene_id].scene, files[scene_id])
        if reference:
            image, overview = files[reference]["image"], files[reference].get("overview")
            gsd = names[reference].scene.gsd_m
            task = replace(
                task,
                reference=overview or image,
                reference_gsd_m=gsd if overview is None else None,
                reference_id=reference,
            )
        yield _Job(scene_id, names[scene_id].image, place, stored, task)


def _chosen(names: Mapping[str, SceneNames]) -> str:
    scene = choose_reference(tuple(one.scene for one in names.values()), "")
    return "" if scene is None else scene.id


def _task(made: Made, scene: Scene, files: Mapping[str, Path]) -> CountTask:
    return CountTask(
        files["image"],
        made.case.site.tracks,
        gsd_m=scene.gsd_m,
        overview=files.get("overview"),
        mask=files.get("mask"),
        mask_kind=MaskKind(scene.files.mask_kind) if "mask" in files else None,
        sun_elevation_deg=scene.sun_elevation_deg,
    )


# ---------------------------------------------------------------------- comparing
def _findings(job: _Job, found: SceneCount | None, error: BaseException | None, *, alike: bool) -> Iterator[Finding]:
    """Yield where a count made again is another one: by every number where the software is the same."""
    where = f"[{job.place}].result"
    if found is None:
        yield Finding(job.name, f"it cannot be counted again ({error})", where)
        return
    apart = [one for one in _differing(found, job.stored) if not one.slight]
    if alike:
        what = _ANOTHER.format(job.name)
        yield from (Finding(OBSERVATIONS, what, f"{where}.{one.path}", one.found, one.expected) for one in apart)
    elif apart:
        yield from _compare(job, found, where)


def _differing(found: SceneCount, stored: SceneCount) -> Iterator[Difference]:
    """Yield where two counts differ, whichever version made them; ``expected`` is what is stored."""
    codec = Codec()
    new, old = codec.encode(replace(found, software=stored.software), SceneCount), codec.encode(stored, SceneCount)
    # How many threads share the work changes the order of sums, and with it the last digits.
    return differences(new, old, relative=_DIGITS)


def _compare(job: _Job, found: SceneCount, where: str) -> Iterator[Finding]:
    """Yield where a count made with other software differs from the one on record by more than digits."""
    what = _ANOTHER.format(job.name)
    for name in ("count", "freight", "locomotives", "covered"):
        new, old = getattr(found, name), getattr(job.stored, name)
        if new.distance(old) > _APART:
            yield Finding(OBSERVATIONS, what, f"{where}.{name}", _brief(new), _brief(old))
    if found.status is not job.stored.status:
        yield Finding(OBSERVATIONS, what, f"{where}.status", found.status, job.stored.status)
    if abs(found.occupied_m - job.stored.occupied_m) > _METRES:
        new_m, old_m = f"{found.occupied_m:.2f} m", f"{job.stored.occupied_m:.2f} m"
        yield Finding(OBSERVATIONS, what, f"{where}.occupied_m", new_m, old_m)
    yield from _compare_tracks(job, found, what, where)


def _compare_tracks(job: _Job, found: SceneCount, what: str, where: str) -> Iterator[Finding]:
    new_ids, old_ids = [t.track_id for t in found.tracks], [t.track_id for t in job.stored.tracks]
    if new_ids != old_ids:
        yield Finding(OBSERVATIONS, what, f"{where}.tracks", ", ".join(new_ids), ", ".join(old_ids))
        return
    for k, (new, old) in enumerate(zip(found.tracks, job.stored.tracks, strict=True)):
        path = f"{where}.tracks[{k}]"
        if new.count.distance(old.count) > _APART:
            yield Finding(OBSERVATIONS, what, f"{path}.count", _brief(new.count), _brief(old.count))
        alike = len(new.cars) == len(old.cars) and all(
            a.type is b.type and abs(a.start_m - b.start_m) <= _METRES and abs(a.end_m - b.end_m) <= _METRES
            for a, b in zip(new.cars, old.cars, strict=True)
        )
        if not alike:
            cars = f"{len(new.cars)} cars", f"{len(old.cars)} cars, or others"
            yield Finding(OBSERVATIONS, what, f"{path}.cars", *cars)


def _brief(count: CountDistribution) -> str:
    low, high = count.interval(0.9)
    return f"{count.median} ({low}–{high})"
