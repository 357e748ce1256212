"""Bytes to documents: encodings, flattened pages, HTML with its offsets."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.coverage import document_id, read_document
from wayside.coverage.finding import find_claims
from wayside.coverage.texts.decode import MAX_BYTES, decode
from wayside.coverage.texts.flattened import cut_boilerplate
from wayside.coverage.texts.html import MAX_CHARACTERS
from wayside.coverage.texts.language import language_of
from wayside.errors import TextError

BODY = (
    "Satellite images show approximately 73 railcars at the Drumlin Rail Facility, a research group said on Friday.",
    (
        "A review of earlier images found no more than 20 railcars there, the group said, and called the rise"
        " unprecedented."
    ),
    "Officials at the Drumlin border crossing did not answer questions about the railcars or about the facility.",
)
PAGE = "\n".join(
    (
        "Home > World > Rail",
        "Connect with us",
        "Railcars Crowd the Drumlin Rail Facility",
        "Published",
        "on",
        "",
        *BODY,
        "",
        "Recent Posts",
        "Ten cakes that you can bake in under 30 minutes without an oven",
        "7 mins ago",
        "A cat was rescued from a tree by 12 firefighters who had come from as far as…",
        "1 hour ago",
        "Please enter your comment!",
    )
)
HTML = f"""<!DOCTYPE html><html><head><title>Railcars Crowd the Drumlin Yard</title>
<meta charset="utf-8"><meta property="article:published_time" content="2023-10-06">
<meta property="og:site_name" content="The Drumlin Post"><script>var n = "99 railcars";</script></head>
<body><nav><a href="/">Home</a> <a href="/w">World news in 5 minutes</a></nav>
<article>
<h1>Railcars Crowd the Drumlin Yard</h1>
<p>{BODY[0].replace("73 railcars", "<b>73</b>&nbsp;railcars")}</p>
<p>{BODY[1]}</p>
<p>{BODY[2]} Cars &amp; wagons alike.</p>
</article>
<footer>Copyright 2023. 40 jobs in your area.</footer></body></html>"""


def test_a_flattened_page_is_cut_to_headline_and_body() -> None:
    body = cut_boilerplate(PAGE)
    kept = [PAGE[span.start : span.end] for span in body.spans]
    assert kept == ["Railcars Crowd the Drumlin Rail Facility", *BODY]
    assert body.title == "Railcars Crowd the Drumlin Rail Facility"
    cut = {PAGE[one.span.start : one.span.end]: one.reason for one in body.cuts}
    assert cut["7 mins ago"] == "time stamp"
    assert cut["Home > World > Rail"] == "breadcrumb"
    assert cut["Recent Posts"] == "furniture"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=120), max_size=25))
def test_every_line_is_either_kept_or_cut(lines: list[str]) -> None:
    text = "\n".join(lines)
    body = cut_boilerplate(text)
    spans = sorted([*body.spans, *(cut.span for cut in body.cuts)])
    assert all(one.end <= two.start for one, two in pairwise(spans))
    outside = list(text)
    for span in spans:
        outside[span.start : span.end] = " " * (span.end - span.start)
    assert "".join(outside).strip() == ""


def test_the_end_of_a_line_may_be_cut() -> None:
    text = " ".join(BODY) + " Related: Ten cakes to bake. A cat was rescued by 12 men."
    body = cut_boilerplate(text)
    assert text[body.spans[0].start : body.spans[0].end].strip() == " ".join(BODY)
    assert text[body.cuts[0].span.start :].startswith("Related:")


def test_html_offsets_lead_back_to_the_file() -> None:
    document = read_document(HTML.encode(), "a/post.html")
    assert document.id == "post"
    assert document.title == "Railcars Crowd the Drumlin Yard"
    assert document.published == date(2023, 10, 6)
    shown = "\n".join(document.text[span.start : span.end] for span in document.body)
    assert "99 railcars" not in shown
    assert "40 jobs" not in shown
    claims = {claim.quantity.figure: claim for claim in find_claims(document).claims}
    assert HTML[claims[20].span.start : claims[20].span.end] == "no more than 20 railcars"
    assert HTML[claims[73].span.start : claims[73].span.end] == "approximately <b>73</b>&nbsp;railcars"
    assert claims[73].quote == "approximately 73\u00a0railcars"
    assert any("jobs" in HTML[cut.span.start : cut.span.end] for cut in document.cuts)


@given(st.lists(st.sampled_from(["word", "&amp;", "<b>x</b>", "é", "&#233;", " ", "&nbsp;"]), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_every_character_of_html_maps_to_itself(pieces: list[str]) -> None:
    source = f"<html><body><article><p>{BODY[0]} {''.join(pieces)}</p><p>{BODY[1]}</p></article></body></html>"
    document = read_document(source.encode(), "x.html")
    for segment in document.segments:
        written = source[segment.file : segment.file + segment.file_length]
        shown = document.text[segment.text : segment.text + segment.length]
        assert shown == written if not written.startswith("&") else len(shown) == 1


@pytest.mark.parametrize(
    ("encoding", "text", "mark"),
    [
        ("utf-8", BODY[0] + " Café – “so”", b""),
        ("utf-8", BODY[0] + " Café", b"\xef\xbb\xbf"),
        ("utf-16-le", BODY[0] + " Café", b"\xff\xfe"),
        ("utf-16-be", BODY[0] + " Café", b"\xfe\xff"),
        ("cp1252", BODY[0] + " Café – “so”", b""),
        ("cp1251", "На снимках станции видно беспрецедентное число грузовых вагонов — около 73 вагонов.", b""),
    ],
)
def test_encodings(encoding: str, text: str, mark: bytes) -> None:
    assert decode(mark + text.encode(encoding), "x") == (text, encoding)


def test_a_declared_encoding_is_tried() -> None:
    text = '<html><head><meta charset="koi8-r"></head><body><p>вагоны</p></body></html>'
    assert decode(text.encode("koi8-r"), "x") == (text, "koi8-r")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "nothing in it"),
        (b" \n\t ", "nothing in it"),
        (b"%PDF-1.7 ...", "another kind of file"),
        (b"text\x00text", "binary"),
        (b"\x01\x02\x03\x04\x05abc", "binary"),
        (b"12 34 ... !!", "no words"),
        (b"\xff\xfe\x41", "byte order mark"),
        (b"Recent Posts\n7 mins ago\n", "nothing but page furniture"),
        (b"<html><body><p></p><div></div></body></html>", "without an article"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, what: str) -> None:
    with pytest.raises(TextError, match=what):
        read_document(data, "x.txt")


def test_too_large_is_refused_before_anything_else() -> None:
    with pytest.raises(TextError, match="too large"):
        read_document(b"a" * (MAX_BYTES + 1), "x.txt")
    page = "<html><body><p>" + "a " * (MAX_CHARACTERS // 2) + "</p></body></html>"
    with pytest.raises(TextError, match="too large for a web page"):
        read_document(page.encode(), "x.html")


def test_markup_that_the_parser_gives_up_on_is_refused() -> None:
    with pytest.raises(TextError, match="broken markup"):
        read_document(b"<html><body><p>Some words here</p><![foo bar[x]]></body></html>", "x.html")


def test_a_date_on_the_page_is_noted_and_not_believed() -> None:
    document = read_document(("Date:2025-04-13 11:32:29\n" + "\n".join(BODY)).encode(), "x.txt")
    assert document.published is None
    assert "2025-04-13" in document.notes[0]
    assert read_document(PAGE.encode(), "x", published=date(2023, 10, 6)).published == date(2023, 10, 6)


@pytest.mark.parametrize(
    ("text", "credits_"),
    [
        ("SEOUL (AP) — " + BODY[0], ("AP",)),
        (BODY[0] + " (Yonhap)", ("Yonhap",)),
        (BODY[0] + "\n\nSources By Agencies", ("agencies",)),
        (BODY[0] + " (CSIS) said.", ()),
    ],
)
def test_credits_of_a_whole_text(text: str, credits_: tuple[str, ...]) -> None:
    assert read_document(text.encode(), "x").credits == credits_


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (BODY[0], "en"),
        ("Las imágenes de satélite de los trenes en la frontera muestran que hay más de 70 vagones.", "es"),
        ("Die Bilder zeigten rund 73 Waggons in der Anlage, und das ist nicht mit den Jahren zu vergleichen.", "de"),
        ("На снимках станции видно беспрецедентное число вагонов — около 73, и это выше, чем за пять лет.", "ru"),
        ("На знімках станції видно загалом приблизно 73 вагони, і це більше, ніж за п’ять років до того.", "uk"),
        ("위성사진에는 화물열차 73량이 포착됐다.", "ko"),
        ("衛星画像には約73両の貨車が写っている。", "ja"),
        ("xyzzy plugh", None),
        ("12 34", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("name", "found"),
    [("000_54f859.txt", "000"), ("dir/post.html", "post"), ("c:\\x\\17-a.txt", "17"), ("", "document")],
)
def test_document_id(name: str, found: str) -> None:
    assert document_id(name) == found
