"""The forecast against particles that live through the days one by one, and against closed forms."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import nbinom

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.periods_wording import in_words
from wayside.model.wording import plural
from wayside.series.level.dynamics import Dynamics
from wayside.series.questions.forecast import Known, forecast

Floats = NDArray[np.float64]
SETS, REGIMES, LEVELS, LARGEST = 3, 2, 16, 400
SIZES = np.array([2.0, 20.0])
TODAY = date(2023, 10, 5)
LOG_LEVELS = np.log(2.0) + 0.2 * np.arange(LEVELS)


def rows(rng: np.random.Generator, *shape: int) -> Floats:
    x = rng.random(shape) ** 3 + 0.01
    return np.asarray(x / x.sum(axis=-1, keepdims=True))


def tables(log_levels: Floats = LOG_LEVELS) -> Floats:
    r, m = SIZES[:, None, None], np.exp(log_levels)[None, :, None]
    return np.asarray(nbinom.cdf(np.arange(LARGEST + 1), r, r / (r + m)), dtype=np.float64)


def known(
    seed: int = 0,
    *,
    replaced: tuple[float, ...] = (0.2, 0.5, 0.2),
    still: bool = False,
    newest: CountDistribution | None = None,
) -> Known:
    rng = np.random.default_rng(seed)
    dynamics = Dynamics(
        start=rows(rng, SETS, REGIMES * LEVELS).reshape(SETS, REGIMES, LEVELS),
        leave=np.zeros((SETS, REGIMES)) if still else 0.02 + 0.2 * rng.random((SETS, REGIMES)),
        step=np.zeros((SETS, REGIMES)) if still else 0.4 * rng.random((SETS, REGIMES)),
        route=rows(rng, SETS, REGIMES, REGIMES),
        dest=rows(rng, SETS, REGIMES, LEVELS),
    )
    return Known(
        TODAY,
        newest or CountDistribution.from_interval(30, 27, 34),
        rows(rng, SETS, REGIMES * LEVELS).reshape(SETS, REGIMES, LEVELS),
        np.array([0.5, 0.2, 0.3]),
        dynamics,
        np.array(replaced),
        np.array([0, 1, 1]),
        LOG_LEVELS,
        tables(),
    )


def simulated(k: Known, days: int, term: Floats, rng: np.random.Generator) -> tuple[Floats, NDArray[np.int64]]:
    """Levels and counts of 150,000 particles, shape (particles, days), by the words of the model."""
    n = 150_000
    c = rng.choice(SETS, n, p=k.set_weight)
    g, level = np.empty(n, np.int64), np.empty(n, np.int64)
    for s in range(SETS):
        mine = np.flatnonzero(c == s)
        g[mine], level[mine] = np.divmod(rng.choice(REGIMES * LEVELS, mine.size, p=k.state[s].ravel()), LEVELS)
    count = rng.choice(k.newest.support, n, p=k.newest.p)
    means, counts = np.empty((n, days)), np.empty((n, days), np.int64)
    d = k.dynamics
    for day in range(days):
        jumps = rng.random(n) < d.leave[c, g]
        u = rng.random(n)
        move = np.where(u < d.step[c, g], 1, np.where(u > 1 - d.step[c, g], -1, 0))
        walked = level + move
        stays = (walked < 0) | (walked >= LEVELS)
        new_level, new_g = np.where(stays, level, walked), g.copy()
        for s in range(SETS):
            for regime in range(REGIMES):
                mine = np.flatnonzero(jumps & (c == s) & (g == regime))
                new_level[mine] = rng.choice(LEVELS, mine.size, p=d.dest[s, regime])
                new_g[mine] = rng.choice(REGIMES, mine.size, p=d.route[s, regime])
        level, g = new_level, new_g
        means[:, day] = np.exp(LOG_LEVELS[level] + term[day])
        fresh = rng.random(n) < k.replaced[c]
        r = SIZES[k.size_of[c]]
        count = np.where(fresh, rng.poisson(rng.gamma(r, means[:, day] / r)), count)
        counts[:, day] = count
    return means, counts


@pytest.mark.parametrize("term", [np.zeros(8), 0.2 * np.array([0, 1, -1, 2, 0, 1, -2, 0])])
def test_the_forecast_is_what_particles_live_through(term: Floats) -> None:
    """The term's shifts are whole grid steps, kept off the ends of the grid, so that nothing is interpolated."""
    days, threshold = 8, 33
    k = known()
    if term.any():
        k.state[:, :, [0, 1, -2, -1]] = 0.0
        k.dynamics.dest[:, :, [0, 1, -2, -1]] = 0.0
        k.dynamics.step[:] = 0.0
        k.state[:] /= k.state.sum(axis=(1, 2), keepdims=True)
        k.dynamics.dest[:] /= k.dynamics.dest.sum(axis=2, keepdims=True)
    means, counts = simulated(k, days, term, np.random.default_rng(8))
    result = forecast(k, days=days, threshold=threshold, log_term=term)
    reached = np.maximum.accumulate(counts, axis=1) > threshold
    for at, day in enumerate(result.days):
        assert day.day == TODAY + timedelta(days=at + 1)
        for q, n in zip((0.05, 0.25, 0.5, 0.75, 0.95), day.count, strict=True):
            assert np.mean(counts[:, at] <= n) >= q - 0.006
            assert np.mean(counts[:, at] < n) <= q + 0.006
        assert day.p_above == pytest.approx(np.mean(counts[:, at] > threshold), abs=0.006)
        assert day.p_above_by == pytest.approx(np.mean(reached[:, at]), abs=0.006)
        # The level's quantiles lie within one step of the grid of the particles'.
        particles = np.log(np.quantile(means[:, at], (0.05, 0.25, 0.5, 0.75, 0.95), method="inverted_cdf"))
        assert np.abs(np.log(day.level) - particles).max() <= 0.2 + 1e-9
    assert result.p_any == result.days[-1].p_above_by


