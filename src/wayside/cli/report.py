"""``wayside report``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit
from wayside.cli.run import outcome_of_run
from wayside.cli.sites import each_site, opened_site, together
from wayside.errors import InputError

if TYPE_CHECKING:
    from wayside.pipeline.running import RunResult, Services

__all__ = ["WrittenFormat", "formats_wanted", "report"]


class WrittenFormat(StrEnum):
    """What ``--format`` takes."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"
    MARKDOWN = "md"
    DOCX = "docx"
    ALL = "all"


_FORMAT_OPTION = typer.Option(
    "--format", help="What is written; can be given several times. HTML and JSON where left out.", case_sensitive=False
)
_OUT_OPTION = typer.Option("--out", metavar="FOLDER", help="Where it goes; the workspace's reports where left out.")


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")] = Path(),
    formats: Annotated[list[WrittenFormat] | None, _FORMAT_OPTION] = None,
    out: Annotated[Path | None, _OUT_OPTION] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Write the report again from what is counted."""
    if out is not None and out.exists() and not out.is_dir():
        raise InputError("--out is a file, not a folder", where=str(out), todo="Name a folder")
    wanted = formats_wanted(formats or ())
    emit(_of_workspace(folder, wanted, out), as_json=as_json)


def formats_wanted(said: Sequence[WrittenFormat]) -> tuple[str, ...]:
    """Return the formats that a user asked for, each once, in a fixed order; none where nothing was said."""
    every = tuple(one.value for one in WrittenFormat if one is not WrittenFormat.ALL)
    return every if WrittenFormat.ALL in said else tuple(one for one in every if WrittenFormat(one) in said)


def _of_workspace(folder: Path, wanted: tuple[str, ...], out: Path | None) -> Outcome:
    from wayside.pipeline.running import report_workspace  # noqa: PLC0415  loads numpy and more

    first: list[str] = []

    def one(site: str) -> Outcome:
        first.append(site)
        place = out if out is None or site == first[0] else out / site
        with opened_site(folder, site) as workspace:
            result = report_workspace(_writing(workspace.services, wanted, place), workspace.settings)
        return _outcome(result)

    return together(each_site(folder, "report", one))


def _outcome(result: RunResult) -> Outcome:
    return outcome_of_run(result, "written")


def _writing(services: Services, wanted: tuple[str, ...], out: Path | None) -> Services:
    """Return the services with a writer of the formats and the folder that the user named."""
    from wayside.wiring.reports import ReportFiles  # noqa: PLC0415  loads numpy and more

    writer = services.writer
    if not isinstance(writer, ReportFiles):
        return services
    form = replace(writer.form, formats=wanted or writer.form.formats)
    return replace(services, writer=replace(writer, form=form, folder=out or writer.folder))
