"""Rates beside totals, against arithmetic by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.claims.footing import footings
from wayside.model.claims import Claim, Quantity, TimeSpan
from wayside.model.documents import Span


def claim(
    name: str,
    quantity: Quantity,
    kind: str,
    thing: str = "round",
    time: TimeSpan | None = None,
    *,
    negated: bool = False,
) -> Claim:
    return Claim(
        id=name,
        document="d",
        span=Span(0, 1),
        quote=f"quote {name}",
        quantity=quantity,
        counted=thing,
        kind=kind,
        time=time,
        thing=thing,
        negated=negated,
    )


def about(value: float, unit: str = "1") -> Quantity:
    return Quantity(value, value, "approximately", unit, value)


THIS_YEAR = TimeSpan("this year")
DAILY = claim("c1", about(60_000, "1/day"), "rate")
YEARLY = claim("c2", about(2_500_000), "sum", time=THIS_YEAR)


def test_a_rate_a_day_stands_beside_a_total_a_year() -> None:
    (footing,) = footings([DAILY, YEARLY])
    assert footing.claims == ("c1", "c2")
    assert footing.unit == "1/year"
    # 60,000 x 365 by hand; 21.9 / 2.5 = 8.76.
    assert footing.values == (21_900_000, 2_500_000)
    assert footing.arithmetic == (
        "about 60,000 a day x 365 = about 21,900,000 a year",
        "about 2,500,000 this year",
    )
    assert footing.text == (
        "Of rounds a year, “quote c1” comes to about 21,900,000 and “quote c2” to about 2,500,000: "
        "the first is about 8.8 times the second."
    )


def test_the_larger_is_named_first_whatever_the_order() -> None:
    (footing,) = footings([YEARLY, DAILY])
    assert footing.claims == ("c2", "c1")
    assert footing.text.startswith("Of rounds a year, “quote c1” comes to about 21,900,000")


@pytest.mark.parametrize(
    ("rate", "total", "ending"),
    [
        (Quantity(100, None, "at least", "1/week", 100), about(300), "the first is at least 17 times the second."),
        (Quantity(0, 10, "no more than", "1/month", 10), about(60), "the first is at most 2 times the second."),
        (
            Quantity(10, None, "at least", "1/month", 10),
            Quantity(60, None, "more than", "1", 60),
            "how the two compare is left open by their bounds.",
        ),
        (about(1, "1/day"), Quantity(73, 146, "between", "1"), "the first is 2.5 to 5 times the second."),
    ],
)
def test_bounds_are_carried_along(rate: Quantity, total: Quantity, ending: str) -> None:
    (footing,) = footings([claim("a", rate, "rate"), claim("b", total, "sum", time=THIS_YEAR)])
    assert footing.text.endswith(ending)


@pytest.mark.parametrize(
    "other",
    [
        claim("b", about(2_500_000), "sum", "train", THIS_YEAR),  # another thing
        claim("b", about(2_500_000), "sum"),  # over no period
        claim("b", about(2_500_000), "sum", time=TimeSpan("since May")),  # over a period of no one unit
        claim("b", about(2_500_000), "capacity", time=THIS_YEAR),
        claim("b", about(2_500_000), "count", time=TimeSpan("today")),  # what stands there is no total
        claim("b", about(60_000, "1/day"), "rate"),  # the same period
        claim("b", about(2_500_000), "sum", time=THIS_YEAR, negated=True),
        claim("b", about(40), "length"),
    ],
)
def test_what_is_not_of_one_kind_is_left_alone(other: Claim) -> None:
    assert footings([DAILY, other]) == ()


def test_a_calendar_year_is_a_year() -> None:
    total = claim("b", about(730), "sum", time=TimeSpan("in 2023", date(2023, 1, 1), date(2023, 12, 31)))
    (footing,) = footings([claim("a", about(4, "1/day"), "rate"), total])
    assert footing.values == (1460, 730)
    assert footing.text.endswith("the first is about 2 times the second.")


def test_the_same_figure_again_is_not_joined_twice() -> None:
    again = claim("c3", about(60_000, "1/day"), "rate")
    (footing,) = footings([DAILY, again, YEARLY])
    assert footing.claims == ("c1", "c2")


UNITS = {"day": 365, "week": 365 / 7, "month": 12, "hour": 24 * 365, "year": 1}


@given(st.sampled_from(sorted(UNITS)), st.integers(1, 10**6), st.integers(1, 10**9))
def test_values_are_those_of_a_second_computation(unit: str, rate: int, total: int) -> None:
    made = footings(
        [claim("a", about(rate, f"1/{unit}"), "rate"), claim("b", about(total), "sum", time=TimeSpan("this month"))]
    )
    if unit == "month":
        assert made == ()
        return
    assert made[0].values == pytest.approx((rate * UNITS[unit], total * 12))
