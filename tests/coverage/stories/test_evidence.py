"""The table of weights and what it means."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.stories.evidence import Row, gaps, logistic, rarity, rows, setting
from wayside.coverage.tables import table

FINITE = st.floats(-50, 50)


@pytest.mark.parametrize("question", ["story", "kinship", "derivation"])
def test_every_weight_has_its_reason(question: str) -> None:
    found = rows(question)
    assert found.rows
    for name, row in found.rows.items():
        assert len(row.reason) > 20, name
        assert math.isfinite(row.weight), name
        assert row.most > 0, name


@given(FINITE, st.floats(0.1, 20), st.floats(0, 100), st.floats(0, 100))
def test_an_amount_rises_with_the_units_up_to_its_most(weight: float, most: float, few: float, many: float) -> None:
    row = Row(weight, most, "")
    one, other = abs(row.amount(min(few, many))), abs(row.amount(max(few, many)))
    assert one <= other <= most + 1e-9
    assert one <= abs(weight) * min(few, many) + 1e-9


def test_a_row_without_a_most_is_linear() -> None:
    assert Row(1.5, math.inf, "").amount(4.0) == 6.0


@given(st.floats(-700, 700))
def test_the_logistic_turns_into_itself(odds: float) -> None:
    assert logistic(odds) == pytest.approx(1.0 - logistic(-odds), abs=1e-12)
    assert 0.0 <= logistic(odds) <= 1.0


@given(st.integers(2, 10_000), st.integers(1, 100), st.integers(1, 100))
def test_rarer_features_tell_more(documents: int, few: int, many: int) -> None:
    for kind in rarity().documents:
        rare, common = (rarity().weight(kind, having, documents) for having in sorted((few, many)))
        assert rarity().highest >= rare >= common >= 0.0


def test_the_longer_the_gap_the_less_it_speaks_for_one_story() -> None:
    days, weights = zip(*gaps(), strict=True)
    assert list(days) == sorted(days)
    assert list(weights) == sorted(weights, reverse=True)
    assert days[-1] > 36_000


def test_every_change_has_a_weight() -> None:
    from wayside.model.stories import CHANGES

    assert set(CHANGES) <= table("evidence")["changes"].keys()
    assert 0 < setting("independence", "own_observation") < 0.5
