"""``wayside report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit
from wayside.cli.run import outcome_of_run
from wayside.cli.sites import each_site, opened_site, together

__all__ = ["report"]


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")] = Path(),
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Write the report again from what is counted."""
    from wayside.pipeline.running import report_workspace  # noqa: PLC0415  loads numpy and more

    def one(site: str) -> Outcome:
        with opened_site(folder, site) as workspace:
            result = report_workspace(workspace.services, workspace.settings)
        return outcome_of_run(result, "written")

    emit(together(each_site(folder, "report", one)), as_json=as_json)
