from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from wayside.counting.lengths import STOCK, CarLength, LengthFamily, LengthPrior
from wayside.errors import ValueRefusedError


@given(st.floats(0.2, 3.0), st.floats(0.0, 3.0), st.floats(0.0, 1.0))
def test_every_table_is_a_distribution_within_the_bounds(step: float, power: float, mixed: float) -> None:
    prior = LengthPrior(mixed=mixed)
    table = prior.table(step, power)
    assert table.weight.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(table.f.sum(axis=1), 1.0)
    assert np.all(table.f > 0)
    assert table.shortest == max(1, round(8.0 / step))
    assert table.longest == round(30.0 / step)
    assert table.f.shape[0] == table.weight.size == len(STOCK) * (mixed < 1) + (mixed > 0)


def test_bins_hold_the_mass_of_the_normal_density() -> None:
    family = LengthFamily("one", 1.0, (CarLength(14.0, 0.4, 1.0),))
    prior = LengthPrior(families=(family,), mixed=0.0, stray=0.0, engines=0.0, floor=1e-6, blur_m=0.3)
    table = prior.table(0.5)
    expected = norm.cdf(14.25, 14.0, 0.5) - norm.cdf(13.75, 14.0, 0.5)
    assert table.f[0, 28 - table.shortest] == pytest.approx(expected, abs=1e-5)
    assert table.mean[0] * 0.5 == pytest.approx(14.0, abs=1e-3)


def test_survivor_is_the_sum_of_the_longer_lengths() -> None:
    table = LengthPrior().table(0.5)
    for r in (0, 1, 16, 17, 28, 60, 61):
        longer = table.f[:, max(0, r - table.shortest) :].sum(axis=1)
        np.testing.assert_allclose(table.survivor[:, r], longer, atol=1e-12)
    np.testing.assert_allclose(table.survivor[:, 1:].sum(axis=1), table.mean)


def test_real_stock_is_more_probable_than_what_lies_between() -> None:
    mixed = LengthPrior().table(0.5).f[-1]
    at = {m: mixed[round(m / 0.5) - 16] for m in (9.0, 12.0, 14.0, 14.5, 17.0, 18.5, 28.5, 30.0)}
    assert min(at[12.0], at[14.0], at[14.5], at[17.0]) > 2 * max(at[9.0], at[18.5], at[30.0])
    assert at[28.5] > at[30.0]


def test_power_flattens_and_sharpens() -> None:
    prior = LengthPrior()
    peak = [prior.table(0.5, power).f.max(axis=1) for power in (0.0, 0.5, 1.0, 2.0)]
    for flatter, sharper in itertools.pairwise(peak):
        assert np.all(flatter < sharper)
    np.testing.assert_allclose(prior.table(0.5, 0.0).f, 1.0 / 45)


def test_a_family_outside_the_bounds_says_nothing() -> None:
    family = LengthFamily("ships", 1.0, (CarLength(90.0, 1.0, 1.0),))
    table = LengthPrior(families=(family,), mixed=0.0, engines=0.0).table(1.0)
    np.testing.assert_allclose(table.f, 1.0 / 23)


@pytest.mark.parametrize(
    ("field", "value"),
    [("mixed", 1.5), ("floor", 0.0), ("low_m", -1.0), ("high_m", 5.0), ("families", ()), ("engines", 0.95)],
)
def test_faults_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValueRefusedError):
        replace(LengthPrior(), **{field: value})


def test_faults_of_families_are_refused() -> None:
    with pytest.raises(ValueRefusedError, match="no length"):
        LengthFamily("none", 1.0, ())
    with pytest.raises(ValueRefusedError, match="spread"):
        LengthFamily("sharp", 1.0, (CarLength(12.0, 0.0, 1.0),))
    with pytest.raises(ValueRefusedError, match="power"):
        LengthPrior().table(0.5, -1.0)


def test_the_prior_of_an_unknown_network_stays_what_the_constants_were_fitted_with() -> None:
    table = LengthPrior().table(0.5)
    numbers = np.round(np.concatenate([table.weight, table.f.ravel()]), 12)
    assert (table.shortest, table.f.shape) == (16, (6, 45))
    assert hashlib.sha256(numbers.tobytes()).hexdigest() == (
        "cc19033f8bdf33200be5edcf6b347ade27818b74a2ec83091ff82c88c9910bd9"
    )


def test_locomotives_have_the_lengths_that_are_given() -> None:
    family = LengthFamily("one", 1.0, (CarLength(14.0, 0.2, 1.0),))
    engines = (CarLength(22.0, 0.2, 1.0),)
    table = LengthPrior((family,), mixed=1.0, engines=0.25, engine_lengths=engines, floor=1e-6).table(0.5)
    assert table.f[0, 40 - table.shortest : 49 - table.shortest].sum() == pytest.approx(0.25, abs=1e-3)
    with pytest.raises(ValueRefusedError, match="locomotives"):
        LengthPrior(engine_lengths=())
