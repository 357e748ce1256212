"""What of an assessment bears on the standing hypotheses: each finding by the name of its rule, with its values.

The direction of standing trains and what lies under cover are not among them: no image shows either, so neither can be
evidence. Whether an open car is empty is not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from statistics import median

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.cadence import cadence_of, origin_of
from wayside.assessment.comparison import main_comparison
from wayside.assessment.hypotheses.findings import Finding
from wayside.assessment.hypotheses.places import growing_zones, recognised_trains
from wayside.assessment.hypotheses.standing import MEASURED_PREFIX, rules
from wayside.assessment.sources import main_figure
from wayside.language.phrases import phrases
from wayside.model.cars import CarType
from wayside.model.hypotheses import MACHINE, Degree, Evidence, EvidenceKind
from wayside.model.judgements import Confidence
from wayside.model.observations import CountStatus

__all__ = ["findings", "measured_evidence", "total_variation"]

_DEGREE = {Confidence.HIGH: Degree.HIGH, Confidence.MODERATE: Degree.MEDIUM, Confidence.LOW: Degree.LOW}


def measured_evidence(assessment: Assessment, language: str = "en") -> tuple[Evidence, ...]:
    """Return what wayside measured as evidence, worded in a language, in the order of the rules.

    Args:
        assessment: its judgements, series, scenes, trains, zones and articles are looked at.
        language: ISO 639-1.
    """
    words = phrases("hypotheses", language)
    return tuple(
        Evidence(
            id=MEASURED_PREFIX + found.rule,
            text=words.say(f"evidence.{found.rule}", **found.values),
            kind=EvidenceKind.PUBLISHED if found.rule.startswith("sources-") else EvidenceKind.MEASURED,
            by=MACHINE,
            on=assessment.newest.day,
            credibility=found.credibility,
            relevance=rules().relevance[found.rule],
            refers=found.refers,
        )
        for found in findings(assessment)
    )


def findings(assessment: Assessment) -> tuple[Finding, ...]:
    """Return everything measured that a rule rates, at most once for each rule, in the order of the rules."""
    parts: tuple[Callable[[Assessment], Iterator[Finding]], ...] = (
        _record,
        _surge,
        _onset,
        _season,
        _cover,
        _types,
        _works,
        _locomotives,
        recognised_trains,
        growing_zones,
        _cadence,
        _look,
        _unseen,
        _sources,
    )
    found = {one.rule: one for part in parts for one in part(assessment)}
    return tuple(found[rule] for rule in rules().ratings if rule in found)


def _limit(name: str) -> float:
    return rules().thresholds[name]


# ---------------------------------------------------------------------- judgements
def _credibility(assessment: Assessment, *ids: str) -> tuple[Degree, tuple[str, ...]]:
    """Return how sure the first of these judgements is that the assessment has, and its id; medium without one."""
    judged = next((j for j in map(assessment.judgement, ids) if j is not None), None)
    return (_DEGREE[judged.confidence], (judged.id,)) if judged is not None else (Degree.MEDIUM, ())


def _record(assessment: Assessment) -> Iterator[Finding]:
    held = main_comparison(assessment.series)
    if held is None:
        return
    stem = "before-rise" if held.rise_excluded else "record"
    seen, refers = _credibility(assessment, f"{stem}-observed")
    times = {"first": held.first, "last": held.last, "scenes": held.scenes}
    if held.p_observed >= _limit("likely"):
        yield Finding("record-seen", {**times, "p": held.p_observed}, seen, refers)
    elif held.p_observed <= _limit("unlikely"):
        yield Finding("no-record", {**times, "p": held.p_observed}, seen, refers)
    unseen, refers = _credibility(assessment, f"{stem}-all-days")
    if held.p_all_days >= _limit("likely"):
        yield Finding("record-unseen", {**times, "p": held.p_all_days}, unseen, refers)


def _surge(assessment: Assessment) -> Iterator[Finding]:
    surge = assessment.series.surge
    if surge is None:
        return
    degree, refers = _credibility(assessment, "surge")
    values = {"p": surge.probability, "factor": surge.factor}
    if surge.probability >= _limit("likely"):
        yield Finding("surge", values, degree, refers)
    elif surge.probability <= _limit("unlikely"):
        yield Finding("no-surge", values, degree, refers)


def _onset(assessment: Assessment) -> Iterator[Finding]:
    onset = assessment.series.onset
    if onset is None or onset.probability < _limit("likely"):
        return
    near = min(assessment.series.events, key=lambda lag: (abs(lag.lag_days), lag.event.day), default=None)
    if near is None or abs(near.lag_days) > _limit("near_event_days") or near.chance > _limit("by_chance"):
        return
    degree, refers = _credibility(assessment, "event", "onset")
    values = {"onset": onset.median, "event": near.event.event, "day": near.event.day, "chance": near.chance}
    yield Finding("onset-event", values, degree, refers)


def _season(assessment: Assessment) -> Iterator[Finding]:
    term = next((term for term in assessment.series.terms if term.name == "season" and term.used), None)
    if term is not None and term.probability >= _limit("likely"):
        yield Finding("season", {"p": term.probability})


# ---------------------------------------------------------------------- cars of the newest scene
def _scene(assessment: Assessment) -> CountedScene | None:
    """Return the newest scene where single cars can be told in it."""
    newest = assessment.newest
    resolved = isinstance(newest, CountedScene) and newest.result.status is CountStatus.COUNTED
    return newest if isinstance(newest, CountedScene) and resolved else None


def _of(scene: CountedScene) -> Degree:
    """Return how far the kinds of cars in a scene can be believed: a person looked, or not."""
    return Degree.HIGH if scene.reviewed else Degree.MEDIUM


def _cover(assessment: Assessment) -> Iterator[Finding]:
    scene = _scene(assessment)
    if scene is None or scene.result.freight.median < _limit("least_cars"):
        return
    share = scene.result.covered.mean / scene.result.freight.mean
    values = {"share": min(share, 1.0), "day": scene.day}
    if share >= _limit("mostly_covered"):
        yield Finding("covered-most", values, _of(scene), (scene.id,))
    elif share <= _limit("hardly_covered"):
        yield Finding("covered-few", values, _of(scene), (scene.id,))


def _known_types(scene: CountedScene) -> dict[str, float]:
    """Return the mean numbers of freight cars by type, those of unknown type left out."""
    known = {kind.value for kind in CarType if kind.is_freight and kind is not CarType.UNKNOWN}
    return {name: count.mean for name, count in sorted(scene.result.by_type.items()) if name in known}


def _earlier(assessment: Assessment) -> tuple[CountedScene, ...]:
    """Return the scenes that the newest is held against: before the rise where that can be dated."""
    held = main_comparison(assessment.series)
    last = held.last if held is not None else assessment.newest.day
    return tuple(
        row
        for row in assessment.rows
        if isinstance(row, CountedScene) and row.usable and row.day <= last and row.day < assessment.newest.day
    )


def _types(assessment: Assessment) -> Iterator[Finding]:
    scene = _scene(assessment)
    if scene is None:
        return
    before: dict[str, float] = {}
    resolved = [row for row in _earlier(assessment) if row.result.status is CountStatus.COUNTED]
    for row in resolved:
        for name, mean in _known_types(row).items():
            before[name] = before.get(name, 0.0) + mean
    now = _known_types(scene)
    if min(sum(now.values()), sum(before.values())) < _limit("least_cars"):
        return
    far = total_variation(now, before)
    values = {"share": far, "scenes": len(resolved)}
    if far >= _limit("changed_types"):
        yield Finding("types-changed", values, _of(scene), (scene.id,))
    elif far <= _limit("same_types"):
        yield Finding("types-same", values, _of(scene), (scene.id,))


def total_variation(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return the total variation distance of two mixes, 0 (the same) to 1 (nothing in common).

    Args:
        one: amounts by name, 0 or more, with a sum above 0.
        other: the same.
    """
    whole, whole_other = sum(one.values()), sum(other.values())
    names = sorted(one.keys() | other.keys())
    return sum(abs(one.get(name, 0.0) / whole - other.get(name, 0.0) / whole_other) for name in names) / 2


