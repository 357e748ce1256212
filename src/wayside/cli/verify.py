"""``wayside verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit, plain
from wayside.cli.progress import TerminalProgress

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from wayside.pipeline.verification import Verification
    from wayside.report.bundle import Finding

__all__ = ["verify"]

_SHOWN = 20
_MARKS = {"ok": "[green]✓[/]", "failed": "[red]✗[/]", "skipped": "[yellow]–[/]"}


def verify(  # noqa: PLR0917  options of a command
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The evidence bundle, a zip file.")],
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="Public key (PEM, Ed25519) that the bundle must be signed with."),
    ] = None,
    tsa_certificate: Annotated[
        Path | None,
        typer.Option(
            "--tsa-certificate",
            metavar="FILE",
            help="Certificates (PEM) of the authority that must have stamped the bundle.",
        ),
    ] = None,
    recount: Annotated[
        bool, typer.Option("--recount/--no-recount", help="Count the bundle's images again, which takes longest.")
    ] = True,
    jobs: Annotated[
        int,
        typer.Option("--jobs", metavar="NUMBER", min=0, help="Processes that count; 0 for one per processor."),
    ] = 0,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Check an evidence bundle: every byte, and everything that can be computed again from what is in it.

    Hashes every file, computes series and judgements again, writes the report again and compares the two, and counts
    the images again that the bundle holds. Whatever differs is named by file and place. Exit code 0: everything that
    was checked holds; 1: something does not; 2: it is no bundle.
    """
    from wayside.errors import InputError  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.executing import default_jobs  # noqa: PLC0415
    from wayside.pipeline.files import read_bytes  # noqa: PLC0415
    from wayside.pipeline.verifying import verify_bundle  # noqa: PLC0415
    from wayside.wiring.bundles import bundle_verifier  # noqa: PLC0415

    public = None if key is None else read_bytes(key, InputError, limit=100_000)
    certificates = None if tsa_certificate is None else read_bytes(tsa_certificate, InputError, limit=1_000_000)
    with TerminalProgress() as progress:
        verifier = bundle_verifier(progress, recount=recount, jobs=jobs or default_jobs())
        verification = verify_bundle(bundle, verifier, key=public, certificates=certificates)

    def show(console: Console) -> None:
        _show(console, verification)

    emit(Outcome(verification.to_json(), show, verification.exit_code), as_json=as_json)


def _show(console: Console, verification: Verification) -> None:
    """Print every check on a line, then what does not hold, then one line that says how it came out."""
    console.print(_checks(verification), "")
    left = [one for check in verification.checks for one in check.left]
    for one in left:
        console.print(f"[yellow]–[/] not rechecked: {plain(one)}")
    if left:
        console.print("")
    findings = [finding for check in verification.checks for finding in check.findings]
    if findings:
        console.print(_findings(findings[:_SHOWN]), "")
    if len(findings) > _SHOWN:
        console.print(f"[dim]{len(findings) - _SHOWN:,} more; all of them with --json.[/]", "")
    name = plain(verification.bundle)
    if verification.holds:
        console.print(f"[green]✓[/] Everything that was checked holds: {name}")
    else:
        files = len({finding.file for finding in findings})
        places, where = _number(len(findings), "place"), _number(files, "file")
        console.print(f"[red]✗[/] {name} is not what it says: {places} in {where}")


def _number(n: int, noun: str) -> str:
    return f"1 {noun}" if n == 1 else f"{n:,} {noun}s"


def _checks(verification: Verification) -> Table:
    table = _table(plain(verification.bundle))
    table.add_column("", no_wrap=True)
    table.add_column("Check")
    table.add_column("How", ratio=1, overflow="fold", style="dim")
    for check in verification.checks:
        said = check.note or {"ok": "", "failed": "", "skipped": "left out"}[check.outcome]
        if check.outcome == "skipped":
            said = f"not checked: {said}"
        table.add_row(_MARKS[check.outcome], plain(check.title), plain(said))
    return table


def _findings(findings: list[Finding]) -> Table:
    table = _table("What does not hold")
    for heading in ("Where", "What", "Should be", "Is"):
        table.add_column(heading, ratio=3 if heading == "What" else 2, overflow="fold")
    for one in findings:
        where = plain(one.file) + (f"\n[dim]{plain(one.path)}[/]" if one.path else "")
        table.add_row(where, plain(one.what), plain(one.expected), plain(one.found))
    return table


def _table(title: str) -> Table:
    from rich import box  # noqa: PLC0415  rich is loaded when something is printed
    from rich.table import Table  # noqa: PLC0415

    return Table(
        box=box.SIMPLE_HEAD,
        title=title,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        show_edge=False,
        padding=(0, 1, 0, 0),
        expand=True,
    )
