"""The scores themselves, against closed forms, brute force and simulation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from counting_aims import aims
from counting_scoring import (
    REGIMES,
    Gaps,
    ImageScore,
    TrackScore,
    Truth,
    claimed,
    crps,
    expected_crps,
    holds,
    match_gaps,
    pit_histogram,
    regime_of,
    reliability,
    summarise,
)
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from wayside.model.counts import CountDistribution

weights = st.lists(st.floats(0.01, 1.0), min_size=1, max_size=7)
counts = st.builds(CountDistribution.from_weights, st.integers(0, 6), weights)
places = st.lists(st.floats(0.0, 30.0), max_size=5)


@given(counts, st.integers(0, 15))
def test_the_ranked_score_is_the_mean_distance_less_half_the_mean_spread(count: CountDistribution, truth: int) -> None:
    """Another form of the same score: E|X - y| - E|X - X'| / 2."""
    n, p = count.support, count.p
    energy = float(np.abs(n - truth) @ p) - 0.5 * float(p @ np.abs(n[:, None] - n[None, :]) @ p)
    assert crps(count, truth) == pytest.approx(energy, abs=1e-9)


def test_the_ranked_score_of_a_certain_count_is_its_error() -> None:
    assert crps(CountDistribution.exactly(7), 4) == pytest.approx(3.0)
    assert crps(CountDistribution.exactly(7), 7) == 0.0


@given(counts)
def test_a_distribution_expects_of_itself_the_mean_of_its_scores(count: CountDistribution) -> None:
    scores = sum(p * crps(count, int(n)) for n, p in zip(count.support, count.p, strict=True))
    assert expected_crps(count) == pytest.approx(scores, abs=1e-9)


@given(places, places, st.floats(0.0, 5.0))
def test_couplings_are_paired_as_well_as_any_pairing_does(found: list[float], labelled: list[float], w: float) -> None:
    fewer, more = sorted((found, labelled), key=len)
    best = max(
        sum(abs(a - b) <= w for a, b in zip(fewer, chosen, strict=True))
        for chosen in itertools.permutations(more, len(fewer))
    )
    assert match_gaps(found, labelled, w) == Gaps(best, len(found), len(labelled))


def test_an_interval_holds_a_range_that_it_touches() -> None:
    count = CountDistribution(4, np.array([0.2, 0.6, 0.2]))
    assert holds(count, Truth(6, 7, 9), 0.9)
    assert not holds(count, Truth(7, 7, 9), 0.9)
    assert claimed(count, 0.9) == pytest.approx(1.0)
    assert claimed(count, 0.5) == pytest.approx(0.6)


def _drawn(rate: float, believed: float, cases: int) -> list[tuple[CountDistribution, int]]:
    n = np.arange(60)
    count = CountDistribution.from_weights(0, poisson.pmf(n, believed))
    return [(count, int(truth)) for truth in np.random.default_rng(3).poisson(rate, cases)]


def test_a_calibrated_counter_is_flat_and_a_biased_one_is_not() -> None:
    flat = pit_histogram(_drawn(5.0, 5.0, 4000), 5)
    assert flat.mean() == pytest.approx(1.0)
    assert np.abs(flat - 1.0).max() < 0.1
    low = pit_histogram(_drawn(5.0, 8.0, 4000), 5)
    assert low[0] > 2.0
    assert low[-1] < 0.3


def test_a_truth_without_probability_lies_at_the_end() -> None:
    assert pit_histogram([(CountDistribution.exactly(3), 9)], 4).tolist() == [0.0, 0.0, 0.0, 4.0]
    assert pit_histogram([(CountDistribution.exactly(3), 1)], 4).tolist() == [4.0, 0.0, 0.0, 0.0]


def test_reliability_of_a_calibrated_counter_lies_on_the_diagonal() -> None:
    bins = reliability(_drawn(3.0, 3.0, 4000))
    assert all(abs(b.said - b.was) < 0.03 for b in bins)
    sharper = [(CountDistribution.from_weights(0, c.p**4), truth) for c, truth in _drawn(3.0, 3.0, 4000)]
    off = reliability(sharper)
    assert max(abs(b.said - b.was) for b in off) > 0.1


def test_regimes_are_whole() -> None:
    assert [regime_of(g).name for g in (0.25, 0.35, 0.36, 0.6, 0.61, 1.2, 1.21, 3.5)] == [
        name for regime in REGIMES for name in (regime.name, regime.name)
    ]
    with pytest.raises(ValueError, match="no regime"):
        regime_of(4.0)


def test_a_range_of_a_reader_is_in_order() -> None:
    with pytest.raises(ValueError, match="in order"):
        Truth(3, 2, 4)
    assert Truth(3, 4, 6).beyond(7.5) == 1.5
    assert Truth(3, 4, 6).beyond(5.0) == 0.0


def _image(name: str, gsd_m: float, tracks: list[tuple[int, CountDistribution]]) -> ImageScore:
    scores = tuple(TrackScore(f"t{k}", Truth(n, n, n), count) for k, (n, count) in enumerate(tracks))
    return ImageScore(name, name, "", gsd_m, CountDistribution.total(count for _, count in tracks), scores)


def test_a_summary_by_hand() -> None:
    sharp = CountDistribution(4, np.array([0.25, 0.5, 0.25]))
    found = summarise([_image("a", 0.3, [(5, sharp), (7, sharp), (0, CountDistribution.exactly(0))])])
    assert (found.truth, found.total, found.tracks, found.loaded) == (Truth(12, 12, 12), 10.0, 3, 2)
    assert found.bias == pytest.approx(-2 / 3)
    assert found.mae == pytest.approx(2 / 3)
    assert found.error_share == pytest.approx(-2 / 12)
    assert (found.held[0.9], found.held_loaded[0.9], found.held_images[0.9]) == (2, 1, 1)
    assert found.width == 2.0
    assert found.score == pytest.approx((0.125 + (1 / 16 + 9 / 16 + 1) + 0.0) / 3)
    assert found.own_score == pytest.approx((0.375 + 0.375 + 0.0) / 3)


def test_aims_are_answered_by_the_numbers() -> None:
    five = CountDistribution.exactly(5)
    good = {a.what: a.met for a in aims([_image("a", 0.3, [(5, five), (0, CountDistribution.exactly(0))])])}
    assert good["total of all images within ±3%, up to 0.6 m"] is True
    assert good["total of all images within ±5%, 0.6 to 1.2 m"] is None
    assert good["mean absolute error at most 0.3 cars per track, up to 0.6 m"] is True
    assert good["empty tracks counted as empty"] is True
    assert good["90 % intervals hold the truth in 85% to 95% of tracks with cars"] is False
    assert good["lines where there is no railway counted as empty"] is None
    road = _image("road", 0.3, [(0, five), (0, CountDistribution.exactly(0))])
    bad = {a.what: a for a in aims([_image("a", 1.0, [(6, five), (0, five)])], [road])}
    assert bad["lines where there is no railway counted as empty"].measured == "1 of 2"
    assert bad["total of each image with cars within ±5%, 0.6 to 1.2 m"].met is False
    assert bad["total of each image with cars within ±5%, 0.6 to 1.2 m"].measured == "0 of 1; worst +66.7% (a)"
    assert bad["empty tracks counted as empty"].measured == "0 of 1"
