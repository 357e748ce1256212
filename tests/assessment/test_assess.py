from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.assessment.assess import assess, busiest_before
from wayside.assessment.assessment import Assessment, Counted, CountedScene
from wayside.assessment.confidence import LIMITS, Reason, Threshold, confidence_of
from wayside.assessment.language import LIKELIHOOD_TERMS
from wayside.assessment.limits import long_gaps
from wayside.assessment.to_json import to_json
from wayside.errors import ValueRefusedError
from wayside.model.judgements import Basis, Confidence
from wayside.model.observations import CountStatus, ObservationKind
from wayside.model.wording import say_lag, say_percent

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "assessment.json"
LIKELY = re.compile("|".join(rf"\b{t.words}\b" for t in LIKELIHOOD_TERMS))


@pytest.fixture(scope="module")
def rows(case: ModuleType) -> tuple[CountedScene, ...]:
    return case.rows()


@pytest.fixture(scope="module")
def found(case: ModuleType, rows: tuple[CountedScene, ...]) -> Assessment:
    return assess(
        case.site(),
        rows,
        case.series(rows),
        generated=case.GENERATED,
        failures=("Scene KJ_1 could not be read.",),
        versions={"wayside": "0.1.0"},
    )


def single(case: ModuleType, rows: tuple[CountedScene, ...], **changes: object) -> Assessment:
    newest = replace(rows[-1], **changes)
    return assess(case.site(), [newest], case.first_sight((newest,)), generated=case.GENERATED)


def sentences(found: Assessment) -> list[str]:
    texts = [text for h in found.headlines for text in (h.finding, h.confidence_sentence)]
    texts += [reason for j in found.judgements for reason in j.confidence_reasons]
    return [part for text in texts for part in re.split(r"(?<=[.!?]) ", text)]


def test_all_conclusions_are_there_and_computed(found: Assessment) -> None:
    assert [j.id for j in found.judgements] == [
        "count",
        "before-rise-observed",
        "before-rise-all-days",
        "record-observed",
        "record-all-days",
        "surge",
        "onset",
        "event",
        "cover",
    ]
    assert {j.basis for j in found.judgements} == {Basis.COMPUTED}
    known = {row.scene.id for row in found.rows}
    for judged in found.judgements:
        assert judged.confidence_reasons
        assert judged.would_change
        assert set(judged.evidence) <= known


def test_probabilities_are_those_of_the_series(found: Assessment) -> None:
    record, before = found.series.record, found.series.before_rise
    given_by_series = {
        "record-observed": record.p_exceeds_observed,
        "record-all-days": record.p_exceeds_all_days,
        "before-rise-observed": before.p_exceeds_observed,
        "before-rise-all-days": before.p_exceeds_all_days,
        "surge": found.series.surge.probability,
        "onset": 0.9 * found.series.onset.probability,
    }
    assert {i: found.judgement(i).probability for i in given_by_series} == given_by_series


def test_probability_of_the_count_is_the_mass_of_its_interval(found: Assessment) -> None:
    low, high = found.now.interval(0.9)
    mass = sum(found.now.probability(n) for n in range(low, high + 1))
    assert found.judgement("count").probability == pytest.approx(mass)
    assert f"{low} to {high} freight cars" in found.judgement("count").statement


def test_evidence_before_the_rise_holds_no_scene_of_the_rise(found: Assessment) -> None:
    days = {row.scene.id: row.day for row in found.rows}
    newest, *others = found.judgement("before-rise-observed").evidence
    assert newest == found.newest.scene.id
    assert max(days[i] for i in others) <= found.series.before_rise.last
    assert len(others) == found.series.before_rise.scenes


def test_likelihood_and_confidence_never_share_a_sentence(found: Assessment) -> None:
    spoken = sentences(found)
    assert any(LIKELY.search(s) for s in spoken)
    assert any("Confidence" in s for s in spoken)
    for sentence in spoken:
        assert not (LIKELY.search(sentence) and re.search("confidence", sentence, re.IGNORECASE)), sentence


def test_only_one_row_of_synonyms_is_used(found: Assessment) -> None:
    everything = json.dumps(to_json(found), ensure_ascii=False)
    for term in LIKELIHOOD_TERMS:
        assert not re.search(rf"\b{term.synonym}(ly)?\b", everything)


