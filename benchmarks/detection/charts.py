"""Control charts, rules of thumb and Bayesian online change-point detection, as an analyst would run them on scenes.

Every method sees the scenes in order and says something at each, from that and earlier ones alone. Those with a memory
that an alarm resets give their alarms for all thresholds; the others give a number that thresholds are held against.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import gammaln
from scipy.stats import norm

from detection.score import Alarms
from detection.sites import Floats, Ints

__all__ = ["CHARTS", "STATISTICS", "Chart", "anscombe", "arl_thresholds", "baseline", "bocpd_poisson"]

BASELINE_DAYS, SPARED_DAYS, LEAST = 730, 60, 6
RECENT_DAYS = 120
"""A change is news for so long."""
RISE = 2.0
HAZARD_DAYS = 730.0


@dataclass(frozen=True, slots=True)
class Chart:
    """A method with a reset: ``alarms(days, reads, thresholds)`` gives shape (S, H)."""

    name: str
    alarms: Callable[[Ints, Ints, Floats], Alarms]
    thresholds: Floats


def anscombe(n: Floats | Ints) -> Floats:
    """Return twice the root of n + 3/8, which has about the same scatter at every Poisson mean (Anscombe 1948)."""
    return np.asarray(2.0 * np.sqrt(np.asarray(n, dtype=np.float64) + 0.375), dtype=np.float64)


def baseline(days: Ints, at: int) -> slice:
    """Return the scenes of the two years that end 60 days before scene ``at``; all earlier ones where they are few."""
    low, high = np.searchsorted(days, [days[at] - BASELINE_DAYS - SPARED_DAYS, days[at] - SPARED_DAYS])
    return slice(int(low), int(high)) if high - low >= LEAST else slice(0, at)


def _standard(days: Ints, reads: Ints) -> Floats:
    """Return each scene's distance from its baseline in standard deviations, on the root scale, shape (S,)."""
    x, out = anscombe(reads), np.zeros(len(reads))
    for at in range(LEAST, len(reads)):
        held = x[baseline(days, at)]
        out[at] = (x[at] - held.mean()) / max(held.std(ddof=1), 0.5)
    return out


def ewma(weight: float, days: Ints, reads: Ints, thresholds: Floats) -> Alarms:
    """Exponentially weighted moving average (Roberts 1959), upper side, in its own asymptotic standard deviations."""
    z, out = np.zeros(len(thresholds)), np.zeros((len(reads), len(thresholds)), dtype=np.bool_)
    spread = np.sqrt(weight / (2.0 - weight))
    for at, x in enumerate(_standard(days, reads)):
        z = (1.0 - weight) * z + weight * x
        out[at] = z > thresholds * spread
        z = np.where(out[at], 0.0, z)
    return out


def _log_nb_ratio(n: float, mean: float, size: float) -> float:
    """Return log NB(n; 2 mean, size) - log NB(n; mean, size)."""
    return float(n * np.log(RISE) - (n + size) * np.log((size + RISE * mean) / (size + mean)))


def cusum(days: Ints, reads: Ints, thresholds: Floats, *, poisson: bool) -> Alarms:
    """Likelihood-ratio CUSUM (Page 1954) for a doubled mean; size of the negative binomial by moments."""
    s, out = np.zeros(len(thresholds)), np.zeros((len(reads), len(thresholds)), dtype=np.bool_)
    for at in range(LEAST, len(reads)):
        held = reads[baseline(days, at)]
        mean = max(float(held.mean()), 0.3)
        extra = float(held.var(ddof=1)) - mean
        size = 1e6 if poisson or extra <= 0 else float(np.clip(mean**2 / extra, 0.3, 1e6))
        s = np.maximum(0.0, s + _log_nb_ratio(float(reads[at]), mean, size))
        out[at] = s > thresholds
        s = np.where(out[at], 0.0, s)
    return out


