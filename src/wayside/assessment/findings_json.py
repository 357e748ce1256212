"""Storage zones, trains seen twice, and what was read in articles, as values that ``json.dumps`` takes."""

from __future__ import annotations

from typing import Any

from wayside.assessment.addresses import public_address, without_parameters
from wayside.assessment.assessment import Counted, PublishedCount
from wayside.assessment.sources import main_figure
from wayside.model.agreement import Agreement
from wayside.model.consists import Consist, ConsistMatch
from wayside.model.counts import CountDistribution
from wayside.model.coverage import CoverageResult
from wayside.model.zones import AreaInterval, ZoneChange, ZoneFinding

__all__ = ["coverage_to_json", "match_to_json", "pmf_to_json", "published_to_json", "zone_to_json"]


def pmf_to_json(count: CountDistribution) -> dict[str, Any]:
    """Return every probability of a count."""
    return {"first": count.first, "p": [float(p) for p in count.p]}


def published_to_json(row: PublishedCount, counted: Counted) -> dict[str, Any]:
    """Return a count that somebody else published."""
    count = row.count_of(counted)
    return {
        "id": row.id,
        "date": row.day.isoformat(),
        "count": {"mean": round(count.mean, 6), "median": count.median, "interval90": list(count.interval(0.9))},
        "publisher": row.publisher,
        "published": row.published,
        "url": public_address(row.url),
        "text": without_parameters(row.text),
        "gsd_m": row.gsd_m,
        "visible_fraction": round(row.visible_fraction, 6),
    }


def zone_to_json(finding: ZoneFinding) -> dict[str, Any]:
    """Return what is said of one storage zone."""
    onset = finding.onset
    return {
        "id": finding.zone_id,
        "area_m2": round(finding.area_m2, 1),
        "looks": len(finding.looks),
        "usable_looks": len(finding.usable),
        "newest": None if finding.newest is None else finding.newest.scene_id,
        "now_m2": _area(finding.now_m2),
        "busiest_earlier": None if finding.busiest is None else finding.busiest.scene_id,
        "change": None if finding.change is None else _change(finding.change),
        "p_exceeds_observed": finding.p_exceeds_observed,
        "p_exceeds_all_days": finding.p_exceeds_all_days,
        "onset": None
        if onset is None
        else {
            "median": onset.median.isoformat(),
            "interval90": [onset.interval90.low.isoformat(), onset.interval90.high.isoformat()],
            "probability": onset.probability,
        },
    }


def _area(area: AreaInterval | None) -> dict[str, Any] | None:
    if area is None:
        return None
    return {"median": round(area.median, 1), "interval90": [round(area.low, 1), round(area.high, 1)]}


def _change(change: ZoneChange) -> dict[str, Any]:
    return {
        "from": change.first.isoformat(),
        "to": change.last.isoformat(),
        "looks": change.looks,
        "usual_m2": _area(change.usual_m2),
        "change_m2": _area(change.change_m2),
    }


def match_to_json(match: ConsistMatch) -> dict[str, Any]:
    """Return two sightings of what may be one train, with how they were aligned."""
    return {
        "first": _consist(match.first),
        "second": _consist(match.second),
        "reversed": match.alignment.reversed,
        "pairs": [list(pair) for pair in match.alignment.pairs],
        "log10_ratio": match.log10_ratio,
        "p_value": match.p_value,
        "p_corrected": match.p_corrected,
        "comparisons": match.comparisons,
        "later_trains": match.later_trains,
        "shuffles": match.shuffles,
        "by": match.by.value,
        "extrapolated": match.extrapolated,
    }


def _consist(consist: Consist) -> dict[str, Any]:
    return {
        "id": consist.id,
        "site": consist.site_id,
        "scene": consist.scene_id,
        "date": consist.day.isoformat(),
        "track": consist.track_id,
        "cars": len(consist.cars),
    }


def coverage_to_json(coverage: CoverageResult) -> dict[str, Any]:
    """Return what was read in articles, in brief: how much, and the figure that a report speaks of."""
    main = main_figure(coverage)
    return {
        "documents": len(coverage.documents),
        "stories": len(coverage.stories),
        "claims": len(coverage.claims),
        "main": None if main is None else _agreement(main),
    }


def _agreement(group: Agreement) -> dict[str, Any]:
    against = group.against_measured
    return {
        "about": group.about,
        "claims": list(group.claims),
        "low": group.low,
        "high": group.high,
        "independent_sources": group.independent_sources,
        "sources_p": list(group.sources_p),
        "outliers": list(group.outliers),
        "against_measured": None if against is None else {"verdict": against.verdict, "p": against.p},
    }
