"""``wayside demo``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit, plain
from wayside.cli.progress import TerminalProgress
from wayside.cli.records import show_record
from wayside.cli.run import outcome_of_run

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.pipeline.demo import DemoComparison
    from wayside.pipeline.records import RunRecord
    from wayside.pipeline.running import RunResult

__all__ = ["demo"]


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")] = Path("wayside-demo"),
    quick: Annotated[bool, typer.Option("--quick", help="24 scenes instead of 150.")] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", help="Draws another five years.")] = 2023,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="NUMBER", min=0, help="Processes; 0 for one per processor.")
    ] = 0,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Draw five years of a fictional crossing, run everything on it, and say where the report is.

    The run does not read the truth; at the end the measured counts are set against it. A demonstration that was stopped
    goes on where it stopped.
    """
    from wayside.pipeline.demo import compare_with_truth, draw_scenes  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.executing import default_jobs  # noqa: PLC0415
    from wayside.pipeline.records import Recorder  # noqa: PLC0415
    from wayside.pipeline.running import rows_of, run_workspace  # noqa: PLC0415
    from wayside.rendering.demo import demo_plan  # noqa: PLC0415
    from wayside.wiring import SystemClock, opened  # noqa: PLC0415
    from wayside.wiring.demo import DEMO_GRID, init_demo  # noqa: PLC0415

    clock, number = SystemClock(), jobs or default_jobs()
    plan = demo_plan(seed, quick=quick)
    if not (folder / "wayside.toml").exists():
        init_demo(folder, clock=clock)
    with TerminalProgress() as progress, opened(folder, progress=progress, jobs=number) as workspace:
        recorder = Recorder("demo", clock)
        with recorder.stage("draw"):
            draw_scenes(plan, workspace.archive, DEMO_GRID, jobs=number, progress=progress, recorder=recorder)
        drawn = recorder.record()
        result = run_workspace(workspace.services, workspace.settings)
        comparison = compare_with_truth(plan, rows_of(workspace.services))
    beside = _beside(folder, result.record)
    emit(_outcome(beside, drawn, result, comparison), as_json=as_json)


def _beside(folder: Path, record: RunRecord) -> dict[str, Path]:
    """Put the report and its bundle where nobody must look for them; return where they are."""
    found = {}
    for name in ("report", "report-pdf", "bundle"):
        written = record.files.get(name)
        if written is not None:
            found[name] = folder / Path(written).name
            shutil.copyfile(written, found[name])
    return found


def _outcome(
    beside: dict[str, Path], drawn: RunRecord, result: RunResult, comparison: DemoComparison | None
) -> Outcome:
    run = outcome_of_run(result, "counted")
    document = {
        **run.document,
        "drawn": drawn.to_json(),
        "report": str(beside["report"]) if "report" in beside else None,
        "bundle": str(beside["bundle"]) if "bundle" in beside else None,
        "against_truth": comparison.to_json() if comparison else None,
    }

    def show(console: Console) -> None:
        show_record(console, drawn, "drawn")
        run.show(console)
        if comparison is not None:
            _show_comparison(console, comparison)
        if "report" in beside:
            console.print(f"\nThe report: [bold]{plain(beside['report'])}[/]", soft_wrap=True)
        if "bundle" in beside:
            bundle = plain(beside["bundle"])
            console.print(f"Its evidence: [bold]{bundle}[/], checked with: wayside verify {bundle}", soft_wrap=True)

    return Outcome(document, show, max(run.exit_code, drawn.exit_code))


def _show_comparison(console: Console, found: DemoComparison) -> None:
    from rich.table import Table  # noqa: PLC0415  rich is loaded when something is printed

    low, high = found.newest_interval90
    console.print(
        f"\n[bold]Against the drawn truth[/] ({found.scenes} scenes; drawn images say nothing of accuracy on real ones)"
    )
    console.print(
        f"  newest scene: {found.newest_median} measured (90 % interval {low}–{high}), {found.newest_true} drawn\n"
        f"  mean absolute error {found.mean_absolute_error:.2f} cars, bias {found.bias:+.2f}; "
        + ", ".join(f"{float(k):.0%} intervals hold {share:.0%}" for k, share in found.held.items())
    )
    table = Table("GSD (m)", "scenes", "mean absolute error (cars)", box=None, padding=(0, 2))
    for gsd, (error, number) in found.by_gsd.items():
        table.add_row(f"{gsd:g}", str(number), f"{error:.2f}")
    console.print(table)