def test_cars_that_never_leave_are_there_on_every_day() -> None:
    newest = CountDistribution.from_interval(30, 25, 37)
    k = known(replaced=(0.0, 0.0, 0.0), newest=newest)
    result = forecast(k, days=40, threshold=31)
    for day in result.days:
        assert day.count == tuple(newest.quantile(q) for q in (0.05, 0.25, 0.5, 0.75, 0.95))
        assert day.p_above == pytest.approx(newest.exceeds(31))
        assert day.p_above_by == pytest.approx(newest.exceeds(31))


def test_new_cars_every_day_at_a_level_that_does_not_move_are_independent_days() -> None:
    k = known(replaced=(1.0, 1.0, 1.0), still=True)
    result = forecast(k, days=5, threshold=25)
    weight = (k.set_weight[:, None] * k.state.sum(axis=1))[:, :, None]
    cdf = (weight * k.cdf[k.size_of]).sum(axis=(0, 1))
    for at, day in enumerate(result.days, start=1):
        assert list(day.count) == [int(np.argmax(cdf >= q)) for q in (0.05, 0.25, 0.5, 0.75, 0.95)]
        assert day.p_above == pytest.approx(1 - cdf[25])
        never = float((weight[:, :, 0] * k.cdf[k.size_of][:, :, 25] ** at).sum())
        assert day.p_above_by == pytest.approx(1 - never)


def test_a_term_between_grid_points_moves_the_level_by_itself() -> None:
    k = known()
    plain = forecast(k, days=3)
    moved = forecast(k, days=3, log_term=np.array([0.0, 0.07, -0.13]))
    for a, b, by in zip(plain.days, moved.days, (0.0, 0.07, -0.13), strict=True):
        assert np.log(b.level) - np.log(a.level) == pytest.approx(np.full(5, by))
    assert moved.days[0] == plain.days[0]


