"""Web pages: main text, its exact place in the file, and what the page declares of itself."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coverage.texts.made import BODY, SITE, TITLE, page

from wayside.coverage.texts.limits import MAX_PAGE_CHARACTERS
from wayside.coverage.texts.markup import lay_out
from wayside.coverage.texts.placing import place
from wayside.coverage.texts.reading import read_document
from wayside.errors import TextError
from wayside.model.documents import Document, Span


def lines(document: Document) -> list[str]:
    return [document.text[span.start : span.end] for span in document.body]


def at(document: Document, words: str, source: str) -> str:
    """What stands in the file where the words stand in the document's text."""
    start = document.text.index(words)
    span = document.in_file(Span(start, start + len(words)))
    return source[span.start : span.end]


def test_article_and_facts() -> None:
    document = read_document(page().encode(), "a/post.html")
    assert lines(document) == [TITLE, *BODY]
    assert (document.id, document.format, document.title) == ("post", "html", TITLE)
    assert (document.published, document.author, document.outlet) == (date(2023, 10, 6), "Anna Berg", "The Norvik Post")
    assert (document.language, document.support) == ("en", "full")
    cut = {page()[one.span.start : one.span.end]: one.reason for one in document.cuts}
    assert cut["World news in 5 minutes"] == "navigation, footer or aside"
    assert "99 barges" not in document.text


def test_every_word_is_found_where_it_stands() -> None:
    source = page().replace("73 barges", "<b>73</b>&nbsp;<i class='x > y'>bar</i>ges").replace("&amp;", "&#38;")
    document = read_document(source.encode(), "x.html")
    assert at(document, "approximately 73\u00a0barges", source).startswith("approximately <b>73</b>&nbsp;<i")
    assert at(document, "no more than 20 barges", source) == "no more than 20 barges"
    assert at(document, "& their cargo", source) == "&#38; their cargo"
    assert lines(document)[1].startswith("Pictures taken from space show approximately 73\u00a0barges at")


def test_marks_around_a_passage_belong_to_it() -> None:
    body = ("“Nobody had expected that many barges at the lock,” said a pilot who has worked there for years.", *BODY)
    assert lines(read_document(page(body=body).encode(), "x.html"))[1] == body[0]


def test_line_ends_in_the_source_are_blanks_on_the_page() -> None:
    source = page().replace("show approximately", "show\n\t approximately")
    document = read_document(source.encode(), "x.html")
    assert "show   approximately 73" in lines(document)[1]
    assert at(document, "show   approximately", source) == "show\n\t approximately"


def test_cells_of_a_table_stay_apart_and_on_one_line() -> None:
    table = "<table><tr><th>Year</th><th>Barges</th></tr><tr><td>2022</td><td>18</td></tr></table></article>"
    document = read_document(page().replace("</article>", table).encode(), "x.html")
    assert "2022\t18" in lines(document)


def test_broken_lines_and_furniture_in_the_article() -> None:
    extra = "<p>Also read: Ten cakes without an oven</p><p>7 mins ago</p></article>"
    source = page().replace("lock, a research", "lock,<br>a research").replace("</article>", extra)
    document = read_document(source.encode(), "x.html")
    assert "Also read: Ten cakes without an oven" not in lines(document)
    assert BODY[0].split("lock,")[0] + "lock," in lines(document)
    assert {source[cut.span.start : cut.span.end]: cut.reason for cut in document.cuts}["7 mins ago"] == "time stamp"


def test_a_page_that_the_extractor_finds_nothing_in_is_cut_as_a_flattened_page() -> None:
    deep = "<div>" * 300 + "".join(f"<div>{line}</div>" for line in BODY) + "</div>" * 300
    source = f"<html><body><nav>Home</nav>{deep}<div>7 mins ago</div></body></html>".replace(" & ", " and ")
    document = read_document(source.encode(), "x.html")
    assert lines(document) == [line.replace(" & ", " and ") for line in BODY]
    assert "flattened" in document.notes[0]


def test_what_is_not_shown_is_not_read() -> None:
    hidden = (
        "<noscript><p>Turn on scripts to see all 55 barges of the lock.</p></noscript><template>44 barges</template>"
    )
    document = read_document(page().replace("<article>", hidden + "<article>").encode(), "x.html")
    assert "55 barges" not in document.text
    assert "44 barges" not in document.text


def test_linked_data_comes_first() -> None:
    content = {"@graph": [{"@type": "WebPage"}, {
        "@type": ["NewsArticle"], "headline": "Crowded lock", "datePublished": "2023-10-05T23:30:00-04:00",
        "dateModified": "2023-10-09", "author": [{"name": "Bo Lind"}, {"name": "Cy Moe"}],
        "publisher": {"name": "N Daily"},
    }]}  # fmt: skip
    head = f'<script type="application/ld+json">{json.dumps(content)}</script><link rel="canonical" href="{SITE}">'
    document = read_document(page(head=head).encode(), "x.html")
    assert (document.title, document.author) == ("Crowded lock", "Bo Lind, Cy Moe")
    assert (document.published, document.updated) == (date(2023, 10, 5), date(2023, 10, 9))
    assert document.url == SITE
    assert document.outlet == "The Norvik Post"


