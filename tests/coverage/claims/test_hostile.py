"""Inputs made to be slow: four times the length must not take much more than four times the work."""

from __future__ import annotations

import time

import pytest

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
SHORT = 600
LANGUAGES = ("en", "de", "ru", "ja", "ko")


def work(text: str) -> float:
    """Return the processor time that reading a text takes."""
    started = time.process_time()
    for sentence in sentences(text, 0, len(text)):
        for language in LANGUAGES:
            find_quantities(sentence.tokens, sentence.tokens, language)
        find_comparisons(sentence.tokens)
    quoted_spans(text, 0, len(text))
    return time.process_time() - started


@pytest.mark.parametrize("piece", REPEATED)
def test_repeated_pieces_stay_near_linear(piece: str) -> None:
    text = piece * (SHORT // len(piece))
    work(text)
    short = min(work(text) for _ in range(2))
    assert work(text * 4) <= 12 * short + 0.1


@pytest.mark.parametrize("piece", ["12,34,", "1,234,", "a", "1", "A.", "a'", ".", " ", "“", "1.", "é"])
def test_a_long_line_is_cut_into_tokens_in_time(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    started = time.process_time()
    tokens = tokenise(text, 0, len(text))
    assert time.process_time() - started < 5
    assert len(tokens) <= len(text)
