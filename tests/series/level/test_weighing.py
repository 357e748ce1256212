"""The filter over many parameter sets: leaps, letting go of the hopeless, and one look at a time."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest

from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, Series, SeriesPoint
from wayside.series.level.absorbing import Lanes
from wayside.series.level.dynamics import Floats
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.parameters import Frame, LevelGrid, ParameterSets, parameter_sets
from wayside.series.level.seen import within
from wayside.series.level.sight import Sight, sight_of
from wayside.series.level.smoother import filter_days
from wayside.series.level.weighing import weigh
from wayside.series.settings import Prior

FIRST = date(2019, 1, 1)
PRIOR = Prior()
GRID = LevelGrid.up_to(80, 70)
TABLES = NegativeBinomials.of(GRID, PRIOR.nb_sizes, 350)
SETS = parameter_sets(Frame(GRID, math.log(9.0), PRIOR))


def told(counts: list[tuple[int, int]], *, bounds: tuple[MaxBound, ...] = ()) -> Sight:
    points = tuple(
        SeriesPoint(FIRST + timedelta(days=d), CountDistribution.from_interval(n, max(0, n - 1), n + 1))
        for d, n in counts
    )
    seen = within(Series("s", points, bounds), until=None, history_days=3653, at_least_from=FIRST)
    return sight_of(seen, TABLES, looks=40)


ENDS = {
    "as before": (8, 9, 7, 10, 9, 8, 9, 11),
    "a surge": (12, 20, 31, 41, 50, 61, 70, 73),
    "one train of 73": (8, 9, 7, 10, 9, 8, 9, 73),
}


def quiet_then(end: tuple[int, ...]) -> list[tuple[int, int]]:
    """56 counts that agree on a calm site, and eight more in the last two weeks."""
    rng = np.random.default_rng(4)
    days = np.sort(rng.choice(700, 56, replace=False)).tolist()
    return [*((day, int(rng.poisson(9))) for day in days), *((702 + 2 * i, n) for i, n in enumerate(end))]


def exactly(sets: ParameterSets, sight: Sight) -> Floats:
    """Log evidence of every set by the filter that goes day by day in double precision, and lets none go."""
    parts = []
    for start in range(0, len(sets.hazard), 48):
        some = sets.chosen(np.arange(start, min(start + 48, len(sets.hazard))))
        parts.append(filter_days(some.dynamics, sight, Lanes(some.size_of, some.dwell)).log_evidence)
    return np.concatenate(parts)


@pytest.mark.parametrize("end", ENDS)
def test_letting_go_of_the_hopeless_changes_no_weight(end: str) -> None:
    sight = told(quiet_then(ENDS[end]))
    newest = weigh(SETS, sight)
    gone = np.setdiff1d(np.arange(len(SETS.hazard)), newest.alive)
    assert gone.size > 0
    evidence = exactly(SETS, sight)
    weight = np.exp(evidence - evidence.max())
    weight /= weight.sum()
    found = newest.set_weight(SETS.log_prior)
    assert weight[gone].sum() < 1e-6
    assert found[gone].sum() < 1e-6
    np.testing.assert_allclose(found, weight, rtol=0, atol=1e-6)


def test_leaps_and_single_precision_keep_the_evidence() -> None:
    """Gaps of a day to a year: leaps in double precision, steps in single, beside the filter that steps in double."""
    days = [0, 1, 3, 14, 15, 60, 61, 62, 300, 320, 333, 700]
    sight = told([(day, n) for day, n in zip(days, (9, 9, 4, 12, 11, 30, 30, 31, 7, 9, 9, 50), strict=True)])
    newest = weigh(SETS, sight)
    assert newest.alive.size == len(SETS.hazard)
    np.testing.assert_allclose(newest.log_evidence, exactly(SETS, sight), rtol=0, atol=1e-4)


def test_a_bound_is_weighed_day_by_day() -> None:
    bound = MaxBound(FIRST, FIRST + timedelta(days=199), 12)
    sight = told([(0, 5), (90, 8), (230, 40)], bounds=(bound,))
    np.testing.assert_allclose(weigh(SETS, sight).log_evidence, exactly(SETS, sight), rtol=0, atol=2e-4)


def test_the_last_day_is_reached_even_where_nothing_is_seen_on_it() -> None:
    sight = told([(0, 5), (20, 8)])
    longer = Sight(sight.tables, sight.looks, np.zeros(90, dtype=np.int64), sight.bounds, np.zeros((1, 90)))
    newest = weigh(SETS, longer)
    assert newest.day == 89
    states = filter_days(SETS.dynamics, longer, Lanes(SETS.size_of, SETS.dwell)).states[-1]
    np.testing.assert_allclose(newest.states, states, rtol=0, atol=1e-6)
