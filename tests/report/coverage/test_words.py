from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.model.claims import Quantity
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document, Segment, Span
from wayside.report.coverage.index import Index
from wayside.report.coverage.words import (
    cut,
    fitted,
    language_name,
    language_tag,
    listed,
    safe,
    say_bounds,
    say_quantity,
    text_width,
    web_address,
)


@pytest.mark.parametrize(
    ("quantity", "said", "bounds"),
    [
        (Quantity(73, 73, "approximately", figure=73), "about 73", "73"),
        (Quantity(70, None, "at least", figure=70), "at least 70", "70 or more"),
        (Quantity(1001, None, "more than", figure=1000), "more than 1\u202f000", "1\u202f001 or more"),
        (Quantity(0, 20, "no more than", figure=20), "no more than 20", "0 to 20"),
        (Quantity(0, 19, "fewer than", figure=20), "fewer than 20", "0 to 19"),
        (Quantity(None, 20, "up to", figure=20), "up to 20", "20 or less"),
        (Quantity(60, 70, "between"), "60 to 70", "60 to 70"),
        (Quantity(0, 5, "between"), "0 to 5", "0 to 5"),
        (Quantity(60000, 60000, "exact", "1/day", 60000), "60\u202f000 a day", "60\u202f000"),
        (Quantity(12.5, 12.5, "exact", "%", 12.5), "12.5\u00a0%", "12.5"),
        (Quantity(5, 5, "exact", "day", 5), "5 days", "5"),
        (Quantity(1, 1, "exact", "day", 1), "1 day", "1"),
        (Quantity(0, 0, "exact"), "0", "0"),
        (Quantity(2e6, 2e6, "exact", "USD"), "2\u202f000\u202f000 USD", "2\u202f000\u202f000"),
        (Quantity(None, None, "none stated"), "no figure", "none"),
    ],
)
def test_quantities_are_said_as_one_would(quantity: Quantity, said: str, bounds: str) -> None:
    assert (say_quantity(quantity), say_bounds(quantity)) == (said, bounds)


@given(st.text(max_size=80))
def test_nothing_unprintable_is_left(text: str) -> None:
    shown = safe(text)
    for letter in shown:
        if letter not in "\u200c\u200d":
            assert unicodedata.category(letter) not in {"Cc", "Cs"}
            assert unicodedata.bidirectional(letter) not in {
                "LRE",
                "RLE",
                "LRO",
                "RLO",
                "PDF",
                "LRI",
                "RLI",
                "FSI",
                "PDI",
            }


def test_joiners_that_persian_needs_are_kept_and_others_shown() -> None:
    assert safe("می\u200cخواهم") == "می\u200cخواهم"
    assert safe("a \u200c b") == "a \ufffd b"
    assert safe("fixed\u00a0space, line\r\nend") == "fixed\u00a0space, line end"


@given(st.text(max_size=300), st.integers(2, 60))
def test_a_cut_is_short_and_marked(text: str, most: int) -> None:
    short = cut(text, most)
    assert len(short) <= most
    assert short == safe(text).strip() or short.endswith("…") or len(text) > 4 * most


@given(st.text(max_size=80), st.floats(10, 300))
def test_what_is_fitted_is_no_wider_than_its_room(text: str, room: float) -> None:
    assert text_width(fitted(text, room, 12.0), 12.0) <= max(room, text_width("…", 12.0))


@given(st.text(max_size=60))
def test_only_web_addresses_are_linked(text: str) -> None:
    for candidate in (text, f"https://{text}", f"javascript:{text}"):
        address = web_address(candidate)
        if address is not None:
            parts = urlsplit(address)
            assert parts.scheme in {"http", "https"}
            assert parts.hostname
            assert address.isprintable()
            assert " " not in address


def test_usual_addresses_are_linked() -> None:
    for address in ("https://a.example/x?y=1#z", "http://a.example", "HTTPS://a.example/ü"):
        assert web_address(address) == address
    assert web_address("https://a.example/" + "x" * 3_000) is None
    assert web_address("https://[bad") is None
    assert web_address(None) is None


def test_languages_have_names_and_only_codes_become_attributes() -> None:
    assert (language_name("ko"), language_name("xx"), language_name(None)) == ("Korean", "xx", "language not told")
    assert (language_tag("ko"), language_tag('en" onload="x'), language_tag("en\n"), language_tag(None)) == (
        "ko",
        None,
        None,
        None,
    )


def test_names_are_listed() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(list("abcde")) == "a, b, c, d and e"
    assert listed(list("abcdef")) == "a, b, c, d and 2 others"


def indexed(text: str, **more: object) -> Index:
    return Index(CoverageResult((Document("d", "d.txt", text, (), **more),), ()))


def test_an_excerpt_stands_in_its_text() -> None:
    text = "First line.\n\n" + "word " * 60 + "here are 12 cars now " + "tail " * 60 + "\n\nLast line."
    at = text.index("12 cars")
    found = indexed(text).excerpt("d", Span(at, at + 7), "12 cars")
    assert found.quote == "12 cars"
    assert found.before.startswith("… word")
    assert found.before.endswith("here are ")
    assert found.after.startswith(" now tail")
    assert found.after.endswith("tail …")
    assert "First" not in found.before


def test_an_excerpt_of_html_is_found_by_its_place_in_the_file() -> None:
    text = "12 cars, then 12 cars & vans"
    segments = (Segment(0, 30, 14, 14), Segment(14, 80, 8, 8), Segment(22, 88, 1, 5), Segment(23, 93, 5, 5))
    found = indexed(text, segments=segments).excerpt("d", Span(80, 87), "12 cars")
    assert found.before == "12 cars, then "
    assert found.after == " & vans"
    last = indexed(text, segments=segments).excerpt("d", Span(94, 98), "vans")
    assert (last.before, last.after) == ("12 cars, then 12 cars & ", "")


def test_words_that_are_not_in_the_text_stand_alone() -> None:
    found = indexed("Some text.").excerpt("d", Span(3, 9), "other words")
    assert (found.before, found.quote, found.after) == ("", "other words", "")
    found = indexed("Some text.").excerpt("unknown", Span(3, 9), "other words")
    assert (found.before, found.quote, found.after, found.language) == ("", "other words", "", None)


def test_no_space_is_put_where_the_text_has_none() -> None:
    text = "駅にはタンク車約60両が止まっている。"
    at = text.index("タンク車約60両")
    found = indexed(text).excerpt("d", Span(at, at + 8), "タンク車約60両")
    assert found.before + found.quote + found.after == text


@given(st.text(max_size=120), st.integers(0, 119), st.integers(1, 40))
def test_an_excerpt_shows_only_what_the_text_holds(text: str, start: int, length: int) -> None:
    quote = text[start : start + length]
    if not quote.strip():
        return
    found = indexed(text).excerpt("d", Span(start, start + len(quote)), quote, around=20)
    plain = safe(text)
    for piece in (found.before.removeprefix("… ").strip(), found.after.removesuffix(" …").strip()):
        assert piece in plain or piece in " ".join(plain.split(" "))
