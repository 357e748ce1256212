"""What is known of the sources of a pile."""

from __future__ import annotations

from typing import Any

import pytest

from wayside.coverage.stories.sources import Sources, unspecific
from wayside.model.documents import Document, Passage, Span
from wayside.model.stories import Organisation

TOLD = (
    "The Harrow Institute said in a report that {147 tankers|thing=ship n=147 by=Harrow_Institute via=Meridian} wait."
)


def known(pile: Any) -> Sources:
    return Sources(pile.documents, pile.claims, pile.organisations)


@pytest.mark.parametrize(
    ("kind", "node"),
    [
        ("news agency", "outlet:x-y"),
        ("broadcaster", "outlet:x-y"),
        ("think tank", "report:x-y"),
        ("government", "source:x-y"),
        ("person", "source:x-y"),
        ("state", "source:x-y"),
    ],
)
def test_a_kind_that_is_known_decides(pile: Any, kind: str, node: str) -> None:
    pile.organisations.append(Organisation("x-y", "X Y", kind))
    assert known(pile).node("x-y") == node


def test_else_the_words_around_its_claims_do(pile: Any) -> None:
    pile.add("a", TOLD)
    pile.add("b", "Rui Costa told the crowd that {40 boats|thing=boat n=40 by=Rui_Costa} had left.")
    found = known(pile)
    assert found.node("harrow-institute") == "report:harrow-institute"
    assert found.node("rui-costa") == "source:rui-costa"
    assert found.node("meridian") == "outlet:meridian"


def test_aliases_are_one_source(pile: Any) -> None:
    alias = Passage("a", Span(0, 2), "HI")
    described = Passage("a", Span(0, 2), "the think tank")
    pile.organisations.append(Organisation("harrow-institute", "Harrow Institute", "think tank", (alias, described)))
    found = known(pile)
    assert found.id_of("HI") == found.id_of("Harrow Institute") == found.id_of("harrow institute") == "harrow-institute"
    assert found.named_in("harrow-institute", "says HI today", 0, 13) == (5, 7)
    assert found.named_in("harrow-institute", "says hi, and CHIC too; the think tank", 0, 37) is None


@pytest.mark.parametrize(
    ("url", "outlet", "own"),
    [
        ("https://www.harrow-institute.example/report", None, True),
        ("https://reports.harrowinstitute.example/1", None, True),
        ("https://daily.example/harrow-institute-says", None, False),
        (None, "Harrow Institute", True),
        (None, "Daily", False),
        (None, None, False),
        ("not an address", None, False),
    ],
)
def test_whose_document_it_is(pile: Any, url: str | None, outlet: str | None, own: bool) -> None:
    pile.add("a", TOLD)
    document = Document("d", "d.txt", "text", (Span(0, 4),), url=url, outlet=outlet)
    assert known(pile).own_of(document, {"harrow-institute", "daily-gazette"}) == (
        {"harrow-institute"} if own else set()
    )


def test_a_name_that_hardly_any_claim_credits_stands_for_no_source(pile: Any) -> None:
    pile.add("a", TOLD).add("b", TOLD)
    pile.add("c", "Ostrelia said that {9 boats|thing=boat n=9 by=Ostrelia} had left.")
    found = known(pile)
    assert found.known("harrow-institute")
    assert not found.known("ostrelia")


def test_agencies_credit_nobody() -> None:
    assert unspecific("Agencies")
    assert not unspecific("Meridian")
