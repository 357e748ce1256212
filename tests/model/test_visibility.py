from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.observations import TrackCount
from wayside.model.strips import Strip, StripFrame
from wayside.model.visibility import Hidden, Obstruction, code_of, hidden_shares, obstruction_of

ROWS = 6


def strip(columns: int = 8, valid: np.ndarray[tuple[int, int], np.dtype[np.bool_]] | None = None) -> Strip:
    centre = np.stack([np.arange(columns) * 0.5, np.zeros(columns)], -1)
    frame = StripFrame(centre, np.tile([0.0, 1.0], (columns, 1)), step_m=0.5, row_m=0.5, rows=ROWS)
    usable = np.ones((ROWS, columns), np.bool_) if valid is None else valid
    return Strip("1", np.full((1, ROWS, columns), 9.0, np.float32), usable, frame, gsd_m=0.5)


def columns_of(*indices: int, size: int = 8) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    chosen = np.zeros(size, np.bool_)
    chosen[list(indices)] = True
    return chosen


@pytest.mark.parametrize("obstruction", list(Obstruction))
def test_codes_and_obstructions_go_back_and_forth(obstruction: Obstruction) -> None:
    assert code_of(obstruction) > 0
    assert obstruction_of(code_of(obstruction)) is obstruction


@pytest.mark.parametrize("code", [0, -1, len(Obstruction) + 1])
def test_no_other_code_means_anything(code: int) -> None:
    with pytest.raises(ValueRefusedError):
        obstruction_of(code)


def test_the_first_reason_stays() -> None:
    hidden = Hidden.none(4).also(columns_of(0, 1, size=4), Obstruction.CLOUD, provided=True)
    hidden = hidden.also(columns_of(1, 2, size=4), Obstruction.HAZE)
    assert [obstruction_of(c) if c else None for c in hidden.codes.tolist()] == [
        Obstruction.CLOUD,
        Obstruction.CLOUD,
        Obstruction.HAZE,
        None,
    ]
    assert hidden.provided.tolist() == [True, True, False, False]


def test_what_hides_is_frozen_and_of_one_shape() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Hidden.none(3).codes[0] = 1
    with pytest.raises(ValueRefusedError, match="differ in shape"):
        Hidden(np.zeros(3, np.uint8), np.zeros(4, np.bool_))
    with pytest.raises(ValueRefusedError, match="no name"):
        Hidden(np.full(3, 99, np.uint8), np.zeros(3, np.bool_))


@given(st.lists(st.tuples(st.integers(0, len(Obstruction)), st.booleans()), min_size=1, max_size=40))
def test_hidden_and_visible_shares_add_up_to_one(columns: list[tuple[int, bool]]) -> None:
    codes = np.array([code for code, _ in columns], np.uint8)
    visible = np.array([code == 0 and seen for code, seen in columns])
    shares = hidden_shares(Hidden(codes, np.zeros(codes.size, np.bool_)), visible)
    assert sum(shares.values()) + visible.mean() == pytest.approx(1.0)
    for obstruction, share in shares.items():
        named = codes == code_of(obstruction)
        if obstruction is Obstruction.NODATA:
            named |= (codes == 0) & ~visible
        assert share == pytest.approx(named.mean())
        assert share > 0.0


def test_blank_columns_without_a_reason_have_no_data() -> None:
    assert hidden_shares(None, np.array([True, False, False, True])) == {Obstruction.NODATA: 0.5}
    assert hidden_shares(None, np.ones(4, np.bool_)) == {}


# ---------------------------------------------------------------------------- strips
def test_hiding_takes_the_pixels_and_keeps_the_reason() -> None:
    hidden = strip().hide(columns_of(2, 3), Obstruction.CLOUD, provided=True)
    assert hidden.visible.tolist() == [True, True, False, False, True, True, True, True]
    assert not hidden.valid[:, 2:4].any()
    assert hidden_shares(hidden.hidden, hidden.visible) == {Obstruction.CLOUD: 0.25}
    again = hidden.hide(columns_of(3, 4), Obstruction.SHADOW)
    assert hidden_shares(again.hidden, again.visible) == {Obstruction.CLOUD: 0.25, Obstruction.SHADOW: 0.125}


def test_hiding_nothing_changes_nothing() -> None:
    plain = strip()
    assert plain.hide(columns_of(), Obstruction.BLUR) is plain


def test_a_blank_column_keeps_the_pixels_beside_the_track() -> None:
    valid = np.ones((ROWS, 8), np.bool_)
    valid[1:6, 5] = False
    named = strip(valid=valid).hide(columns_of(5), Obstruction.NODATA)
    np.testing.assert_array_equal(named.valid, valid)
    assert hidden_shares(named.hidden, named.visible) == {Obstruction.NODATA: 0.125}


def test_a_column_is_not_hidden_and_visible() -> None:
    hidden = Hidden.none(8).also(columns_of(1), Obstruction.CLOUD)
    with pytest.raises(ValueRefusedError, match="hidden and visible"):
        replace(strip(), hidden=hidden)
    with pytest.raises(ValueRefusedError, match="differ in shape"):
        replace(strip(), hidden=Hidden.none(7))


# ---------------------------------------------------------------------------- counts
def track_count(visible: float, hidden: dict[Obstruction, float]) -> TrackCount:
    return TrackCount("1", 100.0, visible, 0.0, CountDistribution.exactly(2), 28.0, (), hidden)


def test_a_tracks_shares_fill_what_is_not_visible() -> None:
    assert track_count(0.6, {Obstruction.CLOUD: 0.3, Obstruction.OUTSIDE: 0.1}).hidden[Obstruction.CLOUD] == 0.3
    assert track_count(0.6, {}).hidden == {}  # counts of earlier versions do not say
    with pytest.raises(ValueRefusedError, match=r"add up to 0\.9"):
        track_count(0.6, {Obstruction.CLOUD: 0.3})
    with pytest.raises(ValueRefusedError, match="share hidden"):
        track_count(1.0, {Obstruction.CLOUD: -0.1, Obstruction.HAZE: 0.1})
