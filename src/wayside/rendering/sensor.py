"""From radiance on a fine grid to what a sensor delivers: blur, sampling, air, cloud, noise, compression."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn
from scipy.ndimage import gaussian_filter, map_coordinates, uniform_filter

from wayside.rendering.raster import World, fractal_noise

__all__ = ["Camera", "Sensor", "add_clouds", "expose", "sample"]

Array = NDArray[np.float32]


class Camera(NamedTuple):
    """Where an image's pixels lie in the world.

    Attributes:
        width, height: pixels.
        gsd_m: metres per pixel.
        centre_x, centre_y: world position of the image's centre, metres.
        rotation_deg: how far the image's right is turned from the world's east, counter-clockwise.
    """

    width: int
    height: int
    gsd_m: float
    centre_x: float = 0.0
    centre_y: float = 0.0
    rotation_deg: float = 0.0

    def to_image(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return pixel coordinates of world points (n, 2): column, row; origin at the top-left pixel's outer corner."""
        a = math.radians(self.rotation_deg)
        x, y = points[:, 0] - self.centre_x, points[:, 1] - self.centre_y
        u = (x * math.cos(a) + y * math.sin(a)) / self.gsd_m + self.width / 2
        v = -(-x * math.sin(a) + y * math.cos(a)) / self.gsd_m + self.height / 2
        return np.stack([u, v], -1)


class Sensor(NamedTuple):
    """How a sensor and the air treat an image.

    Attributes:
        blur: standard deviation of the point spread, in pixels of the image (0.4 to 0.9).
        haze: share of air light, 0 to 0.6.
        noise: standard deviation of the noise relative to full scale.
        jpeg: quality of the compression, 5 to 100; 100 is none.
        gain: exposure; 1 puts the brightest 2 % of the image at nine tenths of full scale.
        gamma: tone curve.
        tint: gain of red, green, blue.
        sharpen: amount of unsharp masking that the provider applied.
        stripes: standard deviation of column offsets relative to full scale.
        saturation: 0 is grey (panchromatic), 1 is as it is.
        pan_ratio: the colour is this many times coarser than the brightness (pan-sharpening); 1 is not.
    """

    blur: float = 0.55
    haze: float = 0.05
    noise: float = 0.01
    jpeg: float = 92.0
    gain: float = 1.0
    gamma: float = 0.8
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    sharpen: float = 0.0
    stripes: float = 0.0
    saturation: float = 1.0
    pan_ratio: int = 1


