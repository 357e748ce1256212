"""Comparisons without a figure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.claims.comparisons import find_comparisons
from wayside.coverage.words.tokens import tokenise


def quotes(text: str, language: str = "en") -> list[str]:
    tokens = tokenise(text, 0, len(text))
    found = find_comparisons(tokens, language)
    assert all(one.kind == "comparison" for one in found)
    return [text[tokens[one.first].start : tokens[one.stop - 1].end] for one in found]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("It has an unprecedented number of cars, it said.", "unprecedented number of cars"),
        ("It was the highest in years.", "highest in years"),
        (
            "That is greater than what was seen in the past five years.",
            "greater than what was seen in the past five years",
        ),
        ("Traffic was far higher than before the war.", "higher than before the war"),
        ("Such a queue has never been seen before.", "never been seen before"),
        ("The build-up has no precedent.", "no precedent"),
        ("It is the busiest the port has been since 2016.", "busiest the port has been since"),
        ("The scale is unmatched in the region.", "unmatched in the region"),
        ("The fleet is larger than at any time since the pandemic.", "larger than at any time since the pandemic"),
        ("More ships than ever were there, more than at any time before.", "more than at any time before"),
        ("Stocks are at an all-time high.", "all-time high"),
        ("There is a record number of tents.", "record number of tents"),
    ],
)
def test_comparisons(text: str, quote: str) -> None:
    assert quotes(text) == [quote]


@pytest.mark.parametrize(
    "text",
    [
        "More than 1000 containers came in recent weeks.",
        "It is the largest ship of the fleet.",
        "He wants more.",
        "The police took a record of it.",
        "Higher prices hurt.",
    ],
)
def test_what_is_no_comparison(text: str) -> None:
    assert quotes(text) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [("un nivel sin precedentes", "es"), ("беспрецедентное число вагонов", "ru"), ("前所未有的数量", "zh")],
)
def test_other_languages_by_their_tables(text: str, language: str) -> None:
    assert len(quotes(text, language)) == 1


@given(
    st.lists(
        st.sampled_from(
            [
                "more",
                "than",
                "highest",
                "in",
                "years",
                "record",
                "number",
                "never",
                "seen",
                "before",
                "2019",
                ",",
                "the",
            ]
        ),
        max_size=30,
    )
)
def test_spans_do_not_overlap(words: list[str]) -> None:
    tokens = tokenise(" ".join(words), 0, len(" ".join(words)))
    reached = 0
    for one in find_comparisons(tokens):
        assert reached <= one.first < one.stop <= len(tokens)
        reached = one.stop
