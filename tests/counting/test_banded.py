from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.counting.banded import difference_squares, inverse_diagonal


def dense(band: np.ndarray) -> np.ndarray:
    """The whole symmetric matrix of a lower banded form."""
    n = band.shape[1]
    return sum(
        (np.diag(band[k, : n - k], -k) + (np.diag(band[k, : n - k], k) if k else 0) for k in range(len(band)) if n > k),
        np.zeros((n, n)),
    )


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 9])
def test_difference_squares_are_those_of_numpy(n: int, order: int) -> None:
    d = np.diff(np.eye(n), order, axis=0) if n > order else np.zeros((0, n))
    assert np.array_equal(dense(difference_squares(n, order)), d.T @ d)


@given(st.integers(1, 30), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_inverse_diagonal_is_that_of_the_whole_inverse(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    band = rng.normal(size=(3, n))
    band[0] = 1.0 + np.abs(band[0]) + 2.0 * np.abs(band[1:]).sum(axis=0).max(initial=1.0)
    assert inverse_diagonal(band) == pytest.approx(np.diag(np.linalg.inv(dense(band))), rel=1e-9)
