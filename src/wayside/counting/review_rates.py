"""Miss rate and false-alarm rate of the counter at one site, learnt from what analysts corrected there.

Rates differ between sites and, at one site, between scenes. The package's ``SceneError`` says how a scene of *any* site
errs: its mean M and its standard deviation S. Here S² is split in an unknown share ρ into what sites differ by and what
scenes of a site differ by::

    site's mean      μ ~ Beta(mean M, variance ρ S² k)        k, l: unknown factors with mean 1, so that without a
    scene's rate     q ~ Beta(mean g μ, variance g² v)            review a scene's rate has mean M and variance S² again
                                v = (1 - ρ) S² l μ / M
    missed cars      m ~ Binomial(true cars, q)

with g the growth of the rates with the scene's ground sample distance. Everything is integrated on a grid; a scene's
own rate is integrated out by itself, so that a hundred cars of one scene are one draw of q and not a hundred.
An analyst errs too: α, the share of true cars that analysts pass over, is integrated with a prior of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, logsumexp

from wayside.counting.facility import SceneError
from wayside.counting.review import AnalystError, Sighting, StripReview, sightings_of
from wayside.model.checks import require_finite

__all__ = ["RatePosterior", "SiteRates", "site_rates"]

Array = NDArray[np.float64]

_SHARES = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
"""ρ, each as probable as any other."""
_FACTORS = ((0.25, 0.5), (1.0, 0.3), (2.875, 0.2))
"""k and l with their probabilities: mean 1, and tails wide enough that a site may be unlike all that were fitted on."""
_RATES = np.concatenate([[0.0], np.geomspace(3e-4, 0.9, 110), [1.0]])
"""Edges of the cells that rates are integrated over."""
_MID = np.concatenate([[_RATES[1] / 2], np.sqrt(_RATES[1:-2] * _RATES[2:-1]), [(_RATES[-2] + 1.0) / 2]])
_ANALYST_QUANTILES = 9
_MOST_MEAN, _MOST_SD = 0.45, 0.3


class _Cells(NamedTuple):
    """Grid of what is unknown of a site.

    Attributes:
        mean: shape (cells,), μ.
        variance: shape (cells,), variance of a scene's rate about μ.
        log_prior: shape (cells,).
    """

    mean: Array
    variance: Array
    log_prior: Array


@dataclass(frozen=True, slots=True)
class RatePosterior:
    """What is known of a rate.

    Attributes:
        mean: expected value, 0 to 1.
        sd: standard deviation.
        site_sd: standard deviation of the site's mean alone: what more reviews would take away.
    """

    mean: float
    sd: float
    site_sd: float

    def __post_init__(self) -> None:
        require_finite("a rate", self.mean, low=0.0, high=1.0)
        require_finite("spread of a rate", self.sd, low=0.0, high=1.0)
        require_finite("spread of a site's rate", self.site_sd, low=0.0, high=1.0)

    @property
    def beta(self) -> tuple[float, float]:
        """Parameters of the Beta distribution with this mean and spread (both 0 for a rate without spread)."""
        if not (0.0 < self.mean < 1.0 and self.sd > 0.0):
            return 0.0, 0.0
        size = max(self.mean * (1.0 - self.mean) / self.sd**2 - 1.0, 1e-3)
        return self.mean * size, (1.0 - self.mean) * size


@dataclass(frozen=True)
class SiteRates:
    """How the counter and the analysts err at one site.

    Attributes:
        prior: what the package says of any site.
        miss: share of true cars missed in a scene of this site that nobody reviewed, at ``prior.reference_gsd_m``.
        false: share of counted cars that are none, the same.
        analyst_miss: share of true cars that analysts pass over, with its standard deviation.
        scenes: the reviewed scenes' own errors, at their own GSD.
        reviewed: number of reviewed tracks, a track of a scene seen by two analysts once.
        cars: number of things on them that anybody took for a car.
    """

    prior: SceneError
    miss: RatePosterior
    false: RatePosterior
    analyst_miss: tuple[float, float]
    scenes: Mapping[str, SceneError]
    reviewed: int
    cars: int

    @property
    def error(self) -> SceneError:
        """What goes wrong in a scene of this site that nobody reviewed; the prior itself without reviews."""
        if not self.reviewed:
            return self.prior
        return replace(
            self.prior,
            miss_mean=min(self.miss.mean, _MOST_MEAN),
            miss_sd=min(self.miss.sd, _MOST_SD),
            false_mean=min(self.false.mean, _MOST_MEAN),
            false_sd=min(self.false.sd, _MOST_SD),
        )

    def of_scene(self, scene_id: str, gsd_m: float) -> SceneError:
        """Return what goes wrong in one scene of this site, at its GSD: from its own reviews where it has some."""
        return self.scenes.get(scene_id) or self.error.at(gsd_m)


def _shape(mean: Array, variance: Array) -> tuple[Array, Array]:
    mean = np.clip(mean, 1e-5, 0.95)
    size = np.clip(mean * (1.0 - mean) / np.maximum(variance, 1e-12) - 1.0, 1e-2, 1e7)
    return mean * size, (1.0 - mean) * size


def _masses(mean: Array, variance: Array) -> Array:
    """Return the probability of every cell of rates, shape (len(mean), cells of rates), under Beta distributions."""
    a, b = _shape(mean, variance)
    return np.diff(betainc(a[:, None], b[:, None], _RATES[None, :]), axis=1)


@lru_cache(maxsize=8)
def _cells(mean: float, sd: float) -> _Cells:
    """Lay the grid over ρ, l and μ for one rate with the package's mean and standard deviation."""
    mean, sd = max(mean, 1e-5), max(sd, 1e-6)
    means, variances, priors = [], [], []
    for rho in _SHARES:
        between = np.zeros(_MID.size)
        for factor, p in _FACTORS:
            between += p * _masses(np.array([mean]), np.array([rho * sd**2 * factor]))[0]
        for factor, p in _FACTORS:
            means.append(_MID)
            variances.append(np.minimum((1.0 - rho) * sd**2 * factor * _MID / mean, _MID * (1.0 - _MID)))
            priors.append(between * p / _SHARES.size)
    prior = np.concatenate(priors)
    kept = prior > 1e-12
    return _Cells(np.concatenate(means)[kept], np.concatenate(variances)[kept], np.log(prior[kept] / prior[kept].sum()))


