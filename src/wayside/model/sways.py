"""How far an answer moves with what is assumed, and which single scene moves it most."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from wayside.model.series import Sensitivity, SeriesResult
from wayside.model.wording import say_date

__all__ = [
    "SCENE",
    "SceneSway",
    "SettingSpread",
    "day_named",
    "is_setting",
    "say_assumption",
    "spread_of_settings",
    "sway_of_scenes",
    "sways_of_scenes",
]

SCENE = "scene"
_APART = frozenset({SCENE, "stress", "rise"})
_LEAST_WEIGHT = 0.01
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class SettingSpread:
    """The smallest and the largest (b) under other settings.

    Attributes:
        settings: number of settings that were tried.
        low: the one that gives the smallest probability to exceed every day.
        high: the one that gives the largest.
    """

    settings: int
    low: Sensitivity
    high: Sensitivity

    @property
    def width(self) -> float:
        """Difference between the two probabilities, 0 to 1."""
        return self.high.p_exceeds_all_days - self.low.p_exceeds_all_days


@dataclass(frozen=True, slots=True)
class SceneSway:
    """The scene whose absence changes the record most.

    Attributes:
        row: the answers without that scene.
        all_days: what (b) becomes without it, less what it is with it, -1 to 1.
        observed: the same for (a); 0 where it was not asked.
    """

    row: Sensitivity
    all_days: float
    observed: float

    @property
    def size(self) -> float:
        """The larger change of the two, 0 to 1."""
        return max(abs(self.all_days), abs(self.observed))


def is_setting(row: Sensitivity) -> bool:
    """Whether a row is a reasonable setting.

    Single scenes and stresses are none, the rise's own days are another question, and what the counts give a weight of
    less than 1 % is not reasonable.
    """
    return row.group not in _APART and (row.weight is None or row.weight >= _LEAST_WEIGHT)


def spread_of_settings(rows: Iterable[Sensitivity]) -> SettingSpread | None:
    """Return the spread of (b) over other reasonable settings; None where none were tried."""
    tried = [r for r in rows if is_setting(r)]
    if not tried:
        return None
    low = min(tried, key=lambda r: r.p_exceeds_all_days)
    return SettingSpread(len(tried), low, max(tried, key=lambda r: r.p_exceeds_all_days))


def sways_of_scenes(result: SeriesResult, *, until: date | None = None) -> tuple[SceneSway, ...]:
    """Return how each scene that was left out moves the record of ``result``; empty where none was, or no record is.

    Args:
        result: what a series says.
        until: leave aside scenes after this day, as far as the rows name days.
    """
    record = result.record
    if record is None:
        return ()
    a, b = record.p_exceeds_observed, record.p_exceeds_all_days
    return tuple(
        SceneSway(
            row, row.p_exceeds_all_days - b, 0.0 if row.p_exceeds_observed is None else row.p_exceeds_observed - a
        )
        for row in result.sensitivity
        if row.group == SCENE and _by(row, until)
    )


def sway_of_scenes(result: SeriesResult) -> SceneSway | None:
    """Return the scene that moves the record of ``result`` most; None where none was left out."""
    return max(sways_of_scenes(result), key=lambda sway: sway.size, default=None)


def day_named(assumption: str) -> date | None:
    """Return the first ISO date that stands in a phrase; None where there is none."""
    for found in _ISO_DAY.finditer(assumption):
        try:
            return date.fromisoformat(found.group())
        except ValueError:
            continue
    return None


def say_assumption(assumption: str, written: Callable[[date], str] = say_date) -> str:
    """Return a phrase with its ISO date written out, as one language writes days."""
    day = day_named(assumption)
    return assumption if day is None else assumption.replace(day.isoformat(), written(day))


def _by(row: Sensitivity, until: date | None) -> bool:
    day = day_named(row.assumption)
    return until is None or day is None or day <= until
