"""How well founded a judgement is, computed from what it rests on.

ICD 203 leaves confidence to the analyst's description of the basis: *high* for well corroborated information with no
or minor gaps, *moderate* for partial corroboration and several assumptions, *low* for glaring gaps. Here each thing
that a judgement rests on is measured, compared with a table of limits, and may cap the confidence. The confidence is
the lowest cap; its reasons are the sentences of all the measurements, the weakest first. An automatic count that
nobody has checked caps at moderate: a single uncorroborated source is never high; so does a count that others
published and nobody counted again, and where its publisher is not known it caps at low.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from wayside.assessment.assessment import CountedScene, Look, PublishedCount
from wayside.assessment.telling import Teller
from wayside.model.judgements import Confidence
from wayside.model.observations import CountStatus
from wayside.model.series import Baseline, MaxBound, Onset, SeriesResult
from wayside.model.sways import day_named, sways_of_scenes

__all__ = [
    "LIMITS",
    "Reason",
    "Threshold",
    "bounds_named",
    "bounds_reasons",
    "comparison_reasons",
    "confidence_of",
    "onset_reasons",
    "published_reasons",
    "scene_reasons",
    "single_scene_reasons",
    "unseen_reasons",
]

_WORTH_SAYING = 0.015
_ENGLISH = Teller()
_ALL = 0.9995
_NAMED = 3
_SOME = 0.2
_ORDER = (Confidence.LOW, Confidence.MODERATE, Confidence.HIGH)


@dataclass(frozen=True, slots=True)
class Reason:
    """One measured thing that a judgement rests on.

    Attributes:
        text: what was measured, one sentence without likelihood words.
        cap: the highest confidence that it allows.
    """

    text: str
    cap: Confidence


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where a measurement begins to cap the confidence.

    Attributes:
        moderate: beyond it confidence is at most moderate.
        low: beyond it confidence is at most low.
        larger_is_worse: the direction of "beyond".
    """

    moderate: float
    low: float
    larger_is_worse: bool = True

    def cap(self, value: float) -> Confidence:
        """Return the highest confidence that ``value`` allows."""
        sign = 1.0 if self.larger_is_worse else -1.0
        if sign * value > sign * self.low:
            return Confidence.LOW
        return Confidence.MODERATE if sign * value > sign * self.moderate else Confidence.HIGH


LIMITS: dict[str, Threshold] = {
    "gsd_m": Threshold(0.7, 1.2),
    "visible_fraction": Threshold(0.95, 0.7, larger_is_worse=False),
    "registration_quality": Threshold(0.95, 0.8, larger_is_worse=False),
    "earlier_scenes": Threshold(30, 8, larger_is_worse=False),
    "longest_gap_days": Threshold(60, 365),
    "covered_share": Threshold(0.8, 0.4, larger_is_worse=False),
    "miss_probability": Threshold(0.1, 0.4),
    "single_scene": Threshold(0.1, 0.3),
    "onset_width_days": Threshold(21, 90),
}
"""What each measurement may be before it caps the confidence. Conventions, not estimates; docs/report.md gives them."""


def confidence_of(reasons: Iterable[Reason]) -> tuple[Confidence, tuple[str, ...]]:
    """Return the lowest cap among ``reasons`` (one or more) and their sentences, the weakest first."""
    ordered = sorted(reasons, key=lambda reason: _ORDER.index(reason.cap))
    return ordered[0].cap, tuple(reason.text for reason in ordered)


def scene_reasons(row: Look, teller: Teller = _ENGLISH) -> tuple[Reason, ...]:
    """Return what one count rests on: resolution, visibility, registration, review; or who published it."""
    if isinstance(row, PublishedCount):
        return (_published(row, teller),)
    return (_resolution(row, teller), _visibility(row, teller), _registration(row, teller), _review(row, teller))


def _published(row: PublishedCount, teller: Teller) -> Reason:
    """Return who published a count: at most moderate, as nobody counted again, and low where that is not known."""
    if not row.publisher.strip():
        return Reason(teller.say("confidence", "published.unknown"), Confidence.LOW)
    return Reason(teller.say("confidence", "published.by", publisher=row.publisher), Confidence.MODERATE)


def _resolution(row: CountedScene, teller: Teller) -> Reason:
    gsd = row.result.gsd_m
    key = "scene.occupied" if row.result.status is CountStatus.OCCUPIED_LENGTH else "scene.gsd"
    return Reason(teller.say("confidence", key, gsd=gsd), LIMITS["gsd_m"].cap(gsd))


def _visibility(row: CountedScene, teller: Teller) -> Reason:
    seen = row.result.visible_fraction
    cap = LIMITS["visible_fraction"].cap(seen)
    if seen >= _ALL:
        return Reason(teller.say("confidence", "scene.all_seen"), cap)
    return Reason(teller.say("confidence", "scene.seen", share=seen), cap)