@lru_cache(maxsize=16)
def _scene_masses(mean: float, sd: float, growth: float) -> Array:
    """Return what every cell of the grid says of a scene's rate, shape (cells, cells of rates)."""
    cells = _cells(mean, sd)
    masses = _masses(growth * cells.mean, growth**2 * cells.variance)
    masses.setflags(write=False)
    return masses


def _analyst_grid(analyst: AnalystError) -> tuple[Array, Array]:
    """Return values of α and their prior probabilities."""
    if analyst.miss_mean == 0.0 or analyst.miss_sd == 0.0:
        return np.array([analyst.miss_mean]), np.ones(1)
    mass = _masses(np.array([analyst.miss_mean]), np.array([analyst.miss_sd**2]))[0]
    upper = np.cumsum(mass)
    bins = np.minimum((upper - mass / 2) * _ANALYST_QUANTILES, _ANALYST_QUANTILES - 1).astype(int)
    weight = np.bincount(bins, mass, _ANALYST_QUANTILES)
    value = np.bincount(bins, mass * _MID, _ANALYST_QUANTILES)
    kept = weight > 1e-9
    return value[kept] / weight[kept], weight[kept] / weight[kept].sum()


def _miss_likelihood(sightings: Sequence[Sighting], alpha: float, beta: float) -> Array:
    """Return the log-likelihood of a miss rate at every cell of rates: of what analysts saw, what did the counter see?

    A thing that k of n analysts have is a car with odds ``α^(n-k) (1-α)^k : β [k = 1]``, β being their false cars.
    """
    total = np.zeros(_MID.size)
    for s in sightings:
        if s.seen:
            true = max(alpha, 1e-6) ** (s.looked - s.seen) * (1.0 - alpha) ** s.seen
            false = beta if s.seen == 1 else 0.0
            missed = (false + true * _MID) / (false + true)
            total += s.number * np.log(np.clip(1.0 - missed if s.counter else missed, 1e-12, 1.0))
    return total


def _false_likelihood(sightings: Sequence[Sighting], alpha: float) -> Array:
    """Return the log-likelihood of a false share at every cell: of what the counter has, what did analysts see?"""
    total = np.zeros(_MID.size)
    for s in sightings:
        if s.counter:
            missed = max(alpha, 1e-6)
            true = missed ** (s.looked - s.seen) * (1.0 - missed) ** s.seen
            p = (1.0 - _MID) * true + (_MID if s.seen == 0 else 0.0)
            total += s.number * np.log(np.clip(p, 1e-12, 1.0))
    return total


class _Scene(NamedTuple):
    """A reviewed scene: its GSD, its growth factor, and everything that was seen on its reviewed tracks."""

    id: str
    gsd_m: float
    growth: float
    sightings: tuple[Sighting, ...]


def _scenes(reviews: Sequence[StripReview], prior: SceneError) -> tuple[_Scene, ...]:
    grouped: dict[str, dict[str, list[StripReview]]] = {}
    for review in reviews:
        grouped.setdefault(review.scene_id, {}).setdefault(review.track_id, []).append(review)
    found = []
    for scene_id, tracks in sorted(grouped.items()):
        gsd_m = next(iter(tracks.values()))[0].gsd_m
        growth = round(1.0 + prior.growth_per_m * max(0.0, gsd_m - prior.reference_gsd_m), 2)
        seen = tuple(s for track in tracks.values() for s in sightings_of(track))
        found.append(_Scene(scene_id, gsd_m, growth, seen))
    return tuple(found)


class _Fit(NamedTuple):
    """One rate for every α: log evidence (alphas,), posterior over cells (alphas, cells), scenes' moments by id."""

    log_evidence: Array
    posterior: Array
    scene_moments: Mapping[str, Array]


