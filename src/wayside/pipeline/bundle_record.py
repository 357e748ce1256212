"""What of a bundle follows from the rest of it: the record of what was made from what, the list of articles, the crate.

Whoever checks a bundle writes these again from the case and compares, so that a change in any of them, or in the case
alone, is found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wayside.assessment.assessment import CountedScene
from wayside.model.coverage import CoverageResult
from wayside.model.observations import Observation, ObservationKind
from wayside.model.scenes import Scene
from wayside.pipeline.cases import Case
from wayside.report.bundle import Crate, CrateFile, Listed, ProvRecord, crate_bytes, written
from wayside.report.bundle.names import ASSESSMENT, CASE, HOUSE, OBSERVATIONS, PICTURES, is_report, slug

__all__ = [
    "ARTICLES",
    "Made",
    "SceneNames",
    "article_digests",
    "articles_file",
    "authors_of",
    "crate_of",
    "prov_of",
    "scene_names",
]

ARTICLES = "articles.json"
_ABOUT = {
    ASSESSMENT: "The assessment: series, judgements, limits, scenes.",
    CASE: "Everything that the assessment was computed from: counts with their distributions, settings, events.",
    OBSERVATIONS: "Every count and review as it was recorded, with its author and time.",
    HOUSE: "The look of the report.",
    PICTURES: "What the report's pictures show, beside their pixels.",
    ARTICLES: "The articles that were read: checksums of their texts, and the places that were cited.",
    "prov.json": "What was made from what, by whom, as PROV-JSON.",
    "versions.json": "Versions of the software that made this.",
    "wayside.toml": "The workspace's settings, without secrets.",
}


@dataclass(frozen=True)
class Made:
    """What a bundle was made from.

    Attributes:
        case: as it stands in the bundle.
        observations: all rows of the site.
        case_document: the case as JSON, as it stands in the bundle.
        observations_document: the rows, the same.
        software: name and version of the program.
    """

    case: Case
    observations: tuple[Observation, ...]
    case_document: Mapping[str, Any]
    observations_document: Sequence[Any]
    software: str


@dataclass(frozen=True, slots=True)
class SceneNames:
    """What a scene's files are called in a bundle, whether they are there or not.

    Attributes:
        scene: the scene.
        image, overview, mask: names.
    """

    scene: Scene
    image: str
    overview: str
    mask: str

    def checksums(self) -> dict[str, str]:
        """Return the SHA-256 of each file that the scene has, hexadecimal, by name."""
        files = self.scene.files
        multihashes = {self.image: self.scene.checksum}
        multihashes |= {self.overview: files.overview.checksum} if files.overview is not None else {}
        multihashes |= {self.mask: files.mask.checksum} if files.mask is not None else {}
        return {name: multihash[4:] for name, multihash in multihashes.items()}


def scene_names(case: Case) -> tuple[SceneNames, ...]:
    """Return what the files of a case's scenes are called, in order of the rows."""
    scenes = [row.scene for row in case.rows if isinstance(row, CountedScene)]
    stems = [f"scenes/{k:04d}-{slug(scene.id)}" for k, scene in enumerate(scenes, 1)]
    return tuple(
        SceneNames(scene, f"{stem}.tif", f"{stem}-overview.tif", f"{stem}-mask.tif")
        for scene, stem in zip(scenes, stems, strict=True)
    )


def authors_of(made: Made) -> tuple[str, ...]:
    """Return the names of all analysts, each once, in order."""
    reviewers = {one.author for one in made.observations if one.kind is not ObservationKind.AUTOMATIC}
    entered = {judged.author for judged in made.case.entered.judgements}
    return tuple(sorted((reviewers | entered) - {"wayside"}))


