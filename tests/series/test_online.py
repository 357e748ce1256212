"""A series that grows scene by scene: the same numbers as one run, and the same as another way to them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, Series, SeriesPoint
from wayside.series import analyse
from wayside.series.online import OnlineSeries
from wayside.series.settings import Prior, SeriesSettings

START = date(2018, 10, 5)
TINY = SeriesSettings(
    prior=Prior((1.0,), (0.8,), (0.3,), (2.0, 8.0), (1.0, 4.0)), levels=60, paths=100, baseline_days=60
)

MakeSeries = Callable[..., Series]


def same(a: OnlineSeries, b: OnlineSeries) -> None:
    """Bit for bit, but for how they came about."""
    assert replace(a.update, refitted=False) == replace(b.update, refitted=False)
    assert a.levels == b.levels
    for one, other in ((a.before, b.before), (a.after, b.after)):
        assert (one.day, one.taken, one.looks) == (other.day, other.taken, other.looks)
        assert np.array_equal(one.states, other.states)
        assert np.array_equal(one.log_evidence, other.log_evidence)
        assert np.array_equal(one.alive, other.alive)
        assert np.array_equal(one.behind, other.behind)
    assert np.array_equal(a.scenes, b.scenes)


def by_day(series: Series) -> list[tuple[SeriesPoint, ...]]:
    return [tuple(points) for _, points in itertools.groupby(series.points, key=lambda p: p.day)]


def folded(series: Series, settings: SeriesSettings, start: int) -> OnlineSeries:
    groups = by_day(series)
    begun = tuple(itertools.chain.from_iterable(groups[:start]))
    online = OnlineSeries.of(replace(series, points=begun), settings)
    for points in groups[start:]:
        online = online.add(*points)
    return online


@st.composite
def any_series(draw: st.DrawFn) -> Series:
    """Any short series of two days or more: zeros, far counts, repeated days, gaps, hidden scenes, bounds."""
    days = sorted(draw(st.lists(st.integers(0, 90), min_size=2, max_size=9).filter(lambda d: len(set(d)) > 1)))
    points = []
    for day in days:
        weights = draw(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5).filter(lambda w: sum(w) > 0.01))
        count = CountDistribution.from_weights(draw(st.sampled_from([0, 1, 7, 30, 120])), weights)
        visible = draw(st.sampled_from([0.02, 0.3, 1.0])) if points else 1.0
        points.append(SeriesPoint(START + timedelta(days=day), count, visible))
    spans = draw(st.lists(st.tuples(st.integers(-40, 95), st.integers(0, 60), st.integers(0, 60)), max_size=2))
    bounds = tuple(MaxBound(START + timedelta(days=a), START + timedelta(days=a + length), n) for a, length, n in spans)
    return Series("site", tuple(points), bounds)


@trials(max_examples=40, deadline=None)
@given(any_series(), st.data())
def test_a_fold_is_the_full_run(series: Series, data: st.DataObject) -> None:
    start = data.draw(st.integers(1, len(by_day(series)) - 1))
    same(folded(series, TINY, start), OnlineSeries.of(series, TINY))


@trials(max_examples=20, deadline=None)
@given(any_series(), st.data())
def test_an_older_scene_comes_out_as_if_it_had_been_there(series: Series, data: st.DataObject) -> None:
    late = data.draw(st.integers(0, len(series.points) - 1))
    point = series.points[late]
    points = series.points[:late] + series.points[late + 1 :]
    assume(any(p.visible_fraction > 0.1 for p in points))
    online = OnlineSeries.of(replace(series, points=points), TINY).add(point)
    # Scenes of one day are kept in the order in which they came.
    whole = tuple(sorted((*points, point), key=lambda p: p.day))
    same(online, OnlineSeries.of(replace(series, points=whole), TINY))


def test_scenes_of_one_day_together_or_one_after_the_other(make_series: MakeSeries) -> None:
    series = make_series([(0, 5), (9, 6), (20, 7)])
    day = START + timedelta(days=30)
    a, b = (SeriesPoint(day, CountDistribution.exactly(n)) for n in (4, 9))
    begun = OnlineSeries.of(series, TINY)
    same(begun.add(a, b), begun.add(a).add(b))


@pytest.mark.parametrize("last", [19, 20, 29, 30, 31, 45])
def test_a_bound_that_reaches_the_newest_day(make_series: MakeSeries, last: int) -> None:
    bound = MaxBound(START, START + timedelta(days=last), 12)
    series = make_series([(0, 5), (9, 6), (20, 7), (30, 8), (44, 9)], bounds=(bound,))
    same(folded(series, TINY, 2), OnlineSeries.of(series, TINY))


def test_what_changes_the_frame_is_gone_through_again(make_series: MakeSeries) -> None:
    online = OnlineSeries.of(make_series([(d, 8) for d in range(0, 100, 10)]), TINY)
    usual = online.add(SeriesPoint(START + timedelta(days=101), CountDistribution.exactly(8)))
    large = online.add(SeriesPoint(START + timedelta(days=101), CountDistribution.exactly(400)))
    assert not usual.update.refitted
    assert large.update.refitted
    same(large, OnlineSeries.of(large.run.series, TINY))


def test_a_frame_that_stays_is_not_gone_through_again(make_series: MakeSeries) -> None:
    """Else the folds above would compare the full run with itself."""
    series = make_series([(d, 8 + d % 3) for d in range(0, 400, 10)])
    online, refitted = OnlineSeries.of(replace(series, points=series.points[:10]), TINY), 0
    for point in series.points[10:]:
        online = online.add(point)
        refitted += online.update.refitted
    assert refitted <= 2
    same(online, OnlineSeries.of(series, TINY))


def test_one_day_at_a_time(make_series: MakeSeries) -> None:
    online = OnlineSeries.of(make_series([(0, 5), (9, 6)]), TINY)
    a, b = (SeriesPoint(START + timedelta(days=d), CountDistribution.exactly(4)) for d in (12, 13))
    with pytest.raises(ValueRefusedError, match="one day"):
        online.add(a, b)
    with pytest.raises(ValueRefusedError, match="a scene is needed"):
        online.add()


@trials(max_examples=12, deadline=None)
@given(any_series())
def test_the_record_is_that_of_the_whole_analysis(series: Series) -> None:
    result = analyse(series, settings=TINY, rng=np.random.default_rng(1))
    update = folded(series, TINY, 1).update
    assert update.count == result.now
    if result.record is not None:  # else no scene but the newest shows enough
        assert update.p_exceeds_observed == pytest.approx(result.record.p_exceeds_observed, abs=1e-9)
        assert update.exchangeability == pytest.approx(result.record.exchangeability)


def test_the_surge_is_near_that_of_the_whole_analysis(make_series: MakeSeries) -> None:
    """Online the baseline's level is as it was known then, not as it is known now: within 0.25, and 0.08 on average."""
    rng, apart = np.random.default_rng(5), []
    for now in (6, 12, 16, 20, 26, 50):
        series = make_series([*((d, int(rng.poisson(8))) for d in range(0, 300, 15)), (305, now), (312, now)])
        settings = replace(TINY, baseline_days=1826)
        result = analyse(series, settings=settings, rng=np.random.default_rng(2))
        assert result.surge is not None
        apart.append(abs(folded(series, settings, 5).update.surge - result.surge.probability))
    assert max(apart) < 0.25
    assert np.mean(apart) < 0.08


