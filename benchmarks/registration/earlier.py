"""How scenes were registered before: one orientation correlation. Kept to be measured beside what took its place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import gaussian_filter

from wayside.model.checks import require, require_finite
from wayside.model.observations import Registration

__all__ = ["MAX_SHIFT_M", "MIN_QUALITY", "register"]

MAX_SHIFT_M = 30.0
"""Greatest shift that is looked for, metres."""
MIN_QUALITY = 0.35
"""Quality below which a scene counts as unregistered. Unrelated pictures stayed under 0.25 in 1,400 pairs, of
which 200 of real ground; 140 pairs of the same real ground, displaced, dulled and with noise, were over 0.45."""

_SMOOTH_PX = 1.0
_LEAST_PX = 24
_LEAST_CELLS = 2500
_PEAK_PX = 4
_NOISE_PEAK = 4.0
_CLEAR_PEAK = 10.0
_GRIDS = ((15, 0.1), (5, 0.02))
"""Reach, in steps, and step, in cells, of the grids on which the peak is looked for; a peak is about a cell wide."""


def register(
    reference: NDArray[np.floating], scene: NDArray[np.floating], pixel_m: float, *, reference_id: str = ""
) -> Registration:
    """Find how far the scene's content lies from the reference's, by correlating the directions of their gradients.

    Gradient directions (Fitch, Kadyrov, Christmas and Kittler, "Orientation correlation", BMVC 2002) do not change with
    brightness or contrast, so that haze and another sun matter less; each is weighted down where the gradient is
    not above the picture's noise. The peak is refined by an upsampled Fourier transform around it (Guizar-Sicairos,
    Thurman and Fienup, Optics Letters 33, 2008).

    Args:
        reference: shape (height, width), grey, north up; NaN where unusable.
        scene: same shape, same grid.
        pixel_m: size of a cell, metres.
        reference_id: id of the reference scene, kept in the result.

    Returns:
        The shift to apply to tracks drawn on the reference: east and north in metres. ``quality`` is one less the
        ratio of the second-highest peak to the highest, faded out for a peak that stands less than 10 standard
        deviations above the rest: about 0 for unrelated pictures. Below ``MIN_QUALITY`` the scene is
        unregistered and the shift is 0.
    """
    require(reference.ndim == 2 and reference.shape == scene.shape, "pictures to register differ in shape")
    require_finite("pixel_m", pixel_m, low=1e-3, high=1e3)
    none = Registration(registered=False, reference=reference_id)
    if min(reference.shape) < _LEAST_PX or reference.size < _LEAST_CELLS:
        return none
    one, other = _directions(reference), _directions(scene)
    if not (one.any() and other.any()):
        return none
    shape = tuple(fft.next_fast_len(n) for n in reference.shape)
    cross = np.conj(fft.fft2(one, shape)) * fft.fft2(other, shape)
    cross /= np.sqrt(np.abs(cross)) + 1e-9  # half-way to pure phase: sharp, but not led by empty frequencies
    surface = np.real(fft.ifft2(cross))
    reach = min(int(np.ceil(MAX_SHIFT_M / pixel_m)), min(reference.shape) // 2 - 1)
    near = np.roll(surface, (reach, reach), (0, 1))[: 2 * reach + 1, : 2 * reach + 1].astype(np.float64)
    peak = np.unravel_index(int(np.argmax(near)), near.shape)
    quality = _quality(near, int(peak[0]), int(peak[1]))
    down, right = _refined(cross, int(peak[0]) - reach, int(peak[1]) - reach)
    if quality < MIN_QUALITY or max(abs(int(peak[0]) - reach), abs(int(peak[1]) - reach)) == reach:
        return Registration(registered=False, quality=quality, reference=reference_id)
    return Registration(True, right * pixel_m, -down * pixel_m, quality, reference_id)


def _directions(picture: NDArray[np.floating]) -> NDArray[np.complex64]:
    """Return the gradient's direction as a unit complex number, faded where it is weak and towards the border."""
    usable = np.isfinite(picture)
    found = np.zeros(picture.shape, dtype=np.complex64)
    if usable.mean() < 0.05:
        return found
    # About the mean, so that single precision holds the gradients of 16-bit pictures too.
    level = np.mean(picture[usable], dtype=np.float64)
    smooth = gaussian_filter(np.where(usable, picture - level, 0.0).astype(np.float32), _SMOOTH_PX)
    gy, gx = np.gradient(smooth)
    if not usable.all():
        whole = gaussian_filter(usable.astype(np.float32), _SMOOTH_PX) > 0.999
        gy, gx = gy * whole, gx * whole
    # Noise: the median gradient; half of a scene is plain ground, and its directions mean nothing.
    strength = np.hypot(gx, gy)
    noise = float(np.median(strength[usable]))
    if noise == 0:
        noise = float(strength.max()) * 1e-3
    window = np.hanning(picture.shape[0] + 2)[1:-1, None] * np.hanning(picture.shape[1] + 2)[1:-1]
    weight = window.astype(np.float32) / (strength + np.float32(2 * noise + 1e-12))
    found.real, found.imag = gx * weight, gy * weight
    return found


def _quality(near: NDArray[np.float64], row: int, column: int) -> float:
    top = float(near[row, column])
    if top <= 0:
        return 0.0
    away = np.ones(near.shape, dtype=np.bool_)
    away[max(0, row - _PEAK_PX) : row + _PEAK_PX + 1, max(0, column - _PEAK_PX) : column + _PEAK_PX + 1] = False
    rest = near[away]
    if not rest.size:
        return 0.0
    clear = (top - float(rest.mean())) / max(float(rest.std()), 1e-12)
    alone = 1 - max(float(rest.max()), 0.0) / top
    return float(np.clip(alone, 0, 1) * np.clip((clear - _NOISE_PEAK) / (_CLEAR_PEAK - _NOISE_PEAK), 0, 1))


def _refined(cross: NDArray[np.complex64], down: int, right: int) -> tuple[float, float]:
    """Return the peak's place to 1/50 of a cell, from the Fourier sum evaluated on finer and finer grids around it."""
    row, column = float(down), float(right)
    for reach, step in _GRIDS:
        fine = np.linspace(-reach * step, reach * step, 2 * reach + 1)
        values = _fourier_sum(cross, row + fine, column + fine)
        i, j = np.unravel_index(int(np.argmax(values)), values.shape)
        row, column = row + float(fine[i]), column + float(fine[j])
    return row, column


def _fourier_sum(
    cross: NDArray[np.complex64], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return the inverse transform of ``cross``, not divided by its size, at every pair of ``rows`` and ``columns``."""
    fy, fx = fft.fftfreq(cross.shape[0]), fft.fftfreq(cross.shape[1])
    left = np.exp(2j * np.pi * rows[:, None] * fy).astype(np.complex64)
    right = np.exp(2j * np.pi * fx[:, None] * columns).astype(np.complex64)
    return np.asarray(np.real(left @ cross @ right))
