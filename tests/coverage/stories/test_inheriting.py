"""A source that a text does not name is taken from the documents that do, and only where they agree."""

from __future__ import annotations

from dataclasses import replace

from wayside.coverage.stories.inheriting import INFERRED, inherited
from wayside.model.claims import Claim, Quantity
from wayside.model.documents import Span
from wayside.model.stories import Origin, Story

STORY = (Story("s1", "barges", ("a", "b", "c", "d")),)


def barges(document: str, name: str | None, voice: str = "named", figure: float = 42.0) -> Claim:
    source = None if name is None or voice != "named" else name.lower()
    return Claim(
        id=f"c{document}", document=document, span=Span(0, 9), quote="42 barges", thing="barge", counted="barge",
        quantity=Quantity(figure, figure, "exact", "1", figure), kind="count", asserted_by=name,
        anonymous=voice == "anonymous", voice=voice, source=source,
    )  # fmt: skip


def test_a_described_body_takes_the_name_that_the_others_give() -> None:
    claims = [barges("a", "Delta Watch"), barges("b", "a research group", "anonymous")]
    _, found = inherited(claims, STORY, ())
    assert found.source == "delta watch"
    assert found.asserted_by == "a research group"
    assert found.flags == (f"{INFERRED}: a names Delta Watch for the same figure",)


def test_an_official_is_no_body_and_stays_without_a_name() -> None:
    claims = [barges("a", "Delta Watch"), barges("b", "a port official", "anonymous")]
    assert inherited(claims, STORY, ()) == claims


def test_a_bare_claim_needs_a_sign_that_its_document_takes_from_there() -> None:
    claims = [barges("a", "Delta Watch"), barges("b", None, "unattributed")]
    assert inherited(claims, STORY, ()) == claims
    weak = Origin("b", "report:delta watch", 0.4, ("figures",))
    assert inherited(claims, STORY, (weak,)) == claims
    assert inherited(claims, STORY, (replace(weak, p=0.6),))[1].source == "delta watch"


def test_sources_that_disagree_give_nothing() -> None:
    group = barges("d", "a think tank", "anonymous")
    claims = [barges("a", "Delta Watch"), barges("b", "Harbour Board"), group]
    assert inherited(claims, STORY, ())[2] == group


def test_neither_another_story_nor_another_figure_gives_a_source() -> None:
    group = barges("b", "a think tank", "anonymous")
    apart = (Story("s1", "barges", ("a",)), Story("s2", "ferries", ("b",)))
    assert inherited([barges("a", "Delta Watch"), group], apart, ())[1] == group
    assert inherited([barges("a", "Delta Watch", figure=41.0), group], STORY, ())[1] == group
