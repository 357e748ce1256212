"""From single figures to series: scenes of one day, sums over categories, bounds, and what a reader must know of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from wayside.errors import TableError
from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, NamedSeries, Series, SeriesPoint
from wayside.series.tables.figures import COARSE_M, Bound, Figure
from wayside.series.tables.hidden import whole_count

__all__ = ["is_total", "require_no_scene_twice", "series_of"]

_TOTALS = frozenset({"total", "all", "sum"})


@dataclass(slots=True)
class _Tally:
    """What happened while a series was put together; numbers of scenes."""

    completed: int = 0
    coarse: int = 0
    lacking: int = 0
    stated_totals: int = 0
    bounds: list[str] = field(default_factory=list)


_Timed = tuple[str, SeriesPoint]
"""A point, and what the column ``acquired`` says of its time; empty without one."""


def is_total(category: str) -> bool:
    """Return whether a category is the sum of the others: total, all, sum."""
    return category.casefold() in _TOTALS


def require_no_scene_twice(figures: Sequence[Figure]) -> None:
    """Refuse two figures of one site and category at the same moment: a scene is one look, and looks are counted.

    Two figures of one day without times are two scenes of that day.

    Raises:
        TableError: naming both lines.
    """
    seen: dict[tuple[str, str, datetime], Figure] = {}
    for figure in figures:
        if figure.stamp.at is None:
            continue
        key = (figure.site, figure.category, figure.stamp.at)
        before = seen.setdefault(key, figure)
        if before is not figure:
            raise figure.row.fault(
                "date",
                f"the scene of {figure.stamp.at.isoformat()} was counted on line {before.row.line} already",
                todo="Keep one of the two rows, or correct the time",
            )


def series_of(
    figures: Sequence[Figure], bounds: Sequence[Bound], *, table: str, site: str, category: str = ""
) -> NamedSeries:
    """Put the figures and bounds of one site together, whichever order they come in.

    - Figures of one category and one day without times, or at different times, are scenes of their own.
    - Several categories of one scene are added up; a category without a row adds nothing to it. A row "total" (or
      "all", "sum") stands for the sum and must agree with the rows beside it.
    - A bound on a category that is somewhere counted beside another speaks of a part, and is left out of the sum.

    Args:
        figures: of the site and of the chosen categories.
        bounds: of the site and of the chosen categories.
        table: the table's name, for errors.
        site: the name to give.
        category: the category where it is one of several; empty for the total.

    Raises:
        TableError: there is no figure, or the categories of a scene cannot be added up.
    """
    name = f"{site}, {category}" if category else site
    if not figures:
        raise TableError(
            f"no count on a single date at {name!r}, only bounds over periods",
            where=table,
            todo="Give at least one count with its date",
        )
    tally = _Tally()
    categories = {f.category for f in figures if not is_total(f.category)}
    scenes = _scenes(figures)
    points = [p for scene in scenes for p in _points(scene, categories, tally)]
    kept = _bounds(bounds, scenes, tally)
    series = Series(name, tuple(point for _, point in sorted(points, key=_order)), kept)
    return NamedSeries(series, site, category, _notes(tally, len(points), categories))


def _order(one: _Timed) -> tuple[date, str, float, float, float, float]:
    """Order points by day, and those of a day by what they say, so that the order of rows does not matter.

    Where an exported table has its column ``acquired`` the points of a day stand as in the workspace, so that sums over
    them are added in the same order.
    """
    acquired, point = one
    return (point.day, acquired, point.count.mean, point.count.variance, point.visible_fraction, point.gsd_m or 0.0)


def _scenes(figures: Sequence[Figure]) -> list[list[Figure]]:
    """Return the figures scene by scene, and within a scene by category."""
    by_scene: dict[datetime | date, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_scene[figure.scene].append(figure)
    if len({f.category for f in figures}) > 1:
        _require_times_throughout(figures)
    return [sorted(scene, key=lambda f: f.category) for scene in by_scene.values()]


def _require_times_throughout(figures: Sequence[Figure]) -> None:
    """Refuse a day with rows with and without a time: nobody knows which belong to one scene."""
    first: dict[date, Figure] = {}
    for figure in figures:
        before = first.setdefault(figure.stamp.day, figure)
        if (before.stamp.at is None) != (figure.stamp.at is None):
            raise figure.row.fault(
                "date",
                f"line {before.row.line} and this one are of {figure.stamp.day}, but only one has a time, so the "
                "categories of a scene cannot be told",
                todo="Give all rows of the day their times, or none",
            )


def _points(scene: list[Figure], categories: set[str], tally: _Tally) -> list[_Timed]:
    parts = [f for f in scene if not is_total(f.category)]
    totals = [f for f in scene if is_total(f.category)]
    if not totals and len({f.category for f in parts}) == 1:
        tally.lacking += len(categories) > 1
        return [_point([f], tally) for f in parts]
    if not parts:
        return [_point([f], tally) for f in totals]
    for group in (parts, totals):
        _require_each_once(group)
    if totals:
        _require_agreement(totals[0], parts)
        tally.stated_totals += 1
        return [_point(totals, tally)]
    tally.lacking += len(parts) < len(categories)
    return [_point(parts, tally)]


def _require_each_once(figures: list[Figure]) -> None:
    seen: dict[str, Figure] = {}
    for figure in figures:
        category = "total" if is_total(figure.category) else figure.category
        before = seen.setdefault(category, figure)
        if before is not figure:
            raise figure.row.fault(
                _column(figure),
                f"{figure.category!r} is counted twice on {figure.stamp.day} (line {before.row.line}), so the "
                "categories cannot be added up",
                todo="Choose one category, keep one of the rows, or give two scenes their times",
            )


def _column(figure: Figure) -> str:
    """Return what the table calls its column of categories."""
    return "category" if "category" in figure.row.cells else "type"


def _require_agreement(total: Figure, parts: list[Figure]) -> None:
    """Refuse a total whose 90 % interval does not touch that of the sum beside it."""
    stated, added = _whole([total]).interval(0.9), _whole(parts).interval(0.9)
    if stated.high < added.low or added.high < stated.low:
        lines = ", ".join(str(f.row.line) for f in sorted(parts, key=lambda f: f.row.line))
        raise total.row.fault(
            _column(total),
            f"the {total.category!r} of {total.stamp.day} ({stated.low} to {stated.high}) is not the sum of its parts "
            f"({added.low} to {added.high}, lines {lines})",
            todo='Correct it, or add a row for the rest, such as "other"',
        )


def _whole(figures: list[Figure]) -> CountDistribution:
    """Return the distribution of all cars of a scene.

    Figures that speak of the same share of the track are added before the hidden rest is filled in, for what hides a
    track hides cars of every category on it.
    """
    by_share: dict[float, list[CountDistribution]] = defaultdict(list)
    for figure in figures:
        by_share[figure.share].append(figure.seen)
    wholes = [whole_count(_sum(by_share[share]), share) for share in sorted(by_share)]
    return _sum(wholes)


def _sum(counts: list[CountDistribution]) -> CountDistribution:
    return counts[0] if len(counts) == 1 else CountDistribution.total(counts)


def _point(figures: list[Figure], tally: _Tally) -> _Timed:
    visible = min(f.visible for f in figures)
    gsds = [f.gsd_m for f in figures if f.gsd_m is not None]
    tally.completed += any(f.share < 1.0 for f in figures)
    tally.coarse += any(f.coarse for f in figures)
    point = SeriesPoint(figures[0].stamp.day, _whole(figures), visible, max(gsds) if gsds else None)
    return figures[0].row.text("acquired"), point


def _bounds(bounds: Sequence[Bound], scenes: list[list[Figure]], tally: _Tally) -> tuple[MaxBound, ...]:
    together = {f.category for scene in scenes if len({f.category for f in scene}) > 1 for f in scene}
    kept = []
    for one in sorted(bounds, key=lambda b: (b.bound.first, b.bound.last, b.bound.at_most, b.bound.source, b.category)):
        period = f"from {one.bound.first} to {one.bound.last}"
        if one.category in together and not is_total(one.category):
            tally.bounds.append(
                f"The bound of {one.bound.at_most} on {one.category!r} {period} is left out of the total: it speaks of "
                "a part."
            )
            continue
        kept.append(one.bound)
        if one.at_least > 0:
            tally.bounds.append(
                f"Of the bound {one.at_least} to {one.bound.at_most} {period} only the upper end is used: the lower "
                "one does not say on which days."
            )
    return tuple(kept)


def _notes(tally: _Tally, points: int, categories: set[str]) -> tuple[str, ...]:
    notes = []
    if tally.completed:
        notes.append(
            f"{tally.completed} of {points} counts are of the visible part of the track; the hidden rest was filled in "
            "from the visible share, as if the cars stood in a dozen strings."
        )
    if tally.coarse:
        notes.append(
            f"{tally.coarse} of {points} counts come from images coarser than {COARSE_M:g} m and state no bounds; they "
            "have the error that counts of such images have (22 % at 1 m, 43 % from 2 m)."
        )
    if tally.lacking:
        names = ", ".join(sorted(categories))
        notes.append(
            f"The total adds up {names}; on {tally.lacking} of {points} dates some have no row and add nothing."
        )
    if tally.stated_totals:
        notes.append(
            f"On {tally.stated_totals} of {points} dates the table's own total is used; it agrees with its parts."
        )
    return (*notes, *tally.bounds)
