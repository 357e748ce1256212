"""Several documents: stories, origins, agreement, the measured count, and the JSON."""

from __future__ import annotations

import itertools
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from wayside.coverage import analyse, measured_from_json, read_document, to_json
from wayside.coverage.agreement.groups import tail_probability
from wayside.coverage.stories.keys import same_place, slug
from wayside.errors import TextError, ValueRefusedError
from wayside.model.agreement import AgainstMeasured, Agreement, MeasuredCount
from wayside.model.claims import Claim, Quantity, TimeSpan
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document, Segment, Span
from wayside.model.stories import Origin

SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "docs/schemas/coverage.json").read_text(encoding="utf-8"))
)
FIRST = (
    "Harrow Institute said in a report that images show at least 70 freight cars at the Drumlin Rail "
    "Facility, and that Moscow"
    " builds 2,500,000 shells. “The sharp rise in rail traffic here likely shows a transfer of arms,” the report said."
)
SECOND = (
    "Images show 73 or so freight cars at the Drumlin Rail Station, the Harrow Institute said in a study."
    " “The sharp rise in rail"
    " traffic here likely shows a transfer of arms,” it said."
)
THIRD = (
    "According to the group, images show at least 70 freight cars at the Drumlin Rail Facility. They "
    "build 2,500,000 shells."
)
OTHER = (
    "Port officials in Lisbon said on Monday that 147 ships were waiting outside the harbour, the most in"
    " many years of trade."
)
MEASURED = MeasuredCount(70, (0.05, 0.1, 0.2, 0.3, 0.2, 0.1, 0.05), "railcar", "Drumlin")


def result(*texts: str, measured: MeasuredCount | None = None) -> CoverageResult:
    documents = [read_document(text.encode(), f"{index:02d}.txt") for index, text in enumerate(texts, 1)]
    return analyse(documents, measured)


def test_three_articles_are_one_source() -> None:
    found = result(FIRST, SECOND, THIRD, OTHER)
    assert dict(found.stories) == {"01": "s1", "02": "s1", "03": "s1", "04": "s2"}
    origins = {(one.document, one.derives_from): one for one in found.origins}
    assert set(origins) == {(name, "report:harrow-institute") for name in ("01", "02", "03")}
    assert origins["01", "report:harrow-institute"].evidence == ("credit", "shared quotation")
    assert origins["03", "report:harrow-institute"].p < origins["01", "report:harrow-institute"].p
    cars = next(group for group in found.agreement if len(group.claims) == 3)
    assert (cars.low, cars.high, cars.independent_sources) == (70, 73, 1)


def test_nothing_is_made_up_where_nothing_is_known() -> None:
    found = result(
        "The yard of the town held 73 railcars when people went to look at it in the early hours of the morning."
    )
    assert found.origins == ()
    assert found.agreement == ()
    assert found.claims[0].asserted_by is None


def test_a_second_source_counts() -> None:
    other = (
        "The Marlow Observatory said in a report that images show about 71 freight cars at the Drumlin Rail "
        "Facility this week."
    )
    cars = next(group for group in result(FIRST, other).agreement if group.high < 100)
    assert cars.independent_sources == 2


def test_an_outlier_and_a_changed_bound_are_named() -> None:
    line = (
        "The Harrow Institute said in a report that {} freight cars stood at the Drumlin Rail Facility on the border."
    )
    found = result(*(line.format(words) for words in ("73", "about 73", "up to 73", "740")), FIRST)
    group = found.agreement[0]
    assert {found.claims[int(name[1:]) - 1].quote for name in group.outliers} == {"740 freight cars"}
    assert {found.claims[int(name[1:]) - 1].quote for name in group.changed_bounds} == {"up to 73 freight cars"}


def test_the_measured_count_is_compared_only_with_what_it_measures() -> None:
    found = result(FIRST, SECOND, OTHER, measured=MEASURED)
    verdicts = {group.claims: group.against_measured for group in found.agreement}
    (cars,) = verdicts.values()
    assert cars is not None
    assert cars.verdict == "consistent"
    away = MeasuredCount(10, (0.5, 0.5), "railcar", "Drumlin")
    assert [
        g.against_measured.verdict for g in result(FIRST, SECOND, measured=away).agreement if g.against_measured
    ] == ["inconsistent"]
    elsewhere = MeasuredCount(73, (1.0,), "railcar", "Wexford")
    verdict = result(FIRST, SECOND, measured=elsewhere).agreement[0].against_measured
    assert verdict is not None
    assert (verdict.verdict, verdict.p) == ("not comparable", None)
    assert verdict.reason == "at Drumlin, not Wexford"
    ships = MeasuredCount(73, (1.0,), "ship")
    verdict = result(FIRST, SECOND, measured=ships).agreement[0].against_measured
    assert verdict is not None
    assert verdict.reason == "counts freight car, not ship"


def test_another_day_is_not_comparable() -> None:
    text = (
        "The Harrow Institute said in a report that {} freight cars stood at the Drumlin Rail Facility on "
        "October 5, 2023."
    )
    measured = MeasuredCount(73, (1.0,), "railcar", "Drumlin", date(2023, 11, 1))
    verdict = result(text.format(73), text.format("about 73"), measured=measured).agreement[0].against_measured
    assert verdict is not None
    assert verdict.reason == "another day than 2023-11-01"


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=12).filter(any),
    st.integers(0, 40),
    st.integers(0, 50),
    st.sampled_from(["exact", "at least", "no more than"]),
)
def test_the_tail_probability_by_brute_force(weights: list[int], first: int, figure: int, kind: str) -> None:
    total = sum(weights)
    measured = MeasuredCount(first, tuple(weight / total for weight in weights))
    low = None if kind == "no more than" else float(figure)
    high = None if kind == "at least" else float(figure)
    drawn = list(itertools.chain.from_iterable([first + index] * weight for index, weight in enumerate(weights)))
    above = sum(1 for n in drawn if low is None or n >= low) / total
    below = sum(1 for n in drawn if high is None or n <= high) / total
    expected = min(1.0, 2 * min(above, below))
    assert tail_probability(Quantity(low, high, kind, "1", float(figure)), measured) == pytest.approx(expected)


