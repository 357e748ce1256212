"""``wayside report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wayside.cli.output import JSON_OPTION, emit
from wayside.cli.progress import TerminalProgress
from wayside.cli.run import outcome_of_run

__all__ = ["report"]


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")] = Path(),
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Write the report again from what is counted."""
    from wayside.pipeline.running import report_workspace  # noqa: PLC0415  loads numpy and more
    from wayside.wiring import opened  # noqa: PLC0415

    with TerminalProgress() as progress, opened(folder, progress=progress) as workspace:
        result = report_workspace(workspace.services, workspace.settings)
    emit(outcome_of_run(result, "written"), as_json=as_json)
