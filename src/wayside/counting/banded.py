"""Symmetric matrices of few diagonals, in the lower banded form of scipy: row k holds the k-th diagonal below."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky_banded

__all__ = ["difference_squares", "inverse_diagonal"]


def difference_squares(n: int, order: int) -> NDArray[np.float64]:
    """Return DᵀD, D the (n - order, n) matrix of differences of an order of 1 or more; zero where n <= order.

    Returns:
        Shape (order + 1, n).
    """
    stencil = np.array([1.0])
    for _ in range(order):
        stencil = np.convolve(stencil, [-1.0, 1.0])
    band = np.zeros((order + 1, n))
    rows = max(0, n - order)
    for i in range(order + 1):
        for j in range(i + 1):
            band[i - j, j : j + rows] += stencil[i] * stencil[j]
    return band


def inverse_diagonal(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the diagonal of the inverse of a positive definite matrix of five diagonals.

    The elements of the inverse inside the band follow from the Cholesky factor alone, from the last row to the first
    (Takahashi, Fagan and Chin, 8th PICA conference, 1973): with A = L D Lᵀ, L of unit diagonal,

        Z[i, j] = δ(i, j) / d[i] - Σ_(k > i) L[k, i] Z[k, j].

    Args:
        matrix: shape (3, n), lower banded form as scipy has it: diagonal, first and second diagonal below.

    Returns:
        Shape (n,). Time and memory grow with n alone.
    """
    factor = cholesky_banded(matrix, lower=True)
    unit = factor / factor[0]
    one, two = unit[1].tolist(), unit[2].tolist()
    n = matrix.shape[1]
    one[-1] = 0.0
    two[-2:] = [0.0] * min(2, n)
    inverse_d = (1.0 / factor[0] ** 2).tolist()
    result = [0.0] * n
    # Z[i+1, i+1], Z[i+2, i+2] and Z[i+1, i+2], which the row before needs; nothing lies beyond the last row.
    near = far = across = 0.0
    for i in range(n - 1, -1, -1):
        a, b = one[i], two[i]
        beside = -a * near - b * across
        second = -a * across - b * far
        result[i] = inverse_d[i] - a * beside - b * second
        near, far, across = result[i], near, beside
    return np.array(result)
