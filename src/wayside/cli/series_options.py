"""What one may ask of a series: the options of ``wayside series``, and what they mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.days import day_option
from wayside.errors import InputError, ValueRefusedError

if TYPE_CHECKING:
    from wayside.model.periods import Period
    from wayside.series import Questions, SeriesSettings

__all__ = [
    "Above",
    "AllSites",
    "Asked",
    "BaselineDays",
    "BaselineFrom",
    "BaselineTo",
    "ByType",
    "Categories",
    "Compare",
    "Dwell",
    "Events",
    "Factor",
    "ForecastDays",
    "Highest",
    "Often",
    "PeriodText",
    "Seed",
    "ShowSensitivity",
    "Since",
    "Sites",
    "Source",
    "Terms",
    "Until",
    "Window",
    "today",
]

_MOST_CARS = 1_000_000

Source = Annotated[Path, typer.Argument(metavar="TABLE.csv|DIR", help="A spreadsheet of counts, or a workspace.")]
Sites = Annotated[
    list[str] | None,
    typer.Option("--site", metavar="NAME", help="Which site of the table, or of the workspace; again for several."),
]
AllSites = Annotated[bool, typer.Option("--all-sites", help="Every site, side by side.")]
Categories = Annotated[
    list[str] | None,
    typer.Option("--category", metavar="NAME", help="Which category, or type of car; again to add several up."),
]
ByType = Annotated[bool, typer.Option("--by-type", help="Each category by itself too, before the total.")]
Events = Annotated[
    Path | None, typer.Option("--events", metavar="FILE", help="CSV of dated events: date,event,source.")
]
BaselineFrom = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="First day of the baseline, like 2018-10-05.")
]
BaselineTo = Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day of the baseline.")]
Until = Annotated[str | None, typer.Option("--until", metavar="DAY", help="Leave out what came later.")]
BaselineDays = Annotated[
    int | None,
    typer.Option("--baseline-days", metavar="DAYS", min=1, max=20_000, help="Length of the baseline, days (1826)."),
]
Factor = Annotated[
    float | None,
    typer.Option("--factor", metavar="FACTOR", min=1.0, help="By which a surge exceeds the baseline (2)."),
]
Above = Annotated[
    int | None,
    typer.Option(
        "--above",
        metavar="CARS",
        min=0,
        max=_MOST_CARS,
        help="On how many days there were more; in a forecast, the chance.",
    ),
]
Often = Annotated[
    int | None,
    typer.Option("--often", metavar="CARS", min=0, max=_MOST_CARS, help="How often there were more, and for how long."),
]
PeriodText = Annotated[
    str | None,
    typer.Option(
        "--period",
        metavar="PERIOD",
        help="For --above and --often: 2022, 2022-07 or 2022-07-01/2023-03-01 (the newest 365 days).",
    ),
]
Since = Annotated[
    float | None,
    typer.Option(
        "--since", metavar="CARS", min=0.0, max=_MOST_CARS, help="Since when the level has been above so many."
    ),
]
Highest = Annotated[bool, typer.Option("--highest", help="The newest count is the highest since when.")]
Compare = Annotated[
    tuple[str, str] | None,
    typer.Option("--compare", metavar="PERIOD PERIOD", help="How the second period's level compares with the first's."),
]
ForecastDays = Annotated[
    int | None,
    typer.Option("--forecast", metavar="DAYS", min=1, max=366, help="Level and count of so many days to come."),
]
Dwell = Annotated[
    float | None,
    typer.Option("--dwell", metavar="DAYS", min=0.1, max=1000.0, help="How long the same cars stay (learnt)."),
]
Terms = Annotated[
    bool, typer.Option("--terms/--no-terms", help="Look for a season and a pattern of the week, and use what is found.")
]
ShowSensitivity = Annotated[
    bool, typer.Option("--sensitivity", help="Show how the answers change under other assumptions; --json always does.")
]
Seed = Annotated[int | None, typer.Option("--seed", metavar="NUMBER", min=0, help="Of the sampled histories (0).")]


def today() -> date:
    """Return the present day in UTC, by the machine's clock."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Window:
    """What the options say of the model and of the baseline; None where they say nothing."""

    until: str | None
    first: str | None
    last: str | None
    days: int | None
    factor: float | None
    dwell_days: float | None
    terms: bool

    def over(self) -> Callable[[SeriesSettings], SeriesSettings]:
        """Return what puts the options in the place of settings.

        Raises:
            InputError: an option gives no day.
        """
        until, first = day_option(self.until, "--until"), day_option(self.first, "--from")
        last = day_option(self.last, "--to")

        def put(settings: SeriesSettings) -> SeriesSettings:
            return replace(
                settings,
                until=until,
                baseline_first=first,
                baseline_last=last,
                baseline_days=settings.baseline_days if self.days is None else self.days,
                surge_factor=settings.surge_factor if self.factor is None else self.factor,
                dwell_days=self.dwell_days,
                regular_terms=self.terms,
            )

        return put


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask beside record, surge and onset; None where they ask nothing."""

    above: int | None
    often: int | None
    since: float | None
    highest: bool
    period: str | None
    compare: tuple[str, str] | None
    forecast_days: int | None

    def questions(self) -> Questions | None:
        """Return the questions; None for none.

        Raises:
            InputError: a period that cannot be read, or one without a question.
        """
        from wayside.series import Questions  # noqa: PLC0415  loads numpy and more

        if self.period is not None and self.above is None and self.often is None:
            raise InputError("a period needs a question", where="--period", todo="Give --above or --often too")
        two = self.compare
        asked = Questions(
            above=self.above,
            often=self.often,
            since=self.since,
            highest=self.highest,
            period=None if self.period is None else _period(self.period, "--period"),
            compare=None if two is None else (_period(two[0], "--compare"), _period(two[1], "--compare")),
            forecast_days=self.forecast_days,
        )
        return asked if asked.any else None


def _period(text: str, option: str) -> Period:
    from wayside.model.periods import Period  # noqa: PLC0415

    if text.startswith("--"):
        raise InputError(f"{option} needs another period before {text}", todo="Write it like 2023-09-01/2023-10-05")
    try:
        return Period.parsed(text)
    except ValueRefusedError as error:
        raise InputError(error.what, where=option, todo=error.todo) from error
