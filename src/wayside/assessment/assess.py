"""From counts and their series to an assessment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from wayside.assessment.analyst import judged_by_analyst
from wayside.assessment.assessment import Assessment, Counted, CountedScene, Look
from wayside.assessment.comparison import main_comparison
from wayside.assessment.grounds import Grounds
from wayside.assessment.headlines import headlines
from wayside.assessment.hypotheses import compete
from wayside.assessment.judge import judgements
from wayside.assessment.limits import limits, long_gaps
from wayside.errors import ValueRefusedError
from wayside.model.consists import ConsistMatch
from wayside.model.coverage import CoverageResult
from wayside.model.hypotheses import Entered
from wayside.model.places import Site
from wayside.model.series import DatedEvent, MaxBound, SeriesResult
from wayside.model.zones import ZoneFinding

__all__ = ["assess", "busiest_before", "newest_of"]

_NOTHING = Entered()


def assess(
    site: Site,
    rows: Iterable[Look],
    series: SeriesResult,
    *,
    generated: datetime,
    counted: Counted = Counted.FREIGHT,
    events: Iterable[DatedEvent] = (),
    failures: Iterable[str] = (),
    versions: Mapping[str, str] | None = None,
    gap_days: int = 60,
    language: str = "en",
    zones: Sequence[ZoneFinding] = (),
    matches: Sequence[ConsistMatch] = (),
    coverage: CoverageResult | None = None,
    entered: Entered = _NOTHING,
    bounds: Sequence[MaxBound] = (),
) -> Assessment:
    """Return what the counts of ``rows`` and their ``series`` support.

    Args:
        site: the facility.
        rows: all its scenes and published counts, in any order.
        series: made from the usable ones of the same scenes, and from the same count.
        generated: when this is made, with a time zone.
        counted: which count the series was made from.
        events: what the series is set against; those of ``series.events`` where none are given.
        failures: what failed on the way, sentences.
        versions: software and model names with their versions.
        gap_days: stretches without a scene longer than this are shown as gaps.
        language: ISO 639-1 of the sentences.
        zones: what is said of the storage zones.
        matches: trains that may have been seen twice.
        coverage: what was read in articles; None where none were read.
        entered: what an analyst entered.
        bounds: published bounds over periods that the series was made with.

    Raises:
        ValueRefusedError: where no usable row belongs to the newest day of the series, or a statement of the analyst's
            says by itself how likely or how sure it is.
    """
    ordered = tuple(sorted(rows, key=_when))
    newest = newest_of(ordered, series)
    busiest = busiest_before(ordered, newest, series, counted)
    gaps = long_gaps(ordered, gap_days)
    grounds = Grounds(
        newest, ordered, series, counted, gaps, tuple(zones), coverage, tuple(bounds), language, tuple(matches)
    )
    judged = (*judgements(grounds), *(judged_by_analyst(one, language) for one in entered.judgements))
    found = Assessment(
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
        language=language,
        zones=tuple(zones),
        matches=tuple(matches),
        coverage=coverage,
        bounds=tuple(bounds),
    )
    return replace(found, hypotheses=compete(entered, found, language))


def _when(row: Look) -> tuple[date, str, str]:
    """Return what rows are put in order by: the day, then the time of a scene, which a published count has not."""
    return row.day, row.scene.acquired.isoformat() if isinstance(row, CountedScene) else "", row.id


def newest_of(rows: Sequence[Look], series: SeriesResult) -> Look:
    """Return the last usable row of the newest day of ``series``; a scene counted here before a published count.

    Raises:
        ValueRefusedError: where there is none.
    """
    same_day = [row for row in rows if row.usable and row.day == series.day]
    if not same_day:
        raise ValueRefusedError(
            f"no usable scene belongs to the newest day of the series, {series.day}",
            todo="Make the series from the scenes that are assessed",
        )
    return next((row for row in reversed(same_day) if isinstance(row, CountedScene)), same_day[-1])


def busiest_before(rows: Sequence[Look], newest: Look, series: SeriesResult, counted: Counted) -> Look | None:
    """Return the row with the largest median count before ``newest``: before the rise where that can be dated.

    Of several with the same count the one with the finest pixels is taken, as it shows most.
    """
    held = main_comparison(series)
    first = held.first if held is not None else rows[0].day
    last = held.last if held is not None else newest.day
    earlier = [row for row in rows if row.usable and first <= row.day <= last and row.day < newest.day]
    return max(earlier, key=lambda row: (row.count_of(counted).median, -_pixel_m(row)), default=None)


def _pixel_m(row: Look) -> float:
    """Return a row's ground sample distance, metres; without end where no image was counted here."""
    return row.result.gsd_m if isinstance(row, CountedScene) else float("inf")
