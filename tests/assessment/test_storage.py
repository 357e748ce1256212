"""What is judged of storage zones: their own record, from the same test as that of the count."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment
from wayside.assessment.to_json import to_json
from wayside.model.judgements import Confidence
from wayside.model.zones import AreaInterval, ZoneFinding

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "assessment.json").read_text(encoding="utf-8"))


def assessed(case: ModuleType, *zones: ZoneFinding, language: str = "en") -> Assessment:
    rows = case.rows()
    return assess(case.site(), rows, case.series(rows), generated=case.GENERATED, zones=zones, language=language)


def test_a_zone_has_its_record_and_its_change(case: ModuleType, findings: ModuleType) -> None:
    found = assessed(case, findings.zone())
    seen, happened, change = (found.judgement(f"zone-north-yard-{x}") for x in ("observed", "all-days", "change"))
    assert (seen.probability, happened.probability, change.probability) == (0.98, 0.7, 0.97)
    assert seen.statement == (
        "the area occupied in storage zone north-yard on 5 October 2023 exceeds that of every earlier scene from "
        "5 October 2022 to 4 October 2023"
    )
    assert happened.statement.endswith("seen or unseen")
    assert seen.evidence[0] == "KJ_20231005"
    assert len(seen.evidence) == 10
    assert {seen.confidence, change.confidence} == {Confidence.MODERATE}
    assert any(limit.id == "zone-contents" for limit in found.limits)


def test_the_first_page_has_the_zone_whose_record_is_most_likely(case: ModuleType, findings: ModuleType) -> None:
    zones = (findings.zone(0.6, 0.5, zone_id="a"), findings.zone(0.98, 0.7, zone_id="b"))
    found = assessed(case, *zones)
    headline = next(h for h in found.headlines if h.id == "zone")
    assert headline.judgement_ids == ("zone-b-observed", "zone-b-all-days")
    assert headline.finding.replace("\u00a0", " ").endswith("it was 900 m².")
    assert len(found.headlines) == 5


def test_an_area_has_two_significant_figures_on_the_first_page(case: ModuleType, findings: ModuleType) -> None:
    known = replace(findings.zone(), now_m2=AreaInterval(264.7, 231.0, 301.0))
    headline = next(h for h in assessed(case, known).headlines if h.id == "zone")
    assert headline.finding.replace("\u00a0", " ").endswith("it was 260 m².")


def test_few_looks_and_hidden_zones_lower_the_confidence(case: ModuleType, findings: ModuleType) -> None:
    few = assessed(case, findings.zone(scenes=4)).judgement("zone-north-yard-observed")
    assert few.confidence is Confidence.LOW
    assert few.confidence_reasons[0] == "The comparison rests on 4 earlier scenes of the zone."
    hidden = assessed(case, findings.zone(visible=0.5)).judgement("zone-north-yard-observed")
    assert hidden.confidence is Confidence.LOW
    loose = findings.zone()
    lost = replace(loose, newest=replace(loose.newest, registered=False))
    assert assessed(case, lost).judgement("zone-north-yard-observed").confidence is Confidence.LOW


def test_a_zone_without_history_is_not_judged(case: ModuleType, findings: ModuleType) -> None:
    known = findings.zone()
    for bare in (ZoneFinding("z", known.looks), replace(known, newest=None), replace(known, series=None)):
        found = assessed(case, bare)
        assert not any(j.id.startswith("zone-") for j in found.judgements)
        assert not any(h.id == "zone" for h in found.headlines)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_json_holds_the_zones(case: ModuleType, findings: ModuleType, language: str) -> None:
    found = assessed(case, findings.zone(), ZoneFinding("bare", ()), language=language)
    written = json.loads(json.dumps(to_json(found), allow_nan=False))
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(written)
    assert [row["id"] for row in written["zones"]] == ["north-yard", "bare"]
    assert written["zones"][0]["now_m2"] == {"median": 900.0, "interval90": [850.0, 950.0]}
