"""Drawn daily counts against the enumeration of every block and count, closed forms, and ranks of simulated truths."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import chi2, nbinom

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.series.questions.days import DayScene, daily_counts, day_means

Floats = NDArray[np.float64]
MOST = 14  # counts of the enumeration; more has a probability under 1e-6 at its levels


def negative_binomial(mean: float, size: float) -> Floats:
    return np.asarray(nbinom.pmf(np.arange(MOST), size, size / (size + mean)), dtype=np.float64)


def enumerated(means: Floats, size: float, replaced: float, scenes: list[DayScene]) -> Floats:
    """P(count of each day | scenes), shape (MOST,) * T: every pattern of blocks with every count of each."""
    days = len(means)
    out = np.zeros((MOST,) * days)
    for flags in itertools.product((False, True), repeat=days - 1):
        begins = [0, *(t for t, new in enumerate(flags, start=1) if new)]
        prior = replaced ** sum(flags) * (1 - replaced) ** (days - 1 - sum(flags))
        block_of = np.searchsorted(begins, np.arange(days), side="right") - 1
        # One axis for the count of each block; the days of a block share its axis.
        count_of = np.indices((MOST,) * len(begins))
        weight = np.full(count_of.shape[1:], prior)
        for block, begin in enumerate(begins):
            weight *= negative_binomial(means[begin], size)[count_of[block]]
        for day, distribution in scenes:
            said = np.array([distribution.probability(n) for n in range(MOST)])
            weight *= said[count_of[block_of[day]]]
        out[tuple(count_of[block] for block in block_of)] += weight
    return out / out.sum()


def some(*p: float, first: int = 0) -> CountDistribution:
    return CountDistribution(first, np.array(p))


SCENES: dict[str, list[DayScene]] = {
    "none": [],
    "first day": [(0, some(0.2, 0.5, 0.3))],
    "a gap": [(0, some(0.1, 0.2, 0.7)), (3, some(0.3, 0.6, 0.1, first=1))],
    "three": [(0, some(0.6, 0.4)), (1, some(0.2, 0.3, 0.5)), (3, some(0.5, 0.5, first=1))],
    "disjoint": [(1, some(0.9, 0.1)), (2, some(0.6, 0.4, first=3))],
    "a hole in p": [(2, some(0.5, 0.0, 0.5)), (3, some(0.4, 0.3, 0.3))],
}


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("means", [(0.5, 0.5, 0.9, 0.9), (0.9, 0.4, 0.4, 0.7)])
def test_draws_are_the_posterior_of_every_history_enumerated(name: str, means: tuple[float, ...]) -> None:
    """All of it at once: chi-square over every sequence of four counts that is not too rare."""
    draws, size, replaced = 60_000, 2.0, 0.35
    truth = enumerated(np.array(means[: 3 if name == "none" else 4]), size, replaced, SCENES[name])
    days = truth.ndim
    rows = np.broadcast_to(np.array(means[:days]), (draws, days))
    rng = np.random.default_rng(5)
    counts = daily_counts(rows, np.full(draws, size), np.full(draws, replaced), SCENES[name], rng)
    inside = (counts < MOST).all(axis=1)
    assert inside.mean() > 1 - 1e-4
    seen = np.bincount(np.ravel_multi_index(tuple(counts[inside].T), truth.shape), minlength=truth.size)
    expected = truth.ravel() * inside.sum()
    assert not np.any(seen[expected == 0])
    common = expected > 8
    pooled_seen = np.append(seen[common], seen[~common].sum())
    pooled_expected = np.append(expected[common], max(expected[~common].sum(), 1e-9))
    if pooled_expected[-1] < 8:
        pooled_seen, pooled_expected = pooled_seen[:-1], pooled_expected[:-1]
    statistic = ((pooled_seen - pooled_expected) ** 2 / pooled_expected).sum()
    assert chi2.sf(statistic, len(pooled_seen) - 1) > 1e-4


def test_histories_of_other_parameters_do_not_mix() -> None:
    draws = 40_000
    odd = np.arange(draws) % 2 == 1
    size, replaced = np.where(odd, 6.0, 1.0), np.where(odd, 0.7, 0.2)
    means = np.where(odd[:, None], np.array([0.8, 0.3, 0.9]), np.array([0.3, 0.3, 0.6]))
    scenes = [(0, some(0.3, 0.7)), (2, some(0.2, 0.3, 0.5))]
    counts = daily_counts(means, size, replaced, scenes, np.random.default_rng(0))
    for which, r, change in ((odd, 6.0, 0.7), (~odd, 1.0, 0.2)):
        truth = enumerated(means[which][0], r, change, scenes)
        for day in range(3):
            marginal = truth.sum(axis=tuple({0, 1, 2} - {day}))
            seen = np.bincount(counts[which, day], minlength=MOST)[:MOST] / which.sum()
            assert np.abs(seen - marginal).max() < 5 * 0.5 / np.sqrt(which.sum())


def test_a_long_time_is_drawn_in_parts_and_means_the_same() -> None:
    """So many histories that the draw is split to bound its memory; the middle of a gap is known in closed form."""
    draws, days = 60_000, 60
    replaced = 0.1
    scenes = [(0, CountDistribution.exactly(40)), (days - 1, CountDistribution.exactly(40))]
    rng = np.random.default_rng(1)
    counts = daily_counts(np.full((draws, days), 1.0), np.full(draws, 5.0), np.full(draws, replaced), scenes, rng)
    # 40 cars are next to impossible at a mean of 1: the same cars stand throughout.
    assert np.all(counts == 40)


def test_without_scenes_days_are_negative_binomial_and_stand_as_long_as_the_dwell_says() -> None:
    draws, mean, size, replaced = 40_000, 9.0, 3.0, 0.25
    rng = np.random.default_rng(2)
    counts = daily_counts(np.full((draws, 5), mean), np.full(draws, size), np.full(draws, replaced), [], rng)
    assert counts.dtype == np.int32
    assert counts.mean(axis=0) == pytest.approx(np.full(5, mean), abs=0.15)
    assert counts.var(axis=0) == pytest.approx(np.full(5, mean + mean**2 / size), rel=0.05)
    alike = float((nbinom.pmf(np.arange(400), size, size / (size + mean)) ** 2).sum())
    for apart in (1, 3):
        stood = (1 - replaced) ** apart
        assert np.mean(counts[:, 0] == counts[:, apart]) == pytest.approx(stood + (1 - stood) * alike, abs=0.012)


def test_where_all_cars_are_new_each_day_a_scene_tells_of_its_own_day_alone() -> None:
    draws, mean, size = 40_000, 6.0, 4.0
    scene = CountDistribution.from_interval(12, 8, 16)
    rng = np.random.default_rng(3)
    counts = daily_counts(np.full((draws, 3), mean), np.full(draws, size), np.ones(draws), [(1, scene)], rng)
    p = scene.p * nbinom.pmf(scene.support, size, size / (size + mean))
    assert counts[:, 1].mean() == pytest.approx(float(scene.support @ p / p.sum()), abs=0.06)
    assert counts[:, 0].mean() == pytest.approx(mean, abs=0.12)
    assert counts[:, 2].mean() == pytest.approx(mean, abs=0.12)


@given(st.data())
def test_certain_scenes_are_met_by_every_history(data: st.DataObject) -> None:
    days = data.draw(st.integers(1, 12))
    at = data.draw(st.lists(st.integers(0, days - 1), unique=True, max_size=days))
    seen = [(day, data.draw(st.integers(0, 4000))) for day in at]
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    n = 5
    means = np.exp(rng.normal(2, 2, (n, days)))
    replaced = rng.uniform(0.01, 1.0, n)
    scenes = [(day, CountDistribution.exactly(count)) for day, count in seen]
    counts = daily_counts(means, rng.uniform(0.5, 60, n), replaced, scenes, rng)
    assert counts.shape == (n, days)
    assert counts.min() >= 0
    for day, count in seen:
        assert np.all(counts[:, day] == count)


def test_a_true_history_ranks_evenly_among_those_drawn() -> None:
    """Truths made by the model itself, scenes with an error of one car: ranks of a total must be uniform."""
    rng = np.random.default_rng(11)
    days, draws, trials, size, replaced = 50, 39, 600, 3.0, 0.3
    error = {-1: 0.25, 0: 0.5, 1: 0.25}
    ranks = []
    for _ in range(trials):
        means = 4.0 * np.exp(np.cumsum(rng.normal(0, 0.15, days)))
        truth, standing = np.empty(days, np.int64), 0
        for t in range(days):
            if t == 0 or rng.random() < replaced:
                standing = int(rng.poisson(rng.gamma(size, means[t] / size)))
            truth[t] = standing
        scenes = []
        for t in np.flatnonzero(rng.random(days) < 0.3).tolist():
            reading = int(truth[t] + rng.choice(list(error), p=list(error.values())))
            likely = {n: error[reading - n] for n in range(max(0, reading - 1), reading + 2)}
            scenes.append((t, CountDistribution.from_weights(min(likely), list(likely.values()))))
        rows = np.broadcast_to(means, (draws, days))
        counts = daily_counts(rows, np.full(draws, size), np.full(draws, replaced), scenes, rng)
        unseen_total = np.append(counts.sum(axis=1), truth.sum()) + rng.random(draws + 1)
        ranks.append(int((unseen_total[:-1] < unseen_total[-1]).sum()))
    bins = np.bincount(np.array(ranks) // 4, minlength=10)
    assert chi2.sf(((bins - trials / 10) ** 2 / (trials / 10)).sum(), 9) > 1e-3


def test_the_term_multiplies_the_mean_of_its_day() -> None:
    means = day_means(np.array([[0, 2], [1, 1]], np.int16), np.array([1.0, 2.0, 4.0]), np.log(np.array([1.0, 3.0])))
    assert means == pytest.approx(np.array([[1.0, 12.0], [2.0, 6.0]]))
    assert day_means(np.array([[1]], np.int16), np.array([1.0, 2.0])) == pytest.approx(np.array([[2.0]]))


SCENE = CountDistribution.exactly(3)


@pytest.mark.parametrize(
    ("mean", "size", "replaced", "scenes", "what"),
    [
        (1.0, 1.0, 0.0, [], "not never"),
        (1.0, 1.0, 1.1, [], "not never"),
        (0.0, 1.0, 0.5, [], "more than 0"),
        (np.nan, 1.0, 0.5, [], "finite"),
        (1.0, 0.0, 0.5, [], "size"),
        (1.0, 1.0, 0.5, [(3, SCENE)], "from 0 to 2"),
        (1.0, 1.0, 0.5, [(-1, SCENE)], "from 0 to 2"),
        (1.0, 1.0, 0.5, [(1, SCENE), (1, SCENE)], "pool them"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    mean: float, size: float, replaced: float, scenes: list[DayScene], what: str
) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueRefusedError, match=what):
        daily_counts(np.full((2, 3), mean), np.full(2, size), np.full(2, replaced), scenes, rng)
    with pytest.raises(ValueRefusedError, match="one size"):
        daily_counts(np.ones((2, 3)), np.ones(3), np.ones(2), [], rng)
