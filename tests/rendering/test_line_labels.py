"""What lies under a line, against plane geometry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.rendering.layout import Layout
from wayside.rendering.line_labels import TrackMap


def straight(y: float) -> np.ndarray:
    return np.stack([np.arange(-80.0, 81.0, 2.0), np.full(81, y)], -1)


def line(y: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a line along x at ``y``, and places 10 m from each of its ends."""
    return np.array([[-60.0, y], [60.0, y]]), np.arange(10.0, 110.0, 0.5)


@settings(max_examples=60, deadline=None)
@given(st.floats(-9.0, 9.0))
def test_two_tracks_five_metres_apart(y: float) -> None:
    tracks = {"1": straight(0.0), "2": straight(5.0)}
    given_line, at = line(y)
    found = TrackMap(Layout(160, 60, tracks)).under(given_line, at, own="1")
    apart = sorted((abs(k - y), k - y) for k in (0.0, 5.0))
    nearest, second = apart[0][0], apart[1][0]
    rail = 1 if nearest < 2.0 else 0 if nearest > 3.6 else -1
    assert (found.label.rail == rail).all()
    if nearest < 3.59 and second - nearest > 0.71:
        assert found.label.aside_m == pytest.approx(np.full(at.size, apart[0][1]), abs=0.02)
    elif nearest > 3.61 or second - nearest < 0.69:
        assert np.isnan(found.label.aside_m).all()
    mine, other = abs(y), abs(5.0 - y)
    if abs(mine - 1.3) > 0.02 and abs(other - mine - 0.6) > 0.02:
        assert (found.doubtful == (mine > 1.3 and other < mine + 0.6)).all()


def test_left_is_left_whichever_way_the_line_runs() -> None:
    tracks = TrackMap(Layout(160, 60, {"1": straight(0.0)}))
    east, at = line(-1.0)
    assert np.allclose(tracks.under(east, at, None).label.aside_m, 1.0, atol=0.01)
    assert np.allclose(tracks.under(east[::-1], at, None).label.aside_m, -1.0, atol=0.01)


def test_a_line_across_a_track_lies_on_it_for_a_moment_only() -> None:
    tracks = TrackMap(Layout(160, 60, {"1": straight(0.0)}))
    found = tracks.under(np.array([[0.3, -25.0], [0.3, 25.0]]), np.arange(0.0, 50.0, 0.5), None)
    assert (found.label.rail == 0).mean() > 0.9
    assert not found.doubtful.any()


def test_spurs_are_railways_that_nobody_counts() -> None:
    layout = Layout(160, 60, {"1": straight(0.0)}, spurs=(straight(12.0),))
    given_line, at = line(12.4)
    found = TrackMap(layout).under(given_line, at, None)
    assert (found.label.rail == 1).all()
    assert np.allclose(found.label.aside_m, -0.4, atol=0.01)
