"""The stock of each network, the priors that follow from gauges, and what they do to a count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.counting.by_track import decode_each, reading_for, settings_for
from wayside.counting.decode import ReadingSettings, TrackDecoding, decode_tracks
from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.lengths import STOCK, CarLength, LengthFamily, LengthPrior
from wayside.counting.potentials import DecoderSettings
from wayside.counting.stock_lengths import (
    GAUGE_NETWORKS,
    NETWORK_STOCK,
    length_prior,
    network_prior,
    network_shares,
    stock_of,
)
from wayside.errors import ValueRefusedError
from wayside.model.cars import CarType
from wayside.model.counts import CountDistribution
from wayside.model.places import MapPoint, StockNetwork, Track

RU, UIC, CN, AAR = StockNetwork.RU, StockNetwork.UIC, StockNetwork.CN, StockNetwork.AAR
TEST_SETTINGS = DecoderSettings()


def track(*gauges: int, network: StockNetwork | None = None) -> Track:
    return Track("1", (MapPoint(0.0, 0.0), MapPoint(0.01, 0.0)), gauges, network=network)


def string(cars: int, length_m: float, *, empty_m: float = 60.0, step_m: float = 0.5) -> Emission:
    """A train of which only the two ends show, as at 3 m."""
    first, last = round(empty_m / step_m), round((empty_m + cars * length_m) / step_m)
    n = last + first
    occupied = np.full(n, -6.0)
    occupied[first:last] = 6.0
    boundary = np.full(n + 1, -6.0)
    boundary[first + 1 : last] = 0.0
    boundary[[first, last]] = 6.0
    return Emission(occupied, boundary, np.zeros((n, len(TYPE_ORDER))), np.zeros(n), np.ones(n, dtype=bool), step_m)


def spread(count: CountDistribution) -> float:
    """Standard deviation of a count."""
    return float(np.sqrt(count.p @ (count.support - count.mean) ** 2))


def decoded(emission: Emission, prior: LengthPrior) -> TrackDecoding:
    return decode_tracks([emission], DecoderSettings(lengths=prior))[0]


# ---------------------------------------------------------------------- tables
shares = st.dictionaries(st.sampled_from(StockNetwork), st.floats(0.01, 1.0), min_size=1)


@given(shares, st.floats(0.25, 2.0))
def test_every_mixture_gives_distributions(mixture: dict[StockNetwork, float], step: float) -> None:
    table = network_prior(mixture).table(step)
    assert table.weight.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(table.f.sum(axis=1), 1.0)
    assert np.all(table.f > 0)
    total = sum(mixture.values())
    assert sum(share for _, share in stock_of(mixture)) == pytest.approx(total)


@pytest.mark.parametrize("network", StockNetwork)
def test_a_pure_family_has_the_mean_of_its_stock(network: StockNetwork) -> None:
    base = LengthPrior(mixed=0.0, stray=0.0, floor=1e-6, engines=0.0, high_m=34.0)
    prior = network_prior({network: 1.0}, base, doubt=0.0)
    table = prior.table(0.25)
    rows = [row for row in NETWORK_STOCK[network] if row.type is not CarType.LOCOMOTIVE]
    total = sum(row.share for row in rows)
    for family, mean, weight in zip(prior.families, table.mean * 0.25, table.weight, strict=True):
        own = [row for row in rows if row.family == family.name]
        assert weight == pytest.approx(sum(row.share for row in own) / total)
        assert mean == pytest.approx(np.average([r.length_m for r in own], weights=[r.share for r in own]), abs=0.02)


@pytest.mark.parametrize("network", StockNetwork)
def test_every_network_has_every_type_within_the_bounds_of_the_prior(network: StockNetwork) -> None:
    rows = NETWORK_STOCK[network]
    assert {row.type for row in rows} == set(TYPE_ORDER)
    prior = LengthPrior()
    assert all(prior.low_m < row.length_m < prior.high_m for row in rows)


@pytest.mark.parametrize(
    ("network", "length_m", "probable"),
    [
        (RU, 12.02, True),
        (RU, 13.92, True),
        (RU, 18.5, False),
        (RU, 28.5, False),
        (UIC, 19.74, True),
        (UIC, 26.39, True),
        (CN, 12.22, True),
        (CN, 17.07, True),
        (CN, 28.5, False),
        (AAR, 28.5, True),
        (AAR, 18.15, True),
        (AAR, 12.02, False),
    ],
)
def test_a_network_knows_its_own_stock(network: StockNetwork, length_m: float, probable: bool) -> None:
    table = network_prior({network: 1.0}, doubt=0.0).table(0.5)
    p = (table.weight @ table.f)[round(length_m / 0.5) - table.shortest]
    uniform = 1.0 / table.f.shape[1]
    assert (p > 1.2 * uniform) if probable else (p < 0.8 * uniform)


# ---------------------------------------------------------------------- gauges
@pytest.mark.parametrize(
    ("gauges", "network", "expected"),
    [
        ((), None, {}),
        ((1520,), None, {RU: 1.0}),
        ((1524,), None, {RU: 1.0}),
        ((1520, 1524), None, {RU: 1.0}),
        ((1435,), None, {UIC: 1 / 3, CN: 1 / 3, AAR: 1 / 3}),
        ((1520, 1435), None, {RU: 1 / 2, UIC: 1 / 6, CN: 1 / 6, AAR: 1 / 6}),
        ((1435,), CN, {CN: 1.0}),
        ((1520, 1435), CN, {RU: 1 / 2, CN: 1 / 2}),
        ((1435, 1520), RU, {UIC: 1 / 6, CN: 1 / 6, AAR: 1 / 6, RU: 1 / 2}),
        ((1520,), CN, {CN: 1.0}),
        ((), AAR, {AAR: 1.0}),
        ((1000,), None, {}),
        ((1435, 1668), None, {}),
        ((1000,), UIC, {UIC: 1.0}),
    ],
)
def test_shares_follow_the_gauge_and_the_network(
    gauges: tuple[int, ...], network: StockNetwork | None, expected: dict[StockNetwork, float]
) -> None:
    assert network_shares(gauges, network) == pytest.approx(expected)


@given(
    st.lists(st.sampled_from([*GAUGE_NETWORKS, 1000]), max_size=3, unique=True),
    st.none() | st.sampled_from(StockNetwork),
)
def test_shares_are_a_distribution_or_say_nothing(gauges: list[int], network: StockNetwork | None) -> None:
    found = network_shares(gauges, network)
    assert not found or sum(found.values()) == pytest.approx(1.0)
    assert network is None or network in found or 1000 in gauges
    assert network_shares(gauges[::-1], network) == pytest.approx(found)


def test_a_mixture_without_networks_or_of_no_share_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match="at least one"):
        network_prior({})
    with pytest.raises(ValueRefusedError, match="share of RU"):
        network_prior({RU: 0.0})


def test_doubt_is_one_family_with_every_length_of_the_base() -> None:
    alone, doubting = (network_prior({UIC: 1.0}, doubt=d) for d in (0.0, 0.2))
    assert network_prior({UIC: 2.0}, doubt=0.2).families[0].weight == pytest.approx(doubting.families[0].weight)
    *own, elsewhere = doubting.families
    assert sum(family.weight for family in alone.families) == pytest.approx(1.0)
    assert [f.weight for f in own] == pytest.approx([0.8 * f.weight for f in alone.families])
    assert elsewhere.weight == pytest.approx(0.2)
    total = sum(family.weight for family in STOCK)
    mean = sum(
        f.weight / total * np.average([c.length_m for c in f.lengths], weights=[c.share for c in f.lengths])
        for f in STOCK
    )
    assert sum(c.share for c in elsewhere.lengths) == pytest.approx(1.0)
    assert sum(c.share * c.length_m for c in elsewhere.lengths) == pytest.approx(mean)
    with pytest.raises(ValueRefusedError, match="doubt"):
        network_prior({UIC: 1.0}, doubt=1.0)


def test_the_rest_of_the_prior_stays() -> None:
    base = LengthPrior(mixed=0.2, stray=0.05, engines=0.1, floor=0.02, blur_m=0.5, low_m=7.0, high_m=31.0)
    prior = length_prior((1520,), base=base)
    for name in ("mixed", "stray", "engines", "floor", "blur_m", "low_m", "high_m"):
        assert getattr(prior, name) == getattr(base, name)
    assert length_prior((1000,), base=base) is base
    assert length_prior() == LengthPrior()


# ---------------------------------------------------------------------- counts
def test_the_right_gauge_makes_the_count_narrower_and_better_centred() -> None:
    for cars, length_m in ((40, 12.02), (36, 13.92), (34, 14.73)):
        emission = string(cars, length_m)
        unknown, right = (decoded(emission, prior).count for prior in (LengthPrior(), length_prior((1520,))))
        assert spread(right) < 0.95 * spread(unknown)
        assert abs(right.mean - cars) < 0.9 * abs(unknown.mean - cars)
        near = range(cars - 1, cars + 2)
        assert sum(map(right.probability, near)) > 1.1 * sum(map(unknown.probability, near))


def test_a_wrong_gauge_is_worse_and_still_decodes() -> None:
    emission = string(40, 12.02)
    right, wrong = (decoded(emission, length_prior((), network)) for network in (RU, AAR))
    assert abs(wrong.count.mean - 40) > abs(right.count.mean - 40)
    assert wrong.count.mean > 20
    assert wrong.occupied_m == pytest.approx(40 * 12.02, abs=2.0)


def test_a_wrong_gauge_does_not_halve_long_cars_in_silence() -> None:
    # Autoracks of 28.5 m with couplings that are seen dimly, on a track that is said to be Russian.
    cars = 12
    emission = string(cars, 28.5)
    first = round(60.0 / 0.5)
    boundary = emission.boundary.copy()
    boundary[first + 1 : first + cars * 57] = -1.0
    boundary[first : first + cars * 57 + 1 : 57] = 2.0
    emission = Emission(emission.occupied, boundary, emission.types, emission.cover, emission.visible, 0.5)
    right, trusting, doubting = (
        decoded(emission, network_prior({network: 1.0}, doubt=doubt)).count
        for network, doubt in ((AAR, 0.2), (RU, 0.0), (RU, 0.2))
    )
    assert right.mode == cars
    assert doubting.probability(cars) > 10.0 * trusting.probability(cars)
    assert abs(doubting.mean - cars) < abs(trusting.mean - cars)


def test_a_wrong_gauge_changes_no_count_where_the_couplings_show() -> None:
    cars, length_m = 20, 12.0
    emission = string(cars, length_m)
    first = round(60.0 / 0.5)
    boundary = emission.boundary.copy()
    boundary[first : first + cars * 24 + 1] = -8.0
    boundary[first : first + cars * 24 + 1 : 24] = 8.0
    emission = Emission(emission.occupied, boundary, emission.types, emission.cover, emission.visible, 0.5)
    for network in StockNetwork:
        found = decoded(emission, length_prior((), network)).count
        assert (found.median, found.interval(0.9)) == (cars, (cars, cars))


def test_an_articulated_wagon_is_one_car() -> None:
    emission = string(1, 26.4)
    boundary = emission.boundary.copy()
    boundary[len(boundary) // 2] = -1.0  # the middle is seen, and looks like no coupling
    emission = Emission(emission.occupied, boundary, emission.types, emission.cover, emission.visible, 0.5)
    unknown, european = (decoded(emission, prior).count for prior in (LengthPrior(), length_prior((), UIC)))
    assert european.probability(1) > unknown.probability(1)
    assert european.mode == 1


# ---------------------------------------------------------------------- tracks
def test_settings_follow_the_track() -> None:
    assert settings_for(track(), TEST_SETTINGS) is TEST_SETTINGS
    assert settings_for(track(1000), TEST_SETTINGS) is TEST_SETTINGS
    found = settings_for(track(1520), TEST_SETTINGS)
    assert found.lengths == length_prior((1520,))
    assert found == settings_for(track(1524), TEST_SETTINGS)
    assert DecoderSettings(lengths=found.lengths) == found


def test_a_prior_that_was_learnt_at_the_site_is_kept() -> None:
    family = LengthFamily("coal", 1.0, (CarLength(13.44, 0.1, 1.0),))
    learnt = DecoderSettings(lengths=LengthPrior(families=(family,)))
    assert settings_for(track(1520), learnt) is learnt


def test_types_are_read_with_the_stock_of_the_track_and_the_blur_of_the_image() -> None:
    base = ReadingSettings(least_type_p=0.3)
    plain, russian = reading_for(track(), 0.8, base), reading_for(track(1520), 0.8, base)
    assert (plain.gsd_m, plain.least_type_p) == (russian.gsd_m, russian.least_type_p) == (0.8, 0.3)
    assert plain.type_lengths is base.type_lengths
    box = TYPE_ORDER.index(CarType.BOX)
    autorack = [how.type_lengths.log_ratio(28.5, 0.4)[box] for how in (plain, russian)]
    assert autorack[0] > autorack[1]


def test_strips_are_decoded_with_the_prior_of_their_tracks_in_order() -> None:
    emissions = [string(10, 12.02), string(12, 13.92), string(8, 14.73), string(9, 12.02), string(7, 17.07)]
    tracks = [track(1520), track(), track(1435), track(1520), track(network=CN)]
    found = decode_each(emissions, tracks, TEST_SETTINGS)
    for emission, where, decoding in zip(emissions, tracks, found, strict=True):
        alone = decode_tracks([emission], settings_for(where, TEST_SETTINGS))[0]
        np.testing.assert_allclose(decoding.covered, alone.covered, atol=1e-9)
        assert decoding.count.mean == pytest.approx(alone.count.mean)
    with pytest.raises(ValueRefusedError, match="5 strips and 1 tracks"):
        decode_each(emissions, tracks[:1], TEST_SETTINGS)


def test_tracks_that_say_nothing_are_decoded_as_before() -> None:
    emissions = [string(10, 12.02), string(12, 13.92)]
    before = decode_tracks(emissions, TEST_SETTINGS)
    after = decode_each(emissions, [track(), track()], TEST_SETTINGS)
    for old, new in zip(before, after, strict=True):
        assert old.count.p.tobytes() == new.count.p.tobytes()
        assert old.covered.tobytes() == new.covered.tobytes()
