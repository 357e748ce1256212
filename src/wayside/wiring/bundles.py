"""Evidence bundles made of a workspace, and checked with the network and the templates of this program."""

from __future__ import annotations

import hashlib
import platform
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from wayside.assessment.assessment import Assessment
from wayside.model.places import Site
from wayside.model.scenes import Scene
from wayside.pipeline.bundling import Evidence, SceneImages
from wayside.pipeline.checking_reports import FONTS
from wayside.pipeline.ports import Catalogue, Progress, Store
from wayside.pipeline.verifying import Verifier
from wayside.report.contents.report import build_report
from wayside.report.document import Document
from wayside.report.figures.pictures import ReportPictures
from wayside.report.formats.every import ReportFormat, rendered
from wayside.report.formats.typesetting import fonts_for
from wayside.report.house import HouseStyle
from wayside.wiring.program import SOFTWARE, image_counter
from wayside.wiring.zones import CatalogueZones

__all__ = [
    "ArchiveImages",
    "RenderedReport",
    "bundle_name",
    "bundle_verifier",
    "render_files",
    "versions_here",
    "workspace_evidence",
]

_LIBRARIES = ("numpy", "scipy", "onnxruntime", "rasterio", "matplotlib", "pillow", "jinja2", "typst", "python-docx")
"""What a number or a byte of a bundle may depend on."""


def versions_here(model: str = "") -> dict[str, str]:
    """Return the versions of everything that a bundle's numbers and pages depend on, the kind of machine among them."""
    found = {"software": SOFTWARE, "model": model, "python": platform.python_version(), "machine": platform.machine()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return {**found, "zlib": zlib.ZLIB_RUNTIME_VERSION, FONTS: _fonts()}


@cache
def _fonts() -> str:
    """Return a short digest of the names of this machine's fonts, in which letters are set that the program's lack."""
    return hashlib.sha256("\n".join(sorted(fonts_for(system=True).families())).encode()).hexdigest()[:16]


def bundle_name(site: Site, assessment: Assessment) -> str:
    """Return the file name of a bundle: site and day of the newest count."""
    return f"{site.id}-{assessment.newest.day.isoformat()}.zip"


@dataclass(frozen=True, eq=False)
class RenderedReport:
    """A report that was written already.

    Attributes:
        document: what was written.
        house: its look.
        files: by format, their names with their bytes.
    """

    document: Document
    house: HouseStyle
    files: Mapping[ReportFormat, Mapping[str, bytes]]


def render_files(
    assessment: Assessment,
    pictures: ReportPictures,
    house: HouseStyle,
    formats: Sequence[str],
    *,
    known: RenderedReport | None = None,
) -> Mapping[str, bytes]:
    """Write the report as it goes into a bundle, where nobody holds more rights than everybody.

    Args:
        assessment: what is concluded.
        pictures: without pixels that not everyone may show.
        house: the look.
        formats: "html", "pdf", "md", "docx"; whatever else is named ("json") is no format of the report.
        known: a report whose files are taken where it is the same document; None to write all of them.

    Raises:
        OutsideError: a drawing, or the logo, cannot be read by the typesetter.
    """
    document = build_report(assessment, pictures, house=house, owner_holds_rights=False)
    same = known is not None and (known.document, known.house) == (document, house)
    files: dict[str, bytes] = {}
    for one in ReportFormat:
        if one.value in formats:
            held = known.files.get(one) if known is not None and same else None
            files.update(rendered(document, house, (one,)) if held is None else held)
    return files


@dataclass(frozen=True, slots=True)
class ArchiveImages:
    """Says where a workspace's scenes are.

    Attributes:
        catalogue: the archive.
        scenes: its scenes by id, which know where their files are.
    """

    catalogue: Catalogue
    scenes: Mapping[str, Scene]

    @classmethod
    def of(cls, catalogue: Catalogue) -> ArchiveImages:
        """Return the images of an archive as it is now."""
        return cls(catalogue, {scene.id: scene for scene in catalogue.scenes()})

    def __call__(self, scene: Scene) -> SceneImages | None:
        """Return the files of a scene; None where its image is gone."""
        known = self.scenes.get(scene.id)
        if known is None or not (image := self.catalogue.path(known)).is_file():
            return None
        return SceneImages(image, self.catalogue.overview(known), self.catalogue.mask(known))


def workspace_evidence(
    site: Site,
    store: Store,
    catalogue: Catalogue,
    pictures: ReportPictures,
    *,
    model: str,
    house: HouseStyle | None = None,
    configuration: bytes = b"",
    extra: Mapping[str, bytes | Path] | None = None,
) -> Evidence:
    """Return what goes into the bundle of a workspace's site.

    Args:
        site: it.
        store: its database.
        catalogue: its archive.
        pictures: of the report, without pixels that not everyone may show.
        model: name and digest of the network.
        house: the look of the report; the program's own where None.
        configuration: the workspace's settings.
        extra: more files by name.
    """
    return Evidence(
        pictures=pictures,
        observations=store.observations(site),
        house=house or HouseStyle(),
        versions=versions_here(model),
        configuration=configuration,
        images=ArchiveImages.of(catalogue),
        extra=extra or {},
    )


def bundle_verifier(progress: Progress, *, recount: bool = True, jobs: int = 1) -> Verifier:
    """Return what a bundle is checked with here.

    Args:
        progress: is told how far it is.
        recount: whether images are counted again.
        jobs: number of processes that count.
    """
    counter = image_counter()
    return Verifier(
        render=render_files,
        counter=counter if recount else None,
        versions=versions_here(counter.model),
        progress=progress,
        jobs=jobs,
        zones=CatalogueZones if recount else None,
    )
