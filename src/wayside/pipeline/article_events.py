"""Dated events that articles name, as the spreadsheet that ``wayside series --events`` reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from wayside.model.claims import DatedEvent

__all__ = ["events_table"]

_LONGEST_DAYS = 10
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)
_FORMULA = "=+-@\t\r"
"""A cell that begins with one of these is a formula to a spreadsheet program, and these words come from strangers."""


def events_table(events: Sequence[DatedEvent], files: dict[str, str]) -> tuple[str | None, int]:
    """Return a table with ``date,event,source`` in order of date, and how many events have no day.

    An event of several days begins on the first; one of more than ten ("in September") has no day. The same event of
    several documents is one row with all of them as its source.

    Args:
        events: as the texts name them.
        files: document id -> name of its file.

    Returns:
        The table, None where no event has a day; and the number of events left out.
    """
    rows: dict[tuple[date, str], tuple[str, list[str]]] = {}
    left = 0
    for event in events:
        day = _day(event)
        if day is None:
            left += 1
            continue
        name = _cell(event.event)
        source = files.get(event.document, event.document)
        source = f"{event.asserted_by}, in {source}" if event.asserted_by else source
        _, sources = rows.setdefault((day, name.casefold()), (name, []))
        if source not in sources:
            sources.append(source)
    if not rows:
        return None, left
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("date", "event", "source"))
    for (day, _), (name, sources) in sorted(rows.items(), key=lambda item: item[0]):
        writer.writerow((day.isoformat(), name, _cell("; ".join(sources))))
    return table.getvalue(), left


def _day(event: DatedEvent) -> date | None:
    first, last = event.time.start, event.time.end
    if first is None or (last is not None and (last - first).days > _LONGEST_DAYS):
        return None
    return first if _EARLIEST <= first <= _LATEST else None


def _cell(text: str) -> str:
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words.lstrip(_FORMULA + " ") or "event"
