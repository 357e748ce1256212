"""The count's distribution against brute force, closed forms and scipy's own discrete distributions."""

from __future__ import annotations

import itertools
import math
from dataclasses import FrozenInstanceError
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution, CountInterval

WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=7).filter(any)
FIRSTS = st.integers(0, 40)


@st.composite
def distributions(draw: st.DrawFn) -> CountDistribution:
    return CountDistribution.from_weights(draw(FIRSTS), draw(WEIGHTS))


def exact(first: int, weights: list[int]) -> dict[int, Fraction]:
    """The same distribution in exact arithmetic."""
    return {first + k: Fraction(w, sum(weights)) for k, w in enumerate(weights)}


@given(FIRSTS, WEIGHTS)
def test_mean_and_variance_are_those_of_exact_arithmetic(first: int, weights: list[int]) -> None:
    truth = exact(first, weights)
    mean = sum(n * p for n, p in truth.items())
    variance = sum((n - mean) ** 2 * p for n, p in truth.items())
    count = CountDistribution.from_weights(first, weights)
    assert count.mean == pytest.approx(float(mean), abs=1e-9)
    assert count.variance == pytest.approx(float(variance), abs=1e-9)


@given(FIRSTS, WEIGHTS, st.fractions(0, 1, max_denominator=500))
def test_a_quantile_is_the_smallest_count_that_reaches_it(first: int, weights: list[int], q: Fraction) -> None:
    truth = exact(first, weights)
    wanted = next(n for n in truth if sum(p for m, p in truth.items() if m <= n) >= q)
    assert CountDistribution.from_weights(first, weights).quantile(float(q)) == wanted


@pytest.mark.parametrize(("n", "p"), [(1, 0.5), (20, 0.13), (73, 0.97)])
def test_quantiles_are_scipys(n: int, p: float) -> None:
    reference = stats.binom(n, p)
    count = CountDistribution(0, reference.pmf(np.arange(n + 1)))
    for q in (0.0013, 0.05, 0.25, 0.49, 0.77, 0.95, 0.9987):
        assert count.quantile(q) == int(reference.ppf(q))
    assert count.median == int(reference.median())
    assert count.exceeds(n // 2) == pytest.approx(float(reference.sf(n // 2)), abs=1e-12)
    for largest in (0, n // 2, n, n + 3):
        assert count.trimmed().cdf(largest) == pytest.approx(reference.cdf(np.arange(largest + 1)), abs=1e-9)


@pytest.mark.parametrize(("n", "p"), [(1, 0.5), (20, 0.13), (73, 0.97), (60, 0.5)])
@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.99])
def test_no_shorter_run_of_counts_holds_as_much(n: int, p: float, level: float) -> None:
    mass = stats.binom(n, p).pmf(np.arange(n + 1))
    low, high = CountDistribution(0, mass).interval(level)
    widths = [b - a for a in range(n + 1) for b in range(a, n + 1) if mass[a : b + 1].sum() >= level - 1e-9]
    assert high - low == min(widths)
    assert mass[low : high + 1].sum() >= level - 1e-9
    assert low <= int(np.argmax(mass)) <= high


@given(distributions(), st.floats(0, 1))
def test_an_interval_holds_at_least_its_level_and_grows_with_it(count: CountDistribution, level: float) -> None:
    low, high = count.interval(level)
    held = sum(count.probability(n) for n in range(low, high + 1))
    assert held >= level - 1e-9
    wider = count.interval(min(1.0, level + 0.2))
    assert wider.low <= low <= high <= wider.high


@given(distributions())
def test_mode_and_tail_agree_with_the_probabilities(count: CountDistribution) -> None:
    support = [int(n) for n in count.support]
    assert count.probability(count.mode) == max(count.probability(n) for n in support)
    assert all(count.probability(n) < count.probability(count.mode) for n in support if n < count.mode)
    for n in range(support[0] - 2, support[-1] + 3):
        above = math.fsum(count.probability(m) for m in support if m > n)
        assert count.exceeds(n) == pytest.approx(above, abs=1e-12)
        assert 0.0 <= count.exceeds(n) <= 1.0
    assert count.probability(support[0] - 1) == 0.0 == count.probability(support[-1] + 1)


