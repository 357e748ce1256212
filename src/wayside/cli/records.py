"""A run's record for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from wayside.cli.output import Outcome, plain
from wayside.cli.series_show import print_hanging

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.pipeline.records import RunRecord

__all__ = ["outcome_of", "show_record"]

_SHOWN = 10


def outcome_of(record: RunRecord, verb: str) -> Outcome:
    """Return what a command that only has its record to show leaves."""
    return Outcome(record.to_json(), lambda console: show_record(console, record, verb), record.exit_code)


def show_record(console: Console, record: RunRecord, verb: str, *, counted: bool = True) -> None:
    """Print how much was done, left out and failed, and how long it took.

    Args:
        console: where to print.
        record: what was done.
        verb: what was done to each, as a participle ("counted"); empty where only something was looked up.
        counted: False where one thing was done, which a number before it would only blur ("written").
    """
    seconds = (record.finished - record.started).total_seconds()
    parts = [f"[green]{len(record.done)} {verb}[/]" if counted else f"[green]{verb}[/]"] if verb else []
    if record.skipped:
        parts.append(f"{len(record.skipped)} skipped")
    if record.failed:
        parts.append(f"[red]{len(record.failed)} failed[/]")
    console.print(f"{', '.join(parts)}  [dim]in {seconds:.1f} s[/]".strip())
    for reason, number in Counter(skip.reason for skip in record.skipped).most_common(_SHOWN):
        console.print(f"  [dim]skipped {number}: {plain(reason)}[/]")
    print_hanging(console, "  [red]✗[/]", record.failed[:_SHOWN])
    if len(record.failed) > _SHOWN:
        console.print(f"  [dim]and {len(record.failed) - _SHOWN} more; --json lists all[/]")
    gaps = [f"{gap.where}: {gap.what}" + (f". {gap.todo}" if gap.todo else "") for gap in record.gaps[:_SHOWN]]
    print_hanging(console, "  [yellow]gap[/]", gaps)
    if len(record.gaps) > _SHOWN:
        console.print(f"  [dim]and {len(record.gaps) - _SHOWN} more gaps; --json lists all[/]")
    print_hanging(console, "  [yellow]note[/]", record.notes)
    for name, path in record.files.items():
        # A path that is broken into lines can be neither clicked nor copied.
        console.print(f"  {name}: [bold]{plain(path)}[/]", soft_wrap=True)
