"""Bounds on "more than half", against every way in which two counts may hang together."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment
from wayside.assessment.cargo import Bounds, more_than_half
from wayside.model.counts import CountDistribution

weights = st.lists(st.floats(0.05, 1.0), min_size=1, max_size=5)
counts = st.builds(CountDistribution.from_weights, st.integers(0, 8), weights)


def extremes(part: CountDistribution, whole: CountDistribution) -> tuple[float, float]:
    """The least and the greatest probability over all joint distributions, as a transport problem."""
    rows, columns = len(part.p), len(whole.p)
    gain = (2 * part.support[:, None] > whole.support[None, :]).astype(float).ravel()
    margins = np.zeros((rows + columns, rows * columns))
    for i in range(rows):
        margins[i, i * columns : (i + 1) * columns] = 1
    for j in range(columns):
        margins[rows + j, j::columns] = 1
    given_p = np.concatenate([part.p, whole.p])
    least = linprog(gain, A_eq=margins, b_eq=given_p, method="highs")
    greatest = linprog(-gain, A_eq=margins, b_eq=given_p, method="highs")
    return float(least.fun), float(-greatest.fun)


@settings(max_examples=60, deadline=None)
@given(counts, counts)
def test_the_bounds_are_those_of_all_joint_distributions(part: CountDistribution, whole: CountDistribution) -> None:
    bounds = more_than_half(part, whole)
    assert (bounds.low, bounds.high) == pytest.approx(extremes(part, whole), abs=1e-7)


def test_certain_counts_leave_no_doubt() -> None:
    exactly = CountDistribution.exactly
    assert more_than_half(exactly(6), exactly(10)) == Bounds(1.0, 1.0)
    assert more_than_half(exactly(5), exactly(10)) == Bounds(0.0, 0.0)


@pytest.mark.parametrize(("low", "high", "weakest"), [(0.2, 0.9, 0.5), (0.7, 0.9, 0.7), (0.1, 0.3, 0.3)])
def test_the_weakest_is_nearest_to_even_chance(low: float, high: float, weakest: float) -> None:
    assert Bounds(low, high).weakest == weakest


def assessed(case: ModuleType, **changes: object) -> Assessment:
    rows = case.rows()
    newest = replace(rows[-1], result=replace(rows[-1].result, **changes))
    made = (*rows[:-1], newest)
    return assess(case.site(), made, case.series(made), generated=case.GENERATED)


def test_most_loads_covered_is_judged_with_its_dependence(case: ModuleType) -> None:
    judged = assessed(case).judgement("cover")
    assert judged is not None
    assert judged.statement.startswith("the loads of more than half of the freight cars")
    assert any("nearest to even chance" in text for text in judged.assumptions)
    few = assessed(case, covered=case.around(5, 2)).judgement("cover")
    assert few is not None
    assert few.probability < 0.01 < judged.probability
    assert any("much the same" in text for text in few.assumptions)


def test_without_cars_or_without_single_cars_nothing_is_said(case: ModuleType) -> None:
    assert assessed(case, freight=case.around(4, 1)).judgement("cover") is None
    coarse = case.scene_count(73, 3.0)
    assert assessed(case, status=coarse.status).judgement("cover") is None