# ---------------------------------------------------------------------- articles
def _articles(coverage: CoverageResult | None, digests: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what a bundle says of the articles in the place of their texts.

    Args:
        coverage: what was found in them.
        digests: SHA-256 of each text as UTF-8, hexadecimal, by the document's id.
    """
    if coverage is None:
        return []
    return [
        {
            "id": document.id,
            "file": document.file,
            "title": document.title,
            "outlet": document.outlet,
            "published": None if document.published is None else document.published.isoformat(),
            "url": document.url,
            "characters": len(document.text),
            "text_sha256": digests.get(document.id, ""),
            "body": [[span.start, span.end] for span in document.body],
            "claims": [
                {"id": claim.id, "start": claim.span.start, "end": claim.span.end, "quote": claim.quote}
                for claim in coverage.claims
                if claim.document == document.id
            ],
        }
        for document in coverage.documents
    ]


# ---------------------------------------------------------------------- provenance
def prov_of(made: Made, sha256: Mapping[str, str]) -> bytes:
    """Return the record of what was made from what.

    Args:
        made: what the bundle was made from.
        sha256: of the files that the record speaks of, hexadecimal, by name.
    """
    record, case = ProvRecord(), made.case
    record.agent("software", "prov:SoftwareAgent", made.software)
    record.agent("network", "prov:SoftwareAgent", case.versions.get("model", "no network"))
    people = {name: f"analyst-{k}" for k, name in enumerate(authors_of(made), 1)}
    for name, agent in people.items():
        record.agent(agent, "prov:Person", name)
    document = made.case_document
    record.entity("site", "Site", name=case.site.name, sha256=_digest(document["site"]))
    scenes = _scenes(record, made, document)
    counts = _observations(record, made, scenes, people)
    rows = _rows(record, made, document, counts)
    parts = [*rows, *_parts(record, document, people, case)]
    _products(record, parts, case, sha256)
    return record.as_bytes()


def _scenes(record: ProvRecord, made: Made, document: Mapping[str, Any]) -> dict[str, str]:
    """Add the scenes; return their ids in the record by scene."""
    found: dict[str, str] = {}
    for k, row in enumerate(made.case.rows, 1):
        if isinstance(row, CountedScene):
            scene = row.scene
            about = {"id": scene.id, "acquired": scene.acquired.isoformat(), "licence": scene.licence.id}
            digest = _digest(document["rows"][k - 1]["scene"])
            found[scene.id] = record.entity(
                f"scene-{k:04d}", "Scene", **about, image_sha256=scene.checksum[4:], sha256=digest
            )
    return found


def _observations(
    record: ProvRecord, made: Made, scenes: Mapping[str, str], people: Mapping[str, str]
) -> dict[str, list[str]]:
    """Add every count and review with the activity that it comes from; return their ids by scene."""
    found: dict[str, list[str]] = {}
    documents = zip(made.observations, made.observations_document, strict=True)
    for k, (one, document) in enumerate(documents, 1):
        person = people.get(one.author)
        kind = "Review" if person else "Count"
        used = ["site", *([scenes[one.scene_id]] if one.scene_id in scenes else [])]
        by = [person] if person else ["software", "network"]
        activity = record.activity(f"{kind.lower()}-{k:04d}", kind, ended=one.recorded, by=by, used=used)
        entity = record.entity(f"observation-{k:04d}", kind, kind=one.kind.value, sha256=_digest(document))
        record.made(entity, by=activity, of=used[1:], author=by[0])
        found.setdefault(one.scene_id, []).append(entity)
    return found


def _rows(
    record: ProvRecord, made: Made, document: Mapping[str, Any], counts: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    for k, row in enumerate(made.case.rows, 1):
        entity = record.entity(f"row-{k:04d}", "Row", id=row.id, sha256=_digest(document["rows"][k - 1]))
        record.made(entity, of=counts.get(row.id, ()))
        yield entity


def _parts(record: ProvRecord, document: Mapping[str, Any], people: Mapping[str, str], case: Case) -> Iterator[str]:
    """Add what a case holds beside its counts: settings, events, bounds, zones, what was entered, articles."""
    for name, part in document.items():
        if name in {"site", "rows"} or part in (None, [], {}):
            continue
        entity = record.entity(f"case-{name}", "Part", sha256=_digest(part))
        if name == "entered":
            for author in sorted({judged.author for judged in case.entered.judgements}):
                record.made(entity, author=people[author])
        if name == "coverage":
            record.activity("read-articles", "ReadArticles", by=["software"])
            record.made(entity, by="read-articles")
        yield entity


def _products(record: ProvRecord, parts: Sequence[str], case: Case, sha256: Mapping[str, str]) -> None:
    """Add the files that were computed, each from what."""
    record.entity("case", "Case", file=CASE, sha256=sha256.get(CASE, ""))
    record.made("case", of=["site", *parts])
    ended: datetime = case.generated
    record.activity("analyse", "Analyse", ended=ended, by=["software"], used=["case"])
    record.entity("series", "Series", file=ASSESSMENT)
    record.made("series", by="analyse", of=["case"], author="software")
    record.activity("assess", "Assess", ended=ended, by=["software"], used=["case", "series"])
    record.entity("assessment", "Assessment", file=ASSESSMENT, sha256=sha256.get(ASSESSMENT, ""))
    record.made("assessment", by="assess", of=["case", "series"], author="software")
    shown = [_file(record, name, sha256) for name in (PICTURES, HOUSE) if name in sha256]
    record.activity("render", "Render", ended=ended, by=["software"], used=["assessment", *shown])
    for name in sorted(sha256):
        if is_report(name):
            record.made(_file(record, name, sha256), by="render", of=["assessment", *shown], author="software")


def _file(record: ProvRecord, name: str, sha256: Mapping[str, str]) -> str:
    return record.entity(slug(name), "File", file=name, sha256=sha256[name])


def _digest(document: object) -> str:
    text = json.dumps(document, ensure_ascii=True, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


# ---------------------------------------------------------------------- the crate
def crate_of(made: Made, listed: Mapping[str, Listed]) -> bytes:
    """Return the bundle's description.

    Args:
        made: what the bundle was made from.
        listed: its files, but for the description itself.
    """
    names = {name: one for one in scene_names(made.case) for name in (one.image, one.overview, one.mask)}
    case = made.case
    files = [_crate_file(listed[name], names.get(name)) for name in sorted(listed)]
    drawn = any(isinstance(row, CountedScene) and row.scene.drawn for row in case.rows)
    about = f"Assessment of rail traffic at {case.site.name}, with the evidence that it rests on."
    return crate_bytes(
        Crate(
            title=case.site.name,
            description=f"{about} Its images are drawn and show no real place." if drawn else about,
            published=case.generated,
            software=made.software,
            authors=authors_of(made),
            files=files,
        )
    )


def _crate_file(one: Listed, of: SceneNames | None) -> CrateFile:
    if of is None:
        return CrateFile(one.name, one.size, one.sha256, _about(one.name))
    part = {of.image: "Image", of.overview: "Overview", of.mask: "Mask of usable pixels"}[one.name]
    about = f"{part} of scene {of.scene.id}, taken {of.scene.acquired.isoformat()}."
    licence = of.scene.licence
    return CrateFile(one.name, one.size, one.sha256, about, licence.id, licence.attribution)


def _about(name: str) -> str:
    if name.startswith("pictures/"):
        return "Pixels of one of the report's pictures."
    if name.startswith("figures/"):
        return "One of the report's figures, which report.md shows."
    return "The report." if is_report(name) else _ABOUT.get(name, "A file that came with the report.")


def article_digests(coverage: CoverageResult | None) -> dict[str, str]:
    """Return the SHA-256 of every text as UTF-8, hexadecimal, by the document's id."""
    documents = () if coverage is None else coverage.documents
    return {one.id: hashlib.sha256(one.text.encode("utf-8", "surrogatepass")).hexdigest() for one in documents}


def articles_file(coverage: CoverageResult | None, digests: Mapping[str, str]) -> bytes:
    """Return ``articles.json``."""
    return written(_articles(coverage, digests))
