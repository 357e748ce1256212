"""Claims beside a measured count: consistent, inconsistent with a probability, or not comparable, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from wayside.coverage.agreement.claims_apart import days_of
from wayside.coverage.agreement.contradictions import is_real
from wayside.coverage.agreement.measured import MeasuredSeries, largest_of
from wayside.coverage.agreement.places import one_place
from wayside.coverage.agreement.tolerance import side_of, tail_probability
from wayside.coverage.agreement.wording import probability_in_words, shortened
from wayside.coverage.claims.counted import thing_of
from wayside.model.agreement import AgainstMeasured

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from wayside.model.agreement import MeasuredCount
    from wayside.model.claims import Claim

__all__ = ["SIGNIFICANT", "against_measured"]

SIGNIFICANT: Final = 0.05
_SHOWN: Final = 3
_ONE_DAY: Final = timedelta(days=1)
_OTHER_KINDS: Final = {
    "maximum": "the most over a period: give a series or an assessment with --measured to compare it",
    "mean": "an average over a period, not a count on one day",
    "capacity": "what there is room for, not what was there",
    "sum": "a total over time or over places, not a count on one day",
    "rate": "a rate, not a count on one day",
    "statement": "a statement without a figure",
}


@dataclass(frozen=True, slots=True)
class _Compared:
    """One claim beside the measurement.

    Attributes:
        p: tail probability, or None where it cannot be compared.
        notes: why not, or what limits the comparison.
    """

    p: float | None
    notes: tuple[str, ...] = ()


def against_measured(group: Sequence[Claim], measured: MeasuredCount, *, here: bool = True) -> AgainstMeasured:
    """Set a group of claims against a measured count.

    Each claim is compared that counts what was measured, where and when: with the newest image, with another image of
    the series on the claim's day, or, for the most of a period, with the largest count of the images of that period.
    The verdict is "inconsistent" where the claim that sits worst has a tail probability below 0.05; it is not corrected
    for the number of claims, which are seldom independent.

    Args:
        group: claims about one thing, at least one.
        measured: the count; a ``MeasuredSeries`` where those of other days are known.
        here: whether the story speaks of the measured place, so that a claim without a place may be about it.
    """
    other = _other_thing(group[0], measured)
    if other is not None:
        return AgainstMeasured("not comparable", reason=other)
    compare = _most if group[0].kind == "maximum" else _on_a_day
    results = [(claim, _away(claim, measured, here=here) or compare(claim, measured)) for claim in group]
    compared = [(claim, result) for claim, result in results if result.p is not None]
    if not compared:
        return AgainstMeasured("not comparable", reason=_told(result for _, result in results))
    reasons: list[str | None] = [_told(result for _, result in compared)]
    left = [result for _, result in results if result.p is None]
    if left:
        reasons.append(f"{len(left)} of {len(results)} claims not compared: {_told(left, most=1)}")
    p = min(result.p for _, result in compared if result.p is not None)
    verdict = "consistent" if p >= SIGNIFICANT else "inconsistent"
    off = [claim for claim, result in compared if result.p is not None and result.p < SIGNIFICANT]
    if 0 < len(off) < len(compared):
        quotes = ", ".join(f"“{shortened(claim.quote)}” ({claim.document})" for claim in off[:_SHOWN])
        more = f" and {len(off) - _SHOWN} more" if len(off) > _SHOWN else ""
        reasons.insert(0, f"{len(compared) - len(off)} of {len(compared)} claims fit; not {quotes}{more}")
    reason = "; ".join(one for one in reasons if one) or None
    return AgainstMeasured(verdict, p, reason, tuple(claim.id for claim, _ in compared))


def _told(results: Iterable[_Compared], most: int = 3) -> str | None:
    """Return what is said of most comparisons, each thing once."""
    notes = Counter(note for result in results for note in result.notes)
    kept = {note for note, _ in notes.most_common(most)}
    return "; ".join(note for note in notes if note in kept) or None


def _other_thing(first: Claim, measured: MeasuredCount) -> str | None:
    """Return why a group of claims is about something else than was measured, or None."""
    if first.kind == "statement":
        return _OTHER_KINDS["statement"]
    measured_thing = thing_of(measured.counted.lower()) or measured.counted
    # A word may be written in the plural in a measurement's own name ("freight cars").
    if first.thing not in {measured_thing, thing_of(measured.counted.lower().removesuffix("s"))}:
        return f"counts {first.counted or first.thing}, not {measured.counted}"
    if first.kind == "maximum" and isinstance(measured, MeasuredSeries):
        return None
    if first.kind != "count" or first.quantity.unit != "1":
        return _OTHER_KINDS.get(first.kind, f"a {first.kind}, not a count on one day")
    return None


def _on_a_day(claim: Claim, measured: MeasuredCount) -> _Compared:
    limits = [] if claim.place and measured.place else ["place not compared"]
    days = days_of(claim)
    if days is None or measured.day is None:
        return _without_day(claim, measured, limits)
    if days[0] <= measured.day <= days[1]:
        return _compared(claim, measured, limits)
    scenes = measured.between(*days) if isinstance(measured, MeasuredSeries) else ()
    if len(scenes) == 1:
        return _compared(claim, scenes[0], [*limits, f"with the image of {scenes[0].day}"])
    if days[0] - _ONE_DAY <= measured.day <= days[1] + _ONE_DAY:
        return _compared(claim, measured, [*limits, f"the image is of {measured.day}, a day off"])
    several = f"{len(scenes)} images of {days[0]} to {days[1]}, not one"
    return _Compared(None, (several if scenes else f"another day than {measured.day.isoformat()}",))


def _without_day(claim: Claim, measured: MeasuredCount, limits: Sequence[str]) -> _Compared:
    """Compare a claim whose day, or whose image's day, is not known; not a bound from above, which is of a period."""
    told = f" (“{claim.time.text}”)" if claim.time is not None else ""
    if measured.day is not None and side_of(claim.quantity) == "upper":
        return _Compared(None, (f"a bound from above without a day{told}: it may be of another time",))
    return _compared(claim, measured, [*limits, "day not compared"])


