"""Measured counts from the JSON of a count, a series, an assessment."""

from __future__ import annotations

import itertools
import json
import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.agreement.measured import MeasuredSeries, in_brief, largest_of, measured_from_json
from wayside.errors import TextError, ValueRefusedError
from wayside.model.agreement import MeasuredCount

NOW = {"median": 73, "interval90": [70, 76]}
BASELINE = {
    "from": "2019-03-06",
    "to": "2024-03-04",
    "observed_max": 18,
    "max_all_days": {"median": 24, "interval90": [20, 33]},
}
SERIES = {
    "site": "Velmar",
    "category": None,
    "date": "2024-03-05",
    "now": NOW,
    "baseline": BASELINE,
    "before_rise": {"to": "2024-02-01"},
    "series": [
        {"date": "2022-07-01", "count": [16, 17, 18], "observed": True},
        {"date": "2022-07-02", "count": [2, 17, 40], "observed": False},
        {"date": "2024-03-05", "count": [70, 73, 76], "observed": True},
    ],
}
ASSESSMENT = {
    "judgements": [],
    "counted": "freight cars",
    "site": {"name": "Velmar Yard"},
    "scenes": [
        {"acquired": "2024-03-05T02:00:00+00:00", "count": {"median": 73, "interval90": [70, 76]}},
        {"acquired": "2021-06-01T02:00:00Z", "count": {"median": 12, "interval90": [11, 13]}},
        {"acquired": "2021-07-01T02:00:00Z", "count": None},
    ],
    "series": {"date": "2024-03-05", "now": NOW, "baseline": None, "before_rise": None},
}


@pytest.mark.parametrize("key", ["freight", "count"])
def test_a_count(key: str) -> None:
    found = measured_from_json({"image": "a", key: {"pmf": {"first": 70, "p": [0.3333, 0.3333, 0.3333]}}}, "a.json")
    assert (found.first, found.place, found.day) == (70, None, None)
    assert found.p == pytest.approx((1 / 3,) * 3)


def test_a_series() -> None:
    found = measured_from_json(SERIES, "s.json")
    assert isinstance(found, MeasuredSeries)
    assert (found.place, found.day, found.counted) == ("Velmar", date(2024, 3, 5), "railcar")
    assert [scene.day for scene in found.scenes] == [date(2022, 7, 1), date(2024, 3, 5)]
    assert found.past is not None
    assert (found.past.first, found.past.before_rise) == (date(2019, 3, 6), date(2024, 2, 1))
    assert in_brief(found) == (73, 70, 76)
    assert measured_from_json({"sites": [SERIES]}, "s.json") == found


@pytest.mark.parametrize("site", ["counts.csv", "tables/velmar.tsv", "C:\\\\t.csv", None, ""])
def test_the_name_of_a_table_is_no_place(site: str | None) -> None:
    assert measured_from_json({**SERIES, "site": site}, "s.json").place is None


def test_an_assessment() -> None:
    found = measured_from_json(ASSESSMENT, "a.json")
    assert isinstance(found, MeasuredSeries)
    assert (found.place, found.counted, found.past) == ("Velmar Yard", "freight cars", None)
    assert [in_brief(scene)[0] for scene in found.scenes] == [12, 73]
    assert found.between(date(2021, 1, 1), date(2022, 1, 1)) == found.scenes[:1]


def test_a_whole_distribution_is_preferred_to_an_interval() -> None:
    now = {**NOW, "pmf": {"first": 72, "p": [0.5, 0.5]}}
    found = measured_from_json({**SERIES, "now": now}, "s.json")
    assert (found.first, found.p) == (72, (0.5, 0.5))


