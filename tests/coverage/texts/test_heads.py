"""Bylines and credits of texts without markup: only where the shape is unmistakable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.texts.made import BODY

from wayside.coverage.texts.heads import byline_of, credits_of, medium_at, outlet_of
from wayside.coverage.texts.reading import read_document

TEXT = "\n".join(BODY)


@pytest.mark.parametrize(
    ("text", "credits_"),
    [
        ("SEOUL, South Korea (AP) — " + TEXT, ("AP",)),
        ("OSLO, March 3 (Reuters) - " + TEXT, ("Reuters",)),
        ("Norvik/Oslo (dpa) - " + TEXT, ("dpa",)),
        (TEXT + " (Yonhap)", ("Yonhap",)),
        (TEXT + "\n(Reuters/AFP)", ("Reuters", "AFP")),
        (TEXT + "\nThe lock reopened on Monday (Reuters/AFP) after a week.", ()),
        (TEXT + "\n\nSources By Agencies", ("agencies",)),
        (TEXT + "\n\nSource: AFP, Reuters", ("AFP", "Reuters")),
        (TEXT + "\n\nSource: Norvik Harbour Office", ("Norvik Harbour Office",)),
        (TEXT + "\n\nИсточник: Интерфакс-Север", ("Интерфакс-Север",)),
        (TEXT + "\n\nSource of the leak was a broken gate, and it was mended on Monday.", ()),
        (TEXT + " (CSIS) said.", ()),
        (TEXT, ()),
    ],
)
def test_credits_of_a_whole_text(text: str, credits_: tuple[str, ...]) -> None:
    assert read_document(text.encode(), "x").credits == credits_


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("By Anna Berg", "Anna Berg"),
        ("By Anna Berg and Bo Lind", "Anna Berg and Bo Lind"),
        ("By Anna Berg | March 5, 2023", "Anna Berg"),
        ("Por Carmen Ibáñez", "Carmen Ibáñez"),
        ("Von Jens Albers", "Jens Albers"),
        ("Автор: Илья Громов", "Илья Громов"),
        ("By Reuters", None),
        ("By the lake stood forty tents", None),
        ("By Friday Night", "Friday Night"),
        ("Anna Berg", None),
        ("By 2025", None),
    ],
)
def test_bylines(line: str, name: str | None) -> None:
    text = f"A headline on barges at the Norvik lock\n{line}\n{TEXT}"
    first = text.index(BODY[0])
    assert byline_of(text, first, len(text)) == name


def test_the_author_of_a_flattened_page() -> None:
    document = read_document(f"Home > World\nBarges Crowd the Norvik Lock\nBy Anna Berg\n{TEXT}".encode(), "x")
    assert document.author == "Anna Berg"
    assert all(document.text[span.start : span.end] != "By Anna Berg" for span in document.body)


@pytest.mark.parametrize(
    ("foot", "name"),
    [
        ("© 2023 The Norvik Ledger. All rights reserved.", "The Norvik Ledger"),
        ("Copyright 2023 by WXYZ Channel 9 - All rights reserved.", "WXYZ Channel 9"),
        ("Copyright (c) 2019-2023, Norvik Daily Ltd", "Norvik Daily Ltd"),
        ("© 2023 All rights reserved", None),
        ("© Getty Images", None),
        ("© 2023 One Paper\n© 2023 Another Paper", None),
    ],
)
def test_the_outlet_of_a_flattened_page(foot: str, name: str | None) -> None:
    assert outlet_of(f"{TEXT}\n{foot}\n", len(TEXT)) == name
    assert read_document(f"{TEXT}\n{foot}\n".encode(), "x").outlet == name


def test_the_outlet_of_an_address() -> None:
    assert medium_at("https://www.reuters.com/world/x") == "Reuters"
    assert medium_at("https://reuters.com.example/x") is None
    assert medium_at(None) is None


@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    assert isinstance(credits_of(text), tuple)
    byline_of(text, 0, len(text))


@pytest.mark.parametrize("unit", ["A", "A ", "(A) ", "SEOUL, ", "By A ", "Source: ", "A. (", "A/"])
def test_patterns_are_linear(unit: str) -> None:
    text = unit * 40_000
    credits_of(text)
    byline_of(text, 0, len(text))
