"""Totals from a sample: unbiased, covered, and how much labelling they save, by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wayside.counting.review_totals import ReviewSample, draw_for_review, estimate_total
from wayside.errors import ValueRefusedError

Array = NDArray[np.float64]


def a_series(rng: np.random.Generator, strips: int = 400) -> tuple[Array, Array]:
    """What the counter found, and the truth: few strips hold most cars, the counter misses and invents some."""
    truth = np.where(rng.random(strips) < 0.4, 0, rng.negative_binomial(1.0, 0.07, strips)).astype(float)
    missed = rng.binomial(truth.astype(int), rng.beta(1.5, 20, strips))
    false = rng.poisson(0.15, strips)
    return truth - missed + false, truth


def runs(uniform: float, draws: int, times: int, seed: int) -> tuple[Array, Array, float]:
    """Estimates and whether their 90 % intervals hold the truth, over samples of one series; and the truth."""
    rng = np.random.default_rng(seed)
    counted, truth = a_series(np.random.default_rng(7))
    totals, held = [], []
    for _ in range(times):
        sample = draw_for_review(counted, draws, rng, uniform=uniform)
        found = estimate_total(counted, sample, truth[sample.drawn])
        totals.append(found.total)
        held.append(found.low <= truth.sum() <= found.high)
    return np.array(totals), np.array(held, dtype=float), float(truth.sum())


def test_the_estimate_is_unbiased_and_its_interval_holds() -> None:
    totals, held, truth = runs(0.3, 40, 800, 1)
    assert abs(totals.mean() - truth) < 3 * totals.std() / np.sqrt(800)
    assert 0.86 < held.mean() < 0.94


def test_an_unbiased_estimate_of_the_variance() -> None:
    rng = np.random.default_rng(3)
    counted, truth = a_series(np.random.default_rng(7))
    found = []
    for _ in range(800):
        sample = draw_for_review(counted, 30, rng)
        found.append(estimate_total(counted, sample, truth[sample.drawn]))
    assert np.mean([f.variance for f in found]) == pytest.approx(np.var([f.total for f in found]), rel=0.2)


def test_it_saves_labelling_against_uniform_sampling_without_the_counter() -> None:
    """Plain sampling: N times the mean of the strips that were drawn uniformly, the counter unused."""
    totals, _, truth = runs(0.3, 40, 600, 2)
    _, strips = a_series(np.random.default_rng(7))
    rng = np.random.default_rng(4)
    plain = np.array([strips.size * strips[rng.integers(0, strips.size, 40)].mean() for _ in range(800)])
    assert plain.mean() == pytest.approx(truth, rel=0.05)
    assert plain.var() / totals.var() > 50.0, "as many times less labelling for the same interval"


def test_without_a_uniform_share_cars_that_are_never_found_would_stay_uncounted() -> None:
    counted, truth = np.array([10.0, 10.0, 0.0, 0.0]), np.array([10.0, 10.0, 6.0, 0.0])
    rng = np.random.default_rng(5)
    totals = []
    for _ in range(1000):
        sample = draw_for_review(counted, 12, rng, uniform=0.3)
        totals.append(estimate_total(counted, sample, truth[sample.drawn]).total)
    assert np.mean(totals) == pytest.approx(26.0, abs=3 * np.std(totals) / np.sqrt(1000))


def test_the_ratio_estimator_of_the_paper_is_the_limit() -> None:
    """With q in proportion to the counts, each term is the total counted times the strip's ratio."""
    counted, truth = np.array([1.0, 4.0, 5.0]), np.array([2.0, 4.0, 4.0])
    sample = ReviewSample(counted / counted.sum(), np.array([0, 1, 2, 2]))
    found = estimate_total(counted, sample, truth[sample.drawn])
    assert found.total == pytest.approx(10.0 * np.mean([2.0, 1.0, 0.8, 0.8]))
    assert (found.draws, found.reviewed) == (4, 3)


def test_one_sample_serves_every_part() -> None:
    rng = np.random.default_rng(6)
    counted, truth = a_series(np.random.default_rng(8))
    inside = np.arange(counted.size) < 150
    totals, held = [], []
    for _ in range(800):
        sample = draw_for_review(counted, 80, rng)
        found = estimate_total(counted, sample, truth[sample.drawn], inside=inside)
        totals.append(found.total)
        held.append(found.low <= truth[inside].sum() <= found.high)
    assert np.mean(totals) == pytest.approx(truth[inside].sum(), abs=4 * np.std(totals) / np.sqrt(800))
    assert 0.83 < np.mean(held) < 0.95


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12), st.integers(2, 20), st.integers(0, 99))
def test_a_perfect_counter_leaves_no_doubt(counted: list[float], draws: int, seed: int) -> None:
    sample = draw_for_review(counted, draws, np.random.default_rng(seed))
    assert sample.q.sum() == pytest.approx(1.0)
    assert set(sample.to_review) == set(sample.drawn.tolist())
    found = estimate_total(counted, sample, np.array(counted)[sample.drawn])
    assert found.total == pytest.approx(sum(counted), abs=1e-4 * max(1.0, sum(counted)))
    assert found.high - found.low < 1e-3 * max(1.0, sum(counted))


def test_what_cannot_be_estimated_is_refused() -> None:
    rng = np.random.default_rng(0)
    sample = draw_for_review([1.0, 2.0], 5, rng)
    for bad in ({"inside": [False, False]}, {"level": 1.0}, {"inside": [True]}):
        with pytest.raises(ValueRefusedError):
            estimate_total([1.0, 2.0], sample, np.ones(5), **bad)  # type: ignore[arg-type]
    with pytest.raises(ValueRefusedError):
        estimate_total([1.0, 2.0], sample, np.ones(4))
    for counted, draws, uniform in (([], 1, 0.1), ([-1.0], 1, 0.1), ([1.0], 0, 0.1), ([1.0], 1, 0.0)):
        with pytest.raises(ValueRefusedError):
            draw_for_review(counted, draws, rng, uniform=uniform)
    for q, drawn in ((np.array([0.5, 0.4]), [0]), (np.array([1.0, 0.0]), [0]), (np.array([1.0]), [1])):
        with pytest.raises(ValueRefusedError):
            ReviewSample(q, np.array(drawn))
