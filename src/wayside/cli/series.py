"""``wayside series``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.days import day_option
from wayside.cli.output import JSON_OPTION, Outcome, emit, interval, percent, plain
from wayside.cli.sites import opened_site
from wayside.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.model.series import SeriesResult
    from wayside.pipeline.tables import TableChoice
    from wayside.series import SeriesSettings

__all__ = ["series"]


def series(
    source: Annotated[Path, typer.Argument(metavar="TABLE.csv|DIR", help="A spreadsheet of counts, or a workspace.")],
    *,
    site: Annotated[
        str, typer.Option("--site", metavar="NAME", help="Which site of the table, or of the workspace.")
    ] = "",
    category: Annotated[
        list[str] | None,
        typer.Option("--category", metavar="NAME", help="Which category; give it again to add several up."),
    ] = None,
    events: Annotated[
        Path | None, typer.Option("--events", metavar="FILE", help="CSV of dated events: date,event,source.")
    ] = None,
    baseline_from: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="First day of the baseline, like 2018-10-05.")
    ] = None,
    baseline_to: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day of the baseline.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="Leave out what came later.")] = None,
    baseline_days: Annotated[
        int | None, typer.Option("--baseline-days", metavar="DAYS", min=1, help="Length of the baseline, days (1826).")
    ] = None,
    factor: Annotated[
        float | None,
        typer.Option("--factor", metavar="FACTOR", min=1.0, help="By which a surge exceeds the baseline (2)."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="NUMBER", min=0, help="Of the sampled histories (0).")
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Say whether the newest count is a record, a surge, since when."""
    from wayside.pipeline.tables import TableChoice  # noqa: PLC0415  loads numpy and more
    from wayside.series import to_json  # noqa: PLC0415

    window = _Window(
        until=day_option(until, "--until"),
        first=day_option(baseline_from, "--from"),
        last=day_option(baseline_to, "--to"),
        days=baseline_days,
        factor=factor,
    )
    if source.is_dir():
        if category:
            raise InputError("--category chooses from a table, not from a workspace", where=str(source))
        name, result = _of_workspace(source, site, window, events, seed)
    else:
        choice = TableChoice(site, tuple(category or ()))
        name, result = _of_table(source, window, events, seed, choice)
    emit(Outcome(to_json(result), lambda console: _show(console, name, result)), as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Window:
    """What the options say of the baseline; None where they say nothing."""

    until: date | None
    first: date | None
    last: date | None
    days: int | None
    factor: float | None

    def over(self, settings: SeriesSettings) -> SeriesSettings:
        """Return the settings with what the options say in their place."""
        return replace(
            settings,
            until=self.until,
            baseline_first=self.first,
            baseline_last=self.last,
            baseline_days=self.days or settings.baseline_days,
            surge_factor=self.factor or settings.surge_factor,
        )


def _of_table(
    table: Path, window: _Window, events: Path | None, seed: int | None, choice: TableChoice
) -> tuple[str, SeriesResult]:
    from wayside.pipeline.tables import series_from_table  # noqa: PLC0415
    from wayside.series import SeriesSettings  # noqa: PLC0415

    found, result = series_from_table(
        table, choice, events=events, settings=window.over(SeriesSettings()), seed=seed or 0
    )
    return found.site, result


def _of_workspace(
    folder: Path, site: str, window: _Window, events: Path | None, seed: int | None
) -> tuple[str, SeriesResult]:
    from wayside.pipeline.running import series_of_workspace  # noqa: PLC0415
    from wayside.pipeline.tables import events_from  # noqa: PLC0415

    with opened_site(folder, site) as workspace:
        settings = workspace.settings
        settings = replace(settings, series=window.over(settings.series), seed=settings.seed if seed is None else seed)
        services = workspace.services
        if events is not None:
            services = replace(services, events=events_from(events))
        return workspace.site.name, series_of_workspace(services, settings)


def _show(console: Console, name: str, result: SeriesResult) -> None:
    from rich import box  # noqa: PLC0415  rich is loaded when something is printed
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, title=f"{plain(name)}, {result.day}", title_justify="left", title_style="bold")
    table.add_column("Question")
    table.add_column("Answer", justify="right")
    table.add_column("What it rests on", style="dim")
    for row in _answers(result):
        table.add_row(*row)
    console.print(table)
    if result.events:
        lags = Table(box=box.SIMPLE_HEAD, title="Rise and events", title_justify="left", title_style="bold")
        for heading in ("Event", "Date", "Rise after, days", "90 %", "Chance of as close"):
            lags.add_column(heading, justify="left" if heading in {"Event", "Date"} else "right")
        for lag in result.events:
            event = (plain(lag.event.event), str(lag.event.day), str(lag.lag_days))
            lags.add_row(*event, interval(*lag.lag90), percent(lag.chance))
        console.print(lags)
    for note in result.notes:
        console.print(f"[yellow]note[/] {plain(note)}")


def _answers(result: SeriesResult) -> Iterator[tuple[str, str, str]]:
    yield "Count now", f"{result.now.median} ({interval(*result.now.interval(0.9))})", "median and 90 % interval"
    baseline, record = result.baseline, result.record
    if baseline is not None:
        window = f"{baseline.first} to {baseline.last}"
        gap = f"longest gap {baseline.longest_gap_days} days"
        yield "Baseline", f"{baseline.scenes} scenes", f"{window}, {gap}"
        seen = "–" if baseline.observed_max is None else str(baseline.observed_max)
        yield "Most that was seen", seen, "largest median count of the baseline"
        most = f"{baseline.max_all_days} ({interval(*baseline.max_all_days90)})"
        yield "Most on any day", most, "estimate with the days nobody looked"
    if record is not None:
        yield "More than ever seen", percent(record.p_exceeds_observed), "counting error alone"
        yield "More than on any day", percent(record.p_exceeds_all_days), "unseen days included"
        yield "By chance alone", percent(record.exchangeability), "if nothing had changed"
    if result.surge is not None:
        yield f"Level {result.surge.factor:g} times up", percent(result.surge.probability), "against the baseline's"
    if result.onset is not None:
        between = interval(result.onset.interval90.low, result.onset.interval90.high)
        yield (
            "Rise began",
            str(result.onset.median),
            f"90 %: {between}, a rise at all: {percent(result.onset.probability)}",
        )
    if result.miss_probability is not None:
        yield "Such a surge missed", percent(result.miss_probability), "had it come earlier, between scenes"
