"""Flattened pages: no line of the article is lost, and little else is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.texts.articles import ENGLISH, OTHERS
from tests.coverage.texts.layouts import Drawn, drawn, last
from tests.coverage.texts.made import BODY, TITLE

from wayside.coverage.texts.flattened import cut_boilerplate, cut_within
from wayside.coverage.texts.furniture import furniture, normal
from wayside.coverage.texts.reading import read_document
from wayside.errors import TextError
from wayside.model.documents import Span

PAGE = "\n".join(
    (
        "Home > World > Shipping", "Connect with us", TITLE, "Published", "on", "", *BODY, "", "Recent Posts",
        "Ten cakes that you can bake in under 30 minutes without an oven", "7 mins ago",
        "A cat was rescued from a tree by 12 firefighters who had come from as far as…", "1 hour ago",
        "Please enter your comment!",
    )
)  # fmt: skip


@dataclass
class Score:
    """Lines of the article kept and lost, lines of the page cut and left."""

    kept: int = 0
    lost: int = 0
    cut: int = 0
    left: int = 0


def score(pages: Iterable[Drawn]) -> Score:
    found = Score()
    for page in pages:
        spans = cut_boilerplate(page.text).spans
        start = 0
        for line, article in page.rows:
            at = start + len(line) - len(line.lstrip())
            inside = any(span.start <= at < span.end for span in spans)
            if line.strip() and article:
                found.kept, found.lost = found.kept + inside, found.lost + (not inside)
            elif line.strip() and article is False:
                found.cut, found.left = found.cut + (not inside), found.left + inside
            start += len(line) + 1
    return found


def test_layouts_that_were_in_view() -> None:
    found = score(drawn(held_out=False))
    assert found.lost <= 1
    assert found.left == 0


def test_layouts_that_were_held_out() -> None:
    found = score(drawn(held_out=True))
    assert found.lost == 0
    assert found.left <= 12 / 969 * (found.cut + found.left)


def test_layouts_that_were_written_last() -> None:
    found = score(last())
    assert found.kept >= 0.98 * (found.kept + found.lost)
    assert found.cut >= 0.99 * (found.cut + found.left)


@pytest.mark.parametrize("article", [*ENGLISH, *OTHERS])
def test_a_text_without_furniture_stays_whole(article: object) -> None:
    lines = [article.title, *article.paragraphs]  # type: ignore[attr-defined]
    for between in ("\n", "\n\n"):
        text = between.join(lines)
        kept = [text[span.start : span.end] for span in cut_boilerplate(text).spans]
        assert [line for line in lines if line not in kept] in ([], ["A history of repairs"])


def test_headline_reasons_and_title() -> None:
    body = cut_boilerplate(PAGE)
    assert [PAGE[span.start : span.end] for span in body.spans] == [TITLE, *BODY]
    assert body.title == TITLE
    cut = {PAGE[one.span.start : one.span.end]: one.reason for one in body.cuts}
    assert cut["7 mins ago"] == "time stamp"
    assert cut["Home > World > Shipping"] in {"breadcrumb", "furniture"}
    assert cut["Recent Posts"] == "furniture"


def test_the_five_reports_keep_every_line(shared_dir: Path) -> None:
    files = sorted((shared_dir / "reports").glob("*.txt"))
    assert len(files) == 5
    for file in files:
        document = read_document(file.read_bytes(), file.name)
        words = sum(span.end - span.start for span in document.body)
        assert words > 1500
        assert all(cut.reason for cut in document.cuts)


SOME = [*BODY, *PAGE.split("\n"), "- 40 barges;", "They need:", "Comments", "Related", "“No,” he said."]
ANY = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=120)
LINES = st.lists(st.one_of(ANY, st.sampled_from(SOME)), max_size=30)


@given(LINES)
def test_every_line_is_either_kept_or_cut(lines: list[str]) -> None:
    text = "\n".join(lines)
    body = cut_boilerplate(text)
    spans = sorted([*body.spans, *(cut.span for cut in body.cuts)])
    assert all(one.end <= two.start for one, two in pairwise(spans))
    outside = list(text)
    for span in spans:
        outside[span.start : span.end] = " " * (span.end - span.start)
    assert "".join(outside).strip() == ""


@given(LINES)
def test_cutting_again_loses_nothing_more_of_prose(lines: list[str]) -> None:
    text = "\n".join(lines)
    kept, cuts = cut_within(text, [Span(0, len(text))] if text.strip() else [])
    assert all(text[span.start : span.end].strip() for span in kept)
    for line in BODY:
        assert not any(text[cut.span.start : cut.span.end] == line for cut in cuts)


def test_the_end_of_a_line_may_be_cut() -> None:
    text = " ".join(BODY) + " Related: Ten cakes to bake. A cat was rescued by 12 men."
    body = cut_boilerplate(text)
    assert text[body.spans[0].start : body.spans[0].end].strip() == " ".join(BODY)
    assert text[body.cuts[0].span.start :].startswith("Related:")


def test_a_sentence_that_stands_again_as_a_pull_quote_is_kept_once() -> None:
    text = "\n".join((BODY[0], BODY[1], BODY[1], BODY[2]))
    body = cut_boilerplate(text)
    assert [text[span.start : span.end] for span in body.spans] == list(BODY)
    assert [cut.reason for cut in body.cuts] == ["repeated"]


def test_only_furniture_is_refused() -> None:
    with pytest.raises(TextError, match="nothing but page furniture"):
        read_document(b"Recent Posts\n7 mins ago\n", "x.txt")


def test_a_date_on_the_page_is_noted_and_not_believed() -> None:
    document = read_document(("Date:2025-04-13 11:32:29\n" + "\n".join(BODY)).encode(), "x.txt")
    assert document.published is None
    assert "2025-04-13" in document.notes[0]


def test_old_text_files_of_fixed_width_are_joined_in_place() -> None:
    words, width, lines = " ".join(BODY).split(), 62, [""]
    for word in words:
        lines[-1:] = [f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < width else [lines[-1], word]
    text = "\r\n".join(lines)
    document = read_document(text.encode(), "x.txt")
    assert len(document.text) == len(text)
    assert " ".join(document.text.split()) == " ".join(BODY)
    assert len(document.body) == 1


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        ("Comments (23)", "comments (#"),
        ("• 7 mins ago •", "# mins ago"),
        ("1,204 views", "# views"),
        ("—", ""),
        ("12:30", "#"),
    ],
)
def test_lines_are_compared_without_marks_and_numbers(line: str, bare: str) -> None:
    assert normal(line).rstrip(")") == bare


def test_no_word_of_the_tables_is_upper_case_or_unreachable() -> None:
    tables = furniture()
    assert all(word == normal(word) for word in tables.openers | tables.lines | tables.comments | tables.ago)
    assert all(prefix == prefix.lower() for prefixes in tables.prefixes.values() for prefix in prefixes)


UNITS = [
    "a", "- a\n", "Related\n", "x: \n", "“ \n", "A > B > ", "> ", "Home | ", "#a ", "7 mins ago\n",
    "word " * 20 + ".\n",
    "。", "Read more ", "...", "a.b@", "http://",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_the_cut_is_linear(unit: str) -> None:
    # No stop watch: a quadratic step over this much text would not end within the time of a test.
    text = unit * (60_000 // len(unit))
    body = cut_boilerplate(text)
    assert body.spans or body.cuts
