"""Series and events from spreadsheets: text in, values out.

A table of counts has the columns ``date,count`` and, where known, ``low,high`` (90 % interval), ``visible_fraction``,
``gsd_m``, ``site``, ``category`` (or ``type``) and ``pmf`` (every probability). A row whose date is a period
(``2018-10-05/2023-10-05``) is a published bound: its ``high``, or else its ``count``, is the most that was seen in that
time. A table of published counts has ``date,site,category,low,high,approximation,quantity`` instead.

What is decided here of tables that are not as they should be:

- Rows may come in any order. The same row twice is an error, and so are two rows at the same time of the same site and
  category. Two rows of one day without times are two scenes of that day, which the model averages.
- Dates are ISO dates or times. A time with a zone counts on its day in UTC; a time without one on the day as written. A
  table with both is refused; plain dates may stand beside either. No date may lie in the future.
- A count is a whole number from 0 to ``LARGEST_COUNT`` without thousands separators. A missing count (empty, NA, n/a,
  nan, a dash) is refused, for a day without a scene is not a count of 0; other missing cells are as good as empty.
- In a table separated by semicolons or tabs, 69,5 is a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wayside.errors import TableError
from wayside.model.series import DatedEvent, NamedSeries, Series
from wayside.series.tables.figures import (
    UNSTATED_ERROR,
    Bound,
    Figure,
    own_bound,
    own_figure,
    published_bound,
    published_figure,
)
from wayside.series.tables.grouping import is_total, require_no_scene_twice, series_of
from wayside.series.tables.sheet import Row, Sheet, require_one_clock, require_one_spelling, sheet_of

__all__ = ["CountTable", "read_counts", "read_events", "read_published", "read_table"]

_OWN = ("date", "count")
_PUBLISHED = ("date", "site", "category", "low", "high", "approximation", "quantity")
_TELLING = {"category", "approximation", "quantity"}


@dataclass(frozen=True, slots=True)
class CountTable:
    """A table of counts, own or published, before one chooses from it; made by ``read_counts``.

    Attributes:
        sheet: its rows.
        published: whether it is one of published counts.
        unstated_error: half-width of the 90 % interval of a count that states none, as a share of the count.
    """

    sheet: Sheet
    published: bool
    unstated_error: float = UNSTATED_ERROR

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites in order of appearance; the table's name where it names none."""
        return tuple(
            dict.fromkeys(self._site(row) for row in self.sheet.rows if row.text("site") or not self.published)
        )

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories in order of appearance; empty where the table has none."""
        return tuple(dict.fromkeys(self._category(row) for row in self.sheet.rows if self._category(row)))

    def series(
        self, *, sites: Sequence[str] = (), categories: Sequence[str] = (), by_type: bool = False
    ) -> tuple[NamedSeries, ...]:
        """Return the chosen series.

        Args:
            sites: as the table writes them, each once; empty for all that have a count of the chosen categories.
            categories: as the table writes them, added up; empty for all, which a table of published counts refuses,
                as its categories overlap.
            by_type: also return one series for each category, before the total of its site.

        Raises:
            TableError: what was chosen is not there, or naming line and column of the first thing that is wrong.
        """
        self._require_chosen(sites, categories, by_type=by_type)
        figures, bounds = self._figures(frozenset(sites), frozenset(categories))
        wanted = tuple(dict.fromkeys(sites)) or self._with_counts(figures, bounds, categories)
        found: list[NamedSeries] = []
        for site in wanted:
            here = [f for f in figures if f.site == site]
            over = [b for b in bounds if b.site == site]
            if not here and categories:
                raise self._nothing(f" at {site!r}", categories)
            if by_type:
                found += self._types(here, over, site)
            found.append(series_of(here, over, table=self.sheet.name, site=site))
        return tuple(found)

    def _types(self, figures: list[Figure], bounds: list[Bound], site: str) -> list[NamedSeries]:
        names = dict.fromkeys(f.category for f in figures if not is_total(f.category))
        return [
            series_of(
                [f for f in figures if f.category == name],
                [b for b in bounds if b.category == name],
                table=self.sheet.name,
                site=site,
                category=name,
            )
            for name in names
        ]

    def _require_chosen(self, sites: Sequence[str], categories: Sequence[str], *, by_type: bool) -> None:
        name, known = self.sheet.name, self.categories
        if (categories or by_type) and not known:
            raise TableError("the table has no categories", where=name, todo="Choose none")
        if self.published and not categories:
            raise TableError(
                f"the table holds several categories, which may overlap: {', '.join(known)[:300]}",
                where=name,
                todo="Choose those to add up",
            )
        if len(categories) > 1 and any(map(is_total, categories)):
            raise TableError(
                "a total cannot be added to its own parts", where=name, todo="Choose it alone, or the parts"
            )
        self.require_known(sites, categories)

    def require_known(self, sites: Sequence[str], categories: Sequence[str]) -> None:
        """Refuse sites and categories that the table does not have.

        Raises:
            TableError: naming the first, and those that there are.
        """
        for what, chosen, there in (("site", sites, self.sites), ("category", categories, self.categories)):
            for one in chosen:
                if one not in there:
                    known = ", ".join(there)[:300]
                    raise TableError(f"the table has no {what} {one!r}; it has {known}", where=self.sheet.name)

    def part(self, site: str, categories: Sequence[str] = ()) -> CountTable:
        """Return the rows of one site, and of the categories where some are chosen; there may be none."""
        rows = tuple(
            row
            for row in self.sheet.rows
            if self._site(row) == site and (not categories or self._category(row) in categories)
        )
        return replace(self, sheet=replace(self.sheet, rows=rows))

    def _figures(self, sites: frozenset[str], categories: frozenset[str]) -> tuple[list[Figure], list[Bound]]:
        """Return what the chosen rows say; the rows of own counts are all checked, chosen or not."""
        figures: list[Figure] = []
        bounds: list[Bound] = []
        for row in self.sheet.rows:
            site, category = self._site(row), self._category(row)
            chosen = (not sites or site in sites) and (not categories or category in categories)
            if self.published and not chosen:
                continue
            if row.span().period:
                bound = published_bound(row) if self.published else own_bound(row, site, category)
                bounds += [bound] if chosen else []
            else:
                error = self.unstated_error
                figure = published_figure(row, error) if self.published else own_figure(row, site, category, error)
                figures += [figure] if chosen else []
        require_no_scene_twice(figures)
        return figures, bounds

    def _with_counts(
        self, figures: Iterable[Figure], bounds: Iterable[Bound], categories: Sequence[str]
    ) -> tuple[str, ...]:
        """Return the sites to give where none was chosen; one that has bounds alone is an error, not left out."""
        there = {f.site for f in figures} | {b.site for b in bounds}
        found = tuple(site for site in self.sites if site in there)
        if not found:
            raise self._nothing("", categories)
        return found

    def _nothing(self, at: str, categories: Sequence[str]) -> TableError:
        return TableError(
            f"no count of {' + '.join(categories)}{at} on a single date",
            where=self.sheet.name,
            todo="Give site and category as the table writes them",
        )

    def _site(self, row: Row) -> str:
        return row.text("site") or self.sheet.name

    def _category(self, row: Row) -> str:
        return row.text(_category_column(self.sheet))


def _category_column(sheet: Sheet) -> str:
    return "category" if "category" in sheet.columns else "type"


def read_counts(
    text: str, name: str, *, unstated_error: float = UNSTATED_ERROR, today: date | None = None
) -> CountTable:
    """Read a table of own or of published counts, whichever its header says.

    Args:
        text: the table.
        name: what to call it in errors, and the site where the table names none.
        unstated_error: half-width of the 90 % interval where a row has no ``low`` or ``high`` and its GSD is fine or
            unknown, as a share of the count.
        today: dates after the day that follows it are refused; None where nobody knows what day it is.

    Raises:
        TableError: naming line and column of the first thing that is wrong with the table's form and dates. What the
            figures say is read when one chooses from it.
    """
    sheet = sheet_of(text, name, needed=("date",), today=today)
    published = set(sheet.columns) >= _TELLING
    missing = [c for c in (_PUBLISHED if published else _OWN) if c not in sheet.columns]
    if missing:
        found = ", ".join(sheet.columns)[:200]
        raise TableError(f"no column {', '.join(missing)}", where=name, todo=f"Found: {found}")
    require_one_clock(sheet.rows)
    for column in () if published else ("site", _category_column(sheet)):
        require_one_spelling(sheet.rows, column)
    return CountTable(sheet, published, unstated_error)


def read_table(
    text: str, name: str, *, unstated_error: float = UNSTATED_ERROR, today: date | None = None
) -> tuple[Series, ...]:
    """Read a table of own counts; one series for each site, in order of appearance, its categories added up.

    Args and errors are those of ``read_counts``; a table of published counts is refused.
    """
    table = read_counts(text, name, unstated_error=unstated_error, today=today)
    if table.published:
        raise TableError("no column count", where=name, todo="This is a table of published counts: choose from it")
    return tuple(found.series for found in table.series())


def read_published(
    text: str,
    name: str,
    *,
    site: str,
    category: str | Sequence[str],
    unstated_error: float = UNSTATED_ERROR,
    today: date | None = None,
) -> Series:
    """Read the published counts of one site.

    Several categories on one date are added up (ore cars and box cars and tank cars); a category that nobody counted on
    a date adds nothing to it.

    Args:
        text: the table.
        name: what to call it in errors.
        site: as written in the table.
        category: one or several, as written in the table.
        unstated_error: as in ``read_counts``, for a figure whose low and high are the figure itself.
        today: as in ``read_counts``.

    Raises:
        TableError: naming line and column of the first thing that is wrong, or where nothing is left.
    """
    table = read_counts(text, name, unstated_error=unstated_error, today=today)
    wanted = (category,) if isinstance(category, str) else tuple(category)
    if not table.published:
        raise TableError(f"no column {', '.join(_PUBLISHED[3:])}", where=name, todo="This is a table of own counts")
    return table.series(sites=(site,), categories=wanted)[0].series


def read_events(text: str, name: str) -> tuple[DatedEvent, ...]:
    """Read dated events from a table with ``date,event`` and, where known, ``source``; in order of date.

    Events may lie in the future.

    Raises:
        TableError: naming line and column of the first thing that is wrong.
    """
    sheet = sheet_of(text, name, needed=("date", "event"))
    require_one_clock(sheet.rows)
    events = []
    for row in sheet.rows:
        if not row.text("event"):
            raise row.fault("event", "an event needs a name")
        span = row.span()
        if span.period:
            raise row.fault("date", "an event has one date, not a period", todo="Give the day it began")
        events.append(DatedEvent(span.first.day, row.text("event"), row.text("source")))
    return tuple(sorted(events, key=lambda e: (e.day, e.event, e.source)))
