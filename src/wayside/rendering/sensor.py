"""From radiance on a fine grid to what a sensor delivers: blur, sampling, air, cloud, noise, compression."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn
from scipy.ndimage import gaussian_filter, map_coordinates, uniform_filter, uniform_filter1d, zoom

from wayside.rendering.raster import World, fractal_noise
from wayside.rendering.wavelet import wavelet_coded

__all__ = ["Camera", "Sensor", "add_clouds", "draw_sensor", "expose", "sample", "usual_sensor"]

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
        pan_shift: by how much the colour is out of register, columns and rows, in its own coarse pixels, -1 to 1.
        bands: which bands are delivered as red, green, blue: rgb, bgr, nrg (false colour: near infrared first),
            nbg (four bands of which the wrong three were taken) or n (near infrared alone).
        smear: length of a motion blur, pixels.
        smear_rows: whether it runs along the columns of pixels (down the image) rather than along its rows.
        veil: how much the haze changes over the image, 0 to 0.3.
        resample: by how much a map service enlarged a coarser picture, 1 to 2.
        stretch: share cut off at either end of every band's histogram, 0 to 0.05.
        local: strength of local contrast equalisation, 0 to 1.
        wavelet: quantiser step of a wavelet compression relative to full scale, 0 to 0.1; 0 is none.
        bits: bits per band before delivery, 4 to 8.
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
    pan_shift: tuple[float, float] = (0.0, 0.0)
    bands: str = "rgb"
    smear: float = 0.0
    smear_rows: bool = False
    veil: float = 0.0
    resample: float = 1.0
    stretch: float = 0.0
    local: float = 0.0
    wavelet: float = 0.0
    bits: int = 8


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
        map_coordinates(
            gaussian_filter(radiance[..., k], sigma, truncate=3.0), at, order=1, mode="nearest", output=np.float32
        )
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


def _reband(image: Array, bands: str) -> Array:
    """Return the bands that are delivered as red, green and blue."""
    if bands == "rgb":
        return image
    red, green, blue = (image[..., k] for k in range(3))
    # Plants, greener than they are red or blue, reflect some five times more just beyond the visible; else as red.
    infrared = 1.05 * red + 7.0 * np.maximum(green - 0.5 * (red + blue), 0)
    by_name = {"r": red, "g": green, "b": blue, "n": np.minimum(infrared, 1.2).astype(np.float32)}
    return np.stack([by_name[name] for name in (bands if len(bands) == 3 else bands[0] * 3)], -1)


def _coarse_colour(image: Array, sensor: Sensor, rng: np.random.Generator) -> Array:
    """Return an image whose colour is coarser than its brightness and out of register with it."""
    if sensor.pan_ratio <= 1:
        return image
    grey = image.mean(axis=2, keepdims=True)
    size = sensor.pan_ratio * 2 + 1
    coarse = np.stack([uniform_filter(image[..., k] - grey[..., 0], size) for k in range(3)], -1)
    columns, rows = (round(s * sensor.pan_ratio) for s in sensor.pan_shift)
    return np.asarray(grey + np.roll(coarse, (int(rng.integers(-1, 2)) + rows, columns), axis=(0, 1)))


def _enlarged(image: Array, factor: float) -> Array:
    """Return an image as coarse as one that a map service enlarged by ``factor``; its size stays."""
    shape = image.shape[:2]
    small = [max(4, round(n / factor)) for n in shape]
    down = np.stack([zoom(image[..., k], [small[0] / shape[0], small[1] / shape[1]], order=1) for k in range(3)], -1)
    up = [zoom(down[..., k], [n / m for n, m in zip(shape, down.shape, strict=False)], order=3) for k in range(3)]
    return np.stack(up, -1)


def _equalised(image: Array, strength: float) -> Array:
    """Return an image whose brightness is brought to one mean and contrast around every place."""
    grey = image.mean(axis=2)
    coarse = grey[::8, ::8]
    reach = max(2.0, min(coarse.shape) / 8)
    mean = gaussian_filter(coarse, reach)
    deviation = np.sqrt(np.maximum(gaussian_filter((coarse - mean) ** 2, reach), 1e-4))
    row, column = (np.arange(n) // 8 for n in grey.shape)
    wanted = (grey - mean[row][:, column]) / deviation[row][:, column] * np.float32(0.19) + np.float32(0.45)
    ratio = (grey + np.float32(strength) * (wanted - grey)) / np.maximum(grey, np.float32(0.02))
    return np.asarray(image * np.clip(ratio, 0, 6)[..., None])


def _tone(image: Array, sensor: Sensor) -> Array:
    """Return exposed values from radiance, 0 to about 1."""
    bright = max(float(np.quantile(image[::4, ::4], 0.98)), 0.05)
    out = np.clip(image * np.float32(0.9 * sensor.gain / bright), 0, 1.2) ** np.float32(sensor.gamma)
    if sensor.local > 0:
        out = _equalised(out, sensor.local)
    if sensor.stretch > 0:
        low, high = np.quantile(out[::4, ::4], [sensor.stretch, 1 - sensor.stretch], axis=(0, 1))
        out = (out - low.astype(np.float32)) / np.maximum(high - low, 0.05).astype(np.float32)
    return np.asarray(out, dtype=np.float32)


def _hazed(image: Array, sensor: Sensor, rng: np.random.Generator) -> Array:
    air = np.array([0.40, 0.46, 0.54], dtype=np.float32)
    if sensor.veil <= 0:
        return np.asarray(image * np.float32(1 - sensor.haze) + air * np.float32(sensor.haze))
    height, width = image.shape[:2]
    slope = rng.normal(0, 1, 2)
    plane = slope[0] * np.linspace(-1, 1, height)[:, None] + slope[1] * np.linspace(-1, 1, width)[None]
    plane = plane + fractal_noise((height, width), (max(height, width) / 2.5,), rng)
    share = np.clip(sensor.haze + sensor.veil * 0.5 * (1 + plane), 0, 0.85).astype(np.float32)[..., None]
    return np.asarray(image * (1 - share) + air * share)


def expose(image: Array, sensor: Sensor, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the delivered image, uint8 (height, width, 3), from radiance (height, width, 3)."""
    out = _reband(image, sensor.bands) * np.asarray(sensor.tint, dtype=np.float32)
    out = _coarse_colour(out, sensor, rng)
    grey = out.mean(axis=2, keepdims=True)
    out = _hazed(grey + (out - grey) * np.float32(sensor.saturation), sensor, rng)
    if sensor.smear > 1:
        out = uniform_filter1d(out, round(sensor.smear), axis=0 if sensor.smear_rows else 1)
    out = _tone(out, sensor)
    out = out + np.float32(sensor.noise) * rng.standard_normal((*out.shape[:2], 1), dtype=np.float32)
    if sensor.saturation > 0:  # one band alone has but one noise
        out = out + np.float32(0.6 * sensor.noise) * rng.standard_normal(out.shape, dtype=np.float32)
    if sensor.stripes > 0:
        out = out + rng.normal(0, sensor.stripes, (1, out.shape[1], 1)).astype(np.float32)
    if sensor.resample > 1:
        out = _enlarged(out, sensor.resample)
    if sensor.sharpen > 0:
        soft = np.stack([gaussian_filter(out[..., k], 1.0) for k in range(3)], -1)
        out = out + np.float32(sensor.sharpen) * (out - soft)
    out = np.clip(out, 0, 1)
    if sensor.bits < 8:
        levels = np.float32(2**sensor.bits - 1)
        out = np.asarray(np.round(out * levels) / levels, dtype=np.float32)
    if sensor.wavelet > 0:
        out = wavelet_coded(out, sensor.wavelet)
    if sensor.jpeg < 100:
        out = _jpeg(out, sensor.jpeg)
    return np.asarray(np.clip(np.round(out * 255), 0, 255), dtype=np.uint8)


