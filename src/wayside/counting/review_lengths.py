"""Lengths of cars learnt at a site: the decoder's prior after an analyst has seen what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.counting.lengths import CarLength, LengthFamily, LengthPrior
from wayside.model.checks import require, require_finite

__all__ = ["learn_lengths"]

Array = NDArray[np.float64]

_ROUNDS = 200
_SETTLED = 1e-9


class _Components(NamedTuple):
    """The lengths of all families in one row.

    Attributes:
        family: shape (n,), index of each one's family.
        length_m: shape (n,).
        sd_m: shape (n,), with the error of a found length in it.
        share: shape (n,), sums to 1 over all that families explain.
    """

    family: NDArray[np.int64]
    length_m: Array
    sd_m: Array
    share: Array


def learn_lengths(
    lengths_m: Sequence[float] | Array,
    prior: LengthPrior,
    *,
    weights: Sequence[float] | Array | None = None,
    strength: float = 30.0,
    drift_m: float = 0.3,
) -> LengthPrior:
    """Return the length prior of a site where cars of these lengths were seen.

    Expectation-maximisation over the mixture with the prior as pseudo-observations: the posterior mode of Dirichlet
    shares (``strength`` cars spread as the prior says, each family's own lengths within it) and of normal positions
    (``drift_m`` about the prior's)::

        share_j  = (strength p_j + Σ_i w_i r_ij) / (strength + Σ_i w_i)
        length_j = (l_j / drift² + Σ_i w_i r_ij x_i / sd_j²) / (1 / drift² + Σ_i w_i r_ij / sd_j²)

    with r the responsibilities. Locomotives and lengths that no family explains keep their part of the
    mixture, and take the responsibility for what is theirs.

    Args:
        lengths_m: lengths of whole cars, metres; those outside the prior's bounds are left out.
        prior: what is known before.
        weights: how much each counts, 0 to 1; 1 each where None. Cars of one train are much alike, and a train of
            forty is not forty witnesses.
        strength: how many cars the prior is worth, greater than 0.
        drift_m: how far a length of this site's stock, or of its map, may lie from the prior's, metres; 0 to 2.

    Returns:
        The prior with its families' weights, shares and lengths moved; the prior itself without a car.
    """
    require_finite("strength", strength, low=1e-6, high=1e9)
    require_finite("drift in metres", drift_m, low=0.0, high=2.0)
    x = np.asarray(lengths_m, dtype=np.float64).reshape(-1)
    w = np.ones(x.size) if weights is None else np.asarray(weights, dtype=np.float64).reshape(-1)
    require(x.size == w.size, "every length has one weight")
    require(np.all(np.isfinite(x)) and np.all(np.isfinite(w)) and np.all(w >= 0), "lengths and weights are finite")
    kept = (x >= prior.low_m) & (x <= prior.high_m) & (w > 0)
    x, w = x[kept], w[kept]
    if not x.size:
        return prior
    start = _components(prior)
    now = start
    for _ in range(_ROUNDS):
        after = _step(_Seen(x, w), now, start, prior, strength=strength, drift_m=drift_m)
        moved = np.abs(after.share - now.share).max() + np.abs(after.length_m - now.length_m).max()
        now = after
        if moved < _SETTLED:
            break
    return replace(prior, families=_families(prior, now))


def _components(prior: LengthPrior) -> _Components:
    rows = []
    total = sum(family.weight for family in prior.families)
    for index, family in enumerate(prior.families):
        own = sum(length.share for length in family.lengths)
        rows += [
            (index, length.length_m, np.hypot(length.sd_m, prior.blur_m), family.weight / total * length.share / own)
            for length in family.lengths
        ]
    table = np.array(rows, dtype=np.float64)
    return _Components(table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3])


def _density(x: Array, length_m: Array, sd_m: Array) -> Array:
    z = (x[:, None] - length_m[None, :]) / sd_m[None, :]
    return np.asarray(np.exp(-0.5 * z**2) / (sd_m[None, :] * np.sqrt(2.0 * np.pi)))


def _other(x: Array, prior: LengthPrior) -> Array:
    """Return the density of what no family explains: locomotives, and the floor."""
    engines = np.array(prior.engine_lengths, dtype=np.float64)
    sd = np.hypot(engines[:, 1], prior.blur_m)
    share = engines[:, 2] / engines[:, 2].sum()
    uniform = 1.0 / max(prior.high_m - prior.low_m, 1e-6)
    return np.asarray(prior.engines * (_density(x, engines[:, 0], sd) @ share) + prior.floor * uniform)


class _Seen(NamedTuple):
    """Lengths in metres and what each counts, both of shape (cars,)."""

    x: Array
    w: Array


def _step(
    seen: _Seen, now: _Components, start: _Components, prior: LengthPrior, *, strength: float, drift_m: float
) -> _Components:
    x, w = seen
    common = 1.0 - prior.engines - prior.floor
    joint = common * now.share[None, :] * _density(x, now.length_m, now.sd_m)
    taken = w[:, None] * joint / (joint.sum(axis=1) + _other(x, prior) + 1e-300)[:, None]
    number = taken.sum(axis=0)
    share = (strength * start.share + number) / (strength + number.sum())
    length = start.length_m
    if drift_m > 0.0:
        pull = 1.0 / drift_m**2
        told = (taken * x[:, None]).sum(axis=0) / now.sd_m**2
        length = (pull * start.length_m + told) / (pull + number / now.sd_m**2)
    return now._replace(share=share, length_m=length)


def _families(prior: LengthPrior, learnt: _Components) -> tuple[LengthFamily, ...]:
    total = sum(family.weight for family in prior.families)
    families = []
    for index, family in enumerate(prior.families):
        own = np.flatnonzero(learnt.family == index)
        mass = float(learnt.share[own].sum())
        lengths = tuple(
            CarLength(float(learnt.length_m[k]), length.sd_m, max(float(learnt.share[k]) / mass, 1e-9))
            for k, length in zip(own, family.lengths, strict=True)
        )
        families.append(LengthFamily(family.name, max(total * mass, 1e-9), lengths))
    return tuple(families)
