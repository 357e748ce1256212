"""A dated event: has the level changed since, by how much, how sure is that, and how often is it said falsely?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from scipy.stats import t as student

from detection.ours import compared
from detection.sites import DAYS_PER_YEAR, Floats, Site

__all__ = ["AFTER_DAYS", "DatedCase", "Effect", "case_of", "of_ours", "truth", "welch"]

AFTER_DAYS = 183
MONTH = DAYS_PER_YEAR / 12
LEAST = 2


@dataclass(frozen=True, slots=True)
class Effect:
    """Log of the level after a date over that before it: 5, 50 and 95 % and how probable a rise is not."""

    low: float
    median: float
    high: float
    p: float


@dataclass(frozen=True, eq=False)
class DatedCase:
    """A site and a date.

    Attributes:
        site: quiet or rising.
        day: the date's number: the onset, or a random day of the same years at a quiet site.
        months: mean count of each month of thirty days and a half about the date, NaN without a scene.
        split: number of months before the date.
    """

    site: Site
    day: int
    months: Floats
    split: int

    @property
    def id(self) -> str:
        """Name."""
        return f"{self.site.kind}-{self.site.seed}-{'quiet' if self.site.onset is None else 'rising'}"

    def usable(self) -> bool:
        """Whether there are two scenes or more in the half year after the date."""
        d = self.site.scene_days
        return int(((d >= self.day) & (d < self.day + AFTER_DAYS)).sum()) >= LEAST


def case_of(site: Site, day: int) -> DatedCase:
    """Cut months so that the date begins one."""
    split, ahead = int(day // MONTH), math.ceil(AFTER_DAYS / MONTH)
    index = np.floor((site.scene_days - day) / MONTH).astype(int) + split
    reads = site.reads()
    months = np.array([reads[index == k].mean() if (index == k).any() else np.nan for k in range(split + ahead)])
    return DatedCase(site, day, months, split)


def truth(case: DatedCase) -> float:
    """Return the log of the mean level in the half year after the date over the mean level before it."""
    mean = case.site.mean
    return float(np.log(mean[case.day : case.day + AFTER_DAYS].mean() / mean[: case.day].mean()))


def of_ours(case: DatedCase) -> Effect:
    """Return wayside's comparison of the periods."""
    site = case.site
    answer = compared(site.series(), site.first + timedelta(days=case.day), AFTER_DAYS, site.seed)
    low, high = answer.ratio.interval90
    return Effect(math.log(low), math.log(answer.ratio.median), math.log(high), 1.0 - answer.p_more)


def welch(case: DatedCase) -> Effect:
    """Welch's unequal-variance comparison of log(1 + count), every scene for itself."""
    x, d = np.log1p(case.site.reads()), case.site.scene_days
    a, b = x[d < case.day], x[(d >= case.day) & (d < case.day + AFTER_DAYS)]
    va, vb = a.var(ddof=1) / a.size, b.var(ddof=1) / b.size
    se = math.sqrt(max(va + vb, 1e-6))
    freedom = (va + vb) ** 2 / max(va**2 / (a.size - 1) + vb**2 / (b.size - 1), 1e-12)
    middle, half = float(b.mean() - a.mean()), float(student.ppf(0.95, freedom)) * se
    return Effect(middle - half, middle, middle + half, float(student.sf(middle / se, freedom)))