def _draw_compression(rng: np.random.Generator) -> tuple[float, float]:
    """Draw a JPEG quality and a wavelet step; at most one of them is at work, and neither in a third of all images."""
    kind = rng.random()
    if kind < 0.55:
        return float(rng.uniform(35, 97) if rng.random() < 0.85 else rng.uniform(15, 35)), 0.0
    return 100.0, float(10 ** rng.uniform(-2.3, -1.0)) if kind < 0.67 else 0.0


def draw_sensor(rng: np.random.Generator) -> Sensor:
    """Draw a sensor with the treatment its images had, as wide as archives and map services have them."""
    jpeg, wavelet = _draw_compression(rng)
    pan = int(rng.choice([2, 4, 4, 5])) if rng.random() < 0.35 else 1
    cast = 0.05 if rng.random() < 0.8 else 0.16
    odd = str(rng.choice(["bgr", "nrg", "nbg", "n"])) if rng.random() < 0.12 else "rgb"
    gain = float(rng.uniform(0.65, 1.2) if rng.random() < 0.92 else rng.uniform(1.2, 1.6))
    map_tile = rng.random() < 0.25
    return Sensor(
        blur=float(rng.uniform(0.22, 0.95)),
        haze=float(rng.beta(1.2, 6)) * 0.7,
        noise=float(10 ** rng.uniform(-2.8, -1.4)),
        jpeg=jpeg,
        gain=gain,
        gamma=float(rng.uniform(0.55, 1.1)),
        tint=(float(rng.normal(1, cast)), 1.0, float(rng.normal(1, 1.2 * cast))),
        sharpen=float(rng.uniform(0.2, 1.6)) if rng.random() < (0.7 if map_tile else 0.35) else 0.0,
        stripes=float(rng.uniform(0, 0.012)) if rng.random() < 0.1 else 0.0,
        saturation=0.0 if odd == "n" or rng.random() < 0.2 else float(rng.uniform(0.4, 1.4)),
        pan_ratio=pan,
        pan_shift=(float(rng.uniform(-1, 1)), float(rng.uniform(-1, 1))) if rng.random() < 0.6 else (0.0, 0.0),
        bands=odd,
        smear=float(rng.uniform(1.5, 4)) if rng.random() < 0.06 else 0.0,
        smear_rows=bool(rng.random() < 0.5),
        veil=float(rng.uniform(0.02, 0.3)) if rng.random() < 0.15 else 0.0,
        resample=float(rng.uniform(1.15, 2.0)) if map_tile else 1.0,
        stretch=float(rng.uniform(0.002, 0.04)) if rng.random() < 0.2 else 0.0,
        local=float(rng.uniform(0.2, 0.9)) if rng.random() < 0.12 else 0.0,
        wavelet=wavelet,
        bits=int(rng.integers(4, 8)) if rng.random() < 0.06 else 8,
    )


def usual_sensor(rng: np.random.Generator) -> Sensor:
    """Draw a sensor such as analysts choose to count on: none of the faults that ``draw_sensor`` has at its ends."""
    return Sensor(
        blur=float(rng.uniform(0.35, 0.7)),
        haze=float(rng.beta(1.2, 6)) * 0.35,
        noise=float(10 ** rng.uniform(-2.8, -1.9)),
        jpeg=float(rng.uniform(60, 97)) if rng.random() < 0.6 else 100.0,
        gain=float(rng.uniform(0.8, 1.15)),
        gamma=float(rng.uniform(0.6, 1.05)),
        tint=(float(rng.normal(1, 0.05)), 1.0, float(rng.normal(1, 0.06))),
        sharpen=float(rng.uniform(0.2, 0.8)) if rng.random() < 0.4 else 0.0,
        saturation=0.0 if rng.random() < 0.15 else float(rng.uniform(0.6, 1.3)),
        pan_ratio=4 if rng.random() < 0.4 else 1,
    )
