"""Texts that were made to be slow or odd."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coverage.growth import assert_near_linear

from wayside.coverage.stories.tracing import trace
from wayside.coverage.stories.words import phrases
from wayside.coverage.tables import languages, table
from wayside.model.documents import Document, Span

HOSTILE: dict[str, Callable[[int], str]] = {
    "one word": lambda n: "a" * (8 * n),
    "capitals": lambda n: "Ab " * (2 * n),
    "numbers": lambda n: "1,111" * n,
    "grouped digits": lambda n: "1" + ",111" * n + "1",
    "quotation marks": lambda n: "“" * n + " x " + "”" * n,
    "full stops and quotation marks": lambda n: ".'" * n,
    "almost a phrase": lambda n: "with reference t " * n,
    "phrases": lambda n: "on average the group " * n,
    "no end": lambda n: "and then 73 cars or " * n,
    "lines": lambda n: "x\n" * n,
    "katakana": lambda n: "シェンコヴァ" * n,
    "hangul": lambda n: "두만강" * n,
    "right to left": lambda n: "\u202eميناء البصرة 73 " * n,
    "surrogates and marks": lambda n: "e\u0301\u200d\U0001f600" * n,
}


def document(name: str, text: str, **more: Any) -> Document:
    return Document(name, f"{name}.txt", text, (Span(0, len(text)),), **more)


@pytest.mark.parametrize("kind", HOSTILE)
def test_long_texts_take_linear_time(kind: str) -> None:
    def prepare(size: int) -> Callable[[], object]:
        text = HOSTILE[kind](size)
        return partial(trace, [document("a", text), document("b", text + " end")], ())

    assert_near_linear(prepare, (1_000, 6_000))


def test_many_claims_take_linear_time(piles: Any) -> None:
    def prepare(count: int) -> Callable[[], object]:
        pile = piles()
        marks = [
            f"At Varda {{{at + 20} crates|thing=crate n={at + 20} by=Harrow place=Varda}} lie." for at in range(count)
        ]
        pile.add("a", " ".join(marks), "2024-01-01").add("b", " ".join(marks), "2024-01-02")
        return pile.trace

    assert_near_linear(prepare, (200, 1_200))


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
@settings(max_examples=60)
def test_any_text_is_in_one_story(texts: list[str]) -> None:
    documents = [
        document(f"d{at}", text or "x", title=text[:10] or None, credits=("Meridian",) if at % 2 else ())
        for at, text in enumerate(texts)
    ]
    traced = trace(documents, ())
    assert sorted(name for story in traced.stories for name in story.documents) == [one.id for one in documents]
    for origin in traced.origins:
        assert 0.0 <= origin.p <= 1.0


def test_a_document_without_a_body() -> None:
    empty = Document("a", "a.txt", "furniture alone", ())
    assert trace([empty, document("b", "73 cars")], ()).stories[0].documents


def test_markup_in_a_headline_stays_what_it_is() -> None:
    title = "<script>alert(1)</script> 147 ships wait off Varda"
    pair = [document(name, "147 ships wait off Varda in a long queue", title=title) for name in "ab"]
    assert trace(pair, ()).stories[0].title == title


@pytest.mark.parametrize("language", languages("deriving"))
def test_every_language_has_the_subjects_that_are_read(language: str) -> None:
    english = set(table("deriving", "en")) - {"unspecific", "faceless", "no_direction"}
    assert english <= table("deriving", language).keys()
    for subject in english:
        found = phrases(subject, language)
        assert found.words
        for word in found.words:
            assert word == word.strip()
            assert found.search(f"x, {word}. y") is not None
            assert " " in word or found.search(f"x{word}y") is None


def test_a_phrase_is_found_in_a_long_text_as_in_a_short_one() -> None:
    found = phrases("mean", "en")
    long = "x " * 400 + "On Average ten" + " y" * 400
    match = found.search(long)
    assert match is not None
    assert match.group() == "On Average"
    assert found.search("x " * 600) is None
    assert phrases("mean", "xx").search("on average") is None
