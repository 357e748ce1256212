"""What cannot both be true is shown, and what can is left alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from wayside.coverage.agreement.contradictions import MOST_POSITIONS
from wayside.coverage.agreement.groups import agreements
from wayside.model.claims import Claim

DAY = date(2024, 3, 5)
FIVE_YEARS = (date(2019, 3, 6), date(2024, 3, 5))


def clashes(make: Any, *claims: Claim) -> list[tuple[str, str]]:
    documents = dict.fromkeys(claim.document for claim in claims)
    found = agreements(claims, [make.story(*documents)])
    return [(one.one, one.other) for group in found for one in group.contradictions]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((73, "approximately"), (80, "at least")),
        ((73, "exact"), (74, "exact")),
        ((20, "no more than"), (37, "exact")),
        ((1000, "more than"), (1000, "fewer than")),
        ((2_500_000, "exact"), (3_100_000, "exact")),
    ],
)
def test_figures_that_no_number_satisfies(make: Any, one: tuple[float, str], other: tuple[float, str]) -> None:
    claims = [make.claim(*one, document="a"), make.claim(*other, document="b", source="marlow", asserted_by="Marlow")]
    if one[1] in {"more than", "fewer than"}:
        claims = [
            make.claim(document="a", quantity=make.quantity(1001, "at least")),
            make.claim(document="b", quantity=make.quantity(999, "no more than")),
        ]
    assert clashes(make, *claims) == [(claims[0].id, claims[1].id)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((73, "approximately"), (70, "at least")),
        ((73, "approximately"), (70, "exact")),
        ((60_000, "exact"), (61_500, "exact")),
        ((20, "no more than"), (17, "exact")),
        ((70, "at least"), (90, "at least")),
    ],
)
def test_figures_that_can_both_be_true(make: Any, one: tuple[float, str], other: tuple[float, str]) -> None:
    assert clashes(make, make.claim(*one, document="a"), make.claim(*other, document="b")) == []


def test_the_sentence_names_who_says_what_where(make: Any) -> None:
    claims = [make.claim(73, document="a"), make.claim(90, document="b", asserted_by=None, source=None, anonymous=True)]
    (group,) = agreements(claims, [make.story("a", "b")])
    (found,) = group.contradictions
    assert found.text == (
        "Harrow Institute says “exact 73 freight car” (a); someone unnamed says “exact 90 freight car” (b): "
        "no number is both, if they are about one day"
    )
    dated = [make.claim(73, document="a", day=DAY), make.claim(90, document="b", day=DAY)]
    (group,) = agreements(dated, [make.story("a", "b")])
    assert group.contradictions[0].text.endswith("no number is both")


def test_one_text_with_two_figures_of_one_source_speaks_of_two_things(make: Any) -> None:
    here = [make.claim(73, document="a"), make.claim(12, document="a")]
    assert clashes(make, *here) == []
    assert clashes(make, *here, make.claim(12, document="b")) == []
    doubted = make.claim(12, document="a", source="marlow", asserted_by="Marlow")
    assert clashes(make, make.claim(73, document="a"), doubted) != []


def test_what_is_planned_contradicts_nothing(make: Any) -> None:
    planned = make.claim(100, document="b", certainty="possible")
    assert clashes(make, make.claim(73, document="a"), planned) == []


def test_a_figure_that_is_denied(make: Any) -> None:
    denied = make.claim(73, document="b", source="moscow", asserted_by="Moscow", negated=True)
    said = make.claim(73, document="a")
    assert clashes(make, said, denied) == [(said.id, denied.id)]
    assert clashes(make, make.claim(60, document="a"), denied) == []


def test_a_statement_that_is_asserted_and_denied(make: Any) -> None:
    said = make.statement(document="a", asserted_by="Harrow Institute", source="harrow")
    denied = make.statement(document="b", asserted_by="Moscow", source="moscow", negated=True)
    again = make.statement(document="c", asserted_by="Moscow", source="moscow", negated=True)
    assert clashes(make, said, denied, again) == [(said.id, denied.id)]
    possible = make.statement(document="d", certainty="possible", source="x", asserted_by="X")
    assert clashes(make, possible, denied) == []
    other = make.statement("agreement-signed", document="e", source="x", asserted_by="X")
    assert clashes(make, other, denied) == []


def test_a_day_within_a_period_that_exceeds_its_maximum(make: Any) -> None:
    most = make.claim(20, "no more than", kind="maximum", day=FIVE_YEARS, document="a")
    within = make.claim(37, day=date(2022, 5, 12), document="b")
    (first, *_) = agreements([most, within], [make.story("a", "b")])
    assert [(one.one, one.other) for one in first.contradictions] == [(most.id, within.id)]
    assert first.contradictions[0].text.endswith("that day lies within the period")
    before = make.claim(37, day=date(2018, 5, 12), document="b")
    below = make.claim(17, day=date(2022, 5, 12), document="b")
    undated = make.claim(37, document="b")
    elsewhere = make.claim(37, day=date(2022, 5, 12), document="b", place="Osterhaven")
    for other in (before, below, undated, elsewhere):
        assert clashes(make, most, other) == []


def test_the_count_that_a_text_sets_against_its_maximum_does_not_contradict_it(make: Any) -> None:
    most = make.claim(20, "no more than", kind="maximum", day=FIVE_YEARS, document="a")
    now = make.claim(73, day=DAY, document="a")
    repeated = make.claim(70, "at least", day=DAY, document="b")
    assert clashes(make, most, now, repeated) == []
    # Another text with the same maximum does not say how many there are now; the first one still explains both.
    again = make.claim(20, "no more than", kind="maximum", day=FIVE_YEARS, document="c")
    assert clashes(make, most, again, now, repeated) == []


def test_maxima_of_a_period_and_of_its_part(make: Any) -> None:
    year = (date(2021, 1, 1), date(2021, 12, 31))
    whole = make.claim(20, kind="maximum", day=FIVE_YEARS, document="a")
    part = make.claim(40, kind="maximum", day=year, document="b")
    assert clashes(make, whole, part) == [(whole.id, part.id)]
    less = make.claim(11, kind="maximum", day=year, document="b")
    assert clashes(make, whole, less) == []


def test_many_figures_give_no_flood_of_pairs(make: Any) -> None:
    claims = [make.claim(10 * at + 1, document=f"d{at}") for at in range(300)]
    assert len(clashes(make, *claims)) <= MOST_POSITIONS * (MOST_POSITIONS - 1) // 2


def test_another_time_is_another_group(make: Any) -> None:
    claims = [make.claim(73, day=DAY, document="a"), make.claim(20, day=DAY - timedelta(days=90), document="b")]
    assert clashes(make, *claims) == []
