"""How far a track lies aside of its line, and whether anything under the line is a railway at all.

The network says of every column where the track's centre is, with an error that is to be expected, and how surely a
railway is there. Columns are noisy and err together over some twenty metres; a track is smooth. So the offset along
the track is a smooth random curve that is seen through heavy-tailed noise, and the whole track is a railway or not.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solveh_banded
from scipy.special import expit, logit

from wayside.counting.banded import difference_squares, inverse_diagonal
from wayside.counting.decode import TrackDecoding
from wayside.counting.emission import Alignment
from wayside.model.checks import require, require_finite, require_probability
from wayside.model.counts import CountDistribution

__all__ = ["LateralFit", "LateralSettings", "doubted", "fit_offset", "railway_probability", "with_railway_doubt"]

Array = NDArray[np.float64]

_SWEEPS = 30
_SETTLED_M = 1e-4
_LEAST_SPREAD_M = 0.05
_SURE = 3.0
"""Standard deviations: a track of 600 m has some thirty places at each of which errors alone could move the line."""


@dataclass(frozen=True, slots=True)
class LateralSettings:
    """Constants of the lateral search.

    Attributes:
        level_m: standard deviation, before anything is seen, of what a whole line is aside, metres, 0.1 to 20.
        deviation_m: standard deviation of what an offset differs from that along the line, metres, 0.1 to 20.
        range_m: distance along the track at which two such differences are still correlated by about 0.14, metres, 10
            to 5000. With clear evidence (errors of 0.3 m) the curve follows waves down to some 40 m in length.
        correlation_m: columns nearer to each other than this say the same thing, metres, 0.1 to 500.
        cell_m: spacing of the curve's nodes, metres, 0.1 to 10.
        least_m: a line is read again where it lies further aside than this, metres, 0.05 to 5.
        most_m: offsets beyond this are outside of what the network was trained on and are cut to it, metres, 0.5 to 10.
        least_stretch_m: a line that is aside only here and there must be so over this length, or over a quarter of a
            shorter track, metres, 0 to 500.
        rail_least: where the mean rail probability of the visible columns is below this, the track is doubted, 0 to 1.
            On 46 real tracks the lowest is 0.95, on 280 lines over bare ground 89 % lie below 0.4.
        rail_seen: a track of which less than this share is visible is not doubted, 0 to 1: what clouds leave of it lies
            at their edges, and does not look like a railway either.
        rail_prior: probability that a line which was given as a track is one, 0.01 to 0.99.
        rail_power: the evidence of one independent stretch is raised to this power, 0 to 1: the ground of a whole
            strip may be of a kind that the network was not trained on.
        rail_clip: a column's log-odds count to this much at most, nats, 0.1 to 50.
        rail_most_m: further length adds no more evidence, metres, 1 to 100000.
    """

    level_m: float = 2.0
    deviation_m: float = 1.5
    range_m: float = 60.0
    correlation_m: float = 20.0
    cell_m: float = 2.0
    least_m: float = 0.5
    most_m: float = 3.5
    least_stretch_m: float = 20.0
    rail_least: float = 0.4
    rail_seen: float = 0.6
    rail_prior: float = 0.9
    rail_power: float = 0.25
    rail_clip: float = 4.0
    rail_most_m: float = 200.0

    def __post_init__(self) -> None:
        limits = {
            "level_m": (0.1, 20.0),
            "deviation_m": (0.1, 20.0),
            "range_m": (10.0, 5000.0),
            "correlation_m": (0.1, 500.0),
            "cell_m": (0.1, 10.0),
            "least_m": (0.05, 5.0),
            "most_m": (0.5, 10.0),
            "least_stretch_m": (0.0, 500.0),
            "rail_least": (0.0, 1.0),
            "rail_seen": (0.0, 1.0),
            "rail_prior": (0.01, 0.99),
            "rail_power": (0.0, 1.0),
            "rail_clip": (0.1, 50.0),
            "rail_most_m": (1.0, 1e5),
        }
        for field in fields(self):
            low, high = limits[field.name]
            require_finite(field.name, getattr(self, field.name), low=low, high=high)


@dataclass(frozen=True, eq=False)
class LateralFit:
    """Where a track lies beside its line.

    Attributes:
        curve_m: shape (n,), offset of the track's centre to the left of the line at each column, metres.
        deviation_m: shape (n,), its posterior standard deviation, metres.
        mean_m: mean offset over the visible columns, over all where none is, metres to the left.
        mean_deviation_m: posterior standard deviation of the mean over all columns, metres.
        size_m: mean of the absolute offset over the columns that ``mean_m`` is of, metres.
        largest_m: largest absolute offset among them, metres.
        rail_mean: mean rail probability of the visible columns, 0 to 1; 1 where none is visible.
        rail_p: probability that the line lies on a railway (``railway_probability``), 0 to 1.
        aside: whether the image should be read again along the moved line: the track lies more than ``least_m`` and
            three standard deviations aside, over ``least_stretch_m`` or on average.
        doubtful: whether nothing under the line looks like a railway.
    """

    curve_m: Array
    deviation_m: Array
    mean_m: float
    mean_deviation_m: float
    size_m: float
    largest_m: float
    rail_mean: float
    rail_p: float
    aside: bool
    doubtful: bool


def fit_offset(
    alignment: Alignment, visible: NDArray[np.bool_], step_m: float, settings: LateralSettings | None = None
) -> LateralFit:
    """Fit a smooth curve to the offsets of one strip's columns.

    The offset is a constant and a Matérn process of smoothness 3/2 along the track. The latter's precision on a grid
    is banded (Lindgren, Rue and Lindström, JRSS B 73(4), 2011): with nodes h apart, D1 and D2 first and second
    differences,

        Q = τ² h (κ⁴ I + 2 κ² D1ᵀD1 / h² + D2ᵀD2 / h⁴),   κ = sqrt(12) / range,   τ² = 1 / (4 κ³ deviation²).

    Its sample paths have slopes of about deviation · κ (0.09 by default), so it does not jump to a neighbouring track;
    it bridges hidden stretches, and far from any evidence only the constant is left. A column's error is Laplace with
    scale ``spread_m``, its tip rounded at one scale (Huber, Ann. Math. Stat. 35, 1964), and its evidence is weighted
    with the probability of a railway and with ``step / correlation_m``. The mode is found by iterated reweighting
    (Holland and Welsch, Comm. Stat. A6, 1977); the problem is convex, so it does not depend on where it starts.

    Args:
        alignment: what the network says of each of n columns.
        visible: shape (n,), False where the columns say nothing.
        step_m: distance between columns, metres.
        settings: the constants; the defaults where None.

    Returns:
        The curve and what follows from it.
    """
    how = settings or LateralSettings()
    n = visible.size
    require(n >= 1, "a strip has at least one column")
    require(alignment.offset_m.shape == (n,), "alignment and visible differ in their number of columns")
    require_finite("step_m", step_m, low=0.05, high=10.0)
    per = max(1, round(how.cell_m / step_m))
    cell = np.arange(n) // per
    prior = _precision(int(cell[-1]) + 1, per * step_m, how)
    trust = visible * expit(alignment.rail) * min(1.0, step_m / how.correlation_m)
    nodes, posterior = _mode(prior, cell, trust, alignment, how)
    deviation = np.sqrt(posterior.variances())
    places = (np.arange(deviation.size) + 0.5) * per - 0.5
    curve = np.interp(np.arange(n), places, nodes)
    spread = np.interp(np.arange(n), places, deviation)
    whole = np.full(nodes.size, 1.0 / nodes.size)
    rail_mean = float(expit(alignment.rail[visible]).mean()) if visible.any() else 1.0
    seen = visible if visible.any() else np.ones(n, dtype=np.bool_)
    unlike, mean = bool(rail_mean < how.rail_least), float(curve[seen].mean())
    mean_deviation = float(np.sqrt(whole @ posterior.solve(whole)))
    beside = (np.abs(curve) > np.maximum(how.least_m, _SURE * spread)) & visible
    somewhere = beside.any() and float(beside.sum()) * step_m >= min(how.least_stretch_m, 0.25 * n * step_m)
    everywhere = visible.any() and abs(mean) > max(how.least_m, _SURE * mean_deviation)
    return LateralFit(
        curve_m=curve,
        deviation_m=spread,
        mean_m=mean,
        mean_deviation_m=mean_deviation,
        size_m=float(np.abs(curve[seen]).mean()),
        largest_m=float(np.abs(curve[seen]).max()),
        rail_mean=rail_mean,
        rail_p=railway_probability(alignment.rail, visible, step_m, how),
        aside=not unlike and bool(somewhere or everywhere),
        doubtful=unlike and float(visible.mean()) >= how.rail_seen,
    )


def _precision(nodes: int, h: float, how: LateralSettings) -> Array:
    """Return Q of ``fit_offset`` in lower banded form, shape (3, nodes): diagonal, first and second below it."""
    kappa = np.sqrt(12.0) / how.range_m
    scale = h / (4.0 * kappa**3 * how.deviation_m**2)
    band = difference_squares(nodes, 2) / h**4
    band[:2] += 2.0 * kappa**2 / h**2 * difference_squares(nodes, 1)
    band[0] += kappa**4
    return np.asarray(scale * band)


class _Precision(NamedTuple):
    """Precision of the whole offset: a banded matrix less a product of one vector, for the constant part.

    With the constant's deviation s, the covariance inv(Q) + s² 1 1ᵀ has the inverse Q - v vᵀ / c where v = Q 1 and
    c = 1 / s² + 1ᵀ Q 1; it is inverted, with what the columns add to its diagonal, by Sherman and Morrison's formula.

    Attributes:
        band: shape (3, n), Q and what was added to it, in lower banded form.
        v: shape (n,).
        c: see above.
    """

    band: Array
    v: Array
    c: float

    @classmethod
    def of_prior(cls, band: Array, level_m: float) -> _Precision:
        """Return the precision before anything is seen."""
        v = band.sum(axis=0)
        for k in (1, 2):
            v[k:] += band[k, : v.size - k] if v.size > k else 0.0
        return cls(band, v, 1.0 / level_m**2 + float(v.sum()))

    def plus(self, weight: Array) -> _Precision:
        """Return the precision with ``weight``, shape (n,), on the diagonal."""
        band = self.band.copy()
        band[0] += weight
        return self._replace(band=band)

    def solve(self, right: Array) -> Array:
        """Return the inverse's product with ``right``, shape (n,)."""
        plain, along = solveh_banded(self.band, np.stack([right, self.v], axis=-1), lower=True).T
        return np.asarray(plain + along * (self.v @ plain) / (self.c - self.v @ along))

    def variances(self) -> Array:
        """Return the inverse's diagonal, shape (n,)."""
        along = solveh_banded(self.band, self.v, lower=True)
        return np.asarray(inverse_diagonal(self.band) + along**2 / (self.c - self.v @ along))