def bocpd_poisson(days: Ints, reads: Ints) -> Floats:
    """Bayesian online change-point detection with Poisson counts and a gamma prior (Adams and MacKay 2007).

    A change comes once in two years, by days and not by scenes. Returned is the probability, at each scene, that the
    present run began within 120 days, and began with a rise; shape (S,).
    """
    shape0, rate0 = 1.0, 1.0 / max(1.0, float(np.mean(reads[:LEAST])))
    run, a, b = np.ones(1), np.array([shape0]), np.array([rate0])
    out, total = np.zeros(len(reads)), np.concatenate([[0], np.cumsum(reads)])
    for at, n in enumerate(reads.tolist()):
        gap = days[at] - days[at - 1] if at else 1
        change = -np.expm1(-gap / HAZARD_DAYS)
        # Run lengths before the scene: index r has r scenes in it; a change leaves it without any.
        run = np.concatenate([[change * run.sum()], (1.0 - change) * run]) if at else run
        a, b = (np.concatenate([[shape0], a]), np.concatenate([[rate0], b])) if at else (a, b)
        like = gammaln(a + n) - gammaln(a) - gammaln(n + 1) + a * np.log(b / (b + 1)) - n * np.log1p(b)
        run = run * np.exp(like - like.max())
        run, a, b = run / run.sum(), a + n, b + 1
        out[at] = recent_rise(days, total, at, run)
    return out


def recent_rise(days: Ints, total: Ints, at: int, run: Floats) -> float:
    """Return the share of ``run`` (index r: the run began r scenes before scene ``at``) that is new and higher."""
    began = at - np.arange(len(run))
    keep = (began >= 1) & (days[at] - days[np.maximum(began, 0)] < RECENT_DAYS)
    began, mass = began[keep], run[keep]
    after = (total[at + 1] - total[began]) / (at + 1 - began)
    return float(mass[after > total[began] / began].sum())


def more_than_ever(days: Ints, reads: Ints) -> Floats:
    """Return each count over the largest before it, shape (S,)."""
    del days
    before = np.maximum.accumulate(np.concatenate([[0], reads[:-1]]))
    return np.asarray((reads + 0.5) / (before + 0.5), dtype=np.float64)


def over_last_year(days: Ints, reads: Ints) -> Floats:
    """Return each count over the median of the year before it, shape (S,)."""
    out = np.zeros(len(reads))
    for at in range(1, len(reads)):
        held = reads[np.searchsorted(days, days[at] - 365) : at]
        out[at] = (reads[at] + 0.5) / ((np.median(held) if held.size else 1e9) + 0.5)
    return out


CHARTS = (
    *(
        Chart(f"EWMA {w:g}" if w < 1 else "Shewhart", partial(ewma, w), np.linspace(0.5, 8.0, 151))
        for w in (0.1, 0.2, 0.4, 1.0)
    ),
    Chart("CUSUM, Poisson", partial(cusum, poisson=True), np.geomspace(0.2, 400.0, 200)),
    Chart("CUSUM, negative binomial", partial(cusum, poisson=False), np.geomspace(0.2, 60.0, 160)),
)
STATISTICS: dict[str, Callable[[Ints, Ints], Floats]] = {
    "BOCPD, Poisson": bocpd_poisson,
    "more than ever seen": more_than_ever,
    "times last year's median": over_last_year,
}


def arl_thresholds(weight: float, run_length: float, *, cells: int = 201) -> float:
    """Return the EWMA's threshold whose average run length is ``run_length`` scenes, for independent normal counts.

    By a Markov chain over the average (Brook and Evans 1972; Lucas and Saccucci 1990), lower side reflected far out.
    """
    low, high = 0.5, 8.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _arl(weight, middle, cells) < run_length else (low, middle)
    return 0.5 * (low + high)


def _arl(weight: float, threshold: float, cells: int) -> float:
    spread = np.sqrt(weight / (2.0 - weight))
    edges = np.linspace(-6.0 * spread, threshold * spread, cells + 1)
    middle = 0.5 * (edges[1:] + edges[:-1])
    reach = (edges[None, :] - (1.0 - weight) * middle[:, None]) / weight
    p = np.diff(norm.cdf(reach), axis=1)
    p[:, 0] += norm.cdf(reach[:, 0])
    runs = np.linalg.solve(np.eye(cells) - p, np.ones(cells))
    return float(np.interp(0.0, middle, runs))
