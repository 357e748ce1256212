"""A run's record for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from wayside.cli.output import Outcome, plain

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.pipeline.records import RunRecord

__all__ = ["outcome_of", "show_record"]

_SHOWN = 10


def outcome_of(record: RunRecord, verb: str) -> Outcome:
    """Return what a command that only has its record to show leaves."""
    return Outcome(record.to_json(), lambda console: show_record(console, record, verb), record.exit_code)


def show_record(console: Console, record: RunRecord, verb: str) -> None:
    """Print how much was done, left out and failed, and how long it took.

    Args:
        console: where to print.
        record: what was done.
        verb: what was done to each, as a participle ("counted"); empty where only something was looked up.
    """
    seconds = (record.finished - record.started).total_seconds()
    parts = [f"[green]{len(record.done)} {verb}[/]"] if verb else []
    if record.skipped:
        parts.append(f"{len(record.skipped)} skipped")
    if record.failed:
        parts.append(f"[red]{len(record.failed)} failed[/]")
    console.print(f"{', '.join(parts)}  [dim]in {seconds:.1f} s[/]".strip())
    for reason, number in Counter(skip.reason for skip in record.skipped).most_common(_SHOWN):
        console.print(f"  [dim]skipped {number}: {plain(reason)}[/]")
    for failure in record.failed[:_SHOWN]:
        console.print(f"  [red]✗[/] {plain(failure)}")
    if len(record.failed) > _SHOWN:
        console.print(f"  [dim]and {len(record.failed) - _SHOWN} more; --json lists all[/]")
    for gap in record.gaps[:_SHOWN]:
        console.print(
            f"  [yellow]gap[/] {plain(gap.where)}: {plain(gap.what)}" + (f". {plain(gap.todo)}" if gap.todo else "")
        )
    if len(record.gaps) > _SHOWN:
        console.print(f"  [dim]and {len(record.gaps) - _SHOWN} more gaps; --json lists all[/]")
    for note in record.notes:
        console.print(f"  [yellow]note[/] {plain(note)}")
    for name, path in record.files.items():
        console.print(f"  {name}: [bold]{plain(path)}[/]")
