"""Planning of requests and pieces in memory, against sets of byte positions."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from wayside.archive.remote.ranges import ContentRange, Pieces, Span, clipped, content_range, planned
from wayside.errors import ValueRefusedError

SIZE = 300
DATA = bytes(i * 7 % 251 for i in range(SIZE))
SPANS = st.tuples(st.integers(0, SIZE - 1), st.integers(1, 60)).map(lambda t: Span(t[0], min(SIZE, t[0] + t[1])))


def positions(spans: list[Span]) -> set[int]:
    return {i for s in spans for i in range(s.start, s.stop)}


@given(st.lists(SPANS, max_size=12), st.integers(0, 30), st.integers(1, 80))
def test_plans_cover_what_is_needed_and_little_more(spans: list[Span], gap: int, longest: int) -> None:
    plan = planned(spans, gap=gap, longest=longest)
    needed, got = positions(spans), positions(plan)
    assert needed <= got
    assert sum(s.length for s in plan) == len(got)  # nothing twice
    assert plan == sorted(plan)
    assert all(0 < s.length <= longest for s in plan)
    # What is read in vain is gaps of at most the allowed length between needed bytes.
    vain = sorted(got - needed)
    runs = [[vain[0]]] if vain else []
    for p in vain[1:]:
        if p == runs[-1][-1] + 1:
            runs[-1].append(p)
        else:
            runs.append([p])
    assert all(len(r) <= gap and r[0] - 1 in needed and r[-1] + 1 in needed for r in runs)
    # No two requests could have been one.
    for a, b in pairwise(plan):
        assert b.start - a.stop > gap or a.length + b.length > longest


def test_long_ranges_are_divided_evenly() -> None:
    assert [s.length for s in planned([Span(0, 100)], gap=0, longest=30)] == [25, 25, 25, 25]


def test_neighbours_are_merged() -> None:
    spans = [Span(50, 60), Span(0, 10), Span(12, 20), Span(5, 8)]
    assert planned(spans, gap=2, longest=1000) == [Span(0, 20), Span(50, 60)]


@pytest.mark.parametrize(("gap", "longest"), [(-1, 5), (0, 0)])
def test_plans_that_make_no_sense(gap: int, longest: int) -> None:
    with pytest.raises(ValueRefusedError):
        planned([], gap=gap, longest=longest)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=8))
def test_clipped(ranges: list[tuple[int, int]]) -> None:
    expected = {i for a, n in ranges for i in range(a, a + n) if i < SIZE}
    assert positions(clipped(ranges, SIZE)) == expected


@pytest.mark.parametrize("bad", [(-1, 5), (3, -1)])
def test_negative_ranges_are_refused(bad: tuple[int, int]) -> None:
    with pytest.raises(ValueRefusedError):
        clipped([bad], SIZE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bytes 0-0/1", ContentRange(Span(0, 1), 1)),
        ("bytes 5-9/100", ContentRange(Span(5, 10), 100)),
        ("Bytes 5-9/*", ContentRange(Span(5, 10), None)),
        (" bytes  5-9/100 ", ContentRange(Span(5, 10), 100)),
        ("bytes 9-5/100", None),
        ("bytes 5-100/100", None),
        ("bytes */100", None),
        ("bytes 5-9", None),
        ("items 5-9/100", None),
        ("bytes -5-9/100", None),
        ("bytes ٥-9/100", None),
        ("bytes 5-9/100, 6-7/100", None),
        ("", None),
        (None, None),
    ],
)
def test_content_range(text: str | None, expected: ContentRange | None) -> None:
    assert content_range(text) == expected


@given(st.text(max_size=30))
def test_content_range_reads_anything(text: str) -> None:
    said = content_range("bytes " + text)
    assert said is None or (0 <= said.span.start < said.span.stop and (said.total or said.span.stop) >= said.span.stop)


class PiecesMachine(RuleBasedStateMachine):
    """Pieces with room for everything know exactly the bytes they were given."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces = Pieces(10**6)
        self.here: set[int] = set()

    @rule(span=SPANS)
    def add(self, span: Span) -> None:
        self.pieces.add(span.start, DATA[span.start : span.stop])
        self.here |= positions([span])

    @rule(span=SPANS)
    def cut(self, span: Span) -> None:
        expected = DATA[span.start : span.stop] if positions([span]) <= self.here else None
        assert self.pieces.cut(span) == expected

    @invariant()
    def missing_is_what_is_not_here(self) -> None:
        missing = self.pieces.missing([Span(0, SIZE)])
        assert positions(missing) == set(range(SIZE)) - self.here
        assert sum(s.length for s in missing) == SIZE - len(self.here)


TestPieces = PiecesMachine.TestCase
TestPieces.settings = settings(max_examples=30, stateful_step_count=20)


@given(st.lists(SPANS, min_size=1, max_size=30), st.integers(1, 100))
def test_pieces_keep_to_their_limit_and_never_lie(spans: list[Span], most: int) -> None:
    pieces = Pieces(most)
    for span in spans:
        pieces.add(span.start, DATA[span.start : span.stop])
        held = SIZE - sum(s.length for s in pieces.missing([Span(0, SIZE)]))
        assert held <= max(most, span.length, 60)
        for asked in spans:
            assert pieces.cut(asked) in {None, DATA[asked.start : asked.stop]}
    assert pieces.cut(spans[-1]) is not None


def test_the_least_recently_read_piece_goes_first() -> None:
    pieces = Pieces(30)
    for start in (0, 10, 20):
        pieces.add(start, DATA[start : start + 10])
    assert pieces.cut(Span(0, 10)) is not None
    pieces.add(30, DATA[30:40])
    assert pieces.cut(Span(10, 20)) is None
    assert pieces.cut(Span(0, 10)) is not None