def _registration(row: CountedScene, teller: Teller) -> Reason:
    registration = row.result.registration
    if not registration.registered:
        return Reason(teller.say("confidence", "scene.unregistered"), Confidence.LOW)
    if not registration.reference:
        return Reason(teller.say("confidence", "scene.reference"), Confidence.HIGH)
    cap = LIMITS["registration_quality"].cap(registration.quality)
    return Reason(teller.say("confidence", "scene.registered", quality=registration.quality), cap)


def _review(row: CountedScene, teller: Teller) -> Reason:
    if row.reviewed:
        return Reason(teller.say("confidence", "scene.reviewed", author=row.author), Confidence.HIGH)
    return Reason(teller.say("confidence", "scene.automatic"), Confidence.MODERATE)


def comparison_reasons(scenes: int, teller: Teller = _ENGLISH) -> tuple[Reason, ...]:
    """Return what a comparison with earlier scenes rests on: how many there are."""
    text = teller.say("confidence", "comparison.scenes", scenes=scenes)
    return (Reason(text, LIMITS["earlier_scenes"].cap(scenes)),)


def published_reasons(earlier: Sequence[Look], teller: Teller = _ENGLISH) -> tuple[Reason, ...]:
    """Return how many of the earlier counts others published: at most moderate where it is one in five or more."""
    published = sum(1 for row in earlier if isinstance(row, PublishedCount))
    if not published:
        return ()
    if published == len(earlier):
        return (Reason(teller.say("confidence", "published.among_all", counts=published), Confidence.MODERATE),)
    text = teller.say("confidence", "published.among", published=published, counts=len(earlier))
    return (Reason(text, Confidence.MODERATE if published >= _SOME * len(earlier) else Confidence.HIGH),)


def bounds_reasons(bounds: Sequence[MaxBound], teller: Teller = _ENGLISH) -> tuple[Reason, ...]:
    """Return which published bounds over periods a comparison leans on: at most moderate, low if one has no source."""
    if not bounds:
        return ()
    text = teller.say("confidence", "published.bounds", named=bounds_named(bounds, teller))
    return (Reason(text, Confidence.MODERATE if all(b.source.strip() for b in bounds) else Confidence.LOW),)


def bounds_named(bounds: Sequence[MaxBound], teller: Teller) -> str:
    """Return what the first few bounds say and who says it."""
    said = [
        teller.say(
            "confidence",
            "published.bound_of" if bound.source.strip() else "published.bound",
            **({"source": bound.source} if bound.source.strip() else {}),
            most=bound.at_most,
            first=bound.first,
            last=bound.last,
        )
        for bound in bounds[:_NAMED]
    ]
    return "; ".join([*said, *([teller.say("confidence", "published.others")] if len(bounds) > _NAMED else [])])


def unseen_reasons(baseline: Baseline, miss_probability: float | None, teller: Teller = _ENGLISH) -> tuple[Reason, ...]:
    """Return what a statement about days without scenes rests on: gaps, cadence, the chance of a missed surge."""
    gap, share, within = baseline.longest_gap_days, baseline.covered_share, baseline.covered_within_days
    reasons = [
        Reason(teller.say("confidence", "comparison.longest_gap", days=gap), LIMITS["longest_gap_days"].cap(gap)),
        Reason(
            teller.say("confidence", "comparison.covered", share=share, days=within),
            LIMITS["covered_share"].cap(share),
        ),
    ]
    if miss_probability is not None:
        text = teller.say("confidence", "comparison.missed", p=miss_probability)
        reasons.append(Reason(text, LIMITS["miss_probability"].cap(miss_probability)))
    return tuple(reasons)


def single_scene_reasons(
    series: SeriesResult, last: date, *, seen: bool, teller: Teller = _ENGLISH
) -> tuple[Reason, ...]:
    """Return how much a comparison with the time up to ``last`` hangs on any one scene, if scenes were left out.

    Measured is the largest change of a probability when one scene up to that day is left out: of that to exceed every
    scene where ``seen``, else of that to exceed every day. What rounds to a percentage point or less is not said.
    """
    moves = [(abs(s.observed if seen else s.all_days), s.row) for s in sways_of_scenes(series, until=last)]
    size, row = max(moves, key=lambda move: move[0], default=(0.0, None))
    if row is None or size < _WORTH_SAYING:
        return ()
    day = day_named(row.assumption)
    which = row.assumption if day is None else teller.say("confidence", "comparison.without_scene", day=day)
    text = teller.say("confidence", "comparison.single_scene", which=which, points=round(100 * size))
    return (Reason(text, LIMITS["single_scene"].cap(size)),)


def onset_reasons(onset: Onset, teller: Teller = _ENGLISH) -> tuple[Reason, ...]:
    """Return what a date of onset rests on: how wide its interval is."""
    width = (onset.interval90.high - onset.interval90.low).days + 1
    text = teller.say("confidence", "comparison.onset_width", days=width)
    return (Reason(text, LIMITS["onset_width_days"].cap(width)),)
