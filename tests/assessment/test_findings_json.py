"""Trains seen twice, hypotheses and bounds in the JSON of an assessment."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import ModuleType

import jsonschema

from wayside.assessment.assess import assess
from wayside.assessment.hypotheses import standing_ids
from wayside.assessment.to_json import to_json
from wayside.model.consists import Alignment, Consist, ConsistCar, ConsistMatch
from wayside.model.hypotheses import Entered
from wayside.model.series import MaxBound

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "assessment.json").read_text(encoding="utf-8"))


def train(name: str, day: date) -> Consist:
    cars = tuple(ConsistCar(14.0 * k, 14.0 * k + 13.0) for k in range(3))
    return Consist(name, "kestrel", f"KJ_{day:%Y%m%d}", day, "2", 0.3, cars)


def test_everything_that_an_assessment_may_hold_follows_the_schema(case: ModuleType, findings: ModuleType) -> None:
    match = ConsistMatch(
        train("t1", date(2023, 9, 28)), train("t2", date(2023, 10, 5)),
        Alignment(((0, 2), (1, 1), (2, None)), reversed=True), 4.2, 1.3, 0.01, 0.2, 20, 999,
    )  # fmt: skip
    rows = case.rows()
    for language in ("en", "ru"):
        found = assess(
            case.site(),
            rows,
            case.series(rows),
            generated=case.GENERATED,
            language=language,
            zones=(findings.zone(),),
            matches=(match,),
            coverage=findings.coverage(),
            entered=Entered(standing=standing_ids()),
            bounds=(MaxBound(date(2019, 1, 1), date(2023, 9, 1), 20, "A house"),),
        )
        written = json.loads(json.dumps(to_json(found), allow_nan=False))
        jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(written)
        assert written["matches"][0]["pairs"] == [[0, 2], [1, 1], [2, None]]
        assert written["matches"][0]["second"]["date"] == "2023-10-05"
        assert [h["id"] for h in written["hypotheses"]["hypotheses"]]
        assert written["bounds"][0]["at_most"] == 20
        assert found.hypotheses is not None
        assert found.bounds[0].at_most == 20
