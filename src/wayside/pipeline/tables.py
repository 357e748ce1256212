"""The series of a spreadsheet of counts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wayside.errors import TableError
from wayside.model.series import DatedEvent, Series, SeriesResult
from wayside.pipeline.files import read_text
from wayside.series import SeriesSettings, analyse
from wayside.series.tables import read_events, read_published, read_table

__all__ = ["TableChoice", "events_from", "series_from_table"]

_PUBLISHED = {"category", "quantity", "approximation"}


@dataclass(frozen=True, slots=True)
class TableChoice:
    """Which of a table's counts to take.

    Attributes:
        site: as the table writes it; empty where it has one only.
        categories: as the table writes them; several are added up; empty for a table without categories.
    """

    site: str = ""
    categories: tuple[str, ...] = ()


def events_from(path: Path | None) -> tuple[DatedEvent, ...]:
    """Read a table of events; none where there is no path (``TableError`` where it cannot be read)."""
    return () if path is None else read_events(read_text(path, TableError), str(path))


def series_from_table(
    table: Path, choice: TableChoice, *, events: Path | None, settings: SeriesSettings, seed: int
) -> tuple[Series, SeriesResult]:
    """Analyse the counts in a spreadsheet.

    Args:
        table: a CSV file, own counts (``date,count``) or published ones (``date,site,category,low,high,…``).
        choice: which of its counts.
        events: a CSV file of events; None for none.
        settings: windows and priors.
        seed: of the random generator.

    Raises:
        TableError: a table cannot be read, or holds several sites and none was chosen.
    """
    dated = events_from(events)
    series = _series(table, choice)
    return series, analyse(series, events=dated, settings=settings, rng=np.random.default_rng(seed))


def _series(table: Path, choice: TableChoice) -> Series:
    text = read_text(table, TableError)
    header = {cell.strip().lower() for cell in text.partition("\n")[0].replace(";", ",").replace("\t", ",").split(",")}
    if header >= _PUBLISHED:
        if not choice.site or not choice.categories:
            raise TableError(
                "the table holds several sites and categories",
                where=str(table),
                todo="Choose with --site and --category",
            )
        return read_published(text, str(table), site=choice.site, category=choice.categories)
    if choice.categories:
        raise TableError("the table has no categories", where=str(table), todo="Leave --category out")
    found = read_table(text, str(table))
    return _chosen(table, found, choice.site)


def _chosen(table: Path, found: tuple[Series, ...], site: str) -> Series:
    names = ", ".join(series.site for series in found)
    if not site:
        if len(found) > 1:
            raise TableError(f"the table holds several sites: {names}", where=str(table), todo="Choose with --site")
        return found[0]
    for series in found:
        if series.site == site:
            return series
    raise TableError(f"the table has no site {site!r}; it has {names}", where=str(table))
