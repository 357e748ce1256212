"""``wayside coverage``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit, percent, plain
from wayside.cli.progress import TerminalProgress
from wayside.cli.records import show_record

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.model.claims import Claim
    from wayside.model.coverage import CoverageResult
    from wayside.pipeline.records import RunRecord

__all__ = ["coverage"]


def coverage(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Articles, as text or HTML.")],
    measured: Annotated[
        Path | None,
        typer.Option(
            "--measured", metavar="FILE", help="A count or an assessment in JSON, to hold the claims against."
        ),
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Find what articles claim, and on whose word.

    Claims with their bounds, who asserts them, which article derives from which, how far they agree with one another
    and with a measured count.
    """
    from wayside.coverage.output import to_json  # noqa: PLC0415  loads trafilatura and more
    from wayside.pipeline.articles import coverage_files, read_measured  # noqa: PLC0415
    from wayside.wiring import SystemClock  # noqa: PLC0415

    known = None if measured is None else read_measured(measured)
    with TerminalProgress() as progress:
        record, result = coverage_files(files, measured=known, clock=SystemClock(), progress=progress)
    document = to_json(result)
    if record.failed:
        document["failed"] = record.to_json()["failed"]
    emit(Outcome(document, lambda console: _show(console, record, result), record.exit_code), as_json=as_json)


def _show(console: Console, record: RunRecord, result: CoverageResult) -> None:
    from rich import box  # noqa: PLC0415  rich is loaded when something is printed
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    for document in result.documents:
        console.print(f"[bold]{plain(document.id)}[/]  {plain(document.title or document.file)}")
    claims = Table(box=box.SIMPLE_HEAD, title="Claims", title_justify="left", title_style="bold")
    for heading in ("", "In", "What", "Says", "Who", "Words"):
        claims.add_column(heading, overflow="fold")
    for claim in result.claims:
        who = claim.asserted_by or ("someone unnamed" if claim.anonymous else "–")
        cells = (claim.id, claim.document, claim.counted or claim.kind, _bounds(claim), who, f"“{claim.quote}”")
        claims.add_row(*(Text(cell) for cell in cells))
    console.print(claims)
    for group in result.agreement:
        sources = f"independent sources: {group.independent_sources}"
        text = f"{', '.join(group.claims)}: {_number(group.low)} to {_number(group.high)}, {sources}"
        against = group.against_measured
        if against is not None:
            text += f"; against the measured count: {against.verdict}"
            text += f" (p {percent(against.p)})" if against.p is not None else f" ({against.reason})"
        console.print(f"• {text}", markup=False)
    for origin in result.origins:
        evidence = ", ".join(origin.evidence)
        console.print(f"← {origin.document} derives from {origin.derives_from} ({evidence})", markup=False)
    show_record(console, record, "read")


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"


def _bounds(claim: Claim) -> str:
    """Return a claim's bounds for people."""
    low, high, unit = claim.quantity.low, claim.quantity.high, claim.quantity.unit
    unit = "" if unit == "1" else f" {unit.replace('1/', 'per ')}"
    if low is None and high is None:
        return "no figure"
    if high is None:
        return f"≥ {_number(low or 0.0)}{unit}"
    if low is None or (low == 0 and high > 0):
        return f"≤ {_number(high)}{unit}"
    if low == high:
        about = "about " if claim.quantity.approximation == "approximately" else ""
        return f"{about}{_number(low)}{unit}"
    return f"{_number(low)}–{_number(high)}{unit}"
