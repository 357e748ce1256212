from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.assessment.language import LIKELIHOOD_TERMS, likelihood_words, say_likely_that
from wayside.errors import ValueRefusedError
from wayside.model.wording import percent_of, say_percent

probabilities = st.floats(0.0, 1.0)


def test_the_bands_are_those_of_the_published_taxonomy() -> None:
    taxonomies = pytest.importorskip("pytaxonomies", reason="the published taxonomy is not installed")
    entries = taxonomies.Taxonomies()["estimative-language"].predicates["likelihood-probability"].entries
    published = []
    for key, entry in entries.items():
        low, high = re.search(r"(\d\d)-(\d\d)%", entry.expanded).groups()
        published.append((key.replace("-", " "), int(low), int(high)))
    assert [(t.words, t.low_pct, t.high_pct) for t in LIKELIHOOD_TERMS] == published
    for term, entry in zip(LIKELIHOOD_TERMS, entries.values(), strict=True):
        assert term.synonym in entry.expanded


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0.0, "almost no chance"),
        (0.004, "almost no chance"),
        (0.049, "very unlikely"),
        (0.05, "very unlikely"),
        (0.20, "unlikely"),
        (0.45, "roughly even chance"),
        (0.50, "roughly even chance"),
        (0.55, "roughly even chance"),
        (0.56, "likely"),
        (0.80, "likely"),
        (0.81, "very likely"),
        (0.95, "very likely"),
        (0.96, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_edges_belong_to_the_band_nearer_to_even_chance(p: float, words: str) -> None:
    assert likelihood_words(p).words == words


@given(probabilities)
def test_every_probability_has_one_term_whose_band_holds_the_printed_number(p: float) -> None:
    term = likelihood_words(p)
    assert sum(t is term for t in LIKELIHOOD_TERMS) == 1
    percent = min(max(percent_of(p), 1), 99)
    assert term.low_pct <= percent <= term.high_pct


@given(probabilities, probabilities)
def test_words_never_fall_as_probability_rises(p: float, q: float) -> None:
    low, high = sorted((p, q))
    assert LIKELIHOOD_TERMS.index(likelihood_words(low)) <= LIKELIHOOD_TERMS.index(likelihood_words(high))


@given(probabilities, probabilities)
def test_one_printed_number_never_carries_two_words(p: float, q: float) -> None:
    if say_percent(p) == say_percent(q):
        assert likelihood_words(p) is likelihood_words(q)


@given(st.integers(1, 99))
def test_words_mirror_about_even_chance(percent: int) -> None:
    below, above = likelihood_words(percent / 100), likelihood_words(1 - percent / 100)
    assert LIKELIHOOD_TERMS.index(below) + LIKELIHOOD_TERMS.index(above) == len(LIKELIHOOD_TERMS) - 1


def test_nothing_is_printed_as_certain_or_impossible() -> None:
    assert say_percent(0.0) == "less than 1\u00a0%"
    assert say_percent(1.0) == "more than 99\u00a0%"
    assert say_percent(0.994) == "99\u00a0%"


@given(probabilities)
def test_a_sentence_holds_words_clause_and_number(p: float) -> None:
    sentence = say_likely_that(p, "the yard is full")
    assert likelihood_words(p).words in sentence
    assert "the yard is full" in sentence
    assert sentence.endswith(f"({say_percent(p)}).")
    assert not any(re.search(rf"\b{t.synonym}\b", sentence) for t in LIKELIHOOD_TERMS)


@pytest.mark.parametrize("p", [-0.01, 1.01, float("nan")])
def test_what_is_no_probability_is_refused(p: float) -> None:
    with pytest.raises(ValueRefusedError):
        likelihood_words(p)
