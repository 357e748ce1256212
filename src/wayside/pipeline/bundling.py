"""Writes the evidence bundle: the case, what follows from it, the report, and the images that may be passed on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.to_json import to_json
from wayside.errors import InputError
from wayside.model.observations import Observation
from wayside.model.scenes import Scene
from wayside.pipeline.bundle_record import (
    ARTICLES,
    Made,
    article_digests,
    articles_file,
    crate_of,
    prov_of,
    scene_names,
)
from wayside.pipeline.case_json import case_to_json, house_to_json, observations_to_json, portable
from wayside.pipeline.case_limits import check_effort
from wayside.pipeline.cases import Case, Measured, conclude
from wayside.pipeline.pictures_json import pictures_to_json
from wayside.report.bundle import Content, Listed, add_to_bundle, opened_bundle, sign, write_container, written
from wayside.report.bundle.names import (
    ASSESSMENT,
    CASE,
    CONFIGURATION,
    CRATE,
    HOUSE,
    MANIFEST,
    OBSERVATIONS,
    PICTURES,
    PROVENANCE,
    VERSIONS,
)
from wayside.report.figures.pictures import ReportPictures
from wayside.report.house import HouseStyle

__all__ = ["Evidence", "Renderer", "SceneImages", "compact", "manifest_digest", "write_bundle"]

Renderer = Callable[[Assessment, ReportPictures, HouseStyle, Sequence[str]], Mapping[str, bytes]]
"""Writes the report's files from their values alone, by name ("report.html"), in the formats that are named ("html",
"pdf", "md", "docx"); the same values give the same bytes."""


@dataclass(frozen=True, slots=True)
class SceneImages:
    """Where the files of a scene are.

    Attributes:
        image: the image.
        overview: coarse picture of the whole site; None where the image itself shows it.
        mask: the provider's mask; None where there is none.
    """

    image: Path
    overview: Path | None = None
    mask: Path | None = None


@dataclass(frozen=True, eq=False)
class Evidence:
    """What goes into a bundle beside the case.

    Attributes:
        pictures: what the report shows; the pixels of scenes whose licence does not let everyone pass them on are
            blanked in them, whatever rights the owner of the workspace holds.
        observations: every row of the site, automatic counts and reviews.
        house: the look of the report.
        versions: of the software ("software", "python", "numpy", …).
        configuration: the workspace's settings without secrets; empty for none.
        images: where the files of a scene are; None for one whose files are not there.
        extra: more files by name, hashed and no more.
    """

    pictures: ReportPictures
    observations: tuple[Observation, ...]
    house: HouseStyle
    versions: Mapping[str, str]
    configuration: bytes = b""
    images: Callable[[Scene], SceneImages | None] = lambda _: None
    extra: Mapping[str, Content] = field(default_factory=dict)


def write_bundle(
    path: Path,
    case: Case,
    evidence: Evidence,
    *,
    render: Renderer,
    formats: Sequence[str] = ("html",),
    assessment: Assessment | None = None,
    key: bytes | None = None,
) -> None:
    """Write a bundle that appears whole, by rename, or not at all; the same input gives the same bytes.

    Args:
        path: of the bundle; what stands there is replaced.
        case: what the assessment is computed from; what of it may not be passed on is left out first.
        evidence: everything else.
        render: writes the report's files.
        formats: of the report; HTML is always among them.
        assessment: what ``conclude`` gave for this case: what it measured is not measured again; None where it is not
            known.
        key: Ed25519 private key, PEM, to sign the manifest with; None for no signature.

    Raises:
        InputError: a picture shows pixels that may not be passed on; an image is not the one that was counted; a value
            cannot be written; the key cannot be used; the case is so large that nobody would compute it again.
        OutsideError: the disk refuses.
    """
    given, case = case, portable(case)
    measured = None if assessment is None else Measured.in_assessment(assessment)
    assessment = conclude(case, measured).assessment
    _check_pictures(evidence.pictures, assessment)
    made = Made(
        case,
        evidence.observations,
        case_document=case_to_json(case),
        observations_document=observations_to_json(evidence.observations),
        software=evidence.versions.get("software", "wayside"),
    )
    check_effort(made.case, made.observations)
    report = render(assessment, evidence.pictures, evidence.house, tuple(dict.fromkeys(("html", *formats))))
    files = _computed(given, made, assessment, evidence, report)
    images, expected = _images(case, evidence)
    files = {**evidence.extra, **files, **images}
    files[PROVENANCE] = prov_of(made, {name: _sha256(data) for name, data in files.items() if isinstance(data, bytes)})
    listed = {name: _listed(name, content, expected) for name, content in files.items()}
    files[CRATE] = crate_of(made, listed)
    if key is not None:
        sign("0" * 64, key)  # refuses a key that cannot be used before anything is written
    write_container(path, files, case.generated, expected=expected)
    if key is not None:
        add_to_bundle(path, signature=sign(manifest_digest(path), key))


def manifest_digest(path: Path) -> str:
    """Return the SHA-256 of a bundle's manifest, hexadecimal: what a signature and a timestamp are about."""
    with opened_bundle(path) as bundle:
        return _sha256(bundle.read(MANIFEST))


