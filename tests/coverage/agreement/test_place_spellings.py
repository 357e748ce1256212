"""Spellings of one place, and places that must stay apart."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.growth import assert_near_linear

from wayside.coverage.agreement.places import one_place, place_key, places_apart

SAME = [
    ("Velmar", "Velmar Rail Station"),
    ("the port of Velmar", "Velmar"),
    ("Velmar's", "Velmar"),
    ("Tumangang", "Tumangan"),
    ("Туманган", "Tumangan"),
    ("Остервиль", "Ostervil"),
    ("Östervill", "Ostervill"),
    ("Kharkiv", "Kharkivskyi"),
    ("Sevastopol", "Sebastopol"),
    ("Ostervill", "Ostervlil"),
    ("Norvenia", "Norvennia"),
]
APART = [
    ("Rason", "Rajin"),
    ("Velmar", "Velna"),
    ("North Velmar", "South Velmar"),
    ("Odesa", "Odense"),
    ("Minsk", "Pinsk"),
    ("Ostervill", "Otservlil"),
    ("Port", "Station"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_place(one: str, other: str) -> None:
    assert one_place(one, other)
    assert one_place(other, one)
    assert len(set(places_apart([one, other]).values())) == 1


@pytest.mark.parametrize(("one", "other"), APART)
def test_places_that_are_not_one(one: str, other: str) -> None:
    assert not one_place(one, other)
    assert len(set(places_apart([one, other]).values())) == 2


@given(st.lists(st.text(min_size=1, max_size=12), max_size=8))
def test_every_name_has_a_group_and_a_key(names: list[str]) -> None:
    found = places_apart(names)
    assert set(found) == set(names)
    assert set(found.values()) <= set(names)
    assert all(place_key(name) for name in names)
    assert all(one_place(name, name) for name in names)


@given(st.lists(st.sampled_from([name for pair in SAME + APART for name in pair]), min_size=2, max_size=10))
def test_grouping_is_the_closure_of_comparing_pairs(names: list[str]) -> None:
    found = places_apart(names)
    parent = {name: name for name in names}
    for _ in names:
        for one in names:
            for other in names:
                if one_place(one, other):
                    parent[one] = parent[other] = min(parent[one], parent[other])
    for one in names:
        for other in names:
            assert (found[one] == found[other]) == (parent[one] == parent[other])


def test_a_group_is_called_as_it_is_written_most_often() -> None:
    names = ["Velmar Station", "Velmar", "Velmar"]
    assert set(places_apart(names).values()) == {"Velmar"}


def test_many_names_take_little_longer_each_than_few() -> None:
    rng = random.Random(3)  # noqa: S311  draws of a test

    def prepare(n: int) -> Callable[[], object]:
        names = ["".join(rng.choices("abcdefghijklmnop", k=9)) for _ in range(n)]
        return lambda: places_apart(names)

    assert_near_linear(prepare, (1_000, 8_000))
