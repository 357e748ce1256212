"""Camera and sensor: mapping, point spread, tone, noise, compression and cloud, against closed forms and Pillow."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.stats import norm

from wayside.rendering.raster import World
from wayside.rendering.sensor import Camera, Sensor, add_clouds, expose, sample

Array = np.ndarray[Any, np.dtype[Any]]
PLAIN = Sensor(blur=0.3, haze=0.0, noise=0.0, jpeg=100.0, gain=1.0, gamma=1.0)


def world(width_m: float, height_m: float, step_m: float) -> tuple[World, Array, Array]:
    """Black ground centred on (0, 0), and x and y of its pixels' centres."""
    shape = (round(height_m / step_m), round(width_m / step_m))
    ground = World(np.zeros((*shape, 3), np.float32), np.zeros(shape, np.float32), step_m, -width_m / 2, height_m / 2)
    x = -width_m / 2 + (np.arange(shape[1]) + 0.5) * step_m
    y = height_m / 2 - (np.arange(shape[0]) + 0.5) * step_m
    return ground, np.broadcast_to(x[None], shape), np.broadcast_to(y[:, None], shape)


@settings(max_examples=25, deadline=None)
@given(
    st.floats(-180, 360),
    st.sampled_from([0.3, 0.5, 1.0, 2.0]),
    st.tuples(st.floats(-8, 8), st.floats(-6, 6)),
    st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
)
def test_a_bright_block_is_where_the_camera_says(
    rotation: float, gsd: float, place: tuple[float, float], centre: tuple[float, float]
) -> None:
    ground, x, y = world(60, 60, 0.125)
    radiance = ((np.abs(x - place[0]) < 1.5) & (np.abs(y - place[1]) < 1.5)).astype(np.float32)
    camera = Camera(int(40 / gsd), int(36 / gsd), gsd, *centre, rotation)
    image = sample(ground, np.repeat(radiance[..., None], 3, axis=2), camera, 0.5)[..., 0]
    rows, columns = np.indices(image.shape)
    found = [float((image * at).sum() / image.sum()) + 0.5 for at in (columns, rows)]
    # The block's own middle on the grid, which may lie an eighth of a metre from the place asked for.
    middle = np.array([[float(x[radiance > 0].mean()), float(y[radiance > 0].mean())]])
    assert found == pytest.approx(camera.to_image(middle)[0].tolist(), abs=0.06 / gsd + 0.02)


def test_the_cameras_corners_and_turns() -> None:
    camera = Camera(40, 20, 0.5, 100.0, 50.0)
    corners = np.array([[90.0, 55.0], [110.0, 45.0], [100.0, 50.0]])
    assert camera.to_image(corners).tolist() == [[0.0, 0.0], [40.0, 20.0], [20.0, 10.0]]
    # The image's right points north: what lies north of the middle is to the right, what lies east is below.
    turned = Camera(40, 40, 0.5, 100.0, 50.0, 90.0)
    assert turned.to_image(np.array([[100.0, 53.0], [104.0, 50.0]])) == pytest.approx(
        np.array([[26.0, 20.0], [20.0, 28.0]])
    )


