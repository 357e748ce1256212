"""The claim finder may not become worse on the labelled texts; see coverage_repin.py."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import coverage_changes
import coverage_measure
import coverage_repin as gate
import floors
import pytest
from coverage_families import HELD_OUT
from coverage_labels import REPORTS
from coverage_measure import Analysed, analysed, measured_on
from coverage_scoring import UNLABELLED, claim_of, right_source
from jsonschema import Draft202012Validator

from wayside.coverage import analyse, to_json

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def found(shared_dir: Path) -> Analysed:
    return analysed(shared_dir)


@pytest.fixture(scope="module")
def measured(found: Analysed) -> dict[str, Any]:
    return measured_on(found)


@pytest.fixture(scope="module")
def pinned() -> dict[str, Any]:
    floor: dict[str, Any] = json.loads(gate.FLOORS.read_text(encoding="utf-8"))
    return floor


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
    scores = measured[REPORTS]["scores"]
    assert scores["core: claims found"] == [12, 12]
    assert (scores["body lines kept"], scores["boilerplate lines cut"]) == ([52, 52], [66, 66])
    for metric in (
        "core: exact span",
        "core: right bounds",
        "core: right chain",
        "found claims that are labelled",
        "claims outside boilerplate",
    ):
        reached, of = scores[metric]
        assert reached == of > 0, metric


@pytest.mark.shared
def test_every_core_claim_has_its_final_source_but_the_one_whose_antecedent_is_missing(found: Analysed) -> None:
    wrong = []
    for text in found.corpus.labelled(REPORTS):
        claims = found.alone[text.document.id]
        for label in (text.label or {})["claims"]:
            claim = claim_of(claims, label)
            if label.get("core") and claim and not right_source(claim, label["attributed_to"]):
                wrong.append((claim.quote, claim.anonymous, claim.flags))
    assert wrong == [("at least 70 freight cars", True, ("antecedent missing: 'the group'",))]


@pytest.mark.shared
def test_the_five_reports_are_one_story_from_one_source(found: Analysed) -> None:
    reports = found.corpus.labelled(REPORTS)
    result = analyse([text.document for text in reports])
    assert [story.id for story in result.stories] == ["s1"]
    cars = next(group for group in result.agreement if len(group.claims) == 5)
    assert (cars.low, cars.high, cars.independent_sources) == (70, 73, 1)
    schema = json.loads((DOCS / "schemas" / "coverage.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(to_json(result))


@pytest.mark.shared
def test_every_text_is_in_the_sets_that_it_belongs_to(found: Analysed) -> None:
    """Both halves are there; a family stands on one side only; the parts of a side add up to it."""
    aside = {text.family for text in found.corpus.texts if text.kept_aside}
    assert aside == HELD_OUT
    assert not aside & {text.family for text in found.corpus.texts if not text.kept_aside and not text.is_report}
    for tongue in ("English", "other languages"):
        parts = [found.corpus.labelled(f"kept aside, {tongue}, {when}") for when in ("never in view", "in view once")]
        whole = found.corpus.labelled(f"kept aside, {tongue}")
        assert sorted(text.id for part in parts for text in part) == sorted(text.id for text in whole)
        assert whole


@pytest.mark.shared
def test_no_label_is_of_a_kind_that_precision_leaves_out(found: Analysed) -> None:
    kinds = {label["kind"] for text in found.corpus.texts for label in (text.label or {}).get("claims", ())}
    assert not UNLABELLED & kinds


@pytest.mark.shared
def test_changes_that_were_noted_by_hand_are_of_texts_in_view(found: Analysed) -> None:
    aside = {text.id: text.kept_aside for text in found.corpus.texts}
    assert not any(aside[one.text] for one in coverage_changes.EXPECTED)


def test_the_documented_scores_are_the_pinned_ones(pinned: dict[str, Any]) -> None:
    assert coverage_measure.documented(pinned) in (DOCS / "coverage.md").read_text(encoding="utf-8")


def test_a_printed_table_holds_sums_and_names_of_sets_alone(pinned: dict[str, Any]) -> None:
    printed = coverage_measure.table(pinned)
    assert all(name in printed for name in pinned)
    assert not re.search(r"[“”\"]", printed)


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
