"""From places of the truth to coverage, ranks and reliability, with the error that so few sites leave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from detection.sites import Floats
from scipy.stats import binom, chi2, kstest

__all__ = [
    "LEVELS",
    "Coverage",
    "Ranks",
    "Reliability",
    "band",
    "coverage",
    "edges_out",
    "ranks",
    "reliability",
    "said",
    "weights",
]

LEVELS = (0.5, 0.8, 0.9)
BINS = 10

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often intervals of ``LEVELS`` hold the truth.

    Attributes:
        share: of the truth inside; where the truth is a whole number on an interval's edge, the part of its probability
            that lies inside, so that a calibrated series reaches each level to the letter.
        error: standard error of each, from site to site.
        printed: share held by the 90 % interval as it is printed, edges included.
        below: share of the truth below the 90 % interval.
        above: the same above it.
        sites: how many.
        places: of the truth, at all sites together.
    """

    share: tuple[float, ...]
    error: tuple[float, ...]
    printed: float
    below: float
    above: float
    sites: int
    places: int

    def off(self, level: int) -> float:
        """Return how many standard errors the share is away from its level.

        The error is never less than that of as many independent places: where all are inside, sites do not differ.
        """
        least = math.sqrt(LEVELS[level] * (1 - LEVELS[level]) / self.places)
        return (self.share[level] - LEVELS[level]) / float(np.nanmax([self.error[level], least]))


def _places(rows: Sequence[Row], name: str) -> list[Floats]:
    """Return the places of each site that has some, shape (its places, 2)."""
    return [np.array(row["places"][name]) for row in rows if row["places"].get(name)]


def _inside(places: Floats, low: float, high: float) -> Floats:
    """Return which part of each place lies from ``low`` to ``high``; a place of no width is in or out."""
    below, upto = places[:, 0], places[:, 1]
    width = upto - below
    part = (np.minimum(upto, high) - np.maximum(below, low)).clip(0.0) / np.maximum(width, 1e-12)
    return np.asarray(np.where(width > 1e-9, part, (below > low) & (below < high)), dtype=np.float64)


def coverage(rows: Sequence[Row], name: str) -> Coverage | None:
    """Return the coverage of one quantity; None where no row has it. A site's several days count as one."""
    places = _places(rows, name)
    if not places:
        return None
    n, share, error = len(places), [], []
    for level in LEVELS:
        held = np.array([_inside(p, (1 - level) / 2, (1 + level) / 2).mean() for p in places])
        share.append(float(held.mean()))
        error.append(float(held.std(ddof=1) / math.sqrt(n)) if n > 1 else math.nan)
    printed = np.mean([np.mean((p[:, 1] >= 0.05) & (p[:, 0] < 0.95)) for p in places])
    below = np.mean([_inside(p, -1.0, 0.05).mean() for p in places])
    above = np.mean([_inside(p, 0.95, 2.0).mean() for p in places])
    return Coverage(tuple(share), tuple(error), float(printed), float(below), float(above), n, sum(map(len, places)))


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks of the truth, one for each site, and whether they are uniform."""

    values: Floats
    heights: Floats
    chi2_p: float
    ks_p: float


def ranks(rows: Sequence[Row], name: str) -> Ranks | None:
    """Return the randomised ranks; where a site has several days, the first, which were drawn in random order."""
    places = [p[0] for p in _places(rows, name)]
    if not places:
        return None
    uniform = np.random.default_rng(1).random(len(places))
    below, upto = np.array(places).T
    values = below + uniform * (upto - below)
    heights = np.histogram(values, BINS, (0.0, 1.0))[0].astype(np.float64)
    expected = len(values) / BINS
    statistic = float(((heights - expected) ** 2).sum() / expected)
    return Ranks(values, heights, float(chi2.sf(statistic, BINS - 1)), float(kstest(values, "uniform").pvalue))


def band(sites: int, bins: int = BINS, level: float = 0.99) -> tuple[float, float]:
    """Return how high a bin of a uniform histogram may be, at ``level`` for each bin alone."""
    low, high = binom.ppf([(1 - level) / 2, (1 + level) / 2], sites, 1 / bins)
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Reliability:
    """What was said and how often it was so.

    Attributes:
        said: mean probability of each bin that has some.
        was: share that was so.
        cases: number.
        brier: mean squared distance of what was said from what was so.
        expected: the same if every probability were right.
        base: the same for who always says the share that was so.
        z: standard errors between how often it was said and how often it was so.
    """

    said: Floats
    was: Floats
    cases: Floats
    brier: float
    expected: float
    base: float
    z: float

    @property
    def total(self) -> int:
        """Number of cases."""
        return int(self.cases.sum())


def reliability(said: Floats, was: Floats, bins: int = BINS) -> Reliability | None:
    """Return the reliability of probabilities; None where there are none."""
    if said.size == 0:
        return None
    which = np.minimum((said * bins).astype(np.int64), bins - 1)
    cases = np.bincount(which, minlength=bins).astype(np.float64)
    kept = cases > 0
    mean = np.bincount(which, said, bins)[kept] / cases[kept]
    share = np.bincount(which, was, bins)[kept] / cases[kept]
    spread = math.sqrt(max(float((said * (1 - said)).sum()), 1e-9))
    return Reliability(
        mean,
        share,
        cases[kept],
        float(((said - was) ** 2).mean()),
        float((said * (1 - said)).mean()),
        float(was.mean() * (1 - was.mean())),
        float((was - said).sum() / spread),
    )


def said(rows: Sequence[Row], name: str) -> tuple[Floats, Floats]:
    """Return what was said and whether it was so, of the rows that have it."""
    pairs = [row["said"][name] for row in rows if name in row["said"]]
    return np.array([p[0] for p in pairs], dtype=np.float64), np.array([p[1] for p in pairs], dtype=np.float64)


def weights(rows: Sequence[Row], name: str) -> tuple[Floats, Floats]:
    """Return the weight of every value of a parameter and whether it is the true one, all sites and values in one."""
    pairs = [row["weights"][name] for row in rows if name in row["weights"]]
    weight = [w for values, _ in pairs for w in values]
    true = [float(i == at) for values, at in pairs for i in range(len(values))]
    return np.array(weight, dtype=np.float64), np.array(true, dtype=np.float64)


def edges_out(rows: Sequence[Row], name: str, level: float) -> float:
    """Return the share of cases that were said with more than ``level`` although they were not so."""
    p, was = said(rows, name)
    wrong = was == 0.0
    return float(np.mean(p[wrong] > level)) if wrong.any() else math.nan
