"""The true total over many strips of which only a sample was reviewed, without bias.

Detector-assisted sampling (Perez, Maji, Sheldon, DISCount, AAAI 2024): strips are drawn with a probability in
proportion to what the counter found, so that the reviews go where the cars are, and every reviewed strip counts by the
ratio of what an analyst found to what the counter found. Two things are added. A share of the draws is uniform, so that
a strip that the counter took for empty can be drawn: without it, cars that the counter never finds are never counted.
And the counter's own numbers are a control variate whose coefficient leaves the strip itself out, which keeps the
estimate unbiased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from wayside.model.checks import require, require_finite

__all__ = ["EstimatedTotal", "ReviewSample", "draw_for_review", "estimate_total"]

Array = NDArray[np.float64]

_UNIFORM = 0.3
"""With 0.1 a strip that looks empty is drawn so seldom that its surprise makes intervals too short (docs/review.md)."""


@dataclass(frozen=True, eq=False)
class ReviewSample:
    """Strips that chance chose for review.

    Attributes:
        q: shape (N,), probability of every strip in each draw; positive, sums to 1.
        drawn: shape (n,), index of the strip of each draw; a strip may be drawn twice and is reviewed once.
    """

    q: Array
    drawn: NDArray[np.int64]

    def __post_init__(self) -> None:
        require(self.q.ndim == 1 and self.q.size >= 1, "a sample is drawn from one strip or more")
        require(np.all(self.q > 0) and abs(float(self.q.sum()) - 1.0) < 1e-6, "probabilities of draws sum to 1")
        require(self.drawn.ndim == 1 and self.drawn.size >= 1, "a sample has one draw or more")
        require(np.all((self.drawn >= 0) & (self.drawn < self.q.size)), "a draw names a strip that is not there")

    @property
    def to_review(self) -> tuple[int, ...]:
        """Indices of the strips to review, each once, in the order in which they were drawn."""
        return tuple(dict.fromkeys(self.drawn.tolist()))


@dataclass(frozen=True, slots=True)
class EstimatedTotal:
    """A total estimated from a sample.

    Attributes:
        total: unbiased estimate.
        low: lower end of the interval.
        high: its upper end.
        variance: unbiased estimate of the variance of ``total``.
        level: probability of the interval, 0 to 1.
        draws: number of draws that it rests on.
        reviewed: number of different strips among them.
    """

    total: float
    low: float
    high: float
    variance: float
    level: float
    draws: int
    reviewed: int


def draw_for_review(
    counted: Sequence[float] | Array, draws: int, rng: np.random.Generator, *, uniform: float = _UNIFORM
) -> ReviewSample:
    """Draw strips to review, with replacement.

    Args:
        counted: shape (N,), what the counter found on each strip, 0 or more.
        draws: how many to draw, 1 or more.
        rng: chance.
        uniform: share of draws where every strip is as probable as any other, greater than 0, up to 1; with 1 this is
            plain uniform sampling.

    Returns:
        The sample, with ``q = (1 - uniform) counted / Σ counted + uniform / N``.
    """
    g = np.asarray(counted, dtype=np.float64)
    require(g.ndim == 1 and g.size >= 1, "there is no strip to draw from")
    require(np.all(np.isfinite(g)) and np.all(g >= 0), "counts are finite and not negative")
    require(draws >= 1, "at least one draw is made")
    require_finite("uniform share", uniform, low=1e-6, high=1.0)
    share = g / g.sum() if g.sum() > 0 else np.full(g.size, 1.0 / g.size)
    q = (1.0 - uniform) * share + uniform / g.size
    q = q / q.sum()
    return ReviewSample(q, rng.choice(g.size, size=draws, p=q).astype(np.int64))


def estimate_total(
    counted: Sequence[float] | Array,
    sample: ReviewSample,
    found: Sequence[float] | Array,
    *,
    inside: Sequence[bool] | NDArray[np.bool_] | None = None,
    level: float = 0.9,
) -> EstimatedTotal:
    """Estimate how many cars there are on all strips, or on some of them.

    With f what an analyst finds, g what the counter found, q the probability of a draw, G = Σ g and n draws::

        total = 1/n Σ_draws [ (f_i - b_i g_i) / q_i + b_i G ]

    b_i is the coefficient that serves the other draws best, so it does not depend on draw i, and each term has the
    expectation Σ f. With q proportional to g the term is G f / g, DISCount's ratio. For a part of them (k-DISCount: one
    sample serves every day, every site, every region) the draws that fall inside are a sample of that part, drawn
    with q over its sum inside. The interval is Student's with as many degrees of freedom as draws but one.

    Args:
        counted: shape (N,), as for ``draw_for_review``.
        sample: what was drawn.
        found: shape (n,), what an analyst found on the strip of each draw.
        inside: shape (N,), which strips are meant; all where None.
        level: probability of the interval, above 0, below 1.

    Raises:
        ValueRefusedError: fewer than two draws fall inside, or the shapes do not fit.
    """
    g, f = np.asarray(counted, dtype=np.float64), np.asarray(found, dtype=np.float64)
    require(g.shape == sample.q.shape, "every strip has one count and one probability")
    require(f.shape == sample.drawn.shape, "every draw has one finding")
    require(np.all(np.isfinite(f)) and np.all(f >= 0), "findings are finite and not negative")
    require_finite("level", level, low=1e-6, high=1.0 - 1e-9)
    chosen = np.ones(g.size, dtype=np.bool_) if inside is None else np.asarray(inside, dtype=np.bool_)
    require(chosen.shape == g.shape, "it is said of every strip whether it is inside")
    hit = chosen[sample.drawn]
    n = int(hit.sum())
    require(n >= 2, f"{n} draws fall inside; an interval needs two", todo="Draw more strips")
    at = sample.drawn[hit]
    weight = float(sample.q[chosen].sum()) / sample.q[at]
    plain, control, whole = f[hit] * weight, g[at] * weight, float(g[chosen].sum())
    b = _coefficients(plain, control)
    terms = plain + b * (whole - control)
    total, variance = float(terms.mean()), float(terms.var(ddof=1)) / n
    half = float(student.ppf(0.5 + level / 2, n - 1)) * float(np.sqrt(variance))
    return EstimatedTotal(total, max(0.0, total - half), total + half, variance, level, n, len(set(at.tolist())))


def _coefficients(plain: Array, control: Array) -> Array:
    """Return the slope of ``plain`` on ``control`` over all draws but each one; 1 where they do not tell."""
    n = plain.size
    if n < 4:
        return np.ones(n)
    sums = [v.sum() - v for v in (plain, control, plain * control, control**2)]
    mean_p, mean_c, mean_pc, mean_cc = (s / (n - 1) for s in sums)
    spread = mean_cc - mean_c**2
    told = spread > 1e-9 * np.maximum(mean_cc, 1e-300)
    return np.where(told, (mean_pc - mean_p * mean_c) / np.where(told, spread, 1.0), 1.0)
