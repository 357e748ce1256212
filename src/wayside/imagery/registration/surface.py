"""How well two pictures fit at every shift, and the best of them to a fiftieth of a cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from wayside.imagery.registration.fields import Field

__all__ = ["CrossSpectrum", "Peak", "cross_spectrum", "find_peak", "fit_surface", "refined"]

WHITENING = (0.75, 0.5)
"""How far the cross-spectrum of each field goes from plain correlation (0) to pure phase (1): towards sharp peaks, but
not led by empty frequencies."""
PRIOR_SCALE_M = 8.0
"""Shifts beyond this become less and less likely before anything is seen."""
_PRIOR_POWER = 1.5
_OWN_PX = 3
"""Cells around the peak that belong to it."""
_GRIDS = ((15, 0.1), (5, 0.02))
"""Reach, in steps, and step, in cells, of the grids on which the peak is looked for; a peak is about a cell wide."""


@dataclass(frozen=True, eq=False)
class CrossSpectrum:
    """The cross-spectra of two pictures' fields.

    Attributes:
        first, second: the fields' transforms, shape (fields, height, width), padded so that shifts do not wrap around.
        gain: weight of each frequency, same shape: the whitening.
    """

    first: Field
    second: Field
    gain: NDArray[np.float32]

    @property
    def whitened(self) -> Field:
        """The whitened cross-spectra, shape (fields, height, width)."""
        return np.asarray(np.conj(self.first) * self.second * self.gain, dtype=np.complex64)


@dataclass(frozen=True, slots=True)
class Peak:
    """The best shift on the grid of whole cells.

    Attributes:
        row, column: its place on the surface.
        margin: by how much its score is higher than that of the best shift elsewhere.
        weights: what each field's correlation counts there, in units of its own noise.
    """

    row: int
    column: int
    margin: float
    weights: tuple[float, ...]


def cross_spectrum(one: tuple[Field, ...], other: tuple[Field, ...], reach: int) -> CrossSpectrum:
    """Return the cross-spectra of two pictures' fields, whitened (``WHITENING``).

    Args:
        one: fields of the first picture.
        other: fields of the second, of equal shape.
        reach: greatest shift that will be looked at, cells.
    """
    shape = tuple(fft.next_fast_len(n + reach) for n in one[0].shape)
    first, second = np.empty((2, len(one), *shape), dtype=np.complex64)
    gain = np.empty(first.shape, dtype=np.float32)
    for k, (a, b) in enumerate(zip(one, other, strict=True)):
        first[k], second[k] = fft.fft2(a, shape), fft.fft2(b, shape)
    for k, power in enumerate(WHITENING):
        size = (np.abs(first[k]) * np.abs(second[k])) ** np.float32(power)
        gain[k] = 1 / np.maximum(size, max(float(size.max()) * 1e-6, 1e-30))
    return CrossSpectrum(first, second, gain)


def fit_surface(whitened: Field, reach: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the correlation of each field at every shift of whole cells up to ``reach``, in units of its own noise.

    Returns:
        The surfaces, shape (fields, 2 reach + 1, 2 reach + 1), rows down and columns right, no shift in the middle; and
        each one's noise, as the surfaces' median absolute deviation times 1.4826.
    """
    span = 2 * reach + 1
    plain = np.stack([np.roll(np.real(fft.ifft2(c)), (reach, reach), (0, 1))[:span, :span] for c in whitened])
    plain = plain.astype(np.float64)
    plain -= np.median(plain, axis=(1, 2), keepdims=True)
    noise = np.maximum(1.4826 * np.median(np.abs(plain), axis=(1, 2)), 1e-30)
    return plain / noise[:, None, None], noise


def find_peak(surfaces: NDArray[np.float64], noise: NDArray[np.float64], pixel_m: float) -> Peak:
    """Return the shift with the highest score.

    A score is half the sum of the fields' squared correlations in units of noise (a log-likelihood ratio, were the
    noise Gaussian and the fields independent), plus the logarithm of a prior with heavy tails: small shifts are
    likelier.
    """
    reach = surfaces.shape[1] // 2
    steps = np.arange(-reach, reach + 1) * (pixel_m / PRIOR_SCALE_M)
    prior = -_PRIOR_POWER * np.log1p(steps[:, None] ** 2 + steps**2)
    score = np.square(np.maximum(surfaces, 0)).sum(axis=0) / 2 + prior
    row, column = (int(k) for k in np.unravel_index(int(np.argmax(score)), score.shape))
    away = np.ones(score.shape, dtype=np.bool_)
    away[max(0, row - _OWN_PX) : row + _OWN_PX + 1, max(0, column - _OWN_PX) : column + _OWN_PX + 1] = False
    rest = float(score[away].max()) if away.any() else float(score[row, column])
    top = np.maximum(surfaces[:, row, column], 0) / noise
    return Peak(row, column, float(score[row, column]) - max(rest, 0.0), tuple(float(v) for v in top))


def refined(cross: Field, down: int, right: int) -> tuple[float, float]:
    """Return the peak's place to 1/50 of a cell, from the Fourier sum evaluated on finer and finer grids around it.

    The upsampled transform of Guizar-Sicairos, Thurman and Fienup, Optics Letters 33, 2008.
    """
    row, column = float(down), float(right)
    for reach, step in _GRIDS:
        fine = np.linspace(-reach * step, reach * step, 2 * reach + 1)
        values = _fourier_sum(cross, row + fine, column + fine)
        i, j = np.unravel_index(int(np.argmax(values)), values.shape)
        row, column = row + float(fine[i]), column + float(fine[j])
    return row, column


def _fourier_sum(cross: Field, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the inverse transform of ``cross``, not divided by its size, at every pair of ``rows`` and ``columns``."""
    fy, fx = fft.fftfreq(cross.shape[0]), fft.fftfreq(cross.shape[1])
    left = np.exp(2j * np.pi * rows[:, None] * fy).astype(np.complex64)
    right = np.exp(2j * np.pi * fx[:, None] * columns).astype(np.complex64)
    return np.asarray(np.real(left @ cross @ right))
