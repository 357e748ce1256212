"""How many of an uncertain number of cars are of a kind, where each listed car's kind is uncertain too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wayside.model.checks import require
from wayside.model.counts import CountDistribution

__all__ = ["of_kinds"]

Array = NDArray[np.float64]


def of_kinds(total: CountDistribution, p: Array, prior: Array, *, strength: float = 1.0) -> list[CountDistribution]:
    """Return how many of ``total`` cars are of each of several kinds.

    Args:
        total: all cars.
        p: shape (kinds, k), probability that each of k listed cars is of the kind.
        prior: shape (kinds,), probability for a car that nobody listed.
        strength: as many listed cars the prior counts for, greater than 0.

    Returns:
        For each kind, given n cars: the Poisson-binomial of its ``p`` for n = k; for n > k with a binomial of the
        n - k others, each of the kind with the mean probability; for n < k without k - n cars taken at random.
    """
    require(p.ndim == 2 and prior.shape == p.shape[:1], f"{p.shape} and {prior.shape} do not name the same kinds")
    k, mean = p.shape[1], ((p.sum(axis=1) + strength * prior) / (p.shape[1] + strength))[:, None]
    most = max(k, int(total.support[-1]))
    row = np.zeros((p.shape[0], most + 1))
    row[:, 0] = 1.0
    for at in range(k):
        _one_more(row[:, : at + 2], p[:, at : at + 1])
    result = total.probability(k) * row
    more = row.copy()
    for n in range(k + 1, most + 1):
        _one_more(more[:, : n + 1], mean)
        result += total.probability(n) * more
    fewer, x = row, np.arange(most + 1.0)
    for n in range(k - 1, total.first - 1, -1):
        here = fewer[:, : n + 2]
        gone = here * np.minimum(x[: n + 2] / (n + 1), 1.0)
        here -= gone
        here[:, :-1] += gone[:, 1:]
        result += total.probability(n) * fewer
    return [CountDistribution.from_weights(0, np.clip(of_kind, 0.0, None)).trimmed() for of_kind in result]


def _one_more(row: Array, p: Array) -> None:
    """Add a car to counts of shape (kinds, counts) in place; it is of each kind with probability ``p`` (kinds, 1)."""
    gained = p * row[:, :-1]
    row *= 1.0 - p
    row[:, 1:] += gained
