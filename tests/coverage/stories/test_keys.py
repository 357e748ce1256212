"""When two names are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.stories.keys import same_place, slug


@given(st.text(max_size=30))
def test_slug_is_plain_and_never_empty(name: str) -> None:
    assert slug(name)
    assert " " not in slug(name)
    assert slug(slug(name)) == slug(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Drumagang", "Drumagang Station"),
        ("Drumagang", "Драмаганг"),
        ("Drumagang", "Drumagan"),
        ("São Tarvo", "Sao Tarvo"),
        (None, "Kestrel"),
    ],
)
def test_one_place(one: str | None, other: str | None) -> None:
    assert same_place(one, other)
    assert same_place(other, one)


@pytest.mark.parametrize(("one", "other"), [("Kestrel", "Varda"), ("Rason", "Rajin"), ("Tarnovka", "Ternopol")])
def test_two_places(one: str, other: str) -> None:
    assert not same_place(one, other)
