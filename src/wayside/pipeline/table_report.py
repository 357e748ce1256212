"""A report on counts that others published: no image, no workspace, the same assessment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from wayside.model.series import DatedEvent
from wayside.pipeline.beside import Beside, with_beside
from wayside.pipeline.cases import Case, ReportWriter, conclude
from wayside.pipeline.ports import Clock, Progress
from wayside.pipeline.published import published_series, unmapped_site
from wayside.pipeline.records import Recorder
from wayside.pipeline.running import RunResult
from wayside.pipeline.tables import TableChoice
from wayside.series import SeriesSettings

__all__ = ["TableReport", "report_table"]


@dataclass(frozen=True)
class TableReport:
    """What a report on a table is about.

    Attributes:
        table: a CSV file of counts, own or published.
        choice: which of its counts; they must come to one series.
        name: what the report calls the place; the table's own name for it where empty.
        until: later counts are left out; None for all.
        events: dated events to set the series against.
        beside: the analyst's file and the articles.
        settings: windows and priors of the series analysis.
        seed: of the random generator.
        language: ISO 639-1 of the report.
    """

    table: Path
    choice: TableChoice
    name: str = ""
    until: date | None = None
    events: Sequence[DatedEvent] = ()
    beside: Beside = Beside()  # noqa: RUF009 - frozen, so it may be shared
    settings: SeriesSettings = SeriesSettings()  # noqa: RUF009 - frozen, so it may be shared
    seed: int = 0
    language: str = "en"


def report_table(
    request: TableReport, *, writer: ReportWriter, clock: Clock, progress: Progress, software: str
) -> RunResult:
    """Write the report on a table.

    Raises:
        TableError: the table cannot be used, or what was chosen is not one series.
        InputError: the settings leave nothing.
        OutsideError: the disk failed.
    """
    recorder = Recorder("report", clock)
    named, rows = published_series(request.table, request.choice, until=request.until, today=clock.now().date())
    for note in named.notes:
        recorder.note(note)
    case = Case(
        site=unmapped_site(request.name or _place(named.site, request.table)),
        rows=rows,
        generated=clock.now(),
        settings=request.settings,
        seed=request.seed,
        events=tuple(request.events),
        bounds=named.series.bounds,
        versions={"software": software},
        language=request.language,
    )
    with recorder.stage("read"):
        case = with_beside(case, request.beside, clock=clock, progress=progress, recorder=recorder)
    with recorder.stage("assess"):
        concluded = conclude(case)
    with recorder.stage("report"):
        written = writer.write(concluded.assessment, case)
    recorder.files.update({name: str(path) for name, path in written.items()})
    return RunResult(recorder.record(), concluded.series, concluded.assessment)


def _place(site: str, table: Path) -> str:
    """Return what a table calls the place; one without a column of sites has only its own name, not where it lies."""
    return table.stem if site == str(table) else site