def test_what_was_seen_and_what_happened_are_said_in_the_same_breath(found: Assessment) -> None:
    record = next(h for h in found.headlines if h.id == "record")
    first, second = record.judgement_ids
    assert say_percent(found.judgement(first).probability) in record.finding
    assert say_percent(found.judgement(second).probability) in record.finding
    assert record.finding.count(". ") == 0
    assert "seen or unseen" in record.finding


def test_unseen_days_of_the_rise_itself_are_not_claimed(case: ModuleType, found: Assessment) -> None:
    assert "every unseen day before the rise" in found.judgement("record-all-days").statement
    flat = replace(found.series, onset=None, before_rise=None, events=())
    calm = assess(case.site(), found.rows, flat, generated=case.GENERATED)
    assert calm.judgement("record-all-days").statement.endswith("seen or unseen")


def test_busiest_earlier_scene_is_not_from_the_rise_itself(found: Assessment) -> None:
    medians = [r.result.freight.median for r in found.rows if r.day <= found.series.before_rise.last and r.usable]
    assert found.busiest.result.freight.median == max(medians)
    assert found.busiest.day <= found.series.before_rise.last


def test_a_doubtful_rise_is_judged_but_not_led_with(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    series = case.series(rows)
    doubtful = replace(series, onset=replace(series.onset, probability=0.3))
    found = assess(case.site(), rows, doubtful, generated=case.GENERATED)
    assert found.judgement("onset").words == "unlikely"
    assert found.judgement("before-rise-observed") is None
    assert [h.id for h in found.headlines] == ["count", "record", "surge"]
    assert next(h for h in found.headlines if h.id == "record").judgement_ids == ("record-observed", "record-all-days")


def test_busiest_prefers_the_finest_pixels_among_equals(case: ModuleType) -> None:
    day = date(2023, 1, 1)
    made = [
        CountedScene(case.scene(day + timedelta(days=k), gsd), case.scene_count(12, gsd))
        for k, gsd in enumerate((0.8, 0.3, 0.5))
    ]
    made.append(CountedScene(case.scene(case.NEWEST_DAY), case.scene_count(73)))
    series = replace(case.series(tuple(made)), before_rise=None)
    assert busiest_before(made, made[-1], series, Counted.FREIGHT).result.gsd_m == 0.3


def test_a_first_scene_is_counted_and_compared_with_nothing(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    found = single(case, rows)
    assert [j.id for j in found.judgements] == ["count", "cover"]
    assert found.busiest is None
    assert "no earlier scene" in next(x.why for x in found.limits if x.id == "unseen-days")


def test_a_report_on_nothing_is_refused(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    unusable = replace(rows[-1], result=replace(rows[-1].result, status=CountStatus.NOT_COUNTABLE))
    for given_rows in ((), rows[:-1], (*rows[:-1], unusable)):
        with pytest.raises(ValueRefusedError, match="no usable scene"):
            assess(case.site(), given_rows, case.series(rows), generated=case.GENERATED)


def test_one_scene_twice_is_refused(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    with pytest.raises(ValueRefusedError, match="scenes have one id"):
        assess(case.site(), (*rows, rows[3]), case.series(rows), generated=case.GENERATED)


def test_a_time_without_zone_is_refused(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    with pytest.raises(ValueRefusedError, match="time zone"):
        assess(case.site(), rows, case.series(rows), generated=case.GENERATED.replace(tzinfo=None))


def test_all_vehicles_may_be_counted_instead(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    found = assess(case.site(), rows, case.series(rows), generated=case.GENERATED, counted=Counted.ALL)
    assert found.now == rows[-1].result.count
    assert "rail vehicles" in found.headlines[0].finding


def test_review_lifts_the_cap_and_bad_registration_lowers_it(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    assert single(case, rows).judgements[0].confidence is Confidence.MODERATE
    reviewed = single(case, rows, kind=ObservationKind.REVIEW, author="R. Analyst")
    assert reviewed.judgements[0].confidence is Confidence.HIGH
    assert any("R. Analyst" in reason for reason in reviewed.judgements[0].confidence_reasons)
    lost = single(case, rows, result=case.scene_count(73, 0.3, registered=False))
    assert lost.judgements[0].confidence is Confidence.LOW
    assert "registered" in lost.judgements[0].confidence_reasons[0]


@pytest.mark.parametrize(("gsd_m", "cap"), [(0.3, "high"), (0.8, "moderate"), (3.0, "low")])
def test_pixel_size_caps_confidence(case: ModuleType, rows: tuple[CountedScene, ...], gsd_m: float, cap: str) -> None:
    found = single(case, rows, result=case.scene_count(73, gsd_m), kind=ObservationKind.REVIEW, author="A")
    assert found.judgements[0].confidence.value == cap


@given(st.lists(st.sampled_from(list(Confidence)), min_size=1))
def test_confidence_is_the_lowest_cap_and_its_reason_leads(caps: list[Confidence]) -> None:
    order = [Confidence.LOW, Confidence.MODERATE, Confidence.HIGH]
    level, texts = confidence_of([Reason(f"{cap.value} {i}", cap) for i, cap in enumerate(caps)])
    assert order.index(level) == min(order.index(cap) for cap in caps)
    assert texts[0].startswith(level.value)
    assert len(texts) == len(caps)


@given(st.sampled_from(sorted(LIMITS)), st.floats(0, 1000), st.floats(0, 1000))
def test_worse_measurements_never_raise_a_cap(name: str, a: float, b: float) -> None:
    order = [Confidence.LOW, Confidence.MODERATE, Confidence.HIGH]
    limit: Threshold = LIMITS[name]
    better, worse = sorted((a, b), reverse=not limit.larger_is_worse)
    assert order.index(limit.cap(worse)) <= order.index(limit.cap(better))


@given(st.lists(st.integers(0, 900), min_size=1, max_size=25), st.integers(1, 120))
def test_gaps_are_the_days_that_a_walk_over_the_calendar_finds(offsets: list[int], longer: int) -> None:
    first = date(2020, 1, 1)
    seen = {first + timedelta(days=k) for k in offsets}
    rows = [_row(day) for day in sorted(seen)]
    gaps = long_gaps(rows, longer)
    unseen, runs = [], []
    for k in range((max(seen) - first).days + 1):
        day = first + timedelta(days=k)
        if day < min(seen):
            continue
        if day in seen:
            runs.append(unseen)
            unseen = []
        else:
            unseen.append(day)
    expected = [(run[0], run[-1], len(run)) for run in runs if len(run) > longer]
    assert [(g.first, g.last, g.days) for g in gaps] == expected


class _Day:
    """As much of a counted scene as gaps are made from."""

    usable = True

    def __init__(self, day: date) -> None:
        self.day = day


def _row(day: date) -> _Day:
    return _Day(day)


def test_everything_that_cannot_be_told_is_named(found: Assessment) -> None:
    whys = {limit.id: limit.why for limit in found.limits}
    assert {"contents", "direction", "unseen-days", "hidden-track", "coarse-scenes", "unregistered"} <= set(whys)
    coarse = sum(row.result.status is CountStatus.OCCUPIED_LENGTH for row in found.rows)
    assert f"In {coarse} scenes of {len(found.rows)}" in whys["coarse-scenes"]
    assert str(found.series.baseline.longest_gap_days) in whys["unseen-days"]


@pytest.mark.parametrize(
    ("lag", "text"),
    [
        ((2, 9), "2 to 9 days after"),
        ((-9, -2), "2 to 9 days before"),
        ((-3, 4), "between 3 days before and 4 days after"),
        ((0, 1), "0 to 1 day after"),
        ((5, 5), "5 days after"),
        ((0, 0), "on the day of"),
    ],
)
def test_lags_are_said_on_their_side_of_the_event(lag: tuple[int, int], text: str) -> None:
    assert say_lag(lag) == text


def test_json_follows_its_schema(case: ModuleType, rows: tuple[CountedScene, ...], found: Assessment) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    for assessment in (found, single(case, rows)):
        written = json.loads(json.dumps(to_json(assessment), allow_nan=False))
        validator.validate(written)
        assert written["newest"] == assessment.newest.scene.id
        assert [s["id"] for s in written["scenes"]] == [row.scene.id for row in assessment.rows]


def test_the_schema_refuses_words_from_the_other_row(found: Assessment) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    wrong = to_json(found)
    wrong["judgements"][0]["words"] = "probable"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema)


def test_rows_in_any_order_give_the_same_assessment(
    case: ModuleType, rows: tuple[CountedScene, ...], found: Assessment
) -> None:
    order = np.random.default_rng(3).permutation(len(rows))
    mixed = [rows[i] for i in order]
    again = assess(case.site(), mixed, case.series(rows), generated=case.GENERATED, failures=found.failures,
                   versions=found.versions)  # fmt: skip
    assert to_json(again) == to_json(found)