def _mode(
    prior: Array, cell: NDArray[np.int64], trust: Array, alignment: Alignment, how: LateralSettings
) -> tuple[Array, _Precision]:
    """Return the most probable curve at the nodes, and the precision around it."""
    offset = np.clip(alignment.offset_m, -how.most_m, how.most_m)
    scale = np.maximum(alignment.spread_m, _LEAST_SPREAD_M)
    nodes = np.zeros(prior.shape[1])
    posterior = before_all = _Precision.of_prior(prior, how.level_m)
    for _ in range(_SWEEPS):
        weight = trust / (scale * np.maximum(np.abs(offset - nodes[cell]), scale))
        at_node = [np.bincount(cell, w, minlength=nodes.size).astype(np.float64) for w in (weight, weight * offset)]
        posterior = before_all.plus(at_node[0])
        before, nodes = nodes, posterior.solve(at_node[1])
        if np.abs(nodes - before).max() < _SETTLED_M:
            break
    return nodes, posterior


# ---------------------------------------------------------------------------- is there a railway
def railway_probability(
    rail: Array, visible: NDArray[np.bool_], step_m: float, settings: LateralSettings | None = None
) -> float:
    """Return the probability that the line lies on a railway.

    Columns are pooled as a logarithmic opinion pool (Genest and Zidek, Statistical Science 1, 1986): the mean of their
    log-odds, each cut to ``± rail_clip`` so that no stretch decides alone, counts once for every ``correlation_m`` of
    visible length up to ``rail_most_m``, to the power of ``rail_power``, beside the prior:

        logit p = logit(rail_prior) + rail_power · min(visible, rail_most_m) / correlation_m · mean(log-odds)

    Args:
        rail: shape (n,), log-odds of each column.
        visible: shape (n,).
        step_m: distance between columns, metres.
        settings: the constants; the defaults where None.

    Returns:
        Between 0 and 1; the prior where nothing is visible.
    """
    how = settings or LateralSettings()
    if not visible.any():
        return how.rail_prior
    stretches = min(float(visible.sum()) * step_m, how.rail_most_m) / how.correlation_m
    mean = float(np.clip(rail[visible], -how.rail_clip, how.rail_clip).mean())
    return float(expit(logit(how.rail_prior) + how.rail_power * stretches * mean))


