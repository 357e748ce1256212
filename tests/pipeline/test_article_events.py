"""Dated events that articles name, as a table that a series reads."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from wayside.model.claims import DatedEvent, TimeSpan
from wayside.model.documents import Span
from wayside.pipeline.article_events import events_table
from wayside.series.tables import read_events

FILES = {"a": "a.txt", "b": "b.html"}


def event(
    name: str, start: date | None, end: date | None = None, *, document: str = "a", by: str | None = None
) -> DatedEvent:
    return DatedEvent("e1", name, "summit", TimeSpan("then", start, end), document, Span(0, 1), "then", by)


def test_events_go_there_and_back() -> None:
    told = [
        event("release of a film", date(2024, 4, 2), date(2024, 4, 2), document="b"),
        event("summit, at Velmar", date(2024, 3, 5), date(2024, 3, 7), by="AP"),
        event("Summit, at  Velmar", date(2024, 3, 5), document="b"),
    ]
    table, left = events_table(told, FILES)
    assert left == 0
    assert table is not None
    found = read_events(table, "events.csv")
    assert [(one.day, one.event, one.source) for one in found] == [
        (date(2024, 3, 5), "summit, at Velmar", "AP, in a.txt; b.html"),
        (date(2024, 4, 2), "release of a film", "b.html"),
    ]


def test_what_has_no_day_is_left_out_and_counted() -> None:
    vague = [
        event("summit", None),
        event("summit", date(2024, 3, 1), date(2024, 3, 31)),
        event("x", date(1492, 10, 12)),
    ]
    assert events_table(vague, FILES) == (None, 3)
    assert events_table([], FILES) == (None, 0)


def test_words_of_strangers_are_no_formulas() -> None:
    table, _ = events_table([event("=HYPERLINK(1)\nsummit", date(2024, 3, 5))], {"a": "+cmd.txt"})
    assert table == "date,event,source\n2024-03-05,HYPERLINK(1) summit,cmd.txt\n"


@given(
    st.lists(
        st.tuples(
            st.text(min_size=1, max_size=20),
            st.dates(date(1900, 1, 1), date(2199, 12, 31)),
            st.none() | st.text(max_size=9),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_events_are_read_back(drawn: list[tuple[str, date, str | None]]) -> None:
    told = [event(name, day, by=by) for name, day, by in drawn]
    table, left = events_table(told, FILES)
    assert table is not None
    found = read_events(table, "events.csv")
    assert {one.day for one in found} == {day for _, day, _ in drawn}
    assert left == 0
    assert 1 <= len(found) <= len(drawn)
