"""How many independent sources."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.stories.independence import SourceCount, independent_sources, poisson_binomial
from wayside.errors import ValueRefusedError


def count(pile: Any) -> SourceCount:
    traced = pile.trace()
    return independent_sources(pile.claims, pile.documents, traced.origins, traced.kinships)


@given(st.lists(st.floats(0, 1), max_size=9))
def test_the_distribution_by_enumeration(chances: list[float]) -> None:
    expected = [0.0] * (len(chances) + 1)
    for outcome in itertools.product((0, 1), repeat=len(chances)):
        p = math.prod(chance if hit else 1.0 - chance for chance, hit in zip(chances, outcome, strict=True))
        expected[sum(outcome)] += p
    found = poisson_binomial(chances)
    assert found == pytest.approx(expected, abs=1e-12)
    assert math.fsum(found) == pytest.approx(1.0)
    assert sum(n * p for n, p in enumerate(found)) == pytest.approx(sum(chances))


@given(st.integers(1, 4), st.data())
def test_roots_of_all_graphs(nodes: int, data: st.DataObject) -> None:
    """Sum over every graph of edges from later to earlier sources: the sources without an edge are counted."""
    chance = {(later, earlier): data.draw(st.floats(0, 1)) for later in range(nodes) for earlier in range(later)}
    stands = [data.draw(st.floats(0, 1)) for _ in range(nodes)]
    expected = [0.0] * (nodes + 1)
    pairs = list(chance)
    for graph in itertools.product((False, True), repeat=len(pairs)):
        for looked in itertools.product((False, True), repeat=nodes):
            p = math.prod(chance[pair] if edge else 1 - chance[pair] for pair, edge in zip(pairs, graph, strict=True))
            p *= math.prod(stands[at] if look else 1 - stands[at] for at, look in enumerate(looked))
            taking = {later for (later, _), edge in zip(pairs, graph, strict=True) if edge}
            expected[sum(1 for at in range(nodes) if at not in taking and looked[at])] += p
    alone = [stands[at] * math.prod(1 - chance[at, earlier] for earlier in range(at)) for at in range(nodes)]
    assert poisson_binomial(alone) == pytest.approx(expected, abs=1e-9)


def test_a_chance_outside_the_unit_interval_is_refused() -> None:
    with pytest.raises(ValueRefusedError):
        poisson_binomial([1.2])
    with pytest.raises(ValueRefusedError):
        SourceCount((), (0.5, 0.4))


CLAIM = "{147 tankers|thing=ship n=147 place=Varda MORE}"


def said(more: str, words: str = "") -> str:
    return f"The report on Port Varda: {CLAIM.replace('MORE', more)} wait there. {words}"


def test_one_source_however_many_repeat_it(pile: Any) -> None:
    for at in range(9):
        pile.add(
            f"d{at}", said("by=Harrow_Institute", "The Harrow Institute said in its report."), f"2024-10-0{at + 1}"
        )
    found = count(pile)
    assert found.groups == (("Harrow Institute",),)
    assert found.p == pytest.approx((0.0, 1.0))


def test_an_outlet_between_adds_none(pile: Any) -> None:
    pile.add("a", said("by=Harrow_Institute via=Meridian"), "2024-10-01")
    pile.add("b", said("by=Harrow_Institute"), "2024-10-01")
    assert count(pile).count == 1


def test_a_second_institute_that_only_quotes_the_first_is_none(pile: Any) -> None:
    pile.add("a", said("by=Harrow_Institute"), "2024-10-01")
    pile.add("b", said("by=Marlow_Watch"), "2024-10-02")
    pile.add("c", said("by=Harrow_Institute via=Marlow_Watch"), "2024-10-03")
    found = count(pile)
    assert found.groups == (("Harrow Institute", "Marlow Watch"),)
    assert found.p[1] > 0.95


@pytest.mark.parametrize(
    "words",
    ["Marlow Watch, citing the Harrow Institute, gives 147.", "Marlow Watch quoted a count by Harrow Institute."],
)
def test_a_text_that_says_who_cites_whom(pile: Any, words: str) -> None:
    pile.add("a", said("by=Harrow_Institute"), "2024-10-01")
    pile.add("b", said("by=Marlow_Watch", words), "2024-10-02")
    found = count(pile)
    assert found.groups == (("Harrow Institute", "Marlow Watch"),)
    assert found.p[1] > 0.9


def test_who_cites_somebody_else_observed_nothing(pile: Any) -> None:
    pile.add("a", said("by=Harrow_Institute"), "2024-10-01")
    pile.add("b", said("by=Marlow_Watch", "Marlow Watch cited the HI."), "2024-10-02")
    found = count(pile)
    assert found.p[1] > 0.9


def test_a_second_count_of_its_own_is_a_second_source(pile: Any) -> None:
    pile.add("a", said("by=Harrow_Institute"), "2024-10-01")
    pile.add("b", said("by=Marlow_Watch").replace("147", "139"), "2024-10-02")
    found = count(pile)
    assert found.groups == (("Harrow Institute",), ("Marlow Watch",))
    assert found.p[2] > 0.9


def test_the_same_uncommon_figure_from_another_is_doubtful(pile: Any) -> None:
    pile.add("a", said("by=Harrow_Institute"), "2024-10-01")
    pile.add("b", said("by=Marlow_Watch"), "2024-10-02")
    found = count(pile)
    assert 0.2 < found.p[1] < 0.9
    assert found.p[2] == pytest.approx(1.0 - found.p[1])


def test_a_document_without_a_source_leads_back_to_the_report(pile: Any) -> None:
    pile.add("a", said("by=Harrow_Institute", "The Harrow Institute said so in a report."), "2024-10-01")
    for at in range(3):
        pile.add(f"n{at}", said(""), "2024-10-02")
    found = count(pile)
    assert found.groups == (("Harrow Institute",),)
    assert found.p[1] > 0.85


def test_an_outlet_that_counted_itself_is_a_source_without_a_name(pile: Any) -> None:
    pile.add("a", said("by=Harrow_Institute"), "2024-10-01")
    pile.add("b", said("voice=outlet").replace("147", "144"), "2024-10-01")
    found = count(pile)
    assert found.p[2] > 0.6


def test_nobody_named_is_no_source(pile: Any) -> None:
    pile.add("a", said(""))
    found = count(pile)
    assert found.groups == ()
    assert found.p[0] > 0.9


def test_an_unnamed_official_through_one_reporter_is_one(pile: Any) -> None:
    for at, words in enumerate(("a_U.S._official", "US_official", "an_unnamed_US_official")):
        pile.add(f"d{at}", said(f"by={words} anonymous voice=anonymous via=Meridian"), "2024-10-01")
    found = count(pile)
    assert found.count == 1
    assert found.p[1] == pytest.approx(1.0)


def test_unnamed_officials_of_two_reporters_may_be_one(pile: Any) -> None:
    for at, paper in enumerate(("Meridian", "Northern Post")):
        via = paper.replace(" ", "_")
        pile.add(f"d{at}", said(f"by=a_U.S._official anonymous voice=anonymous via={via}"), "2024-10-01")
    found = count(pile)
    assert 0.2 < found.p[1] < 0.95


def test_the_group_without_a_name_is_the_report(pile: Any) -> None:
    pile.add("a", said("by=Harrow_Institute", "The Harrow Institute said so in a report."), "2024-10-01")
    pile.add("b", said("by=the_group anonymous lost voice=anonymous", "The group says so."), "2024-10-02")
    found = count(pile)
    assert found.groups == (("Harrow Institute",),)
    assert found.p[1] > 0.6


def test_two_unnamed_groups_of_one_report_are_one_source(pile: Any) -> None:
    pile.add(
        "a",
        "The Harrow Institute said in a report that {31 tugs|thing=tug n=31 by=Harrow_Institute} lie at"
        " Varda with {147 tankers|thing=ship n=147 by=Harrow_Institute}.",
    )
    for name in "bc":
        pile.add(
            name,
            "The group says that {31 tugs|thing=tug n=31} and {147 tankers|thing=ship n=147 by=the_group anonymous lost"
            " voice=anonymous} lie at Varda.",
        )
    traced = pile.trace()
    claims = [one for one in pile.claims if one.document in "bc" and one.thing == "ship"]
    found = independent_sources(claims, pile.documents, traced.origins, traced.kinships)
    assert found.groups == (("Harrow Institute",),)
    assert found.p[1] > 0.5


def test_a_source_given_from_other_documents_is_as_sure_as_the_origin(pile: Any) -> None:
    pile.add("a", said("by=Harrow_Institute", "The Harrow Institute said so in a report."), "2024-10-01")
    pile.add("b", said("inferred=harrow_institute"), "2024-10-02")
    found = count(pile)
    assert found.groups == (("Harrow Institute",),)
    assert 0.9 < found.p[1] < 1.0
    alone = independent_sources([one for one in pile.claims if one.document == "b"], pile.documents, ())
    assert alone.groups == (("Harrow Institute",),)
    assert 0.4 < alone.p[1] < 0.9


def test_sources_that_each_quote_the_other_do_not_vanish(pile: Any) -> None:
    pile.add("a", said("by=Harrow_Institute via=Marlow_Watch"), "2024-10-01")
    pile.add("b", said("by=Marlow_Watch via=Harrow_Institute"), "2024-10-02")
    found = count(pile)
    assert found.count == 1
    assert found.p[0] < 0.05


@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C", None]), st.sampled_from(["", "A", "B", "M"])), max_size=7))
def test_any_mixture_gives_a_distribution(rows: list[tuple[str | None, str]]) -> None:
    from wayside.model.claims import Claim, Quantity
    from wayside.model.documents import Document, Span

    quantity = Quantity(147.0, 147.0, "exact", "1", 147.0)
    claims = [
        Claim(
            f"c{at}", f"d{at}", Span(0, 3), "147", quantity, "ship", "count", thing="ship", asserted_by=by,
            via=(via,) if via else (),
        )
        for at, (by, via) in enumerate(rows)
    ]  # fmt: skip
    documents = [Document(f"d{at}", "f", "147 ships", (Span(0, 9),)) for at in range(len(rows))]
    found = independent_sources(claims, documents, ())
    assert math.fsum(found.p) == pytest.approx(1.0)
    assert found.count <= len({by for by, _ in rows if by})
