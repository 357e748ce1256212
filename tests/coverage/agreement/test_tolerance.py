"""What "about" means, against simulation and the joint distribution written out."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.agreement.tolerance import (
    RELATIVE_SD,
    Allowed,
    allowed,
    meant_by,
    rounding_step,
    side_of,
    tail_probability,
)
from wayside.model.agreement import MeasuredCount
from wayside.model.claims import Quantity


def about(figure: float) -> Quantity:
    return Quantity(figure, figure, "approximately", "1", figure)


@pytest.mark.parametrize(
    ("figure", "step"),
    [(0, 0), (2, 0.4), (12, 1), (15, 3), (20, 4), (70, 10), (73, 1), (75, 5), (100, 20), (250, 50), (1000, 200),
     (1234, 1),
     (60_000, 10_000), (2_500_000, 500_000), (0.3, 0.06), (-40, 8)],
)  # fmt: skip
def test_the_step_of_rounding(figure: float, step: float) -> None:
    assert rounding_step(figure) == pytest.approx(step)


@pytest.mark.parametrize("figure", [30.0, 70.0, 73.0, 100.0, 455.0])
def test_what_about_means_by_simulation(figure: float) -> None:
    rng = random.Random(7)  # noqa: S311  draws of a test
    half = rounding_step(figure) / 2
    drawn = [figure + rng.uniform(-half, half) + rng.gauss(0, RELATIVE_SD * figure) for _ in range(40_000)]
    meant = meant_by(figure)
    spacing = sorted(meant)[1] - min(meant)
    for n in (figure, figure + 2 * spacing, figure - 3 * spacing):
        share = sum(1 for x in drawn if n - spacing / 2 <= x < n + spacing / 2) / len(drawn)
        assert meant[n] == pytest.approx(share, abs=0.012)


@given(st.floats(0.1, 1e9))
def test_what_about_means_is_a_distribution_around_the_figure(figure: float) -> None:
    meant = meant_by(figure)
    assert math.fsum(meant.values()) == pytest.approx(1)
    assert min(meant.values()) >= 0
    assert list(meant) == sorted(meant)
    assert sum(n * p for n, p in meant.items()) == pytest.approx(figure, rel=0.01)
    assert len(meant) < 1000
    bounds = allowed(about(figure))
    assert bounds.low <= figure <= bounds.high
    inside = math.fsum(p for n, p in meant.items() if bounds.low <= n <= bounds.high)
    assert inside >= 0.95 - 1e-9
    assert math.fsum(p for n, p in meant.items() if n < bounds.low) <= 0.025 + 1e-9
    assert math.fsum(p for n, p in meant.items() if n > bounds.high) <= 0.025 + 1e-9


def test_the_widths_that_the_docstring_gives() -> None:
    assert [allowed(about(figure)) for figure in (73, 70, 1000)] == [
        Allowed(69, 77),
        Allowed(64, 76),
        Allowed(888, 1112),
    ]


@pytest.mark.parametrize(
    ("quantity", "bounds"),
    [
        (Quantity(73, 73, "exact", "1", 73), (73, 73)),
        (Quantity(70, None, "at least", "1", 70), (70, math.inf)),
        (Quantity(0, 20, "no more than", "1", 20), (0, 20)),
        (Quantity(20, 25, "between", "1", None), (20, 25)),
        (Quantity(2.5e6, 2.5e6, "exact", "1", 2.5e6), (2.45e6, 2.55e6)),
        (Quantity(14.5, 14.5, "exact", "km", 14.5), (14.45, 14.55)),
        (Quantity(None, None, "none stated"), (-math.inf, math.inf)),
    ],
)
def test_what_a_quantity_allows(quantity: Quantity, bounds: tuple[float, float]) -> None:
    found = allowed(quantity)
    assert (found.low, found.high) == pytest.approx(bounds)


def test_two_bounds_miss_each_other_only_where_no_number_is_in_both() -> None:
    assert Allowed(0, 20).misses(Allowed(21, math.inf))
    assert not Allowed(0, 20).misses(Allowed(20, math.inf))
    assert not Allowed(69, 77).misses(Allowed(70, math.inf))


@pytest.mark.parametrize(
    ("approximation", "side"),
    [("at least", "lower"), ("more than", "lower"), ("up to", "upper"), ("no more than", "upper"),
     ("fewer than", "upper"),
     ("exact", "figure"), ("approximately", "figure"), ("between", "figure")],
)  # fmt: skip
def test_sides(approximation: str, side: str) -> None:
    assert side_of(Quantity(1, 1, approximation, "1", 1)) == side


WEIGHTS = st.lists(st.integers(0, 9), min_size=1, max_size=12).filter(any)


@given(WEIGHTS, st.integers(0, 40), st.integers(0, 50), st.sampled_from(["exact", "at least", "no more than"]))
def test_the_tail_probability_of_a_bound_by_brute_force(weights: list[int], first: int, figure: int, kind: str) -> None:
    total = sum(weights)
    measured = MeasuredCount(first, tuple(weight / total for weight in weights))
    low = None if kind == "no more than" else float(figure)
    high = None if kind == "at least" else float(figure)
    drawn = list(itertools.chain.from_iterable([first + index] * weight for index, weight in enumerate(weights)))
    above = sum(1 for n in drawn if low is None or n >= low) / total
    below = sum(1 for n in drawn if high is None or n <= high) / total
    expected = min(1.0, 2 * min(above, below))
    assert tail_probability(Quantity(low, high, kind, "1", float(figure)), measured) == pytest.approx(expected)


@given(WEIGHTS, st.integers(0, 120), st.integers(1, 150))
def test_the_tail_probability_of_about_over_the_joint_distribution(weights: list[int], first: int, figure: int) -> None:
    total = sum(weights)
    measured = MeasuredCount(first, tuple(weight / total for weight in weights))
    joint = [
        (n, x, weight / total * p)
        for n, weight in enumerate(weights, first)
        for x, p in meant_by(float(figure)).items()
    ]
    above = math.fsum(p for n, x, p in joint if n >= x)
    below = math.fsum(p for n, x, p in joint if n <= x)
    found = tail_probability(about(float(figure)), measured)
    assert found == pytest.approx(min(1.0, 2 * min(above, below)), abs=1e-9)


def test_about_is_kinder_than_the_bare_figure_and_not_boundless(make: Any) -> None:
    measured = make.measured(70, (0.2, 0.6, 0.2))
    assert tail_probability(make.quantity(73), measured) == 0
    assert tail_probability(make.quantity(73, "approximately"), measured) > 0.2
    assert tail_probability(make.quantity(93, "approximately"), measured) < 0.001