@pytest.mark.parametrize(
    ("markup", "published", "updated"),
    [
        ('<time class="entry-date" datetime="2022-03-04T10:00">4 March</time>', date(2022, 3, 4), None),
        ('<time itemprop="dateModified" datetime="2022-03-09">9 March</time>', None, date(2022, 3, 9)),
        ('<meta name="pubdate" content="20220304">', date(2022, 3, 4), None),
        ("<p>4 March 2022</p>", None, None),
        ('<meta name="date" content="2022-99-99">', None, None),
        (
            '<script type="application/ld+json">{"@type": "Article", "datePublished": [1, {"a": 2}]}</script>',
            None,
            None,
        ),
        ('<link rel="canonical" href="https://n.example/2022/03/04/lock">', date(2022, 3, 4), None),
    ],
)
def test_days_come_from_markup_alone(markup: str, published: date | None, updated: date | None) -> None:
    source = page().replace('<meta property="article:published_time" content="2023-10-06T21:10:00Z">', "")
    document = read_document(source.replace("<h1>", markup + "<h1>").encode(), "x.html")
    assert (document.published, document.updated) == (published, updated)


def test_what_the_user_knows_comes_first() -> None:
    document = read_document(page().encode(), "x", published=date(2020, 1, 2), outlet="Known", url="http://k.example")
    assert (document.published, document.outlet, document.url) == (date(2020, 1, 2), "Known", "http://k.example")


def test_a_title_with_markup_in_it_stays_text() -> None:
    source = page().replace(f"<title>{TITLE} | ", "<title>&lt;script&gt;alert(1)&lt;/script&gt; | ")
    document = read_document(source.replace("<h1>", "<h2>").replace("</h1>", "</h2>").encode(), "x.html")
    assert document.title == "<script>alert(1)</script>"


def test_too_large_for_a_web_page() -> None:
    source = "<html><body><p>" + "a " * (MAX_PAGE_CHARACTERS // 2) + "</p></body></html>"
    with pytest.raises(TextError, match="too large for a web page"):
        read_document(source.encode(), "x.html")


@pytest.mark.parametrize("source", ["<html><body><p></p><div></div></body></html>", "<html><p>7 mins ago</p></html>"])
def test_no_article(source: str) -> None:
    with pytest.raises(TextError, match=r"without an article|furniture|no words"):
        read_document(source.encode(), "x.html")


PIECES = [
    "word", "&amp;", "<b>x</b>", "é", "&#233;", " ", "&nbsp;", "&notit;", "&#0;", "&#xD800;", "<br>", "<!-- c -->", "<",
    "&", "&bogus;", "<i", "\n", "<a href='x>y'>", "</a>", "&NotEqualTilde;", "\u0301", "ｆ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25))
@settings(max_examples=80)
def test_every_character_maps_to_what_is_written(pieces: list[str]) -> None:
    source = f"<html><body><article><p>{BODY[0]} {''.join(pieces)}</p><p>{BODY[1]}</p></article></body></html>"
    document = read_document(source.encode(), "x.html")
    ends = 0
    for segment in document.segments:
        written = source[segment.file : segment.file + segment.file_length]
        shown = document.text[segment.text : segment.text + segment.length]
        assert shown.split() == written.split() or (written.startswith("&") and len(shown) == 1)
        assert segment.text >= ends
        ends = segment.text + segment.length
    for cut in document.cuts:
        assert source[cut.span.start : cut.span.end].strip()
    assert BODY[1] in lines(document)[-1]


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.text("<>!-/\"'= ascript&;#x0", max_size=120))
def test_any_markup_is_laid_out(one: str, two: str) -> None:
    source = one + two
    found = lay_out(source)
    for segment in found.segments:
        assert 0 <= segment.file <= segment.file + segment.file_length <= len(source)
        assert segment.text + segment.length <= len(found.text)


@given(st.lists(st.text("abc .,“”", min_size=1, max_size=60), min_size=1, max_size=12))
def test_passages_are_placed_in_order_and_apart(passages: list[str]) -> None:
    placed = place("\n".join(passages), passages)
    assert all(one.end <= two.start for one, two in zip(placed.spans, placed.spans[1:], strict=False))


BOMBS = [
    '<a x="', "<", "<a ''", "<!--", "<script>", "&", "&#", "<![CDATA[", "</", "<title>", "<textarea>", "<p hidden ",
    "<time datetime=", "<meta content='",
]  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_the_pass_is_linear(bomb: str) -> None:
    # Counted, not timed: searches move forward only, so what is kept is bounded by the input.
    found = lay_out(bomb * 30_000)
    assert len(found.text) <= 2 * len(bomb) * 30_000
    assert len(found.slim) <= 2 * len(bomb) * 30_000
