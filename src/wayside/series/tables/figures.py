"""What the figures of one row say of the number of cars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound
from wayside.series.level.seen import LARGEST_COUNT
from wayside.series.tables.cells import Stamp, grouped
from wayside.series.tables.probabilities import stated_count
from wayside.series.tables.sheet import Row

__all__ = [
    "COARSE_M",
    "UNSTATED_ERROR",
    "Bound",
    "Figure",
    "own_bound",
    "own_figure",
    "published_bound",
    "published_figure",
    "unstated_margin",
]

UNSTATED_ERROR = 0.05
"""Half-width of the 90 % interval of a count that states none, as a share of the count: what two analysts differ by."""

COARSE_M = 0.6
"""Up to this GSD a count that states no error has ``UNSTATED_ERROR``; above, the wider one of ``unstated_margin``."""

_COARSER_M = (1.0, 1.5, 2.0)
_COARSER_SHARE = (0.22, 0.36, 0.43)
_COUNTABLE_M = 5.0
_OPEN_END = 1.5
"""An "at least N" reaches with 90 % to so many times N."""
_MISSING = "Leave the row out; a day without a scene is not a count of 0"


@dataclass(frozen=True, slots=True)
class Figure:
    """One count of one scene.

    Attributes:
        row: where it stands.
        site: whose cars; empty where the table names no sites.
        category: which cars; empty where the table names no categories.
        stamp: when.
        seen: distribution of the cars that were visible, or of all where ``share`` is 1.
        share: share of the track that ``seen`` speaks of, above 0 to 1; the rest is still to be filled in.
        visible: share of the track that could be read.
        gsd_m: ground sample distance, metres; None where unknown.
        coarse: whether its error was taken from the GSD.
    """

    row: Row
    site: str
    category: str
    stamp: Stamp
    seen: CountDistribution
    share: float = 1.0
    visible: float = 1.0
    gsd_m: float | None = None
    coarse: bool = False

    @property
    def scene(self) -> datetime | date:
        """What tells it from other scenes: the time, or else the day."""
        return self.stamp.at or self.stamp.day


@dataclass(frozen=True, slots=True)
class Bound:
    """One published bound over a period.

    Attributes:
        site: whose cars; empty where the table names no sites.
        category: which cars; empty where the table names no categories.
        bound: the bound.
        at_least: its lower end, which is not used; 0 where it has none.
    """

    site: str
    category: str
    bound: MaxBound
    at_least: int


def unstated_margin(count: int, gsd_m: float | None, unstated_error: float = UNSTATED_ERROR) -> float:
    """Return the half-width of the 90 % interval of a count that states none, cars.

    Up to ``COARSE_M``, and where the GSD is unknown, it is ``unstated_error`` times the count. From there it rises in
    straight lines to 22 % at 1 m, 36 % at 1.5 m and 43 % from 2 m on: half of the 90 % widths that counts of real
    images at these GSDs have (docs/accuracy.md, "Made worse": totals 45 %, 73 % and 87 % wide; 82 % at 3 m). A reader
    who is surer states low and high. From 1 m on it is one car at least, for there an empty yard reads "0 to 1".

    Args:
        count: number of cars.
        gsd_m: ground sample distance, metres; None where unknown.
        unstated_error: half-width as a share of the count on sharp images.
    """
    if gsd_m is None or gsd_m <= COARSE_M:
        return unstated_error * count
    share = max(unstated_error, float(np.interp(gsd_m, (COARSE_M, *_COARSER_M), (unstated_error, *_COARSER_SHARE))))
    return max(share * count, 1.0 if gsd_m >= _COARSER_M[0] else 0.0)


def own_figure(row: Row, site: str, category: str, unstated_error: float) -> Figure:
    """Read a row of a table of own counts.

    With ``low`` and ``high`` the row speaks of the whole facility, hidden track included. Without them it says what
    was visible, and where ``visible_fraction`` is below 1 the hidden rest is still to be filled in. With ``pmf`` it
    gives every probability, of the whole facility too, and the other figures must agree with it.

    Raises:
        TableError: naming line and column.
    """
    n = row.cars("count", missing=_MISSING)
    visible = _visible(row)
    gsd = row.number("gsd_m", low=0.01, high=100.0, todo="Give it in metres, or leave the cell empty")
    low, high = _interval(row, n, visible)
    if row.has("pmf"):
        return Figure(row, site, category, row.span().first, stated_count(row, n, low, high), 1.0, visible, gsd)
    if visible < 1.0 and (low is None) != (high is None):
        given, other = ("high", "low") if low is None else ("low", "high")
        raise row.fault(
            other,
            f"{given} is given and {other} is not, where a part of the track was hidden",
            todo="Give both for the whole facility, or neither: then the hidden rest is estimated",
        )
    unstated = low is None or high is None
    if unstated and gsd is not None and gsd > _COUNTABLE_M:
        raise row.fault(
            "gsd_m",
            f"at {gsd:g} m railcars cannot be told from the track beside them, so the count needs low and high",
            todo="Fill in low and high, or leave the row out",
        )
    margin = unstated_margin(n, gsd, unstated_error)
    count = CountDistribution.from_interval(
        n, max(0.0, n - margin) if low is None else low, n + margin if high is None else high
    )
    coarse = unstated and gsd is not None and gsd > COARSE_M
    return Figure(row, site, category, row.span().first, count, visible if unstated else 1.0, visible, gsd, coarse)


def own_bound(row: Row, site: str, category: str) -> Bound:
    """Read a row of a table of own counts whose date is a period.

    Its ``high``, or else its ``count``, is the most that was seen.

    Raises:
        TableError: naming line and column.
    """
    at_most = row.cars("high" if row.has("high") else "count", missing="Give the most that was seen in the period")
    at_least = row.cars("low") if row.has("low") else 0
    if row.has("count") and row.cars("count") > at_most:
        raise row.fault("high", f"high ({at_most}) is below the count ({row.cars('count')})")
    if at_least > at_most:
        raise row.fault("low", f"low ({at_least}) is above high ({at_most})")
    if _visible(row) < 1.0:
        raise row.fault(
            "visible_fraction",
            "a bound over a period has no visible share",
            todo="Leave the cell empty, or the row out",
        )
    row.number("gsd_m", low=0.01, high=100.0)
    span = row.span()
    return Bound(site, category, MaxBound(span.first.day, span.last.day, at_most, row.text("source")), at_least)


def published_figure(row: Row, unstated_error: float) -> Figure:
    """Read a published figure with its bounds: at least, at most, about, from low to high.

    Raises:
        TableError: naming line and column.
    """
    _counts_cars(row)
    return Figure(row, row.text("site"), row.text("category"), row.span().first, _published_count(row, unstated_error))


def published_bound(row: Row) -> Bound:
    """Read a published figure whose date is a period.

    Raises:
        TableError: naming line and column.
    """
    _counts_cars(row)
    at_most = row.cars("high", missing="A bound over a period needs its upper end; leave the row out where it has none")
    at_least = row.cars("low") if row.has("low") else 0
    if at_least > at_most:
        raise row.fault("low", f"low ({at_least}) is above high ({at_most})")
    span = row.span()
    bound = MaxBound(span.first.day, span.last.day, at_most, row.text("publisher"))
    return Bound(row.text("site"), row.text("category"), bound, at_least)


def _visible(row: Row) -> float:
    """Return the visible share; 1 where the row gives none, an error where nothing was visible."""
    visible = row.number("visible_fraction", high=1.0, todo="It is a share of the track: 0.4, not 40")
    if visible == 0.0:
        raise row.fault("visible_fraction", "nothing was visible, so nothing was counted", todo="Leave the row out")
    return 1.0 if visible is None else visible


def _interval(row: Row, n: int, visible: float) -> tuple[float | None, float | None]:
    """Return low and high where the row gives them, around the count."""
    low, high = row.number("low", high=LARGEST_COUNT), row.number("high", high=LARGEST_COUNT)
    many = grouped(row.text("low"))
    if low is not None and many is not None and low != many <= n:
        raise row.fault(
            "low", f"{row.text('low')!r} can be read as {low:g} and as {many}", todo="Write it without a separator"
        )
    if low is not None and high is not None and low > high:
        raise row.fault("low", f"low ({low:g}) is above high ({high:g})")
    hidden_too = "With low and high the count is that of the whole facility, hidden track included"
    todo = hidden_too if visible < 1.0 else ""
    if low is not None and low > n:
        raise row.fault("low", f"low ({low:g}) is above the count ({n})", todo=todo)
    if high is not None and high < n:
        raise row.fault("high", f"high ({high:g}) is below the count ({n})", todo=todo)
    return low, high


def _counts_cars(row: Row) -> None:
    if row.text("unit").startswith("metre"):
        raise row.fault("unit", "a length is not a count", todo="Choose another category")


def _published_count(row: Row, unstated_error: float) -> CountDistribution:
    low = row.cars("low", missing=_MISSING)
    if not row.has("high"):
        return _at_least(low)
    high = row.cars("high")
    if low > high:
        raise row.fault("low", f"low ({low}) is above high ({high})")
    if row.text("approximation").lower() == "at most":
        return CountDistribution.from_weights(low, np.ones(high - low + 1))
    n = row.cars("quantity") if row.has("quantity") else round((low + high) / 2)
    if not low <= n <= high:
        raise row.fault("quantity", f"the quantity ({n}) is not from low ({low}) to high ({high})")
    margin = unstated_error * n if low == high else 0.0
    return CountDistribution.from_interval(n, max(0.0, low - margin), high + margin)


def _at_least(n: int) -> CountDistribution:
    """Nothing below ``n``, most likely ``n`` itself, and with 90 % no more than half as many again.

    Publishers write "at least" of what they could count for certain, so the truth is seldom far above.
    """
    return CountDistribution.from_interval(n, n, max(n + 1.0, _OPEN_END * n))
