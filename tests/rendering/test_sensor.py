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
from wayside.rendering.sensor import Camera, Sensor, add_clouds, draw_sensor, expose, sample
from wayside.rendering.wavelet import wavelet_coded

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


# ---------------------------------------------------------------------- what archives and map services do
def test_bands_are_those_that_were_asked_for_and_plants_are_bright_beyond_red() -> None:
    image = np.zeros((8, 8, 3), np.float32)
    image[:, :4] = (0.10, 0.14, 0.06)  # leaves
    image[:, 4:] = (0.30, 0.28, 0.26)  # gravel
    seen = {name: expose(image, PLAIN._replace(bands=name), np.random.default_rng(0)) for name in ("rgb", "bgr", "nrg")}
    assert np.array_equal(seen["rgb"][..., ::-1], seen["bgr"])
    assert seen["rgb"][0, 0, 0] < seen["rgb"][0, 7, 0]
    assert seen["nrg"][0, 0, 0] > seen["nrg"][0, 7, 0]
    one = expose(image, PLAIN._replace(bands="n"), np.random.default_rng(0))
    assert np.array_equal(one[..., 0], one[..., 2])


def test_coarse_colour_keeps_the_brightness_and_moves_the_colour() -> None:
    image = np.full((64, 64, 3), 0.4, np.float32)
    image[24:40, 24:40] = (0.6, 0.4, 0.2)
    aside = [
        expose(image, PLAIN._replace(pan_ratio=4, pan_shift=(s, 0.0)), np.random.default_rng(0)).astype(float)
        for s in (0.0, 1.0)
    ]
    warm = [picture[..., 0] - picture[..., 2] for picture in aside]
    middle = [float((w * np.arange(64)).sum() / w.sum()) for w in warm]
    assert middle[1] - middle[0] == pytest.approx(4.0, abs=0.1)
    assert np.array_equal(np.argmax(aside[0].sum(axis=2) > 0), np.argmax(aside[1].sum(axis=2) > 0))


@pytest.mark.parametrize("rows", [False, True])
def test_smear_blurs_in_one_direction_alone(rows: bool) -> None:
    sharp = expose(scene(), PLAIN, np.random.default_rng(0)).astype(float)[..., 0]
    smeared = expose(scene(), PLAIN._replace(smear=4.0, smear_rows=rows), np.random.default_rng(0)).astype(float)[
        ..., 0
    ]
    rough = [[float(np.abs(np.diff(p, axis=a)).mean()) for a in (0, 1)] for p in (sharp, smeared)]
    along, across = (0, 1) if rows else (1, 0)
    assert rough[1][along] < 0.5 * rough[0][along]
    assert rough[1][along] / rough[0][along] < rough[1][across] / rough[0][across]


@pytest.mark.parametrize("factor", [1.2, 1.5, 2.0])
def test_an_enlarged_picture_has_lost_its_finest_detail_and_kept_its_place(factor: float) -> None:
    sharp = expose(scene(), PLAIN, np.random.default_rng(0)).astype(float)[..., 0]
    tile = expose(scene(), PLAIN._replace(resample=factor), np.random.default_rng(0)).astype(float)[..., 0]
    assert tile.shape == sharp.shape

    def finest(picture: Array) -> float:
        power = np.abs(np.fft.fft2(picture - picture.mean())) ** 2
        fy, fx = (np.abs(np.fft.fftfreq(n)) for n in picture.shape)
        return float(power[np.maximum(fy[:, None], fx[None]) > 0.45].sum())

    assert finest(tile) < finest(sharp)
    soft = [gaussian_filter(p, 2.0) for p in (sharp, tile)]
    assert np.corrcoef(soft[0].ravel(), soft[1].ravel())[0, 1] > 0.97


def test_stretch_uses_the_whole_range_of_every_band() -> None:
    image = scene() * np.array([1.0, 0.5, 0.3], np.float32)
    seen = expose(image, PLAIN._replace(stretch=0.02), np.random.default_rng(0))
    for band in range(3):
        assert float((seen[..., band] == 0).mean()) == pytest.approx(0.02, abs=0.015)
        assert float((seen[..., band] == 255).mean()) == pytest.approx(0.02, abs=0.015)


def test_local_equalisation_brings_dark_and_bright_halves_together() -> None:
    image = np.concatenate([scene() * np.float32(0.2), scene()], axis=1)
    gap = []
    for strength in (0.0, 0.8):
        seen = expose(image, PLAIN._replace(local=strength), np.random.default_rng(0)).astype(float)
        gap.append(float(seen[:, 120:].mean() - seen[:, :72].mean()))
    assert gap[1] < 0.6 * gap[0]


def test_few_bits_leave_few_levels() -> None:
    seen = expose(scene(), PLAIN._replace(bits=4), np.random.default_rng(0))
    assert set(np.unique(seen)) <= {17 * k for k in range(16)}


def test_a_veil_makes_haze_uneven() -> None:
    flat = np.full((64, 64, 3), 0.1, np.float32)
    flat[::4, ::4] = 0.9
    spread = []
    for veil in (0.0, 0.3):
        dark = expose(flat, PLAIN._replace(haze=0.1, veil=veil), np.random.default_rng(3))[2::4, 2::4, 1]
        spread.append(float(dark.std()))
    assert spread[0] == 0.0
    assert spread[1] > 4.0


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 99))
def test_a_wavelet_without_loss_gives_back_its_image(height: int, width: int, seed: int) -> None:
    image = np.random.default_rng(seed).random((height, width, 3)).astype(np.float32)
    assert wavelet_coded(image, 1e-6) == pytest.approx(image, abs=1e-4)


def test_a_coarser_wavelet_step_loses_more_and_flat_ground_nothing() -> None:
    loss = [float(np.sqrt(((wavelet_coded(scene(), s) - scene()) ** 2).mean())) for s in (0.005, 0.02, 0.08)]
    assert loss[0] < loss[1] < loss[2] < 0.1
    flat = np.full((48, 48, 3), 0.37, np.float32)
    assert wavelet_coded(flat, 0.05) == pytest.approx(flat, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_a_drawn_sensor_delivers_a_picture(seed: int) -> None:
    sensor = draw_sensor(np.random.default_rng(seed))
    assert sensor == draw_sensor(np.random.default_rng(seed))
    image = expose(scene(), sensor, np.random.default_rng(seed))
    assert image.shape == (64, 96, 3)
    assert np.array_equal(image, expose(scene(), sensor, np.random.default_rng(seed)))
    assert float(image.std()) > 1.0


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
