"""Several series side by side: what one of them lacks does not take the others with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wayside.errors import InputError, WaysideError
from wayside.model.series import DatedEvent, NamedSeries, SeriesResult
from wayside.pipeline.records import Failure
from wayside.pipeline.series_alarms import AlarmPlan, Watched, watch_sites
from wayside.series import Questions, SeriesSettings, analyse_each

__all__ = ["Analysed", "Chosen", "SeriesRequest", "SideBySide", "analyse_chosen"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen.

    Attributes:
        series: those that there are, in the order in which they are shown.
        failed: those that cannot be had, each by its name and with what is wrong.
    """

    series: tuple[NamedSeries, ...]
    failed: tuple[tuple[str, WaysideError], ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesRequest:
    """What is asked of every series.

    Attributes:
        settings: windows and priors.
        questions: what is asked beside record, surge and onset; None for nothing.
        events: dated events to set the onset against.
        seed: of the random generator, started anew for each series.
        alarms: how many false alarms are allowed where alarms are asked for; None where they are not.
    """

    settings: SeriesSettings
    questions: Questions | None = None
    events: tuple[DatedEvent, ...] = ()
    seed: int = 0
    alarms: AlarmPlan | None = None


@dataclass(frozen=True, slots=True)
class Analysed:
    """A series and what it says.

    Attributes:
        named: the series.
        result: record, surge and onset; holds the series' own notes too.
        alarms: what a watcher would have heard; None where that was not asked for, or cannot be had.
    """

    named: NamedSeries
    result: SeriesResult
    alarms: Watched | None = None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """What came of it.

    Attributes:
        analysed: one or more.
        failed: what went wrong with the others.
    """

    analysed: tuple[Analysed, ...]
    failed: tuple[Failure, ...] = ()


def analyse_chosen(chosen: Chosen, request: SeriesRequest) -> SideBySide:
    """Analyse every chosen series.

    Series of one category at different sites inform each other's prior (``wayside.series.linked``); types of cars at
    one site are analysed each on its own, for they share its trains and would be counted as evidence twice.

    Raises:
        WaysideError: what is wrong with the first, where nothing is left.
    """
    found: dict[int, SeriesResult | InputError] = {}
    by_category: dict[str, list[int]] = {}
    for i, named in enumerate(chosen.series):
        by_category.setdefault(named.category, []).append(i)
    for members in by_category.values():
        results = analyse_each(
            [chosen.series[i].series for i in members],
            events=request.events,
            settings=request.settings,
            questions=request.questions,
            seed=request.seed,
        )
        found.update(zip(members, results, strict=True))
    analysed: list[Analysed] = []
    failed = list(chosen.failed)
    for i, named in enumerate(chosen.series):
        result = found[i]
        if isinstance(result, InputError):
            failed.append((named.series.site, result))
            continue
        others = [chosen.series[j].series.site for j in by_category[named.category] if j != i]
        notes = (*result.notes, *named.notes, *_on_others(others))
        analysed.append(Analysed(named, replace(result, notes=notes)))
    if not analysed:
        raise failed[0][1]
    if request.alarms is not None:
        failed += _add_alarms(analysed, request.alarms, request.settings)
    return SideBySide(tuple(analysed), tuple(_failure(name, error) for name, error in failed))


def _add_alarms(analysed: list[Analysed], plan: AlarmPlan, settings: SeriesSettings) -> list[tuple[str, WaysideError]]:
    """Put the alarms beside what each series says; return what went wrong with some.

    Raises:
        WaysideError: what is wrong with the first, where no site can be watched.
    """
    heard = watch_sites({one.named.site: one.named.series for one in analysed}, plan, settings)
    wrong: list[tuple[str, WaysideError]] = []
    for i, one in enumerate(analysed):
        found = heard[one.named.site]
        if isinstance(found, Watched):
            analysed[i] = replace(one, alarms=found)
        else:
            wrong.append((one.named.series.site, found))
    if len(wrong) == len(analysed):
        raise wrong[0][1]
    return wrong


def _failure(name: str, error: WaysideError) -> Failure:
    """Return the failure with the place where it lies: the line of a table is not in the series' name."""
    what = error.what if error.where in {"", name} else f"{error.where}: {error.what}"
    return replace(Failure.of(name, error), what=what)


def _on_others(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    who = " and ".join(names) if len(names) < 4 else f"{len(names)} other sites"
    return (f"How often and how far levels jump is learnt from {who} too: half of the prior follows what they show.",)
