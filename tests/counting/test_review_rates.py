"""Rates learnt from reviews: against direct integration, and by simulated sites."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import beta, betabinom, binom

from wayside.counting.facility import SceneError, with_scene_error
from wayside.counting.review import AnalystError, StripReview
from wayside.counting.review_rates import RatePosterior, site_rates
from wayside.errors import ValueRefusedError
from wayside.model.cars import Car
from wayside.model.counts import CountDistribution

PRIOR = SceneError(0.04, 0.04, 0.03, 0.03, 0.8, 0.5)
PERFECT = AnalystError(0.0, 0.0, 0.0)


def spots(indices: object) -> tuple[Car, ...]:
    return tuple(Car(20.0 * i, 20.0 * i + 14.0) for i in indices)  # type: ignore[attr-defined]


def strip(scene: str, track: str, *, both: int, missed: int = 0, false: int = 0, analyst: str = "Kim",
          gsd_m: float = 0.5) -> StripReview:  # fmt: skip
    """A strip where so many cars are common, missed by the counter, and the counter's alone."""
    total = both + missed
    automatic = spots([*range(both), *range(1000, 1000 + false)])
    return StripReview(scene, track, gsd_m, analyst, automatic, spots(range(total)))


def test_without_reviews_the_prior_is_returned_exactly() -> None:
    assert site_rates([], PRIOR).error == PRIOR
    assert site_rates([]).error == SceneError()
    assert site_rates([], PRIOR).of_scene("s", 0.9) == PRIOR.at(0.9)


def test_a_review_of_an_empty_track_hardly_moves_the_prior() -> None:
    """The grid by itself gives the prior back: an empty strip says nothing, and every number is integrated."""
    error = site_rates([strip("s", "1", both=0)], PRIOR).error
    for name in ("miss_mean", "miss_sd", "false_mean", "false_sd"):
        assert getattr(error, name) == pytest.approx(getattr(PRIOR, name), rel=0.01)
    assert (error.growth_per_m, error.reference_gsd_m) == (PRIOR.growth_per_m, PRIOR.reference_gsd_m)


def test_one_scene_agrees_with_direct_integration() -> None:
    """The reviewed scene's own rate, integrated by another program over the same hierarchy."""
    mean, sd, n, k = PRIOR.miss_mean, PRIOR.miss_sd, 40, 6

    def shape(m: Any, v: Any) -> tuple[Any, Any]:
        size = np.maximum(m * (1 - m) / v - 1, 1e-2)
        return m * size, (1 - m) * size

    mu = np.linspace(1e-4, 0.9, 20_000)
    top = bottom = 0.0
    factors = ((0.25, 0.5), (1.0, 0.3), (2.875, 0.2))
    for rho in (0.1, 0.3, 0.5, 0.7, 0.9):
        for site, p in factors:
            density = p * beta.pdf(mu, *shape(mean, rho * sd**2 * site))
            for within, w in factors:
                a, b = shape(mu, np.minimum((1 - rho) * sd**2 * within * mu / mean, mu * (1 - mu) * 0.99))
                # The beta-binomial's own closed form, and its posterior mean.
                joint = w * density * betabinom.pmf(k, n, a, b)
                top += float((joint * (a + k) / (a + b + n)).sum())
                bottom += float(joint.sum())
    rates = site_rates([strip("s", "1", both=n - k, missed=k)], PRIOR, PERFECT)
    assert rates.of_scene("s", 0.5).miss_mean == pytest.approx(top / bottom, rel=0.03)


def test_many_scenes_overrule_the_prior_and_the_site_s_part_shrinks() -> None:
    few = site_rates([strip("s0", "1", both=80, missed=20)], PRIOR)
    many = site_rates([strip(f"s{i}", "1", both=80, missed=20) for i in range(12)], PRIOR)
    assert many.error.miss_mean == pytest.approx(0.2, abs=0.02)
    assert PRIOR.miss_mean < few.error.miss_mean < many.error.miss_mean + 0.02
    assert many.miss.site_sd < few.miss.site_sd
    assert many.error.false_mean < PRIOR.false_mean


def test_cars_of_one_scene_are_not_so_many_witnesses() -> None:
    one = site_rates([strip("s", str(t), both=18, missed=2) for t in range(10)], PRIOR)
    ten = site_rates([strip(f"s{t}", "1", both=18, missed=2) for t in range(10)], PRIOR)
    assert one.miss.site_sd > 1.2 * ten.miss.site_sd
    assert (one.reviewed, one.cars) == (10, 200)


