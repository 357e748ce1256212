"""Which claims are about one thing, and what is said of a group."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.growth import assert_near_linear

from wayside.coverage.agreement.claims_apart import DAYS_APART, about_key, days_of, groups_of
from wayside.coverage.agreement.groups import agreements
from wayside.coverage.stories.independence import independent_sources
from wayside.model.claims import Join
from wayside.model.stories import Origin

DAY = date(2024, 3, 5)


def ids(found: Any) -> list[tuple[str, ...]]:
    return [tuple(claim.id for claim in group.claims) for group in found]


def test_one_group_for_all_spellings_of_a_thing_and_place(make: Any) -> None:
    claims = [
        make.claim(73, document="a"),
        make.claim(73, "approximately", document="b", counted="freight wagon", place="Velmar Rail Station"),
        make.claim(70, "at least", document="c", counted="Güterwagen", place="Вельмар"),
    ]
    (group,) = agreements(claims, [make.story("a", "b", "c")])
    assert group.claims == ("c1", "c2", "c3")
    assert (group.low, group.high, group.independent_sources, group.story) == (70, 73, 1, "s1")
    assert group.about == "freight car, at Velmar"


@pytest.mark.parametrize(
    "other",
    [
        {"place": "Osterhaven"},
        {"thing": "ship", "counted": "ship"},
        {"kind": "capacity"},
        {"unit": "1/day", "kind": "rate"},
        {"certainty": "planned"},
        {"joins": (Join("c1", "part of"),)},
        {"day": DAY + timedelta(days=60)},
        {"document": "z"},
    ],
)
def test_what_keeps_claims_apart(make: Any, other: dict[str, Any]) -> None:
    claims = [make.claim(73, day=DAY), make.claim(73, **({"day": DAY, "document": "b"} | other))]
    stories = {"a": "s1", "b": "s1", "z": "s2"}
    assert ids(groups_of(claims, stories)) == [("c1",), ("c2",)]


def test_claims_that_do_not_say_what_they_count_are_in_no_group(make: Any) -> None:
    claims = [
        make.claim(73, thing=None, counted=None),
        make.claim(1, kind="comparison", quantity=make.statement().quantity),
    ]
    assert groups_of(claims, {"a": "s1"}) == []
    assert agreements([], []) == ()


def test_a_claim_without_a_place_goes_where_its_figure_is(make: Any) -> None:
    claims = [
        make.claim(73, document="a"),
        make.claim(12, document="b", place="Osterhaven"),
        make.claim(12, document="c", place=None),
        make.claim(500, document="a", place=None),
        make.claim(501, document="d", place=None),
    ]
    found = groups_of(claims, dict.fromkeys("abcd", "s1"))
    assert ids(found) == [("c1", "c4"), ("c2", "c3"), ("c5",)]
    assert [group.place for group in found] == ["Velmar", "Osterhaven", None]


def test_a_claim_without_a_day_goes_where_its_figure_is(make: Any) -> None:
    later = DAY + timedelta(days=40)
    claims = [make.claim(73, day=DAY), make.claim(12, day=later, document="b"), make.claim(12, document="c")]
    assert ids(groups_of(claims, dict.fromkeys("abc", "s1"))) == [("c1",), ("c2", "c3")]


def test_lengths_are_one_thing_only_where_they_are_one_figure(make: Any) -> None:
    def length(figure: float, document: str) -> Any:
        return make.claim(figure, kind="length", unit="km", thing="km", counted=None, document=document)

    claims = [length(10, "a"), length(10, "b"), length(25, "b")]
    found = agreements(claims, [make.story("a", "b")])
    assert [(group.claims, group.about) for group in found] == [(("c1", "c2"), "length of 10 km, at Velmar")]


DAYS = st.dates(date(2024, 1, 1), date(2024, 2, 20))


@given(spans=st.lists(st.one_of(st.none(), st.tuples(DAYS, st.integers(0, 30))), min_size=1, max_size=9))
def test_any_two_days_of_a_group_lie_near_each_other(makers: Any, spans: list[tuple[date, int] | None]) -> None:
    make = makers()
    claims = [
        make.claim(figure, day=None if span is None else (span[0], span[0] + timedelta(days=span[1])))
        for figure, span in enumerate(spans)
    ]
    found = groups_of(claims, {"a": "s1"})
    assert sorted(claim.id for group in found for claim in group.claims) == sorted(claim.id for claim in claims)
    for group in found:
        dated = [days for claim in group.claims if (days := days_of(claim)) is not None]
        for one in dated:
            for other in dated:
                assert (one[0] - other[1]).days <= DAYS_APART


def test_no_more_groups_of_days_than_comparing_all_pairs_would_make(make: Any) -> None:
    rng = random.Random(5)  # noqa: S311  draws of a test
    for _ in range(50):
        days = [DAY + timedelta(days=rng.randrange(40)) for _ in range(8)]
        claims = [make.claim(day=day) for day in days]
        # Single days on a line: taking them from the left, each group as far as it goes, needs the fewest groups.
        fewest, end = 0, None
        for day in sorted(days):
            if end is None or day > end:
                fewest, end = fewest + 1, day + timedelta(days=DAYS_APART)
        assert len(groups_of(claims, {"a": "s1"})) == fewest


def test_outliers_and_changed_bounds(make: Any) -> None:
    said = [(73, "exact"), (73, "approximately"), (73, "up to"), (740, "exact"), (70, "at least")]
    claims = [make.claim(figure, how, document=name) for (figure, how), name in zip(said, "abcde", strict=True)]
    (group,) = agreements(claims, [make.story(*"abcde")])
    assert group.outliers == ("c4",)
    assert group.changed_bounds == ("c3",)
    assert (group.low, group.high) == (70, 740)


@given(figures=st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["exact", "at least", "up to"])), max_size=9))
def test_outliers_by_comparing_all_pairs(makers: Any, figures: list[tuple[int, str]]) -> None:
    make = makers()
    claims = [make.claim(figure, how, document=f"d{at}") for at, (figure, how) in enumerate(figures)]
    expected = []
    for claim in claims:
        q = claim.quantity
        missed = 0
        for other in claims:
            o = other.quantity
            low, high = q.low, float("inf") if q.high is None else q.high
            other_low, other_high = o.low, float("inf") if o.high is None else o.high
            missed += other is not claim and (other_low > high or other_high < low)
        if len(claims) >= 3 and missed > (len(claims) - 1) / 2:
            expected.append(claim.id)
    found = agreements(claims, [make.story(*(claim.document for claim in claims))] if claims else [])
    assert [name for group in found for name in group.outliers] == expected


def test_statements_are_grouped_by_their_topic(make: Any) -> None:
    claims = [
        make.statement(document="a"),
        make.statement(document="b"),
        make.statement("agreement-signed", document="b"),
    ]
    (group,) = agreements(claims, [make.story("a", "b")])
    assert group.claims == ("c1", "c2")
    assert group.about == "statement: transfer begun"
    assert group.outliers == group.changed_bounds == ()


def test_sources_are_counted_of_the_group_alone(make: Any) -> None:
    claims = [
        make.claim(73, document="a"),
        make.claim(73, document="b", asserted_by=None, source=None, voice="unattributed"),
        make.claim(12, document="c", place="Osterhaven", source="marlow", asserted_by="Marlow"),
        make.claim(12, document="b", place="Osterhaven", source="zenith", asserted_by="Zenith", voice="outlet"),
    ]
    origins = [Origin("b", "report:harrow-institute", 0.6, ("shared figures",)), Origin("z", "report:x", 0.9, ("y",))]
    found = agreements(claims, [make.story("a", "b", "c")], origins)
    assert [group.claims for group in found] == [("c1", "c2"), ("c3", "c4")]
    for group, some in zip(found, (claims[:2], claims[2:]), strict=True):
        expected = independent_sources(some, (), origins[:1])
        assert (group.sources, group.sources_p) == (expected.groups, expected.p)
        assert group.independent_sources == len(group.sources)
    assert found[0].sources == (("Harrow Institute",),)
    assert sum(found[1].sources_p) == pytest.approx(1)


def test_the_key_of_a_claim(make: Any) -> None:
    assert about_key(make.claim()) == about_key(make.claim(12, "at least"))
    assert about_key(make.statement()) != about_key(make.statement("agreement-signed"))


def test_many_claims_need_little_longer_each_than_few(make: Any) -> None:
    rng = random.Random(11)  # noqa: S311  draws of a test

    def prepare(n: int) -> Callable[[], object]:
        claims = [
            make.claim(
                rng.randrange(40, 110),
                rng.choice(["exact", "approximately", "at least"]),
                document=f"d{at % (n // 3)}",
                place=rng.choice(["Velmar", "Velmar Station", "Osterhaven", None]),
                day=rng.choice([None, DAY + timedelta(days=rng.randrange(200))]),
            )
            for at in range(n)
        ]
        story = make.story(*(f"d{at}" for at in range(n // 3)))
        return lambda: agreements(claims, [story], (), (), make.measured())

    assert_near_linear(prepare, (1_000, 8_000))
