"""What these images cannot tell, and why; each with the numbers of the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from wayside.assessment.assessment import Counted, CountedScene, Gap, Limit
from wayside.assessment.cadence import Cadence, cadence_of
from wayside.assessment.judge import Grounds
from wayside.assessment.seeing import say_hidden
from wayside.model.observations import CountStatus
from wayside.model.wording import plural, say_date, say_days, say_interval, say_share, spread90

__all__ = ["limits", "long_gaps"]

_ONE_DAY = timedelta(days=1)
_ALL, _ALMOST_ALL = 0.9995, 0.95
_NAMED = 3
_FEW = 3


def limits(grounds: Grounds) -> tuple[Limit, ...]:
    """Return everything that cannot be told: contents, direction, unseen days, hidden track, and what images lack.

    Coarse and unregistered scenes, one provider for all, and images that came more often lately are named where they
    are so, with their numbers.
    """
    found = [_contents(grounds.newest), _direction(), _unseen_days(grounds), _hidden(grounds)]
    coarse = [row for row in grounds.rows if row.result.status is CountStatus.OCCUPIED_LENGTH]
    if coarse:
        found.append(_coarse(coarse, len(grounds.rows)))
    unregistered = [row for row in grounds.rows if not row.result.registration.registered]
    if unregistered:
        found.append(_unregistered(unregistered, grounds))
    cadence = cadence_of(grounds.rows, grounds.newest.day)
    if cadence is not None and (cadence.denser or cadence.new):
        found.append(_more_images(cadence, grounds))
    alone = _only_provider(grounds.rows)
    if alone:
        found.append(_one_provider(alone, len(grounds.rows)))
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
    part = sum(1 for row in grounds.rows if row.result.visible_fraction < _ALMOST_ALL)
    why = (
        f"{_hidden_now(grounds)}. In {plural(part, 'scene')} of {len(grounds.rows)} more than 5\u00a0% of it was "
        "hidden. Hidden track is counted as unknown, not as empty, and widens the interval. Cars inside buildings, "
        "under platforms' roofs or on tracks that are not in the list are not counted at all."
    )
    return Limit("hidden-track", "What stood on hidden track", why)


def _hidden_now(grounds: Grounds) -> str:
    """Return what hid the newest scene's track and, where it is much, how many cars of the count nobody has seen."""
    result = grounds.newest.result
    if result.visible_fraction >= _ALL:
        return "In the newest scene all track could be read"
    share, by = say_share(1 - result.visible_fraction), say_hidden(result)
    text = f"In the newest scene {share} of the track length was hidden or unreadable{f' ({by})' if by else ''}"
    if result.visible_fraction >= _ALMOST_ALL:
        return text
    outlined = sum(
        car.type.is_freight or grounds.counted is Counted.ALL for track in result.tracks for car in track.cars
    )
    if grounds.newest.reviewed:
        return text
    count = grounds.counted.of(result)
    return (
        f"{text}: {outlined} {grounds.counted.noun} are outlined on what can be seen, and for the rest the count of "
        f"{count.median} (90\u00a0% interval {say_interval(spread90(count))}) takes what is usual, as nobody saw it"
    )


def _coarse(coarse: Sequence[CountedScene], scenes: int) -> Limit:
    worst = max(row.result.gsd_m for row in coarse)
    why = (
        f"In {plural(len(coarse), 'scene')} of {scenes} a pixel is so large (up to {worst:.2g}\u00a0m) that couplings "
        "are not resolved. Their counts are derived from the length of occupied track and the usual lengths of cars, "
        "so single cars and their types cannot be told in them, and a short wagon may be missed."
    )
    return Limit("coarse-scenes", "Single cars in coarse scenes", why)


def _unregistered(rows: Sequence[CountedScene], grounds: Grounds) -> Limit:
    named = ", ".join(say_date(row.day, short=True) for row in rows[:5]) + (" and others" if len(rows) > 5 else "")
    newest = " The newest is one of them." if grounds.newest in rows else ""
    why = (
        f"{plural(len(rows), 'scene')} of {len(grounds.rows)} ({named}) could not be fitted to the reference "
        f"scene.{newest} The tracks were read where the image's own coordinates put them, so a count may belong to a "
        "neighbouring track, or miss the track altogether."
    )
    return Limit("unregistered", "Which track cars stood on in unregistered scenes", why)


def _more_images(cadence: Cadence, grounds: Grounds) -> Limit:
    now, before = (
        f"{plural(scenes, 'usable scene')}, one in {say_days(max(1, round(days / scenes)))}"
        for scenes, days in ((cadence.scenes, cadence.days), (cadence.scenes_before, cadence.days_before))
    )
    text = f"The last {cadence.days} days have {now}; the {say_days(cadence.days_before)} before have {before}. "
    text += f"Images come {cadence.times:.1f} times as often. " if cadence.denser else ""
    if cadence.new:
        some = "; ".join(cadence.new[:_NAMED]) + (" and others" if len(cadence.new) > _NAMED else "")
        text += f"Images of {some} are among the recent ones alone. "
    else:
        text += "The recent images are of sensors that were there before. "
    text += (
        "Who looks more often sees more, short peaks above all, and images that were ordered because something was "
        "expected are no random sample."
    )
    if grounds.series.record is not None:
        text += (
            " The comparison with every day, seen or unseen, allows for days without a scene; the comparison with the "
            "scenes that were seen does not."
        )
    return Limit("more-images", "Whether there is more to see, or only more to see it with", text)


def _only_provider(rows: Sequence[CountedScene]) -> str:
    """Return the one provider of all usable scenes; empty where there are others, or that of one is not known."""
    providers = {row.scene.provider for row in rows if row.usable}
    return providers.pop() if len(providers) == 1 and len(rows) >= _FEW else ""


def _one_provider(provider: str, scenes: int) -> Limit:
    why = (
        f"All {scenes} scenes come from one provider ({provider}), and no image of another is held against them. What "
        "they may have in common (wrong dates, edited or missing scenes, a fault of processing) would not be noticed."
    )
    return Limit("one-provider", "Whether another provider's images show the same", why)
