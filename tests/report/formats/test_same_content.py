"""Every format says the same: read back by other programs, each text and each picture's words are there."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from wayside.report.document import Document, SpanKind
from wayside.report.formats.docx import docx_of
from wayside.report.formats.every import ReportFormat, rendered
from wayside.report.formats.html import html_of
from wayside.report.formats.markdown import markdown_of
from wayside.report.formats.pdf import pdf_of
from wayside.report.formats.text import alternative_texts, plain_text
from wayside.report.house import HouseStyle

examples: Any = sys.modules["wayside_test_formats_examples"]
reading: Any = sys.modules["wayside_test_formats_reading"]
HOUSE = HouseStyle(name="Institute of Tests", address="12 Test Street · example.org")


@pytest.fixture(scope="module")
def rich() -> Document:
    return examples.rich()


def missing(document: Document, text: str, *, hebrew: bool = True) -> list[str]:
    whole = reading.bare(text)
    wanted = [
        one for one in plain_text(document) if hebrew or not any("\u0590" <= letter <= "\u05ff" for letter in one)
    ]
    assert len(wanted) > 100
    return [one for one in wanted if reading.bare(one) not in whole]


def test_html(rich: Document) -> None:
    page = html_of(rich, HOUSE)
    assert missing(rich, reading.html_text(page)) == []
    assert set(alternative_texts(rich)) <= set(reading.html_alternatives(page))


def test_pdf(rich: Document) -> None:
    made = pdf_of(rich, HOUSE)
    assert missing(rich, reading.pdf_text(made), hebrew=False) == []
    assert set(alternative_texts(rich)) <= set(reading.pdf_tags(made, "/Alt"))
    assert HOUSE.name in reading.pdf_text(made)


def test_markdown(rich: Document) -> None:
    made = markdown_of(rich, HOUSE)
    assert missing(rich, reading.markdown_text(made.text)) == []
    images = reading.markdown_images(made.text)
    assert [alt for _, alt in images] == alternative_texts(rich)
    assert [source for source, _ in images] == list(made.files)


def test_docx(rich: Document) -> None:
    made = docx_of(rich, HOUSE)
    assert missing(rich, reading.docx_text(made)) == []
    assert reading.docx_alternatives(made) == alternative_texts(rich)


def test_order_of_reading(rich: Document) -> None:
    whole = reading.bare(reading.docx_text(docx_of(rich, HOUSE)))
    wanted = ("About 73 cars", "A pair.", "It is very likely", "Where it comes from", "day 0149", "The end.")
    places = [whole.index(reading.bare(text)) for text in wanted]
    assert places == sorted(places)


def test_every_text_of_the_tree_is_told(rich: Document) -> None:
    told = reading.bare(" ".join(plain_text(rich)))
    for text in (
        "Largest before",
        "A note on the row before.",
        "2 more items",
        "hatched one",
        "Credit left",
        "Deeper",
        "deep",
    ):
        assert reading.bare(text) in told
    assert len(alternative_texts(rich)) == 2 + 1 + 3
    assert alternative_texts(rich)[2] == "Alternative words, red 202."


def test_the_same_bytes_twice(rich: Document) -> None:
    wanted = tuple(ReportFormat)
    first, second = rendered(rich, HOUSE, wanted), rendered(rich, HOUSE, wanted)
    assert first == second
    assert {"report.html", "report.pdf", "report.md", "report.docx", "figures/figure-1-1.png"} <= set(first)


def test_only_what_is_wanted() -> None:
    made = rendered(examples.small(), HOUSE, (ReportFormat.MARKDOWN, ReportFormat.MARKDOWN))
    assert set(made) == {"report.md"}


def test_every_kind_of_span_is_shown() -> None:
    assert {kind.value for kind in SpanKind} == {
        "plain", "strong", "small", "code", "foreign", "flag", "drawn", "analyst",
    }  # fmt: skip
