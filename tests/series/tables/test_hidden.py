"""What a count of the visible part says of the whole: against brute force, closed forms and simulation."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.series import read_table
from wayside.series.level.seen import LARGEST_COUNT
from wayside.series.tables.hidden import STRINGS, whole_count


def by_hand(seen: CountDistribution, visible: float, strings: float, most: int) -> list[float]:
    """Return p(N) for N = 0 to ``most``, one total and one seen count at a time, with another library's formula."""
    weights = []
    for total in range(most + 1):
        chance = 0.0
        for n, p in zip(seen.support.tolist(), seen.p.tolist(), strict=True):
            if n <= total:
                chance += p * float(betabinom.pmf(n, total, visible * strings, (1.0 - visible) * strings))
        weights.append(chance)
    return [w / sum(weights) for w in weights]


@pytest.mark.parametrize("visible", [0.05, 0.4, 0.9, 0.999])
@pytest.mark.parametrize("strings", [1.0, STRINGS, 50.0])
@pytest.mark.parametrize("seen", [CountDistribution.exactly(0), CountDistribution(2, np.array([0.2, 0.5, 0.3]))])
def test_it_is_the_posterior_that_brute_force_gives(visible: float, strings: float, seen: CountDistribution) -> None:
    whole = whole_count(seen, visible, strings=strings)
    most = int(np.ceil(10.0 * (seen.support[-1] + 1) / visible))
    expected = by_hand(seen, visible, strings, most)
    assert whole.support[-1] <= most
    found = [whole.probability(n) for n in range(most + 1)]
    assert found == pytest.approx(expected, abs=2e-6, rel=1e-4)


def test_all_visible_gives_the_count_back_and_nearly_all_nearly_so() -> None:
    seen = CountDistribution.from_interval(73, 70, 76)
    assert whole_count(seen, 1.0) is seen
    nearly = whole_count(seen, 1.0 - 1e-7)
    assert 0.5 * sum(abs(nearly.probability(n) - seen.probability(n)) for n in range(200)) < 1e-4


def test_the_truth_lies_in_the_interval_as_often_as_it_says() -> None:
    """Totals drawn flat, strings hidden as a whole, given what was seen: the posterior must be calibrated."""
    rng = np.random.default_rng(7)
    total = rng.integers(0, 1500, 400_000)
    visible = 0.6
    seen = rng.binomial(total, rng.beta(visible * STRINGS, (1.0 - visible) * STRINGS, total.size))
    for n in (0, 5, 20, 60):
        truth = total[seen == n]
        whole = whole_count(CountDistribution.exactly(n), visible)
        assert truth.size > 150
        assert truth.mean() == pytest.approx(whole.mean, abs=4.0 * np.sqrt(whole.variance / truth.size))
        for level in (0.5, 0.9):
            low, high = whole.interval(level)
            held = float(whole.p[low - whole.first : high - whole.first + 1].sum())
            share = float(((truth >= low) & (truth <= high)).mean())
            assert share == pytest.approx(held, abs=4.0 * np.sqrt(held * (1.0 - held) / truth.size) + 1e-3)


def test_the_concentration_is_that_of_thirteen_strings() -> None:
    """Strings of one size, each seen or hidden as one, spread the seen share as the beta-binomial does."""
    rng = np.random.default_rng(3)
    strings, cars, visible = int(STRINGS) + 1, 20, 0.4
    seen = cars * rng.binomial(strings, visible, 200_000)
    total = strings * cars
    model = betabinom(total, visible * STRINGS, (1.0 - visible) * STRINGS)
    assert seen.mean() == pytest.approx(model.mean(), rel=0.01)
    assert seen.var() == pytest.approx(total**2 * visible * (1.0 - visible) / (STRINGS + 1), rel=0.02)
    assert seen.var() == pytest.approx(model.var(), rel=0.05)


@given(st.integers(0, LARGEST_COUNT), st.floats(1e-9, 1.0), st.floats(0.0, 0.3))
def test_whatever_was_seen_the_whole_is_a_distribution_within_reach(n: int, visible: float, error: float) -> None:
    seen = CountDistribution.from_interval(n, n * (1.0 - error), n * (1.0 + error))
    whole = whole_count(seen, visible)
    assert whole.first >= seen.first
    assert whole.support[-1] <= max(LARGEST_COUNT, seen.support[-1])
    assert whole.mean >= seen.mean - 1e-3


@given(st.integers(0, 100), st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_less_seen_is_more_left_open(n: int, a: float, b: float) -> None:
    little, much = (whole_count(CountDistribution.exactly(n), v) for v in sorted((a, b)))
    assert little.mean >= much.mean - 1e-6
    assert little.quantile(0.95) >= much.quantile(0.95)


@pytest.mark.parametrize(
    ("visible", "strings"), [(0.0, 12.0), (-0.1, 12.0), (1.1, 12.0), (float("nan"), 12.0), (0.5, 0.0)]
)
def test_what_cannot_be_is_refused(visible: float, strings: float) -> None:
    with pytest.raises(ValueRefusedError):
        whole_count(CountDistribution.exactly(3), visible, strings=strings)


def test_a_table_fills_in_the_hidden_rest_unless_the_analyst_did() -> None:
    text = "date,count,low,high,visible_fraction\n2023-10-01,8,,,0.5\n2023-10-02,8,6,20,0.5\n2023-10-03,8,,,1\n"
    (series,) = read_table(text, "t")
    estimated, stated, whole = series.points
    assert estimated.count == whole_count(CountDistribution.from_interval(8, 7.6, 8.4), 0.5)
    assert stated.count == CountDistribution.from_interval(8, 6, 20)
    assert whole.count == CountDistribution.from_interval(8, 7.6, 8.4)
    assert [(p.day, p.visible_fraction) for p in series.points] == [
        (date(2023, 10, 1), 0.5),
        (date(2023, 10, 2), 0.5),
        (date(2023, 10, 3), 1.0),
    ]
    assert 12 <= estimated.count.median <= 20
