"""From counts and their series to an assessment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from wayside.assessment.assessment import Assessment, Counted, CountedScene
from wayside.assessment.comparison import main_comparison
from wayside.assessment.headlines import headlines
from wayside.assessment.judge import Grounds, judgements
from wayside.assessment.limits import limits, long_gaps
from wayside.errors import ValueRefusedError
from wayside.model.places import Site
from wayside.model.series import DatedEvent, SeriesResult

__all__ = ["assess", "busiest_before", "newest_of"]


def assess(
    site: Site,
    rows: Iterable[CountedScene],
    series: SeriesResult,
    *,
    generated: datetime,
    counted: Counted = Counted.FREIGHT,
    events: Iterable[DatedEvent] = (),
    failures: Iterable[str] = (),
    versions: Mapping[str, str] | None = None,
    gap_days: int = 60,
) -> Assessment:
    """Return what the counts of ``rows`` and their ``series`` support.

    Args:
        site: the facility.
        rows: all its scenes, in any order.
        series: made from the usable ones of the same scenes, and from the same count.
        generated: when this is made, with a time zone.
        counted: which count the series was made from.
        events: what the series is set against; those of ``series.events`` where none are given.
        failures: what failed on the way, sentences.
        versions: software and model names with their versions.
        gap_days: stretches without a scene longer than this are shown as gaps.

    Raises:
        ValueRefusedError: where no usable scene belongs to the newest day of the series.
    """
    ordered = tuple(sorted(rows, key=lambda row: row.scene.acquired))
    newest = newest_of(ordered, series)
    busiest = busiest_before(ordered, newest, series, counted)
    gaps = long_gaps(ordered, gap_days)
    grounds = Grounds(newest, ordered, series, counted, gaps)
    judged = judgements(grounds)
    return Assessment(
        site=site,
        generated=generated,
        counted=counted,
        newest=newest,
        busiest=busiest,
        rows=ordered,
        series=series,
        headlines=headlines(grounds, busiest, judged),
        judgements=judged,
        limits=limits(grounds),
        events=tuple(events) or tuple(lag.event for lag in series.events),
        gaps=gaps,
        gap_days=gap_days,
        failures=tuple(failures),
        versions=versions or {},
    )


def newest_of(rows: Sequence[CountedScene], series: SeriesResult) -> CountedScene:
    """Return the last usable scene of the newest day of ``series``.

    Raises:
        ValueRefusedError: where there is none.
    """
    same_day = [row for row in rows if row.usable and row.day == series.day]
    if not same_day:
        raise ValueRefusedError(
            f"no usable scene belongs to the newest day of the series, {series.day}",
            todo="Make the series from the scenes that are assessed",
        )
    return same_day[-1]


def busiest_before(
    rows: Sequence[CountedScene], newest: CountedScene, series: SeriesResult, counted: Counted
) -> CountedScene | None:
    """Return the scene with the largest median count before ``newest``: before the rise where that can be dated.

    Of several with the same count the one with the finest pixels is taken, as it shows most.
    """
    held = main_comparison(series)
    first = held.first if held is not None else rows[0].day
    last = held.last if held is not None else newest.day
    earlier = [row for row in rows if row.usable and first <= row.day <= last and row.day < newest.day]
    return max(earlier, key=lambda row: (counted.of(row.result).median, -row.result.gsd_m), default=None)