def test_an_analyst_s_misses_are_not_taken_for_the_counter_s_false_cars() -> None:
    """The counter has three cars that one analyst does not: part of it is laid at the analyst's door."""
    reviews = [strip(f"s{i}", "1", both=47, false=3) for i in range(8)]
    careful = site_rates(reviews, PRIOR, PERFECT)
    human = site_rates(reviews, PRIOR, AnalystError(0.03, 0.02, 0.005))
    assert careful.error.false_mean == pytest.approx(0.06, abs=0.01)
    assert human.error.false_mean < careful.error.false_mean - 0.01
    assert human.analyst_miss[0] > 0.03, "the analyst is thought less of than before"


def test_a_second_analyst_who_sees_the_cars_clears_the_counter() -> None:
    first = [strip(f"s{i}", "1", both=47, false=3) for i in range(6)]
    second = [StripReview(r.scene_id, "1", 0.5, "Lee", r.automatic, r.automatic) for r in first]
    alone, both = site_rates(first, PRIOR), site_rates([*first, *second], PRIOR)
    assert both.error.false_mean < 0.6 * alone.error.false_mean
    assert both.analyst_miss[0] > alone.analyst_miss[0]
    assert both.reviewed == alone.reviewed == 6


def test_coarser_scenes_err_more_and_are_held_against_more() -> None:
    fine = [strip(f"s{i}", "1", both=90, missed=10) for i in range(6)]
    coarse = [replace(r, gsd_m=1.0) for r in fine]
    assert site_rates(coarse, PRIOR).error.miss_mean < site_rates(fine, PRIOR).error.miss_mean - 0.02


def test_values_check_themselves() -> None:
    for bad in ({"miss_mean": 0.6}, {"miss_sd": -0.1}, {"false_mean": float("nan")}):
        with pytest.raises(ValueRefusedError):
            AnalystError(**bad)
    with pytest.raises(ValueRefusedError):
        RatePosterior(1.2, 0.1, 0.1)
    a, b = RatePosterior(0.1, 0.05, 0.02).beta
    assert (a / (a + b), beta.std(a, b)) == pytest.approx((0.1, 0.05))
    assert RatePosterior(0.0, 0.0, 0.0).beta == (0.0, 0.0)


# ---------------------------------------------------------------------- by simulation
def a_site(rng: np.random.Generator, scenes: int, site: tuple[float, float]) -> list[tuple[int, int, int]]:
    """Scenes of a site as (found, missed, false) of 60 cars each: its mean rates are given, its scenes differ."""
    out = []
    for _ in range(scenes):
        q, phi = (rng.beta(*(np.array([m, 1 - m]) * (m * (1 - m) / (0.0004 * m / 0.04) - 1))) for m in site)
        missed = int(binom.rvs(60, q, random_state=rng))
        false = int(rng.negative_binomial(max(60 - missed, 1), 1 - phi))
        out.append((60 - missed, missed, false))
    return out


def coverage(reviewed: int, sites: int, seed: int) -> tuple[float, float]:
    """Return how often the 90 % interval of an unreviewed scene holds its 60 cars, and how wide it is on average."""
    rng = np.random.default_rng(seed)
    held, width = 0, 0.0
    for _ in range(sites):
        # Sites differ as the prior says: half of its variance lies between sites.
        site = tuple(
            float(rng.beta(*(np.array([m, 1 - m]) * (m * (1 - m) / (0.5 * s**2) - 1))))
            for m, s in ((PRIOR.miss_mean, PRIOR.miss_sd), (PRIOR.false_mean, PRIOR.false_sd))
        )
        site = tuple(min(max(rate, 0.002), 0.4) for rate in site)
        *known, (found, _, false) = a_site(rng, reviewed + 1, site)  # type: ignore[arg-type]
        reviews = [strip(f"s{i}", "1", both=f, missed=m, false=x) for i, (f, m, x) in enumerate(known)]
        error = site_rates(reviews, PRIOR).error
        interval = with_scene_error(CountDistribution.exactly(found + false), error).interval(0.9)
        held += interval.low <= 60 <= interval.high
        width += interval.high - interval.low
    return held / sites, width / sites


def test_intervals_keep_their_coverage_and_tighten() -> None:
    before, wide = coverage(0, 150, 1)
    after, narrow = coverage(4, 50, 2)
    assert before > 0.88
    assert after > 0.83, "60 sites: 0.9 give or take 0.04"
    assert narrow < 0.9 * wide
