"""Simulation-based calibration: where sites are drawn from the model, ranks of the truth are uniform (see sbc.py)."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from scipy.stats import chisquare, kstest

SITES = 100
STATES = ("level in the gap", "last level", "drawn level", "largest unseen")
PARAMETERS = ("hazard", "scale", "walk_sd", "size_of", "dwell")

Ranks = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def ranks(sbc: ModuleType) -> Ranks:
    """Looks that leave no doubt of their count, for which the filter is exact."""
    return sbc.ranks(sbc.Plan(), SITES, seed=22)


@pytest.fixture(scope="module")
def rough_ranks(sbc: ModuleType) -> Ranks:
    """Scenes read a car wrong, and trains that bring their count from the day they came: the model's approximations."""
    return sbc.ranks(sbc.Plan(noisy=True, drawn_on_arrival=True), SITES, seed=23)


def check_uniform(values: np.ndarray) -> None:
    """36 looks at uniformity: at 1 in 1000 each, about one run in 30 would fail by chance."""
    assert kstest(values, "uniform").pvalue > 0.001
    assert chisquare(np.histogram(values, 10, (0.0, 1.0))[0]).pvalue > 0.001
    assert 0.8 <= np.mean((values > 0.05) & (values < 0.95)) <= 0.98


@pytest.mark.parametrize("name", STATES + PARAMETERS)
def test_ranks_of_the_truth_are_uniform(ranks: Ranks, name: str) -> None:
    check_uniform(ranks[name])


@pytest.mark.parametrize("name", STATES + PARAMETERS)
def test_ranks_stay_uniform_where_the_model_is_approximate(rough_ranks: Ranks, name: str) -> None:
    check_uniform(rough_ranks[name])


@pytest.mark.parametrize("name", PARAMETERS)
def test_values_are_weighed_as_often_as_they_are_true(ranks: Ranks, rough_ranks: Ranks, name: str) -> None:
    for found in (ranks, rough_ranks):
        w, true = found[f"w: {name}"], found[f"true: {name}"]
        z = (true - w).sum() / np.sqrt((w * (1 - w)).sum())
        assert abs(z) < 3.0


@pytest.mark.parametrize("name", ["hazard", "size_of", "dwell"])
def test_what_can_be_learnt_is_learnt(ranks: Ranks, name: str) -> None:
    w, true = ranks[f"w: {name}"], ranks[f"true: {name}"] == 1.0
    assert w[true].mean() > w[~true].mean() + (0.05 if name == "hazard" else 0.5)
