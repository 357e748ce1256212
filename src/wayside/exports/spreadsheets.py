"""CSV files after RFC 4180 with their data dictionary: a Frictionless data package, and a page for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from wayside.exports.contents import Contents, Table
from wayside.exports.dictionary import Column, Kind
from wayside.exports.shapes import wkt_of
from wayside.exports.staging import multihash, put_bytes, put_json
from wayside.exports.texts import guarded
from wayside.model.vectors import Field

__all__ = ["OBSERVATIONS", "SERIES_COLUMNS", "write_csv"]

OBSERVATIONS = "observations"
SERIES_COLUMNS = ("date", "count", "low", "high", "visible_fraction", "gsd_m")
"""What ``wayside series`` reads of a table; it comes first, but for the long cells of ``pmf``, which come last."""
_MORE = ("scene", "acquired", "status", "count_kind", "author", "licence", "attribution", "pmf")
_OUTLINE = Column("geometry_wkt", Kind.TEXT, "Outline as well-known text: longitude and latitude in degrees.")
_PIXELS = Column(
    "geometry_wkt", Kind.TEXT, "Outline as well-known text: pixel columns, and rows with their sign turned."
)
_TYPES = {
    Kind.TEXT: ("string", "default"),
    Kind.INTEGER: ("integer", "default"),
    Kind.NUMBER: ("number", "default"),
    Kind.BOOLEAN: ("boolean", "default"),
    Kind.TIME: ("datetime", "default"),
    Kind.DATE: ("date", "default"),
}
_GUARD = (
    "A text that begins, after blanks, with =, +, -, @ or one of their full-width forms, or with an apostrophe, has "
    "one apostrophe before it, so that no spreadsheet takes it for a formula: take one leading apostrophe away to have "
    "the text. Control characters are written as U+FFFD. Numbers are never changed. An empty cell is a value that is "
    "not known; it is not zero."
)


def write_csv(folder: Path, contents: Contents) -> None:
    """Write all tables, the observations that ``wayside series`` reads, and what their columns mean."""
    sheets = [_observations(contents), *(_sheet(table, contents) for table in contents.tables)]
    resources = []
    for name, text, columns, cells in sheets:
        data = _csv([column.name for column in columns], columns, cells)
        put_bytes(folder, f"{name}.csv", data)
        resources.append(_resource(name, text, columns, data))
    put_json(folder, "datapackage.json", _package(contents, resources))
    put_bytes(folder, "data-dictionary.md", _page(sheets, contents).encode())


_Sheet = tuple[str, str, tuple[Column, ...], list[tuple[Field, ...]]]


def _sheet(table: Table, contents: Contents) -> _Sheet:
    outline = _OUTLINE if contents.on_map else _PIXELS
    cells = [(*row, wkt_of(shape)) for row, shape in zip(table.rows, table.outlines, strict=True)]
    return table.name, table.meaning.text, (*table.meaning.columns, outline), cells


def _observations(contents: Contents) -> _Sheet:
    """Return the counts that make the series, in the columns that ``wayside series`` reads, and some more."""
    table = contents.table("counts").where("in_series", value=True)
    names = (*SERIES_COLUMNS, *_MORE)
    columns = tuple(next(c for c in table.meaning.columns if c.name == name) for name in names)
    cells = [tuple(record[name] for name in names) for record in table.records()]
    text = "The counts of freight cars that make the series; wayside series reads this table."
    return OBSERVATIONS, text, columns, cells


def _csv(header: Sequence[str], columns: Sequence[Column], rows: Iterable[tuple[Field, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(cell, column) for cell, column in zip(row, columns, strict=True)] for row in rows)
    return out.getvalue().encode()


def _cell(cell: Field, column: Column) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if column.kind is Kind.NUMBER:
        return repr(float(cell)).removesuffix(".0")
    return guarded(cell) if isinstance(cell, str) else str(cell)


# ---------------------------------------------------------------------- what the columns mean
def _resource(name: str, text: str, columns: Sequence[Column], data: bytes) -> dict[str, Any]:
    return {
        "name": name.replace("_", "-"),
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "description": text,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{multihash(data)[4:]}",
        "schema": {"fields": [_field(column) for column in columns], "missingValues": [""]},
    }


def _field(column: Column) -> dict[str, Any]:
    kind, form = _TYPES[column.kind]
    found = {"name": column.name, "type": kind, "format": form, "description": column.text}
    return found | ({"unit": column.unit} if column.unit else {})


def _package(contents: Contents, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": "wayside-export",
        "title": contents.site_name,
        "description": " ".join(part for part in (contents.note, _GUARD) if part),
        "created": contents.made,
        "sources": [{"title": words} for words in contents.attributions],
        "contributors": [{"title": contents.software, "role": "wrangler"}],
        "resources": resources,
    }


def _page(sheets: Sequence[_Sheet], contents: Contents) -> str:
    """Return the dictionary for people; it holds nothing of the site's own texts, so it needs no escape."""
    lines = ["# Data dictionary", "", f"Written by {contents.software}, {contents.made}.", "", _GUARD, ""]
    for name, text, columns, _ in sheets:
        lines += [f"## {name}.csv", "", text, "", "| column | type | unit | meaning |", "|---|---|---|---|"]
        lines += [f"| `{c.name}` | {c.kind} | {c.unit} | {c.text} |" for c in columns]
        lines.append("")
    return "\n".join(lines)
