"""Alarms of ``wayside series``: its options, their form in JSON, and the table for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wayside.cli.days import day_option
from wayside.cli.output import interval, plain
from wayside.cli.series_show import bare_table, print_hanging, print_sentences
from wayside.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.model.alarms import Alarm
    from wayside.pipeline.series_alarms import AlarmPlan, Watched

__all__ = ["AlarmRate", "AlarmShare", "AlarmTotal", "AlarmsAsked", "AlarmsSince", "alarms_document", "show_alarms"]

AlarmRate = Annotated[
    float | None,
    typer.Option("--alarms", metavar="RATE", help="Alarms, with so many false ones expected per site-year, like 0.1."),
]
AlarmTotal = Annotated[
    float | None,
    typer.Option("--alarms-total", metavar="N", help="Alarms, with so many false ones a year over all sites."),
]
AlarmShare = Annotated[
    float | None,
    typer.Option("--alarms-false", metavar="SHARE", help="Alarms, of which such a share is false, like 0.05."),
]
AlarmsSince = Annotated[
    str | None,
    typer.Option("--alarms-since", metavar="DAY", help="First day of alarms (a year after a site's first scene)."),
]

_MOST_RATE = 365.0
_MOST_TOTAL = 1e5
_FEW = 6
"""Of more alarms than these no sentence is printed."""


@dataclass(frozen=True, slots=True)
class AlarmsAsked:
    """What the options ask; None where they ask nothing."""

    rate: float | None
    total: float | None
    share: float | None
    since: str | None

    def plan(self, *, by_type: bool) -> AlarmPlan | None:
        """Return what is asked; None for nothing.

        Raises:
            InputError: a number out of its range, two of three options, a day without them, or types of cars.
        """
        given = [name for name, value in self._rates() if value is not None]
        if not given:
            if self.since is not None:
                raise InputError("a first day of alarms needs a rate", where="--alarms-since", todo="Give --alarms too")
            return None
        if len(given) > 1:
            raise InputError(f"{' and '.join(given)} cannot both be chosen", todo="State false alarms in one way")
        if by_type:
            raise InputError("alarms are of a site, not of its types of car", todo="Leave --by-type or the alarms out")
        _require_between("--alarms", self.rate, _MOST_RATE)
        _require_between("--alarms-total", self.total, _MOST_TOTAL)
        if self.share is not None and not 0.0 < self.share < 1.0:
            raise InputError(f"a share is more than 0 and less than 1, not {self.share:g}", where="--alarms-false")
        from wayside.pipeline.series_alarms import AlarmPlan  # noqa: PLC0415  loads numpy and more

        return AlarmPlan(self.rate, self.total, self.share, day_option(self.since, "--alarms-since"))

    def _rates(self) -> tuple[tuple[str, float | None], ...]:
        return ("--alarms", self.rate), ("--alarms-total", self.total), ("--alarms-false", self.share)


def _require_between(option: str, value: float | None, most: float) -> None:
    if value is not None and not 0.0 < value <= most:
        raise InputError(f"a number of false alarms is more than 0 and at most {most:g}, not {value:g}", where=option)


def alarms_document(heard: Watched) -> dict[str, Any]:
    """Return one site's alarms, ready for ``json.dumps``."""
    from wayside.model.alarms import alarm_to_json, promise_to_json, say_grounds  # noqa: PLC0415  loads numpy

    return {
        "from": heard.since.isoformat(),
        "to": heard.last.isoformat(),
        "scene_days": heard.scene_days,
        "promise": promise_to_json(heard.promise),
        "raised": heard.raised_since is not None,
        "raised_since": None if heard.raised_since is None else heard.raised_since.isoformat(),
        "alarms": [{**alarm_to_json(alarm), "grounds": say_grounds(alarm)} for alarm in heard.alarms],
        "sentence": heard.sentence,
        "notes": list(heard.notes),
    }


def show_alarms(console: Console, heard: Sequence[Watched]) -> None:
    """Print all alarms in order of date, what they rest on where they are few, the promise, and who is raised."""
    from wayside.model.alarms import say_grounds, say_promise  # noqa: PLC0415  loads numpy

    if not heard:
        return
    several = len(heard) > 1
    rows = sorted(((alarm, one) for one in heard for alarm in one.alarms), key=lambda row: (row[0].day, row[0].site))
    console.print()
    if rows:
        headings = ("Site", "Alarm", "Cars (90 %)", "Expected", "Rise", "Raised now")
        table = bare_table("Alarms", *(headings if several else headings[1:]), left=headings[:1])
        for alarm, one in rows:
            table.add_row(*([plain(alarm.site)] if several else []), *_cells(alarm, one))
        console.print(table, "")
    if len(rows) <= _FEW:
        print_sentences(console, [say_grounds(alarm) for alarm, _ in rows], "What the alarms rest on")
    print_sentences(console, [say_promise(heard[0].overall), *_states(heard)], "Promise and present state")
    notes = [f"{one.site}: {note}" if several else note for one in heard for note in one.notes]
    print_hanging(console, "[yellow]note[/]", notes if len(notes) <= _FEW else _counted(heard))


def _cells(alarm: Alarm, one: Watched) -> tuple[str, ...]:
    low, _, high = alarm.expected
    return (
        str(alarm.day),
        f"{alarm.count.median} ({interval(*alarm.count.interval(0.9))})",
        interval(low, high),
        f"× {alarm.factor:g}",
        "yes" if alarm.day == one.raised_since else "–",
    )


def _states(heard: Sequence[Watched]) -> list[str]:
    """Return each site's own sentence, or, of many, who is raised."""
    if len(heard) <= _FEW:
        return [one.sentence for one in heard]
    raised = [one.site for one in heard if one.raised_since is not None]
    quiet = sum(not one.alarms for one in heard)
    return [
        f"Raised now: {', '.join(raised)}." if raised else "No site is raised now.",
        f"{quiet} of {len(heard)} sites gave no alarm.",
    ]


def _counted(heard: Sequence[Watched]) -> list[str]:
    many = sum(bool(one.notes) for one in heard)
    return [f"{many} of {len(heard)} sites have too few scenes for alarms yet; --json says which."]
