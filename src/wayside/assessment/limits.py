"""What cannot be told, and why; each with the numbers of the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from wayside.assessment.assessment import Counted, CountedScene, Gap, Limit, Look
from wayside.assessment.cadence import Cadence, cadence_of
from wayside.assessment.confidence import bounds_named
from wayside.assessment.consists import DRAWN_TRAINS, RECOGNISED, TRIED_GSD
from wayside.assessment.grounds import Grounds
from wayside.assessment.seeing import say_hidden
from wayside.model.observations import CountStatus
from wayside.model.wording import spread90

__all__ = ["limits", "long_gaps"]

_ONE_DAY = timedelta(days=1)
_ALL, _ALMOST_ALL = 0.9995, 0.95
_NAMED = 3
_FEW = 3
_FEW_NAMED = 5


def limits(grounds: Grounds) -> tuple[Limit, ...]:
    """Return everything that cannot be told.

    Contents, direction, intent and unseen days always; hidden track, coarse and unregistered scenes, one provider for
    all, and images that came more often lately where there are scenes and they are so; trains that came again where two
    scenes or more show couplings; how published counts and bounds were made where there are any; contents of storage
    zones where there are zones. Each with its numbers.
    """
    found = [_contents(grounds), _plain(grounds, "direction"), _plain(grounds, "intent"), _unseen_days(grounds)]
    found += _of_scenes(grounds)
    if grounds.published:
        found.append(_published_counts(grounds))
    if not isinstance(grounds.newest, CountedScene):
        found.append(_plain(grounds, "cover"))
    if grounds.bounds:
        named = bounds_named(grounds.bounds, grounds.teller)
        found.append(_limit(grounds, "published-bounds", named=named))
    if len({row.day for row in grounds.scenes if row.result.status is CountStatus.COUNTED}) > 1:
        found.append(_trains_again(grounds))
    if grounds.zones:
        found.append(_plain(grounds, "zone-contents"))
    return tuple(found)


def _of_scenes(grounds: Grounds) -> list[Limit]:
    """Return what the scenes that were counted here lack."""
    scenes = grounds.scenes
    if not scenes:
        return []
    found = [_hidden(grounds)]
    coarse = [row for row in scenes if row.result.status is CountStatus.OCCUPIED_LENGTH]
    if coarse:
        worst = max(row.result.gsd_m for row in coarse)
        found.append(_limit(grounds, "coarse-scenes", coarse=len(coarse), scenes=len(scenes), gsd=worst))
    unregistered = [row for row in scenes if not row.result.registration.registered]
    if unregistered:
        found.append(_unregistered(unregistered, grounds))
    cadence = cadence_of(scenes, grounds.newest.day)
    if cadence is not None and (cadence.denser or cadence.new):
        found.append(_more_images(cadence, grounds))
    alone = _only_provider(scenes)
    if alone:
        found.append(_limit(grounds, "one-provider", provider=alone, scenes=len(scenes)))
    return found


def long_gaps(rows: Sequence[Look], longer_than_days: int) -> tuple[Gap, ...]:
    """Return the stretches between usable rows with more than ``longer_than_days`` days without one.

    Args:
        rows: scenes and published counts in order of date.
        longer_than_days: 1 or more.
    """
    days = sorted({row.day for row in rows if row.usable})
    found = []
    for before, after in pairwise(days):
        if (after - before).days - 1 > longer_than_days:
            found.append(Gap(before + _ONE_DAY, after - _ONE_DAY))
    return tuple(found)


def _say(grounds: Grounds, key: str, **values: object) -> str:
    return grounds.teller.say("limits", key, **values)


def _limit(grounds: Grounds, limit_id: str, **values: object) -> Limit:
    question = _say(grounds, f"{limit_id}.question")
    return Limit(limit_id, question, _say(grounds, f"{limit_id}.why", **values))


def _plain(grounds: Grounds, limit_id: str) -> Limit:
    return _limit(grounds, limit_id)


def _contents(grounds: Grounds) -> Limit:
    newest, covered = grounds.newest, ""
    if isinstance(newest, CountedScene) and newest.result.covered.quantile(0.95) > 0:
        covered = _say(grounds, "contents.covered", covered=spread90(newest.result.covered))
    return _limit(grounds, "contents", covered=covered)


def _unseen_days(grounds: Grounds) -> Limit:
    baseline = grounds.series.baseline
    if baseline is None:
        question = _say(grounds, "unseen-days.nothing_question")
        return Limit("unseen-days", question, _say(grounds, "unseen-days.nothing"))
    longest = max(grounds.gaps, key=lambda gap: gap.days, default=None)
    example = "" if longest is None else _say(grounds, "unseen-days.example", first=longest.first, last=longest.last)
    days = (baseline.last - baseline.first).days + 1
    return _limit(
        grounds,
        "unseen-days",
        scenes=baseline.scenes,
        days=days,
        gap=baseline.longest_gap_days,
        example=example,
    )


def _trains_again(grounds: Grounds) -> Limit:
    fine, *_, coarse = sorted(RECOGNISED)
    sizes = {"fine_gsd": TRIED_GSD[fine], "coarse_gsd": TRIED_GSD[coarse]}
    return _limit(
        grounds,
        "trains-again",
        drawn=DRAWN_TRAINS,
        fine=next(iter(RECOGNISED[fine].values())),
        coarse=next(iter(RECOGNISED[coarse].values())),
        told=_say(grounds, "trains-again.told") if grounds.matches else "",
        **sizes,
    )


def _hidden(grounds: Grounds) -> Limit:
    part = sum(1 for row in grounds.scenes if row.result.visible_fraction < _ALMOST_ALL)
    return _limit(grounds, "hidden-track", now=_hidden_now(grounds), part=part, scenes=len(grounds.scenes))


def _hidden_now(grounds: Grounds) -> str:
    """Return what hid the newest scene's track and, where it is much, how many cars of the count nobody has seen."""
    newest = grounds.newest
    if not isinstance(newest, CountedScene):
        return _say(grounds, "hidden-track.not_newest")
    result = newest.result
    if result.visible_fraction >= _ALL:
        return _say(grounds, "hidden-track.all_read")
    what = say_hidden(result, grounds.language)
    by = _say(grounds, "hidden-track.by", what=what) if what else ""
    text = _say(grounds, "hidden-track.hidden", share=1 - result.visible_fraction, by=by)
    if result.visible_fraction >= _ALMOST_ALL or newest.reviewed:
        return text
    outlined = sum(
        car.type.is_freight or grounds.counted is Counted.ALL for track in result.tracks for car in track.cars
    )
    count = newest.count_of(grounds.counted)
    return _say(
        grounds,
        "hidden-track.outlined",
        hidden=text,
        outlined=outlined,
        noun=grounds.noun,
        count=count.median,
        interval=spread90(count),
    )


