"""Languages: told right on single sentences, and not told where they cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.texts.samples import SENTENCES

from wayside.coverage.texts.language import language_of
from wayside.coverage.texts.support import support_of


@pytest.mark.parametrize("language", SENTENCES)
def test_single_sentences_are_told(language: str) -> None:
    assert [language_of(sentence) for sentence in SENTENCES[language]] == [language] * len(SENTENCES[language])


@pytest.mark.parametrize("language", SENTENCES)
def test_a_quotation_in_another_language_does_not_mislead(language: str) -> None:
    other = "ru" if language != "ru" else "en"
    assert language_of("\n".join((*SENTENCES[language] * 3, SENTENCES[other][1]))) == language


@pytest.mark.parametrize("text", ["", "12 34", "xyzzy plugh", "Kim 73", "… — !?", "Brrr zzzt qwrt plok mnag trrx vvlk"])
def test_none_where_it_cannot_tell(text: str) -> None:
    assert language_of(text) is None


@given(st.text(max_size=300))
def test_any_text_has_a_two_letter_code_or_none(text: str) -> None:
    found = language_of(text)
    assert found is None or (len(found) == 2 and found.islower())


@pytest.mark.parametrize(("language", "degree"), [("en", "full"), ("sw", "none"), (None, "none")])
def test_support(language: str | None, degree: str) -> None:
    found, notes = support_of(language)
    assert found == degree
    assert bool(notes) == (degree != "full")
