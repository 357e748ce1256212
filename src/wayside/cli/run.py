"""``wayside run``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit
from wayside.cli.records import show_record
from wayside.cli.series_show import print_hanging
from wayside.cli.sites import each_site, opened_site, together

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.pipeline.running import RunResult

__all__ = ["outcome_of_run", "run"]


def run(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")] = Path(),
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            metavar="NUMBER",
            min=0,
            help="Processes that count; 0 for one per processor, 1 for none beside this.",
        ),
    ] = 0,
    search: Annotated[
        bool, typer.Option("--search/--no-search", help="Look for new scenes in the catalogues of wayside.toml first.")
    ] = True,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Count every scene that is not counted yet, and write the report.

    New scenes are searched and fetched where wayside.toml names catalogues. Scenes are registered and counted, then
    come series, assessment and report, for each of the workspace's sites. A run that was stopped, however, goes on
    where it stopped; nothing is counted twice.
    """
    from wayside.pipeline.executing import default_jobs  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.running import run_workspace  # noqa: PLC0415

    number = jobs or default_jobs()

    def one(site: str) -> Outcome:
        with opened_site(folder, site, jobs=number, offline=not search) as workspace:
            result = run_workspace(workspace.services, workspace.settings)
        return outcome_of_run(result, "counted")

    emit(together(each_site(folder, "run", one)), as_json=as_json)


def outcome_of_run(result: RunResult, verb: str, *, counted: bool = True) -> Outcome:
    """Return a run's record with its findings; without a number of what was done where not ``counted``."""
    assessment = result.assessment
    headlines = [] if assessment is None else [h.finding for h in assessment.headlines]
    document = {**result.record.to_json(), "headlines": headlines}

    def show(console: Console) -> None:
        show_record(console, result.record, verb, counted=counted)
        print_hanging(console, "•", headlines)

    return Outcome(document, show, result.record.exit_code)
