"""Places on arbitrary text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.growth import assert_near_linear

from wayside.coverage.claims.places import facility_in, setting_in
from wayside.coverage.words.tokens import tokenise

WORDS = st.sampled_from(
    [
        "at", "in", "near", "the", "port", "of", "Odense", "rail", "Station", "yard", "Ras", "al", "-", "–", "Ayn",
        "'s", "Beirut's", "North", "Korean", "border", "city", "Strait", "Hormuz", "on", "NATO", "U.S.", "March", "12",
        "President", "Varga", "main", "told", "reporters", "from", "off", "coast", ",", "Port", "Sudan", "de",
    ]
)  # fmt: skip


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join)), st.integers(-5, 60))
def test_any_text_is_read_and_a_place_consists_of_its_words(text: str, near: int) -> None:
    tokens = tokenise(text, 0, len(text))
    said = {token.text.removesuffix("'s").removesuffix("’s") for token in tokens}
    for place in (facility_in(tokens, near), setting_in(tokens, near)):
        if place is not None:
            assert place.strip() == place != ""
            assert all(
                token.text.removesuffix("'s").removesuffix("’s") in said for token in tokenise(place, 0, len(place))
            )


@given(st.text(max_size=100), st.integers(0, 20))
def test_a_language_without_a_table_names_nothing(text: str, near: int) -> None:
    tokens = tokenise(text, 0, len(text))
    assert facility_in(tokens, near, "xx") is None
    assert setting_in(tokens, near, "xx") is None


def test_the_nearest_is_taken() -> None:
    text = "At Bexley station stood 12 cars, at Lindholm station 40."
    tokens = tokenise(text, 0, len(text))
    figures = [index for index, token in enumerate(tokens) if token.kind == "number"]
    assert [facility_in(tokens, index) for index in figures] == ["Bexley", "Lindholm"]
    assert [setting_in(tokens, index) for index in figures] == ["Bexley", "Lindholm"]


@pytest.mark.parametrize(
    "text",
    [
        "Another camp holds 40 tents.",
        "Nearby base housing has 30 rooms.",
        "The U.S. air base has 50 hangars.",
        "Its main port saw 20 ships.",
        "In his Facebook post he named 30 ships.",
        "Officials at the World Bank counted 40 dams.",
    ],
)
def test_what_only_looks_like_a_place(text: str) -> None:
    tokens = tokenise(text, 0, len(text))
    assert (facility_in(tokens, 5), setting_in(tokens, 5)) == (None, None)


@pytest.mark.parametrize(
    "unit",
    [
        "at the ",
        "Odense ",
        "Odense-",
        "port of ",
        "in the northern border city of ",
        "Beirut's main ",
        "Ras al ",
        "near ",
    ],
)
def test_time_grows_with_length_alone(unit: str) -> None:
    def prepare(times: int, read: Callable[..., object], near: int) -> Callable[[], object]:
        text = unit * times
        tokens = tokenise(text, 0, len(text))
        return partial(read, tokens, near if near >= 0 else len(tokens) + near)

    for read in (facility_in, setting_in):
        for near in (5, -5):
            assert_near_linear(partial(prepare, read=read, near=near), (1_200, 19_200))
