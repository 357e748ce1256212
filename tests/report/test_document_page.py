"""Any document as a page: every block is there, every text comes back as it was, and no text becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Definition,
    Definitions,
    Document,
    Fact,
    Figure,
    Finding,
    Findings,
    Fold,
    Folded,
    Glance,
    Judged,
    Key,
    Layout,
    Panel,
    Paragraph,
    Row,
    Section,
    Sheet,
    Sheets,
    Span,
    SpanKind,
    Table,
    Tone,
)
from wayside.report.figures.svg import Svg
from wayside.report.formats.html import html_of
from wayside.report.house import HouseStyle
from wayside.report.text import clean
from wayside.report.words import words_of

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onload='x", "</style><b>", "]]><!--", "-->",
    "{{ 7*7 }}{% raw %}", "javascript:alert(1)", "\u202eevil\u2066", "\x00\x1b]8;;", "../../etc/passwd",
    "&lt;&amp;&#0;", "</title><svg onload=1>", "a" * 3000, "\ud800", "]]></script>",
    "\u200f\u05d0\u05d1", "%00<%2fscript>",
)  # fmt: skip
VOID = {"meta", "br", "input", "img", "hr"}


class Tree(HTMLParser):
    """A page's elements with their attributes, and its text in order; style left out."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[str] = []
        self.text = ""
        self.headings: list[int] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.values += [value or "" for _, value in attrs]
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data


texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))


def document(one: str, other: str) -> Document:
    """A document in which every text from outside is one of two, in every block that there is."""
    svg = Svg(20, 10, one or "x")
    svg.add("text", one, title=other)
    picture = svg.graphic()
    spans = tuple(Span(text, kind) for kind in SpanKind for text in (one, other))
    lead = (Span(other, SpanKind.FOREIGN, "https://example.org/x"), Span(one, language="ru"), *spans)
    definition = Definition(lead, (lead, lead), (Folded(one, (lead,)),))
    columns = (Column(lead), Column(lead, numeric=True), Column(lead, wide=True))
    rows = (
        Row((Cell(lead),), heading=True),
        Row((Cell(lead), Cell((), graphic=picture), Cell(lead, under=(lead,), folded=(Folded(other, (lead,)),)))),
        Row((Cell(lead),)),
    )
    panel = Panel(lead, (picture,), (lead,), credit=lead, group=one)
    blocks: tuple[Block, ...] = (
        *(Paragraph(lead, tone) for tone in Tone),
        Bullets((lead,)),
        *(Definitions((definition,), layout) for layout in Layout),
        Sheets("sheets", one, lead, (Sheet(other, (definition,)),)),
        Judged("judged", lead, 0.5, lead, lead, (lead,), picture, True, one, (lead,), other, (lead,), lead),
        Table("narrow-1", one, lead, columns, rows, narrow=True),
        Table("narrow-2", other, lead, columns, rows, narrow=True),
        Table("cards", one, lead, columns, rows, cards=True),
        Figure("figure", one, lead, (panel, replace(panel, foldable=True)), lead, keys=(Key(one, "red;x:url(y)"),)),
        Figure(
            "pair", one, lead, (panel, panel), lead, side_by_side=True, outlines=True, keys=(Key(one, mark=picture),)
        ),
        Figure("widths", one, lead, (Panel((), (picture,) * 3, alternatives=True),)),
        Fold(one, (Paragraph(lead),)),
    )
    first = Section(
        "summary", "", (Findings((Finding(lead, lead),)), Glance(one, other, (lead,), (Fact(one, lead, lead),)))
    )
    return Document(
        "en", one, other, one, other, lead, first, (Section("rest", one, blocks, short=other),), lead,
        (Paragraph(lead, Tone.WARNING),), dict(words_of("en").table()),
    )  # fmt: skip


PLAIN = Tree(html_of(document("one", "other")))


def test_every_block_is_on_the_page_and_all_is_closed() -> None:
    assert PLAIN.faults == []
    tags = {tag for tag, _ in PLAIN.elements}
    assert {"aside", "nav", "article", "figure", "table", "details", "dl", "ol", "svg", "bdi", "code", "strong"} <= tags
    assert PLAIN.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(PLAIN.headings, PLAIN.headings[1:], strict=False))


@given(texts, texts)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_text_never_becomes_markup_and_comes_back_as_it_was(one: str, other: str) -> None:
    page = Tree(html_of(replace(document(one, other), words=PLAIN_WORDS)))
    # A heading or an attribute may be left out where a text is empty; what is there is what a plain text makes.
    if one.strip() and other.strip():
        assert page.elements == PLAIN.elements
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in PLAIN.elements}
    assert page.faults == []
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", page.text)
    for text in (one, other):
        shown = re.sub(r"\r\n?", "\n", clean(text))
        assert shown in page.text


PLAIN_WORDS = dict(words_of("en").table())


def test_a_style_that_was_not_checked_cannot_be_made() -> None:
    for wrong in (
        {"primary": "red"}, {"paper": "#fff; } body { display: none"}, {"sans": ('x"; } * {',)}, {"page": "a3"},
        {"language": 'en"><b>'}, {"logo": b"x"}, {"logo_type": "text/html"}, {"serif": ("a\\",)},
    ):  # fmt: skip
        with pytest.raises(ValueRefusedError, match="house style"):
            HouseStyle(**wrong)


def test_a_house_has_its_own_look() -> None:
    logo = b"\x89PNG\r\n\x1a\n"
    house = HouseStyle(
        "Institute <of> Rail", serif=("Charter",), primary="#0b4f3c", accent="#7a1f5c", ink="#111111", page="us-letter",
        logo=logo, logo_type="image/png", address="Nowhere & Co",
    )  # fmt: skip
    html = html_of(document("one", "other"), house)
    assert '--serif: "Charter", serif' in html
    assert "--navy: #0b4f3c" in html
    assert "--accent: #7a1f5c" in html
    assert "size: letter" in html
    assert "Institute &lt;of&gt; Rail" in html
    assert "Nowhere &amp; Co" in html
    assert html.count("data:image/png;base64,") == 1
    assert "--navy: #0b4f3c" not in html_of(document("one", "other"))


def test_a_link_leads_to_the_web_or_within_the_report() -> None:
    for href in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//example.org", " https://x"):
        with pytest.raises(ValueRefusedError, match="a link leads to"):
            Span("x", href=href)
