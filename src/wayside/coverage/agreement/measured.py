"""What was measured, for claims to be set against: from the JSON of a count, a series, or an assessment."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from wayside.errors import TextError, ValueRefusedError
from wayside.model.agreement import MeasuredCount
from wayside.model.checks import require
from wayside.model.counts import CountDistribution

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MeasuredPast", "MeasuredSeries", "in_brief", "largest_of", "measured_from_json"]

# Printed probabilities are rounded; a sum this near to 1 is one.
ROUNDED: Final = 0.01
_TODO: Final = (
    "Give what wayside count --json or wayside series --json printed, or assessment.json of a workspace's reports"
)
_FILE: Final = re.compile(r"[/\\]|\.[A-Za-z]{3,4}$")
_MOST_CARS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class MeasuredPast:
    """What the images before the newest one were found to show.

    Attributes:
        first: first day of the baseline.
        last: last day of the baseline.
        most: distribution of the largest count on any day of it, days without an image included; None where unknown.
        before_rise: last day before the present rise, or None where no rise was dated.
    """

    first: date
    last: date
    most: MeasuredCount | None = None
    before_rise: date | None = None

    def __post_init__(self) -> None:
        require(self.first <= self.last, "a baseline begins before it ends", where="MeasuredPast")


@dataclass(frozen=True, slots=True)
class MeasuredSeries(MeasuredCount):
    """A measured count with those of other days at the same place.

    Attributes:
        scenes: counts of single images, ascending by day; each has its day.
        past: the baseline, or None where there is none.
    """

    scenes: tuple[MeasuredCount, ...] = ()
    past: MeasuredPast | None = None

    def __post_init__(self) -> None:
        # A class with slots is made anew, so that super() without arguments would look for the wrong one.
        MeasuredCount.__post_init__(self)
        days = [scene.day for scene in self.scenes if scene.day is not None]
        require(len(days) == len(self.scenes), "every scene has its day", where="MeasuredSeries.scenes")
        require(days == sorted(days), "scenes ascend by day", where="MeasuredSeries.scenes")

    def between(self, first: date, last: date) -> tuple[MeasuredCount, ...]:
        """Return the scenes of some days, both ends included."""
        return tuple(scene for scene in self.scenes if scene.day is not None and first <= scene.day <= last)


def largest_of(scenes: Sequence[MeasuredCount]) -> MeasuredCount:
    """Return the distribution of the largest of some counts, whose errors are taken to be independent.

    P(largest <= n) is the product of all P(N_i <= n).
    """
    require(bool(scenes), "the largest of no counts", where="largest_of")
    first = max(scene.first for scene in scenes)
    last = max(scene.first + len(scene.p) - 1 for scene in scenes)
    below = [1.0] * (last - first + 1)
    for scene in scenes:
        total = math.fsum(scene.p[: max(0, first - scene.first)])
        for n in range(first, last + 1):
            at = n - scene.first
            total += scene.p[at] if 0 <= at < len(scene.p) else 0.0
            below[n - first] *= min(1.0, total)
    p = [max(0.0, b - a) for a, b in zip([0.0, *below], below, strict=False)]
    whole = math.fsum(p)
    return MeasuredCount(first, tuple(value / whole for value in p), scenes[0].counted, scenes[0].place)


def in_brief(measured: MeasuredCount) -> tuple[int, int, int]:
    """Return median and 90 % interval of a measured count."""
    return measured.quantile(0.5), measured.quantile(0.05), measured.quantile(0.95)


def measured_from_json(found: object, name: str, *, place: str | None = None, day: date | None = None) -> MeasuredCount:
    """Read a measured count.

    Args:
        found: the parsed object of ``wayside count --json`` (the count of freight cars is taken where it stands apart),
            of ``wayside series --json``, or an assessment. The last two give the other images too, as a
            ``MeasuredSeries``.
        name: of the file, for messages.
        place: where the image was taken, or None; a series and an assessment say it themselves.
        day: when, or None; likewise.

    Raises:
        TextError: no distribution in it, or not one of probabilities.
    """
    whole: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    sites = whole.get("sites")
    if isinstance(sites, Sequence) and not isinstance(sites, str):
        if len(sites) != 1 or not isinstance(sites[0], Mapping):
            raise TextError(
                f"the file holds {len(sites)} series", where=name, todo="Choose one with: wayside series … --site"
            )
        whole = sites[0]
    try:
        if "judgements" in whole:
            return _assessment(whole, name)
        if "now" in whole:
            return _series(whole, name)
        return _count(whole, name, place, day)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as fault:
        what = f" ({fault.what})" if isinstance(fault, ValueRefusedError) else ""
        raise TextError(
            f"this is neither a count nor a series nor an assessment in JSON{what}", where=name, todo=_TODO
        ) from fault


def _count(whole: Mapping[str, Any], name: str, place: str | None, day: date | None) -> MeasuredCount:
    counts = [one for key in ("freight", "count") if isinstance(one := whole.get(key), Mapping)]
    pmf = next((one for count in counts if isinstance(one := count.get("pmf"), Mapping)), None)
    if pmf is None:
        status = whole.get("status")
        what = "the image could not be counted" if status == "not-countable" else "no distribution of a count in it"
        raise TextError(what, where=name, todo=_TODO)
    first, p = _pmf(pmf, name)
    return MeasuredCount(first, p, "freight car" if whole.get("freight") else "railcar", place, day)


def _series(whole: Mapping[str, Any], name: str) -> MeasuredSeries:
    counted = str(whole.get("category") or "railcar")
    # A table that names no site goes by its file's name, which is no place.
    site = str(whole.get("site") or "")
    place = None if not site or _FILE.search(site) else site
    days = (
        (date.fromisoformat(row["date"]), (row["count"][1], row["count"][0], row["count"][2]))
        for row in whole.get("series", ())
        if row.get("observed")
    )
    return _with_past(whole, counted, place, _scenes(days, counted, place), name)


def _assessment(whole: Mapping[str, Any], name: str) -> MeasuredSeries:
    counted, place = str(whole["counted"]), str(whole["site"]["name"])
    days = (
        (date.fromisoformat(row["acquired"][:10]), (row["count"]["median"], *row["count"]["interval90"]))
        for row in whole.get("scenes", ())
        if row.get("count")
    )
    return _with_past(whole["series"], counted, place, _scenes(days, counted, place), name)


def _scenes(days: Iterable[tuple[date, tuple[Any, ...]]], counted: str, place: str | None) -> tuple[MeasuredCount, ...]:
    """Return the counts of single images; several of one day are kept apart."""
    found = [_from_interval(*numbers, counted=counted, place=place, day=day) for day, numbers in days]
    return tuple(sorted(found, key=lambda scene: scene.day or date.min))


def _with_past(
    series: Mapping[str, Any], counted: str, place: str | None, scenes: tuple[MeasuredCount, ...], name: str
) -> MeasuredSeries:
    now, day = series["now"], date.fromisoformat(series["date"])
    if isinstance(now.get("pmf"), Mapping):
        first, p = _pmf(now["pmf"], name)
        newest = MeasuredCount(first, p, counted, place, day)
    else:
        newest = _from_interval(now["median"], *now["interval90"], counted=counted, place=place, day=day)
    return MeasuredSeries(newest.first, newest.p, counted, place, day, scenes, _past(series, day, counted, place))


def _past(series: Mapping[str, Any], day: date, counted: str, place: str | None) -> MeasuredPast | None:
    baseline, rise = series.get("baseline"), series.get("before_rise")
    if not baseline:
        return None
    most = baseline.get("max_all_days")
    return MeasuredPast(
        first=date.fromisoformat(baseline["from"]),
        last=date.fromisoformat(baseline["to"]),
        most=_from_interval(most["median"], *most["interval90"], counted=counted, place=place) if most else None,
        before_rise=min(date.fromisoformat(rise["to"]), day - timedelta(days=1)) if rise else None,
    )


def _from_interval(
    median: float, low: float, high: float, *, counted: str, place: str | None, day: date | None = None
) -> MeasuredCount:
    """Return a distribution with this median and 90 % interval: a file that gives no more is taken to mean that."""
    require(max(median, low, high) <= _MOST_CARS, f"no yard holds {max(median, low, high):,} cars")
    count = CountDistribution.from_interval(median, low, high)
    return MeasuredCount(count.first, tuple(count.p.tolist()), counted, place, day)


def _pmf(pmf: Mapping[str, Any], name: str) -> tuple[int, tuple[float, ...]]:
    first, p = pmf.get("first"), pmf.get("p")
    if not isinstance(first, int) or isinstance(first, bool) or first < 0 or not _numbers(p):
        raise TextError(
            "the distribution needs a whole number 'first' and a list of numbers 'p'", where=name, todo=_TODO
        )
    values = [float(value) for value in p]
    total = math.fsum(values)
    if min(values) < 0.0 or abs(total - 1.0) > ROUNDED:
        raise TextError(f"the probabilities sum to {total:.3g}, not to 1", where=name, todo=_TODO)
    return first, tuple(value / total for value in values)


def _numbers(values: object) -> TypeGuard[Sequence[float]]:
    if not isinstance(values, Sequence) or isinstance(values, str) or not values:
        return False
    return all(isinstance(value, int | float) and math.isfinite(value) for value in values)
