"""Dates that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wayside.model.checks import require

__all__ = ["DateInterval"]


@dataclass(frozen=True, slots=True)
class DateInterval:
    """Both days belong to the interval."""

    low: date
    high: date

    def __post_init__(self) -> None:
        require(self.low <= self.high, f"an interval of dates ends after it starts, not {self.low} to {self.high}")