def _works(assessment: Assessment) -> Iterator[Finding]:
    scene = _scene(assessment)
    # A counter that does not know the type says nothing by not naming it.
    cars = scene.result.by_type.get(CarType.MAINTENANCE.value) if scene is not None else None
    if scene is None or cars is None:
        return
    if cars.median >= _limit("works_cars"):
        yield Finding("works-cars", {"n": cars.median, "day": scene.day}, _of(scene), (scene.id,))
    elif cars.quantile(0.95) == 0:
        yield Finding("no-works-cars", {"day": scene.day}, _of(scene), (scene.id,))


def _locomotives(assessment: Assessment) -> Iterator[Finding]:
    scene = _scene(assessment)
    if scene is None:
        return
    engines = scene.result.locomotives
    if engines.median >= 1:
        yield Finding("locomotives", {"n": engines.median, "day": scene.day}, _of(scene), (scene.id,))
    elif engines.quantile(0.95) == 0 and scene.result.visible_fraction >= _limit("all_seen"):
        yield Finding("no-locomotives", {"day": scene.day}, _of(scene), (scene.id,))


# ---------------------------------------------------------------------- how it was looked at
def _counted(assessment: Assessment) -> tuple[CountedScene, ...]:
    return tuple(row for row in assessment.rows if isinstance(row, CountedScene))


