"""Every table of every subject: the same sentences in every language, with values that can be written."""

from __future__ import annotations

import re
import string
from importlib.resources import files
from typing import Any

import pytest

from wayside.language.phrases import LANGUAGES, RULES, phrases
from wayside.language.writing import read_table

TABLES = files("wayside.language") / "tables"
OWN_TO_A_LANGUAGE = {"nouns", "writing"}
"""Tables of a language itself: lists of words, not sentences."""
WORD_LISTS = re.compile(r"^(forbidden|words)\b")
SUBJECTS = sorted(
    {path.name.removesuffix(".toml") for lang in LANGUAGES for path in (TABLES / lang).iterdir()} - OWN_TO_A_LANGUAGE
)
NUMBER = re.compile(r"\.\d{1,2}[fg]")


def entries(subject: str, language: str) -> dict[str, tuple[str, ...]]:
    table = phrases(subject, language).table
    return {key: (entry,) if isinstance(entry, str) else tuple(entry) for key, entry in table.items()}


def fields(text: str) -> list[tuple[str, str]]:
    return [(name, spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name is not None]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_language_has_every_sentence(subject: str) -> None:
    english = entries(subject, "en")
    for language in LANGUAGES[1:]:
        assert entries(subject, language).keys() == english.keys(), language


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_sentence_names_the_same_values_in_every_language(subject: str) -> None:
    english = entries(subject, "en")
    for language in LANGUAGES[1:]:
        for key, texts in entries(subject, language).items():
            if WORD_LISTS.match(key):
                continue
            assert len(texts) == len(english[key]), (language, key)
            for there, here in zip(english[key], texts, strict=True):
                assert {name for name, _ in fields(here)} == {name for name, _ in fields(there)}, (language, key)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_value_has_a_name_and_a_rule_that_exists(subject: str, language: str) -> None:
    nouns = phrases(subject, language).writer.nouns
    for key, texts in entries(subject, language).items():
        for text in texts:
            assert text.strip(), key
            for name, rule in fields(text):
                assert name.isidentifier(), (key, name)
                assert not rule or rule in RULES or rule in nouns or NUMBER.fullmatch(rule), (key, rule)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_russian_sentences_are_in_russian(subject: str) -> None:
    english = entries(subject, "en")
    for key, texts in entries(subject, "ru").items():
        for there, here in zip(english[key], texts, strict=False):
            words = re.sub(r"\{[^}]*\}", "", here)
            if len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{[^}]*\}", "", there))) >= 4:
                assert re.search(r"[а-яё]", words), key


@pytest.mark.parametrize(("language", "forms"), [("en", 2), ("ru", 3)])
def test_nouns_have_all_their_forms_and_no_name_of_a_rule(language: str, forms: int) -> None:
    nouns: dict[str, Any] = read_table("nouns", language)
    assert not nouns.keys() & RULES.keys()
    for noun, words in nouns.items():
        assert len(words) == forms, noun
        assert all(isinstance(word, str) and word.strip() == word != "" for word in words), noun


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("subject", [s for s in SUBJECTS if s not in {"likelihood", "overstatement"}])
def test_no_second_row_of_words_and_no_likelihood_beside_confidence(subject: str, language: str) -> None:
    scale = [row for row in read_table("likelihood", language).values() if isinstance(row, dict)]
    # "remote" has other meanings; the others are terms of the scale wherever they stand.
    second_row = re.compile("|".join(rf"\b{row['synonym']}(ly)?\b" for row in scale if row["synonym"] != "remote"))
    first_row = re.compile("|".join(rf"\b{row['words']}\b" for row in scale), re.IGNORECASE)
    confidence = re.compile(r"\bconfidence is\b|степень уверенности", re.IGNORECASE)
    for key, texts in entries(subject, language).items():
        for text in texts:
            assert not second_row.search(text), key
            for sentence in re.split(r"(?<=[.!?]) ", text):
                assert not (first_row.search(sentence) and confidence.search(sentence)), key
