"""Bounds are tightened freely and loosened only with a reason, whichever way a number is good."""

from __future__ import annotations

import json

import floors
import pytest
from hypothesis import given
from hypothesis import strategies as st


def _one(ceiling: float, band: float) -> dict[str, object]:
    return {"a": {"digest": "1", "ceilings": {"error": ceiling}, "bands": {"held": [band, 0.85, 0.95]}}}


def test_a_ceiling_may_not_rise() -> None:
    with pytest.raises(floors.FloorLoweredError, match=r"a: error: 0\.3 -> 0\.32"):
        floors.repin(_one(0.3, 0.9), _one(0.32, 0.9))
    assert floors.repin(_one(0.3, 0.9), _one(0.2, 0.9)) == _one(0.2, 0.9)


def test_a_number_is_free_inside_its_band_and_may_only_move_towards_it() -> None:
    assert floors.lowered(_one(0.3, 0.94), _one(0.3, 0.86)) == []
    assert floors.lowered(_one(0.3, 0.70), _one(0.3, 0.80)) == []
    assert floors.lowered(_one(0.3, 0.80), _one(0.3, 0.70)) == ["a: held: 0.8 -> 0.7"]
    assert floors.lowered(_one(0.3, 0.94), _one(0.3, 0.99)) == ["a: held: 0.94 -> 0.99"]


def test_a_ceiling_or_a_band_may_not_be_dropped() -> None:
    assert floors.lowered(_one(0.3, 0.9), {"a": {"digest": "1"}}) == ["a: error: dropped", "a: held: dropped"]


@given(st.lists(st.floats(0.0, 0.004), min_size=1, max_size=8))
def test_many_small_steps_do_not_loosen_a_bound(steps: list[float]) -> None:
    pinned, value = _one(0.3, 0.84), 0.3
    for step in steps:
        value = min(value + step, 0.3 + 0.99 * floors.SLACK)
        pinned = floors.repin(pinned, _one(value, 0.84 - (value - 0.3)))
    assert pinned == _one(0.3, 0.84)


def test_the_reason_of_a_rise_is_kept() -> None:
    fresh = floors.repin(_one(0.3, 0.9), _one(0.5, 0.9), because="an image was added")
    assert fresh["a"]["lowered"] == [{"what": "a: error: 0.3 -> 0.5", "because": "an image was added"}]


def test_numbers_of_a_list_are_written_on_one_line() -> None:
    text = floors._text(_one(0.3, 0.9))
    assert '"held": [0.9, 0.85, 0.95]' in text
    assert json.loads(text) == _one(0.3, 0.9)