def test_the_newest_level_is_that_of_the_whole_analysis(make_series: MakeSeries) -> None:
    series = make_series([(0, 5), (9, 6), (20, 7), (30, 18), (44, 19)])
    result = analyse(series, settings=TINY, rng=np.random.default_rng(2))
    assert folded(series, TINY, 1).update.level == pytest.approx(result.days[-1].level, rel=0.1)


# ---------------------------------------------------------------------------- against simulation
def test_what_was_expected_is_what_particles_do(make_series: MakeSeries) -> None:
    """Two hundred thousand sites walk, keep their cars or not, and go on where they show what the scenes show."""
    size, dwell, walk, particles = 4.0, 5.0, 0.7, 200_000
    prior = Prior((1e-6,), (0.8,), (walk,), (size,), (dwell,))
    settings = SeriesSettings(prior=prior, levels=60)
    series = make_series([(0, 5), (4, 5), (12, 9), (15, 7)], margin=0.0)
    online = OnlineSeries.of(series, settings)
    frame, rng = online.run.ground.frame, np.random.default_rng(3)
    grid = frame.grid
    level = rng.choice(grid.size, particles, p=grid.student(frame.centre, prior.start_scale))
    step = walk**2 / 365.25 / (2.0 * grid.spacing**2)
    looks = {0: 5, 4: 5, 12: 9}
    cars = np.full(particles, -1)
    for day in range(16):
        if day:
            u = rng.random(particles)
            level = np.clip(level + (u < step).astype(int) - (u > 1.0 - step), 0, grid.size - 1)
        mean = grid.means[level]
        other = rng.negative_binomial(size, size / (size + mean))
        cars = np.where((cars < 0) | (rng.random(particles) < -np.expm1(-1.0 / dwell)), other, cars)
        if day in looks:
            kept = np.flatnonzero(cars == looks[day])
            assert kept.size > 500
            chosen = rng.choice(kept, particles)
            level, cars = level[chosen], cars[chosen]
    quantiles = np.quantile(cars, [0.05, 0.5, 0.95], method="inverted_cdf")
    assert online.update.expected == pytest.approx(quantiles, abs=1)
    upper = np.mean(cars > 7) + 0.5 * np.mean(cars == 7)
    assert online.update.p_upper == pytest.approx(upper, abs=0.02)


def drawn_site(rng: np.random.Generator, looks: int) -> Series:
    """A site of the model without jumps: it walks, its cars stay for four days on average, size 8."""
    days = np.cumsum(rng.integers(3, 20, looks))
    level = np.log(15.0) + np.cumsum(rng.normal(0, 0.3 / np.sqrt(365.25), int(days[-1]) + 1))
    cars, counts = -1, []
    for day in range(int(days[-1]) + 1):
        if cars < 0 or rng.random() < -np.expm1(-1.0 / 4.0):
            cars = int(rng.negative_binomial(8, 8 / (8 + np.exp(level[day]))))
        counts.append(cars)
    points = tuple(SeriesPoint(START + timedelta(days=int(d)), CountDistribution.exactly(counts[d])) for d in days)
    return Series("site", points)


def test_p_upper_is_uniform_on_sites_of_the_model() -> None:
    rng, p = np.random.default_rng(6), []
    settings = SeriesSettings(prior=Prior((1e-6,), (0.8,), (0.3,), (2.0, 8.0, 30.0), (1.0, 4.0, 12.0)), levels=60)
    for _ in range(25):
        series = drawn_site(rng, 30)
        online = OnlineSeries.of(replace(series, points=series.points[:10]), settings)
        for point in series.points[10:]:
            online = online.add(point)
            p.append(online.update.p_upper)
    shares = np.histogram(p, bins=5, range=(0, 1))[0] / len(p)
    # 500 values: a share of 0.2 has a standard error of 0.018.
    assert shares == pytest.approx([0.2] * 5, abs=0.06)
    assert np.mean(np.array(p) < 0.05) < 0.08
