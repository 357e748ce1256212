"""The refined peak of registration, against the finest grid searched whole and in double precision."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import gaussian_filter, gaussian_filter1d, shift

from wayside.imagery.registration import _directions, _refined, register

Array = NDArray[np.float64]


def pair(seed: int, moved: tuple[float, float], noise: float) -> tuple[Array, Array]:
    """A textured picture, and the same moved down and right, duller and with noise."""
    rng = np.random.default_rng(seed)
    ground = gaussian_filter(rng.normal(size=(150, 180)), 1.5) * 400 + gaussian_filter1d(rng.normal(size=180), 4) * 90
    other = shift(ground, moved, order=3, mode="reflect") * 0.7 + rng.normal(size=ground.shape) * noise
    return ground + 900, other + 300


def whole_grid(cross: NDArray[np.complex128], down: int, right: int) -> tuple[float, float]:
    fine = np.arange(-75, 76) / 50
    rows = np.exp(2j * np.pi * (down + fine)[:, None] * fft.fftfreq(cross.shape[0]))
    columns = np.exp(2j * np.pi * fft.fftfreq(cross.shape[1])[:, None] * (right + fine))
    values = np.real(rows @ cross @ columns)
    i, j = np.unravel_index(int(np.argmax(values)), values.shape)
    return down + fine[i], right + fine[j]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("noise", [0.0, 15.0])
def test_the_peak_is_the_highest_of_the_finest_grid(seed: int, noise: float) -> None:
    down, right = np.random.default_rng(50 + seed).uniform(-9, 9, 2).tolist()
    one, other = pair(seed, (down, right), noise)
    spectra = [fft.fft2(_directions(picture)) for picture in (one, other)]
    cross = np.conj(spectra[0]) * spectra[1]
    cross /= np.sqrt(np.abs(cross)) + 1e-9
    row, column = np.unravel_index(int(np.argmax(np.real(fft.ifft2(cross)))), cross.shape)
    row, column = (int(k) - n if k > n // 2 else int(k) for k, n in zip((row, column), cross.shape, strict=True))
    assert _refined(cross, row, column) == pytest.approx(whole_grid(cross.astype(complex), row, column), abs=0.0201)
    found = register(one, other, 2.0)
    assert found.registered
    assert (found.east_m, -found.north_m) == pytest.approx((2 * right, 2 * down), abs=0.2)


def test_directions_are_those_of_double_precision() -> None:
    picture = pair(3, (0.0, 0.0), 0.0)[0] * 40  # as bright as 16 bits allow
    picture[:30, :40] = np.nan
    usable = np.isfinite(picture)
    filled = np.where(usable, picture, picture[usable].mean())
    gy, gx = np.gradient(gaussian_filter(filled, 1.0))
    whole = gaussian_filter(usable.astype(float), 1.0) > 0.999
    strength = np.hypot(gx, gy) * whole
    window = np.hanning(152)[1:-1, None] * np.hanning(182)[1:-1]
    expected = (gx + 1j * gy) * whole / (strength + 2 * np.median(strength[usable]) + 1e-12) * window
    np.testing.assert_allclose(_directions(picture), expected, atol=1e-4)
