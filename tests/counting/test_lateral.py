"""The offset curve against dense algebra, a general optimiser and simulation; doubt against its closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from wayside.counting.decode import DecodedCar, TrackDecoding
from wayside.counting.emission import Alignment
from wayside.counting.lateral import (
    LateralSettings,
    doubted,
    fit_offset,
    railway_probability,
    with_railway_doubt,
)
from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution

STEP = 0.5
HOW = LateralSettings()


def covariance(n: int, h: float, how: LateralSettings = HOW) -> np.ndarray:
    """What offsets have in common before anything is seen, by whole matrices."""
    kappa = np.sqrt(12.0) / how.range_m
    d1 = np.diff(np.eye(n), axis=0)
    d2 = np.diff(np.eye(n), 2, axis=0)
    inside = kappa**4 * np.eye(n) + 2 * kappa**2 * d1.T @ d1 / h**2 + d2.T @ d2 / h**4
    return np.linalg.inv(h / (4 * kappa**3 * how.deviation_m**2) * inside) + how.level_m**2


def said(offset: np.ndarray, *, rail: float = 4.0, spread: float = 0.3) -> Alignment:
    n = offset.size
    return Alignment(np.full(n, rail), offset, np.full(n, spread))


def everywhere(n: int) -> np.ndarray:
    return np.ones(n, dtype=np.bool_)


# ---------------------------------------------------------------------------- the curve
def test_the_prior_is_a_constant_and_a_matern_process() -> None:
    n, h = 1200, 2.0
    row = covariance(n, h)[n // 2]
    d = np.abs(np.arange(n) - n // 2) * h
    kappa = np.sqrt(12.0) / HOW.range_m
    matern = HOW.deviation_m**2 * (1 + kappa * d) * np.exp(-kappa * d)
    assert row == pytest.approx(HOW.level_m**2 + matern, abs=0.01)
    # Nothing is seen: what is left is the prior itself, on the nodes of the curve.
    found = fit_offset(said(np.zeros(4 * n)), np.zeros(4 * n, dtype=np.bool_), STEP)
    assert found.deviation_m[2 * n] == pytest.approx(np.hypot(HOW.level_m, HOW.deviation_m), abs=0.01)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 241])
def test_small_errors_give_the_gaussian_posterior(n: int) -> None:
    """Where no residual is beyond one scale, the error's tip is a parabola and all is linear algebra."""
    rng = np.random.default_rng(n)
    how = LateralSettings(cell_m=STEP)
    offset, rail = 0.05 * np.sin(np.arange(n) / 9.0), rng.normal(1.0, 2.0, n)
    visible = rng.random(n) < 0.8
    found = fit_offset(Alignment(rail, offset, np.full(n, 0.4)), visible, STEP, how)
    weight = visible / (1 + np.exp(-rail)) * STEP / how.correlation_m / 0.4**2
    whole = np.linalg.inv(np.linalg.inv(covariance(n, STEP)) + np.diag(weight))
    assert found.curve_m == pytest.approx(whole @ (weight * offset), abs=1e-6)
    assert found.deviation_m == pytest.approx(np.sqrt(np.diag(whole)), rel=1e-6)
    assert found.mean_deviation_m == pytest.approx(np.sqrt(whole.mean()), rel=1e-6)


def test_the_mode_is_that_of_a_general_optimiser() -> None:
    rng = np.random.default_rng(4)
    n = 60
    offset = np.clip(1.0 + rng.standard_t(1.5, n) * 0.4, -3.4, 3.4)
    scale = rng.uniform(0.2, 0.6, n)
    how = LateralSettings(cell_m=STEP, correlation_m=2.0)
    q, trust = np.linalg.inv(covariance(n, STEP, how)), 0.25 / (1 + np.exp(-4.0))

    def loss(z: np.ndarray) -> tuple[float, np.ndarray]:
        r = (z - offset) / scale
        huber = np.where(np.abs(r) < 1, 0.5 * r**2, np.abs(r) - 0.5)
        gradient = np.where(np.abs(r) < 1, r, np.sign(r)) / scale
        return float(0.5 * z @ q @ z + trust * huber.sum()), q @ z + trust * gradient

    best = minimize(loss, np.zeros(n), jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 4000})
    found = fit_offset(Alignment(np.full(n, 4.0), offset, scale), everywhere(n), STEP, how)
    assert loss(found.curve_m)[0] <= best.fun + 1e-4


