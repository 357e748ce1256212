"""What is judged of storage zones: whether more of a zone is occupied than in its own history."""

from __future__ import annotations

from datetime import date

from wayside.assessment.comparison import Comparison, main_comparison
from wayside.assessment.confidence import LIMITS, Reason, single_scene_reasons, unseen_reasons
from wayside.assessment.grounds import Grounds, Support, concluded
from wayside.assessment.telling import Teller
from wayside.model.judgements import Confidence, Judgement
from wayside.model.series import SeriesResult
from wayside.model.zones import ZoneFinding, ZoneLook

__all__ = ["zone_judgements"]

_ALL = 0.9995


def zone_judgements(grounds: Grounds) -> tuple[Judgement, ...]:
    """Return the record and the change of occupied area of every zone that has a history.

    A record is judged as that of a count is: against what was seen and against every day, seen or not, in the time
    before the rise where one can be dated, else in the whole baseline. A zone with no earlier look is not judged.
    """
    # Zones have no published areas, so their sentences speak of scenes whatever the counts are.
    teller = Teller(grounds.language)
    found: list[Judgement] = []
    for finding in grounds.zones:
        held = None if finding.series is None else main_comparison(finding.series)
        if finding.series is None or finding.newest is None or held is None or not held.scenes:
            continue
        found += _records(teller, finding, finding.newest, held, finding.series)
        found += _change(teller, finding, finding.newest, finding.series)
    return tuple(found)


def _records(
    teller: Teller, finding: ZoneFinding, newest: ZoneLook, held: Comparison, series: SeriesResult
) -> tuple[Judgement, Judgement]:
    words = {"zone": finding.zone_id, "day": newest.day, "first": held.first, "last": held.last}
    here = (*_look_reasons(teller, newest), _compared(teller, held.scenes))
    unseen = () if series.baseline is None else unseen_reasons(series.baseline, series.miss_probability, teller)
    hangs = {seen: single_scene_reasons(series, held.last, seen=seen, teller=teller) for seen in (True, False)}
    evidence = _evidence(finding, newest, held.first, held.last)
    change = (teller.say("judgements", "change.zone", day=newest.day),)
    same = teller.say("judgements", "assume.zone_same")
    model = (teller.say("judgements", "assume.zone_model"), teller.say("judgements", "assume.excursions"))
    seen_too = not held.rise_excluded and series.onset is not None
    all_days_key = "zone.scenes_and_unseen" if seen_too else "zone.all_days"
    name = f"zone-{finding.zone_id}"
    return (
        concluded(
            f"{name}-observed",
            teller.say("judgements", "zone.observed", **words),
            held.p_observed,
            Support((*hangs[True], *here), evidence, (same,), change),
        ),
        concluded(
            f"{name}-all-days",
            teller.say("judgements", all_days_key, **words),
            held.p_all_days,
            Support((*unseen, *hangs[False], *here), evidence, (same, *model), change),
        ),
    )


def _change(teller: Teller, finding: ZoneFinding, newest: ZoneLook, series: SeriesResult) -> tuple[Judgement, ...]:
    baseline, surge = series.baseline, series.surge
    if baseline is None or surge is None:
        return ()
    support = Support(
        reasons=(*_look_reasons(teller, newest), _compared(teller, baseline.scenes)),
        evidence=_evidence(finding, newest, baseline.first, baseline.last),
        assumptions=(
            teller.say("judgements", "assume.zone_same"),
            teller.say("judgements", "assume.zone_model"),
        ),
        would_change=(teller.say("judgements", "change.zone", day=newest.day),),
    )
    statement = teller.say("judgements", "zone.change", zone=finding.zone_id, factor=surge.factor)
    return (concluded(f"zone-{finding.zone_id}-change", statement, surge.probability, support),)


def _evidence(finding: ZoneFinding, newest: ZoneLook, first: date, last: date) -> tuple[str, ...]:
    """Return the ids of the scenes that show the zone from ``first`` to ``last``, the newest one first."""
    earlier = [look.scene_id for look in finding.usable if look is not newest and first <= look.day <= last]
    return tuple(dict.fromkeys((newest.scene_id, *earlier)))


def _compared(teller: Teller, scenes: int) -> Reason:
    return Reason(teller.say("confidence", "zone.scenes", scenes=scenes), LIMITS["earlier_scenes"].cap(scenes))


def _look_reasons(teller: Teller, look: ZoneLook) -> tuple[Reason, ...]:
    """Return what one look at a zone rests on; no analyst confirms it, so that it is at most moderate."""
    seen = look.visible_fraction
    visible = (
        teller.say("confidence", "zone.all_seen") if seen >= _ALL else teller.say("confidence", "zone.seen", share=seen)
    )
    fitted = teller.say("confidence", "zone.registered" if look.registered else "scene.unregistered")
    return (
        Reason(teller.say("confidence", "scene.gsd", gsd=look.gsd_m), LIMITS["gsd_m"].cap(look.gsd_m)),
        Reason(visible, LIMITS["visible_fraction"].cap(seen)),
        Reason(fitted, Confidence.HIGH if look.registered else Confidence.LOW),
        Reason(teller.say("confidence", "zone.automatic"), Confidence.MODERATE),
    )
