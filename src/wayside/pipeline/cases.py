"""A case: everything that an assessment is computed from, so that anybody can compute it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment, Counted, CountedScene, Look
from wayside.errors import InputError
from wayside.model.consists import ConsistMatch
from wayside.model.coverage import CoverageResult
from wayside.model.hypotheses import Entered
from wayside.model.observations import CountStatus
from wayside.model.places import Site
from wayside.model.series import DatedEvent, MaxBound, Series, SeriesPoint, SeriesResult
from wayside.model.zones import ZoneFinding, ZoneLook
from wayside.pipeline.consisting import LinkedSite, matches_of
from wayside.pipeline.zoning import zone_findings
from wayside.series import LEAST_VISIBLE, SeriesSettings, analyse

__all__ = ["Case", "Conclusion", "Measured", "ReportWriter", "conclude", "measured_of", "series_of", "shows_enough"]


@dataclass(frozen=True, eq=False)
class Case:
    """Everything that an assessment is computed from; ``conclude`` needs nothing else.

    Attributes:
        site: the facility.
        rows: its counts, in order of date, usable or not.
        generated: when the assessment is made, with its zone; given, not read from a clock.
        settings: windows and priors of the series analysis.
        seed: of the random generator.
        counted: which of a scene's counts is assessed.
        events: dated events to set the series against.
        bounds: published bounds over periods.
        zones: looks at the site's storage zones, in order of date.
        linked: other sites of the workspace.
        entered: what an analyst entered.
        coverage: what was read in articles; None where none were read.
        failures: what failed on the way, sentences.
        versions: software and model names with their versions.
        language: ISO 639-1 of the sentences.
        gap_days: stretches without a scene longer than this are shown as gaps.
    """

    site: Site
    rows: tuple[Look, ...]
    generated: datetime
    settings: SeriesSettings = SeriesSettings()  # noqa: RUF009 - frozen, so it may be shared
    seed: int = 0
    counted: Counted = Counted.FREIGHT
    events: tuple[DatedEvent, ...] = ()
    bounds: tuple[MaxBound, ...] = ()
    zones: tuple[ZoneLook, ...] = ()
    linked: tuple[LinkedSite, ...] = ()
    entered: Entered = Entered()  # noqa: RUF009 - frozen, so it may be shared
    coverage: CoverageResult | None = None
    failures: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    gap_days: int = 60


@dataclass(frozen=True, eq=False)
class Measured:
    """What the images of a case come to, whatever was published or entered beside them; the part that takes long.

    Attributes:
        series: of the counts.
        zones: what is said of the storage zones.
        matches: trains that may have been seen twice.
    """

    series: SeriesResult
    zones: tuple[ZoneFinding, ...] = ()
    matches: tuple[ConsistMatch, ...] = ()

    @classmethod
    def in_assessment(cls, assessment: Assessment) -> Measured:
        """Return what an assessment was made from."""
        return cls(assessment.series, assessment.zones, assessment.matches)


@dataclass(frozen=True, eq=False)
class Conclusion:
    """What a case comes to."""

    series: SeriesResult
    assessment: Assessment


class ReportWriter(Protocol):
    """Writes an assessment as a report."""

    def write(self, assessment: Assessment, case: Case) -> Mapping[str, Path]:
        """Write the report's files, each by rename; return them by what they are ("report", "assessment").

        Args:
            assessment: what is concluded.
            case: what it was computed from; a bundle holds it too.
        """
        ...


def measured_of(case: Case) -> Measured:
    """Analyse the series of a case, its zones and its trains; articles and what was entered have no part in it.

    Raises:
        InputError: where nothing gives a count, or the settings leave none.
    """
    counts = series_of(case.site, case.rows, case.counted, case.bounds)
    rng = np.random.default_rng(case.seed)
    return Measured(
        series=analyse(counts, events=case.events, settings=case.settings, language=case.language, rng=rng),
        zones=zone_findings(case.site.zones, case.zones, settings=case.settings, seed=case.seed, events=case.events),
        matches=matches_of(case.rows, case.site.id, case.linked, seed=case.seed),
    )


def conclude(case: Case, measured: Measured | None = None) -> Conclusion:
    """Analyse the series of a case and say what follows; the same case gives the same answer on every machine.

    Args:
        case: everything that it follows from.
        measured: what ``measured_of`` gave for the same counts, which saves computing it again; None where it is not
            known.

    Raises:
        InputError: where nothing gives a count, or the settings leave none.
    """
    found = measured or measured_of(case)
    kept = tuple(row for row in case.rows if shows_enough(row) or not row.usable)
    hidden = tuple(
        f"{row.id} is left out: only {row.result.visible_fraction:.0%} of the tracks can be seen in it"
        for row in case.rows
        if isinstance(row, CountedScene) and row.usable and not shows_enough(row)
    )
    assessment = assess(
        case.site,
        kept,
        found.series,
        generated=case.generated,
        counted=case.counted,
        events=case.events,
        failures=(*case.failures, *hidden),
        versions=case.versions,
        gap_days=case.gap_days,
        language=case.language,
        zones=found.zones,
        matches=found.matches,
        coverage=case.coverage,
        entered=case.entered,
        bounds=case.bounds,
    )
    return Conclusion(found.series, assessment)


def series_of(
    site: Site, rows: Sequence[Look], counted: Counted = Counted.FREIGHT, bounds: tuple[MaxBound, ...] = ()
) -> Series:
    """Return the series that the counts of a site make, with the published bounds on them.

    Raises:
        InputError: where none of them gives a count.
    """
    points = tuple(_point(row, counted) for row in rows if shows_enough(row))
    if not points:
        raise InputError(
            "no scene of the site gives a count",
            where=site.name,
            todo="Import scenes that show the tracks at 5 m or finer, and run again",
        )
    return Series(site.name, points, bounds)


def _point(row: Look, counted: Counted) -> SeriesPoint:
    count = row.count_of(counted)
    if isinstance(row, CountedScene):
        seen, gsd = row.result.visible_fraction, row.result.gsd_m
        return SeriesPoint(day=row.day, count=count, visible_fraction=seen, gsd_m=gsd, scene_id=row.id)
    return SeriesPoint(day=row.day, count=count, visible_fraction=row.visible_fraction, gsd_m=row.gsd_m)


def shows_enough(row: Look) -> bool:
    """Whether a row gives a count, and of enough of the track to be part of a series."""
    if not isinstance(row, CountedScene):
        return row.visible_fraction >= LEAST_VISIBLE
    return row.result.status is not CountStatus.NOT_COUNTABLE and row.result.visible_fraction >= LEAST_VISIBLE
