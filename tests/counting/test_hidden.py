"""How full the hidden track is: mixtures against plain sums, and the busyness of the visible track."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.counting.decode import decode_tracks
from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.facility import count_scene, track_part
from wayside.counting.hidden import START_RATES, busyness_weights, mix_counts, mix_scene_counts
from wayside.counting.potentials import DecoderSettings
from wayside.counting.sampling import frame_along
from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution

_N = 600


def _emission(occupied: float, *, visible: bool) -> Emission:
    return Emission(
        occupied=np.full(_N, occupied),
        boundary=np.full(_N + 1, -3.0),
        types=np.zeros((_N, len(TYPE_ORDER))),
        cover=np.zeros(_N),
        visible=np.full(_N, visible),
        step_m=0.5,
    )


def _expected_hidden(visible_occupied: float) -> float:
    """Return the expected cars on one hidden track beside three visible ones that all say the same."""
    emissions = [_emission(visible_occupied, visible=True)] * 3 + [_emission(0.0, visible=False)]
    runs = [decode_tracks(emissions, replace(DecoderSettings(), start_per_m=rate)) for rate, _ in START_RATES]
    weights = busyness_weights(runs)
    return float(sum(w * run[3].count.mean for w, run in zip(weights, runs, strict=True)))


_counts = st.builds(
    CountDistribution.from_weights,
    st.integers(0, 30),
    st.lists(st.floats(0.01, 1.0), min_size=1, max_size=12),
)


@given(st.lists(st.tuples(_counts, st.floats(0.01, 1.0)), min_size=1, max_size=4), st.integers(0, 45))
def test_a_mixture_is_the_weighted_sum_of_its_parts(parts: list[tuple[CountDistribution, float]], n: int) -> None:
    weights = np.array([w for _, w in parts])
    weights /= weights.sum()
    mixed = mix_counts([c for c, _ in parts], weights)
    expected = sum(w * c.probability(n) for w, (c, _) in zip(weights, parts, strict=True))
    assert math.isclose(mixed.probability(n), expected, abs_tol=1e-9)


def test_a_mixture_needs_a_weight_for_each_part() -> None:
    with pytest.raises(ValueRefusedError, match="weight"):
        mix_counts([CountDistribution.exactly(1)], np.array([0.5, 0.5]))
    with pytest.raises(ValueRefusedError, match="rate"):
        busyness_weights([])


def test_the_prior_weights_stand_where_nothing_is_seen() -> None:
    runs = [
        decode_tracks([_emission(0.0, visible=False)], replace(DecoderSettings(), start_per_m=rate))
        for rate, _ in START_RATES
    ]
    prior = np.array([p for _, p in START_RATES])
    assert np.allclose(busyness_weights(runs), prior / prior.sum(), atol=2e-3)


def test_rates_cover_an_idle_and_a_full_station() -> None:
    covered = [replace(DecoderSettings(), start_per_m=rate).prior_occupancy() for rate, _ in START_RATES]
    assert covered == sorted(covered)
    assert covered[0] < 0.05
    assert covered[-1] > 0.5


def test_empty_visible_tracks_make_hidden_ones_likelier_empty() -> None:
    assert _expected_hidden(-6.0) < 0.5 * _expected_hidden(6.0)


def test_a_scene_with_hidden_track_is_wider_than_any_one_rate_says() -> None:
    frame = frame_along(np.array([[0.0, 0.0], [_N * 0.5, 0.0]]))
    emissions = [_emission(0.0, visible=False)] * 4
    scenes = []
    runs = [decode_tracks(emissions, replace(DecoderSettings(), start_per_m=rate)) for rate, _ in START_RATES]
    for run in runs:
        parts = [track_part(str(k), d, e, frame) for k, (d, e) in enumerate(zip(run, emissions, strict=True))]
        scenes.append(count_scene(parts, 0.5, model="m", software="s"))
    weights = busyness_weights(runs)
    mixed = mix_scene_counts(scenes, weights)
    between = sum(w * s.count.mean for w, s in zip(weights, scenes, strict=True))
    assert math.isclose(mixed.count.mean, between, rel_tol=1e-6)
    interval = mixed.count.interval(0.9)
    middling = scenes[1].count.interval(0.9)
    assert interval.low <= middling.low
    assert interval.high > middling.high
    assert math.isclose(mixed.freight.mean + mixed.locomotives.mean, mixed.count.mean, rel_tol=0.2)
    assert len(mixed.tracks) == 4
