from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.counting.placing import beside
from wayside.counting.sampling import frame_along

BEND = np.stack([300.0 * np.sin(np.linspace(0, 0.6, 80)), 300.0 - 300.0 * np.cos(np.linspace(0, 0.6, 80))], -1)


@given(st.floats(5.0, 170.0), st.floats(-6.0, 6.0), st.booleans(), st.sampled_from([1.0, 0.3]))
@settings(deadline=None)
def test_what_a_frame_places_is_found_where_it_was_placed(
    along: float, across: float, y_down: bool, unit: float
) -> None:
    frame = frame_along(BEND / unit, unit_m=unit, y_down=y_down)
    found = beside(frame, np.array([frame.point(along, across)]))
    assert found.along_m[0] == pytest.approx(along, abs=0.03)
    assert found.across_m[0] == pytest.approx(across, abs=0.01)
    assert abs((found.column[0] + 0.5) * frame.step_m - found.along_m[0]) < frame.step_m


def test_places_beyond_the_ends_go_straight_on() -> None:
    frame = frame_along(np.array([[0.0, 0.0], [100.0, 0.0]]))
    found = beside(frame, np.array([[-7.0, 2.0], [104.0, -1.0]]))
    assert found.along_m.tolist() == pytest.approx([-7.0, 104.0])
    assert found.across_m.tolist() == pytest.approx([2.0, -1.0])


@pytest.mark.parametrize("y_down", [True, False])
def test_a_frame_s_tangent_leads_to_its_next_column(y_down: bool) -> None:
    frame = frame_along(BEND, y_down=y_down)
    ahead = np.diff(frame.centre, axis=0)
    turned = frame.tangent[:-1] + frame.tangent[1:]
    cosine = (ahead * turned).sum(axis=1) / np.hypot(*ahead.T) / np.hypot(*turned.T)
    assert cosine.min() > 0.999
