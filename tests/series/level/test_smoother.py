"""Filter, smoother and sampler against the enumeration of every history of a tiny model."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.series.level.dynamics import Dynamics, Floats, step_back, step_forward
from wayside.series.level.smoother import Emission, evidence, filter_days, sample_paths, smooth_days

SETS, REGIMES, LEVELS, SIZES, DAYS = 2, 2, 3, 2, 4


def rows(rng: np.random.Generator, *shape: int) -> Floats:
    x = rng.random(shape) + 0.05
    return np.asarray(x / x.sum(axis=-1, keepdims=True))


def random_dynamics(rng: np.random.Generator) -> Dynamics:
    """Dynamics with no symmetry to hide behind."""
    return Dynamics(
        start=rows(rng, SETS, REGIMES * LEVELS).reshape(SETS, REGIMES, LEVELS),
        leave=0.1 + 0.5 * rng.random((SETS, REGIMES)),
        step=0.5 * rng.random((SETS, REGIMES)),
        route=rows(rng, SETS, REGIMES, REGIMES),
        dest=rows(rng, SETS, REGIMES, LEVELS),
    )


def random_emission(rng: np.random.Generator) -> Emission:
    like = 0.02 + rng.random((DAYS, SIZES, LEVELS))
    informative = np.array([True, False, True, True])
    like[~informative] = 1.0
    return Emission(like, rng.normal(size=DAYS), informative, np.array([1, 0]))


def dense(d: Dynamics, c: int) -> Floats:
    """The transition matrix written out from the formula in the module's docstring."""
    out = np.zeros((REGIMES, LEVELS, REGIMES, LEVELS))
    for g, k, h, j in itertools.product(range(REGIMES), range(LEVELS), range(REGIMES), range(LEVELS)):
        walk = 0.0
        if abs(k - j) == 1:
            walk = d.step[c, g]
        elif k == j:
            walk = 1.0 - d.step[c, g] * ((k > 0) + (k < LEVELS - 1))
        out[g, k, h, j] = (g == h) * (1 - d.leave[c, g]) * walk + d.leave[c, g] * d.route[c, g, h] * d.dest[c, g, j]
    return out.reshape(REGIMES * LEVELS, REGIMES * LEVELS)


class Enumerated(NamedTuple):
    joint: dict[tuple[int, ...], float]
    total: float


def enumerate_histories(d: Dynamics, e: Emission, c: int, days: int = DAYS) -> Enumerated:
    p, like = dense(d, c), np.tile(e.like[:, e.size_of[c]], (1, REGIMES))
    joint = {}
    for path in itertools.product(range(REGIMES * LEVELS), repeat=days):
        weight = d.start[c].reshape(-1)[path[0]] * like[0, path[0]]
        for t in range(1, days):
            weight *= p[path[t - 1], path[t]] * like[t, path[t]]
        joint[path] = weight
    return Enumerated(joint, sum(joint.values()))


def marginal(e: Enumerated, day: int) -> Floats:
    out = np.zeros(REGIMES * LEVELS)
    for path, weight in e.joint.items():
        out[path[day]] += weight
    return out / e.total


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_day_forward_and_back_is_the_matrix(seed: int) -> None:
    rng = np.random.default_rng(seed)
    d = random_dynamics(rng)
    x = rng.random((SETS, REGIMES, LEVELS))
    for c in range(SETS):
        matrix = dense(d, c)
        np.testing.assert_allclose(matrix.sum(axis=1), 1.0)
        np.testing.assert_allclose(step_forward(d, x)[c].reshape(-1), x[c].reshape(-1) @ matrix)
        np.testing.assert_allclose(step_back(d, x)[c].reshape(-1), matrix @ x[c].reshape(-1))


@pytest.mark.parametrize("seed", [0, 1])
def test_filter_and_evidence_are_the_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    d, e = random_dynamics(rng), random_emission(rng)
    filtered = filter_days(d, e)
    np.testing.assert_allclose(evidence(d, e), filtered.log_evidence)
    for c in range(SETS):
        whole = enumerate_histories(d, e, c)
        assert filtered.log_evidence[c] == pytest.approx(np.log(whole.total) + e.log_scale.sum())
        for days in range(1, DAYS + 1):
            expected = marginal(enumerate_histories(d, e, c, days), days - 1)
            np.testing.assert_allclose(filtered.states[days - 1, c].reshape(-1), expected)


@pytest.mark.parametrize("seed", [0, 1])
def test_smoother_is_the_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    d, e = random_dynamics(rng), random_emission(rng)
    smoothed = smooth_days(d, e, filter_days(d, e))
    for c in range(SETS):
        whole = enumerate_histories(d, e, c)
        for day in range(DAYS):
            expected = marginal(whole, day).reshape(REGIMES, LEVELS).sum(axis=0)
            np.testing.assert_allclose(smoothed[day, c], expected)


def test_sampler_draws_whole_histories_as_often_as_they_are_probable() -> None:
    rng = np.random.default_rng(3)
    d, e = random_dynamics(rng), random_emission(rng)
    n = 60_000
    paths = sample_paths(d, filter_days(d, e), np.repeat([1, 0], n), rng)
    states = paths.regime.astype(int) * LEVELS + paths.level
    for c, rows_of_set in ((1, states[:n]), (0, states[n:])):
        whole = enumerate_histories(d, e, c)
        drawn, counts = np.unique(rows_of_set, axis=0, return_counts=True)
        expected = np.array([whole.joint[tuple(path)] for path in drawn.tolist()]) / whole.total * n
        often = expected >= 20
        assert often.sum() > 100
        z = (counts[often] - expected[often]) / np.sqrt(expected[often])
        assert np.abs(z).max() < 5.0
        assert (z**2).mean() == pytest.approx(1.0, abs=0.35)


@given(st.integers(0, 2**32 - 1))
def test_a_step_keeps_probability(seed: int) -> None:
    rng = np.random.default_rng(seed)
    d = random_dynamics(rng)
    x = rows(rng, SETS, REGIMES * LEVELS).reshape(SETS, REGIMES, LEVELS)
    np.testing.assert_allclose(step_forward(d, x).sum(axis=(1, 2)), 1.0)
    np.testing.assert_allclose(step_back(d, np.ones_like(x)), 1.0)


def test_dynamics_refuse_what_is_no_probability() -> None:
    d = random_dynamics(np.random.default_rng(0))
    with pytest.raises(ValueRefusedError, match="step"):
        Dynamics(d.start, d.leave, d.step + 0.6, d.route, d.dest)
    with pytest.raises(ValueRefusedError, match="dest must sum"):
        Dynamics(d.start, d.leave, d.step, d.route, d.dest * 2)
    with pytest.raises(ValueRefusedError, match="shapes"):
        Dynamics(d.start, d.leave[:, :1], d.step, d.route, d.dest)
