"""``wayside report``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.days import day_option
from wayside.cli.output import JSON_OPTION, Outcome, emit
from wayside.cli.progress import TerminalProgress
from wayside.cli.report_options import (
    Analyst,
    Articles,
    Bundle,
    Formats,
    House,
    Language,
    Name,
    OfTable,
    Out,
    Sign,
    formats_wanted,
)
from wayside.cli.run import outcome_of_run
from wayside.cli.series_options import Categories, Events, Sites, Until
from wayside.cli.sites import each_site, opened_site, together
from wayside.errors import InputError

if TYPE_CHECKING:
    from wayside.pipeline.running import RunResult, RunSettings, Services
    from wayside.wiring.reports import ReportForm

__all__ = ["report"]

Source = Annotated[Path, typer.Argument(metavar="DIR|TABLE.csv", help="A workspace, or a spreadsheet of counts.")]


def report(
    source: Source = Path(),
    *,
    formats: Formats = None,
    out: Out = None,
    language: Language = None,
    house: House = None,
    bundle: Bundle = False,
    sign: Sign = None,
    site: Sites = None,
    category: Categories = None,
    until: Until = None,
    name: Name = None,
    events: Events = None,
    articles: Articles = None,
    analyst: Analyst = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Write the report again from what is counted, or on counts that others published.

    Of a workspace it says what wayside.toml asks for. Of a table the report rests on published counts alone: it names
    who published each, and says that no image of them was counted here.
    """
    if out is not None and out.exists() and not out.is_dir():
        raise InputError("--out is a file, not a folder", where=str(out), todo="Name a folder")
    if sign is not None and not bundle:
        raise InputError("--sign needs a bundle to sign", todo="Give --bundle too")
    if not source.exists():
        raise InputError(
            "there is no such file or folder", where=str(source), todo="Name a workspace, or a spreadsheet of counts"
        )
    of_table = OfTable(site, category, until, name, events, articles, analyst)
    of_table.require_files()
    changed = _changes(formats_wanted(formats or ()), language, house, sign, bundle=bundle)
    if source.is_file():
        emit(_of_table(source, of_table, out, changed), as_json=as_json)
    else:
        of_table.refuse()
        emit(_of_workspace(source, out, changed), as_json=as_json)


def _changes(
    formats: tuple[str, ...], language: str | None, house: Path | None, sign: Path | None, *, bundle: bool
) -> Callable[[ReportForm], ReportForm]:
    """Return what puts the options in the place of how a report would be written."""
    from wayside.language.phrases import LANGUAGES  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.files import read_bytes  # noqa: PLC0415
    from wayside.wiring.house import read_house  # noqa: PLC0415

    if language is not None and language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise InputError(f"no report is written in {language!r}", where="--language", todo=f"There are: {known}")
    look = None if house is None else read_house(house)
    key = None if sign is None else read_bytes(sign, InputError, limit=100_000)

    def put(form: ReportForm) -> ReportForm:
        style = look or form.house
        return replace(
            form,
            formats=formats or form.formats,
            house=replace(style, language=language or style.language),
            bundle=bundle or form.bundle,
            key=form.key if key is None else key,
        )

    return put


# ---------------------------------------------------------------------- workspace
def _of_workspace(folder: Path, out: Path | None, changed: Callable[[ReportForm], ReportForm]) -> Outcome:
    from wayside.pipeline.running import report_workspace  # noqa: PLC0415  loads numpy and more

    first: list[str] = []

    def one(site: str) -> Outcome:
        first.append(site)
        place = out if out is None or site == first[0] else out / site
        with opened_site(folder, site) as workspace:
            services, settings = _writing(workspace.services, workspace.settings, place, changed)
            result = report_workspace(services, settings)
        return _outcome(result)

    return together(each_site(folder, "report", one))


def _writing(
    services: Services, settings: RunSettings, out: Path | None, changed: Callable[[ReportForm], ReportForm]
) -> tuple[Services, RunSettings]:
    """Return services and settings that write what the user asked for, where the user asked for it."""
    from wayside.wiring.reports import ReportFiles  # noqa: PLC0415  loads numpy and more

    writer = services.writer
    if not isinstance(writer, ReportFiles):
        return services, settings
    form = changed(writer.form)
    told = replace(services, writer=replace(writer, form=form, folder=out or writer.folder))
    return told, replace(settings, language=form.house.language)


# ---------------------------------------------------------------------- table
def _of_table(table: Path, options: OfTable, out: Path | None, changed: Callable[[ReportForm], ReportForm]) -> Outcome:
    from wayside.pipeline.beside import Beside  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.table_report import TableReport, report_table  # noqa: PLC0415
    from wayside.pipeline.tables import TableChoice, events_from  # noqa: PLC0415
    from wayside.wiring import SOFTWARE, SystemClock  # noqa: PLC0415
    from wayside.wiring.reports import ReportForm  # noqa: PLC0415
    from wayside.wiring.table_reports import table_writer  # noqa: PLC0415

    form = changed(ReportForm())
    request = TableReport(
        table=table,
        choice=TableChoice(tuple(options.site or ()), tuple(options.category or ())),
        name=options.name or "",
        until=day_option(options.until, "--until"),
        events=events_from(options.events),
        beside=Beside(options.analyst, options.articles),
        language=form.house.language,
    )
    folder = out or Path(f"{table.stem}-report")
    with TerminalProgress() as progress:
        result = report_table(
            request, writer=table_writer(folder, form), clock=SystemClock(), progress=progress, software=SOFTWARE
        )
    return _outcome(result)


def _outcome(result: RunResult) -> Outcome:
    return outcome_of_run(result, "written", counted=False)