def test_its_deviation_is_what_is_missed() -> None:
    """Curves from the prior, errors that are the same over stretches of 20 m: two deviations hold about 95 %."""
    rng = np.random.default_rng(1)
    n, held, size = 1200, [], []
    root = np.linalg.cholesky(covariance(n // 4, 2.0, LateralSettings(deviation_m=0.8, level_m=1.0)))
    for _ in range(40):
        truth = np.interp(np.arange(n), np.arange(n // 4) * 4 + 1.5, root @ rng.normal(size=n // 4))
        error = np.repeat(rng.laplace(0, 0.3, n // 40), 40)
        found = fit_offset(said(truth + error), everywhere(n), STEP)
        held.append(float((np.abs(found.curve_m - truth) < 2 * found.deviation_m).mean()))
        size.append(float(np.abs(found.curve_m - truth).mean()))
    assert 0.9 < np.mean(held) < 0.995
    assert np.mean(size) < 0.28, "less than what one column misses, 0.3 m"


@given(st.integers(1, 300), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_mirrored_tracks_have_mirrored_curves(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    how = LateralSettings(cell_m=STEP)
    a = Alignment(rng.normal(0, 3, n), rng.uniform(-3, 3, n), rng.uniform(0.1, 1, n))
    visible = rng.random(n) < 0.7
    found = fit_offset(a, visible, STEP, how)
    left = fit_offset(a._replace(offset_m=-a.offset_m), visible, STEP, how)
    back = fit_offset(Alignment(a.rail[::-1], a.offset_m[::-1], a.spread_m[::-1]), visible[::-1], STEP, how)
    assert left.curve_m == pytest.approx(-found.curve_m, abs=1e-6)
    assert back.curve_m[::-1] == pytest.approx(found.curve_m, abs=1e-5)
    assert np.abs(found.curve_m).max() <= 3.5
    assert (found.deviation_m > 0).all()


def test_hidden_stretches_are_bridged_and_far_from_evidence_the_constant_is_left() -> None:
    n = 2000
    visible = np.zeros(n, dtype=np.bool_)
    visible[:300] = visible[420:700] = True
    offset = np.where(visible, 2.2, -3.0)
    found = fit_offset(said(offset), visible, STEP)
    assert found.curve_m[:700] == pytest.approx(2.2, abs=0.2)
    assert 1.0 < found.curve_m[-1] < 2.2
    assert found.deviation_m[360] > found.deviation_m[150]
    assert (found.mean_m, found.size_m) == (pytest.approx(2.2, abs=0.1), pytest.approx(2.2, abs=0.1))
    assert found.aside
    assert not found.doubtful


def test_a_short_glance_at_the_neighbour_does_not_move_the_line() -> None:
    offset = np.zeros(600)
    offset[300:330] = 3.0
    found = fit_offset(said(offset), everywhere(600), STEP)
    assert np.abs(found.curve_m).max() < 0.9
    slope = np.abs(np.diff(found.curve_m)) / STEP
    assert slope.max() < 0.06, "a jump to the next track would be a step"


def test_what_lies_well_is_not_read_again() -> None:
    rng = np.random.default_rng(2)
    errors = [np.repeat(rng.laplace(0, 0.3, 30), 40) for _ in range(100)]
    asides = [fit_offset(said(error), everywhere(1200), STEP).aside for error in errors]
    assert sum(asides) <= 10, "errors alone seldom cost a second reading"
    assert fit_offset(said(np.full(1200, 0.8)), everywhere(1200), STEP).aside
    nothing = fit_offset(said(np.full(1200, 2.0)), np.zeros(1200, dtype=np.bool_), STEP)
    assert not nothing.aside
    assert not nothing.doubtful


def test_what_is_no_railway_is_doubted_and_not_followed() -> None:
    found = fit_offset(said(np.full(800, 2.0), rail=-4.0), everywhere(800), STEP)
    assert found.doubtful
    assert not found.aside
    assert found.rail_p < 0.01
    assert found.rail_mean == pytest.approx(1 / (1 + np.exp(4.0)))


def test_settings_and_shapes_are_checked() -> None:
    with pytest.raises(ValueRefusedError, match="range_m"):
        LateralSettings(range_m=1.0)
    with pytest.raises(ValueRefusedError, match="columns"):
        fit_offset(said(np.zeros(5)), everywhere(6), STEP)


# ---------------------------------------------------------------------------- is there a railway
def test_railway_probability_in_closed_form() -> None:
    # 100 m are five stretches: logit(0.9) + 0.25 * 5 * (-2).
    assert railway_probability(np.full(200, -2.0), everywhere(200), STEP) == pytest.approx(
        1 / (1 + np.exp(-(np.log(9.0) - 2.5)))
    )
    assert railway_probability(np.full(9, -2.0), np.zeros(9, dtype=np.bool_), STEP) == 0.9
    long = railway_probability(np.full(4000, -9.0), everywhere(4000), STEP)
    assert long == pytest.approx(1 / (1 + np.exp(10.0 - np.log(9.0)))), "no column and no length decides alone"


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=60), st.integers(0, 59), st.floats(0, 10))
@settings(deadline=None)
def test_more_evidence_of_rails_makes_a_railway_more_probable(rail: list[float], at: int, more: float) -> None:
    before = np.array(rail)
    after = before.copy()
    after[at % before.size] += more
    one = railway_probability(before, everywhere(before.size), STEP)
    other = railway_probability(after, everywhere(before.size), STEP)
    assert 0 < one < 1
    assert other >= one - 1e-12


@given(st.integers(0, 40), st.lists(st.floats(0.01, 1), min_size=1, max_size=20), st.floats(0, 1))
@settings(deadline=None)
def test_doubt_mixes_with_no_car(first: int, weights: list[float], p_rail: float) -> None:
    count = CountDistribution.from_weights(first, weights)
    mixed = with_railway_doubt(count, p_rail)
    for n in range(first + len(weights) + 1):
        assert mixed.probability(n) == pytest.approx(p_rail * count.probability(n) + (1 - p_rail) * (n == 0), abs=1e-9)
    assert mixed.mean == pytest.approx(p_rail * count.mean, abs=1e-9)


def test_a_doubted_decoding_is_scaled_and_lists_no_improbable_car() -> None:
    decoding = TrackDecoding(
        CountDistribution.exactly(3), (DecodedCar(0, 28, truncated=False, p=0.9),), np.ones(28), np.ones(29), 14.0, 2.0
    )
    likely, unlikely = doubted(decoding, 0.8), doubted(decoding, 0.2)
    assert likely.segments[0].p == pytest.approx(0.72)
    assert unlikely.segments == ()
    assert (unlikely.occupied_m, unlikely.covered[0]) == (pytest.approx(2.8), pytest.approx(0.2))
    assert unlikely.log_evidence == pytest.approx(np.log(0.2 * np.exp(2.0) + 0.8))
    assert doubted(decoding, 0.0).count == CountDistribution.exactly(0)
    assert doubted(decoding, 0.0).log_evidence == 0.0
    assert doubted(decoding, 1.0).log_evidence == 2.0
