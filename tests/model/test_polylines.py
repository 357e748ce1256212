from __future__ import annotations

import numpy as np
import pytest

from wayside.model.polylines import arc_of, left_of, length_of, point_at

CORNER = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]])


def test_distances_and_places_along_a_corner() -> None:
    assert arc_of(CORNER).tolist() == [0.0, 3.0, 7.0]
    assert length_of(CORNER) == 7.0
    assert point_at(CORNER, arc_of(CORNER), np.array([1.5, 5.0])).tolist() == [[1.5, 0.0], [3.0, 2.0]]


def test_left_is_a_quarter_turn_against_the_clock() -> None:
    assert np.allclose(left_of(CORNER[:2]), [[0.0, 1.0], [0.0, 1.0]])
    circle = np.stack([np.cos(t := np.linspace(0, 3, 400)), np.sin(t)], -1)
    assert left_of(circle)[5:-5] == pytest.approx(-circle[5:-5], abs=1e-3)