# ---------------------------------------------------------------------- sums
@given(st.lists(st.tuples(FIRSTS, WEIGHTS), max_size=3))
def test_a_total_is_the_sum_over_every_combination(parts: list[tuple[int, list[int]]]) -> None:
    truth: dict[int, Fraction] = {}
    for combination in itertools.product(*(exact(*part).items() for part in parts)):
        n = sum(number for number, _ in combination)
        truth[n] = truth.get(n, Fraction(0)) + math.prod((p for _, p in combination), start=Fraction(1))
    total = CountDistribution.total(CountDistribution.from_weights(*part) for part in parts)
    for n in range(max(truth) + 2):
        assert total.probability(n) == pytest.approx(float(truth.get(n, Fraction(0))), abs=1e-9)


def test_a_sum_of_binomials_is_a_binomial() -> None:
    small, large = (CountDistribution(0, stats.binom.pmf(np.arange(n + 1), n, 0.3)) for n in (9, 31))
    both = small + large
    assert both.p == pytest.approx(stats.binom.pmf(both.support, 40, 0.3), abs=1e-12)


@given(distributions(), distributions())
def test_means_and_variances_add_up(a: CountDistribution, b: CountDistribution) -> None:
    assert (a + b).mean == pytest.approx(a.mean + b.mean, abs=1e-8)
    assert (a + b).variance == pytest.approx(a.variance + b.variance, abs=1e-8)


def test_no_counts_add_up_to_none() -> None:
    assert CountDistribution.total([]) == CountDistribution.exactly(0)


# ---------------------------------------------------------------------- conditions
@given(FIRSTS, WEIGHTS, st.integers(0, 50), st.one_of(st.none(), st.integers(0, 50)))
def test_a_condition_divides_by_what_is_left(first: int, weights: list[int], low: int, high: int | None) -> None:
    truth = {n: p for n, p in exact(first, weights).items() if n >= low and (high is None or n <= high)}
    assume(sum(truth.values()) > 0)
    count = CountDistribution.from_weights(first, weights).given(low, high)
    for n in range(first + len(weights) + 1):
        assert count.probability(n) == pytest.approx(float(truth.get(n, 0) / sum(truth.values())), abs=1e-9)


def test_a_condition_is_scipys_truncated_distribution() -> None:
    numbers = np.arange(60)
    count = CountDistribution.from_weights(0, stats.poisson.pmf(numbers, 7.0)).given(5, 9)
    wanted = stats.poisson.pmf(np.arange(5, 10), 7.0)
    assert count.first == 5
    assert count.p == pytest.approx(wanted / wanted.sum(), abs=1e-9)


def test_a_condition_without_probability_is_refused() -> None:
    count = CountDistribution(3, np.array([0.5, 0.0, 0.5]))
    for low, high in ((0, 2), (4, 4), (6, None), (5, 3)):
        with pytest.raises(ValueRefusedError, match="no probability"):
            count.given(low, high)


# ---------------------------------------------------------------------- making one
@given(distributions())
def test_one_made_from_anothers_probabilities_equals_it(count: CountDistribution) -> None:
    again = CountDistribution(count.first, np.array(count.p.tolist()))
    assert again.p.tobytes() == count.p.tobytes()
    assert again == count
    assert hash(again) == hash(count)


@given(st.integers(1, 60), st.integers(0, 2**31 - 1))
def test_many_roundings_are_kept_bit_for_bit(size: int, seed: int) -> None:
    weights = np.random.default_rng(seed).random(size)
    once = CountDistribution.from_weights(2, weights)
    assert CountDistribution(2, once.p).p.tobytes() == once.p.tobytes()


def test_a_sum_off_by_more_than_rounding_is_made_1() -> None:
    count = CountDistribution(0, np.array([0.5, 0.5 + 5e-7]))
    assert float(count.p.sum()) == pytest.approx(1.0, abs=1e-15)
    assert CountDistribution(0, np.array([1.0 + 1e-13])).probability(0) == 1.0


def test_different_counts_are_not_equal() -> None:
    assert CountDistribution.exactly(3) != CountDistribution.exactly(4)
    assert CountDistribution(0, np.array([0.5, 0.5])) != CountDistribution(0, np.array([0.25, 0.75]))
    assert CountDistribution.exactly(3) != 3


@given(st.integers(0, 60), st.integers(0, 15), st.integers(0, 15))
def test_a_count_with_bounds_peaks_at_the_count_and_falls_by_the_normals_ratio(n: int, down: int, up: int) -> None:
    low, high = max(0, n - down), n + up
    count = CountDistribution.from_interval(n, low, high)
    assert count.mode == n
    for bound in {low, high} - {n}:
        ratio = count.probability(bound) / count.probability(n)
        assert ratio == pytest.approx(math.exp(-0.5 * 1.645**2), rel=1e-9)
    if low == n == high:
        assert count.probability(n) == pytest.approx(1.0, abs=1e-12)


