"""How other tools are scored beside ours, and what is drawn for the clock: on made-up texts."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis.strategies as st
import pytest
from coverage_labels import Text
from hypothesis import given

from wayside.coverage import analyse, read_document, to_json
from wayside.model.documents import Document, Span

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NAMES = ("compare", "draw", "five", "foreign", "page")
RAW = "Menu 7\nAbout 40 tents stood there, more than 1,000 people said.\n"
LABEL = {
    "claims": [
        {"start": 7, "end": 21, "quantity_low": 40, "quantity_high": 40, "approximation": "approximately"},
        {"start": 35, "end": 57, "quantity_low": 1001, "quantity_high": None, "approximation": "more than"},
    ],
    "boilerplate_lines_1based": [[1, 1]],
}


@pytest.fixture(scope="module")
def rooms() -> Iterator[Any]:
    """The modules that compare, which are no part of the package."""
    sys.path.insert(0, str(BENCHMARKS))
    yield SimpleNamespace(**{name: importlib.import_module(f"coverage.{name}") for name in NAMES})
    sys.path.remove(str(BENCHMARKS))


@pytest.fixture
def text() -> Text:
    document = Document("1", "1.txt", RAW, (Span(7, len(RAW) - 1),))
    return Text("1", document, LABEL, "c", "f", "en", None, kept_aside=False, raw=RAW)


def quantity(start: int | None, end: int | None, *values: float, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "values": list(values), "bounds": [[min(values), max(values)]], **more}


def test_a_tool_is_scored_by_what_it_touches(rooms: Any, text: Text) -> None:
    found = [
        quantity(5, 6, 7.0),
        quantity(13, 15, 40.0),
        quantity(45, 50, 1000.0, bounds=[[1000.0, None], [1001.0, None]]),
        {"error": "ValueError: x", "line": [0, 6]},
    ]
    assert rooms.compare.score(found, text) == {
        "labels": 2,
        "found": 2,
        "value": 2,
        "bounds": 2,
        "quantities": 3,
        "labelled": 2,
        "in boilerplate": 1,
        "errors": 1,
    }


def test_a_quantity_without_a_place_counts_where_its_line_and_figure_are_the_labels(rooms: Any, text: Text) -> None:
    line = [7, len(RAW) - 1]
    right = rooms.compare.score([quantity(None, None, 40.0, line=line)], text)
    wrong = rooms.compare.score([quantity(None, None, 41.0, line=line)], text)
    elsewhere = rooms.compare.score([quantity(None, None, 40.0, line=[0, 6])], text)
    assert (right["found"], right["value"], right["bounds"]) == (1, 1, 1)
    assert (wrong["found"], elsewhere["found"], elsewhere["in boilerplate"]) == (0, 0, 1)


def test_claims_taken_together_serve_for_bounds_alone(rooms: Any, text: Text) -> None:
    near = [quantity(13, 15, 30.0)]
    alone = rooms.compare.score(near, text)
    together = rooms.compare.score(near, text, [{"start": 7, "end": 21, "bounds": [[40, 40]]}])
    other = rooms.compare.score(near, text, [{"start": 35, "end": 57, "bounds": [[40, 40]]}])
    assert (alone["bounds"], together["bounds"], other["bounds"]) == (0, 1, 0)
    assert together["found"] == alone["found"]


def test_what_was_cut_becomes_blank_and_everything_keeps_its_place(rooms: Any, text: Text) -> None:
    kept = rooms.compare.body(text.document)
    assert len(kept) == len(RAW)
    assert kept == "      \n" + RAW[7:]


def test_sums_name_sets_and_no_text(rooms: Any, text: Text) -> None:
    counts = rooms.compare.score([quantity(13, 15, 40.0)], text)
    sums = rooms.compare._sums({f"{name}/secret-{at}": counts for at, (name, _) in enumerate(rooms.compare.SETS)})
    assert list(sums) == [name for name, _ in rooms.compare.SETS]
    assert "secret" not in json.dumps(sums)


# ---------------------------------------------------------------------------- the other tools' side


@given(text=st.text(alphabet="ab \n1", max_size=30))
def test_lines_keep_their_places(text: str) -> None:
    sys.path.insert(0, str(BENCHMARKS))
    foreign = importlib.import_module("coverage.foreign")
    sys.path.remove(str(BENCHMARKS))
    lines = list(foreign._lines(text))
    assert all(text[offset : offset + len(line)] == line and line.strip() for offset, line in lines)
    assert [line for _, line in lines] == [line for line in text.split("\n") if line.strip()]


def test_what_a_tool_cannot_read_is_counted_and_the_next_line_read(rooms: Any) -> None:
    def find(line: str) -> Iterator[dict[str, Any]]:
        if "x" in line:
            raise IndexError(line)
        yield {"start": line.index("4"), "end": line.index("4") + 1, "values": [4.0]}

    failed, found = rooms.foreign._all(find, "x\n  4 tents")
    assert failed == {"error": "IndexError: x", "line": [0, 1]}
    assert (found["start"], found["end"], found["line"]) == (4, 5, [2, 11])


@pytest.mark.parametrize(
    ("values", "mark", "bounds"),
    [
        ([4.0], "=", [[4.0, 4.0]]),
        ([4.0], "~", [[4.0, 4.0]]),
        ([4.0], ">", [[4.0, None], [5.0, None]]),
        ([4.0], "<", [[0.0, 4.0], [0.0, 3.0]]),
        ([6.0, 4.0], "=", [[4.0, 6.0]]),
    ],
)
def test_a_mark_becomes_every_bound_that_it_may_mean(
    rooms: Any, values: list[float], mark: str, bounds: list[list[float | None]]
) -> None:
    assert rooms.foreign._bounds(values, mark) == bounds


def test_a_place_in_a_changed_text_is_moved_to_the_nearest_figure(rooms: Any) -> None:
    line = "7 boats, then 1,000 tents and 1,000 more"
    assert rooms.foreign._place([(12, 16)], [1000.0], line) == {"start": 14, "end": 19}
    assert rooms.foreign._place([(33, 34)], [1000.0], line) == {"start": 30, "end": 35}
    assert rooms.foreign._place([(2, 7)], [5.0], line) == {"start": 2, "end": 7}
    assert rooms.foreign._place(None, [5.0], line) == {"start": None, "end": None}
    assert rooms.foreign._place([(90, 94)], [5.0], line) == {"start": None, "end": None}


# ---------------------------------------------------------------------------- the page and the drawn articles


def test_the_page_says_what_is_left_out_and_leaves_no_gap_unfilled(rooms: Any) -> None:
    sums = {"labels": 2, "found": 1, "value": 1, "bounds": 0, "quantities": 4, "labelled": 1, "in boilerplate": 3}
    tools = {
        "wayside": {"version": "v", "seconds": 1.0, "sets": {"five reports": sums}},
        "CQE": {"skipped": "ImportError: no model"},
    }
    row = {"both": 1, "found": 2, "truth": 4, "B-cubed precision": 0.5, "B-cubed recall": 0.25}
    stories = {"five reports": {"texts": 5, "rows": {"wayside": row}, "skipped": "no datasketch"}}
    page = rooms.page.peers_page({"quantities": tools, "stories": stories})
    assert "| wayside | 1/2 | 1/2 | 0/2 | 1/4 | 3 |" in page
    assert "CQE is left out: ImportError: no model." in page
    assert "| five reports (5) | wayside | 0.50 | 0.25 | 0.33 | 0.50 | 0.25 |" in page
    assert "{{" not in page


def test_the_page_of_speed_gives_the_ratio_of_one_run(rooms: Any) -> None:
    timed = [
        {"task": task, "form": "html", "articles": 1000, "total_s": seconds, "peak_mb": 80.0}
        for task, seconds in (("alone", 2.0), ("whole", 8.0))
    ]
    page = rooms.page.speed_page(timed)
    assert "4.0 times" in page
    assert "| the whole | HTML | 1,000 | 8.00 | 8.0 | 80 |" in page
    assert "{{" not in page


def test_the_tables_of_a_result_hold_its_words_and_no_marks_that_break_them(rooms: Any) -> None:
    said = "Harbour Watch | a group | said that 40 tents stood there in March. The port had 12 tents in April."
    found = to_json(analyse([read_document(said.encode(), "a.txt"), read_document(said.encode(), "b.txt")]))
    lines = "\n".join(rooms.five.five_reports(found)).splitlines()
    rows = [line for line in lines if line.startswith("| a |")]
    assert any("40 tents" in row and "| 40 | 40 |" in row for row in rows)
    columns = {line.count(" | ") for line in lines if line.startswith("| ") and "document | claim |" in line}
    assert columns == {row.count(" | ") for row in rows if "tents”" in row and "takes" not in row}


def test_drawn_articles_are_the_same_again_and_of_the_size_asked_for(rooms: Any) -> None:
    one, other = rooms.draw.articles(25), rooms.draw.articles(25)
    assert one == other
    assert rooms.draw.articles(25, seed=7) != one
    assert [article.story for article in one] == [0] * 20 + [1] * 5
    sizes = [len(article.plain()) for article in one]
    assert min(sizes) >= 4900
    assert sum(sizes) / len(sizes) < 5600


def test_a_drawn_page_is_read_as_its_article(rooms: Any) -> None:
    article = rooms.draw.articles(1)[0]
    document = read_document(article.html(), "a.html")
    body = " ".join(document.text[span.start : span.end] for span in document.body)
    assert all(" ".join(paragraph.split()[:6]) in " ".join(body.split()) for paragraph in article.paragraphs)
    assert document.published == article.published
    assert "Subscribe" not in body
