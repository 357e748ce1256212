"""PDF: pages to paragraphs."""

from __future__ import annotations

from itertools import pairwise

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.texts.made import BODY, TITLE, pdf

from wayside.coverage.texts.pdf import compose
from wayside.coverage.texts.reading import read_document
from wayside.errors import TextError


def test_paragraphs_and_running_heads() -> None:
    document = read_document(pdf(times=16), "r.pdf")
    lines = [document.text[span.start : span.end] for span in document.body]
    expected = [f"{n}. {line}".replace("’", "'") for n in range(16) for line in BODY]
    assert lines == expected
    assert len(document.pages) >= 2
    assert document.pages[0] == 0
    cut = {document.text[one.span.start : one.span.end] for one in document.cuts}
    assert cut == {"Norvik Institute - special report", *(f"Page {n + 1} of 9" for n in range(len(document.pages)))}
    assert (document.title, document.author, document.format) == (TITLE, "Anna Berg", "pdf")
    assert document.published is None
    assert any("made on" in note for note in document.notes)


def test_pages_begin_where_their_first_words_stand() -> None:
    first = [
        "Head",
        "A first paragraph that is long enough to run on to the next",
        "page, and it goes on and on in the very",
    ]
    pages = [first,
             ["Head", "middle of its words and ends here.", "Second paragraph of the page."],
             ["Head", "Third page begins with its own paragraph, it is short."]]  # fmt: skip
    found = compose(pages)
    assert [found.text[start:].split()[0] for start in found.pages] == ["Head", "middle", "Head"]


def test_divided_words_are_put_together() -> None:
    found = compose([["The freight sta-", "tion held 40 cars in the north-", "West yard and pre\u00ad", "viously 20."]])
    assert found.text == "The freight station held 40 cars in the north-West yard and previously 20.\n"


def test_entries_of_a_list_stay_apart() -> None:
    found = compose(
        [["• forty barges waited at the lock and beyond it", "• nine tugs waited with them, in the basin there"]]
    )
    assert len(found.body) == 2


@given(
    st.lists(st.lists(st.text("ab .-1", max_size=40).map(lambda line: " ".join(line.split())), max_size=12), max_size=6)
)
def test_no_word_is_lost(pages: list[list[str]]) -> None:
    found = compose(pages)
    ours = sorted(char for char in found.text if char.isalnum())
    theirs = sorted(char for page in pages for line in page for char in line if char.isalnum())
    assert ours == theirs
    assert len(found.pages) == len(pages)
    assert list(found.pages) == sorted(found.pages)
    spans = sorted([*found.body, *(cut.span for cut in found.cuts)])
    assert all(one.end <= two.start for one, two in pairwise(spans))


def test_encrypted_scanned_and_damaged() -> None:
    with pytest.raises(TextError, match="encrypted"):
        read_document(pdf(locked_with="secret"), "x.pdf")
    assert read_document(pdf(locked_with=""), "x.pdf").title == TITLE
    empty = FPDF()
    empty.add_page()
    with pytest.raises(TextError, match=r"no text in it.*OCR"):
        read_document(bytes(empty.output()), "x.pdf")
    for broken in (b"%PDF-1.7 ...", pdf()[:400], b"%PDF-1.7\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"):
        with pytest.raises(TextError, match=r"damaged|no text"):
            read_document(broken, "x.pdf")
