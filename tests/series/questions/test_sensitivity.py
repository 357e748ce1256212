"""Answers under single assumptions and without single scenes, against brute force and against new fits."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from wayside.language.phrases import phrases
from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, Series, SeriesPoint
from wayside.series.analysis import baseline_days
from wayside.series.fitting import Fit, finish, ground_of, prepare
from wayside.series.level.dynamics import Floats
from wayside.series.questions.comparison import Comparison
from wayside.series.questions.leaving_out import effective_size, refitted_without, weights_without
from wayside.series.questions.rise import surge_probability
from wayside.series.questions.sensitivity import sensitivity
from wayside.series.settings import Prior, SeriesSettings

FIRST = date(2020, 1, 1)
SMALL = SeriesSettings(
    prior=Prior((1.0, 4.0), (0.5, 1.2), (0.3,), (4.0, 20.0), (1.0, 6.0)), levels=70, paths=1200, regular_terms=False
)


def series(counts: list[tuple[int, int]], margin: float) -> Series:
    def shown(n: int) -> CountDistribution:
        return CountDistribution.from_interval(n, max(0.0, n - margin), n + margin)

    return Series("s", tuple(SeriesPoint(FIRST + timedelta(days=d), shown(n)) for d, n in counts))


def dense(margin: float) -> Series:
    """Every second day for 200 days; trains of about 10 cars that stay for six days; then 34."""
    rng, counts, n = np.random.default_rng(7), [], 9
    for day in range(200):
        if rng.random() < -math.expm1(-1 / 6):
            n = int(rng.negative_binomial(8, 8 / 18))
        if day % 2 == 0:
            counts.append((day, n))
    return series([*counts, (201, 34)], margin)


def with_outlier() -> Series:
    """Every 20 days for two years about 9 cars, once 60; then 48."""
    rng = np.random.default_rng(8)
    return series([*((d, 60 if d == 300 else int(rng.poisson(9))) for d in range(0, 700, 20)), (705, 48)], 2.0)


def fitted(s: Series, seed: int = 1, settings: SeriesSettings = SMALL) -> Fit:
    return finish(prepare(s, settings), np.random.default_rng(seed))


def compared(fit: Fit) -> Comparison:
    window = baseline_days(fit.seen, fit.settings)
    assert window is not None
    return Comparison(fit, window)


def b_and_surge(held: Comparison) -> tuple[float, float]:
    return held.record().p_exceeds_all_days, surge_probability(held.rises, held.weight, 2.0)


def log_likelihood(fit: Fit, history: int, without: int | None = None) -> float:
    """Log likelihood of all looks given one history, by the words of the model, count by count."""
    histories = fit.posterior.histories
    which = histories.set_of[history]
    size, dwell = histories.sets.size_of[which], histories.sets.dwell[which]
    tables, total = fit.ground.tables, 0.0
    before: dict[int, float] = {}
    last = 0
    for day, look in fit.sight.looks.items():
        if day == without:
            continue
        stay = math.exp(-(day - last) / dwell) if before else 0.0
        now = {}
        for n, p in zip(range(look.first, look.first + look.p.size), look.p.tolist(), strict=True):
            fresh = tables.pmf[size, histories.level[history, day], n]
            now[n] = p * (stay * before.get(n, 0.0) + (1.0 - stay) * fresh)
        total += math.log(sum(now.values()))
        before, last = {n: p / sum(now.values()) for n, p in now.items()}, day
    return total


def brute_weights(fit: Fit, used: list[int], day: int) -> Floats:
    histories = fit.posterior.histories
    change = np.array([log_likelihood(fit, i, day) - log_likelihood(fit, i) for i in used])
    w = histories.weight[used] * np.exp(change - change.max())
    return np.asarray(w / w.sum())


@pytest.mark.parametrize(("margin", "off"), [(0.0, 1e-9), (1.0, 0.1)])
def test_weights_without_a_look_are_those_of_all_the_other_looks(margin: float, off: float) -> None:
    """Exact where looks leave no doubt; else what a look says of the cars of the look after next is left out."""
    fit = fitted(dense(margin), settings=replace(SMALL, paths=60))
    used = np.flatnonzero(fit.posterior.histories.weight).tolist()
    weights = weights_without(fit)
    assert set(weights) == set(fit.sight.looks)
    for day in (0, 56, 100, 198, 201):
        expected = brute_weights(fit, used, day)
        assert weights[day].sum() == pytest.approx(1.0)
        assert 0.5 * np.abs(weights[day][used] - expected).sum() < off


def test_a_dense_series_without_a_scene_is_what_a_new_fit_says() -> None:
    fit = fitted(dense(1.0))
    held, weights = compared(fit), weights_without(fit)
    base = effective_size(held.weight)
    for day in (40, 100, 150):
        assert effective_size(weights[day]) > 0.4 * base
        b, surge = b_and_surge(compared(refitted_without(fit, day, np.random.default_rng(day))))
        assert float(weights[day] @ held.by_history) == pytest.approx(b, abs=0.06)
        assert surge_probability(held.rises, weights[day], 2.0) == pytest.approx(surge, abs=0.1)


def test_a_new_fit_without_a_scene_is_the_fit_of_a_series_without_it() -> None:
    # Of a day without whose scene the site's usual level stays what it was, as a new fit keeps it.
    whole = dense(1.0)
    fit = fitted(whole)
    others = {d: tuple(p for p in whole.points if p.day != FIRST + timedelta(days=d)) for d in range(2, 200, 2)}
    same = [
        d
        for d, points in others.items()
        if ground_of(replace(whole, points=points), SMALL).frame.centre == fit.ground.frame.centre
    ]
    day = same[0]
    bare = fitted(replace(whole, points=others[day]))
    again = refitted_without(fit, day, np.random.default_rng(1))
    np.testing.assert_allclose(again.posterior.set_weight, bare.posterior.set_weight, atol=1e-6)
    assert again.seen.points == bare.seen.points
    np.testing.assert_array_equal(again.posterior.histories.level, bare.posterior.histories.level)


def test_an_outlier_is_left_out_by_a_new_fit_because_no_history_does_without_it() -> None:
    fit = fitted(with_outlier())
    held = compared(fit)
    assert effective_size(weights_without(fit)[300]) < 0.1 * effective_size(held.weight)
    assert held.record().p_exceeds_all_days < 0.01
    name = f"without the scene of {FIRST + timedelta(days=300)}"
    row = next(row for row in sensitivity(held, np.random.default_rng(3), phrases("series")) if row.assumption == name)
    expected = [b_and_surge(compared(refitted_without(fit, 300, np.random.default_rng(seed)))) for seed in (5, 6)]
    assert row.p_exceeds_all_days == pytest.approx(np.mean([b for b, _ in expected]), abs=0.02)
    assert row.p_exceeds_all_days > 0.9
    assert row.p_exceeds_observed == pytest.approx(1.0, abs=1e-6)


def test_rows_of_one_parameter_average_to_the_whole() -> None:
    """P(answer) = sum over values of P(value) P(answer | value), within the chance error of the sampled histories."""
    fit = fitted(with_outlier(), settings=replace(SMALL, until=FIRST + timedelta(days=290)))
    held = compared(fit)
    rows = sensitivity(held, np.random.default_rng(3), phrases("series"))
    b, surge = b_and_surge(held)
    for group in ("jumps", "size", "walk", "dispersion", "dwell"):
        own = [row for row in rows if row.group == group]
        assert sum(row.weight or 0.0 for row in own) == pytest.approx(1.0)
        assert sum((row.weight or 0.0) * row.p_exceeds_all_days for row in own) == pytest.approx(b, abs=0.06)
        assert sum((row.weight or 0.0) * (row.surge or 0.0) for row in own) == pytest.approx(surge, abs=0.06)


def test_one_parameter_held_is_the_fit_with_that_prior_alone() -> None:
    s = series([*((d, int(np.random.default_rng(d).poisson(9))) for d in range(0, 700, 20)), (705, 24)], 2.0)
    fit = fitted(s, settings=replace(SMALL, paths=3000))
    held = compared(fit)
    for dwell in (1.0, 6.0):
        alone = fitted(s, settings=replace(SMALL, dwell_days=dwell, paths=3000))
        b, surge = b_and_surge(compared(alone))
        w = fit.posterior.histories.given("dwell", dwell)
        assert w.sum() == pytest.approx(1.0)
        assert float(w @ held.by_history) == pytest.approx(b, abs=0.08)
        assert surge_probability(held.rises, w, 2.0) == pytest.approx(surge, abs=0.12)


def with_bound(first: int, last: int, at_most: int, newest: int) -> Series:
    """A scene a month for ten months, 6 to 10 cars, then ``newest``; and a published bound over some of the days."""
    s = series([*((d, 6 + d % 5) for d in range(0, 300, 30)), (320, newest)], 1.0)
    return replace(s, bounds=(MaxBound(FIRST + timedelta(first), FIRST + timedelta(last), at_most, "a house"),))


def of_bounds(fit: Fit) -> list[float]:
    rows = sensitivity(compared(fit), np.random.default_rng(0), phrases("series", "en"))
    return [row.p_exceeds_all_days for row in rows if row.group == "bound"]


@pytest.mark.parametrize(
    ("looks", "bound"),
    [
        (40, (100, 150, 0, 73)),  # the default looks: four times as many are more than the days of the bound
        (40, (100, 100, 2, 400)),  # one day, looked at for certain
        (10_000, (0, 299, 4, 73)),  # many times more looks than days
        (1, (0, 299, 12, 73)),  # a quarter of one look is none
    ],
)
def test_every_day_under_a_bound_may_have_been_looked_at(looks: int, bound: tuple[int, int, int, int]) -> None:
    settings = replace(SMALL, looks=looks, paths=300, refits=0)
    found = of_bounds(fitted(with_bound(*bound), settings=settings))
    assert len(found) == 2
    assert all(0 <= p <= 1 for p in found)


def test_a_bound_that_every_scene_contradicts_is_weighed_all_the_same() -> None:
    """150 cars every tenth day under a bound of none: no history is possible, and none may become more than another."""
    s = series([*((d, 150) for d in range(0, 300, 10)), (320, 73)], 1.0)
    s = replace(s, bounds=(MaxBound(FIRST, FIRST + timedelta(299), 0, "a house"),))
    alone = Prior((1.0,), (0.5,), (0.3,), (50.0,), (1.0,))
    found = of_bounds(fitted(s, settings=replace(SMALL, prior=alone, looks=300, paths=300, refits=0)))
    assert len(found) == 2
    assert all(0 <= p <= 1 for p in found)


@pytest.mark.parametrize("looks", [40, 200])
def test_more_or_fewer_looks_weigh_each_history_by_the_days_that_may_have_been_seen(looks: int) -> None:
    fit = fitted(with_bound(60, 240, 12, 73), settings=replace(SMALL, looks=looks, paths=60, refits=0))
    held = compared(fit)
    histories, tables, days = fit.posterior.histories, fit.ground.tables, 181
    for p, other in zip(of_bounds(fit), (looks // 4, looks * 4), strict=True):
        whole = part = 0.0
        for k, weight in enumerate(held.weight.tolist()):
            r = histories.sets.size_of[histories.set_of[k]]
            factor = 1.0
            for day in range(60, 241):
                within = float(tables.cdf[r, histories.level[k, day], 12])
                old, new = ((1 - min(1, n / days)) + min(1, n / days) * within for n in (looks, other))
                factor *= new / old
            whole += weight * factor
            part += weight * factor * float(held.by_history[k])
        assert p == pytest.approx(part / whole, abs=1e-9)
