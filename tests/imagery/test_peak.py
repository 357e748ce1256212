"""The parts of registration, against the same computed plainly and in double precision."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import gaussian_filter, gaussian_filter1d, shift

from wayside.imagery.registration.fields import edge_fields
from wayside.imagery.registration.settle import settle
from wayside.imagery.registration.surface import cross_spectrum, find_peak, fit_surface, refined

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
    cross = cross_spectrum(edge_fields(one), edge_fields(other), 12).whitened.sum(axis=0)
    row, column = np.unravel_index(int(np.argmax(np.real(fft.ifft2(cross)))), cross.shape)
    row, column = (int(k) - n if k > n // 2 else int(k) for k, n in zip((row, column), cross.shape, strict=True))
    assert refined(cross, row, column) == pytest.approx(whole_grid(cross.astype(complex), row, column), abs=0.0201)


def plain_surface(one: Array, other: Array, reach: int) -> Array:
    """The sum of the products at every shift, one by one."""
    out = np.empty((2 * reach + 1, 2 * reach + 1))
    height, width = one.shape
    for i in range(-reach, reach + 1):
        for j in range(-reach, reach + 1):
            a = one[max(0, -i) : height - max(0, i), max(0, -j) : width - max(0, j)]
            b = other[max(0, i) : height + min(0, i), max(0, j) : width + min(0, j)]
            out[i + reach, j + reach] = np.real(np.conj(a) * b).sum()
    return out


def test_the_surface_without_whitening_is_the_sum_of_products() -> None:
    one, other = (edge_fields(p) for p in pair(1, (2.0, -3.0), 5.0))
    spectrum = cross_spectrum(one, other, 6)
    plain = np.asarray(np.conj(spectrum.first) * spectrum.second)
    surfaces, noise = fit_surface(plain, 6)
    for k in range(2):
        expected = plain_surface(one[k], other[k], 6)
        expected -= np.median(expected)
        np.testing.assert_allclose(surfaces[k] * noise[k], expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())
        assert np.median(np.abs(surfaces[k])) == pytest.approx(1 / 1.4826)


def test_the_score_is_half_the_squares_and_the_prior() -> None:
    surfaces = np.random.default_rng(3).normal(size=(2, 21, 21))
    surfaces[0, 12, 4] = 9.0
    surfaces[1, 12, 4] = -2.0
    surfaces[1, 3, 17] = 7.0
    peak = find_peak(surfaces, np.array([0.5, 2.0]), 2.0)

    def score(row: int, column: int) -> float:
        metres = np.hypot(row - 10, column - 10) * 2.0
        values = [max(surfaces[k, row, column], 0.0) ** 2 / 2 for k in (0, 1)]
        return float(sum(values) - 1.5 * np.log(1 + (metres / 8.0) ** 2))

    assert (peak.row, peak.column) == (12, 4)
    assert peak.margin == pytest.approx(score(12, 4) - score(3, 17))
    assert peak.weights == (18.0, 0.0)


def test_of_equal_peaks_the_nearer_one_is_taken() -> None:
    surfaces = np.zeros((2, 41, 41))
    surfaces[:, 20, 38] = surfaces[:, 24, 20] = 6.0
    peak = find_peak(surfaces, np.ones(2), 1.0)
    assert (peak.row, peak.column) == (24, 20)
    assert peak.margin == pytest.approx(1.5 * np.log((1 + (18 / 8) ** 2) / (1 + (4 / 8) ** 2)))


def test_fields_are_those_of_double_precision() -> None:
    picture = pair(3, (0.0, 0.0), 0.0)[0] * 40  # as bright as 16 bits allow
    picture[:30, :40] = np.nan
    usable = np.isfinite(picture)
    filled = np.where(usable, picture, picture[usable].mean())
    gy, gx = np.gradient(gaussian_filter(filled, 0.5))
    whole = np.ones(picture.shape)
    whole[:33, :43] = 0
    gradient = (gx + 1j * gy) * whole
    strength = np.abs(gradient)
    twice = 2 * np.median(strength[whole > 0])
    weight = whole * np.outer(*(np.sin(np.pi / 2 * np.minimum((edge(n) + 0.5) / (n // 8), 1)) ** 2 for n in (150, 180)))
    single = gradient * twice / (strength + twice) ** 2
    double = single * gradient / np.maximum(strength, 1e-9)
    for found, field in zip(edge_fields(picture), (single, double), strict=True):
        expected = (field - (field * weight).sum() / weight.sum()) * weight
        np.testing.assert_allclose(found, expected, atol=1e-4)


def edge(count: int) -> NDArray[np.int64]:
    return np.minimum(np.arange(count), np.arange(count)[::-1])


def test_the_double_field_does_not_see_reversed_contrast_and_the_single_one_does() -> None:
    picture = pair(5, (0.0, 0.0), 0.0)[0]
    (single, double), (back, same) = edge_fields(picture), edge_fields(-picture)
    np.testing.assert_allclose(same, double, atol=1e-5)
    np.testing.assert_allclose(back, -single, atol=1e-5)


def test_pictures_that_overlap_too_little_do_not_settle() -> None:
    one, other = pair(1, (0.0, 0.0), 0.0)
    assert settle(one, other, (0.0, 170.0), (1.0, 1.0)) is None


def test_pictures_do_not_settle_far_from_where_they_were_put() -> None:
    one, other = pair(1, (1.4, -1.2), 0.0)
    assert settle(one, other, (0.0, 0.0), (1.0, 1.0)) is None
    near = settle(one, other, (1.0, -1.0), (1.0, 1.0))
    assert near is not None
    assert (near.down, near.right) == pytest.approx((1.4, -1.2), abs=0.03)
