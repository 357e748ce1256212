"""Statements and events on arbitrary text, and the tables that they are read from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.growth import assert_near_linear

from wayside.coverage.claims.cues import cues, forms
from wayside.coverage.claims.events import find_events
from wayside.coverage.claims.patterns import compiled, expand
from wayside.coverage.claims.statements import find_statements, topics
from wayside.coverage.claims.times import find_times
from wayside.coverage.tables import table
from wayside.coverage.words.tokens import tokenise
from wayside.model.claims import CERTAINTIES

PUBLISHED = date(2024, 3, 14)
WORDS = st.sampled_from(
    [
        "no", "agreement", "was", "signed", ",", "which", "has", "begun", "shipping", "arms", "to", "said", "that",
        "“", "”", "—", "contents", "unknown", "cannot", "identify", "tarps", "cover", "the", "Varga", "Olsen", "met",
        "summit", "on", "March 3", "in 2021", "visit", "of", "by", "Moravia", "'s", "launch", "fired", "missiles",
        "and", "between", "struck", "port", "closed", "border", "5", "–", "-", ".", "when", "accused", "stealing",
        "grain", "(", ")",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join))


@given(TEXTS)
def test_any_text_has_valid_statements(text: str) -> None:
    tokens = tokenise(text, 0, len(text))
    last = 0
    for one in find_statements(tokens):
        assert last <= one.first < one.stop <= len(tokens)
        last = one.stop
        assert one.topic in topics()
        assert one.certainty in CERTAINTIES
        assert tokens[one.stop - 1].kind != "mark"


@given(TEXTS, st.one_of(st.none(), st.dates()))
def test_any_text_has_valid_events(text: str, published: date | None) -> None:
    tokens = tokenise(text, 0, len(text))
    times = find_times(text, tokens, published)
    kinds = {row["kind"] for row in table("events", "en")["event"]}
    for one in find_events(text, tokens, times):
        assert 0 <= one.first < one.stop <= len(tokens)
        assert one.kind in kinds
        assert one.event.strip() == one.event != ""
        assert len(one.event) <= 90
        assert any(one.time == time.span and not time.period for time in times)


@pytest.mark.parametrize(
    "unit",
    [
        "accused ", "no agreement signed ", "begun arms ", "“ ", ", has ", "said that ", "cover tarps ", "not only ",
        "arms carrier trains heading to ", "deny ", "contents cannot ", "Moravia's ", "met and ",
        "the summit on March 3 ",
        "Varga–", "visit by ", "Defence Minister ", "March 3, ", "attack on ", "between A and ",
    ],
)  # fmt: skip
def test_time_grows_with_length_alone(unit: str) -> None:
    def prepare(times: int) -> Callable[[], object]:
        text = unit * times
        tokens = tokenise(text, 0, len(text))
        found = find_times(text, tokens, PUBLISHED)
        return lambda: (find_statements(tokens), find_events(text, tokens, found))

    assert_near_linear(prepare, (400, 2_400))


def test_a_language_without_tables_states_nothing() -> None:
    text = "No agreement was signed on March 3."
    tokens = tokenise(text, 0, len(text))
    assert find_statements(tokens, "xx") == []
    assert find_events(text, tokens, find_times(text, tokens, PUBLISHED), "xx") == []
    assert topics("xx") == ()


def test_the_topics_cover_several_fields() -> None:
    assert len(topics()) >= 30
    assert len(set(topics())) == len(topics())


def test_every_group_is_used_and_every_topic_has_its_groups() -> None:
    rows = table("statements", "en")
    used = {
        group.removeprefix("!").removeprefix(">").strip()
        for topic in rows["topic"]
        for row in topic["any"]
        for group in row
    }
    assert used == set(rows["groups"])


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("arms", ["arms"]),
        ("ship/-/s/ping off", ["ship off", "ships off", "shipping off"]),
        ("suppl/y/ies", ["supply", "supplies"]),
        ("-", ["-"]),
    ],
)
def test_forms(entry: str, expected: list[str]) -> None:
    assert forms(entry) == expected


def test_cues_find_phrases_by_their_first_word() -> None:
    text = "They head for the port and head home."
    tokens = tokenise(text, 0, len(text))
    assert cues({"move": ["head/-/ing for"], "any": ["head"]}).hits(tokens) == {
        "move": [(1, 3)],
        "any": [(1, 2), (6, 7)],
    }


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("in|over the {n} (past|very last) {unit}", 6),
        ("a (b) (c|d)", 6),
        ("( a )", 2),
    ],
)
def test_a_pattern_stands_for_its_rows(pattern: str, expected: int) -> None:
    rows = expand(pattern)
    assert len(rows) == len(set(rows)) == expected


@given(st.lists(st.sampled_from("abc"), max_size=12))
def test_the_matcher_agrees_with_comparing_every_row(words: list[str]) -> None:
    rows = {"one": ["a (b) c", "a|b a"], "two": ["b (a|c c) (b)"], "three": ["c"]}
    tokens = tokenise(" ".join(words), 0, len(" ".join(words)))
    matcher = compiled(rows)
    for index in range(len(tokens)):
        expected: dict[int, str] = {}
        for name, patterns in rows.items():
            for row in (row for pattern in patterns for row in expand(pattern)):
                if tuple(words[index : index + len(row)]) == row:
                    expected.setdefault(index + len(row), name)
        found = matcher.matches(tokens, index, [frozenset()] * len(tokens), lambda _kind, _at: None)
        assert [(match.stop, match.name) for match in found] == sorted(expected.items(), reverse=True)
