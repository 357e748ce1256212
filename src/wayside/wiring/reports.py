"""The writer of reports that the pipeline works with: pictures, then every format that is wanted, then the bundle."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wayside.assessment.assessment import Assessment
from wayside.assessment.to_json import to_json
from wayside.pipeline.bundling import Evidence, write_bundle
from wayside.pipeline.cases import Case
from wayside.pipeline.files import write_bytes
from wayside.report.contents.report import build_report
from wayside.report.figures.pictures import ReportPictures
from wayside.report.formats.every import ReportFormat, rendered
from wayside.report.house import HouseStyle
from wayside.wiring.bundles import bundle_name, render_files

__all__ = ["ReportFiles", "ReportForm"]

_NAMES = {
    "report.html": "report",
    "assessment.json": "assessment",
    "report.pdf": "report-pdf",
    "report.docx": "report-docx",
    "report.md": "report-md",
}


@dataclass(frozen=True, slots=True)
class ReportForm:
    """How reports are written.

    Attributes:
        formats: "html", "pdf", "md", "docx", "json".
        house: the institute's look.
        owner_holds_rights: whether images may be shown whose licence does not allow it to everyone.
        bundle: whether an evidence bundle is left beside the report.
        key: Ed25519 private key, PEM, to sign the bundle with; None for no signature.
    """

    formats: tuple[str, ...] = ("html", "json")
    house: HouseStyle = field(default_factory=HouseStyle)
    owner_holds_rights: bool = False
    bundle: bool = False
    key: bytes | None = None


def _no_pictures(_: Assessment) -> ReportPictures:
    return ReportPictures()


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Writes a report's files into a folder.

    Attributes:
        folder: where they go.
        evidence: gathers what goes into a bundle beside the case, the look given.
        pictures: reads what the report shows; nothing where it rests on published counts alone.
        form: how it is written.
    """

    folder: Path
    evidence: Callable[[Assessment, HouseStyle], Evidence]
    pictures: Callable[[Assessment], ReportPictures] = _no_pictures
    form: ReportForm = field(default_factory=ReportForm)

    def write(self, assessment: Assessment, case: Case) -> Mapping[str, Path]:
        """Write the files, each by rename; where one of them cannot be made, none is written.

        Raises:
            ImageError: an image of the archive is damaged.
            InputError: the key cannot be used.
            OutsideError: the disk refuses.
        """
        made = self._made(assessment)
        for name, data in made.items():
            write_bytes(self.folder / name, data)
        written = {name: self.folder / file for file, name in _NAMES.items() if file in made}
        if self.form.bundle:
            written["bundle"] = self.folder / bundle_name(assessment.site, assessment)
            evidence = self.evidence(assessment, self.form.house)
            form = self.form
            write_bundle(
                written["bundle"], case, evidence,
                render=render_files, formats=form.formats, assessment=assessment, key=form.key,
            )  # fmt: skip
        return written

    def _made(self, assessment: Assessment) -> dict[str, bytes]:
        form, made = self.form, dict[str, bytes]()
        if "json" in form.formats:
            kept = json.dumps(to_json(assessment), ensure_ascii=False, indent=1, allow_nan=False)
            made["assessment.json"] = kept.encode()
        wanted = [ReportFormat(name) for name in form.formats if name != "json"]
        if wanted:
            pictures, rights = self.pictures(assessment), form.owner_holds_rights
            document = build_report(assessment, pictures, house=form.house, owner_holds_rights=rights)
            made.update(rendered(document, form.house, wanted))
        return made
