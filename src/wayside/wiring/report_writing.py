"""A report's files written: the document in every format that is wanted, the assessment, the bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from wayside.assessment.assessment import Assessment
from wayside.assessment.to_json import to_json
from wayside.pipeline.bundling import write_bundle
from wayside.pipeline.cases import Case
from wayside.pipeline.files import write_bytes
from wayside.report.contents.report import build_report
from wayside.report.figures.pictures import ReportPictures
from wayside.report.formats.every import ReportFormat, rendered
from wayside.wiring.bundles import RenderedReport, bundle_name, render_files
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
    pictures = ReportPictures() if files.pictures is None else files.pictures(assessment)
    report = _report(form, assessment, pictures)
    made = {} if report is None else {name: data for held in report.files.values() for name, data in held.items()}
    if "json" in form.formats:
        made["assessment.json"] = _as_json(assessment)
    for name, data in made.items():
        write_bytes(files.folder / name, data)
    written = {name: files.folder / file for file, name in _NAMES.items() if file in made}
    if form.bundle:
        written["bundle"] = files.folder / bundle_name(assessment.site, assessment)
        # What the owner alone may see does not go into a bundle: its pictures are read anew.
        shown = None if form.owner_holds_rights else pictures
        write_bundle(
            written["bundle"],
            case,
            files.evidence(assessment, form.house, shown),
            render=partial(render_files, known=report),
            formats=form.formats,
            assessment=assessment,
            key=form.key,
        )
    return written


def _report(form: ReportForm, assessment: Assessment, pictures: ReportPictures) -> RenderedReport | None:
    """Return the report in the formats that are asked for; None where the assessment alone is."""
    wanted = [ReportFormat(name) for name in dict.fromkeys(form.formats) if name != "json"]
    if not wanted:
        return None
    document = build_report(assessment, pictures, house=form.house, owner_holds_rights=form.owner_holds_rights)
    files = {one: rendered(document, form.house, (one,)) for one in wanted}
    return RenderedReport(document, form.house, files)


def _as_json(assessment: Assessment) -> bytes:
    return json.dumps(to_json(assessment), ensure_ascii=False, indent=1, allow_nan=False).encode()
