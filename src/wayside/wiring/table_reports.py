"""The writer of reports that rest on a table of published counts: no images, no archive."""

from __future__ import annotations

from pathlib import Path

from wayside.assessment.assessment import Assessment
from wayside.pipeline.bundling import Evidence
from wayside.report.figures.pictures import ReportPictures
from wayside.report.house import HouseStyle
from wayside.wiring.bundles import versions_here
from wayside.wiring.reports import ReportFiles, ReportForm

__all__ = ["table_writer"]


def table_writer(folder: Path, form: ReportForm) -> ReportFiles:
    """Return what writes a report on published counts into a folder."""
    return ReportFiles(folder, _evidence, form=form)


def _evidence(_: Assessment, house: HouseStyle, pictures: ReportPictures | None = None) -> Evidence:
    del pictures  # there are none
    return Evidence(pictures=ReportPictures(), observations=(), house=house, versions=versions_here())