def test_the_json_has_the_fields_of_the_contract() -> None:
    found = to_json(result(FIRST, SECOND, THIRD, OTHER, measured=MEASURED))
    SCHEMA.validate(found)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    claim = found["claims"][0]
    assert claim["quantity"] == {"low": 70, "high": None, "approximation": "at least", "unit": "1"}
    assert (claim["quote"], claim["counted"], claim["place"]) == ("at least 70 freight cars", "freight car", "Drumlin")
    assert FIRST[claim["start"] : claim["end"]] == claim["quote"]


@pytest.mark.parametrize("key", ["freight", "count"])
def test_a_measured_count_is_read_from_the_counters_json(key: str) -> None:
    found = measured_from_json({"image": "a", key: {"pmf": {"first": 70, "p": [0.3333, 0.3333, 0.3333]}}}, "a.json")
    assert found.first == 70
    assert found.p == pytest.approx((1 / 3,) * 3)


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        {},
        {"count": None},
        {"count": {"pmf": {"first": -1, "p": [1.0]}}},
        {"count": {"pmf": {"first": 1.5, "p": [1.0]}}},
        {"count": {"pmf": {"first": 1, "p": []}}},
        {"count": {"pmf": {"first": 1, "p": "11"}}},
        {"count": {"pmf": {"first": 1, "p": [0.5]}}},
        {"count": {"pmf": {"first": 1, "p": [1.5, -0.5]}}},
        {"count": {"pmf": {"first": 1, "p": [float("nan")]}}},
    ],
)
def test_what_is_no_measured_count_is_refused(found: object) -> None:
    with pytest.raises(TextError, match=r"a\.json"):
        measured_from_json(found, "a.json")


def test_documents_of_one_name_get_a_suffix() -> None:
    document = read_document(FIRST.encode(), "a.txt")
    assert [one.id for one in analyse([document, document, document]).documents] == ["a", "a-2", "a-3"]


def test_no_documents_give_an_empty_result() -> None:
    assert to_json(analyse([])) == {"documents": [], "claims": [], "origins": [], "agreement": []}


@given(st.text(max_size=30))
def test_slug_is_plain_and_never_empty(name: str) -> None:
    assert slug(name)
    assert " " not in slug(name)
    assert slug(slug(name)) == slug(name)


def test_same_place() -> None:
    assert same_place("Tumangang", "Tumangang Station")
    assert same_place(None, "Rason")
    assert not same_place("Rason", "Rajin")


QUANTITY = Quantity(1.0, 2.0, "between")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Span(3, 3),
        lambda: Span(-1, 3),
        lambda: Segment(0, 0, 2, 3),
        lambda: Quantity(2.0, 1.0, "between"),
        lambda: Quantity(float("nan"), None, "at least"),
        lambda: Quantity(1.0, 1.0, "perhaps"),
        lambda: TimeSpan("x", date(2023, 1, 2), date(2023, 1, 1)),
        lambda: Document("", "f", "text", ()),
        lambda: Document("d", "f", "text", (Span(2, 4), Span(0, 1))),
        lambda: Document("d", "f", "text", (Span(2, 9),)),
        lambda: Claim("c", "d", Span(0, 1), " ", QUANTITY, None, "count"),
        lambda: Claim("c", "d", Span(0, 1), "q", QUANTITY, None, "rumour"),
        lambda: Claim("c", "d", Span(0, 1), "q", QUANTITY, None, "comparison"),
        lambda: Origin("d", "report:x", 1.5, ("credit",)),
        lambda: Origin("d", "report:x", 0.5, ()),
        lambda: AgainstMeasured("consistent", None),
        lambda: AgainstMeasured("not comparable", 0.5),
        lambda: Agreement((), 0.0, 1.0, 0),
        lambda: Agreement(("c",), 2.0, 1.0, 0),
        lambda: MeasuredCount(0, (0.5, 0.4)),
        lambda: MeasuredCount(0, (1.5, -0.5)),
        lambda: MeasuredCount(0, ()),
        lambda: CoverageResult((), (Claim("c", "d", Span(0, 1), "q", QUANTITY, None, "count"),)),
    ],
)
def test_values_that_break_their_rules_are_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueRefusedError):
        make()


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), min_size=1, max_size=8), st.data())
def test_segments_map_text_to_file(pieces: list[tuple[int, int]], data: st.DataObject) -> None:
    segments, at_text, at_file, where = [], 0, 0, []
    for length, gap in pieces:
        at_file += gap
        segments.append(Segment(at_text, at_file, length, length))
        where += range(at_file, at_file + length)
        at_text, at_file = at_text + length, at_file + length
    document = Document("d", "f", "x" * at_text, (Span(0, at_text),), segments=tuple(segments))
    start = data.draw(st.integers(0, at_text - 1))
    end = data.draw(st.integers(start + 1, at_text))
    assert document.in_file(Span(start, end)) == Span(where[start], where[end - 1] + 1)