def _unregistered(rows: Sequence[CountedScene], grounds: Grounds) -> Limit:
    days = [grounds.teller.writer.short_date(row.day) for row in rows[:_FEW_NAMED]]
    return _limit(
        grounds,
        "unregistered",
        loose=len(rows),
        scenes=len(grounds.scenes),
        named=_some(grounds, days, ", ", more=len(rows) > _FEW_NAMED),
        newest=_say(grounds, "unregistered.newest") if grounds.newest in rows else "",
    )


def _some(grounds: Grounds, names: Sequence[str], between: str, *, more: bool) -> str:
    return between.join(names) + (_say(grounds, "others") if more else "")


def _more_images(cadence: Cadence, grounds: Grounds) -> Limit:
    now, before = (
        _say(grounds, "more-images.rate", scenes=scenes, every=max(1, round(days / scenes)))
        for scenes, days in ((cadence.scenes, cadence.days), (cadence.scenes_before, cadence.days_before))
    )
    if cadence.new:
        named = _some(grounds, cadence.new[:_NAMED], "; ", more=len(cadence.new) > _NAMED)
        new = _say(grounds, "more-images.new", named=named)
    else:
        new = _say(grounds, "more-images.no_new")
    return _limit(
        grounds,
        "more-images",
        days=cadence.days,
        now=now,
        days_before=cadence.days_before,
        before=before,
        times=_say(grounds, "more-images.times", times=cadence.times) if cadence.denser else "",
        new=new,
        allows=_say(grounds, "more-images.allows") if grounds.series.record is not None else "",
    )


def _only_provider(rows: Sequence[CountedScene]) -> str:
    """Return the one provider of all usable scenes; empty where there are others, or that of one is not known."""
    providers = {row.scene.provider for row in rows if row.usable}
    return providers.pop() if len(providers) == 1 and len(rows) >= _FEW else ""


def _published_counts(grounds: Grounds) -> Limit:
    rows, everything = grounds.published, len(grounds.rows)
    nobody = _say(grounds, "published-counts.unnamed")
    publishers = list(dict.fromkeys(row.publisher.strip() or nobody for row in rows))
    named = _some(grounds, publishers[:_NAMED], "; ", more=len(publishers) > _NAMED)
    if len(rows) == everything:
        which = _say(grounds, "published-counts.all", counts=everything, named=named)
    else:
        which = _say(grounds, "published-counts.some", published=len(rows), counts=everything, named=named)
    return _limit(grounds, "published-counts", which=which)
