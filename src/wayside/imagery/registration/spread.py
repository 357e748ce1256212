"""How sure a shift is: how far the parts of a picture differ about it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from wayside.imagery.registration.fields import Field
from wayside.imagery.registration.surface import CrossSpectrum

__all__ = ["shift_spread"]

Array = NDArray[np.float64]
_BLOCKS = 3
"""Blocks along the shorter side of a picture."""
_LARGEST_PX = 128
_LEAST_PX = 16
_INFLATION = 1.5
_FLOOR_PX = 0.06
"""What the blocks cannot know of: shadows and views that move all edges alike. Both are from pairs of known shift."""


def shift_spread(
    spectrum: CrossSpectrum, weights: tuple[float, ...], at: tuple[float, float], shape: tuple[int, ...]
) -> float:
    """Return the standard error of a shift, cells, in the direction in which it is least certain.

    The shift is where the sum of the blocks' correlations has no slope. Each block has a slope of its own there; by how
    much they differ, over the curvature of their sum, is the error (the sandwich estimator with blocks as clusters).

    Args:
        spectrum: of the two pictures.
        weights: of the fields.
        at: the shift, down and right, cells.
        shape: of the pictures.
    """
    slopes, curvature = _slopes(spectrum, weights, at, shape)
    if len(slopes) < 2 or np.linalg.eigvalsh(curvature).max() >= 0:
        return math.inf
    inverse = np.linalg.inv(curvature)
    cover = inverse @ (slopes.T @ slopes) @ inverse * (len(slopes) / (len(slopes) - 1))
    return math.hypot(_INFLATION * math.sqrt(max(float(np.linalg.eigvalsh(cover).max()), 0.0)), _FLOOR_PX)


def _slopes(
    spectrum: CrossSpectrum, weights: tuple[float, ...], at: tuple[float, float], shape: tuple[int, ...]
) -> tuple[Array, Array]:
    """Return the slope of every block's correlation at the shift, (blocks, 2), and their sum's curvature (2, 2)."""
    fy = 2j * np.pi * fft.fftfreq(spectrum.gain.shape[1])[:, None].astype(np.complex64)
    fx = 2j * np.pi * fft.fftfreq(spectrum.gain.shape[2])[None].astype(np.complex64)
    back = np.exp(fy * np.float32(at[0])) * np.exp(fx * np.float32(at[1]))
    size = max(_LEAST_PX, min(_LARGEST_PX, min(shape) // _BLOCKS))
    slopes: Array = np.zeros(1)
    curvature = np.zeros((2, 2))
    for k, weight in enumerate(weights):
        if weight == 0:
            continue
        moved: Field = spectrum.second[k] * back
        own = np.conj(fft.ifft2(spectrum.first[k] * spectrum.gain[k]))
        parts = [_blocks(np.real(own * fft.ifft2(moved * f)), size) for f in (fy, fx)]
        slopes = slopes + weight * np.stack(parts, axis=-1)
        cross = np.conj(spectrum.first[k]) * moved * spectrum.gain[k]
        rows, columns = np.real(cross).sum(axis=1, dtype=np.float64), np.real(cross).sum(axis=0, dtype=np.float64)
        mixed = float(np.real(fy[:, 0] @ cross @ fx[0]))
        along = [float(np.real(rows @ fy[:, 0] ** 2)), float(np.real(columns @ fx[0] ** 2))]
        curvature += weight / cross.size * np.array([[along[0], mixed], [mixed, along[1]]])
    return np.atleast_2d(slopes), curvature


def _blocks(values: NDArray[np.float32], size: int) -> Array:
    """Return the sums over blocks of about ``size`` cells square, shape (blocks,)."""
    edges = [np.linspace(0, n, max(1, round(n / size)) + 1).astype(int)[:-1] for n in values.shape]
    return np.add.reduceat(np.add.reduceat(values, edges[0], axis=0), edges[1], axis=1).ravel().astype(np.float64)
