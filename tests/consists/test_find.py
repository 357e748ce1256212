"""Trains recognised again, and those that must not be."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.consists.find import compare, find_matches, pairs_within
from wayside.consists.find import testable as pairs_to_pay_for
from wayside.consists.settings import ConsistSettings
from wayside.consists.shuffles import arrangements, shuffled
from wayside.consists.significance import chance_of
from wayside.errors import ValueRefusedError
from wayside.model.cars import CarType, Cover
from wayside.model.consists import Alignment, Consist, ConsistCar, ConsistMatch, Shuffle

QUICK = ConsistSettings(shuffles=999, shuffles_open=1999)
KINDS = (
    (13.9, CarType.GONDOLA), (14.7, CarType.BOX), (12.0, CarType.TANK), (14.6, CarType.FLAT),
    (19.6, CarType.CONTAINER_FLAT), (14.7, CarType.HOPPER), (17.0, CarType.BOX), (21.0, CarType.TANK),
)  # fmt: skip
Car = tuple[int, tuple[float, float, float]]


def random_cars(number: int, rng: np.random.Generator, repeat: float = 0.1) -> list[Car]:
    """Kind and colour (logarithms) of cars, each like the one before it with probability ``repeat``."""
    cars: list[Car] = []
    for _ in range(number):
        if not cars or rng.random() > repeat:
            bright = rng.normal(0, 0.55)
            red, blue = rng.normal(0, 0.12, 2)
            cars.append((int(rng.integers(len(KINDS))), (bright + red, bright, bright + blue)))
        else:
            cars.append(cars[-1])
    return cars


def read(
    cars: list[Car], name: str, day: int, rng: np.random.Generator, *, site: str = "yard", gsd_m: float = 0.5,
    colour: bool = True, turned: bool = False,
) -> Consist:  # fmt: skip
    """Return the cars as an image shows them: errors of length, of colour, and a shift that all share."""
    shared = rng.normal(0, 0.35)
    at, found = 100.0, []
    for kind, tone in cars[::-1] if turned else cars:
        length, type_ = KINDS[kind]
        length = max(8.0, length + float(rng.normal(0, 0.4)))
        log = np.array(tone) + shared + rng.normal(0, 0.15) + rng.normal(0, 0.03, 3)
        rgb = tuple(float(v) for v in np.tanh(np.clip(log, -4, 4) / 2)) if colour else None
        found.append(ConsistCar(at, at + length, rgb, type_, 0.7, Cover.COVERED))  # type: ignore[arg-type]
        at += length + 0.5
    when = date(2023, 1, 1) + timedelta(days=day)
    return Consist(f"{site}/{name}", site, f"scene-{name}", when, "1", gsd_m, tuple(found))


def others(number: int, rng: np.random.Generator, repeat: float = 0.3) -> list[Consist]:
    """Return unrelated trains on days of their own."""
    return [read(random_cars(int(rng.integers(8, 19)), rng, repeat), f"other-{k}", k % 12, rng) for k in range(number)]


@pytest.fixture(scope="module")
def match() -> ConsistMatch:
    return find_matches(_twice(1), seed=5, settings=QUICK)[0]


def _twice(seed: int, cars: int = 18, repeat: float = 0.0, **how: object) -> list[Consist]:
    rng = np.random.default_rng(seed)
    train = random_cars(cars, rng, repeat)
    first, second = read(train, "a", 2, rng), read(train, "b", 9, rng, **how)  # type: ignore[arg-type]
    return [*others(12, rng), first, second]


@pytest.mark.parametrize("turned", [False, True])
def test_a_mixed_train_is_found_again_in_either_direction(turned: bool) -> None:
    match = find_matches(_twice(1, turned=turned), seed=5, settings=QUICK)[0]
    assert (match.first.id, match.second.id) == ("yard/a", "yard/b")
    assert match.alignment.reversed is turned
    assert match.matched >= 16
    right = [(i, 17 - i if turned else i) for i in range(18)]
    assert len(set(right) & set(match.alignment.matched)) >= 15
    assert match.p_value <= match.p_corrected <= QUICK.level
    assert match.log10_ratio > 3
    assert match.days_apart == 7
    assert match.same_site


def test_a_lost_locomotive_and_a_lost_car_leave_gaps() -> None:
    trains = _twice(2)
    second = trains[-1]
    kept = second.cars[:7] + second.cars[8:]
    trains[-1] = replace(second, cars=kept)
    match = find_matches(trains, seed=5, settings=QUICK)[0]
    assert (match.first.id, match.second.id) == ("yard/a", "yard/b")
    assert (7, None) in match.alignment.pairs


@pytest.mark.parametrize("seed", range(6))
def test_a_train_of_one_kind_is_never_found_again(seed: int) -> None:
    found = find_matches(_twice(seed, repeat=1.0), seed=1, settings=QUICK)
    assert {"yard/a", "yard/b"} not in [{m.first.id, m.second.id} for m in found]


def test_two_blocks_of_a_common_kind_are_not_enough() -> None:
    rng = np.random.default_rng(8)
    blocks = [random_cars(1, rng)[0] for _ in range(3)]
    trains = [read([blocks[k % 3]] * 9 + [blocks[(k + 1) % 3]] * 9, f"t{k}", k, rng) for k in range(9)]
    found = find_matches(trains, seed=1, settings=QUICK)
    assert found == ()


def test_unrelated_trains_seldom_match() -> None:
    found = 0
    for seed in range(5):
        found += bool(find_matches(others(14, np.random.default_rng(300 + seed)), seed=seed, settings=QUICK))
    assert found <= 2  # the level is 0.05 for each of the five sites: three or more have a probability of 0.001


def test_p_values_of_unrelated_pairs_are_not_too_small() -> None:
    small = total = 0
    for seed in range(6):
        trains = others(12, np.random.default_rng(700 + seed), repeat=0.0)
        for k in range(0, 12, 2):
            one = compare(trains, trains[k].id, trains[k + 1].id, comparisons=1, seed=seed,
                          settings=replace(QUICK, shuffles=199, least_matched=3))  # fmt: skip
            total += 1
            small += one is not None and one.p_value <= 0.1
    assert small <= 0.1 * total + 3 * (0.09 * total) ** 0.5


def test_the_order_of_trains_and_other_sites_changes_nothing() -> None:
    trains = _twice(3)[6:]
    few = replace(QUICK, candidates=2, shuffles=499)
    first = find_matches(trains, seed=5, settings=few)
    assert first
    assert first == find_matches(trains[::-1], seed=5, settings=few)
    elsewhere = [replace(t, id="x/" + t.id, site_id="far") for t in others(3, np.random.default_rng(9))]
    kept = find_matches([*trains, *elsewhere], seed=5, settings=few, among=("yard",))
    assert kept
    assert all("yard" in (m.first.site_id, m.second.site_id) for m in kept)


def test_without_colour_a_train_can_still_be_compared() -> None:
    rng = np.random.default_rng(4)
    train = random_cars(20, rng, 0.0)
    trains = [read(random_cars(14, rng), f"o{k}", k, rng, colour=False) for k in range(10)]
    trains += [read(train, "a", 2, rng, colour=False), read(train, "b", 5, rng)]
    match = compare(trains, "yard/a", "yard/b", comparisons=1, seed=0, settings=QUICK)
    assert match is not None
    assert match.matched >= 14


def test_pairs_are_of_different_days_within_the_window() -> None:
    rng = np.random.default_rng(0)
    trains = sorted((read(random_cars(6, rng), f"{d}{k}", d, rng) for d in (0, 0, 3, 40) for k in "x"),
                    key=lambda t: (t.day, t.id))  # fmt: skip
    days = [t.day.toordinal() - trains[0].day.toordinal() for t in trains]
    pairs = pairs_within(trains, 30)
    wanted = [(i, j) for j in range(4) for i in range(j) if 0 < days[j] - days[i] <= 30]
    assert sorted(pairs) == sorted(wanted)


def test_two_trains_of_one_id_are_refused() -> None:
    train = _twice(1)[-1]
    with pytest.raises(ValueRefusedError, match="one id"):
        find_matches([train, train], seed=0)
    assert find_matches([], seed=0) == ()
    assert find_matches([train], seed=0) == ()


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**31 - 1))
def test_a_train_read_from_the_other_end_scores_the_same(seed: int) -> None:
    rng = np.random.default_rng(seed)
    trains = _twice(seed, cars=9)
    a, b = trains[-2:]
    end = a.cars[-1].end_m + a.cars[0].start_m
    back = tuple(replace(c, start_m=end - c.end_m, end_m=end - c.start_m) for c in reversed(a.cars))
    how = replace(QUICK, shuffles=19, least_matched=3)
    one = compare(trains, a.id, b.id, comparisons=1, seed=1, settings=how)
    two = compare([*trains[:-2], replace(a, cars=back), b], a.id, b.id, comparisons=1, seed=1, settings=how)
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        # The pool is every k-th car by place, which the turned train has in another order.
        assert two.score == pytest.approx(one.score, abs=0.6)
        assert two.log10_ratio == pytest.approx(one.log10_ratio, abs=0.3)
    del rng


# ---------------------------------------------------------------------- p-values
def test_p_values_under_the_null_are_uniform() -> None:
    rng = np.random.default_rng(11)
    p = np.array([chance_of(float(rng.gumbel()), rng.gumbel(size=999)).p for _ in range(4000)])
    for level in (0.5, 0.1, 0.05, 0.01, 0.002):
        share = (p <= level).mean()
        assert share <= level + 4 * np.sqrt(level / p.size)
    assert (p <= 0.1).mean() == pytest.approx(0.1, abs=0.02)


@settings(max_examples=60)
@given(st.lists(st.floats(1e-9, 1.0), max_size=40), st.sampled_from([0.01, 0.05, 0.2]))
def test_only_pairs_that_could_be_reported_are_paid_for(floors: list[float], level: float) -> None:
    paid = pairs_to_pay_for(floors, level)
    brute = [k for k in range(1, len(floors) + 2) if sum(floor <= level / k for floor in floors) <= k]
    assert paid == min(brute)
    # The family's error: as many tests at the level as can be reported, no more than are paid for.
    assert sum(floor * paid <= level for floor in floors) <= paid
    assert paid <= max(1, len(floors))


def test_a_tail_that_is_no_exponential_is_not_extrapolated() -> None:
    rng = np.random.default_rng(12)
    heavy = rng.pareto(1.0, size=1999)
    assert chance_of(1e6, heavy) == (1 / 2000, False, 1999)
    assert chance_of(50.0, rng.gumbel(size=1999)).extrapolated
    assert chance_of(5.0, np.full(1999, 5.0)).p == 1.0
    assert chance_of(50.0, rng.gumbel(size=1999), least=0.01).p == 0.01


def test_extrapolated_p_values_err_towards_large() -> None:
    rng = np.random.default_rng(13)
    true = 1e-5
    score = -np.log(-np.log1p(-true))
    p = [chance_of(score, rng.gumbel(size=1999)) for _ in range(200)]
    read_off = np.array([c.p for c in p if c.extrapolated])
    assert read_off.size > 150
    assert (read_off < true).mean() < 0.1
    assert np.median(read_off) < 10 * true


def test_shuffles_keep_what_they_say() -> None:
    rng = np.random.default_rng(1)
    runs = (np.arange(0, 3), np.arange(3, 4), np.arange(4, 9))
    pool = (runs, (np.arange(9, 15), np.arange(15, 17)))
    own = shuffled(Shuffle.OWN, runs, pool, 20, rng)
    assert all(sorted(row) == list(range(9)) for row in own)
    assert len({tuple(row) for row in own}) > 15
    assert shuffled(Shuffle.CARS, runs, pool, 50, rng).max() == 16
    for row in shuffled(Shuffle.BLOCKS, runs, pool, 50, rng):
        starts = [k for k in range(9) if k == 0 or row[k] != row[k - 1] + 1]
        assert all(row[k] in (0, 3, 4, 9, 15) for k in starts)


def test_arrangements_are_counted_up_to_direction() -> None:
    assert arrangements((12,)) == 1.0
    assert arrangements((1, 1, 1, 1)) == pytest.approx(12.0)
    assert arrangements((2, 2)) == pytest.approx(3.0)
    assert np.isfinite(arrangements((1,) * 400))


# ---------------------------------------------------------------------- values
def test_values_refuse_what_cannot_be(match: ConsistMatch) -> None:
    with pytest.raises(ValueRefusedError):
        Alignment(((1, 0), (0, 1)))
    with pytest.raises(ValueRefusedError):
        Alignment(((0, 1), (1, 0)), reversed=False)
    with pytest.raises(ValueRefusedError):
        Alignment(((None, None),))
    with pytest.raises(ValueRefusedError):
        replace(match, first=match.second, second=match.first)
    with pytest.raises(ValueRefusedError):
        replace(match, p_value=0.0)
    with pytest.raises(ValueRefusedError):
        ConsistSettings(shuffles=3)


def test_a_match_is_of_plain_values(match: ConsistMatch) -> None:
    flat = [match.score, match.log10_ratio, match.p_value, match.p_corrected, match.alignment.pairs]
    assert json.loads(json.dumps(flat))
    assert all(type(value) in (float, tuple) for value in flat)
