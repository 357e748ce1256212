"""Claims beside a measured count: what is compared with what, and what is not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from wayside.coverage.agreement.comparing import against_measured
from wayside.coverage.agreement.groups import agreements
from wayside.coverage.agreement.measured import MeasuredPast, MeasuredSeries
from wayside.model.agreement import MeasuredCount

DAY = date(2024, 3, 5)
FIVE_YEARS = (date(2019, 3, 6), DAY)


def series(make: Any, *, before_rise: date | None = None) -> MeasuredSeries:
    scenes = tuple(
        MeasuredCount(n, (0.25, 0.5, 0.25), "freight car", "Velmar", day)
        for n, day in (
            (4, date(2020, 5, 1)),
            (15, date(2021, 6, 1)),
            (17, date(2022, 7, 1)),
            (60, date(2024, 2, 20)),
            (72, DAY),
        )
    )
    now = make.measured(day=DAY)
    past = MeasuredPast(
        date(2019, 3, 6), DAY - timedelta(days=1), MeasuredCount(24, (0.5, 0.3, 0.2), "freight car"), before_rise
    )
    return MeasuredSeries(now.first, now.p, "freight car", "Velmar", DAY, scenes, past)


def test_a_claim_of_the_day_and_place_is_compared(make: Any) -> None:
    found = against_measured([make.claim(73, day=DAY)], make.measured(day=DAY))
    assert (found.verdict, found.p, found.reason, found.claims) == ("consistent", pytest.approx(1), None, ("c1",))
    far = against_measured([make.claim(120, "at least", day=DAY)], make.measured(day=DAY))
    assert (far.verdict, far.p) == ("inconsistent", 0)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ({"thing": "ship", "counted": "grain ship"}, "counts grain ship, not freight car"),
        ({"place": "Osterhaven"}, "at Osterhaven, not Velmar"),
        ({"day": date(2023, 1, 1)}, "another day than 2024-03-05"),
        ({"kind": "capacity"}, "what there is room for, not what was there"),
        ({"kind": "mean"}, "an average over a period, not a count on one day"),
        ({"kind": "sum"}, "a total over time or over places, not a count on one day"),
        ({"kind": "rate", "unit": "1/day"}, "a rate, not a count on one day"),
        ({"kind": "length", "unit": "km"}, "a length, not a count on one day"),
        ({"certainty": "planned"}, "planned, not seen"),
        ({"negated": True}, "it is denied, not claimed"),
    ],
)
def test_what_cannot_be_compared_and_why(make: Any, claim: dict[str, Any], reason: str) -> None:
    found = against_measured([make.claim(73, **claim)], make.measured(day=DAY))
    assert (found.verdict, found.p, found.reason, found.claims) == ("not comparable", None, reason, ())


def test_a_statement_is_not_compared(make: Any) -> None:
    assert against_measured([make.statement()], make.measured()).reason == "a statement without a figure"


def test_the_most_of_a_period_needs_a_series(make: Any) -> None:
    claim = make.claim(20, "no more than", kind="maximum", day=FIVE_YEARS)
    found = against_measured([claim], make.measured(day=DAY))
    assert found.verdict == "not comparable"
    assert found.reason is not None
    assert "--measured" in found.reason


def test_what_is_not_known_limits_the_comparison(make: Any) -> None:
    found = against_measured([make.claim(73, place=None)], make.measured(day=DAY))
    assert (found.verdict, found.reason) == ("consistent", "place not compared; day not compared")
    away = against_measured([make.claim(73, place=None)], make.measured(day=DAY), here=False)
    assert away.verdict == "not comparable"
    near = against_measured([make.claim(73, day=DAY + timedelta(days=1))], make.measured(day=DAY))
    assert near.reason == "the image is of 2024-03-05, a day off"


def test_a_bound_from_above_without_a_day_may_be_of_another_time(make: Any) -> None:
    found = against_measured([make.claim(20, "no more than")], make.measured(day=DAY))
    assert (found.verdict, found.p) == ("not comparable", None)
    assert against_measured([make.claim(20, "no more than")], make.measured()).verdict == "inconsistent"


def test_the_worst_claim_decides_and_the_others_are_counted(make: Any) -> None:
    claims = [make.claim(73, day=DAY), make.claim(90, day=DAY), make.claim(73, place="Osterhaven", day=DAY)]
    found = against_measured(claims, make.measured(day=DAY))
    assert (found.verdict, found.claims) == ("inconsistent", ("c1", "c2"))
    assert found.reason == (
        "1 of 2 claims fit; not “exact 90 freight car” (a); 1 of 3 claims not compared: at Osterhaven, not Velmar"
    )


def test_another_day_of_the_series(make: Any) -> None:
    found = against_measured([make.claim(18, day=date(2022, 7, 1))], series(make))
    assert (found.verdict, found.p) == ("consistent", pytest.approx(1))
    assert found.reason == "with the image of 2022-07-01"
    month = against_measured([make.claim(40, day=(date(2021, 1, 1), date(2022, 12, 31)))], series(make))
    assert month.reason == "2 images of 2021-01-01 to 2022-12-31, not one"


def test_the_most_of_a_period_is_the_largest_of_its_images(make: Any) -> None:
    claim = make.claim(18, "no more than", kind="maximum", day=FIVE_YEARS)
    found = against_measured([claim], series(make, before_rise=date(2024, 1, 31)))
    # Of 4 to 6, 15 to 17 and 17 to 19 the largest exceeds 18 with the last one's probability of 19 alone.
    assert found.p == pytest.approx(min(1, 2 * (1 - 0.25)))
    assert found.verdict == "consistent"
    assert found.reason is not None
    assert "the largest count of 3 images of 2019-03-06 to 2024-01-31" in found.reason
    assert "p < 0.001" in found.reason
    with_rise = against_measured([claim], series(make))
    assert (with_rise.verdict, with_rise.p) == ("inconsistent", 0)
    early = make.claim(18, "no more than", kind="maximum", day=(date(2001, 1, 1), date(2002, 1, 1)))
    assert against_measured([early], series(make)).reason == "no image of 2001-01-01 to 2002-01-01"


def test_a_period_that_cannot_be_told_is_the_baseline_s(make: Any) -> None:
    claim = make.claim(18, "no more than", kind="maximum")
    found = against_measured([claim], series(make, before_rise=date(2024, 1, 31)))
    assert found.verdict == "consistent"
    bare = MeasuredSeries(70, (1.0,), "freight car", "Velmar", DAY)
    assert against_measured([claim], bare).reason == "the period cannot be told, and there is no baseline"


def test_single_claims_appear_where_they_can_be_compared(make: Any) -> None:
    claims = [make.claim(73, day=DAY), make.claim(4, place="Osterhaven", document="b")]
    found = agreements(claims, [make.story("a", "b")], (), (), make.measured(day=DAY))
    assert [group.claims for group in found] == [("c1",)]
    other = agreements([make.claim(73, place=None)], [make.story("a")], (), (), make.measured(place="Osterhaven"))
    assert other == ()


@pytest.mark.parametrize("counted", ["freight car", "freight cars", "railcar", "Railcars"])
def test_what_was_measured_may_be_called_otherwise(make: Any, counted: str) -> None:
    assert against_measured([make.claim(73)], make.measured(counted=counted)).p is not None
