"""The distribution of an area: closed forms, simulation, and what is hidden."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import beta

from wayside.zones.area import PRIOR, area_distribution, hidden_prior
from wayside.zones.cells import Cells

SHAPE = (20, 30)
ONES = np.ones(SHAPE)
SEEN = np.zeros(SHAPE)


def cells(p: float, hidden: float = 0.0) -> Cells:
    return Cells(np.full(SHAPE, float(logit(p))), np.full(SHAPE, hidden))


def test_without_common_error_it_is_the_binomial() -> None:
    found = area_distribution(cells(0.3), ONES, unit_m2=5.0, scene_sd=0.0, spread_m2=1.0)
    drawn = np.random.default_rng(1).binomial(600, 0.3, 200_000) / 5.0
    assert found.mean == pytest.approx(drawn.mean(), abs=0.05)
    assert found.variance == pytest.approx(drawn.var() + 1 / 12, rel=0.03), "counted in whole units"
    assert found.interval(0.9).low == pytest.approx(np.percentile(drawn, 5), abs=1)


def test_a_common_error_is_simulated_to_the_same_spread() -> None:
    rng = np.random.default_rng(2)
    odds = rng.normal(-2.0, 2.0, SHAPE)
    found = area_distribution(Cells(odds, SEEN), ONES, unit_m2=5.0, scene_sd=0.8, spread_m2=1.0)
    u = rng.normal(0, 0.8, 4000)
    drawn = np.array([(rng.random(SHAPE) < expit(odds + one)).sum() for one in u]) / 5.0
    assert found.mean == pytest.approx(drawn.mean(), rel=0.02)
    assert np.sqrt(found.variance) == pytest.approx(drawn.std(), rel=0.05)
    for share in (0.05, 0.5, 0.95):
        assert found.quantile(share) == pytest.approx(np.percentile(drawn, 100 * share), abs=1.5)


def test_all_hidden_is_the_prior() -> None:
    found = area_distribution(cells(0.99, hidden=1.0), ONES, unit_m2=5.0, scene_sd=0.5, spread_m2=20.0)
    expected = beta(*PRIOR)
    assert found.mean == pytest.approx(600 * expected.mean() / 5, rel=0.02)
    assert found.quantile(0.9) == pytest.approx(600 * expected.ppf(0.9) / 5, abs=1.5)


def test_hidden_ground_widens_and_is_not_empty() -> None:
    open_ = area_distribution(cells(0.01), ONES, unit_m2=5.0, scene_sd=0.3, spread_m2=10.0)
    half = np.where(np.arange(30) < 15, 1.0, 0.0) * np.ones(SHAPE)
    partly = area_distribution(Cells(cells(0.01).logit, half), ONES, unit_m2=5.0, scene_sd=0.3, spread_m2=10.0)
    assert partly.mean > open_.mean + 2
    assert partly.quantile(0.95) > open_.quantile(0.95) + 5
    assert partly.quantile(0.05) <= open_.quantile(0.5) + 1


@settings(max_examples=60, deadline=None)
@given(
    st.floats(1e-6, 1 - 1e-6), st.floats(0.0, 1.0), st.floats(0.0, 3.0), st.floats(1.0, 400.0),
    st.sampled_from([5.0, 7.0, 10.0, 650.0]),
)  # fmt: skip
def test_it_is_always_a_distribution_within_the_zone(
    p: float, hidden: float, scene_sd: float, spread: float, unit: float
) -> None:
    found = area_distribution(cells(p, hidden), ONES, unit_m2=unit, scene_sd=scene_sd, spread_m2=spread)
    assert found.p.sum() == pytest.approx(1.0)
    assert found.support[-1] <= max(1, round(600 / unit))


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 0.9), st.floats(0.02, 0.09), st.floats(0.0, 1.0))
def test_more_odds_are_more_area(p: float, more: float, hidden: float) -> None:
    one, other = (
        area_distribution(cells(q, hidden), ONES, unit_m2=5.0, scene_sd=0.4, spread_m2=20.0).mean for q in (p, p + more)
    )
    assert other >= one - 1e-6


def test_what_is_seen_informs_what_is_hidden() -> None:
    assert hidden_prior(0.0, 0.0) == PRIOR
    mean = [a / (a + b) for a, b in (hidden_prior(s, 0.9) for s in (0.0, 0.25, 1.0))]
    assert mean[0] < PRIOR[0] / sum(PRIOR) + 0.01 < mean[2]
    assert mean == sorted(mean)


def test_a_zone_needs_an_area() -> None:
    with pytest.raises(ValueError, match="area"):
        area_distribution(cells(0.5), np.zeros(SHAPE), unit_m2=5.0, scene_sd=0.3, spread_m2=1.0)