def _fit(mean: float, sd: float, growths: Mapping[str, float], likelihoods: Mapping[str, Array]) -> _Fit:
    """Integrate one rate.

    Args:
        mean: what the package says of it.
        sd: and its standard deviation between scenes.
        growths: factor of the rates by scene.
        likelihoods: by scene, shape (alphas, cells of rates): log-likelihood of the scene's own rate.

    Returns:
        The fit; a scene's moments have shape (alphas, 2): mean and mean square of its rate.
    """
    cells = _cells(mean, sd)
    masses = {g: _scene_masses(mean, sd, g) for g in set(growths.values())}
    scale = {name: ll.max(axis=1) for name, ll in likelihoods.items()}
    weight = {name: np.exp(ll - scale[name][:, None]) for name, ll in likelihoods.items()}
    summed = {name: np.maximum(weight[name] @ masses[growths[name]].T, 1e-300) for name in likelihoods}
    log_joint = cells.log_prior + sum(
        (np.log(summed[name]) + scale[name][:, None] for name in likelihoods), np.zeros((1, cells.mean.size))
    )
    log_evidence = logsumexp(log_joint, axis=1)
    posterior = np.exp(log_joint - log_evidence[:, None])
    moments = {}
    for name in likelihoods:
        share = posterior / summed[name]
        rows = [
            ((share @ masses[growths[name]]) * weight[name]) @ (_MID**power) for power in (1, 2)
        ]  # share @ masses: shape (alphas, cells of rates)
        moments[name] = np.stack(rows, axis=1)
    return _Fit(log_evidence, posterior, moments)


def _rate(cells: _Cells, fit: _Fit, weights: Array) -> RatePosterior:
    p = weights @ fit.posterior
    mean = float(p @ cells.mean)
    site = float(p @ cells.mean**2) - mean**2
    within = float(p @ cells.variance)
    return RatePosterior(mean, float(np.sqrt(max(site + within, 0.0))), float(np.sqrt(max(site, 0.0))))


def _moments(moments: Array, weights: Array) -> tuple[float, float]:
    mean, square = weights @ moments
    return min(float(mean), _MOST_MEAN), min(float(np.sqrt(max(square - mean**2, 0.0))), _MOST_SD)


def site_rates(
    reviews: Sequence[StripReview], prior: SceneError | None = None, analyst: AnalystError | None = None
) -> SiteRates:
    """Learn how the counter errs at a site.

    Args:
        reviews: of tracks of scenes of the site, each with the counter's cars; an analyst once per track and scene.
        prior: what is known of any site; the packaged one's defaults where None.
        analyst: how analysts err; the defaults where None.

    Returns:
        The rates. Without a review the prior.
    """
    before, person = prior or SceneError(), analyst or AnalystError()
    if not reviews:
        return _unreviewed(before, person)
    scenes = _scenes(reviews, before)
    alphas, alpha_prior = _analyst_grid(person)
    growths = {scene.id: scene.growth for scene in scenes}
    miss_cells, false_cells = _cells(before.miss_mean, before.miss_sd), _cells(before.false_mean, before.false_sd)
    miss_ll, false_ll = {}, {}
    for scene in scenes:
        miss_ll[scene.id] = np.stack([_miss_likelihood(scene.sightings, a, person.false_mean) for a in alphas])
        false_ll[scene.id] = np.stack([_false_likelihood(scene.sightings, a) for a in alphas])
    miss = _fit(before.miss_mean, before.miss_sd, growths, miss_ll)
    false = _fit(before.false_mean, before.false_sd, growths, false_ll)
    log_weight = np.log(alpha_prior) + miss.log_evidence + false.log_evidence
    weights = np.exp(log_weight - logsumexp(log_weight))
    own = {}
    for scene in scenes:
        numbers = (*_moments(miss.scene_moments[scene.id], weights), *_moments(false.scene_moments[scene.id], weights))
        miss_mean, miss_sd, false_mean, false_sd = numbers
        own[scene.id] = replace(
            before.at(scene.gsd_m), miss_mean=miss_mean, miss_sd=miss_sd, false_mean=false_mean, false_sd=false_sd
        )
    mean = float(weights @ alphas)
    return SiteRates(
        prior=before,
        miss=_rate(miss_cells, miss, weights),
        false=_rate(false_cells, false, weights),
        analyst_miss=(mean, float(np.sqrt(max(float(weights @ alphas**2) - mean**2, 0.0)))),
        scenes=own,
        reviewed=len({review.key for review in reviews}),
        cars=sum(s.number for scene in scenes for s in scene.sightings),
    )


def _unreviewed(prior: SceneError, analyst: AnalystError) -> SiteRates:
    return SiteRates(
        prior=prior,
        miss=RatePosterior(prior.miss_mean, prior.miss_sd, prior.miss_sd * float(np.sqrt(_SHARES.mean()))),
        false=RatePosterior(prior.false_mean, prior.false_sd, prior.false_sd * float(np.sqrt(_SHARES.mean()))),
        analyst_miss=(analyst.miss_mean, analyst.miss_sd),
        scenes={},
        reviewed=0,
        cars=0,
    )
