"""Colours of drawn cars on drawn ground."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from wayside.counting.colour import coloured
from wayside.counting.facility import to_json
from wayside.counting.sampling import frame_along
from wayside.errors import ValueRefusedError
from wayside.model.cars import Car
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, SceneCount, TrackCount
from wayside.model.strips import Strip

FRAME = frame_along(np.array([[0.0, 0.0], [100.0, 0.0]]))
ACROSS = (FRAME.rows / 2 - 0.5 - np.arange(FRAME.rows)) * FRAME.row_m
CAR = Car(30.0, 44.0)


def drawn(*, ground: float = 80.0, body: tuple[float, ...] = (160.0, 80.0, 40.0), shadow: float = 1.0) -> np.ndarray:
    """A car 3 m wide from 30 to 44 m; its shadow lies on its left."""
    pixels = np.full((len(body), FRAME.rows, FRAME.columns), ground)
    pixels[:, (ACROSS > 1.5) & (ACROSS < 6), 60:88] *= shadow
    pixels[:, np.abs(ACROSS) < 1.5, 60:88] = np.array(body)[:, None, None]
    return pixels


def strip(pixels: np.ndarray, *, valid: np.ndarray | None = None, gsd_m: float = 0.5) -> Strip:
    usable = np.ones(pixels.shape[1:], dtype=np.bool_) if valid is None else valid
    return Strip("1", pixels.astype(np.float32), usable, FRAME, gsd_m=gsd_m)


def colour_of(*args: object, **kwargs: object) -> tuple[float, float, float] | None:
    return coloured([CAR], strip(*args, **kwargs))[0].colour  # type: ignore[arg-type]


def test_a_car_twice_as_bright_as_the_ground_is_a_third() -> None:
    assert colour_of(drawn()) == pytest.approx((1 / 3, 0.0, -1 / 3))
    assert colour_of(drawn(body=(240.0,))) == pytest.approx((0.5, 0.5, 0.5)), "one band"
    assert colour_of(drawn(body=(0.0, 0.0, 0.0))) == (-1.0, -1.0, -1.0)


def test_its_own_shadow_is_not_the_ground() -> None:
    assert colour_of(drawn(shadow=0.3)) == pytest.approx((1 / 3, 0.0, -1 / 3))


def test_a_train_on_the_next_track_is_not_the_ground() -> None:
    pixels = drawn()
    pixels[:, np.abs(ACROSS - 4.1) < 1.5] = 250.0
    assert colour_of(pixels) == pytest.approx((1 / 3, 0.0, -1 / 3))


@given(st.floats(0.05, 50.0))
@settings(deadline=None)
def test_gain_changes_nothing(gain: float) -> None:
    assert colour_of(gain * drawn()) == pytest.approx((1 / 3, 0.0, -1 / 3), abs=1e-5)


def test_what_cannot_be_seen_has_no_colour() -> None:
    hidden = np.ones((FRAME.rows, FRAME.columns), dtype=np.bool_)
    hidden[np.abs(ACROSS) < 1.5, 55:95] = False
    assert colour_of(drawn(), valid=hidden) is None
    assert colour_of(drawn(), valid=np.tile((np.abs(ACROSS) < 1.5)[:, None], FRAME.columns)) is None
    assert colour_of(drawn(), gsd_m=2.0) is None
    assert colour_of(np.zeros((3, FRAME.rows, FRAME.columns))) is None


def test_a_cars_colour_is_checked_and_published() -> None:
    with pytest.raises(ValueRefusedError, match="colour"):
        Car(0.0, 14.0, colour=(0.0, 0.0, 1.5))
    with pytest.raises(ValueRefusedError, match="three parts"):
        Car(0.0, 14.0, colour=(0.0, 0.0))  # type: ignore[arg-type]
    one, zero = CountDistribution.exactly(1), CountDistribution.exactly(0)
    cars = (*coloured([CAR], strip(drawn())), Car(60.0, 70.0))
    track = TrackCount("1", 100.0, 1.0, 0.0, one, 14.0, cars)
    document = to_json(SceneCount(CountStatus.COUNTED, 0.5, one, one, zero, zero, 14.0, (track,), "m", "s"), "a.png")
    schema = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "count.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(document)
    shown = json.loads(json.dumps(document))["tracks"][0]["cars"]
    assert [car["colour"] for car in shown] == [[0.333, 0.0, -0.333], None]
