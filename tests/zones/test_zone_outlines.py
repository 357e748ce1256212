"""Outlines of patches, held against another way of filling them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import binary_fill_holes, label
from shapely import Polygon

from wayside.zones.outlines import outlines_of

masks = arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9)))


@settings(max_examples=300, deadline=None)
@given(masks)
def test_exact_rings_enclose_their_patches(mask: np.ndarray) -> None:
    patches, count = label(mask)
    sizes = np.bincount(patches.ravel(), minlength=count + 1)[1:]
    rings = outlines_of(mask, tolerance=0.0)
    assert len(rings) == (sizes >= 3).sum()
    # A hole that touches the outside at a corner is outside.
    filled = sorted(
        int(binary_fill_holes(patches == k, np.ones((3, 3))).sum())
        for k in range(1, count + 1)
        if (patches == k).sum() >= 3
    )
    areas = sorted(Polygon(ring).area for ring in rings)
    assert areas == pytest.approx(filled)
    assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)


@settings(max_examples=100, deadline=None)
@given(masks)
def test_simplified_rings_keep_near(mask: np.ndarray) -> None:
    for exact, simple in zip(outlines_of(mask, tolerance=0.0), outlines_of(mask), strict=True):
        assert len(simple) <= len(exact)
        assert set(simple) <= set(exact) | {simple[0]}


def test_the_largest_comes_first_and_columns_are_x() -> None:
    mask = np.zeros((6, 12), np.bool_)
    mask[1:3, 1:3] = True
    mask[2:5, 6:11] = True
    first, second = outlines_of(mask)
    assert Polygon(first).bounds == (6.0, 2.0, 11.0, 5.0)
    assert Polygon(second).bounds == (1.0, 1.0, 3.0, 3.0)


def test_nothing_has_no_outline() -> None:
    assert outlines_of(np.zeros((5, 5), np.bool_)) == ()
