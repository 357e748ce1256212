"""The tables behind a scene's totals, against the formulas written out cell by cell."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import betaln, gammaln
from scipy.stats import betabinom, binom, nbinom

from wayside.counting.facility import SceneError, with_scene_error
from wayside.counting.kinds import of_kinds
from wayside.model.counts import CountDistribution

Array = NDArray[np.float64]


def parameters(mean: float, sd: float) -> tuple[float, float]:
    size = mean * (1 - mean) / sd**2 - 1
    return mean * size, (1 - mean) * size


def missed(found: int, most: int, a: float, b: float) -> Array:
    """P(m missed | found cars), cell by cell."""
    m = np.arange(most + 1.0)
    if not found:
        return np.asarray((m == 0).astype(float))
    log_p = gammaln(found + m) - gammaln(m + 1) - gammaln(found) + betaln(a + m, b + found) - betaln(a, b)
    return np.asarray(np.exp(log_p))


@given(
    st.integers(0, 60),
    st.lists(st.floats(0.01, 1.0), min_size=1, max_size=5),
    st.floats(0.02, 0.2),
    st.floats(0.02, 0.2),
)
@hypothesis_settings(deadline=None, max_examples=30)
def test_scene_error_against_its_formula(first: int, weights: list[float], miss: float, false: float) -> None:
    decoded = CountDistribution.from_weights(first, weights)
    found = with_scene_error(decoded, SceneError(miss, miss / 2, false, false / 2))
    false_a, false_b = parameters(false, false / 2)
    most = 400
    true = np.zeros(most + 200)
    for d, p in zip(decoded.support.tolist(), decoded.p.tolist(), strict=True):
        for r in range(d + 1):
            kept = p * betabinom.pmf(r, d, false_b, false_a)
            true[r : r + most + 1][: true.size - r] += (
                kept * missed(r, most, *parameters(miss, miss / 2))[: true.size - r]
            )
    # The tail beyond twelve deviations is let go; what is left is divided by its sum.
    np.testing.assert_allclose([found.probability(n) for n in range(true.size)], true, atol=2e-6)


def test_rates_that_do_not_vary_are_a_binomial_and_a_negative_binomial() -> None:
    found = with_scene_error(CountDistribution.exactly(30), SceneError(0.1, 0.0, 0.2, 0.0))
    true = np.zeros(90)
    for r in range(31):
        m = np.arange(90 - r)
        true[r:] += binom.pmf(r, 30, 0.8) * (nbinom.pmf(m, r, 0.9) if r else (m == 0))
    np.testing.assert_allclose([found.probability(n) for n in range(90)], true, atol=1e-6)


def shares_by_hand(total: CountDistribution, p: Array, prior: float, most: int) -> Array:
    """The same, from all 2^k ways the k cars can be, all subsets that are left, and the binomial of the others."""
    k = p.size
    mean = (float(p.sum()) + prior) / (k + 1)
    result = np.zeros(most + 1)
    ways = list(itertools.product((0, 1), repeat=k))
    for n, weight in zip(total.support.tolist(), total.p.tolist(), strict=True):
        for way in ways:
            chance = weight * float(np.prod(np.where(way, p, 1 - p)))
            if n >= k:
                more = np.arange(n - k + 1)
                result[sum(way) + more] += chance * binom.pmf(more, n - k, mean)
            else:
                left = list(itertools.combinations(way, n))
                for some in left:
                    result[sum(some)] += chance / len(left)
    return result


@given(st.integers(0, 5), st.integers(0, 6), st.integers(1, 4), st.integers(0, 2**32 - 1))
@hypothesis_settings(deadline=None, max_examples=40)
def test_shares_of_several_kinds_against_enumeration(k: int, first: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    total = CountDistribution.from_weights(first, rng.random(width) + 0.01)
    p, prior = rng.random((3, k)), rng.random(3)
    p[0] = np.round(p[0])  # cars that are sure
    most = max(k, int(total.support[-1]))
    for found, row, one in zip(of_kinds(total, p, prior), p, prior.tolist(), strict=True):
        expected = shares_by_hand(total, row, one, most)
        np.testing.assert_allclose([found.probability(n) for n in range(most + 1)], expected, atol=1e-10)


def test_shares_do_not_depend_on_the_kinds_beside_them() -> None:
    rng = np.random.default_rng(3)
    total = CountDistribution.from_weights(35, rng.random(20) + 0.01)
    p, prior = rng.random((4, 44)), rng.random(4)
    together = of_kinds(total, p, prior)
    for k in range(4):
        (alone,) = of_kinds(total, p[k : k + 1], prior[k : k + 1])
        assert alone.first == together[k].first
        assert alone.p == pytest.approx(together[k].p, abs=1e-15)