def with_railway_doubt(count: CountDistribution, p_rail: float) -> CountDistribution:
    """Return the count where the line lies on a railway only with probability ``p_rail``: elsewhere stands no railcar.

    The mixture ``p_rail · count + (1 - p_rail) · δ₀``.
    """
    require_probability("probability of a railway", p_rail)
    p = np.zeros(count.first + count.p.size)
    p[count.first :] = p_rail * count.p
    p[0] += 1.0 - p_rail
    return CountDistribution.from_weights(0, p).trimmed()


def doubted(decoding: TrackDecoding, p_rail: float) -> TrackDecoding:
    """Return a decoding that holds only with probability ``p_rail``.

    Every probability in it is multiplied by ``p_rail``; where the doubt is the more probable, no car is listed. The
    evidence is that of the mixture: where there is no railway, the strip says nothing of how busy the tracks are.
    """
    certain = with_railway_doubt(decoding.count, p_rail)
    kept = tuple(car._replace(p=car.p * p_rail) for car in decoding.segments) if p_rail >= 0.5 else ()
    with np.errstate(divide="ignore"):
        log_evidence = np.logaddexp(np.log(p_rail) + decoding.log_evidence, np.log1p(-p_rail))
    return replace(
        decoding,
        count=certain,
        segments=kept,
        covered=decoding.covered * p_rail,
        boundary=decoding.boundary * p_rail,
        occupied_m=decoding.occupied_m * p_rail,
        log_evidence=float(log_evidence),
    )
