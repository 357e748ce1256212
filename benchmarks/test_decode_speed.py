"""How long decoding takes: ten strips of 1 km, 0.5 m columns, and one scene with 5 km of track."""

from __future__ import annotations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from wayside.counting.decode import decode_tracks
from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.fitting import count_distributions
from wayside.counting.potentials import DecoderSettings


def strip(rng: np.random.Generator, columns: int) -> Emission:
    """Trains of 3 to 23 cars with noisy evidence."""
    occupied, boundary = np.full(columns, -4.0), np.full(columns + 1, -4.0)
    at = 0
    while at < columns:
        at += int(rng.integers(40, 400))
        for length in rng.choice([24, 28, 29, 34], size=rng.integers(3, 24)).tolist():
            if at + length > columns:
                break
            occupied[at : at + length] = 4.0
            boundary[[at, at + length]] = 3.0
            at += length
    return Emission(
        occupied + rng.normal(0, 1.5, columns),
        boundary + rng.normal(0, 1.0, columns + 1),
        np.zeros((columns, len(TYPE_ORDER))),
        np.zeros(columns),
        np.ones(columns, dtype=bool),
        0.5,
    )


@pytest.mark.parametrize("strips", [1, 5, 10])
def test_decode_strips_of_one_kilometre(benchmark: BenchmarkFixture, strips: int) -> None:
    rng = np.random.default_rng(0)
    emissions = [strip(rng, 2000) for _ in range(strips)]
    found = benchmark(decode_tracks, emissions, DecoderSettings())
    assert len(found) == strips


def test_counts_alone(benchmark: BenchmarkFixture) -> None:
    rng = np.random.default_rng(0)
    emissions = [strip(rng, 2000) for _ in range(10)]
    assert len(benchmark(count_distributions, emissions, DecoderSettings())) == 10


def test_forty_short_tracks(benchmark: BenchmarkFixture) -> None:
    rng = np.random.default_rng(0)
    emissions = [strip(rng, int(n)) for n in rng.integers(100, 500, size=40)]
    assert len(benchmark(decode_tracks, emissions, DecoderSettings())) == 40
