"""A report's files written: the document in every format that is wanted, the assessment, the bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from wayside.assessment.assessment import Assessment
from wayside.assessment.to_json import to_json
from wayside.pipeline.bundling import write_bundle
from wayside.pipeline.cases import Case
from wayside.pipeline.files import write_bytes
from wayside.report.contents.report import build_report
from wayside.report.figures.pictures import ReportPictures
from wayside.report.formats.every import ReportFormat, rendered
from wayside.wiring.bundles import bundle_name, render_files
from wayside.wiring.reports import ReportFiles, ReportForm

__all__ = ["write_report"]

_NAMES = {
    "report.html": "report",
    "assessment.json": "assessment",
    "report.pdf": "report-pdf",
    "report.docx": "report-docx",
    "report.md": "report-md",
}


def write_report(files: ReportFiles, assessment: Assessment, case: Case) -> Mapping[str, Path]:
    """Write the files, each by rename; where one of them cannot be made, none is written.

    Raises:
        ImageError: an image of the archive is damaged.
        InputError: the key cannot be used.
        OutsideError: the disk refuses.
    """
    form = files.form
    made = _made(form, assessment, ReportPictures() if files.pictures is None else files.pictures(assessment))
    for name, data in made.items():
        write_bytes(files.folder / name, data)
    written = {name: files.folder / file for file, name in _NAMES.items() if file in made}
    if form.bundle:
        written["bundle"] = files.folder / bundle_name(assessment.site, assessment)
        write_bundle(
            written["bundle"], case, files.evidence(assessment, form.house),
            render=render_files, formats=form.formats, assessment=assessment, key=form.key,
        )  # fmt: skip
    return written


def _made(form: ReportForm, assessment: Assessment, pictures: ReportPictures) -> dict[str, bytes]:
    made: dict[str, bytes] = {}
    if "json" in form.formats:
        kept = json.dumps(to_json(assessment), ensure_ascii=False, indent=1, allow_nan=False)
        made["assessment.json"] = kept.encode()
    wanted = [ReportFormat(name) for name in form.formats if name != "json"]
    if wanted:
        document = build_report(assessment, pictures, house=form.house, owner_holds_rights=form.owner_holds_rights)
        made.update(rendered(document, form.house, wanted))
    return made
