"""A day forward and back, and many days at once, against matrices written out."""

from __future__ import annotations

import math
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.series.level.dynamics import Dynamics, Floats, step_back, step_forward
from wayside.series.level.leaps import Leaps
from wayside.series.level.parameters import Frame, LevelGrid, parameter_sets
from wayside.series.settings import Prior

SETS, REGIMES, LEVELS = 2, 2, 3


def rows(rng: np.random.Generator, *shape: int) -> Floats:
    x = rng.random(shape) + 0.05
    return np.asarray(x / x.sum(axis=-1, keepdims=True))


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("regimes", [2, 3])
def test_a_day_forward_and_back_is_the_matrix(tiny: ModuleType, seed: int, regimes: int) -> None:
    rng = np.random.default_rng(seed)
    d = tiny.random_dynamics(rng, sets=SETS, regimes=regimes, levels=LEVELS)
    x = rng.random((SETS, regimes, LEVELS))
    for c in range(SETS):
        matrix = tiny.dense(d, c)
        np.testing.assert_allclose(matrix.sum(axis=1), 1.0)
        np.testing.assert_allclose(step_forward(d, x)[c].reshape(-1), x[c].reshape(-1) @ matrix)
        np.testing.assert_allclose(step_back(d, x)[c].reshape(-1), matrix @ x[c].reshape(-1))


@given(st.integers(0, 2**32 - 1))
def test_a_step_keeps_probability(tiny: ModuleType, seed: int) -> None:
    rng = np.random.default_rng(seed)
    d = tiny.random_dynamics(rng, sets=SETS, regimes=REGIMES, levels=LEVELS)
    x = rows(rng, SETS, REGIMES * LEVELS).reshape(SETS, REGIMES, LEVELS)
    np.testing.assert_allclose(step_forward(d, x).sum(axis=(1, 2)), 1.0)
    np.testing.assert_allclose(step_back(d, np.ones_like(x)), 1.0)


@pytest.mark.parametrize("days", [1, 2, 3, 12, 45, 400])
def test_a_leap_is_so_many_steps_of_the_matrix(tiny: ModuleType, days: int) -> None:
    rng = np.random.default_rng(days)
    d = tiny.random_dynamics(rng, sets=3, regimes=3, levels=7, home=True)
    x = rows(rng, 3, 21).reshape(3, 3, 7)
    leapt = Leaps.of(d).forward(x, days)
    for c in range(3):
        expected = x[c].reshape(-1) @ np.linalg.matrix_power(tiny.dense(d, c), days)
        np.testing.assert_allclose(leapt[c].reshape(-1), expected, atol=1e-12)


@pytest.mark.parametrize("days", [1, 13, 100, 1500])
def test_a_leap_is_so_many_steps_for_every_set_of_the_prior(days: int) -> None:
    grid = LevelGrid.up_to(70, 100)
    sets = parameter_sets(Frame(grid, math.log(9.0), Prior(nb_sizes=(5.0,), dwells_days=(1.0,))))
    x = np.zeros_like(sets.dynamics.start)
    x[:, 0, 20], x[:, 1, 70], x[:, 2, 99] = 0.5, 0.3, 0.2  # sharp: the cosines ring most
    stepped = x
    for _ in range(days):
        stepped = step_forward(sets.dynamics, stepped)
    leapt = Leaps.of(sets.dynamics).forward(x, days)
    np.testing.assert_allclose(leapt, stepped, atol=1e-11)
    np.testing.assert_allclose(leapt.sum(axis=(1, 2)), 1.0, atol=1e-11)
    some = np.array([5, 2])
    np.testing.assert_array_equal(Leaps.of(sets.dynamics).chosen(some).forward(x[some], days), leapt[some])


def test_a_leap_where_a_level_decays_as_the_regimes_do() -> None:
    # With leave 0.1, 0.2 and walks of no step, decay (1 - leave) w meets the chain's own eigenvalue 0.7 + 0.3 - ... :
    # regime 1 that returns at 0.25 beside regime 0 that never leaves has the chain's eigenvalue 0.75 = its own decay.
    dest = np.full((1, 2, 5), 0.2)
    d = Dynamics(
        start=np.full((1, 2, 5), 0.1),
        leave=np.array([[0.0, 0.25]]),
        step=np.zeros((1, 2)),
        route=np.array([[[1.0, 0.0], [1.0, 0.0]]]),
        dest=dest,
    )
    x = rows(np.random.default_rng(1), 1, 10).reshape(1, 2, 5)
    stepped = x
    for _ in range(30):
        stepped = step_forward(d, stepped)
    np.testing.assert_allclose(Leaps.of(d).forward(x, 30), stepped, atol=1e-12)


def test_dynamics_refuse_what_is_no_probability(tiny: ModuleType) -> None:
    d = tiny.random_dynamics(np.random.default_rng(0), sets=SETS, regimes=REGIMES, levels=LEVELS)
    with pytest.raises(ValueRefusedError, match="step"):
        Dynamics(d.start, d.leave, d.step + 0.6, d.route, d.dest)
    with pytest.raises(ValueRefusedError, match="dest must sum"):
        Dynamics(d.start, d.leave, d.step, d.route, d.dest * 2)
    with pytest.raises(ValueRefusedError, match="shapes"):
        Dynamics(d.start, d.leave[:, :1], d.step, d.route, d.dest)
    with pytest.raises(ValueRefusedError, match="jump's probability"):
        Dynamics(d.start, d.leave + 1.0, d.step, d.route, d.dest)
