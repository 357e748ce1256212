"""Where documents take from."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from wayside.model.stories import Organisation

REPORT = (
    "Images show {about 147 tankers|thing=ship n=147 as=approximately place=Varda time=Oct._2@2024-10-02} at"
    " Port Varda."
    " “The queue outside the breakwater is longer than in any earlier year,” this report finds."
)
WIRE = (
    "PORT VARDA (Meridian) - The Harrow Institute said in a report that {about 147 tankers|thing=ship n=147"
    " as=approximately by=Harrow_Institute place=Varda} were waiting. “The queue outside the breakwater is"
    " longer than in"
    " any earlier year,” it said."
)
RETOLD = (
    "Ships queue at Varda: {147 tankers|thing=ship n=147 by=Harrow_Institute via=Meridian} wait there, the"
    " Harrow Institute"
    " said in a report, Meridian reported."
)


@pytest.fixture
def told(pile: Any) -> Any:
    pile.add("primary", REPORT, "2024-10-03", url="https://harrow-institute.example/varda")
    pile.add("wire", WIRE, "2024-10-04", credits=("Meridian",))
    pile.add("retold", RETOLD, "2024-10-05")
    return pile


def test_a_document_derives_from_what_it_credits(told: Any) -> None:
    edges = told.edges()
    assert edges["wire", "report:harrow-institute"] > 0.9
    assert edges["retold", "report:harrow-institute"] > 0.9
    assert edges["wire", "outlet:meridian"] > 0.9
    assert edges["retold", "outlet:meridian"] > 0.85


def test_a_text_that_is_there_is_linked_as_well(told: Any) -> None:
    edges = told.edges()
    assert edges["wire", "document:primary"] > 0.9
    assert edges["retold", "document:primary"] > 0.9
    assert edges["retold", "document:wire"] > 0.3


def test_the_report_derives_from_nobody(told: Any) -> None:
    assert not [edge for edge in told.edges() if edge[0] == "primary"]


def test_every_edge_states_its_evidence_and_its_sum(told: Any) -> None:
    import math

    from wayside.coverage.stories.evidence import rows

    for origin in told.trace().origins:
        odds = rows("derivation").prior + sum(item.weight for item in origin.details)
        assert origin.p == pytest.approx(1 / (1 + math.exp(-odds)))
        assert len(origin.evidence) == len(origin.details)
        for item in origin.details:
            for passage in (item.here, item.there):
                if passage is not None:
                    text = next(one.text for one in told.documents if one.id == passage.document)
                    assert text[passage.span.start : passage.span.end] == passage.quote


def test_who_credits_nobody_derives_by_what_is_shared_with_less_certainty(told: Any) -> None:
    told.add(
        "silent",
        "At Varda {147 tankers|thing=ship n=147} wait. “The queue outside the breakwater is longer than in"
        " any earlier year.”",
        "2024-10-06",
    )
    (found,) = [
        one
        for one in told.trace().origins
        if one.document == "silent" and one.derives_from == "report:harrow-institute"
    ]
    assert found.kind == "inferred"
    assert 0.5 < found.p < 0.95
    assert {item.kind for item in found.details} >= {"shared figure", "shared quotation"}


def test_the_group_without_a_name_is_led_back(told: Any) -> None:
    told.add(
        "group",
        "According to the group, {at least 147 tankers|thing=ship n=147 as=at_least by=the_group anonymous"
        " lost place=Varda}"
        " lie off Port Varda.",
        "2024-10-06",
    )
    edges = told.edges()
    assert 0.4 < edges["group", "report:harrow-institute"] < 0.95


def test_an_own_source_speaks_against_it(told: Any, piles: Any) -> None:
    alone = piles()
    alone.documents, alone.claims = list(told.documents), list(told.claims)
    shared = "{147 tankers|thing=ship n=147} lie off Port Varda{more}."
    told.add("x", shared.replace("{more}", ""), "2024-10-06")
    named = " and {31 tugs|thing=tug n=31 by=Pilot_Guild} help, the Pilot Guild said in a report"
    alone.add("x", shared.replace("{more}", named), "2024-10-06")
    with_source = alone.edges().get(("x", "report:harrow-institute"), 0.0)
    assert with_source < told.edges()["x", "report:harrow-institute"]


def test_an_official_is_a_source_and_not_a_report(pile: Any) -> None:
    pile.organisations.append(Organisation("mira-sol", "Mira Sol", "person"))
    pile.add(
        "a", "Minister Mira Sol told the press that {40 boats|thing=boat n=40 by=Mira_Sol} had left.", "2024-01-01"
    )
    assert set(pile.edges()) == {("a", "source:mira-sol")}


def test_agencies_without_a_name_are_no_origin(pile: Any) -> None:
    pile.add("a", "There were {40 boats|thing=boat n=40} at sea.", credits=("agencies",))
    assert pile.edges() == {}


def test_a_name_in_the_text_counts_less_than_a_claim(told: Any) -> None:
    told.add("named", "Analysts at the Harrow Institute look at Port Varda where many tankers wait.", "2024-10-06")
    edges = told.edges()
    assert 0.5 < edges["named", "report:harrow-institute"] < edges["retold", "report:harrow-institute"]


@pytest.mark.parametrize("seed", range(6))
def test_there_are_no_cycles(seed: int, pile: Any) -> None:
    """Drawn piles with any mixture of days, credits and addresses: walking up the edges always ends."""
    drawn = random.Random(seed)  # noqa: S311  (drawn, not secret)
    words = WIRE + " " + RETOLD.replace("147 tankers", "147 ships")
    for at in range(14):
        day = str(date(2024, 10, 1) + timedelta(drawn.randrange(4))) if drawn.random() < 0.6 else None
        credits_ = ("Meridian",) if drawn.random() < 0.4 else ()
        url = "https://harrow-institute.example/x" if drawn.random() < 0.2 else None
        pile.add(f"d{at}", words, day, credits=credits_, url=url)
    up: dict[str, set[str]] = {}
    for document, node in pile.edges():
        if node.startswith("document:"):
            up.setdefault(document, set()).add(node.removeprefix("document:"))
    assert up

    def ends(document: str, path: tuple[str, ...]) -> bool:
        return document not in path and all(ends(one, (*path, document)) for one in up.get(document, ()))

    assert all(ends(document, ()) for document in up)
    days = {one.id: one.published for one in pile.documents}
    for document, others in up.items():
        for other in others:
            assert days[document] is None or days[other] is None or days[other] <= days[document]


def test_the_earlier_of_two_copies_is_the_source(pile: Any) -> None:
    text = (
        RETOLD + " The harbour stays shut until the weather turns, as it has done in every autumn of the past decade."
    )
    pile.add("late", text, "2024-10-09").add("early", text, "2024-10-05")
    edges = pile.edges()
    assert edges["late", "document:early"] > 0.9
    assert ("early", "document:late") not in edges


def test_undated_copies_are_kin_and_nobody_comes_first(pile: Any) -> None:
    text = (
        RETOLD + " The harbour stays shut until the weather turns, as it has done in every autumn of the past decade."
    )
    pile.add("one", text).add("two", text)
    assert not [edge for edge in pile.edges() if edge[1].startswith("document:")]
    assert pile.trace().kinships[0].kind == "near-identical"
