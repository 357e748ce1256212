"""What trains that were recognised and storage zones add to the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from wayside.assessment.assessment import Assessment
from wayside.assessment.hypotheses.findings import Finding
from wayside.assessment.hypotheses.standing import rules
from wayside.model.consists import ConsistMatch

__all__ = ["growing_zones", "recognised_trains"]


def recognised_trains(assessment: Assessment) -> Iterator[Finding]:
    """Yield whether a train was seen again at its site, and whether one was seen at another; the surest of each."""
    sure = rules().thresholds["recognised"]
    matches = [match for match in assessment.matches if match.p_corrected <= sure]
    best = sorted(matches, key=lambda match: (match.p_corrected, match.first.id, match.second.id))
    stood = next((m for m in best if m.first.site_id == m.second.site_id and m.first.day != m.second.day), None)
    moved = next((m for m in best if m.first.site_id != m.second.site_id), None)
    if stood is not None:
        yield _train("train-stood", stood, assessment)
    if moved is not None:
        yield _train("train-moved", moved, assessment)


def _train(rule: str, match: ConsistMatch, assessment: Assessment) -> Finding:
    def name(site_id: str) -> str:
        return assessment.site.name if site_id == assessment.site.id else site_id

    values = {
        "first": match.first.day,
        "last": match.second.day,
        "one": name(match.first.site_id),
        "other": name(match.second.site_id),
        "chance": match.p_corrected,
    }
    scenes = dict.fromkeys((match.first.scene_id, match.second.scene_id))
    return Finding(rule, values, refers=tuple(scenes))


def growing_zones(assessment: Assessment) -> Iterator[Finding]:
    """Yield whether more of a storage zone is occupied than in all its earlier scenes; the surest of the zones."""
    likely = rules().thresholds["likely"]
    sure = [
        (found.p_exceeds_observed, found)
        for found in assessment.zones
        if found.p_exceeds_observed is not None and found.p_exceeds_observed >= likely
    ]
    if sure:
        p, found = min(sure, key=lambda pair: (-pair[0], pair[1].zone_id))
        scenes = () if found.newest is None else (found.newest.scene_id,)
        yield Finding("zone-grows", {"zone": found.zone_id, "p": p}, refers=(found.zone_id, *scenes))