def _away(claim: Claim, measured: MeasuredCount, *, here: bool) -> _Compared | None:
    """Return why a claim cannot be compared whatever its day, or None."""
    if claim.place and measured.place and not one_place(claim.place, measured.place):
        return _Compared(None, (f"at {claim.place}, not {measured.place}",))
    if claim.place is None and not here:
        return _Compared(None, (f"names no place, in a story that does not speak of {measured.place}",))
    if claim.negated:
        return _Compared(None, ("it is denied, not claimed",))
    return None if is_real(claim) else _Compared(None, (f"{claim.certainty}, not seen",))


def _most(claim: Claim, measured: MeasuredCount) -> _Compared:
    """Compare the most of a period with the largest count of the images of that period.

    What is claimed is what was seen; what happened on days without an image stands beside it. The images of the present
    rise are left out, as they are in a text that sets it against "the past five years".
    """
    if not isinstance(measured, MeasuredSeries) or measured.day is None:
        return _Compared(None, (_OTHER_KINDS["maximum"],))
    period = _period(claim, measured)
    if period is None:
        return _Compared(None, ("the period cannot be told, and there is no baseline",))
    scenes = measured.between(*period)
    if not scenes:
        return _Compared(None, (f"no image of {period[0]} to {period[1]}",))
    limits = [] if claim.place and measured.place else ["place not compared"]
    limits.append(f"with the largest count of {len(scenes)} images of {period[0]} to {period[1]}")
    past = measured.past
    if past is not None and past.most is not None:
        p = tail_probability(claim.quantity, past.most)
        limits.append(
            f"with the most of any day of {past.first} to {past.last}, seen or not: {probability_in_words(p)}"
        )
    return _compared(claim, largest_of(scenes), limits)


def _period(claim: Claim, measured: MeasuredSeries) -> tuple[date, date] | None:
    """Return the days that a claimed maximum is about, the present rise left out."""
    past, newest = measured.past, measured.day
    days = days_of(claim)
    if days is None:
        if past is None:
            return None
        days = (past.first, past.last)
    if newest is not None and days[1] >= newest - _ONE_DAY:
        before = past.before_rise if past is not None else None
        days = (days[0], min(days[1], before or newest - _ONE_DAY))
    return days if days[0] <= days[1] else None


def _compared(claim: Claim, measured: MeasuredCount, limits: Sequence[str]) -> _Compared:
    return _Compared(tail_probability(claim.quantity, measured), tuple(limits))
