"""An assessment of counts that others published: no image of them was counted here."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment, CountedScene, PublishedCount
from wayside.assessment.to_json import to_json
from wayside.model.judgements import Confidence
from wayside.model.series import MaxBound

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "assessment.json").read_text(encoding="utf-8"))
BOUND = MaxBound(date(2018, 10, 5), date(2023, 9, 1), 20, "Beyond Parallel")


def published(row: CountedScene, publisher: str = "Beyond Parallel", **more: object) -> PublishedCount:
    return PublishedCount(f"published {row.id}", row.day, row.result.freight, publisher=publisher, **more)


def table(case: ModuleType, publisher: str = "Beyond Parallel") -> tuple[PublishedCount, ...]:
    rows = case.rows()
    newest = published(rows[-1], publisher, text="approximately 73 railcars", url="https://example.org/a?b=c")
    return (*(published(row, publisher) for row in rows[:-1:6]), newest)


def assessed(case: ModuleType, rows: tuple[object, ...], language: str = "en", **more: object) -> Assessment:
    series = case.series(case.rows())
    return assess(case.site(), rows, series, generated=case.GENERATED, language=language, **more)


def everything(found: Assessment) -> str:
    return json.dumps(to_json(found), ensure_ascii=False).replace("\u00a0", " ")


def test_nothing_is_said_of_images_that_nobody_saw(case: ModuleType) -> None:
    found = assessed(case, table(case))
    text = everything(found)
    for word in ("per pixel", "registered", "readable", "automatic count", "strips", "stood on the watched tracks"):
        assert word not in text, word
    assert {"contents", "direction", "intent", "unseen-days", "published-counts", "cover"} == {
        limit.id for limit in found.limits
    }
    assert found.judgement("cover") is None
    assert found.judgement("count").confidence_reasons == (
        "The count was published by Beyond Parallel; no image of it was counted here.",
    )
    assert found.headlines[0].finding.startswith(
        "For 5 October 2023 a count of “approximately 73 railcars” was published by Beyond Parallel; "
    )


def test_a_published_count_is_never_of_high_confidence(case: ModuleType) -> None:
    assert {j.confidence for j in assessed(case, table(case)).judgements} <= {Confidence.MODERATE, Confidence.LOW}
    unknown = assessed(case, table(case, publisher=" "))
    assert {j.confidence for j in unknown.judgements} == {Confidence.LOW}
    assert "It is not known who published the count" in unknown.judgement("count").confidence_reasons[0]
    assert "publisher not named" in everything(unknown)
    assert "was published; " in unknown.headlines[0].finding


def test_counts_of_both_kinds_are_told_apart(case: ModuleType) -> None:
    scenes = case.rows()
    mixed = (*(published(row) for row in scenes[:-1:4]), *scenes[1:-1:4], scenes[-1])
    found = assessed(case, mixed)
    share = sum(isinstance(row, PublishedCount) for row in mixed)
    limit = next(x.why for x in found.limits if x.id == "published-counts")
    assert limit.startswith(f"{share} counts of {len(mixed)} were published by others")
    record = found.judgement("record-observed")
    assert "every earlier count" in record.statement
    assert any("were published by others and not counted here" in reason for reason in record.confidence_reasons)
    assert any("same kind of vehicle" in text for text in record.assumptions)
    assert found.judgement("cover") is not None


def test_a_scene_counted_here_goes_before_a_published_count_of_its_day(case: ModuleType) -> None:
    scenes = case.rows()
    found = assessed(case, (*scenes, published(scenes[-1])))
    assert found.newest == scenes[-1]


def test_bounds_over_periods_are_named_as_such(case: ModuleType) -> None:
    found = assessed(case, table(case), bounds=(BOUND,))
    named = "Beyond Parallel: at most 20, 5 October 2018 to 1 September 2023"
    assert any(named in reason for reason in found.judgement("before-rise-observed").confidence_reasons)
    assert found.judgement("before-rise-observed").statement.endswith(
        "before the rise, and every bound published for that time"
    )
    assert "every bound published for that time" in found.headlines[1].finding
    assert named in next(x.why for x in found.limits if x.id == "published-bounds")
    nobody = assessed(case, case.rows(), bounds=(replace(BOUND, source=""),))
    assert nobody.judgement("record-observed").confidence is Confidence.LOW
    later = replace(BOUND, first=date(2023, 9, 20), last=date(2023, 9, 21))
    found = assessed(case, case.rows(), bounds=(later,))
    assert not any("whole periods" in r for r in found.judgement("before-rise-observed").confidence_reasons)
    assert any("whole periods" in r for r in found.judgement("record-observed").confidence_reasons)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_json_follows_its_schema(case: ModuleType, language: str) -> None:
    found = assessed(case, table(case), language, bounds=(BOUND,))
    written = json.loads(json.dumps(to_json(found), allow_nan=False))
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(written)
    assert written["scenes"] == []
    assert len(written["published"]) == len(found.rows)
    assert written["newest"] == written["published"][-1]["id"] == found.newest.id
    assert written["published"][-1]["url"] == "https://example.org/a"
    assert written["language"] == language
    pmf = written["series"]["now"]["pmf"]
    assert sum(pmf["p"]) == pytest.approx(1.0)
    assert pmf["first"] == found.series.now.first


def test_rows_in_any_order_give_the_same_assessment(case: ModuleType) -> None:
    rows = (*table(case), *case.rows()[3::7])
    assert to_json(assessed(case, rows)) == to_json(assessed(case, rows[::-1]))
