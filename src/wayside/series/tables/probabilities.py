"""The column ``pmf``: the whole distribution of a count in one cell, as ``wayside export`` writes it.

A cell reads ``from 7: 0.25 0.5 0.25``: the smallest count, and the probabilities of it and of those that follow. It
begins with a letter, so that no spreadsheet takes it for a time of day or a number.
"""

from __future__ import annotations

import re

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.series.level.seen import LARGEST_COUNT
from wayside.series.tables.sheet import Row

__all__ = ["stated_count"]

_COLUMN = "pmf"
_LEVEL = 0.9
_CELL = re.compile(r"from (\d{1,9}):((?: (?:\d{1,2}(?:\.\d{1,30})?(?:e-\d{1,3})?))+)", re.ASCII)
_CLEAR = "Empty the cell pmf of a row whose count, low or high was changed"


def stated_count(row: Row, count: int, low: float | None, high: float | None) -> CountDistribution:
    """Return the distribution that a row's cell ``pmf`` holds.

    Args:
        row: it has such a cell.
        count: the row's count, which must be the distribution's median.
        low: lower end of the 90 % interval; None where the row has none.
        high: upper end.

    Raises:
        TableError: the cell is damaged, or does not agree with the row's other figures.
    """
    found = _CELL.fullmatch(row.text(_COLUMN))
    if found is None:
        raise row.fault(_COLUMN, "these are no probabilities", todo="Write them as: from 7: 0.25 0.5 0.25")
    first, p = int(found[1]), [float(text) for text in found[2].split()]
    if first + len(p) - 1 > LARGEST_COUNT:
        raise row.fault(_COLUMN, f"it reaches beyond {LARGEST_COUNT} cars", todo="No yard holds more")
    try:
        stated = CountDistribution(first, p)  # type: ignore[arg-type]  # any row of numbers is made an array
    except ValueRefusedError as error:
        raise row.fault(_COLUMN, str(error), todo="Give every probability, so that they sum to 1") from error
    _require_agreement(row, stated, count, low, high)
    return stated


def _require_agreement(row: Row, stated: CountDistribution, count: int, low: float | None, high: float | None) -> None:
    """Refuse a distribution beside which somebody has changed the figures: one of the two is not meant."""
    interval = stated.interval(_LEVEL)
    for name, given, expected in (
        ("count", count, stated.median),
        ("low", low, interval.low),
        ("high", high, interval.high),
    ):
        if given is not None and given != expected:
            raise row.fault(name, f"{name} is {given:g}, but by the column pmf it is {expected}", todo=_CLEAR)