def compact(document: object) -> bytes:
    """Return large JSON in one form: without blanks, one line."""
    text = json.dumps(document, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return (text + "\n").encode("ascii")


def _computed(
    given: Case, made: Made, assessment: Assessment, evidence: Evidence, report: Mapping[str, bytes]
) -> dict[str, Content]:
    """Return everything that is computed: values as JSON, the report, the pictures."""
    pictures = pictures_to_json(evidence.pictures)
    files: dict[str, Content] = {
        CASE: compact(made.case_document),
        OBSERVATIONS: compact(made.observations_document),
        ASSESSMENT: written(to_json(assessment)),
        HOUSE: written(house_to_json(evidence.house)),
        VERSIONS: written(dict(sorted(evidence.versions.items()))),
        PICTURES: written(pictures.document),
        **pictures.files,
        **report,
    }
    if evidence.configuration:
        files[CONFIGURATION] = evidence.configuration
    if given.coverage is not None:
        files[ARTICLES] = articles_file(made.case.coverage, article_digests(given.coverage))
    return files


def _images(case: Case, evidence: Evidence) -> tuple[dict[str, Content], dict[str, str]]:
    """Return the image files that may be passed on, and the checksums that they must have."""
    files: dict[str, Content] = {}
    expected: dict[str, str] = {}
    for names in scene_names(case):
        # What the owner of the workspace may do with an image is no leave for whoever gets the bundle.
        found = evidence.images(names.scene) if names.scene.licence.publishable else None
        if found is None:
            continue
        paths = {names.image: found.image, names.overview: found.overview, names.mask: found.mask}
        known = names.checksums()
        here = {name: path for name, path in paths.items() if path is not None and name in known}
        files |= here
        expected |= {name: known[name] for name in here}
    return files, expected


def _check_pictures(pictures: ReportPictures, assessment: Assessment) -> None:
    """Refuse pixels of a scene that may not be passed on."""
    licences = {row.id: row.scene.licence for row in assessment.rows if isinstance(row, CountedScene)}
    for scene_id, rgb in _shown(pictures, assessment):
        if (scene_id not in licences or not licences[scene_id].publishable) and rgb.min() != rgb.max():
            raise InputError(
                "its licence does not let everyone pass its pixels on, so they do not go into a bundle",
                where=f"scene {scene_id}",
            )


def _shown(pictures: ReportPictures, assessment: Assessment) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield all pixels of a report with the scene that each is of."""
    for picture in (pictures.newest, pictures.busiest, *pictures.zones):
        if picture is not None:
            yield picture.scene_id, picture.rgb
    for strip in pictures.strips:
        yield assessment.newest.id, strip.rgb
    for one in pictures.trains:
        yield one.scene_id, one.strip.rgb


def _listed(name: str, content: Content, expected: Mapping[str, str]) -> Listed:
    if isinstance(content, bytes):
        return Listed(name, len(content), _sha256(content))
    try:
        if name in expected:
            return Listed(name, content.stat().st_size, expected[name])
        with content.open("rb") as file:
            return Listed(name, content.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as fault:
        raise InputError(f"the file cannot be read ({fault.strerror})", where=str(content)) from fault


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
