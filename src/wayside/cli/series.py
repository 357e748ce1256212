"""``wayside series``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from wayside.cli.exits import DONE, FAILURES
from wayside.cli.output import JSON_OPTION, Outcome, emit
from wayside.cli.series_alarms import (
    AlarmRate,
    AlarmsAsked,
    AlarmShare,
    AlarmsSince,
    AlarmTotal,
    alarms_document,
    show_alarms,
)
from wayside.cli.series_options import (
    Above,
    AllSites,
    Asked,
    BaselineDays,
    BaselineFrom,
    BaselineTo,
    ByType,
    Categories,
    Compare,
    Dwell,
    Events,
    Factor,
    ForecastDays,
    Highest,
    Often,
    PeriodText,
    Seed,
    ShowSensitivity,
    Since,
    Sites,
    Source,
    Terms,
    Until,
    Window,
    today,
)
from wayside.cli.series_show import show_series, show_sides
from wayside.cli.sites import opened_site
from wayside.errors import InputError, WaysideError

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.model.series import NamedSeries
    from wayside.pipeline.series_alarms import AlarmPlan
    from wayside.pipeline.series_sides import Analysed, SideBySide
    from wayside.series import Questions, SeriesSettings

__all__ = ["series"]


def series(
    source: Source,
    *,
    site: Sites = None,
    all_sites: AllSites = False,
    category: Categories = None,
    by_type: ByType = False,
    events: Events = None,
    baseline_from: BaselineFrom = None,
    baseline_to: BaselineTo = None,
    until: Until = None,
    baseline_days: BaselineDays = None,
    factor: Factor = None,
    above: Above = None,
    often: Often = None,
    period: PeriodText = None,
    since: Since = None,
    highest: Highest = False,
    compare: Compare = None,
    forecast: ForecastDays = None,
    alarms: AlarmRate = None,
    alarms_total: AlarmTotal = None,
    alarms_false: AlarmShare = None,
    alarms_since: AlarmsSince = None,
    dwell: Dwell = None,
    terms: Terms = True,
    sensitivity: ShowSensitivity = False,
    seed: Seed = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Say whether the newest count is a record, a surge, since when.

    Several sites, or types of cars, stand side by side; sites inform each other of how often and how far levels jump.
    A period is a year, a month, a day, or two of them: 2022-07/2023-03-01.
    Alarms go through the scenes one by one, as a watcher would have, and state how many false ones to expect.
    """
    over = Window(until, baseline_from, baseline_to, baseline_days, factor, dwell, terms).over()
    questions = Asked(above, often, since, highest, period, compare, forecast).questions()
    plan = AlarmsAsked(alarms, alarms_total, alarms_false, alarms_since).plan(by_type=by_type)
    choice = _Choice(tuple(site or ()), all_sites, tuple(category or ()), by_type)
    work = _of_workspace if source.is_dir() else _of_table
    sides = work(source, choice, _Task(over, questions, events, seed, plan))
    emit(_outcome(sides, choice, sensitivity=sensitivity), as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which series."""

    sites: tuple[str, ...]
    all_sites: bool
    categories: tuple[str, ...]
    by_type: bool

    @property
    def several(self) -> bool:
        """Whether more than one series is asked for, however many there are in the end."""
        return self.all_sites or self.by_type or len(set(self.sites)) > 1


@dataclass(frozen=True, slots=True)
class _Task:
    """What is asked of each."""

    over: Callable[[SeriesSettings], SeriesSettings]
    questions: Questions | None
    events: Path | None
    seed: int | None
    alarms: AlarmPlan | None


def _of_table(table: Path, choice: _Choice, task: _Task) -> SideBySide:
    from wayside.pipeline.series_sides import SeriesRequest, analyse_chosen  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.tables import TableChoice, events_from, series_of_table  # noqa: PLC0415
    from wayside.series import SeriesSettings  # noqa: PLC0415

    settings = task.over(SeriesSettings())
    events = events_from(task.events)
    wanted = TableChoice(choice.sites, choice.categories, choice.by_type, choice.all_sites)
    chosen = series_of_table(table, wanted, today=today())
    return analyse_chosen(chosen, SeriesRequest(settings, task.questions, events, task.seed or 0, task.alarms))


def _of_workspace(folder: Path, choice: _Choice, task: _Task) -> SideBySide:
    """Read the sites one after the other, then analyse what they hold; one that cannot be read is listed."""
    from wayside.pipeline.series_of_site import SiteChoice, series_of_site  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.series_sides import Chosen, SeriesRequest, analyse_chosen  # noqa: PLC0415
    from wayside.pipeline.tables import events_from  # noqa: PLC0415

    given = None if task.events is None else events_from(task.events)
    wanted = SiteChoice(choice.categories, choice.by_type)
    found: list[NamedSeries] = []
    failed: list[tuple[str, WaysideError]] = []
    request: SeriesRequest | None = None
    for site in _workspace_sites(folder, choice):
        try:
            with opened_site(folder, site) as workspace:
                settings, events = workspace.settings, workspace.services.events
                found += series_of_site(workspace.services, wanted)
        except WaysideError as error:
            failed.append((site, error))
            continue
        seed = settings.seed if task.seed is None else task.seed
        request = request or SeriesRequest(
            task.over(settings.series), task.questions, events if given is None else given, seed, task.alarms
        )
    if request is None:
        raise failed[0][1]
    return analyse_chosen(Chosen(tuple(found), tuple(failed)), request)


def _workspace_sites(folder: Path, choice: _Choice) -> Sequence[str]:
    """Return the ids of the chosen sites; empty for the first where none was chosen.

    Raises:
        InputError: all and some are chosen, or one is not there.
        WaysideError: the workspace cannot be used.
    """
    if choice.all_sites and choice.sites:
        raise InputError("all sites and some sites cannot both be chosen", todo="Leave one of them out")
    if not choice.all_sites and len(set(choice.sites)) < 2:
        return choice.sites[:1] or ("",)
    from wayside.wiring import site_ids  # noqa: PLC0415

    known = site_ids(folder)
    for site in choice.sites:
        if site not in known:
            raise InputError(
                f"the workspace has no site {site!r}", where=str(folder), todo=f"There are: {', '.join(known)}"
            )
    return tuple(dict.fromkeys(choice.sites)) or known


def _outcome(sides: SideBySide, choice: _Choice, *, sensitivity: bool) -> Outcome:
    """Return one series as the object it is, several as a list beside what failed."""
    if not choice.several:
        (only,) = sides.analysed
        return Outcome(_document(only), lambda console: _show(console, sides, sensitivity=sensitivity, several=False))
    document: dict[str, Any] = {
        "sites": [_document(one) for one in sides.analysed],
        "failed": [{"item": f.item, "error": f.error, "what": f.what, "todo": f.todo} for f in sides.failed],
    }
    code = FAILURES if sides.failed else DONE
    return Outcome(document, lambda console: _show(console, sides, sensitivity=sensitivity, several=True), code)


def _show(console: Console, sides: SideBySide, *, sensitivity: bool, several: bool) -> None:
    if several:
        show_sides(console, sides, sensitivity=sensitivity)
    else:
        show_series(console, sides.analysed[0], sensitivity=sensitivity)
    show_alarms(console, [one.alarms for one in sides.analysed if one.alarms is not None])


def _document(one: Analysed) -> dict[str, Any]:
    from wayside.series import to_json  # noqa: PLC0415

    heard = {} if one.alarms is None else {"alarms": alarms_document(one.alarms)}
    return {"site": one.named.site, "category": one.named.category or None, **to_json(one.result), **heard}
