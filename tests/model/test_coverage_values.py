"""Values of coverage refuse what breaks their rules, and a document's text maps to its file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.model.agreement import AgainstMeasured, Agreement, Contradiction, MeasuredCount, Rating
from wayside.model.claims import Claim, DatedEvent, Footing, Join, Quantity, TimeSpan
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document, Passage, Segment, Span
from wayside.model.stories import Change, Evidence, Kinship, Organisation, Origin, Story

HERE = Passage("d", Span(0, 1), "q")
QUANTITY = Quantity(1.0, 2.0, "between")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Span(3, 3),
        lambda: Span(-1, 3),
        lambda: Segment(0, 0, 2, 3),
        lambda: Quantity(2.0, 1.0, "between"),
        lambda: Quantity(float("nan"), None, "at least"),
        lambda: Quantity(1.0, 1.0, "perhaps"),
        lambda: TimeSpan("x", date(2023, 1, 2), date(2023, 1, 1)),
        lambda: Document("", "f", "text", ()),
        lambda: Document("d", "f", "text", (Span(2, 4), Span(0, 1))),
        lambda: Document("d", "f", "text", (Span(2, 9),)),
        lambda: Claim("c", "d", Span(0, 1), " ", QUANTITY, None, "count"),
        lambda: Claim("c", "d", Span(0, 1), "q", QUANTITY, None, "rumour"),
        lambda: Claim("c", "d", Span(0, 1), "q", QUANTITY, None, "comparison"),
        lambda: Origin("d", "report:x", 1.5, ("credit",)),
        lambda: Origin("d", "report:x", 0.5, ()),
        lambda: AgainstMeasured("consistent", None),
        lambda: AgainstMeasured("not comparable", 0.5),
        lambda: Agreement((), 0.0, 1.0, 0),
        lambda: Agreement(("c",), 2.0, 1.0, 0),
        lambda: MeasuredCount(0, (0.5, 0.4)),
        lambda: MeasuredCount(0, (1.5, -0.5)),
        lambda: MeasuredCount(0, ()),
        lambda: CoverageResult((), (Claim("c", "d", Span(0, 1), "q", QUANTITY, None, "count"),)),
        lambda: CoverageResult((), (), agreement=(Agreement(("c",), 1.0, 2.0, 0),)),
        lambda: CoverageResult((), (), stories=(Story("s1", "title", ("d",)),)),
        lambda: Agreement(("c",), 1.0, 2.0, 0, sources_p=(0.5, 0.4)),
        lambda: Contradiction("c", "c", "itself"),
        lambda: Contradiction("c", "d", ""),
        lambda: Claim("c", "d", Span(0, 1), "q", QUANTITY, None, "count", voice="choir"),
        lambda: Claim("c", "d", Span(0, 1), "q", QUANTITY, None, "count", topic="transfer-begun"),
        lambda: Claim("c", "d", Span(0, 1), "q", QUANTITY, None, "count", certainty="sure"),
        lambda: Claim("c", "d", Span(0, 1), "q", QUANTITY, None, "count", quotation="loose"),
        lambda: Join("", "or"),
        lambda: Join("c", "but"),
        lambda: Footing(("c",), "1/year", (1.0,), ("x",), "text"),
        lambda: Footing(("c", "d"), "1/year", (1.0,), ("x", "y"), "text"),
        lambda: DatedEvent("e", "", "summit", TimeSpan("then"), "d", Span(0, 1), "q"),
        lambda: Rating("s", None, None, "A", date(2024, 1, 1)),
        lambda: Rating("s", "G", None, "A", date(2024, 1, 1)),
        lambda: Rating("s", "A", "0", "A", date(2024, 1, 1)),
        lambda: Rating("s", "A", "1", " ", date(2024, 1, 1)),
        lambda: Rating("", "A", "1", "A", date(2024, 1, 1)),
        lambda: Evidence("credit", "words", float("inf")),
        lambda: Kinship("d", "d", "rewritten", 0.5),
        lambda: Kinship("d", "e", "married", 0.5),
        lambda: Change("mood", HERE, HERE, "text", 0.5),
        lambda: Story("s1", "title", ()),
        lambda: Organisation("id", ""),
        lambda: Passage("d", Span(0, 1), " "),
    ],
)
def test_values_that_break_their_rules_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueRefusedError):
        make()


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), min_size=1, max_size=8), st.data())
def test_segments_map_text_to_file(pieces: list[tuple[int, int]], data: st.DataObject) -> None:
    segments, at_text, at_file, where = [], 0, 0, []
    for length, gap in pieces:
        at_file += gap
        segments.append(Segment(at_text, at_file, length, length))
        where += range(at_file, at_file + length)
        at_text, at_file = at_text + length, at_file + length
    document = Document("d", "f", "x" * at_text, (Span(0, at_text),), segments=tuple(segments))
    start = data.draw(st.integers(0, at_text - 1))
    end = data.draw(st.integers(start + 1, at_text))
    assert document.in_file(Span(start, end)) == Span(where[start], where[end - 1] + 1)