def changed(where: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {**json.loads(json.dumps(where)), **others}


@pytest.mark.parametrize(
    "found",
    [
        None, [], {}, 3, "x", {"count": None}, {"status": "not-countable", "count": None, "freight": None},
        {"count": {"pmf": {"first": -1, "p": [1.0]}}},
        {"count": {"pmf": {"first": 1.5, "p": [1.0]}}},
        {"count": {"pmf": {"first": True, "p": [1.0]}}},
        {"count": {"pmf": {"first": 1, "p": []}}},
        {"count": {"pmf": {"first": 1, "p": "11"}}},
        {"count": {"pmf": {"first": 1, "p": [0.5]}}},
        {"count": {"pmf": {"first": 1, "p": [1.5, -0.5]}}},
        {"count": {"pmf": {"first": 1, "p": [float("nan")]}}},
        {"sites": []}, {"sites": [SERIES, SERIES]}, {"sites": [3]},
        changed(SERIES, now=None), changed(SERIES, now={}), changed(SERIES, now={"median": 9, "interval90": [70, 76]}),
        changed(SERIES, now={"median": "x", "interval90": ["a", "b"]}), changed(SERIES, date="yesterday"),
        changed(SERIES, now={"median": 1e300, "interval90": [0, 1e300]}),
        changed(SERIES, now={"median": float("nan"), "interval90": [0, 2]}),
        changed(SERIES, series=[{"observed": True}]),
        changed(SERIES, series=[{"observed": True, "date": "2024-01-01", "count": []}]),
        changed(SERIES, baseline={"from": "2024-01-01"}), changed(SERIES, baseline={**BASELINE, "to": "2001-01-01"}),
        changed(ASSESSMENT, site=None), changed(ASSESSMENT, scenes=[{"count": {"median": 1}}]),
        changed(ASSESSMENT, series=[]),
    ],
)  # fmt: skip
def test_what_is_no_measured_count_is_refused(found: object) -> None:
    with pytest.raises(TextError, match=r"a\.json"):
        measured_from_json(found, "a.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*SERIES, *ASSESSMENT, "pmf"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(sorted({*SERIES, *ASSESSMENT})), st.sampled_from([SERIES, ASSESSMENT]))
def test_any_json_is_read_or_refused(found: object, key: str, whole: dict[str, Any]) -> None:
    for tried in (found, {**whole, key: found}):
        try:
            measured = measured_from_json(tried, "a.json")
        except TextError as error:
            assert "a.json" in str(error)  # noqa: PT017  whether it is refused is not known beforehand
        else:
            assert math.fsum(measured.p) == pytest.approx(1)


def test_an_image_that_could_not_be_counted_is_said_to_be_one() -> None:
    with pytest.raises(TextError, match="could not be counted"):
        measured_from_json({"status": "not-countable", "count": None, "freight": None}, "a.json")


DISTRIBUTION = st.tuples(st.integers(0, 6), st.lists(st.integers(0, 5), min_size=1, max_size=4).filter(any))


@given(st.lists(DISTRIBUTION, min_size=1, max_size=4))
def test_the_largest_of_some_counts_by_enumeration(drawn: list[tuple[int, list[int]]]) -> None:
    counts = [MeasuredCount(first, tuple(w / sum(weights) for w in weights)) for first, weights in drawn]
    found = largest_of(counts)
    expected: dict[int, float] = {}
    for combination in itertools.product(*[list(enumerate(count.p, count.first)) for count in counts]):
        largest = max(n for n, _ in combination)
        expected[largest] = expected.get(largest, 0.0) + math.prod(p for _, p in combination)
    for n in range(12):
        at = n - found.first
        p = found.p[at] if 0 <= at < len(found.p) else 0.0
        assert p == pytest.approx(expected.get(n, 0.0), abs=1e-12)


@given(DISTRIBUTION)
def test_in_brief_holds_nine_tenths(drawn: tuple[int, list[int]]) -> None:
    first, weights = drawn
    count = MeasuredCount(first, tuple(w / sum(weights) for w in weights))
    median, low, high = in_brief(count)
    assert low <= median <= high
    assert count.at_least(low) >= 0.95 - 1e-9
    assert count.at_most(high) >= 0.95 - 1e-9
    assert count.at_most(median) >= 0.5 - 1e-9
    assert count.at_least(median) >= 0.5 - 1e-9


def test_a_series_keeps_its_rules() -> None:
    scene = MeasuredCount(3, (1.0,))
    with pytest.raises(ValueRefusedError, match="has its day"):
        MeasuredSeries(3, (1.0,), scenes=(scene,))
    with pytest.raises(ValueRefusedError, match="sum to 1"):
        MeasuredSeries(3, (0.4,))
    with pytest.raises(ValueRefusedError, match="no counts"):
        largest_of([])
    late, early = (MeasuredCount(3, (1.0,), day=date(2024, 1, day)) for day in (2, 1))
    with pytest.raises(ValueRefusedError, match="ascend"):
        MeasuredSeries(3, (1.0,), scenes=(late, early))
