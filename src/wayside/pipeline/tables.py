"""The series of a spreadsheet of counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from wayside.errors import TableError
from wayside.model.series import DatedEvent, NamedSeries
from wayside.pipeline.files import read_text
from wayside.pipeline.series_sides import Chosen
from wayside.series.tables import CountTable, read_counts, read_events

__all__ = ["TableChoice", "events_from", "series_of_table"]


@dataclass(frozen=True, slots=True)
class TableChoice:
    """Which of a table's counts to take.

    Attributes:
        sites: as the table writes them, each with series of its own; empty where it has one only.
        categories: as the table writes them; several are added up. Empty for all of a table of own counts.
        by_type: give every category a series of its own, before the total of its site.
        all_sites: take every site that has a row of the categories.
    """

    sites: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    by_type: bool = False
    all_sites: bool = False

    def __post_init__(self) -> None:
        if self.all_sites and self.sites:
            raise TableError("all sites and some sites cannot both be chosen", todo="Leave one of them out")


def events_from(path: Path | None) -> tuple[DatedEvent, ...]:
    """Read a table of events; none where there is no path (``TableError`` where it cannot be read)."""
    return () if path is None else read_events(read_text(path, TableError), str(path))


def series_of_table(table: Path, choice: TableChoice, *, today: date | None = None) -> Chosen:
    """Read the chosen series of a spreadsheet, several sites side by side.

    Args:
        table: a CSV file, own counts (``date,count``) or published ones (``date,site,category,low,high,…``).
        choice: which of its counts.
        today: later dates are refused; None for no such check.

    Returns:
        For each site its total, and before that one series for each category where ``by_type`` asks for them. Of
        several sites, one whose counts cannot be used is listed; where there is one alone, that is an error.

    Raises:
        TableError: the table cannot be read, holds several sites and none was chosen, or lacks what was chosen.
    """
    counts = read_counts(read_text(table, TableError), str(table), today=today)
    _require_choice(counts, choice, str(table))
    sites = tuple(dict.fromkeys(choice.sites)) or counts.sites
    if len(sites) == 1:
        return Chosen(counts.series(sites=sites, categories=choice.categories, by_type=choice.by_type))
    found: list[NamedSeries] = []
    failed: list[tuple[str, TableError]] = []
    for site in sites:
        part = counts.part(site, choice.categories)
        if not part.sheet.rows and choice.all_sites:
            continue
        try:
            found += _series_of_part(part, site, choice)
        except TableError as error:
            failed.append((site, error))
    if not found and not failed:
        raise _nothing(choice.categories, str(table))
    return Chosen(tuple(found), tuple(failed))


def _series_of_part(part: CountTable, site: str, choice: TableChoice) -> tuple[NamedSeries, ...]:
    here = tuple(c for c in choice.categories if c in part.categories)
    if choice.categories and not here:
        raise _nothing(choice.categories, part.sheet.name, f" at {site!r}")
    return part.series(sites=(site,), categories=here, by_type=choice.by_type)


def _nothing(categories: tuple[str, ...], where: str, at: str = "") -> TableError:
    return TableError(
        f"the table has no row of {' + '.join(categories)}{at}",
        where=where,
        todo="Give site and category as the table writes them",
    )


def _require_choice(counts: CountTable, choice: TableChoice, where: str) -> None:
    """Refuse to guess: which of several sites, and which of published categories, is the analyst's to say."""
    several = not choice.sites and not choice.all_sites and len(counts.sites) > 1
    if counts.published and (several or not choice.categories):
        raise TableError(
            f"the table holds several sites and categories: {', '.join(counts.sites)[:200]}; "
            f"{', '.join(counts.categories)[:300]}",
            where=where,
            todo="Choose with --site and --category",
        )
    if several:
        raise TableError(
            f"the table holds several sites: {', '.join(counts.sites)[:300]}",
            where=where,
            todo="Choose with --site, or take --all-sites",
        )
    if (choice.categories or choice.by_type) and not counts.categories:
        raise TableError("the table has no categories", where=where, todo="Leave --category and --by-type out")
    counts.require_known(choice.sites, choice.categories)
