"""Whatever comes in, a document or a TextError comes out, and every offset is inside the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.coverage.growth import assert_near_linear, repeated

from wayside.coverage import analyse, read_document, to_json
from wayside.coverage.texts.decode import decode
from wayside.errors import TextError
from wayside.model.documents import Document

SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "docs/schemas/coverage.json").read_text(encoding="utf-8"))
)
PIECES = (
    "at least",
    "no more than",
    "about",
    "73",
    "2.5",
    "60,000",
    "million",
    "seventy-three",
    "dozens of",
    "between",
    "and",
    "to",
    "–",
    "-",
    "%",
    "$",
    "railcars",
    "freight cars",
    "rounds",
    "per day",
    "or so",
    "at most",
    "unprecedented",
    "Reuters",
    "reported",
    "said",
    "according to",
    "the group",
    "Beyond Parallel",
    "told CBS News",
    "“",
    "”",
    '"',
    "…",
    ".",
    ",",
    ";",
    ":",
    "\n",
    "\n\n",
    "Oct. 5",
    "2023",
    "over the past five years",
    "last month",
    "at the Tumangang Rail Facility",
    "(",
    ")",
    "nearing",
    "second",
    "year",
    "week",
    "long",
    "years",
    "half",
    "a",
    "tens of",
    "thousands",
    "0",
    "999999999999999999999",
    "31",
    "February",
    "été",
    "73량",
    "вагонов",
    "около",
    "Recent Posts",
    "7 mins ago",
    "- ",
    "\u2028",
    "\r\n",
    "five days after",
)
TAGS = (
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<html>",
    "<body>",
    "<article>",
    "<script>",
    "</script>",
    "<![",
    "<!--",
    "-->",
    "&amp;",
    "&#0;",
    "&#x1F600;",
    "&notin;",
    "&bogus;",
    "<",
    ">",
    "<br/>",
    "<![CDATA[",
    "<?",
    "<!DOCTYPE html>",
    "<title>T</title>",
)
PROSE = "Satellite images show approximately 73 railcars at the Tumangang Rail Facility, the report said on Friday."


def read_or_refuse(data: bytes, name: str) -> Document | None:
    try:
        return read_document(data, name)
    except TextError:
        return None


def check(data: bytes, name: str = "x.txt") -> None:
    document = read_or_refuse(data, name)
    if document is None:
        return
    result = analyse([document])
    found = to_json(result)
    SCHEMA.validate(found)
    text = decode(data, name).text
    for claim in found["claims"]:
        assert 0 <= claim["start"] < claim["end"] <= len(text)
        if not document.segments:
            assert text[claim["start"] : claim["end"]].split() == claim["quote"].split()
    for start, end in found["documents"][0]["body"]:
        assert 0 <= start < end <= len(text)
    for cut in found["documents"][0]["cut"]:
        assert 0 <= cut["start"] < cut["end"] <= len(text)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes) -> None:
    check(data)


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
@example("\ufeff")
@example("1 2 3")
def test_any_text(text: str) -> None:
    check(text.encode("utf-8", "surrogatepass"))


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from([" ", ""]))
@settings(max_examples=250, deadline=None)
def test_text_made_of_the_rules_own_words(pieces: list[str], glue: str) -> None:
    check(glue.join(pieces).encode())


@given(st.lists(st.sampled_from((*TAGS, *TAGS, PROSE, *PIECES[:12])), min_size=4, max_size=40))
@settings(max_examples=120, deadline=None)
def test_broken_markup(pieces: list[str]) -> None:
    check(("<html><body>" + " ".join(pieces)).encode(), "x.html")


@pytest.mark.parametrize(
    "unit",
    [
        "5 ",
        "1,000",
        "1.000",
        "“",
        "said ",
        "Aa ",
        "between 5 and ",
        "((",
        "of The ",
        "about ",
        "Home",
        ", ",
        "at Aa at ",
        "-",
        "\n",
        "a\n",
    ],
)
def test_time_grows_with_length_alone(unit: str) -> None:
    def read(text: str) -> None:
        document = read_or_refuse(f"words {text}".encode(), "x.txt")
        if document is not None:
            to_json(analyse([document]))

    assert_near_linear(repeated(unit, read), (3_000, 18_000))
