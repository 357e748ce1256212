"""What to review next: against conditioning whole matrices, all subsets, and a simulated hierarchy."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.counting.facility import SceneError
from wayside.counting.review import AnalystError
from wayside.counting.review_next import StripOutlook, covariance, next_to_review
from wayside.counting.review_rates import RatePosterior, SiteRates
from wayside.errors import ValueRefusedError

PRIOR = SceneError(0.04, 0.05, 0.03, 0.04, 0.8, 0.5)
RATES = SiteRates(PRIOR, RatePosterior(0.04, 0.05, 0.03), RatePosterior(0.03, 0.04, 0.02), (0.02, 0.01), {}, 1, 10)
ANALYST = AnalystError(0.02, 0.015, 0.005)

STRIPS = st.lists(
    st.tuples(st.sampled_from("ab"), st.floats(0.5, 40), st.floats(0.01, 5), st.sampled_from([0.4, 0.9])),
    min_size=1, max_size=5,
)  # fmt: skip


def outlooks(rows: list[Any]) -> list[StripOutlook]:
    gsd = {scene: g for scene, _, _, g in rows}
    return [StripOutlook(scene, str(k), gsd[scene], cars, var) for k, (scene, cars, var, _) in enumerate(rows)]


def left(strips: list[StripOutlook], reviewed: tuple[int, ...], scenes: set[str]) -> float:
    """The sum of the scenes' variances after reviews, by conditioning the whole Gaussian."""
    c = covariance(strips, RATES)
    cars = np.array([s.cars for s in strips])
    noise = cars * (0.02 * 0.98 + 0.005) + (cars * 0.015) ** 2 + 1e-6
    j = list(reviewed)
    if j:
        c = c - c[:, j] @ np.linalg.solve(c[np.ix_(j, j)] + np.diag(noise[j]), c[j, :])
    total = 0.0
    for scene in scenes:
        a = np.array([s.scene_id == scene for s in strips], dtype=float)
        total += float(a @ c @ a)
    return total


@given(STRIPS, st.booleans())
@settings(deadline=None, max_examples=30)
def test_every_gain_is_what_conditioning_gives(rows: list[Any], whole: bool) -> None:
    strips = outlooks(rows)
    target = None if whole else strips[0].scene_id
    scenes = {s.scene_id for s in strips} if whole else {strips[0].scene_id}
    found = next_to_review(strips, RATES, number=3, scene_id=target, analyst=ANALYST)
    index = {(s.scene_id, s.track_id): k for k, s in enumerate(strips)}
    chosen: tuple[int, ...] = ()
    for one in found:
        best = min(left(strips, (*chosen, k), scenes) for k in range(len(strips)) if k not in chosen)
        assert one.before == pytest.approx(left(strips, chosen, scenes), rel=1e-6)
        chosen = (*chosen, index[one.scene_id, one.track_id])
        assert left(strips, chosen, scenes) == pytest.approx(best, rel=1e-6, abs=1e-9)
        assert one.before - one.gain == pytest.approx(best, rel=1e-6, abs=1e-6)
        assert 0.0 < one.narrows <= 1.0


@given(STRIPS)
@settings(deadline=None, max_examples=25)
def test_choosing_one_by_one_is_nearly_as_good_as_the_best_pair(rows: list[Any]) -> None:
    strips = outlooks(rows)
    if len(strips) < 2:
        return
    scenes = {s.scene_id for s in strips}
    greedy = next_to_review(strips, RATES, number=2, analyst=ANALYST)
    start = left(strips, (), scenes)
    best = start - min(left(strips, pair, scenes) for pair in combinations(range(len(strips)), 2))
    assert sum(one.gain for one in greedy) >= 0.9 * best


def test_the_ranking_holds_in_the_real_hierarchy() -> None:
    """Cars missed and invented one by one at random rates: which review leaves least variance of the scene's total?"""
    rng = np.random.default_rng(11)
    decoded, n = np.array([30, 8, 20]), 40_000

    def rates(mean: float, sd: float, site_sd: float) -> tuple[Any, Any]:
        mu = rng.beta(*(np.array([mean, 1 - mean]) * (mean * (1 - mean) / site_sd**2 - 1)), n)[:, None]
        size = mean * (1 - mean) / (sd**2 - site_sd**2) - 1
        both = rng.beta(np.maximum(mu * size, 1e-3), (1 - mu) * size, (n, 2))
        return both[:, 0], both[:, 1]

    miss, false = rates(0.04, 0.05, 0.03), rates(0.03, 0.04, 0.02)
    scene = np.array([0, 0, 1])
    true = np.empty((n, 3))
    for k in range(3):
        real = rng.binomial(decoded[k], 1 - false[scene[k]])
        true[:, k] = real + rng.negative_binomial(np.maximum(real, 1), 1 - miss[scene[k]])
    seen = rng.binomial(true.astype(int), 1 - rng.beta(1.7, 85, n)[:, None]) + rng.poisson(0.005 * decoded, (n, 3))
    total = true[:, 0] + true[:, 1]
    simulated = []
    for k in range(3):
        groups = seen[:, k].astype(int)
        weight = np.bincount(groups)
        mean = np.bincount(groups, total) / np.maximum(weight, 1)
        simulated.append(float(((total - mean[groups]) ** 2).mean()))
    own = decoded * (0.04 + 0.03)
    strips = [StripOutlook("ab"[scene[k]], str(k), 0.5, float(decoded[k]), float(own[k])) for k in range(3)]
    ranked = next_to_review(strips, RATES, number=1, scene_id="a", analyst=ANALYST)
    assert int(ranked[0].track_id) == int(np.argmin(simulated)) == 0
    gains = total.var() - np.array(simulated)
    assert ranked[0].gain == pytest.approx(gains[0], rel=0.25)


def test_a_single_scene_s_strips_are_worth_most_to_it_and_others_still_help() -> None:
    strips = [StripOutlook("a", "1", 0.5, 20.0, 1.0), StripOutlook("b", "1", 0.5, 20.0, 1.0)]
    found = next_to_review(strips, RATES, number=5, scene_id="a")
    assert [one.scene_id for one in found] == ["a", "b"]
    assert found[0].gain > found[1].gain > 0.0


def test_a_large_series_is_ranked_without_a_large_matrix() -> None:
    rng = np.random.default_rng(0)
    strips = [StripOutlook(f"s{k // 10}", str(k % 10), 0.5, float(rng.integers(0, 30)), 1.0) for k in range(1200)]
    assert len(next_to_review(strips, RATES, number=5)) == 5


def test_nothing_to_say() -> None:
    strips = [StripOutlook("a", "1", 0.5, 3.0, 1.0)]
    assert next_to_review([], RATES) == ()
    assert next_to_review(strips, RATES, scene_id="z") == ()
    with pytest.raises(ValueRefusedError):
        next_to_review(strips, RATES, number=0)
    for bad in ({"cars": -1.0}, {"variance": float("nan")}, {"scene_id": ""}):
        with pytest.raises(ValueRefusedError):
            StripOutlook(**{"scene_id": "a", "track_id": "1", "gsd_m": 0.5, "cars": 1.0, "variance": 1.0, **bad})  # type: ignore[arg-type]
