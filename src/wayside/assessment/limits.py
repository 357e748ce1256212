"""What these images cannot tell, and why; each with the numbers of the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from wayside.assessment.assessment import CountedScene, Gap, Limit
from wayside.assessment.judge import Grounds
from wayside.assessment.wording import plural, say_date, say_days, say_interval, say_share, spread90
from wayside.model.observations import CountStatus

__all__ = ["limits", "long_gaps"]

_ONE_DAY = timedelta(days=1)


def limits(grounds: Grounds) -> tuple[Limit, ...]:
    """Return everything that cannot be told: contents, direction, unseen days, hidden track, coarse scenes."""
    found = [_contents(grounds.newest), _direction(), _unseen_days(grounds), _hidden(grounds)]
    coarse = [row for row in grounds.rows if row.result.status is CountStatus.OCCUPIED_LENGTH]
    if coarse:
        found.append(_coarse(coarse, len(grounds.rows)))
    unregistered = [row for row in grounds.rows if not row.result.registration.registered]
    if unregistered:
        found.append(_unregistered(unregistered))
    return tuple(found)


def long_gaps(rows: Sequence[CountedScene], longer_than_days: int) -> tuple[Gap, ...]:
    """Return the stretches between usable scenes with more than ``longer_than_days`` days without one.

    Args:
        rows: scenes in order of date.
        longer_than_days: 1 or more.
    """
    days = sorted({row.day for row in rows if row.usable})
    found = []
    for before, after in pairwise(days):
        if (after - before).days - 1 > longer_than_days:
            found.append(Gap(before + _ONE_DAY, after - _ONE_DAY))
    return tuple(found)


def _contents(newest: CountedScene) -> Limit:
    covered = newest.result.covered
    cars = f"{say_interval(spread90(covered))} of the freight cars (90\u00a0% interval)"
    seen = f"Here the loads of {cars} are covered. " if covered.quantile(0.95) > 0 else ""
    why = (
        f"{seen}What lies under a tarpaulin, a roof or in a closed wagon cannot be seen from above, and an open load "
        "is told by its shape alone. A count of railcars is not evidence of what they carry."
    )
    return Limit("contents", "What the cars carry", why)


def _direction() -> Limit:
    why = (
        "A standing train looks the same whether it has arrived or is about to leave, and one image does not show "
        "movement. Neither origin, destination nor direction follows from a count."
    )
    return Limit("direction", "Where the trains come from or go to", why)


def _unseen_days(grounds: Grounds) -> Limit:
    baseline = grounds.series.baseline
    if baseline is None:
        return Limit("unseen-days", "What stood here before", "There is no earlier scene to compare with.")
    days = (baseline.last - baseline.first).days + 1
    text = (
        f"The {plural(baseline.scenes, 'scene')} of the baseline show single moments of {say_days(days)}; "
        f"the longest stretch without one is {say_days(baseline.longest_gap_days)}. "
    )
    if grounds.gaps:
        longest = max(grounds.gaps, key=lambda gap: gap.days)
        text += f"Nobody looked from {say_date(longest.first)} to {say_date(longest.last)}, for example. "
    text += "What happened in between is inferred from the model of the series, not seen."
    return Limit("unseen-days", "What stood here on days without a scene", text)


def _hidden(grounds: Grounds) -> Limit:
    visible = grounds.newest.result.visible_fraction
    part = sum(1 for row in grounds.rows if row.result.visible_fraction < 0.95)
    newest = (
        "In the newest scene all track could be read"
        if visible >= 0.9995
        else f"In the newest scene {say_share(1 - visible)} of the track length was hidden or unreadable"
    )
    why = (
        f"{newest}; in {plural(part, 'scene')} of {len(grounds.rows)} more than 5\u00a0% was. Hidden track is counted "
        "as unknown, not as empty, and widens the interval. Cars inside buildings, under platforms' roofs or on "
        "tracks that are not in the list are not counted at all."
    )
    return Limit("hidden-track", "What stood on hidden track", why)


def _coarse(coarse: Sequence[CountedScene], scenes: int) -> Limit:
    worst = max(row.result.gsd_m for row in coarse)
    why = (
        f"In {plural(len(coarse), 'scene')} of {scenes} a pixel is so large (up to {worst:.2g}\u00a0m) that couplings "
        "are not resolved. Their counts are derived from the length of occupied track and the usual lengths of cars, "
        "so single cars and their types cannot be told in them, and a short wagon may be missed."
    )
    return Limit("coarse-scenes", "Single cars in coarse scenes", why)


def _unregistered(rows: Sequence[CountedScene]) -> Limit:
    named = ", ".join(say_date(row.day, short=True) for row in rows[:5]) + (" and others" if len(rows) > 5 else "")
    why = (
        f"{plural(len(rows), 'scene')} ({named}) could not be fitted to the reference scene. The tracks were read "
        "where the image's own coordinates put them, so a count may belong to a neighbouring track."
    )
    return Limit("unregistered", "Which track cars stood on in unregistered scenes", why)
