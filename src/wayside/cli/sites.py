"""The sites of a workspace, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from wayside.cli.output import Outcome, plain
from wayside.cli.progress import TerminalProgress
from wayside.cli.records import outcome_of
from wayside.errors import WaysideError

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.wiring import OpenWorkspace

__all__ = ["SITE_OPTION", "each_site", "opened_site", "together"]

SITE_OPTION = typer.Option("--site", metavar="ID", help="One of the workspace's sites; the first where left out.")


@contextmanager
def opened_site(folder: Path, site: str, *, jobs: int = 1, offline: bool = True) -> Iterator[OpenWorkspace]:
    """Open a workspace for one of its sites, with a progress bar.

    Args:
        folder: the workspace.
        site: id of the site; empty for the first.
        jobs: number of processes that count.
        offline: True where catalogues are left alone.
    """
    from wayside.wiring import opened  # noqa: PLC0415  loads numpy and more

    with TerminalProgress() as progress, opened(folder, progress=progress, jobs=jobs, site=site) as workspace:
        yield replace(workspace, services=replace(workspace.services, search=None)) if offline else workspace


def each_site(folder: Path, command: str, work: Callable[[str], Outcome]) -> dict[str, Outcome]:
    """Do the same for every site of a workspace, the first one first.

    What goes wrong with a linked site is listed as its outcome, so that it does not take the first one's with it.
    """
    from wayside.pipeline.records import Failure, Recorder  # noqa: PLC0415  loads numpy and more
    from wayside.wiring import SystemClock, site_ids  # noqa: PLC0415

    first, *linked = site_ids(folder)
    outcomes = {first: work(first)}
    for site in linked:
        try:
            outcomes[site] = work(site)
        except WaysideError as error:
            recorder = Recorder(command, SystemClock())
            recorder.failed.append(Failure.of(site, error))
            outcomes[site] = outcome_of(recorder.record(), "done")
    return outcomes


def together(outcomes: dict[str, Outcome]) -> Outcome:
    """Return the outcomes of several sites as one: the first one's, with the others under ``linked``."""
    first, *others = outcomes
    if not others:
        return outcomes[first]
    linked: dict[str, Any] = {site: outcomes[site].document for site in others}

    def show(console: Console) -> None:
        for site, outcome in outcomes.items():
            console.print(f"[bold]{plain(site)}[/]")
            outcome.show(console)

    worst = max(outcome.exit_code for outcome in outcomes.values())
    return Outcome({**outcomes[first].document, "linked": linked}, show, worst)
