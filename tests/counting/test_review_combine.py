"""Two witnesses of one track, and a scene made of reviewed and unreviewed tracks; lengths learnt at a site."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, binom, poisson

from wayside.counting.facility import SceneError, with_scene_error
from wayside.counting.kinds import of_kinds
from wayside.counting.lengths import LengthPrior
from wayside.counting.review import AnalystError, StripReview
from wayside.counting.review_combine import (
    analyst_count,
    analyst_likelihood,
    combined,
    reviewed_scene,
    seen_by_analyst,
)
from wayside.counting.review_lengths import learn_lengths
from wayside.counting.review_rates import site_rates
from wayside.errors import ValueRefusedError
from wayside.model.cars import Car, CarType, Cover
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, SceneCount, TrackCount

ANALYST = AnalystError(0.02, 0.015, 0.005)


# ---------------------------------------------------------------------- one track
@given(st.integers(0, 12), st.integers(0, 20))
def test_the_analyst_s_likelihood_is_the_sum_over_seen_and_invented(found: int, n: int) -> None:
    size = 0.02 * 0.98 / 0.015**2 - 1
    expected = sum(
        betabinom.pmf(k, n, 0.98 * size, 0.02 * size) * poisson.pmf(found - k, 0.005 * max(n, 1))
        for k in range(min(n, found) + 1)
    )
    assert analyst_likelihood(found, 20, ANALYST)[n] == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_people_undercount() -> None:
    seen = seen_by_analyst(100, ANALYST)
    assert seen.mean == pytest.approx(100 * 0.995 / 0.98, abs=0.8)
    assert seen.interval(0.9).low >= 98
    assert seen_by_analyst(0).p[0] > 0.9


def test_a_review_narrows_and_moves_the_count() -> None:
    automatic = CountDistribution.from_interval(20, 15, 26)
    both = combined(automatic, [23], ANALYST)
    assert both.variance < 0.2 * automatic.variance
    assert 23 <= both.mean < 24.5
    two = combined(automatic, [23, 23], ANALYST)
    assert two.variance < both.variance


def test_an_analyst_can_overrule_a_counter_that_was_sure() -> None:
    assert combined(CountDistribution.exactly(5), [12], ANALYST).mode >= 12
    assert combined(CountDistribution.exactly(9), [0], ANALYST).mode == 0


def test_hidden_track_keeps_its_doubt() -> None:
    automatic = CountDistribution.from_interval(12, 10, 22)
    both = combined(automatic, [10], ANALYST, listed=10, visible_fraction=0.6)
    assert both.mean > 11
    assert both.interval(0.9).high > 15
    with pytest.raises(ValueRefusedError):
        combined(automatic, [], ANALYST)


@given(st.lists(st.floats(0, 1), max_size=4), st.integers(0, 6))
def test_kinds_agree_with_enumeration(p: list[float], n: int) -> None:
    """Every car of the kind or not, every way to leave cars out: counted one by one."""
    k = len(p)
    mean = (sum(p) + 0.25) / (k + 0.5)
    expected = np.zeros(max(k, n) + 1)
    for kinds in product((0, 1), repeat=k):
        weight = float(np.prod([q if one else 1 - q for q, one in zip(p, kinds, strict=True)]))
        if n >= k:
            for more in range(n - k + 1):
                share = binom.pmf(more, n - k, mean)
                expected[sum(kinds) + more] += weight * share
        else:
            from itertools import combinations

            ways = list(combinations(kinds, n))
            for way in ways:
                expected[sum(way)] += weight / len(ways)
    (found,) = of_kinds(CountDistribution.exactly(n), np.array([p]).reshape(1, k), np.array([0.5]), strength=0.5)
    for number, probability in enumerate(expected):
        assert found.probability(number) == pytest.approx(float(probability), abs=1e-6)


# ---------------------------------------------------------------------- a scene
def car(place: int, kind: CarType = CarType.GONDOLA, cover: Cover = Cover.OPEN, length: float = 14.0) -> Car:
    return Car(20.0 * place, 20.0 * place + length, kind, 0.9, cover)


def a_scene(*numbers: int) -> SceneCount:
    tracks = tuple(
        TrackCount(str(k), 900.0, 1.0, 0.0, CountDistribution.from_interval(n, max(n - 1, 0), n + 1), 14.0 * n,
                   tuple(car(i) for i in range(n)))
        for k, n in enumerate(numbers, start=1)
    )  # fmt: skip
    total = CountDistribution.total(t.count for t in tracks)
    zero = CountDistribution.exactly(0)
    return SceneCount(CountStatus.COUNTED, 0.5, total, total, zero, zero, 14.0 * sum(numbers), tracks, "net", "w",
                      by_type={"gondola": total})  # fmt: skip


def review(track: str, decoded: SceneCount, seen: tuple[Car, ...], analyst: str = "Kim") -> StripReview:
    automatic = next(t.cars for t in decoded.tracks if t.track_id == track)
    return StripReview("s", track, 0.5, analyst, automatic, seen)


def test_a_reviewed_scene_is_narrower_and_says_so() -> None:
    decoded, error = a_scene(20, 10), SceneError(0.05, 0.05, 0.05, 0.05)
    seen = tuple(car(i) for i in range(22))
    one = review("1", decoded, seen)
    rates = site_rates([one], error)
    result = reviewed_scene(decoded, [one], rates, scene_id="s")
    before = with_scene_error(decoded.count, error.at(0.5))
    assert result.count.variance < before.variance
    assert result.tracks[0].count.mean == pytest.approx(22, abs=1.2)
    assert result.tracks[0].cars == seen
    assert result.tracks[0].occupied_m == pytest.approx(22 * 14.0)
    assert result.tracks[1].cars == decoded.tracks[1].cars
    assert result.count.mean == pytest.approx(sum(t.count.mean for t in result.tracks), abs=0.1)
    assert result.reasons == ("Reviewed by Kim: track 1.",)
    assert result.freight.mean == pytest.approx(result.count.mean, rel=0.03)
    assert result.locomotives.mean < 0.5


def test_cars_missed_on_empty_track_are_put_in_where_nobody_looked() -> None:
    decoded, error = a_scene(6, 0, 0), SceneError(0.02, 0.02, 0.02, 0.02, lone_per_km=1.0)
    one = review("2", decoded, ())
    rates = site_rates([one], error)
    assert rates.of_scene("s", 0.5).lone_per_km == 1.0
    result = reviewed_scene(decoded, [one], rates, scene_id="s")
    assert result.tracks[1].count.mean < 0.2, "an analyst looked"
    assert result.tracks[2].count.mean == pytest.approx(decoded.tracks[2].count.mean + 0.9, abs=0.02)


def test_an_analyst_s_types_are_counted() -> None:
    decoded = a_scene(6)
    seen = (*(car(i) for i in range(4)), replace(car(4, CarType.LOCOMOTIVE), type_p=1.0),
            replace(car(5, CarType.TANK, Cover.COVERED), type_p=1.0))  # fmt: skip
    said = analyst_count(decoded, {"1": seen}, model="net review", reasons=("Track 1: fog",))
    assert said.locomotives.median == 1
    assert said.by_type["tank"].median == 1
    assert said.covered.mean == pytest.approx(1.0, abs=0.35)
    assert (said.model, said.reasons, len(said.tracks)) == ("net review", ("Track 1: fog",), 1)
    with pytest.raises(ValueRefusedError, match="no track 9"):
        analyst_count(decoded, {"9": ()}, model="m")


def test_two_analysts_both_count() -> None:
    decoded = a_scene(10)
    kim = review("1", decoded, tuple(car(i) for i in range(10)), "Kim")
    lee = review("1", decoded, tuple(car(i) for i in range(11)), "Lee")
    rates = site_rates([kim, lee], SceneError())
    result = reviewed_scene(decoded, [kim, lee], rates, scene_id="s")
    assert 10 <= result.count.mean <= 11.2
    assert len(result.tracks[0].cars) == 11, "the last analyst's"
    assert result.reasons == ("Reviewed by Kim, Lee: track 1.",)


# ---------------------------------------------------------------------- lengths
PRIOR = LengthPrior()


def test_without_a_car_the_prior_is_kept_exactly() -> None:
    assert learn_lengths([], PRIOR) == PRIOR
    assert learn_lengths([1.0, 500.0], PRIOR) == PRIOR, "no car is as short or as long"


def test_a_site_of_tank_wagons_learns_it() -> None:
    rng = np.random.default_rng(0)
    learnt = learn_lengths(rng.normal(12.1, 0.35, 200), PRIOR)
    share = {f.name: f.weight / sum(g.weight for g in learnt.families) for f in learnt.families}
    assert share["short"] > 0.8
    assert all(weight > 0.01 for weight in share.values()), "nothing becomes impossible"
    assert sum(f.weight for f in learnt.families) == pytest.approx(sum(f.weight for f in PRIOR.families))


def test_more_cars_say_more_and_a_train_of_forty_less_than_forty() -> None:
    def short(n: int, weight: float) -> float:
        learnt = learn_lengths([12.1] * n, PRIOR, weights=[weight] * n)
        return learnt.families[0].weight

    assert PRIOR.families[0].weight < short(10, 1.0) < short(40, 1.0)
    assert short(40, 0.25) == pytest.approx(short(10, 1.0), rel=1e-3)


def test_a_scale_that_is_a_little_off_moves_the_lengths() -> None:
    learnt = learn_lengths([14.2] * 300, PRIOR)
    assert 14.05 < learnt.families[1].lengths[0].length_m < 14.25
    fixed = learn_lengths([14.2] * 300, PRIOR, drift_m=0.0)
    assert fixed.families[1].lengths[0].length_m == PRIOR.families[1].lengths[0].length_m


def test_the_posterior_mode_is_a_mode() -> None:
    """No small change of the shares raises the posterior: likelihood times Dirichlet, evaluated apart."""
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(12.1, 0.3, 30), rng.normal(17, 0.4, 10)])
    learnt = learn_lengths(x, PRIOR, drift_m=0.0)

    def parts(prior: LengthPrior) -> np.ndarray:
        rows = [(f.weight * s.share / sum(o.share for o in f.lengths)) for f in prior.families for s in f.lengths]
        return np.array(rows) / sum(rows)

    def density(rows: list[tuple[float, float, float]]) -> np.ndarray:
        sd = np.array([np.hypot(s, PRIOR.blur_m) for _, s, _ in rows])
        z = (x[:, None] - np.array([m for m, _, _ in rows])) / sd
        return np.exp(-0.5 * z**2) / (sd * np.sqrt(2 * np.pi))

    stock = density([tuple(s) for f in PRIOR.families for s in f.lengths])
    engines = density([tuple(s) for s in PRIOR.engine_lengths])
    engine_share = np.array([s.share for s in PRIOR.engine_lengths])
    other = PRIOR.engines * engines @ (engine_share / engine_share.sum()) + PRIOR.floor / (PRIOR.high_m - PRIOR.low_m)

    def posterior(share: np.ndarray) -> float:
        mixture = (1 - PRIOR.engines - PRIOR.floor) * stock @ share + other
        return float(np.log(mixture).sum() + 30.0 * parts(PRIOR) @ np.log(share))

    best = parts(learnt)
    for _ in range(200):
        moved = best * np.exp(0.05 * rng.normal(size=best.size))
        assert posterior(moved / moved.sum()) <= posterior(best) + 1e-6


def test_lengths_and_weights_belong_together() -> None:
    for lengths, weights in (([12.0], [1.0, 1.0]), ([float("nan")], [1.0]), ([12.0], [-1.0])):
        with pytest.raises(ValueRefusedError):
            learn_lengths(lengths, PRIOR, weights=weights)
    with pytest.raises(ValueRefusedError):
        learn_lengths([12.0], PRIOR, strength=0.0)
