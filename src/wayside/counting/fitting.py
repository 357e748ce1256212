"""Fit the decoder's constants on held-out strips by the likelihood of their true counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from wayside.counting.decode import batches
from wayside.counting.emission import Emission
from wayside.counting.potentials import DecoderSettings, evidence_of, potentials_of
from wayside.counting.semimarkov import sweep
from wayside.counting.tally import count_rows
from wayside.model.checks import require
from wayside.model.counts import CountDistribution

__all__ = [
    "FITTED",
    "FitBounds",
    "count_distributions",
    "fit_settings",
    "log_likelihoods",
]

_LEAST = 1e-300
_OUTLIER = 0.03
"""Share of strips whose count the model may not explain at all; keeps a few hopeless images from ruling the fit."""


class FitBounds(NamedTuple):
    """Where a constant may lie.

    Attributes:
        low: least value.
        high: greatest value.
        logarithmic: whether it is searched in its logarithm.
        step: first step of the search, in the value or its logarithm.
    """

    low: float
    high: float
    logarithmic: bool
    step: float


FITTED: dict[str, FitBounds] = {
    "tau_occupied": FitBounds(0.01, 1.0, logarithmic=True, step=0.4),
    "tau_boundary": FitBounds(0.02, 3.0, logarithmic=True, step=0.4),
    "bias_occupied": FitBounds(-0.5, 0.5, logarithmic=False, step=0.05),
    "bias_boundary": FitBounds(-4.0, 4.0, logarithmic=False, step=0.5),
    "start_per_m": FitBounds(1e-4, 0.05, logarithmic=True, step=0.5),
    "continue_p": FitBounds(0.3, 0.98, logarithmic=False, step=0.05),
    "cut_p": FitBounds(0.02, 0.98, logarithmic=False, step=0.15),
    "length_power": FitBounds(0.2, 2.0, logarithmic=True, step=0.3),
}
"""Constants that can be fitted."""

DEFAULT_NAMES = ("tau_occupied", "tau_boundary", "bias_occupied", "start_per_m", "length_power")


def count_distributions(emissions: Sequence[Emission], settings: DecoderSettings) -> tuple[CountDistribution, ...]:
    """Return the distribution of the count of each strip; cheaper than ``decode_tracks``, which finds the cars too."""
    found: dict[int, CountDistribution] = {}
    for indices in batches(emissions):
        weights = potentials_of(settings, emissions[indices[0]].step_m)
        evidence = evidence_of([emissions[i] for i in indices], settings, weights.block)
        rows = count_rows(weights, evidence, sweep(weights, evidence))
        for place, p in zip(evidence.order.tolist(), rows, strict=True):
            found[indices[place]] = CountDistribution.from_weights(0, p).trimmed(0.0)
    return tuple(found[i] for i in range(len(emissions)))


def log_likelihoods(
    emissions: Sequence[Emission], counts: Sequence[int], settings: DecoderSettings
) -> NDArray[np.float64]:
    """Return log P(count | emission) of each strip, at least log(1e-300)."""
    require(len(emissions) == len(counts), "every strip needs its count")
    found = count_distributions(emissions, settings)
    p = [distribution.probability(int(n)) for distribution, n in zip(found, counts, strict=True)]
    return np.log(np.maximum(np.array(p, dtype=np.float64), _LEAST))


def _coordinate(value: float, b: FitBounds) -> float:
    value = min(max(value, b.low), b.high)
    return math.log(value) if b.logarithmic else value


def fit_settings(
    emissions: Sequence[Emission],
    true_counts: Sequence[int],
    start: DecoderSettings,
    *,
    names: Sequence[str] = DEFAULT_NAMES,
    most_evaluations: int = 200,
) -> DecoderSettings:
    """Maximise the summed log-likelihood of the true counts (Nelder and Mead, Computer Journal 7, 1965).

    Each strip's likelihood is mixed with 0.03 of a uniform over the counts that fit it, so that a wrong label costs a
    bounded amount. The search is deterministic.

    Args:
        emissions: held-out strips, at least one.
        true_counts: the number of cars on each, cars cut by an end with at least ``least_visible_m`` inside included.
        start: where to begin; what is not in ``names`` stays.
        names: constants to fit, of ``FITTED``.
        most_evaluations: evaluations of the whole set, at least 1.

    Returns:
        The best settings seen; never worse than ``start`` moved within the bounds of ``FITTED``.
    """
    require(emissions, "there is no strip to fit on")
    require(len(emissions) == len(true_counts), "every strip needs its count")
    require(names and set(names) <= set(FITTED), f"constants that can be fitted are {', '.join(FITTED)}")
    bounds = [FITTED[name] for name in names]
    most = np.array([e.columns * e.step_m / start.lengths.low_m + 3.0 for e in emissions])

    def settings_at(x: NDArray[np.float64]) -> DecoderSettings:
        values: dict[str, Any] = {
            name: float(np.clip(math.exp(v) if b.logarithmic else v, b.low, b.high))
            for name, b, v in zip(names, bounds, x.tolist(), strict=True)
        }
        return replace(start, **values)

    def cost(x: NDArray[np.float64]) -> float:
        p = np.exp(log_likelihoods(emissions, true_counts, settings_at(x)))
        return -float(np.log((1.0 - _OUTLIER) * p + _OUTLIER / most).sum())

    origin = np.array([_coordinate(getattr(start, name), b) for name, b in zip(names, bounds, strict=True)])
    box = [(_coordinate(b.low, b), _coordinate(b.high, b)) for b in bounds]
    # Steps turn back where they would leave the box, so that no corner of the first simplex coincides with another.
    steps = [b.step if x + b.step <= high else -b.step for x, b, (_, high) in zip(origin, bounds, box, strict=True)]
    simplex = np.vstack([origin, origin + np.diag(steps)])
    found = minimize(
        cost,
        origin,
        method="Nelder-Mead",
        bounds=box,
        options={
            "maxfev": most_evaluations,
            "xatol": 5e-3,
            "fatol": 1e-2,
            "initial_simplex": simplex,
            "adaptive": True,
        },
    )
    return settings_at(found.x if found.fun <= cost(origin) else origin)
