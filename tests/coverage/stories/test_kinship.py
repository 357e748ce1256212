"""How documents of one story are related."""

from __future__ import annotations

from typing import Any

import pytest

from wayside.coverage.stories.detail import detail, in_text, sentence_around, together, variants
from wayside.coverage.stories.kinship import containment
from wayside.model.documents import Document, Segment, Span
from wayside.model.stories import Kinship

FIRST = (
    "The Harrow Institute said in a report that {at least 147 tankers|thing=ship n=147 as=at_least by=Harrow_Institute"
    " place=Varda} lay off Port Varda on Monday, and that {62 of them|thing=ship n=62 by=Harrow_Institute}"
    " had come from"
    " the north. “Nothing of the kind has been seen since the port was opened to foreign trade,” it said."
)


def only(pile: Any) -> Kinship:
    (kin,) = pile.trace().kinships
    return kin


def test_a_copy_is_near_identical(pile: Any) -> None:
    pile.add("a", FIRST, "2024-03-01").add("b", FIRST.replace("on Monday", "Monday"), "2024-03-01")
    kin = only(pile)
    assert kin.kind == "near-identical"
    assert kin.p > 0.95
    wording = next(item for item in kin.evidence if item.kind == "shared wording")
    assert wording.here is not None
    assert wording.there is not None
    assert wording.here.quote == wording.there.quote
    text = pile.documents[0].text
    assert text[wording.here.span.start : wording.here.span.end] == wording.here.quote


def test_a_retelling_is_rewritten_with_the_passages_that_say_so(pile: Any) -> None:
    pile.add("a", FIRST, "2024-03-01")
    pile.add(
        "b",
        "Never since foreigners may trade there: “Nothing of the kind has been seen since the port was opened,” writes"
        " Harrow, whose analysts counted {147 oil carriers|thing=ship n=147 by=Harrow_Institute place=Varda} at Varda,"
        " {62|thing=ship n=62 by=Harrow_Institute} of northern origin.",
        "2024-03-02",
    )
    kin = only(pile)
    assert kin.kind == "rewritten"
    kinds = {item.kind for item in kin.evidence}
    assert {"shared quotation", "shared figure", "shared source"} <= kinds
    figure = next(item for item in kin.evidence if item.kind == "shared figure")
    assert figure.here is not None
    assert figure.here.quote == "at least 147 tankers"


def test_an_own_count_by_an_own_source_is_independent(pile: Any) -> None:
    pile.add("a", FIRST, "2024-03-01")
    pile.add(
        "b",
        "The harbour master of Port Varda counted {131 tankers|thing=ship n=131 by=Harbour_Master"
        " place=Varda} off Varda"
        " on Monday; our reporters were there.",
        "2024-03-01",
    )
    (kin,) = pile.trace().kinships or (None,)
    assert kin is not None
    assert kin.kind == "independent"
    assert {"own source", "own observation"} <= {item.kind for item in kin.evidence}


def test_a_shared_misspelling_speaks_for_a_common_text(piles: Any) -> None:
    def odds(names: tuple[str, str]) -> float:
        pile = piles()
        for at in range(6):
            pile.add(
                f"n{at}", "At the Tarnovka yard {88 engines|thing=engine n=88 place=Tarnovka} stand.", "2024-01-01"
            )
        for at, name in enumerate(names):
            pile.add(f"x{at}", f"The {name} yard holds {{88 engines|thing=engine n=88}}, we hear.", "2024-01-02")
        return next(one.p for one in pile.trace().kinships if {one.one, one.other} == {"x0", "x1"})

    assert odds(("Tarnokva", "Tarnokva")) > odds(("Tarnokva", "Tarnovka"))


def test_misspellings_are_told_from_endings_and_scripts() -> None:
    def one(name: str, text: str) -> Any:
        return detail(Document(name, name, text, (Span(0, len(text)),)), (), frozenset())

    usual = [one(str(at), "In Tarnovka it rained on the yard") for at in range(4)]
    others = [one("a", "At Tarnowka it rained"), one("b", "From Tarnovkas it came"), one("c", "В Тарновку пришел")]
    assert variants([*usual, *others]) == {"Tarnowka"}


def test_containment_by_counting() -> None:
    def one(name: str, text: str) -> Any:
        return detail(Document(name, name, text, (Span(0, len(text)),)), (), frozenset())

    left, right, short = together([one("a", "a b c d e f g"), one("b", "x a b c d e f y z w v u"), one("c", "a b c")])
    # Runs of five on the left: abcde, bcdef, cdefg; the first two are on the right.
    assert {left.runs[run] for run in left.shared} == {0, 1}
    assert {right.runs[run] for run in right.shared} == {1, 2}
    assert containment(left, right, left.shared & right.shared) == pytest.approx(2 / 3)
    assert containment(left, short, left.shared & short.shared) == 0.0


def test_runs_in_common_are_those_of_all_documents_compared_one_by_one() -> None:
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    texts = [" ".join(words[first:]) + " " + " ".join(words[:first]) for first in range(5)]
    details = [
        detail(Document(f"d{at}", "d", text, (Span(0, len(text)),)), (), frozenset()) for at, text in enumerate(texts)
    ]
    for one, whole in zip(together(details), details, strict=True):
        others = {run for other in details if other is not whole for run in other.runs}
        assert one.shared == one.runs.keys() == whole.runs.keys() & others
        assert one.length == len(whole.runs)


def test_all_pairs_of_a_small_story_and_few_of_a_large_one(piles: Any) -> None:
    small, large = piles(), piles()
    for at in range(12):
        small.add(f"d{at}", FIRST, "2024-03-01")
    for at in range(90):
        large.add(f"d{at}", FIRST, "2024-03-01")
    assert len(small.trace().kinships) == 12 * 11 // 2
    assert len(large.trace().kinships) <= 90 * 11


def test_the_sentence_and_the_text_behind_a_place_in_the_file() -> None:
    file = "<p>First &amp; foremost. The 73 cars stood. Then rain.</p>"
    text = "First & foremost. The 73 cars stood. Then rain."
    segments = (Segment(0, 3, 6, 6), Segment(6, 9, 1, 5), Segment(7, 14, 40, 40))
    document = Document("d", "d.html", text, (Span(0, len(text)),), segments=segments)
    here = Span(file.index("73 cars"), file.index("73 cars") + 7)
    assert text[in_text(document, here).start : in_text(document, here).end] == "73 cars"
    around = sentence_around(document, here)
    assert text[around.start : around.end].strip() == "The 73 cars stood."
