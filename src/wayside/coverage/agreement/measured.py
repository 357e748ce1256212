"""The measured count that claims are set against, from the JSON of `wayside count`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeGuard

from wayside.errors import TextError
from wayside.model.agreement import MeasuredCount

if TYPE_CHECKING:
    from datetime import date

__all__ = ["measured_from_json"]

# Printed probabilities are rounded; a sum this near to 1 is one.
ROUNDED: Final = 0.01


def measured_from_json(found: object, name: str, *, place: str | None = None, day: date | None = None) -> MeasuredCount:
    """Read a measured count.

    Args:
        found: the parsed object of `wayside count --json`; the count of freight cars is taken where it stands apart.
        name: of the file, for messages.
        place: where the image was taken, or None.
        day: when, or None.

    Raises:
        TextError: no distribution in it, or not one of probabilities.
    """
    todo = "Give the output of `wayside count --json` of an image that could be counted"
    whole = found if isinstance(found, Mapping) else {}
    counts = [one for key in ("freight", "count") if isinstance(one := whole.get(key), Mapping)]
    pmf = next((one for count in counts if isinstance(one := count.get("pmf"), Mapping)), None)
    if pmf is None:
        raise TextError("no distribution of a count in it", where=name, todo=todo)
    first, p = pmf.get("first"), pmf.get("p")
    if not isinstance(first, int) or first < 0 or not _numbers(p):
        raise TextError(
            "the distribution needs a whole number 'first' and a list of numbers 'p'", where=name, todo=todo
        )
    values = [float(value) for value in p]
    total = math.fsum(values)
    if min(values) < 0.0 or abs(total - 1.0) > ROUNDED:
        raise TextError(f"the probabilities sum to {total:.3g}, not to 1", where=name, todo=todo)
    return MeasuredCount(first, tuple(value / total for value in values), "railcar", place, day)


def _numbers(values: object) -> TypeGuard[Sequence[float]]:
    if not isinstance(values, Sequence) or isinstance(values, str) or not values:
        return False
    return all(isinstance(value, int | float) and math.isfinite(value) for value in values)
