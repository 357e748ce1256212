"""The resampling of strips, against SciPy's interpolation of every band by itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from wayside.counting.sampling import PixelWindow, frame_along, sample_strip
from wayside.model.strips import StripFrame

LINE = np.array([[0.0, 0.0], [31.0, 9.0], [55.0, 40.0]])


def by_scipy(window: PixelWindow, frame: StripFrame) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Pixels and usability of the strip; each strip pixel is the mean of samples spread over its area."""
    unit = frame.unit_m
    split = int(np.clip(math.ceil(frame.row_m / (abs(window.column_step) * unit) - 0.25), 1, 8))
    inner = (np.arange(split) + 0.5) / split - 0.5
    across = (frame.rows / 2 - 0.5 - np.arange(frame.rows)) * frame.row_m
    ahead = np.stack([-frame.normal[:, 1], frame.normal[:, 0]], -1) * (1.0 if frame.y_down else -1.0)
    usable = window.valid.astype(np.float64)
    bands = np.where(window.valid, window.pixels, 0).astype(np.float64)
    total, share = np.zeros((len(bands), frame.rows, frame.columns)), np.zeros((frame.rows, frame.columns))
    for along in inner * frame.step_m:
        for aside in inner * frame.row_m:
            xy = frame.centre + (frame.normal * ((across + aside) / unit)[:, None, None]) + ahead * (along / unit)
            at = [(xy[..., 1] - window.row0) / window.row_step - 0.5]
            at.append((xy[..., 0] - window.column0) / window.column_step - 0.5)
            share += map_coordinates(usable, at, order=1, mode="constant")
            total += np.stack([map_coordinates(band, at, order=1, mode="constant") for band in bands])
    valid = share > 0.5 * split * split
    return np.where(valid, total / np.maximum(share, 1e-6), 0.0), valid


@pytest.mark.parametrize("y_down", [True, False])
@pytest.mark.parametrize(("unit_m", "pixel_m"), [(1.0, 0.5), (0.4, 0.4), (1.0, 0.13), (2.0, 2.6)])
@pytest.mark.parametrize(("bands", "kind"), [(1, "uint16"), (3, "uint8"), (3, "float32")])
def test_a_strip_is_what_scipy_interpolates(
    y_down: bool,
    unit_m: float,
    pixel_m: float,
    bands: int,
    kind: str,
) -> None:
    rng = np.random.default_rng(7)
    frame = frame_along(LINE / unit_m, unit_m=unit_m, y_down=y_down)
    # The window ends inside the corridor on two sides, so that some of the strip lies outside it.
    low, high = frame.centre.min(axis=0) - 3.0 / unit_m, frame.centre.max(axis=0) + 20.0 / unit_m
    step = pixel_m / unit_m
    wide, tall = (int((h - a) / step) for a, h in zip(low, high, strict=True))
    pixels = rng.integers(0, 250, (bands, tall, wide)).astype(kind)
    valid = rng.random((tall, wide)) > 0.1
    if kind == "float32":
        pixels[:, ~valid] = np.nan
    row0, row_step = (low[1], step) if y_down else (high[1], -step)
    window = PixelWindow(pixels, valid, float(low[0]), float(row0), step, float(row_step))
    found = sample_strip("1", window, frame, pixel_m)
    pixels_expected, valid_expected = by_scipy(window, frame)
    assert 0.02 < valid_expected.mean() < 0.98
    assert np.mean(found.valid == valid_expected) > 0.9995  # a share of one half may fall to either side
    both = found.valid & valid_expected
    np.testing.assert_allclose(found.pixels[:, both], pixels_expected[:, both], atol=2e-3)


def test_a_window_beside_the_strip_gives_nothing() -> None:
    frame = frame_along(LINE)
    window = PixelWindow(np.ones((1, 5, 5), np.uint8), np.ones((5, 5), np.bool_), 900.0, 900.0, 0.5, -0.5)
    assert not sample_strip("1", window, frame, 0.5).valid.any()
