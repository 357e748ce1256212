"""What the screen of ``wayside coverage`` puts together: who repeats whom, and the rows of its tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.cli.coverage_rows import Branch, StoryPart, claim_rows, few, headline, languages, repeats, story_parts
from wayside.model.agreement import Agreement, Contradiction
from wayside.model.claims import Claim, Quantity
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document, Span
from wayside.model.stories import Origin, Story

NAMES = {"harrow-institute": "Harrow Institute", "ap": "AP"}


def origin(document: str, source: str, p: float = 0.9) -> Origin:
    return Origin(document, source, p, ("credit",))


def part(
    documents: str, *origins: Origin, claims: tuple[Claim, ...] = (), groups: tuple[Agreement, ...] = ()
) -> StoryPart:
    return StoryPart(Story("s1", "Trains", tuple(documents)), claims, groups, origins)


def drawn(branches: list[Branch]) -> list[Any]:
    """Return trees as lists: [name, [leaves], branches…]."""
    return [[one.name, one.leaves, *drawn(list(one.branches.values()))] for one in branches]


def claim(name: str, document: str, figure: float = 73, **others: Any) -> Claim:
    values = {"asserted_by": "Harrow Institute", "counted": "freight car", "kind": "count"} | others
    quantity = values.pop("quantity", Quantity(figure, figure, "exact", "1", figure))
    return Claim(name, document, Span(0, 9), f"{figure:g} freight cars", quantity, **values)


def test_an_outlet_hangs_on_the_report_that_a_document_names_beside_it() -> None:
    found, loose = repeats(
        part(
            "abcde",
            origin("a", "report:harrow-institute"),
            origin("b", "report:harrow-institute"),
            origin("b", "outlet:ap", 0.8),
            origin("c", "document:b", 0.7),
            origin("d", "report:unlikely", 0.3),
        ),
        NAMES,
    )
    assert drawn(found) == [["Harrow Institute", ["a"], ["AP (outlet)", [], ["b", ["c"]]]]]
    assert loose == ["d", "e"]


def test_documents_that_take_from_each_other_end_in_a_tree() -> None:
    found, loose = repeats(
        part("abc", origin("a", "document:b"), origin("b", "document:a"), origin("c", "document:a")), {}
    )
    assert drawn(found) == [["b", [], ["a", ["c"]]]]
    assert loose == []


EDGES = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.sampled_from(["document:a", "document:b", "document:f", "report:x", "outlet:y"]),
        st.floats(0, 1),
    ),
    max_size=12,
)


@given(EDGES)
def test_every_document_stands_in_one_place(edges: list[tuple[str, str, float]]) -> None:
    origins = [origin(one, other, p) for one, other, p in edges if other != f"document:{one}"]
    found, loose = repeats(part("abcdef", *origins), {})

    def documents(branch: Branch) -> list[str]:
        own = [branch.name] if branch.name in "abcdef" else []
        return own + branch.leaves + [name for one in branch.branches.values() for name in documents(one)]

    placed = [name for branch in found for name in documents(branch)]
    assert sorted(placed + loose) == sorted("abcdef")


def test_rows_of_figures_and_of_statements() -> None:
    said = Quantity(None, None, "none stated")
    claims = (
        claim("c1", "a", via=("AP",)),
        claim("c2", "b", via=("AP", "Reuters")),
        claim("c3", "b", 5, asserted_by=None, counted=None),
        claim("c4", "a", 6, anonymous=True, asserted_by=None),
        claim("c5", "a", kind="statement", topic="transfer-begun", quantity=said, counted=None),
        claim("c6", "b", kind="statement", topic="transfer-begun", quantity=said, counted=None, negated=True),
    )
    clash = (Contradiction("c5", "c6", "one denies it"),)
    groups = (
        Agreement(
            ("c1", "c2"),
            73,
            73,
            1,
            about="freight cars",
            sources=(("Harrow Institute", "HI"),),
            sources_p=(0, 0.7, 0.3),
        ),
        Agreement(
            ("c5", "c6"), 0, 0, 2, about="statement: transfer begun", sources=(("A",), ("B",)), contradictions=clash
        ),
    )
    figures, statements = claim_rows(part("ab", claims=claims, groups=groups))
    first = figures[0]
    assert (first.what, first.says, first.documents, first.via) == ("freight cars", "73 ×2", 2, "AP, Reuters")
    assert (first.who, first.sources) == ("Harrow Institute (with HI)", "1 (1–2)")
    assert [(row.says, row.who, row.sources) for row in figures[1:]] == [("6", "someone unnamed", "1"), ("5", "", "0")]
    (row,) = statements
    assert (row.what, row.who, row.flags) == ("transfer begun", "A; B", "contradicted")
    assert row.says.startswith("said ×1: “73")
    assert "denied ×1" in row.says
    assert headline(part("ab", claims=claims, groups=groups)) == (1, "freight cars", "Harrow Institute (with HI)")
    assert headline(part("ab", claims=claims)) is None


def test_stories_come_largest_first_with_what_is_theirs() -> None:
    documents = [Document(name, f"{name}.txt", "text", (), language=language) for name, language in
                 (("a", "en"), ("b", "uk"), ("c", "en"), ("d", None))]  # fmt: skip
    result = CoverageResult(
        tuple(documents),
        (claim("c1", "a"), claim("c2", "b")),
        (origin("b", "report:x"),),
        (Agreement(("c2",), 73, 73, 1, story="s2"),),
        (Story("s1", "One", ("a",)), Story("s2", "Two", ("b", "c", "d"), date(2024, 3, 5), date(2024, 3, 6))),
    )
    large, small = story_parts(result)
    assert (large.story.id, [one.id for one in large.claims], len(large.groups), len(large.origins)) == (
        "s2",
        ["c2"],
        1,
        1,
    )
    assert (small.story.id, small.groups, small.origins) == ("s1", (), ())
    assert languages(result, ("b", "c", "d", "a")) == "en 2, uk 1, language unknown 1"
    assert languages(result, ("b",)) == "uk"


@pytest.mark.parametrize(
    ("names", "told"),
    [("", ""), ("a", "a"), ("abcde", "a, b, c, d, e"), ("abcdef", "a, b, c, d and 2 more")],
)
def test_few(names: str, told: str) -> None:
    assert few(names) == told
