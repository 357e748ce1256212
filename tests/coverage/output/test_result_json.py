"""The JSON of a result: its schema, and that nothing of the values is lost or made up."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from wayside.coverage.output import to_json
from wayside.model.agreement import CREDIBILITY, RELIABILITY, AgainstMeasured, Agreement, Contradiction, Rating
from wayside.model.claims import (
    APPROXIMATIONS,
    CERTAINTIES,
    JOINS,
    KINDS,
    QUOTATIONS,
    VOICES,
    Claim,
    DatedEvent,
    Footing,
    Join,
    Quantity,
    TimeSpan,
)
from wayside.model.coverage import CoverageResult
from wayside.model.documents import FORMATS, SUPPORT, Cut, Document, Passage, Span
from wayside.model.stories import CHANGES, KINSHIPS, Change, Evidence, Kinship, Organisation, Origin, Story

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schemas/coverage.json").read_text(encoding="utf-8"))
TEXT = "Trains at Velmar\n\nAt least 70 freight cars stood there, the Harrow Institute said."
THERE = Passage("a", Span(18, 42), "At least 70 freight cars")
EVIDENCE = Evidence("credit", "names the report", 2.2, THERE, None)
DOCUMENT = Document(
    "a", "a.html", TEXT, (Span(18, len(TEXT)),), (Cut(Span(0, 16), "headline"),), "Trains at Velmar", "en",
    date(2024, 3, 6),
    "Velmar Courier", ("AP",), ("a note",), author="Ann Lee", updated=date(2024, 3, 7), url="https://example.org/a",
    format="html", part="record 2", pages=(0,), support="partial",
)  # fmt: skip
CLAIM = Claim(
    "c1", "a", Span(18, 42), "At least 70 freight cars", Quantity(70, None, "at least", "1", 70), "freight car",
    "count",
    "Velmar", TimeSpan("on Tuesday", date(2024, 3, 5), date(2024, 3, 5)), "Harrow Institute", via=("AP",),
    hedges=("at least",), flags=("a flag",), thing="railcar", source="harrow-institute", voice="named",
    attributed_at=Span(61, 77), quotation="broken", modifiers=("freight",),
)  # fmt: skip
DENIAL = Claim(
    "c2", "a", Span(20, 30), "no transfer", Quantity(None, None, "none stated"), None, "statement", negated=True,
    topic="transfer-begun", certainty="likely", joins=(Join("c1", "and"),),
)  # fmt: skip
RESULT = CoverageResult(
    (DOCUMENT,),
    (CLAIM, DENIAL),
    (Origin("a", "report:harrow-institute", 0.9, ("credit",), (EVIDENCE,), "credited"),),
    (
        Agreement(
            ("c1",), 70, 70, 1, ("c1",), ("c1",), AgainstMeasured("consistent", 0.62, "day not compared", ("c1",)),
            "s1",
            "freight cars, at Velmar", (("Harrow Institute", "the institute"),), (0.0, 1.0),
            (Contradiction("c1", "c2", "both cannot be"),),
        ),
        Agreement(("c2",), None, None, 0, about="statement: transfer begun"),
    ),
    (Story("s1", "Trains at Velmar", ("a",), date(2024, 3, 6), date(2024, 3, 6)),),
    (Kinship("a", "b", "rewritten", 0.8, (EVIDENCE,)),),
    (Change("bound", THERE, THERE, "the bound was dropped", 0.7),),
    (Organisation("harrow-institute", "Harrow Institute", "think tank", (THERE,)),),
    (Footing(("c1", "c2"), "1/year", (21.9e6, 2.5e6), ("60,000 a day x 365", "as stated"), "eight times as many"),),
    (DatedEvent("e1", "summit", "summit", TimeSpan("in March"), "a", Span(0, 6), "summit", "AP"),),
    (
        Rating("harrow-institute", "B", None, "A. Analyst", date(2024, 1, 1), "older"),
        Rating("harrow-institute", "C", None, "A. Analyst", date(2024, 3, 1)),
        Rating("c1", None, "6", "A. Analyst", date(2024, 3, 1)),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return to_json(RESULT)


def test_everything_is_as_the_schema_says(found: dict[str, Any]) -> None:
    Draft202012Validator(SCHEMA).validate(found)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    Draft202012Validator(SCHEMA).validate(to_json(CoverageResult((), ())))


def test_the_fields_of_the_contract_keep_their_names(found: dict[str, Any]) -> None:
    claim = found["claims"][0]
    assert claim["quantity"] == {"low": 70, "high": None, "approximation": "at least", "unit": "1", "figure": 70}
    assert TEXT[claim["start"] : claim["end"]] == claim["quote"]
    assert claim["time"] == {"from": "2024-03-05", "to": "2024-03-05", "text": "on Tuesday"}
    assert (claim["asserted_by"], claim["via"], claim["attributed_at"]) == ("Harrow Institute", ["AP"], [61, 77])
    document = found["documents"][0]
    assert (document["published"], document["outlet"], document["story"]) == ("2024-03-06", "Velmar Courier", "s1")
    assert document["body"] == [[18, len(TEXT)]]
    assert found["origins"][0]["derives_from"] == "report:harrow-institute"
    group = found["agreement"][0]
    assert (group["low"], group["high"], group["independent_sources"]) == (70, 70, 1)
    assert group["against_measured"] == {
        "verdict": "consistent",
        "p": 0.62,
        "reason": "day not compared",
        "claims": ["c1"],
    }


def test_statements_have_no_bounds(found: dict[str, Any]) -> None:
    assert (found["agreement"][1]["low"], found["agreement"][1]["high"]) == (None, None)


def test_ratings_stand_beside_what_they_rate_and_are_all_listed(found: dict[str, Any]) -> None:
    assert found["organisations"][0]["rating"] == {
        "reliability": "C", "reliability_words": "fairly reliable", "credibility": None, "credibility_words": None,
    }  # fmt: skip
    assert found["claims"][0]["rating"]["credibility_words"] == "truth cannot be judged"
    assert found["claims"][1]["rating"] is None
    assert found["documents"][0]["rating"] is None
    assert [(one["reliability"], one["current"], one["note"]) for one in found["ratings"]] == [
        ("B", False, "older"), ("C", True, ""), (None, True, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("document.format", FORMATS), ("document.support", SUPPORT), ("claim.kind", KINDS), ("claim.voice", VOICES),
        ("claim.certainty", CERTAINTIES), ("claim.quotation", (*QUOTATIONS, None)),
        ("quantity.approximation", APPROXIMATIONS),
        ("kinship.kind", KINSHIPS), ("change.kind", CHANGES), ("rating.reliability", (*RELIABILITY, None)),
        ("rating.credibility", (*CREDIBILITY, None)), ("grade.reliability", (*RELIABILITY, None)),
    ],
)  # fmt: skip
def test_the_schema_lists_what_the_values_allow(path: str, values: tuple[str | None, ...]) -> None:
    part, field = path.split(".")
    assert set(SCHEMA["$defs"][part]["properties"][field]["enum"]) == set(values)


def test_the_schema_lists_the_kinds_of_joins() -> None:
    joins = SCHEMA["$defs"]["claim"]["properties"]["joins"]["items"]["properties"]
    assert set(joins["kind"]["enum"]) == set(JOINS)


def test_nothing_may_be_added_that_the_schema_does_not_name(found: dict[str, Any]) -> None:
    checker = Draft202012Validator(SCHEMA)
    assert not checker.is_valid({**found, "more": 1})
    for part in (
        "documents",
        "claims",
        "origins",
        "agreement",
        "stories",
        "kinships",
        "changes",
        "organisations",
        "events",
    ):
        assert not checker.is_valid({**found, part: [{**found[part][0], "more": 1}]}), part


@pytest.mark.parametrize(("value", "written"), [(70.0, 70), (70.5, 70.5), (2.5e6, 2_500_000)])
def test_whole_numbers_have_no_fraction(value: float, written: float) -> None:
    claim = Claim("c1", "a", Span(0, 1), "q", Quantity(value, value, "exact", "1", value), None, "count")
    number = to_json(CoverageResult((DOCUMENT,), (claim,)))["claims"][0]["quantity"]["low"]
    assert (number, type(number)) == (written, type(written))
