"""How well founded a judgement is, computed from what it rests on.

ICD 203 leaves confidence to the analyst's description of the basis: *high* for well corroborated information with no
or minor gaps, *moderate* for partial corroboration and several assumptions, *low* for glaring gaps. Here each thing
that a judgement rests on is measured, compared with a table of limits, and may cap the confidence. The confidence is
the lowest cap; its reasons are the sentences of all the measurements, the weakest first. An automatic count that
nobody has checked caps at moderate: a single uncorroborated source is never high.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from wayside.assessment.assessment import CountedScene
from wayside.model.judgements import Confidence
from wayside.model.observations import CountStatus
from wayside.model.series import Baseline, Onset, SeriesResult
from wayside.model.sways import day_named, sways_of_scenes
from wayside.model.wording import plural, say_date, say_days, say_percent, say_share

__all__ = [
    "LIMITS",
    "Reason",
    "Threshold",
    "comparison_reasons",
    "confidence_of",
    "onset_reasons",
    "scene_reasons",
    "single_scene_reasons",
    "unseen_reasons",
]

_WORTH_SAYING = 0.015
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


def scene_reasons(row: CountedScene) -> tuple[Reason, ...]:
    """Return what the count of one scene rests on: resolution, visibility, registration, review."""
    result = row.result
    gsd = Reason(_gsd_sentence(row), LIMITS["gsd_m"].cap(result.gsd_m))
    visible = result.visible_fraction
    seen = "All track length was readable" if visible >= 0.9995 else f"{say_share(visible)} of the track was readable"
    return (gsd, Reason(f"{seen}.", LIMITS["visible_fraction"].cap(visible)), _registration(row), _review(row))


def _gsd_sentence(row: CountedScene) -> str:
    metres = f"{row.result.gsd_m:.2g}\u00a0m"
    if row.result.status is CountStatus.OCCUPIED_LENGTH:
        return f"At {metres} per pixel couplings are not resolved, and the count is derived from occupied length."
    return f"The scene has {metres} per pixel."


def _registration(row: CountedScene) -> Reason:
    registration = row.result.registration
    if not registration.registered:
        return Reason("The scene could not be registered to the reference scene.", Confidence.LOW)
    if not registration.reference:
        return Reason("The scene is the one that the tracks were laid on.", Confidence.HIGH)
    cap = LIMITS["registration_quality"].cap(registration.quality)
    return Reason(f"The scene is registered to the reference with quality {registration.quality:.2f} of 1.", cap)


def _review(row: CountedScene) -> Reason:
    if row.reviewed:
        return Reason(f"{row.author} has reviewed the count.", Confidence.HIGH)
    return Reason("No analyst has reviewed the automatic count.", Confidence.MODERATE)


def comparison_reasons(scenes: int) -> tuple[Reason, ...]:
    """Return what a comparison with earlier scenes rests on: how many there are."""
    text = f"The comparison rests on {plural(scenes, 'earlier scene')}."
    return (Reason(text, LIMITS["earlier_scenes"].cap(scenes)),)


def unseen_reasons(baseline: Baseline, miss_probability: float | None) -> tuple[Reason, ...]:
    """Return what a statement about days without scenes rests on: gaps, cadence, the chance of a missed surge."""
    gap, share = baseline.longest_gap_days, baseline.covered_share
    reasons = [
        Reason(f"The longest stretch without a scene is {say_days(gap)}.", LIMITS["longest_gap_days"].cap(gap)),
        Reason(
            f"{say_share(share)} of the days lie within {say_days(baseline.covered_within_days)} of a scene.",
            LIMITS["covered_share"].cap(share),
        ),
    ]
    if miss_probability is not None:
        text = f"The cadence of scenes would have missed {say_percent(miss_probability)} of surges like this one."
        reasons.append(Reason(text, LIMITS["miss_probability"].cap(miss_probability)))
    return tuple(reasons)


def single_scene_reasons(series: SeriesResult, last: date, *, seen: bool) -> tuple[Reason, ...]:
    """Return how much a comparison with the time up to ``last`` hangs on any one scene, if scenes were left out.

    Measured is the largest change of a probability when one scene up to that day is left out: of that to exceed every
    scene where ``seen``, else of that to exceed every day. What rounds to a percentage point or less is not said.
    """
    moves = [(abs(s.observed if seen else s.all_days), s.row) for s in sways_of_scenes(series, until=last)]
    size, row = max(moves, key=lambda move: move[0], default=(0.0, None))
    if row is None or size < _WORTH_SAYING:
        return ()
    day = day_named(row.assumption)
    which = row.assumption if day is None else f"without the scene of {say_date(day)}"
    text = (
        f"The comparison hangs on single scenes: {which} alone, its probability changes by "
        f"{round(100 * size)}\u00a0percentage points."
    )
    return (Reason(text, LIMITS["single_scene"].cap(size)),)


def onset_reasons(onset: Onset) -> tuple[Reason, ...]:
    """Return what a date of onset rests on: how wide its interval is."""
    width = (onset.interval90.high - onset.interval90.low).days + 1
    return (Reason(f"The 90\u00a0% interval spans {say_days(width)}.", LIMITS["onset_width_days"].cap(width)),)
