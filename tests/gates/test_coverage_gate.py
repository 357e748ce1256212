"""The claim finder may not become worse on the labelled texts; see coverage_repin.py."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import coverage_repin as gate
import coverage_scoring as tools
import floors
import pytest
from jsonschema import Draft202012Validator

from wayside.coverage import to_json


@pytest.fixture(scope="module")
def measured(shared_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = gate.measure(shared_dir)
    return found


@pytest.fixture(scope="module")
def pinned() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gate.FLOORS.read_text(encoding="utf-8"))
    return found


@pytest.mark.shared
def test_the_texts_are_the_ones_that_the_floors_were_pinned_on(
    measured: dict[str, Any], pinned: dict[str, Any]
) -> None:
    assert {name: one["digest"] for name, one in measured.items()} == {
        name: one["digest"] for name, one in pinned.items()
    }


@pytest.mark.shared
def test_no_score_is_under_its_floor(measured: dict[str, Any], pinned: dict[str, Any]) -> None:
    assert floors.lowered(pinned, measured) == []


@pytest.mark.shared
def test_every_core_claim_is_found_with_its_span_and_bounds_and_no_line_is_lost(measured: dict[str, Any]) -> None:
    scores = measured["reports"]["scores"]
    for metric in (
        "core claims found",
        "core claims with the exact span",
        "core claims with the right bounds",
        "body lines kept",
        "boilerplate lines cut",
        "found claims that are labelled",
    ):
        reached, of = scores[metric]
        assert reached == of > 0, metric


@pytest.mark.shared
def test_the_one_core_claim_without_a_named_source_is_flagged(shared_dir: Path) -> None:
    document, _ = tools.report(shared_dir, tools.load(shared_dir / "coverage" / "labels" / "S0.json"))
    claim = next(one for one in tools.analyse([document]).claims if one.quote == "at least 70 freight cars")
    assert claim.flags == ("antecedent missing: 'the group'",)


@pytest.mark.shared
def test_the_five_reports_are_one_story_from_one_source(shared_dir: Path) -> None:
    documents = [tools.report(shared_dir, tools.load(path))[0] for path in tools.report_labels(shared_dir)]
    result = tools.analyse(documents)
    assert [story.id for story in result.stories] == ["s1"]
    cars = next(group for group in result.agreement if len(group.claims) == 5)
    assert (cars.low, cars.high, cars.independent_sources) == (70, 73, 1)
    schema = json.loads((Path(__file__).parents[2] / "docs/schemas/coverage.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(to_json(result))


def test_the_documented_scores_are_the_pinned_ones(pinned: dict[str, Any]) -> None:
    """Every row of the table in docs/coverage.md, in the order of the pins."""
    text = (Path(__file__).parents[2] / "docs" / "coverage.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith(("| five", "| articles", "| **articles"))]
    found = [[[int(part) for part in pair] for pair in re.findall(r"(\d+)/(\d+)", row)] for row in rows]
    expected = [
        [*list(one["scores"].values())[:4], one["scores"]["found claims that are labelled"]] for one in pinned.values()
    ]
    assert found == expected


def test_a_repin_refuses_to_lower_a_floor() -> None:
    before = {"a": {"digest": "1", "scores": {"found": [9, 10], "bounds": [8, 10]}}}
    worse = {"a": {"digest": "1", "scores": {"found": [8, 10], "bounds": [9, 10]}}}
    with pytest.raises(floors.FloorLoweredError, match="a: found: 9/10 -> 8/10"):
        floors.repin(before, worse)
    with pytest.raises(floors.FloorLoweredError, match="bounds: dropped"):
        floors.repin(before, {"a": {"digest": "2", "scores": {"found": [9, 10]}}})
    with pytest.raises(floors.FloorLoweredError, match="dropped"):
        floors.repin(before, {})


def test_a_repin_raises_floors_and_keeps_the_reason_of_a_fall() -> None:
    before = {"a": {"digest": "1", "scores": {"found": [9, 10]}}}
    better = {"a": {"digest": "2", "scores": {"found": [19, 20]}}}
    assert floors.repin(before, better) == better
    worse = {"a": {"digest": "3", "scores": {"found": [18, 20]}}}
    fallen = floors.repin(better, worse, because="two labels were wrong")
    assert fallen["a"]["lowered"] == [{"what": "a: found: 19/20 -> 18/20", "because": "two labels were wrong"}]
    assert floors.repin(fallen, better)["a"]["lowered"] == fallen["a"]["lowered"]
