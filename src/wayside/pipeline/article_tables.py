"""What an analyst knows and thinks of articles, from two spreadsheets; all that is wrong in one is said at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from wayside.errors import TableError, ValueRefusedError
from wayside.model.agreement import Rating
from wayside.pipeline.article_files import ArticleFile
from wayside.pipeline.files import read_text

__all__ = ["Particulars", "read_particulars", "read_ratings"]

_LIMIT = 5_000_000
_SEPARATORS = ",;\t"
_SHOWN = 8
_LONGEST = 2000
_EARLIEST = date(1800, 1, 1)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What an analyst knows of a file; None for what is not given.

    Attributes:
        published: day of publication.
        outlet: who published it.
        url: where it was.
        title: headline.
        author: byline.
    """

    published: date | None = None
    outlet: str | None = None
    url: str | None = None
    title: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: dict[str, str]


def read_particulars(path: Path, files: Sequence[ArticleFile]) -> dict[Path, Particulars]:
    """Read a table with ``file`` and any of ``published,outlet,url,title,author``.

    A file is named as on the command line, as in the result, or by its name alone where that is enough.

    Args:
        path: the table.
        files: those that are read.

    Returns:
        The particulars by the file's path.

    Raises:
        TableError: everything that is wrong in it, line by line.
    """
    rows = _rows(path, needed=("file",), known=("published", "outlet", "url", "title", "author"))
    by_name: dict[str, list[Path]] = {}
    for file in files:
        for name in dict.fromkeys((str(file.path), file.name, file.path.name)):
            by_name.setdefault(name, []).append(file.path)
    found: dict[Path, Particulars] = {}
    lines: dict[Path, int] = {}

    def put(row: _Row) -> None:
        meant = by_name.get(row.cells["file"]) or by_name.get(str(Path(row.cells["file"]))) or []
        if not meant:
            raise ValueRefusedError(f"no article is called {row.cells['file'][:80]!r}")
        if len(meant) > 1:
            raise ValueRefusedError(f"{len(meant)} articles are called {row.cells['file'][:80]!r}")
        if meant[0] in found:
            raise ValueRefusedError(f"{row.cells['file'][:80]!r} stands in line {lines[meant[0]]} too")
        text = {name: row.cells.get(name) or None for name in ("outlet", "title", "author")}
        day = _day(row.cells["published"], "published") if row.cells.get("published") else None
        found[meant[0]] = Particulars(
            day, text["outlet"], _url(row.cells.get("url", "")), text["title"], text["author"]
        )
        lines[meant[0]] = row.line

    _each(rows, put, str(path))
    return found


def read_ratings(path: Path) -> tuple[Rating, ...]:
    """Read an analyst's grades: ``subject,reliability,credibility,by,on,note``.

    Raises:
        TableError: everything that is wrong in it, line by line.
    """
    rows = _rows(path, needed=("subject", "by", "on"), known=("reliability", "credibility", "note"))
    found: list[Rating] = []

    def put(row: _Row) -> None:
        found.append(
            Rating(
                subject=row.cells["subject"],
                reliability=row.cells.get("reliability", "").upper() or None,
                credibility=row.cells.get("credibility", "") or None,
                by=row.cells["by"],
                on=_day(row.cells["on"], "on"),
                note=row.cells.get("note", ""),
            )
        )

    _each(rows, put, str(path))
    return tuple(found)


def _each(rows: Sequence[_Row], put: Callable[[_Row], None], where: str) -> None:
    """Take every row, and refuse the table with all that is wrong in it."""
    faults = []
    for row in rows:
        try:
            put(row)
        except ValueRefusedError as fault:
            faults.append(f"line {row.line}: {fault.what}" + (f" ({fault.todo})" if fault.todo else ""))
    if faults:
        more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise TableError("; ".join(faults[:_SHOWN]) + more, where=where, todo="Mend these lines and run again")


def _rows(path: Path, *, needed: tuple[str, ...], known: tuple[str, ...]) -> list[_Row]:
    text, where = read_text(path, TableError, limit=_LIMIT), str(path)
    if "\0" in text:
        raise TableError("this is not text", where=where, todo="Save it as CSV in UTF-8")
    header = next(iter(text.strip("\r\n").splitlines()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=header.count), strict=True)
    try:
        lines = [
            (reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(c.strip() for c in cells)
        ]
    except csv.Error as fault:
        raise TableError(
            f"this is not a table ({fault})", where=f"{where}, line {reader.line_num}", todo="Save it as CSV in UTF-8"
        ) from fault
    if not lines:
        raise TableError("the table is empty", where=where, todo=f"Give it a header with {', '.join(needed)}")
    columns = tuple(cell.lower() for cell in lines[0][1])
    _check_header(columns, needed, known, where)
    if len(lines) == 1:
        raise TableError("the table has a header and no rows", where=where)
    rows, faults = [], []
    for line, cells in lines[1:]:
        while len(cells) > len(columns) and not cells[-1]:
            cells.pop()
        if len(cells) > len(columns):
            faults.append(f"line {line}: {len(cells)} cells where the header has {len(columns)}")
        elif any(len(cell) > _LONGEST for cell in cells):
            faults.append(f"line {line}: a cell with more than {_LONGEST} characters")
        row = _Row(line, dict(zip(columns, cells, strict=False)))
        faults += [f"line {line}: no {name}" for name in needed if not row.cells.get(name)]
        rows.append(row)
    if faults:
        more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise TableError("; ".join(faults[:_SHOWN]) + more, where=where, todo="Mend these lines and run again")
    return rows


def _check_header(columns: tuple[str, ...], needed: tuple[str, ...], known: tuple[str, ...], where: str) -> None:
    todo = f"Its columns are {', '.join((*needed, *known))}"
    missing = [name for name in needed if name not in columns]
    if missing:
        raise TableError(f"no column {', '.join(missing)}", where=where, todo=todo)
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise TableError(f"column {', '.join(twice)[:100]} stands twice", where=where, todo="Rename one of them")
    strange = [name for name in columns if name and name not in needed and name not in known]
    if strange:
        raise TableError(f"no such column: {', '.join(strange)[:100]}", where=where, todo=todo)


def _day(text: str, column: str) -> date:
    """Return an ISO date (``ValueRefusedError`` where it is none)."""
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(text) if len(text) == len("2023-10-05") else None
    if day is None:
        raise ValueRefusedError(f"{column} {text[:30]!r} is not a date", todo="Write it as 2023-10-05")
    if day < _EARLIEST:
        raise ValueRefusedError(f"{column} {text[:30]!r} is too long ago")
    return day


def _url(text: str) -> str | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError as fault:
        raise ValueRefusedError(f"url {text[:60]!r} is no address") from fault
    if parts.scheme not in {"http", "https"} or not parts.netloc or not text.isprintable():
        raise ValueRefusedError(f"url {text[:60]!r} is no address", todo="It begins with http:// or https://")
    return text
