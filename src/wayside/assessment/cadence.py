"""Whether there are more images now than before, and of whom: the first thing to ask of a record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wayside.assessment.assessment import CountedScene

__all__ = ["RECENT_DAYS", "Cadence", "cadence_of", "chance_of_so_many", "origin_of"]

RECENT_DAYS = 90
_FEWEST = 4
_TIMES = 2.0
_CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class Cadence:
    """Usable scenes of the last days against those of all the time before.

    Attributes:
        days: days of the recent time, both ends included.
        scenes: scenes in it.
        days_before: days before it, from the first scene on.
        scenes_before: scenes in them.
        new: whose images came in only recently, by name, in order.
        origins_before: number of different origins before.
        chance: probability of so many recent scenes, or more, if scenes came as often as before (see
            ``chance_of_so_many``).
    """

    days: int
    scenes: int
    days_before: int
    scenes_before: int
    new: tuple[str, ...]
    origins_before: int
    chance: float

    @property
    def times(self) -> float:
        """How many times as often scenes come as they did before."""
        return (self.scenes / self.days) / (self.scenes_before / self.days_before)

    @property
    def denser(self) -> bool:
        """Whether scenes come at least twice as often as before, and not by chance."""
        return self.times >= _TIMES and self.chance <= _CHANCE


def origin_of(row: CountedScene) -> str:
    """Return whose eye a scene is: its platform with its provider's name; empty where neither is known."""
    scene = row.scene
    return ", ".join(filter(None, (scene.provider, scene.platform)))


def cadence_of(rows: Sequence[CountedScene], newest: date) -> Cadence | None:
    """Return how often scenes came before and lately; None where either time has fewer than four of them.

    Args:
        rows: scenes in order of date; only usable ones up to ``newest`` are looked at.
        newest: the last day.
    """
    usable = [row for row in rows if row.usable and row.day <= newest]
    first = newest - timedelta(days=RECENT_DAYS - 1)
    recent = [row for row in usable if row.day >= first]
    before = [row for row in usable if row.day < first]
    if min(len(recent), len(before)) < _FEWEST:
        return None
    days_before = (first - before[0].day).days
    known = {origin_of(row) for row in before}
    return Cadence(
        days=RECENT_DAYS,
        scenes=len(recent),
        days_before=days_before,
        scenes_before=len(before),
        new=tuple(sorted({origin_of(row) for row in recent} - known - {""})),
        origins_before=len(known - {""}),
        chance=chance_of_so_many(len(recent), len(before), RECENT_DAYS / (RECENT_DAYS + days_before)),
    )


def chance_of_so_many(recent: int, before: int, share: float) -> float:
    """Return the probability of ``recent`` or more of all scenes in a part of the time, if they came evenly.

    Given their sum, the numbers of two Poisson processes of one rate are binomial: the exact test of Przyborowski and
    Wilenski, "Homogeneity of results in testing samples from Poisson series" (Biometrika 31, 1940).

    Args:
        recent: scenes in the part.
        before: scenes in the rest.
        share: the part's share of the time, 0 to 1, both excluded.
    """
    total = recent + before
    logs = [
        math.lgamma(total + 1) - math.lgamma(k + 1) - math.lgamma(total - k + 1)
        + k * math.log(share) + (total - k) * math.log1p(-share)
        for k in range(recent, total + 1)
    ]  # fmt: skip
    return min(1.0, math.fsum(math.exp(value) for value in logs))
