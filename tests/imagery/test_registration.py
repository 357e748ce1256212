from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from scipy.ndimage import gaussian_filter, shift

from wayside.errors import ValueRefusedError
from wayside.imagery import register

Grey = NDArray[np.float64]


def texture(rng: np.random.Generator, size: int) -> Grey:
    """Ground at several scales with some sharp-edged blocks."""
    out = (
        gaussian_filter(rng.normal(size=(size, size)), 1.2) * 3 + gaussian_filter(rng.normal(size=(size, size)), 6) * 20
    )
    for _ in range(size * size // 8000):
        r, c = rng.integers(0, size - 20, 2)
        out[r : r + rng.integers(5, 40), c : c + rng.integers(5, 40)] += rng.normal() * 2
    return out


def pair(seed: int, down: float, right: float, *, size: int = 240) -> tuple[Grey, Grey]:
    """A picture and the same ground displaced, duller, noisier, with a tenth of it replaced by other content."""
    rng = np.random.default_rng(seed)
    wide = texture(rng, size + 80)
    one = wide[40:-40, 40:-40]
    other = shift(wide, (down, right), order=3, mode="reflect")[40:-40, 40:-40]
    other = 0.6 * other + 5 + rng.normal(size=other.shape) * 0.4
    for _ in range(size * size // 4000):
        r, c = rng.integers(0, size - 20, 2)
        other[r : r + 20, c : c + 20] = rng.normal() * 3
    return one + rng.normal(size=one.shape) * 0.2, other


@given(st.integers(0, 10_000), st.floats(-20, 20), st.floats(-20, 20))
@settings(max_examples=15, deadline=None)
def test_a_known_shift_is_found_to_a_tenth_of_a_cell(seed: int, down: float, right: float) -> None:
    found = register(*pair(seed, down, right), 1.0, reference_id="ref")
    assert found.registered
    assert found.reference == "ref"
    assert found.east_m == pytest.approx(right, abs=0.1)
    assert found.north_m == pytest.approx(-down, abs=0.1)


@pytest.mark.parametrize("size", [0.1, 0.3, 1.0, 4.7, 13.0, 19.6])
def test_small_and_large_shifts_are_found_in_metres(size: float) -> None:
    found = register(*pair(1, size, -size / 2), 0.5)
    assert found.east_m == pytest.approx(-size / 4, abs=0.05)
    assert found.north_m == pytest.approx(-size / 2, abs=0.05)


def test_unrelated_pictures_are_not_registered() -> None:
    rng = np.random.default_rng(2)
    for size in (64, 96, 200):
        for _ in range(15):
            found = register(texture(rng, size), texture(rng, size), 1.0)
            assert not found.registered
            assert (found.east_m, found.north_m) == (0.0, 0.0)


def test_a_shift_beyond_the_reach_is_not_invented() -> None:
    one, other = pair(4, 36.0, 0.0, size=300)
    assert not register(one, other, 1.0).registered


@pytest.mark.parametrize("kind", ["flat", "empty", "small"])
def test_pictures_with_nothing_in_them_are_not_registered(kind: str) -> None:
    one, other = pair(3, 2, 2)
    bad = {"flat": np.full_like(one, 7.0), "empty": np.full_like(one, np.nan), "small": one}[kind]
    if kind == "small":
        one, bad = one[:20, :20], other[:20, :20]
    assert not register(one, bad, 1.0).registered
    assert not register(bad, one, 1.0).registered


def test_missing_corners_do_not_mislead() -> None:
    one, other = pair(5, 3.3, -6.1)
    one, other = one.copy(), other.copy()
    one[:80, :90] = np.nan
    other[150:, 140:] = np.nan
    found = register(one, other, 1.0)
    assert (found.east_m, -found.north_m) == (pytest.approx(-6.1, abs=0.15), pytest.approx(3.3, abs=0.15))


def test_pictures_of_different_shape_are_refused() -> None:
    with pytest.raises(ValueRefusedError, match="differ in shape"):
        register(np.zeros((50, 50)), np.zeros((50, 51)), 1.0)


@pytest.mark.shared
def test_real_ground_is_registered_and_different_ground_is_not(shared_dir: Path) -> None:
    rng = np.random.default_rng(0)
    files = sorted((shared_dir / "imagery" / "ground").glob("*.tif"))[::5]
    kinds = {}
    for path in files:
        with pytest.warns(NotGeoreferencedWarning), rasterio.open(path) as dataset:
            kinds[path.stem.rstrip("0123456789")] = dataset.read().mean(axis=0)
    errors = []
    for picture in kinds.values():
        down, right = rng.uniform(-12, 12, 2)
        other = shift(picture, (down, right), order=3, mode="reflect")[28:228, 28:228] * 0.7 + 20
        found = register(picture[28:228, 28:228], other + rng.normal(size=other.shape) * 4, 0.5)
        assert found.registered
        errors.append(np.hypot(found.east_m / 0.5 - right, -found.north_m / 0.5 - down))
    assert np.median(errors) < 0.1
    names = list(kinds)
    for one, other in itertools.pairwise(names):
        assert not register(kinds[one][28:228, 28:228], kinds[other][28:228, 28:228], 0.5).registered


@pytest.mark.shared
@pytest.mark.parametrize("change", ["reversed in places", "under snow", "half outside"])
def test_real_ground_is_registered_when_it_looks_different(shared_dir: Path, change: str) -> None:
    rng = np.random.default_rng(4)
    errors = []
    for path in sorted((shared_dir / "imagery" / "ground").glob("*.tif"))[::6]:
        with pytest.warns(NotGeoreferencedWarning), rasterio.open(path) as dataset:
            picture = dataset.read().mean(axis=0).astype(np.float64)
        down, right = rng.uniform(-12, 12, 2)
        other = shift(picture, (down, right), order=3, mode="reflect")[28:228, 28:228]
        other = altered(other, change, rng) + rng.normal(size=other.shape) * 4
        found = register(picture[28:228, 28:228], other, 1.0)
        if found.registered:
            errors.append(np.hypot(found.east_m - right, -found.north_m - down))
    assert len(errors) >= 10
    assert max(errors) < 1.0
    assert np.median(errors) < 0.1


def altered(picture: Grey, change: str, rng: np.random.Generator) -> Grey:
    if change == "half outside":
        picture[:, :100] = np.nan
        return picture
    if change == "under snow":
        rough = gaussian_filter(np.hypot(*np.gradient(gaussian_filter(picture, 1))), 2)
        cover = np.clip(1.2 - rough / np.quantile(rough, 0.8), 0, 0.95)
        return picture * (1 - cover) + 230 * cover
    return np.where(gaussian_filter(rng.normal(size=picture.shape), 15) > 0, picture, 255 - picture)
