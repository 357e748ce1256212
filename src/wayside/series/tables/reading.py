"""Series and events from spreadsheets: text in, values out.

A table of counts has the columns ``date,count`` and, where known, ``low,high`` (90 % interval), ``visible_fraction``,
``gsd_m`` and ``site``. A row whose date is a period (``2018-10-05/2023-10-05``) is a published bound: its ``high``, or
else its ``count``, is the most that was seen in that time. A table of published counts has
``date,site,category,low,high,approximation,quantity`` instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from wayside.errors import TableError
from wayside.model.counts import CountDistribution
from wayside.model.series import DatedEvent, MaxBound, Series, SeriesPoint
from wayside.series.level.seen import LARGEST_COUNT
from wayside.series.tables.sheet import Row, rows_of

__all__ = ["UNSTATED_ERROR", "read_events", "read_published", "read_table"]

UNSTATED_ERROR = 0.05
"""Half-width of the 90 % interval of a count that states none, as a share of the count: what two analysts differ by."""

_OPEN_END = 1.5
"""An "at least N" reaches with 90 % to so many times N."""


def read_table(text: str, name: str, *, unstated_error: float = UNSTATED_ERROR) -> tuple[Series, ...]:
    """Read a spreadsheet of counts; one series for each site, in order of appearance.

    Args:
        text: the table.
        name: what to call it in errors, and the site where the table names none.
        unstated_error: half-width of the 90 % interval where a row has no ``low`` or ``high``, as a share of the count.

    Raises:
        TableError: naming line and column of the first thing that is wrong.
    """
    points: dict[str, list[SeriesPoint]] = {}
    bounds: dict[str, list[MaxBound]] = {}
    for row in rows_of(text, name, needed=("date", "count")):
        site = row.text("site") or name
        first, last = row.period()
        points.setdefault(site, [])
        if "/" in row.text("date"):
            column = "high" if row.text("high") else "count"
            bounds.setdefault(site, []).append(MaxBound(first, last, _whole(row, column), row.text("source")))
        else:
            count = _counted(row, unstated_error)
            visible = row.number("visible_fraction", high=1.0)
            gsd = row.number("gsd_m", low=0.01, high=100.0)
            points[site].append(SeriesPoint(first, count, 1.0 if visible is None else visible, gsd))
    return tuple(_series(name, site, points[site], bounds.get(site, [])) for site in points)


def read_published(
    text: str,
    name: str,
    *,
    site: str,
    category: str | Sequence[str],
    unstated_error: float = UNSTATED_ERROR,
) -> Series:
    """Read the published counts of one site.

    Several categories on one date are added up (ore cars and box cars and tank cars); a category that nobody counted on
    a date adds nothing to it.

    Args:
        text: the table.
        name: what to call it in errors.
        site: as written in the table.
        category: one or several, as written in the table.
        unstated_error: as in ``read_table``, for a figure whose low and high are the figure itself.

    Raises:
        TableError: naming line and column of the first thing that is wrong, or where nothing is left.
    """
    wanted = (category,) if isinstance(category, str) else tuple(category)
    by_day: dict[str, list[Row]] = {}
    bounds = []
    needed = ("date", "site", "category", "low", "high", "approximation", "quantity")
    for row in rows_of(text, name, needed=needed):
        first, last = row.period()
        if row.text("site") != site or row.text("category") not in wanted:
            continue
        if row.text("unit").startswith("metre"):
            raise row.fault("unit", "a length is not a count", todo="Choose another category")
        if "/" in row.text("date"):
            bounds.append(MaxBound(first, last, _whole(row, "high"), row.text("publisher")))
        else:
            by_day.setdefault(first.isoformat(), []).append(row)
    points = [p for rows in by_day.values() for p in _added_up(rows, unstated_error)]
    if not points:
        what = f"no count of {' + '.join(wanted) or 'no category'} at {site!r} on a single date"
        raise TableError(what, where=name, todo="Give site and category as the table writes them")
    return _series(name, site, points, bounds)


def read_events(text: str, name: str) -> tuple[DatedEvent, ...]:
    """Read dated events from a table with ``date,event`` and, where known, ``source``; in order of date.

    Raises:
        TableError: naming line and column of the first thing that is wrong.
    """
    events = []
    for row in rows_of(text, name, needed=("date", "event")):
        if not row.text("event"):
            raise row.fault("event", "an event needs a name")
        day, last = row.period()
        if day != last:
            raise row.fault("date", "an event has one date, not a period")
        events.append(DatedEvent(day, row.text("event"), row.text("source")))
    return tuple(sorted(events, key=lambda e: e.day))


def _series(name: str, site: str, points: Iterable[SeriesPoint], bounds: Iterable[MaxBound]) -> Series:
    ordered = tuple(sorted(points, key=lambda p: p.day))
    if not ordered:
        raise TableError(f"no count on a single date at {site!r}, only bounds over periods", where=name)
    return Series(site, ordered, tuple(bounds))


def _whole(row: Row, column: str) -> int:
    """Return a whole number of cars; an empty cell is an error."""
    value = row.number(column, high=LARGEST_COUNT)
    if value is None:
        raise row.fault(column, "this needs a number of cars")
    if value != int(value):
        raise row.fault(column, f"{row.text(column)[:40]!r} is not a whole number of cars")
    return int(value)


def _counted(row: Row, unstated_error: float) -> CountDistribution:
    n = _whole(row, "count")
    low, high = row.number("low", high=LARGEST_COUNT), row.number("high", high=LARGEST_COUNT)
    if low is not None and high is not None and low > high:
        raise row.fault("low", f"low ({low:g}) is above high ({high:g})")
    if low is not None and low > n:
        raise row.fault("low", f"low ({low:g}) is above the count ({n})")
    if high is not None and high < n:
        raise row.fault("high", f"high ({high:g}) is below the count ({n})")
    margin = unstated_error * n
    return CountDistribution.from_interval(
        n, max(0.0, n - margin) if low is None else low, n + margin if high is None else high
    )


def _added_up(rows: list[Row], unstated_error: float) -> list[SeriesPoint]:
    """Add up one day's categories; several figures for one category stay separate points."""
    day, _ = rows[0].period()
    counts = [_published(row, unstated_error) for row in rows]
    categories = [row.text("category") for row in rows]
    if len(set(categories)) == 1:
        return [SeriesPoint(day, count) for count in counts]
    for row, category in zip(rows, categories, strict=True):
        if categories.count(category) > 1:
            raise row.fault(
                "category",
                f"{category!r} is counted twice on {day}, so the categories cannot be added up",
                todo="Choose one category, or keep one of the rows",
            )
    return [SeriesPoint(day, CountDistribution.total(counts))]


def _published(row: Row, unstated_error: float) -> CountDistribution:
    """Turn a published figure with its bounds into what it says of the number of cars."""
    low = _whole(row, "low")
    if not row.text("high"):
        return _at_least(low)
    high = _whole(row, "high")
    if low > high:
        raise row.fault("low", f"low ({low}) is above high ({high})")
    if row.text("approximation").lower() == "at most":
        return CountDistribution.from_weights(low, np.ones(high - low + 1))
    n = _whole(row, "quantity") if row.text("quantity") else round((low + high) / 2)
    if not low <= n <= high:
        raise row.fault("quantity", f"the quantity ({n}) is not from low ({low}) to high ({high})")
    margin = unstated_error * n if low == high else 0.0
    return CountDistribution.from_interval(n, max(0.0, low - margin), high + margin)


def _at_least(n: int) -> CountDistribution:
    """Nothing below ``n``, most likely ``n`` itself, and with 90 % no more than half as many again.

    Publishers write "at least" of what they could count for certain, so the truth is seldom far above.
    """
    return CountDistribution.from_interval(n, n, max(n + 1.0, _OPEN_END * n))