@given(st.integers(20, 60), st.integers(6, 15))
def test_a_count_with_even_bounds_is_a_normal_in_whole_numbers(n: int, reach: int) -> None:
    count = CountDistribution.from_interval(n, n - reach, n + reach)
    normal = stats.norm(n, reach / 1.645)
    for k in (n - reach, n, n + reach):
        assert count.probability(k) == pytest.approx(float(normal.cdf(k + 0.5) - normal.cdf(k - 0.5)), rel=0.02)
    low, high = count.interval(0.9)
    assert abs(low - (n - reach)) <= 1
    assert abs(high - (n + reach)) <= 1


@given(distributions())
def test_trimming_takes_only_what_has_no_probability(count: CountDistribution) -> None:
    trimmed = count.trimmed()
    assert trimmed.p[0] > 0
    assert trimmed.p[-1] > 0
    for n in count.support:
        assert trimmed.probability(int(n)) == pytest.approx(count.probability(int(n)), abs=1e-11)


@pytest.mark.parametrize(
    ("first", "p", "what"),
    [
        (-1, [1.0], "starts at 0"),
        (0.5, [1.0], "starts at 0"),
        (0, [], "one row"),
        (0, [[1.0]], "one row"),
        (0, [0.5, 0.4], "sum to 1"),
        (0, [0.5, 0.5 + 2e-6], "sum to 1"),
        (0, [1.5, -0.5], "not negative"),
        (0, [math.nan, 1.0], "finite"),
        (0, [math.inf, 0.0], "finite"),
    ],
)
def test_what_is_no_distribution_is_refused(first: int, p: list[float], what: str) -> None:
    with pytest.raises(ValueRefusedError, match=what):
        CountDistribution(first, np.array(p))


@pytest.mark.parametrize("weights", [[], [0.0, 0.0], [math.nan], [math.inf, 1.0]])
def test_weights_without_a_sum_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueRefusedError, match="positive sum"):
        CountDistribution.from_weights(0, weights)


def test_negative_weights_are_refused() -> None:
    with pytest.raises(ValueRefusedError, match="not negative"):
        CountDistribution.from_weights(0, [2.0, -1.0])


@pytest.mark.parametrize(("n", "low", "high"), [(5, 6, 7), (5, 3, 4), (5, -1, 6), (math.nan, 0, 1)])
def test_bounds_that_do_not_hold_the_count_are_refused(n: float, low: float, high: float) -> None:
    with pytest.raises(ValueRefusedError, match="low <= count <= high"):
        CountDistribution.from_interval(n, low, high)


@pytest.mark.parametrize("q", [-0.01, 1.01, math.nan])
def test_a_quantile_outside_0_to_1_is_refused(q: float) -> None:
    with pytest.raises(ValueRefusedError, match="quantile"):
        CountDistribution.exactly(4).quantile(q)


def test_it_is_frozen_and_owns_its_numbers() -> None:
    mine = np.array([0.25, 0.75])
    count = CountDistribution(4, mine)
    mine[0] = 0.9
    assert count.probability(4) == 0.25
    with pytest.raises(ValueError, match="read-only"):
        count.p[0] = 0.5
    with pytest.raises(FrozenInstanceError):
        count.first = 5  # type: ignore[misc]
    assert count.interval(1.0) == CountInterval(4, 5)


@given(*[st.tuples(st.integers(0, 6), st.lists(st.integers(0, 9), min_size=1, max_size=6))] * 2)
def test_distance_is_half_the_sum_of_what_differs(one: tuple[int, list[int]], other: tuple[int, list[int]]) -> None:
    assume(sum(one[1]) and sum(other[1]))
    a, b = (CountDistribution.from_weights(first, np.array(weights, dtype=float)) for first, weights in (one, other))

    def exact(first: int, weights: list[int], n: int) -> Fraction:
        return Fraction(weights[n - first], sum(weights)) if 0 <= n - first < len(weights) else Fraction(0)

    apart = sum(abs(exact(*one, n) - exact(*other, n)) for n in range(13)) / 2
    assert a.distance(b) == pytest.approx(float(apart), abs=1e-12)
    assert b.distance(a) == a.distance(b)
