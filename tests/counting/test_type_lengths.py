"""What a length says of a type: densities in closed form, floors, and looks that stay in charge."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from wayside.counting.emission import TYPE_ORDER
from wayside.counting.type_lengths import TypeLengths, length_blur_m, sharpened, type_lengths_of
from wayside.errors import ValueRefusedError
from wayside.model.cars import CarType
from wayside.model.places import StockNetwork

K = len(TYPE_ORDER)
AT = {kind: i for i, kind in enumerate(TYPE_ORDER)}


def two_kinds(**changes: object) -> TypeLengths:
    """Gondolas of 14 m, boxcars of 14 or 17 m, and no length of the others."""
    share = np.zeros((K, 2))
    share[AT[CarType.GONDOLA]] = (1.0, 0.0)
    share[AT[CarType.BOX]] = (0.25, 0.75)
    fields = {"length_m": np.array([14.0, 17.0]), "sd_m": np.array([0.3, 0.4]), "share": share}
    return TypeLengths(**{**fields, **changes})  # type: ignore[arg-type]


def test_the_ratio_is_that_of_the_densities() -> None:
    table = two_kinds(floor=0.1, low_m=8.0, high_m=32.0)
    ratio = table.log_ratio(14.3, 0.4)
    gondola = norm.pdf(14.3, 14.0, 0.5)
    box = 0.25 * gondola + 0.75 * norm.pdf(14.3, 17.0, math.hypot(0.4, 0.4))
    assert ratio[AT[CarType.GONDOLA]] == pytest.approx(math.log((0.9 * gondola + 0.1 / 24) * 24))
    assert ratio[AT[CarType.BOX]] == pytest.approx(math.log((0.9 * box + 0.1 / 24) * 24))
    assert ratio[AT[CarType.TANK]] == 0.0  # no length of it is known


def test_the_densities_that_are_compared_sum_to_one() -> None:
    table = type_lengths_of()
    for i in range(K):
        total, _ = quad(lambda x, i=i: math.exp(table.log_ratio(x, 0.4)[i]) / 24.0, 8.0, 32.0, limit=400)
        assert total == pytest.approx(1.0, abs=5e-3)


def test_of_a_cut_car_only_longer_cars_are_compared() -> None:
    table = two_kinds()
    short = table.log_ratio(3.0, 0.3, cut=True)
    np.testing.assert_allclose(short, 0.0, atol=1e-6)  # any car can show 3 m of itself
    ratio = table.log_ratio(15.5, 0.3, cut=True)
    uniform = (32.0 - 15.5) / 24.0
    box = 0.25 * norm.sf(15.5, 14.0, math.hypot(0.3, 0.3)) + 0.75 * norm.sf(15.5, 17.0, math.hypot(0.4, 0.3))
    assert ratio[AT[CarType.BOX]] == pytest.approx(math.log(0.9 * box / uniform + 0.1))
    assert ratio[AT[CarType.GONDOLA]] < math.log(0.11)


@given(
    st.floats(0.5, 80.0),
    st.floats(0.0, 5.0),
    st.booleans(),
    st.none() | st.dictionaries(st.sampled_from(StockNetwork), st.floats(0.01, 1.0)),
)
def test_no_length_rules_a_type_out(
    found_m: float, blur_m: float, cut: bool, shares: dict[StockNetwork, float] | None
) -> None:
    ratio = type_lengths_of(shares).log_ratio(found_m, blur_m, cut=cut)
    assert ratio.shape == (K,)
    assert np.all(np.isfinite(ratio))
    assert np.all(ratio >= math.log(0.1) - 1e-12)


def test_mixtures_are_those_of_the_networks() -> None:
    mixed = type_lengths_of({StockNetwork.RU: 0.5, StockNetwork.AAR: 0.5})
    for kind in TYPE_ORDER:
        assert mixed.share[AT[kind]].sum() == pytest.approx(1.0)
    # A share of 1 is the network alone; the default is all four alike.
    alone, other = type_lengths_of({StockNetwork.RU: 1.0}), type_lengths_of({StockNetwork.RU: 0.2})
    np.testing.assert_allclose(alone.log_ratio(14.0, 0.4), other.log_ratio(14.0, 0.4))
    alike = type_lengths_of(dict.fromkeys(StockNetwork, 0.25))
    np.testing.assert_allclose(type_lengths_of().log_ratio(14.0, 0.4), alike.log_ratio(14.0, 0.4))


@pytest.mark.parametrize(
    ("network", "length_m", "kind"),
    [
        ("RU", 12.0, CarType.TANK),
        ("RU", 14.0, CarType.GONDOLA),
        ("RU", 24.5, CarType.PASSENGER),
        ("UIC", 21.7, CarType.BOX),
        ("CN", 17.0, CarType.BOX),
        ("AAR", 28.5, CarType.BOX),
        ("AAR", 22.5, CarType.LOCOMOTIVE),
    ],
)
def test_a_length_speaks_for_the_type_that_has_it(network: str, length_m: float, kind: CarType) -> None:
    ratio = type_lengths_of({StockNetwork(network): 1.0}).log_ratio(length_m, length_blur_m(length_m, 0.3))
    assert TYPE_ORDER[int(np.argmax(ratio))] is kind


def test_a_coarser_image_says_less() -> None:
    table = type_lengths_of({StockNetwork.RU: 1.0})
    spread = [np.ptp(table.log_ratio(12.0, length_blur_m(12.0, gsd))) for gsd in (0.3, 0.6, 1.2, 2.4)]
    assert spread == sorted(spread, reverse=True)
    assert spread[-1] < 0.8 * spread[0]
    assert length_blur_m(0.0, 0.0) == pytest.approx(0.3)
    assert length_blur_m(20.0, 0.5) == pytest.approx(math.sqrt(0.3**2 + 0.35**2 + 0.4**2))


logits = st.lists(st.floats(-30.0, 30.0), min_size=K, max_size=K).map(np.array)
ratios = st.lists(st.floats(-2.3, 3.5), min_size=K, max_size=K).map(np.array)


@given(logits, ratios)
def test_sharpened_is_a_distribution_between_looks_and_bayes(looks: np.ndarray, ratio: np.ndarray) -> None:
    p = sharpened(looks, ratio)
    assert p.sum() == pytest.approx(1.0)
    assert np.all(p >= 0)
    np.testing.assert_allclose(sharpened(looks, np.zeros(K)), np.exp(looks - np.logaddexp.reduce(looks)), atol=1e-12)
    np.testing.assert_allclose(sharpened(looks + 3.0, ratio + 1.0), p, atol=1e-9)  # constants do not matter


@given(ratios)
def test_a_length_alone_names_no_type(ratio: np.ndarray) -> None:
    np.testing.assert_allclose(sharpened(np.zeros(K), ratio), 1.0 / K, atol=1e-9)


def test_looks_that_are_sure_are_weighed_by_the_whole_ratio() -> None:
    looks = np.full(K, -40.0)
    looks[:2] = (0.0, -5.0)
    ratio = np.zeros(K)
    ratio[:2] = (-2.3, 2.0)
    p = sharpened(looks, ratio)
    assert math.log(p[1] / p[0]) == pytest.approx(-5.0 + 4.3, abs=0.1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"length_m": np.array([14.0])}, "one shape"),
        ({"sd_m": np.array([0.3, 0.0])}, "spreads"),
        ({"length_m": np.array([14.0, -1.0])}, "lengths"),
        ({"share": np.zeros((K, 3))}, "share has shape"),
        ({"share": np.full((K, 2), 0.4)}, "sum to 1"),
        ({"floor": 0.0}, "floor"),
        ({"high_m": 8.0}, "high_m"),
    ],
)
def test_faults_are_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueRefusedError, match=words):
        two_kinds(**changes)


def test_numbers_out_of_range_are_refused() -> None:
    with pytest.raises(ValueRefusedError, match="found length"):
        two_kinds().log_ratio(math.nan, 0.3)
    with pytest.raises(ValueRefusedError, match="blur"):
        two_kinds().log_ratio(14.0, -0.1)
    with pytest.raises(ValueRefusedError, match="GSD"):
        length_blur_m(14.0, -1.0)
    with pytest.raises(ValueRefusedError, match="found length"):
        length_blur_m(-1.0, 0.5)
