from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from tests.imagery.drawn import pixel_track

from wayside.counting.sampling import frame_along
from wayside.imagery import PixelReader, describe_image
from wayside.imagery.visibility.clouds import mask_clouds
from wayside.model.strips import Strip

COLUMNS = 600


def strip_of(pixels: NDArray[np.float64], valid: NDArray[np.bool_] | None = None) -> Strip:
    frame = frame_along(np.array([[0.0, 0.0], [pixels.shape[2] * 0.5, 0.0]]))
    return Strip(
        "1", pixels.astype(np.float32), np.ones(pixels.shape[1:], bool) if valid is None else valid, frame, 0.5
    )


def railway(rng: np.random.Generator, *, level: float = 90.0, contrast: float = 1.0) -> NDArray[np.float64]:
    """Ballast with two rails, a verge, and grain; three bands."""
    rows = np.arange(32)[:, None]
    profile = 12 * (np.abs(rows - 15.5) < 3) + 25 * ((rows == 14) | (rows == 17)) - 15 * (rows > 24)
    grain = gaussian_filter(rng.normal(size=(32, COLUMNS)), 1.0) * 20
    grey = level + contrast * (profile + grain)
    return np.stack([grey, grey * 0.97, grey * 0.9]) + rng.normal(size=(3, 32, COLUMNS)) * 2


def cloud(rng: np.random.Generator, level: float, columns: int) -> NDArray[np.float64]:
    """Bright, nearly white, with slow waves and the sensor's noise."""
    slow = gaussian_filter(rng.normal(size=(32, columns)), 60) * 400
    return level + slow + rng.normal(size=(3, 32, columns)) * 2


@given(st.integers(0, 10_000), st.integers(120, 300), st.integers(0, 250), st.sampled_from([1.0, 40.0, 1 / 400]))
@settings(max_examples=40, deadline=None)
def test_cloud_is_hidden_where_it_is_and_track_beside_it_is_not(seed: int, long: int, start: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    pixels = railway(rng)
    pixels[:, :, start : start + long] = cloud(rng, 215.0, long)
    hidden = ~mask_clouds(strip_of(pixels * scale)).valid[16]
    inside = np.zeros(COLUMNS, bool)
    inside[start : start + long] = True
    assert hidden[inside].mean() > 0.6
    assert hidden[~inside].mean() < 0.1


@pytest.mark.parametrize("level", [40.0, 90.0, 200.0])
def test_open_track_stays_visible(level: float) -> None:
    strip = strip_of(railway(np.random.default_rng(1), level=level))
    assert mask_clouds(strip) is strip


def test_track_under_snow_and_thin_haze_stays_visible() -> None:
    rng = np.random.default_rng(2)
    snow = strip_of(np.repeat(railway(rng, level=225.0, contrast=0.6).mean(0, keepdims=True), 3, 0))
    assert mask_clouds(snow).visible_fraction == 1.0


def test_a_white_roof_a_white_train_and_a_platform_stay_visible() -> None:
    rng = np.random.default_rng(3)
    pixels = railway(rng)
    pixels[:, :, 100:160] = 230 + rng.normal(size=(3, 32, 60))  # a hall of 30 m over all rows
    pixels[:, 13:19, 250:500] = 230 + rng.normal(size=(3, 6, 250))  # a white train of 125 m
    pixels[:, 22:, 200:600] = 235 + rng.normal(size=(3, 10, 400))  # a concrete platform of 200 m
    assert mask_clouds(strip_of(pixels)).visible_fraction == 1.0


def test_a_strip_wholly_under_cloud_is_hidden_wholly() -> None:
    strip = strip_of(cloud(np.random.default_rng(4), 210.0, COLUMNS))
    assert mask_clouds(strip).visible_fraction == 0.0


def test_dark_smooth_ground_is_no_cloud() -> None:
    rng = np.random.default_rng(5)
    pixels = railway(rng)
    pixels[:, :, 100:400] = 25 + rng.normal(size=(3, 32, 300)) * 0.3
    assert mask_clouds(strip_of(pixels)).visible_fraction == 1.0


def test_what_was_hidden_stays_hidden_and_short_strips_are_left_alone() -> None:
    pixels = railway(np.random.default_rng(6))
    valid = np.ones((32, COLUMNS), bool)
    valid[:, 50:80] = False
    np.testing.assert_array_equal(mask_clouds(strip_of(pixels, valid)).valid, valid)
    short = strip_of(cloud(np.random.default_rng(7), 210.0, 30))
    assert mask_clouds(short) is short
    nothing = replace(strip_of(pixels), valid=np.zeros((32, COLUMNS), bool))
    assert mask_clouds(nothing) is nothing


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "gsd"),
    [
        ("muttenz_west", 0.25),
        ("autoracks_top", 0.92),
        ("gondolas_oblique", 0.46),
        ("hoppers_coarse", 1.83),
        ("empty_tracks", 0.25),
    ],
)
def test_no_real_cloudless_track_is_hidden(shared_dir: Path, name: str, gsd: float) -> None:
    path = shared_dir / "imagery" / f"{name}.png"
    features = json.loads(path.with_suffix(".geojson").read_text(encoding="utf-8"))["features"]
    tracks = [pixel_track([tuple(p) for p in f["geometry"]["coordinates"]], f["properties"]["id"]) for f in features]
    batch = PixelReader().read_strips(path, tracks, info=describe_image(path, gsd_m=gsd))
    for strip in batch.strips:
        assert mask_clouds(strip).visible_fraction == strip.visible_fraction