def _cadence(assessment: Assessment) -> Iterator[Finding]:
    cadence = cadence_of(_counted(assessment), assessment.newest.day)
    if cadence is None:
        return
    values = {"days": cadence.days, "scenes": cadence.scenes, "before": cadence.scenes_before}
    values |= {"days_before": cadence.days_before}
    if cadence.denser:
        yield Finding("more-images", {**values, "times": round(cadence.times, 1)}, Degree.HIGH)
    elif not cadence.new:
        yield Finding("images-as-before", values, Degree.HIGH)


def _look(assessment: Assessment) -> Iterator[Finding]:
    newest, earlier = assessment.newest, _earlier(assessment)
    if not isinstance(newest, CountedScene) or not earlier:
        return
    usual = median(row.result.gsd_m for row in earlier)
    values: dict[str, object] = {"gsd": newest.result.gsd_m, "usual": usual, "day": newest.day}
    if newest.result.gsd_m <= _limit("finer") * usual:
        yield Finding("finer-image", values, Degree.HIGH, (newest.id,))
    known = {origin_of(row) for row in earlier if _alike(row, newest.result.gsd_m)} - {""}
    if origin_of(newest) in known and newest.result.visible_fraction >= _limit("all_seen"):
        yield Finding("same-look", {**values, "origin": origin_of(newest)}, Degree.HIGH, (newest.id,))


def _alike(row: CountedScene, gsd_m: float) -> bool:
    return abs(row.result.gsd_m - gsd_m) <= _limit("same_pixels") * gsd_m


def _unseen(assessment: Assessment) -> Iterator[Finding]:
    missed, baseline = assessment.series.miss_probability, assessment.series.baseline
    if missed is None or baseline is None:
        return
    values = {"p": missed, "days": baseline.longest_gap_days}
    if missed >= _limit("even"):
        yield Finding("gaps", values)
    elif missed <= _limit("unlikely"):
        yield Finding("few-gaps", values)


# ---------------------------------------------------------------------- what was published
def _sources(assessment: Assessment) -> Iterator[Finding]:
    coverage = assessment.coverage
    if coverage is None or not coverage.agreement:
        return
    # Of the figure that the judgement on sources is about: other claims of the articles have their own.
    figure = main_figure(coverage)
    most = figure.independent_sources if figure is not None else 0
    values = {"n": most, "articles": len(coverage.documents)}
    if most >= 2:
        yield Finding("sources-independent", values)
    elif most == 1 and len(coverage.documents) >= 2:
        yield Finding("sources-one", values)
