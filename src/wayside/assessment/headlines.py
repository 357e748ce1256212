"""The findings as the first page says them: the likelihood in one sentence, the confidence in another."""

from __future__ import annotations

from collections.abc import Sequence

from wayside.assessment.assessment import Headline, Look, PublishedCount
from wayside.assessment.comparison import Comparison, before_rise, main_comparison
from wayside.assessment.consists import train_id
from wayside.assessment.grounds import Grounds
from wayside.assessment.judge import nearest_event
from wayside.assessment.language import likelihood_words, say_likely_that, sentence_of
from wayside.assessment.telling import Teller
from wayside.model.judgements import Basis, Confidence, Judgement
from wayside.model.series import Onset
from wayside.model.wording import spread90, two_figures

__all__ = ["MOST", "confidence_sentence", "headlines"]

MOST = 6
"""Findings on the first page, at most; a train seen again comes besides."""

_EVEN = 0.55
"""Up to here a zone's record is no finding: the words would be "roughly even" or less (ICD 203)."""

_ORDER = (Confidence.LOW, Confidence.MODERATE, Confidence.HIGH)


def headlines(grounds: Grounds, busiest: Look | None, judged: Sequence[Judgement]) -> tuple[Headline, ...]:
    """Return the findings in order of weight: count, record, surge, onset and event, zone, train, sources, analyst's.

    The record sentence gives what was seen and what happened in the same breath (methods, section 3). There are at most
    ``MOST`` findings, and a train seen again besides: of the zones the one whose record is most likely, where it is
    likely at all; of the trains likewise, one that moved before one that stood still; of the analyst's judgements the
    first. An analyst's judgement begins with the analyst's name and day.
    """
    by_id = {j.id: j for j in judged}
    found = [_count(grounds, by_id["count"])]
    held = main_comparison(grounds.series)
    if held is not None:
        found.append(_record(grounds, held, busiest, by_id))
    if "surge" in by_id:
        found.append(_plain(grounds, "surge", by_id["surge"]))
    if grounds.series.onset is not None and before_rise(grounds.series) is not None:
        found.append(_onset(grounds, grounds.series.onset, by_id))
    # What else there is shares the places that are left.
    zone = _zone(grounds, by_id)
    others = [*zone, *_sources(grounds, by_id), *_analyst(grounds, judged)][: MOST - len(found)]
    return (*found, *others[: len(zone)], *_train(grounds, by_id), *others[len(zone) :])


def _headline(grounds: Grounds, headline_id: str, finding: str, judged: Sequence[Judgement]) -> Headline:
    return Headline(headline_id, finding, confidence_sentence(judged, grounds.teller), tuple(j.id for j in judged))


def confidence_sentence(judged: Sequence[Judgement], teller: Teller) -> str:
    """Return one sentence on the weakest confidence among ``judged`` (of equals the last) and its first reason."""
    weakest = min(reversed(judged), key=lambda j: _ORDER.index(j.confidence))
    level = teller.say("confidence", f"level.{weakest.confidence.value}")
    if not weakest.confidence_reasons:
        return teller.say("confidence", "bare_sentence", level=level)
    reason = weakest.confidence_reasons[0].rstrip(".")
    return teller.say("confidence", "sentence", level=level, reason=reason)


def _plain(grounds: Grounds, headline_id: str, judged: Judgement) -> Headline:
    return _headline(grounds, headline_id, sentence_of(judged, grounds.language), [judged])


def _opening(grounds: Grounds, judged: Judgement) -> str:
    return likelihood_words(judged.probability, grounds.language).opening


def _count(grounds: Grounds, judged: Judgement) -> Headline:
    newest, teller = grounds.newest, grounds.teller
    count = newest.count_of(grounds.counted)
    values = {
        "day": newest.day,
        "noun": grounds.noun,
        "opening": _opening(grounds, judged),
        "interval": spread90(count),
        "p": judged.probability,
    }
    if isinstance(newest, PublishedCount):
        told = newest.text.strip()
        about = teller.say("headlines", "count.about", count=count.median, noun=grounds.noun)
        text = teller.say("headlines", "count.quoted", text=told) if told else about
        publisher = newest.publisher.strip()
        key = "count.published" if publisher else "count.published_unknown"
        more = {"publisher": publisher} if publisher else {}
        finding = teller.say("headlines", key, text=text, **values, **more)
    else:
        finding = teller.say("headlines", "count.finding", count=count.median, **values)
    return _headline(grounds, "count", finding, [judged])