@pytest.mark.parametrize("gsd", [0.3, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("blur", [0.4, 0.65, 0.9])
def test_an_edge_is_as_soft_as_blur_and_gsd_say(gsd: float, blur: float) -> None:
    ground, x, _ = world(30 * gsd, 8 * gsd, gsd / 10)
    edge_m = 0.31 * gsd
    radiance = np.repeat((x > edge_m).astype(np.float32)[..., None], 3, axis=2)
    image = sample(ground, radiance, Camera(20, 4, gsd), blur)[2, :, 0]
    centres = (np.arange(20) + 0.5 - 10) * gsd
    on_grid = float(x[radiance[..., 0] > 0].min()) - gsd / 20
    # The pixel's own box has a standard deviation of 1 / sqrt(12) of its width.
    sigma = math.hypot(blur, math.sqrt(1 / 12)) * gsd
    assert image == pytest.approx(norm.cdf((centres - on_grid) / sigma), abs=0.02)


# ---------------------------------------------------------------------- tone and noise
def scene(seed: int = 3) -> Array:
    """A grey picture with detail of several sizes, 64 x 96."""
    rng = np.random.default_rng(seed)
    layers = [gaussian_filter(rng.normal(size=(64, 96)), s) * s for s in (0.7, 2.0, 6.0)]
    grey = np.clip(0.35 + 0.25 * sum(layers), 0.02, 0.95)
    return np.repeat(grey[..., None], 3, axis=2).astype(np.float32)


@pytest.mark.parametrize("gain", [0.7, 1.0])
@pytest.mark.parametrize("gamma", [0.6, 1.0])
def test_exposure_puts_the_bright_end_at_nine_tenths_before_the_tone_curve(gain: float, gamma: float) -> None:
    image = expose(scene(), PLAIN._replace(gain=gain, gamma=gamma), np.random.default_rng(0))
    bright = float(np.quantile(image[::4, ::4], 0.98)) / 255
    assert bright == pytest.approx((0.9 * gain) ** gamma, abs=0.01)


def test_haze_brings_every_tone_nearer_to_air_light() -> None:
    flat = np.full((32, 32, 3), 0.1, np.float32)
    flat[::4, ::4] = 0.8
    for haze in (0.0, 0.3, 0.6):
        image = expose(flat, PLAIN._replace(haze=haze), np.random.default_rng(0)) / 255
        dark, bright = (level * (1 - haze) + np.array([0.40, 0.46, 0.54]) * haze for level in (0.1, 0.8))
        assert image[1, 1] / image[0, 0] == pytest.approx(np.minimum(dark / bright, 1), abs=0.03)


@pytest.mark.parametrize("noise", [0.005, 0.02, 0.04])
def test_noise_has_the_deviation_that_was_asked_for(noise: float) -> None:
    flat = np.full((120, 120, 3), 0.5, np.float32)
    image = expose(flat, PLAIN._replace(gain=0.55, noise=noise), np.random.default_rng(2)).astype(float) / 255
    # One part is common to the bands, another of 0.6 of it is each band's own; rounding adds a twelfth of a step
    # squared.
    wanted = math.sqrt(noise**2 * (1 + 0.36) + (1 / 255) ** 2 / 12)
    assert image[..., 0].std() == pytest.approx(wanted, rel=0.05)
    assert np.corrcoef(image[..., 0].ravel(), image[..., 1].ravel())[0, 1] == pytest.approx(
        noise**2 / wanted**2, abs=0.05
    )


def test_grey_sensors_give_three_equal_bands() -> None:
    colourful = scene() * np.array([1.0, 0.6, 0.3], np.float32)
    image = expose(colourful, PLAIN._replace(saturation=0.0), np.random.default_rng(0))
    assert np.array_equal(image[..., 0], image[..., 1])
    assert np.array_equal(image[..., 0], image[..., 2])


def test_stripes_move_whole_columns() -> None:
    flat = np.full((40, 200, 3), 0.5, np.float32)
    image = expose(flat, PLAIN._replace(gain=0.55, stripes=0.02), np.random.default_rng(1)).astype(float)
    assert (image == image[:1]).all()
    assert image[0, :, 0].std() / 255 == pytest.approx(0.02, rel=0.2)


@pytest.mark.parametrize("quality", [35, 49, 50, 75, 92])
def test_compression_is_that_of_jpeg(quality: int) -> None:
    raw = expose(scene(), PLAIN, np.random.default_rng(0))
    ours = expose(scene(), PLAIN._replace(jpeg=float(quality)), np.random.default_rng(0))[..., 0].astype(float)
    file = io.BytesIO()
    Image.fromarray(raw[..., 0]).save(file, "JPEG", quality=quality)
    theirs = np.asarray(Image.open(file)).astype(float)
    loss = [float(np.sqrt(((image - raw[..., 0]) ** 2).mean())) for image in (ours, theirs)]
    assert loss[0] == pytest.approx(loss[1], rel=0.1)
    # They quantise eight-bit values with a whole-numbered table, we fractions with a fractional one; some
    # coefficients fall on the other side of a half.
    assert float(np.abs(ours - theirs).mean()) < 0.5 * loss[1]


# ---------------------------------------------------------------------- cloud
@settings(max_examples=20, deadline=None)
@given(st.floats(0.02, 0.9), st.sampled_from([0.5, 1.0, 3.0]), st.integers(0, 1000))
def test_cloud_covers_the_share_that_was_asked_for(cover: float, gsd: float, seed: int) -> None:
    ground = np.full((90, 120, 3), 0.2, np.float32)
    image, opacity = add_clouds(ground, gsd, cover, np.random.default_rng(seed))
    assert opacity.shape == (90, 120)
    assert 0.0 <= opacity.min() <= opacity.max() <= 1.0
    assert float((opacity > 0).mean()) == pytest.approx(cover, abs=0.01)
    assert (image[opacity == 0] == np.float32(0.2)).all()
    assert (image[opacity == 1] > 0.5).all()


def test_no_cover_is_no_cloud() -> None:
    ground = np.full((40, 40, 3), 0.2, np.float32)
    image, opacity = add_clouds(ground, 1.0, 0.0, np.random.default_rng(0))
    assert not opacity.any()
    assert np.array_equal(image, ground)
