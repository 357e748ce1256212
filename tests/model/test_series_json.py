"""The JSON form of a series' result against its published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from wayside.model.counts import CountDistribution, CountInterval
from wayside.model.series import Answer, Baseline, Record, Sensitivity, SeriesDay, SeriesResult, Surge, Term
from wayside.model.series_json import series_to_json

DAY = date(2023, 10, 5)
RESULT = SeriesResult(
    day=DAY,
    now=CountDistribution.from_interval(73, 70, 76),
    baseline=Baseline(date(2018, 10, 5), date(2023, 10, 4), 41, 212, 0.6, 7, 20, 27, CountInterval(21, 44)),
    record=Record(0.999, 0.7, 1 / 42),
    surge=Surge(2.0, 0.99),
    onset=None,
    events=(),
    miss_probability=None,
    days=(SeriesDay(DAY, (61.0, 73.0, 88.0), (70, 73, 76), observed=True),),
    parameters={"dwell_days": 3.0},
    sensitivity=(
        Sensitivity("cars stay 10 days", None, 0.66),
        Sensitivity("without the scene of 2021-03-04", None, 0.5, 0.99, 0.98, date(2023, 9, 19), "scene"),
    ),
    terms=(
        Term("season", 0.97, used=True, log_effect={"1": 0.2, "7": -0.2}),
        Term("weekday", 0.1, used=False, log_effect={}),
    ),
    answers=(Answer("now", "About 73 cars stood there.", ("The interval holds the counter's own error.",)),),
)


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    path = Path(__file__).parents[2] / "docs" / "schemas" / "series.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def whole(result: SeriesResult) -> dict[str, Any]:
    return dict(json.loads(json.dumps(series_to_json(result), allow_nan=False)))


def test_every_field_follows_the_schema(schema: dict[str, Any]) -> None:
    document = whole(RESULT)
    Draft202012Validator(schema).validate(document)
    assert set(document) == set(schema["properties"]) - {"site", "category", "alarms"}
    row = schema["properties"]["sensitivity"]["items"]
    assert set(document["sensitivity"][0]) == set(row["properties"])


def test_sensitivity_terms_and_answers_are_there_with_their_values() -> None:
    document = whole(RESULT)
    plain, scene = document["sensitivity"]
    assert plain == {
        "group": "", "assumption": "cars stay 10 days", "weight": None, "p_exceeds_observed": None,
        "p_exceeds_all_days": 0.66, "surge": None, "onset": None,
    }  # fmt: skip
    assert scene["onset"] == "2023-09-19"
    assert (scene["group"], scene["surge"], scene["p_exceeds_observed"]) == ("scene", 0.98, 0.99)
    assert document["terms"][0] == {
        "name": "season", "probability": 0.97, "used": True, "log_effect": {"1": 0.2, "7": -0.2},
    }  # fmt: skip
    assert document["answers"] == [
        {
            "question": "now",
            "sentence": "About 73 cars stood there.",
            "assumptions": ["The interval holds the counter's own error."],
        }
    ]


def test_documents_of_the_first_form_stay_valid(schema: dict[str, Any]) -> None:
    document = whole(RESULT)
    for name in ("terms", "answers"):
        del document[name]
    kept = {"assumption", "weight", "p_exceeds_all_days"}
    document["sensitivity"] = [{k: v for k, v in row.items() if k in kept} for row in document["sensitivity"]]
    Draft202012Validator(schema).validate(document)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("answers", [{"question": "now", "sentence": "", "assumptions": []}]),
        ("answers", [{"question": "now", "sentence": "x"}]),
        ("terms", [{"name": "moon", "probability": 0.5, "used": False, "log_effect": {}}]),
        ("sensitivity", [{"assumption": "x", "weight": None, "p_exceeds_all_days": 0.5, "onset": "soon"}]),
        ("sensitivity", [{"assumption": "x", "weight": None, "p_exceeds_all_days": 0.5, "surge": 1.5}]),
    ],
)
def test_the_schema_refuses_what_is_malformed(schema: dict[str, Any], name: str, bad: list[Any]) -> None:
    with pytest.raises(ValidationError):
        Draft202012Validator(schema).validate({**whole(RESULT), name: bad})


def test_a_result_without_them_has_empty_lists() -> None:
    document = whole(replace(RESULT, sensitivity=(), terms=(), answers=()))
    assert (document["sensitivity"], document["terms"], document["answers"]) == ([], [], [])
