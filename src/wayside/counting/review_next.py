"""Which strips to review next: those whose review narrows an interval the most.

The number on a strip is, near enough for choosing, ``N_st = d_st (1 + g_s (μ + δ_s)) + ε_st``: d cars decoded, μ what
the site's rates may still be, δ what the scene's rates differ by, ε the strip's own doubt (its decoder's, and which of
its cars were missed). A review reads N with the analyst's own error. All of this is linear, so what a review would
leave of the variance does not depend on what it finds, and is known before anybody looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.counting.review import AnalystError
from wayside.counting.review_rates import SiteRates
from wayside.model.checks import require, require_finite, require_text

__all__ = ["StripOutlook", "Suggestion", "covariance", "next_to_review"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StripOutlook:
    """A strip that nobody reviewed.

    Attributes:
        scene_id: its scene.
        track_id: its track.
        gsd_m: the scene's ground sample distance, metres.
        cars: expected number of cars, 0 or more.
        variance: variance of the number by the strip's own doubt, without what the scene's tracks share; 0 or more.
    """

    scene_id: str
    track_id: str
    gsd_m: float
    cars: float
    variance: float

    def __post_init__(self) -> None:
        require_text("scene id", self.scene_id)
        require_text("track id", self.track_id)
        require_finite("GSD in metres", self.gsd_m, low=0.01, high=100.0)
        require_finite("cars", self.cars, low=0.0)
        require_finite("variance", self.variance, low=0.0)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A strip to review.

    Attributes:
        scene_id: its scene.
        track_id: its track.
        gain: expected fall of the variance that is to be narrowed, cars squared, after the suggestions before it.
        before: that variance before this review.
    """

    scene_id: str
    track_id: str
    gain: float
    before: float

    @property
    def narrows(self) -> float:
        """Share by which the interval's width shrinks, 0 to 1."""
        left = max(self.before - self.gain, 0.0)
        return 1.0 - float(np.sqrt(left / self.before)) if self.before > 0 else 0.0


def covariance(strips: Sequence[StripOutlook], rates: SiteRates) -> Array:
    """Return the covariance of the strips' numbers, shape (n, n): what the site, the scene and the strip itself add."""
    scale, scene = _scales(strips, rates)
    alike = np.array([s.scene_id for s in strips])
    shared = np.outer(scale, scale) * _site_variance(rates)
    shared += np.where(alike[:, None] == alike[None, :], np.outer(scene, scene), 0.0)
    return np.asarray(shared + np.diag([s.variance for s in strips]))


def next_to_review(
    strips: Sequence[StripOutlook],
    rates: SiteRates,
    *,
    number: int = 5,
    scene_id: str | None = None,
    analyst: AnalystError | None = None,
) -> tuple[Suggestion, ...]:
    """Say which strips to review next.

    Args:
        strips: all that nobody reviewed; their order does not matter.
        rates: what the reviews up to now say of the site.
        number: how many to suggest, 1 or more.
        scene_id: the scene whose interval is to be narrowed; where None, the sum of the variances of all scenes.
        analyst: how analysts err; the defaults where None.

    Returns:
        Up to ``number`` suggestions, the best first, each chosen for what it adds to those before it. By a review of
        strip j the variance of a total T falls by Cov(T, N_j)² / (Var N_j + the analyst's variance).
    """
    require(number >= 1, "at least one strip is suggested")
    person = analyst or AnalystError()
    given = sorted(strips, key=lambda s: (s.scene_id, s.track_id))
    wanted = [s.scene_id for s in given] if scene_id is None else [scene_id]
    targets = sorted(set(wanted))
    scenes = np.array([s.scene_id for s in given])
    if not given or not np.isin(scenes, targets).any():
        return ()
    field = _Field(given, rates, person, np.array([scenes == target for target in targets], dtype=np.float64))
    found: list[Suggestion] = []
    for _ in range(min(number, len(given))):
        gains = field.gains()
        best = int(np.argmax(gains))
        if gains[best] <= 0.0:
            break
        found.append(Suggestion(given[best].scene_id, given[best].track_id, float(gains[best]), field.total()))
        field.review(best)
    return tuple(found)