def _record(grounds: Grounds, held: Comparison, busiest: Look | None, by_id: dict[str, Judgement]) -> Headline:
    teller = grounds.teller
    name = "before-rise" if held.rise_excluded else "record"
    seen, happened = by_id[f"{name}-observed"], by_id[f"{name}-all-days"]
    which = "record.scenes_before_rise" if held.rise_excluded else "record.scenes_before"
    most = ""
    if busiest is not None:
        largest = busiest.count_of(grounds.counted).median
        most = teller.say("headlines", "record.most", most=largest, day=busiest.day)
    finding = teller.say(
        "headlines",
        "record.finding",
        seen_opening=_opening(grounds, seen),
        which=teller.say("headlines", which, scenes=held.scenes),
        bounds=teller.say("headlines", "record.and_bounds") if grounds.bounds_within(held.first, held.last) else "",
        first=held.first,
        seen=seen.probability,
        all_opening=_opening(grounds, happened),
        all=happened.probability,
        most=most,
    )
    return _headline(grounds, "record", finding, [seen, happened])


def _onset(grounds: Grounds, onset: Onset, by_id: dict[str, Judgement]) -> Headline:
    teller, judged = grounds.teller, [by_id["onset"]]
    said = say_likely_that(judged[0].probability, judged[0].statement, grounds.language).rstrip(".")
    nearest = nearest_event(grounds.series.events)
    if nearest is None:
        return _headline(
            grounds, "onset", teller.say("headlines", "onset.middle", judged=said, day=onset.median), judged
        )
    judged.append(by_id["event"])
    finding = teller.say(
        "headlines",
        "onset.event",
        judged=said,
        lag=nearest.lag90,
        event=nearest.event.event,
        day=nearest.event.day,
        chance=nearest.chance,
    )
    return _headline(grounds, "onset", finding, judged)


def _zone(grounds: Grounds, by_id: dict[str, Judgement]) -> list[Headline]:
    """Return the finding of the zone whose record is the most likely one, of equals the first; none below likely."""
    known = [finding for finding in grounds.zones if f"zone-{finding.zone_id}-observed" in by_id]
    best = max(known, key=lambda f: by_id[f"zone-{f.zone_id}-observed"].probability, default=None)
    if best is None or best.now_m2 is None or best.newest is None:
        return []
    seen, happened = (by_id[f"zone-{best.zone_id}-{which}"] for which in ("observed", "all-days"))
    if round(seen.probability, 2) <= _EVEN:
        return []
    finding = Teller(grounds.language).say(
        "headlines",
        "zone.finding",
        zone=best.zone_id,
        day=best.newest.day,
        seen_opening=_opening(grounds, seen),
        seen=seen.probability,
        all_opening=_opening(grounds, happened),
        all=happened.probability,
        area=two_figures(best.now_m2.median),
    )
    return [_headline(grounds, "zone", finding, [seen, happened])]


def _train(grounds: Grounds, by_id: dict[str, Judgement]) -> list[Headline]:
    """Return the train that was most likely seen again, of equals the first; none below likely."""
    known = [(m, by_id[train_id(k)]) for k, m in enumerate(grounds.matches) if train_id(k) in by_id]
    likely = [(m, judged) for m, judged in known if round(judged.probability, 2) > _EVEN]
    best = max(likely, key=lambda pair: (not pair[0].same_place, pair[1].probability), default=None)
    if best is None:
        return []
    (match, judged), teller = best, grounds.teller
    finding = teller.say(
        "headlines",
        "train.finding",
        judged=say_likely_that(judged.probability, judged.statement, grounds.language).rstrip("."),
        matched=match.matched,
        turned=teller.say("headlines", "train.turned") if match.alignment.reversed else "",
        stays=teller.say("headlines", "train.stays") if match.same_place else "",
    )
    return [_headline(grounds, "train", finding, [judged])]


def _sources(grounds: Grounds, by_id: dict[str, Judgement]) -> list[Headline]:
    return [_plain(grounds, "sources", by_id["sources"])] if "sources" in by_id else []


def _analyst(grounds: Grounds, judged: Sequence[Judgement]) -> list[Headline]:
    """Return the analyst's judgements, each with name and day; never a computed one."""
    return [_plain(grounds, f"analyst-{j.id}", j) for j in judged if j.basis is Basis.ANALYST]
