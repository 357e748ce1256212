"""Any text at all, and texts made to be slow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coverage.attribution.reading import lines_of, rows_of
from tests.coverage.growth import assert_near_linear, repeated

from wayside.coverage.attribution.chains import speaker_of
from wayside.coverage.attribution.quoting import quotations_in
from wayside.coverage.tables import languages
from wayside.coverage.words.names import names_in, plain
from wayside.coverage.words.tokens import tokenise

PIECES = [
    "The group", "said", "that", "Reuters", "reported", ",", "according to", "“", "”", "\n", ".", "12", "images",
    "show", "Kpler's", "count", "by", "its report", "told", "the BBC", "(NSO)", "who", "citing", "‘", "’", "'", "«",
    ":", ";", "—", "John Carver", "the minister", "a U.S. official", "was quoted as saying", "but", "it", "ΑΒΓ",
    "日本", "\u202e", "🚂",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from([*languages("speech"), "xx"]))
def test_any_mixture_of_frames_is_read(pieces: list[str], language: str) -> None:
    text = " ".join(pieces)
    for row in rows_of(text, language=language, outlet="The Courier", credits=("AP",)):
        for index, one in enumerate(row):
            for number in range(len(one.sentence.tokens)):
                found = speaker_of(row, index, number)
                assert found.name is None or found.name not in found.via
                if found.attributed_at is not None:
                    start, end = found.attributed_at
                    assert 0 <= start < end <= len(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    rows = rows_of(text)
    assert [len(row) for row in rows] == [len(line) for line in lines_of(text)]


@given(st.text(alphabet="a “”‘’«»\"'\n.", max_size=80))
def test_quotations_are_disjoint_and_inside(text: str) -> None:
    found = quotations_in(text, [(0, len(text))])
    ends = [0, *found.ends]
    for start, end, before in zip(found.starts, found.ends, ends, strict=False):
        assert before <= start < end <= len(text)
        assert found.at(start) >= 0


@pytest.mark.parametrize(
    ("text", "quoted", "kind"),
    [
        ("He said: “It is full of 12 cars.” Then", "It is full of 12 cars.", "direct"),
        ("He saw “about 12 cars” there.", "about 12 cars", "broken"),
        ("‘Nothing but 12 tents,’ he said.", "Nothing but 12 tents,", "direct"),
        ('"We had 12 tents," she said.', "We had 12 tents,", "direct"),
        ("«Nous avons 12 tentes», dit-il.", "Nous avons 12 tentes", "direct"),
        ("„Wir haben 12 Zelte“, sagte er.", "Wir haben 12 Zelte", "direct"),
        ("“We […] had 12 tents,” she said.", "We […] had 12 tents,", "direct"),
        ("“We had 12 tents.\n“And 9 more,” she said.", "We had 12 tents.", "direct"),
    ],
)
def test_quotations(text: str, quoted: str, kind: str) -> None:
    found = quotations_in(text, [(0, len(text))])
    assert text[found.starts[0] : found.ends[0]] == quoted
    assert found.kind(text.index("1")) == kind


def test_apostrophes_open_nothing() -> None:
    text = "The crews' 12 ships don't leave the '90s behind, Kpler's count says."
    assert quotations_in(text, [(0, len(text))]).at(text.index("12")) == -1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the Center for Strategic and International Studies said", ["Center for Strategic and International Studies"]),
        ("Kpler and Vortexa said", ["Kpler", "Vortexa"]),
        ("Ana Petrović of the Balkan Monitor said", ["Ana Petrović", "Balkan Monitor"]),
        ("the Food and Agriculture Organization said", ["Food and Agriculture Organization"]),
        ("Shin Won-sik of the Washington-based institute", ["Shin Won-sik"]),
        ("reports by 38 North and Lloyd's List", ["38 North", "Lloyd's List"]),
        ("On Monday Images Of", []),
        ("the University of Leeds and the Bank of England", ["University of Leeds", "Bank of England"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert [name for _, _, name in names_in(tokenise(text, 0, len(text)))] == names


@given(st.text(max_size=100))
def test_names_are_of_the_text(text: str) -> None:
    tokens = tokenise(text, 0, len(text))
    for first, stop, name in names_in(tokens):
        assert 0 <= first < stop <= len(tokens)
        assert name.replace(" ", "") == "".join(token.text for token in tokens[first:stop])


def test_plain_names() -> None:
    assert plain("The Pentagon’s") == plain("pentagon")
    assert plain("U.N.") == plain("UN")


HOSTILE = {
    "said": "X said ", "quotes": "“", "straight": '"a ', "commas": "a, ", "names": "Aa ", "of": "Bank of ",
    "and": "A and ", "by": "seen by ", "according": "according to ", "possessive": "Kpler's ", "colon": "Kpler: ",
    "who": "X, who ", "brackets": "(", "said the": ", said the group", "hyphens": "a-", "cited": "citing ",
    "lines": "Reuters reported:\n", "images": "images show. ", "it": "It said. ",
    "officials": "A U.S. official said. ",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_linear_time(name: str) -> None:
    assert_near_linear(repeated(HOSTILE[name], rows_of), (3_000, 18_000))