def sample(world: World, radiance: Array, camera: Camera, blur: float) -> Array:
    """Return the image (height, width, 3) that a camera takes: point spread, then sampling at the pixels' centres."""
    ratio = camera.gsd_m / world.step_m
    shrink = max(1, int(ratio / 3))
    step = world.step_m
    if shrink > 1:
        h, w = (radiance.shape[0] // shrink) * shrink, (radiance.shape[1] // shrink) * shrink
        blocks = radiance[:h, :w].reshape(h // shrink, shrink, w // shrink, shrink, 3)
        radiance, step = blocks.mean(axis=(1, 3)), step * shrink
    # A pixel integrates over its area; the box of one pixel is a Gaussian of 0.29 pixels nearly enough.
    sigma = math.hypot(blur, 0.29) * camera.gsd_m / step
    a = math.radians(camera.rotation_deg)
    u = (np.arange(camera.width) + 0.5 - camera.width / 2) * camera.gsd_m
    v = -(np.arange(camera.height) + 0.5 - camera.height / 2) * camera.gsd_m
    x = camera.centre_x + u[None] * math.cos(a) - v[:, None] * math.sin(a)
    y = camera.centre_y + u[None] * math.sin(a) + v[:, None] * math.cos(a)
    at = np.stack([(world.north_m - y) / step - 0.5, (x - world.west_m) / step - 0.5])
    bands = [
        map_coordinates(gaussian_filter(radiance[..., k], sigma), at, order=1, mode="nearest", output=np.float32)
        for k in range(3)
    ]
    return np.stack(bands, -1)


def _jpeg(image: Array, quality: float) -> Array:
    """Quantise 8 x 8 cosine blocks as JPEG does (luminance table of ITU-T T.81 Annex K, all bands alike)."""
    table = np.array(
        [
            [16, 11, 10, 16, 24, 40, 51, 61],
            [12, 12, 14, 19, 26, 58, 60, 55],
            [14, 13, 16, 24, 40, 57, 69, 56],
            [14, 17, 22, 29, 51, 87, 80, 62],
            [18, 22, 37, 56, 68, 109, 103, 77],
            [24, 35, 55, 64, 81, 104, 113, 92],
            [49, 64, 78, 87, 103, 121, 120, 101],
            [72, 92, 95, 98, 112, 100, 103, 99],
        ],
        dtype=np.float32,
    )
    scale = 50.0 / quality if quality < 50 else 2.0 - quality / 50.0
    table = np.maximum(table * scale, 1.0)[None, :, None, :, None]
    h, w = image.shape[:2]
    padded = np.pad(image, ((0, -h % 8), (0, -w % 8), (0, 0)), mode="edge") * 255.0 - 128.0
    blocks = padded.reshape(padded.shape[0] // 8, 8, padded.shape[1] // 8, 8, image.shape[2])
    coded = dctn(blocks, axes=(1, 3), norm="ortho")
    decoded = idctn(np.round(coded / table) * table, axes=(1, 3), norm="ortho")
    return np.asarray((decoded.reshape(padded.shape)[:h, :w] + 128.0) / 255.0, dtype=np.float32)


def add_clouds(image: Array, gsd_m: float, cover: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Lay cloud over an image; return it and the cloud's opacity (height, width), 0 to 1.

    Args:
        image: shape (height, width, 3).
        gsd_m: metres per pixel.
        cover: share of the image under cloud, 0 to 1.
        rng: the only source of chance.
    """
    shape = (image.shape[0], image.shape[1])
    periods = tuple(p / gsd_m for p in (400.0, 150.0, 60.0, 25.0))
    field = fractal_noise(shape, tuple(p for p in periods if p > 2), rng)
    edge = float(np.quantile(field, 1 - cover)) if cover > 0 else math.inf
    opacity = np.clip((field - edge) / 0.35, 0, 1).astype(np.float32) ** 0.7
    white = 0.86 + 0.05 * fractal_noise(shape, (40.0 / gsd_m,), rng)
    return np.asarray(image * (1 - opacity[..., None]) + (white * opacity)[..., None], dtype=np.float32), opacity


def expose(image: Array, sensor: Sensor, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the delivered image, uint8 (height, width, 3), from radiance (height, width, 3)."""
    out = image * np.asarray(sensor.tint, dtype=np.float32)
    grey = out.mean(axis=2, keepdims=True)
    if sensor.pan_ratio > 1:
        coarse = np.stack([uniform_filter(out[..., k] - grey[..., 0], sensor.pan_ratio * 2 + 1) for k in range(3)], -1)
        out = grey + np.roll(coarse, int(rng.integers(-1, 2)), axis=0)
    out = grey + (out - grey) * np.float32(sensor.saturation)
    air = np.array([0.40, 0.46, 0.54], dtype=np.float32)
    out = out * np.float32(1 - sensor.haze) + air * np.float32(sensor.haze)
    bright = max(float(np.quantile(out[::4, ::4], 0.98)), 0.05)
    out = np.clip(out * np.float32(0.9 * sensor.gain / bright), 0, 1.2) ** np.float32(sensor.gamma)
    out = out + np.float32(sensor.noise) * rng.standard_normal((*out.shape[:2], 1), dtype=np.float32)
    out = out + np.float32(0.6 * sensor.noise) * rng.standard_normal(out.shape, dtype=np.float32)
    if sensor.stripes > 0:
        out = out + rng.normal(0, sensor.stripes, (1, out.shape[1], 1)).astype(np.float32)
    if sensor.sharpen > 0:
        soft = np.stack([gaussian_filter(out[..., k], 1.0) for k in range(3)], -1)
        out = out + np.float32(sensor.sharpen) * (out - soft)
    out = np.clip(out, 0, 1)
    if sensor.jpeg < 100:
        out = _jpeg(out, sensor.jpeg)
    return np.asarray(np.clip(np.round(out * 255), 0, 255), dtype=np.uint8)
