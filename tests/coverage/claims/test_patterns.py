"""Patterns with slots, and what is told of them by the next token, against plain search."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.claims.cues import cues, forms
from wayside.coverage.claims.patterns import behind, compiled
from wayside.coverage.words.tokens import tokenise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

_WORDS = ("the", "last", "harbour", "early", "two", "june", "of")
_PATTERNS = compiled({
    "past": ["the last {n} of", "the last harbour"],
    "part": ["early (of) {month}", "the early"],
    "number": ["{n} of {month}", "{n} last"],
    "alone": ["harbour"],
})  # fmt: skip
_KINDS = {"two": frozenset({"n"}), "june": frozenset({"month"})}
_SENTENCES = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6)


def _tokens(words: Sequence[str]) -> tuple[Token, ...]:
    text = " ".join(words)
    return tokenise(text, 0, len(text))


@given(_SENTENCES)
def test_wherever_a_pattern_matches_the_next_token_has_allowed_it(words: list[str]) -> None:
    tokens = _tokens(words)
    kinds = [_KINDS.get(word, frozenset()) for word in words]
    number = behind("n", [_PATTERNS])
    for index in range(len(tokens)):
        found = _PATTERNS.matches(
            tokens, index, kinds, lambda kind, at: (words[at], at + 1) if kind in kinds[at] else None
        )
        by_slot = [match for match in found if "n" in match.values and words[index] == "two"]
        assert not by_slot or number.fits(tokens, index + 1, kinds)
        assert len(found) == len(by_slot) or _PATTERNS.opens(tokens, index, kinds)


@pytest.mark.parametrize(
    ("text", "opens"),
    [("the harbour", False), ("the last", True), ("harbour", True), ("early june", True), ("the", False)],
)
def test_a_word_opens_a_pattern_only_before_a_word_that_goes_on_with_it(text: str, opens: bool) -> None:
    words = text.split()
    assert _PATTERNS.opens(_tokens(words), 0, [_KINDS.get(word, frozenset()) for word in words]) is opens


def test_what_may_stand_behind_a_slot_is_told_from_all_patterns() -> None:
    assert behind("n", [_PATTERNS]).words == {"of", "last"}
    assert not behind("n", [_PATTERNS]).ends
    assert behind("month", [_PATTERNS]).ends


_GROUPS = {"arrival": ["arrive/-/s", "come in", "come in late"], "time": ["late", "in late june"], "late": ["late"]}


@given(st.lists(st.sampled_from(("arrives", "arrive", "come", "in", "late", "june", "ship")), max_size=9))
def test_cues_are_what_a_search_for_every_phrase_at_every_word_finds(words: list[str]) -> None:
    phrases = {
        group: [form.split() for entry in entries for form in forms(entry)] for group, entries in _GROUPS.items()
    }
    expected = {
        (group, first, first + len(phrase))
        for (group, listed), first in product(phrases.items(), range(len(words)))
        for phrase in listed
        if words[first : first + len(phrase)] == phrase
    }
    hits = cues(_GROUPS).hits(_tokens(words))
    assert {(group, *span) for group, spans in hits.items() for span in spans} == expected
    assert all([first for first, _ in spans] == sorted(first for first, _ in spans) for spans in hits.values())
