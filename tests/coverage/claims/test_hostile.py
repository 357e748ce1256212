"""Inputs made to be slow: the work must not grow much faster than the length."""

from __future__ import annotations

import pytest
from tests.coverage.growth import assert_near_linear, repeated

from wayside.coverage.claims.comparisons import find_comparisons
from wayside.coverage.claims.quantities import find_quantities
from wayside.coverage.words.tokens import quoted_spans, sentences, tokenise

REPEATED = (
    "12,34,",
    "123,456,",
    "1.234.",
    "1.2.3.4-",
    "1-2-",
    "A.B.",
    "a'b’c'",
    "a-",
    "(1)",
    "20 or ",
    "20 to ",
    "between 20 and ",
    "between ",
    "at least ",
    "no more than about ",
    "one hundred and ",
    "two million ",
    "tens of thousands of ",
    "half of ",
    "three times as many ",
    "none of the ",
    "18 of the ",
    "of them ",
    "the highest in ",
    "more than ",
    "never before ",
    "+82 2 ",
    "70, ",
    "70 and, later, ",
    "1718, 1874 and ",
    "railcars ",
    "fast freight ",
    "burnt-out-",
    "20-foot ",
    "152 mm ",
    "70s ",
    "“",
    "‘a ",
    "5 to 7 ",
    "$",
    "73 ± ",
    "七十",
    "73両",
    "73량의 ",
)
LANGUAGES = ("en", "de", "ru", "ja", "ko")


def read(text: str) -> None:
    for sentence in sentences(text, 0, len(text)):
        for language in LANGUAGES:
            find_quantities(sentence.tokens, sentence.tokens, language)
        find_comparisons(sentence.tokens)
    quoted_spans(text, 0, len(text))


@pytest.mark.parametrize("piece", REPEATED)
def test_repeated_pieces_stay_near_linear(piece: str) -> None:
    assert_near_linear(repeated(piece, read), (600, 3_600))


@pytest.mark.parametrize("piece", ["12,34,", "1,234,", "a", "1", "A.", "a'", ".", " ", "“", "1.", "é"])
def test_cutting_a_long_line_into_tokens_stays_near_linear(piece: str) -> None:
    def cut(text: str) -> None:
        assert len(tokenise(text, 0, len(text))) <= len(text)

    assert_near_linear(repeated(piece, cut), (15_000, 120_000))
