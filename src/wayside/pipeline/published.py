"""A case of published counts: a spreadsheet of what others counted, without an image that could be counted here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from wayside.assessment.assessment import PublishedCount
from wayside.errors import TableError
from wayside.model.places import Site
from wayside.model.series import NamedSeries, SeriesPoint
from wayside.pipeline.files import read_text
from wayside.pipeline.tables import TableChoice, series_of_table
from wayside.series.tables import read_counts
from wayside.series.tables.sheet import Row

__all__ = ["published_series", "unmapped_site"]

_WEB = ("https://", "http://")


def unmapped_site(name: str) -> Site:
    """Return a facility that is known by published counts alone: it has a name, and no tracks."""
    plain = "".join(c if c.isalnum() else "-" for c in name.casefold())
    return Site("-".join(filter(None, plain.split("-"))) or "site", name, (), mapped=False)


def published_series(
    table: Path, choice: TableChoice, *, until: date | None = None, today: date | None = None
) -> tuple[NamedSeries, tuple[PublishedCount, ...]]:
    """Return one series of a table with its counts as rows of an assessment, each with who published it.

    Args:
        table: a CSV file, as ``wayside series`` reads it.
        choice: which of its counts; they must come to one series.
        until: later counts are left out; None for all.
        today: later dates are refused; None for no such check.

    Raises:
        TableError: the table cannot be read, or what was chosen is not one series.
    """
    chosen = series_of_table(table, choice, today=today)
    if len(chosen.series) != 1:
        names = ", ".join(one.series.site for one in chosen.series)
        raise TableError(
            f"a report is about one series, and this makes {len(chosen.series)}: {names}",
            where=str(table),
            todo="Choose one with --site and --category",
        )
    named = chosen.series[0]
    sheet = read_counts(read_text(table, TableError), str(table), today=today).sheet
    points = [point for point in named.series.points if until is None or point.day <= until]
    if not points:
        raise TableError(f"there is no count up to {until}", where=str(table), todo="Give a later --until")
    kept = _rows_of(sheet.rows, named.site, choice)
    rows = _unique(_count(point, [row for row in kept if row.span().first.day == point.day]) for point in points)
    return replace(named, series=replace(named.series, points=tuple(points))), rows


def _rows_of(rows: Iterable[Row], site: str, choice: TableChoice) -> list[Row]:
    """Return the rows that the series was made from: those of its site and categories that speak of one day."""
    wanted = set(choice.categories)
    return [
        row
        for row in rows
        if not row.span().period
        and (not row.text("site") or row.text("site") == site)
        and (not wanted or row.text("category") in wanted)
    ]


def _count(point: SeriesPoint, rows: Sequence[Row]) -> PublishedCount:
    publishers = _each(row.text("publisher") for row in rows)
    return PublishedCount(
        id=" ".join(filter(None, (point.day.isoformat(), ", ".join(publishers)))),
        day=point.day,
        count=point.count,
        publisher=", ".join(publishers),
        published=", ".join(_each(row.text("published") for row in rows)),
        url=next((url for row in rows if (url := row.text("url")).startswith(_WEB)), ""),
        text="; ".join(_each(_figure(row) for row in rows)),
        gsd_m=point.gsd_m,
        visible_fraction=point.visible_fraction,
    )


def _each(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))


def _figure(row: Row) -> str:
    """Return a figure as its row gives it: "approximately 73 railcars"; exact ones by their number alone."""
    how = row.text("approximation")
    number = row.text("quantity") or row.text("count") or row.text("high") or row.text("low")
    what = row.text("unit") or row.text("category")
    return " ".join(filter(None, ("" if how == "exact" else how, number, what)))


def _unique(counts: Iterable[PublishedCount]) -> tuple[PublishedCount, ...]:
    """Return counts with distinct ids: the second of one publisher and day is numbered."""
    seen: dict[str, int] = {}
    found = []
    for one in counts:
        seen[one.id] = seen.get(one.id, 0) + 1
        found.append(replace(one, id=f"{one.id} ({seen[one.id]})") if seen[one.id] > 1 else one)
    return tuple(found)
