"""Moved and smoothed lines against circles and whole matrices; which tracks may not be moved."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.counting.lines import Candidate, aside_m, clashes, moved_line, smooth_line
from wayside.counting.sampling import frame_along
from wayside.errors import ValueRefusedError


def circle(radius: float, length: float, *, y_down: bool = False, unit_m: float = 1.0) -> np.ndarray:
    """An arc that begins at the origin along x and turns to the left."""
    angle = np.linspace(0, length / radius, 400)
    xy = radius * np.stack([np.sin(angle), 1 - np.cos(angle)], axis=-1)
    return xy * (1.0, -1.0 if y_down else 1.0) / unit_m


# ---------------------------------------------------------------------------- moving
@pytest.mark.parametrize("y_down", [False, True])
@pytest.mark.parametrize("unit_m", [1.0, 0.3])
@pytest.mark.parametrize("shift_m", [-2.5, 2.2])
def test_a_curve_moved_to_its_left_is_a_tighter_curve(y_down: bool, unit_m: float, shift_m: float) -> None:
    frame = frame_along(circle(120.0, 180.0, y_down=y_down, unit_m=unit_m), unit_m=unit_m, y_down=y_down)
    line = moved_line(frame, np.full(frame.columns, shift_m))
    centre = np.array([0.0, -120.0 if y_down else 120.0])
    radius = np.hypot(*(line * unit_m - centre).T)
    # A left turn has its centre on its left.
    assert radius == pytest.approx(120.0 - shift_m, abs=0.02)
    again = frame_along(line, unit_m=unit_m, y_down=y_down)
    assert aside_m(frame, again) == pytest.approx(shift_m, abs=0.03)
    assert again.length_m == pytest.approx(frame.length_m * (1 - shift_m / 120.0), abs=1.1)


def test_a_curve_may_differ_along_the_track() -> None:
    frame = frame_along(np.array([[4e5, 4.7e6], [4e5 + 400.0, 4.7e6]]))
    curve = 1.5 * np.sin(np.arange(frame.columns) * 0.5 / 60.0)
    again = frame_along(moved_line(frame, curve))
    assert aside_m(frame, again) == pytest.approx(curve, abs=0.03)
    with pytest.raises(ValueRefusedError, match="one offset for each column"):
        moved_line(frame, curve[1:])


@pytest.mark.parametrize("y_down", [False, True])
def test_the_shortest_strip_moves_too(y_down: bool) -> None:
    frame = frame_along(np.array([[10.0, 5.0], [10.6, 5.0]]), y_down=y_down)
    line = moved_line(frame, np.array([2.0]))
    assert line[:, 1] == pytest.approx(5.0 - 2.0 if y_down else 5.0 + 2.0)
    assert line[[0, -1], 0] == pytest.approx([10.05, 10.55])


# ---------------------------------------------------------------------------- smoothing
def test_smoothing_is_whittakers() -> None:
    rng = np.random.default_rng(0)
    rough = np.stack([np.arange(12.0) * 10, rng.normal(0, 1, 12)], axis=-1)
    found = smooth_line(rough)
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(rough, axis=0).T))])
    at = np.linspace(0, along[-1], len(found))
    dense = np.stack([np.interp(at, along, rough[:, k]) for k in (0, 1)], axis=-1)
    d = np.diff(np.eye(len(at)), 3, axis=0)
    weight = np.ones(len(at))
    weight[[0, -1]] = 1e6
    matrix = np.diag(weight) + (40.0 / (2 * np.pi * at[1])) ** 6 * d.T @ d
    assert found == pytest.approx(np.linalg.solve(matrix, weight[:, None] * dense), abs=1e-6)


def test_waves_pass_by_their_length() -> None:
    x = np.arange(0.0, 2000.0, 0.25)
    for wave, kept in ((40.0, 0.5), (80.0, 64 / 65), (15.0, 0.0), (600.0, 1.0)):
        smooth = smooth_line(np.stack([x, 0.2 * np.sin(2 * np.pi * x / wave)], axis=-1))
        middle = smooth[(smooth[:, 0] > 500) & (smooth[:, 0] < 1500)]
        assert np.ptp(middle[:, 1]) / 0.4 == pytest.approx(kept, abs=0.03)


def test_corners_become_curves_and_tight_curves_stay() -> None:
    corner = smooth_line(np.array([[0.0, 0.0], [60.0, 0.0], [118.0, 15.0]]))
    turn = np.abs(np.diff(np.unwrap(np.arctan2(*np.diff(corner, axis=0).T[::-1]))))
    assert turn.max() < 1 / 50, "no tighter than a radius of 50 m"
    assert corner[[0, -1]] == pytest.approx(np.array([[0.0, 0.0], [118.0, 15.0]]), abs=1e-5)
    arc = smooth_line(circle(100.0, 200.0))
    assert np.hypot(*(arc - (0.0, 100.0)).T) == pytest.approx(100.0, abs=0.01)


@given(
    st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), min_size=2, max_size=6, unique=True),
    st.floats(-3.0, 3.0),
    st.floats(-1e5, 1e5),
    st.sampled_from([0.3, 1.0]),
)
@settings(max_examples=40, deadline=None)
def test_smoothing_does_not_know_where_it_is(
    points: list[tuple[float, float]], angle: float, shift: float, unit_m: float
) -> None:
    line = np.array(points)
    if np.hypot(*np.diff(line, axis=0).T).min() < 0.5:
        return
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = smooth_line((line @ turn.T + shift) / unit_m, unit_m=unit_m) * unit_m
    plain = smooth_line(line)
    assert moved.shape in ((len(plain), 2), (len(plain) + 1, 2), (len(plain) - 1, 2))
    if moved.shape == plain.shape:
        assert moved == pytest.approx(plain @ turn.T + shift, abs=1e-4)


def test_what_is_no_line_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match="no length"):
        smooth_line(np.array([[1.0, 1.0], [1.0, 1.0]]))
    with pytest.raises(ValueRefusedError, match="shape"):
        smooth_line(np.array([[1.0, 1.0]]))


# ---------------------------------------------------------------------------- neighbours
def lying(y: float, moves_to: float | None = None, *, deviation: float = 0.1, length: float = 200.0) -> Candidate:
    x = np.arange(0.0, length, 0.5)
    given_m = np.stack([x, np.full_like(x, y)], axis=-1)
    moved = given_m if moves_to is None else given_m + np.array([0.0, moves_to - y])
    return Candidate(given_m, given_m, moved, deviation, moves=moves_to is not None, step_m=0.5)


def test_a_track_is_not_moved_onto_its_neighbour() -> None:
    assert clashes({"a": lying(0.0, 1.9), "b": lying(4.1)}) == {"a": "b"}
    assert clashes({"a": lying(0.0, 1.5), "b": lying(4.1)}) == {}
    assert clashes({"a": lying(0.0, 1.9), "b": lying(4.1), "c": lying(-4.1)}) == {"a": "b"}


def test_of_two_that_move_the_less_certain_stays() -> None:
    tracks = {"a": lying(0.0, 1.0, deviation=0.3), "b": lying(4.1, 3.0, deviation=0.1)}
    assert clashes(tracks) == {"a": "b"}
    assert clashes({k: c._replace(deviation_m=0.5 - c.deviation_m) for k, c in tracks.items()}) == {"b": "a"}


def test_tracks_that_are_all_aside_move_together() -> None:
    assert clashes({str(k): lying(4.1 * k, 4.1 * k + 2.2) for k in range(6)}) == {}


def test_one_that_stays_may_stop_the_next() -> None:
    # "a" stays because of "wall"; then "b", which was about to take a's place, would meet it there.
    tracks = {"wall": lying(-4.1), "a": lying(0.0, -2.0, deviation=0.4), "b": lying(4.1, 2.0, deviation=0.1)}
    assert clashes(tracks) == {"a": "wall", "b": "a"}
    assert clashes({k: c for k, c in tracks.items() if k != "wall"}) == {}


def test_turnouts_and_short_approaches_are_no_clash() -> None:
    x = np.arange(0.0, 200.0, 0.5)
    branch = np.stack([x, 1.0 + np.clip(x - 100, 0, None) / 9], axis=-1)
    candidate = Candidate(branch, branch, branch - (0.0, 0.9), 0.1, moves=True, step_m=0.5)
    assert clashes({"main": lying(0.0), "branch": candidate}) == {}, "they were drawn together"
    bump = 1.9 * np.exp(-(((x - 100) / 8) ** 2))
    short = Candidate(
        np.stack([x, 0 * x], -1), np.stack([x, 0 * x], -1), np.stack([x, bump], -1), 0.1, moves=True, step_m=0.5
    )
    assert clashes({"main": lying(4.1), "bump": short}) == {}
    assert clashes({"main": lying(0.0), "twice": lying(0.8, 0.0)}) == {}, "one railway that was drawn twice"


@given(st.integers(0, 2**32 - 1), st.integers(2, 7))
@settings(max_examples=60, deadline=None)
def test_whatever_is_found_no_two_lines_end_on_one_railway(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    ys = np.cumsum(rng.uniform(3.6, 5.0, count))
    moves = np.where(rng.random(count) < 0.7, rng.uniform(-3, 3, count), 0.0)
    tracks = {
        str(k): lying(y, y + move if move else None, deviation=rng.uniform(0.05, 0.5), length=60.0)
        for k, (y, move) in enumerate(zip(ys, moves, strict=True))
    }
    stays = clashes(tracks)
    final = np.array([y if str(k) in stays else y + m for k, (y, m) in enumerate(zip(ys, moves, strict=True))])
    assert np.abs(np.subtract.outer(final, final))[~np.eye(count, dtype=bool)].min() > 2.45
    assert all(tracks[name].moves for name in stays)