class _Field:
    """The strips' joint distribution, updated review by review; never holds more than targets times strips."""

    def __init__(self, strips: Sequence[StripOutlook], rates: SiteRates, analyst: AnalystError, targets: Array) -> None:
        self._scale, self._scene = _scales(strips, rates)
        self._site = _site_variance(rates)
        self._names = np.array([s.scene_id for s in strips])
        self._own = np.array([s.variance for s in strips])
        cars = np.array([s.cars for s in strips])
        miss = analyst.miss_mean
        noise = cars * (miss * (1.0 - miss) + analyst.false_mean) + (cars * analyst.miss_sd) ** 2
        self._noise = noise + 1e-6
        self._variance = self._scale**2 * self._site + self._scene**2 + self._own
        shared = (targets @ self._scale)[:, None] * self._scale[None, :] * self._site
        self._cov = shared + self._within(targets) + targets * self._own[None, :]
        self._total = float(np.einsum("tn,tn->", self._cov, targets))
        self._done: list[Array] = []
        self._open = np.ones(len(strips), dtype=np.bool_)

    def _within(self, targets: Array) -> Array:
        """Return Cov(T, N_j) by what a scene's strips share: Σ over strips of T in the scene of j."""
        names, index = np.unique(self._names, return_inverse=True)
        sums = np.zeros((targets.shape[0], names.size))
        for row, target in enumerate(targets):
            sums[row] = np.bincount(index, target * self._scene, names.size)
        return np.asarray(sums[:, index] * self._scene[None, :])

    def total(self) -> float:
        """Return the variance that is to be narrowed."""
        return self._total

    def gains(self) -> Array:
        """Return by how much a review of each strip would lower it; 0 for those reviewed."""
        gain = (self._cov**2).sum(axis=0) / (self._variance + self._noise)
        return np.asarray(np.where(self._open, gain, 0.0))

    def review(self, j: int) -> None:
        """Condition on a review of strip j: C - C_j C_j' / (C_jj + noise)."""
        column = self._column(j) / np.sqrt(self._variance[j] + self._noise[j])
        lean = self._cov[:, j] / np.sqrt(self._variance[j] + self._noise[j])
        self._total -= float((lean**2).sum())
        self._cov = self._cov - np.outer(lean, column)
        self._variance = np.maximum(self._variance - column**2, 0.0)
        self._done.append(column)
        self._open[j] = False

    def _column(self, j: int) -> Array:
        column = self._scale * self._scale[j] * self._site
        column += np.where(self._names == self._names[j], self._scene * self._scene[j], 0.0)
        column[j] += self._own[j]
        for before in self._done:
            column = column - before * before[j]
        return np.asarray(column)


def _site_variance(rates: SiteRates) -> float:
    return float(rates.miss.site_sd) ** 2 + float(rates.false.site_sd) ** 2


def _scales(strips: Sequence[StripOutlook], rates: SiteRates) -> tuple[Array, Array]:
    """Return d g per strip, and d times the standard deviation of what its scene's rates differ by."""
    before, site = rates.prior, _site_variance(rates)
    both = rates.miss.sd**2 + rates.false.sd**2
    scale, scene = [], []
    for strip in strips:
        growth = 1.0 + before.growth_per_m * max(0.0, strip.gsd_m - before.reference_gsd_m)
        own = rates.scenes.get(strip.scene_id)
        # A scene that was reviewed in part has rates of its own: what is left of them, the site's part first.
        whole = both * growth**2 if own is None else own.miss_sd**2 + own.false_sd**2
        of_site = min(site * growth**2, whole)
        scale.append(strip.cars * np.sqrt(of_site / site) if site > 0 else 0.0)
        scene.append(strip.cars * np.sqrt(whole - of_site))
    return np.array(scale), np.array(scene)