def test_a_term_between_grid_points_moves_the_counts_mean_as_far() -> None:
    """Linear sharing between neighbours errs by the grid's curvature alone: half a percent here."""
    k = known(replaced=(1.0, 1.0, 1.0), still=True)
    k.state[:] = 0.0
    k.state[:, 0, 8] = 1.0
    by = 0.09
    p = forecast(k, days=1, threshold=20, log_term=np.array([by])).days[0].p_above
    assert p is not None
    r = SIZES[k.size_of]
    truth = float(k.set_weight @ nbinom.sf(20, r, r / (r + np.exp(LOG_LEVELS[8] + by))))
    assert p == pytest.approx(truth, abs=0.005)


def test_sets_without_weight_are_left_out_unread() -> None:
    k = known()
    k.set_weight[:] = [0.6, 0.4, 0.0]
    before = forecast(k, days=6, threshold=40)
    k.state[2] = 0.0
    k.state[2, 1, -1] = 1.0
    assert forecast(k, days=6, threshold=40) == before


@given(st.integers(0, 50), st.integers(1, 40), st.integers(0, 120))
def test_forecasts_hold_together(seed: int, days: int, threshold: int) -> None:
    k = known(seed)
    one, two = forecast(k, days=days, threshold=threshold), forecast(k, days=days, threshold=threshold + 5)
    for a, b in zip(one.days, two.days, strict=True):
        assert a.p_above is not None
        assert a.p_above_by is not None
        assert b.p_above is not None
        assert b.p_above_by is not None
        assert b.p_above <= a.p_above + 1e-12
        assert b.p_above_by <= a.p_above_by + 1e-12
        assert a.p_above <= a.p_above_by
    for earlier, later in pairwise(one.days):
        assert earlier.p_above_by is not None
        assert later.p_above_by is not None
        assert earlier.p_above_by <= later.p_above_by + 1e-12
    # A longer forecast says the same of the days that both speak of.
    assert forecast(k, days=days + 1, threshold=threshold).days[:-1] == one.days
    assert f"{plural(days, 'day')} on" in in_words(one)


def test_without_a_threshold_nothing_is_said_of_alerts() -> None:
    result = forecast(known())
    assert len(result.days) == 28
    assert result.p_any is None
    assert {d.p_above for d in result.days} == {None}
    assert "more than" not in in_words(result)
    # 0.5 * 0.8 + 0.2 * 0.5 + 0.3 * 0.8
    assert any("0.74" in a for a in result.assumptions)


@pytest.mark.parametrize("days", [0, -3, 367, 10**9])
def test_a_horizon_out_of_range_is_refused(days: int) -> None:
    with pytest.raises(ValueRefusedError, match="days of a forecast"):
        forecast(known(), days=days)


def test_terms_and_thresholds_out_of_range_are_refused() -> None:
    with pytest.raises(ValueRefusedError, match="one finite term"):
        forecast(known(), days=3, log_term=np.zeros(4))
    with pytest.raises(ValueRefusedError, match="one finite term"):
        forecast(known(), days=1, log_term=np.array([np.nan]))
    with pytest.raises(ValueRefusedError, match="cars to be above"):
        forecast(known(), days=3, threshold=-1)


def test_parts_that_do_not_fit_together_are_refused() -> None:
    k = known()
    parts = {name: getattr(k, name) for name in Known.__dataclass_fields__}
    for name, bad in (
        ("state", k.state[:, :1]),
        ("state", 2 * k.state),
        ("set_weight", k.set_weight[:2]),
        ("set_weight", 2 * k.set_weight),
        ("replaced", k.replaced + 1),
        ("log_levels", k.log_levels[:-1]),
        ("cdf", k.cdf[:, :-1]),
    ):
        with pytest.raises(ValueRefusedError):
            Known(**{**parts, name: bad})
