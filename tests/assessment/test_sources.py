"""On how many sources a published figure rests, and whether the count bears it out."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment, PublishedCount
from wayside.assessment.sources import main_figure
from wayside.assessment.to_json import to_json
from wayside.coverage.agreement.measured import measured_from_json
from wayside.coverage.analysis import analyse
from wayside.coverage.stories.independence import poisson_binomial
from wayside.coverage.texts.reading import read_documents
from wayside.model.agreement import MeasuredCount
from wayside.model.coverage import CoverageResult
from wayside.model.judgements import Confidence

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "assessment.json").read_text(encoding="utf-8"))


def assessed(case: ModuleType, found: CoverageResult | None, language: str = "en") -> Assessment:
    rows = case.rows()
    return assess(case.site(), rows, case.series(rows), generated=case.GENERATED, coverage=found, language=language)


def test_no_more_than_one_source_is_the_chance_of_none_and_of_one(case: ModuleType, findings: ModuleType) -> None:
    found = assessed(case, findings.coverage((0.05, 0.8, 0.15)))
    judged = found.judgement("sources")
    assert judged.probability == pytest.approx(0.85)
    assert judged.statement == (
        "what is stated in 6 articles on freight cars at Kestrel Junction rests on no more than one independent source"
    )
    assert judged.evidence == ("c0", "c1", "c2", "c3", "c4", "c5", "c99")
    assert judged.confidence is Confidence.MODERATE
    headline = next(h for h in found.headlines if h.id == "sources")
    assert headline.finding.startswith("It is very likely that what is stated in 6 articles")


def test_it_is_the_sum_over_all_ways_in_which_texts_may_derive() -> None:
    """Brute force over every set of true derivations of four sources with given chances."""
    edges = {1: (0.9,), 2: (0.5, 0.7), 3: (0.2,)}
    alone = [1.0] + [math.prod(1 - p for p in edges[k]) for k in edges]
    flat = [(k, p) for k, ps in edges.items() for p in ps]
    chance = 0.0
    for drawn in itertools.product([True, False], repeat=len(flat)):
        weight = math.prod(p if hit else 1 - p for (_, p), hit in zip(flat, drawn, strict=True))
        derived = {k for (k, _), hit in zip(flat, drawn, strict=True) if hit}
        chance += weight * (4 - len(derived) <= 1)
    assert sum(poisson_binomial(alone)[:2]) == pytest.approx(chance)


@pytest.mark.parametrize(
    ("undated", "sources", "level"),
    [(0, ("A house",), "moderate"), (4, ("A house",), "low"), (0, (), "low"), (1, ("A house",), "moderate")],
)
def test_what_the_number_of_sources_rests_on(
    case: ModuleType, findings: ModuleType, undated: int, sources: tuple[str, ...], level: str
) -> None:
    found = assessed(case, findings.coverage(undated=undated, sources=sources))
    assert found.judgement("sources").confidence.value == level


def test_a_single_article_or_no_figure_is_not_judged(case: ModuleType, findings: ModuleType) -> None:
    assert assessed(case, None).judgement("sources") is None
    assert assessed(case, findings.coverage(articles=1)).judgement("sources") is None
    nothing = replace(findings.coverage(), agreement=())
    assert assessed(case, nothing).judgement("sources") is None
    assert main_figure(nothing) is None


def test_the_figure_that_was_compared_goes_first(findings: ModuleType) -> None:
    found = findings.coverage()
    assert main_figure(found) == found.agreement[1]


def test_a_published_bound_is_held_against_the_count(case: ModuleType, findings: ModuleType) -> None:
    found = assessed(case, findings.coverage())
    judged = found.judgement("published-bound")
    count = found.now
    assert judged.probability == pytest.approx(sum(count.probability(n) for n in range(70, 200)))
    assert judged.statement == "the published figure “at least 70 freight cars” holds for the count of 5 October 2023"
    assert judged.evidence[0] == found.newest.id
    assert "c99" not in judged.evidence


def test_a_published_count_is_not_held_against_itself(case: ModuleType, findings: ModuleType) -> None:
    rows = tuple(PublishedCount(f"p{row.id}", row.day, row.result.freight, publisher="A house") for row in case.rows())
    rows = tuple({row.day: row for row in rows}.values())
    found = assess(case.site(), rows, case.series(case.rows()), generated=case.GENERATED, coverage=findings.coverage())
    assert found.judgement("published-bound") is None
    assert found.judgement("sources") is not None


@pytest.mark.parametrize("language", ["en", "ru"])
def test_json_holds_the_coverage_in_brief(case: ModuleType, findings: ModuleType, language: str) -> None:
    written = json.loads(json.dumps(to_json(assessed(case, findings.coverage(), language)), allow_nan=False))
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(written)
    assert (written["coverage"]["documents"], written["coverage"]["claims"]) == (6, 7)
    assert written["coverage"]["main"]["independent_sources"] == 1
    assert written["coverage"]["main"]["against_measured"]["verdict"] == "consistent"


def test_what_the_analysis_of_texts_finds_can_be_judged(case: ModuleType) -> None:
    texts = {
        "first.txt": (
            "Kestrel Institute counted at least 70 freight cars at Kestrel Junction on October 5, 2023, it said in a "
            "report. The institute said satellite images show a rise that began after a summit in September."
        ),
        "second.txt": (
            "A report by Kestrel Institute counted at least 70 freight cars at Kestrel Junction on October 5, 2023. "
            "The Kestrel Institute said satellite images show a rise that began after a summit in September."
        ),
    }
    documents = [document for name, text in texts.items() for document in read_documents(text.encode(), name).documents]
    rows = case.rows()
    count = rows[-1].result.freight
    measured = MeasuredCount(count.first, tuple(count.p.tolist()), "freight car", "Kestrel Junction", case.NEWEST_DAY)
    found = assessed(case, analyse(documents, measured))
    judged = found.judgement("sources")
    assert judged is not None
    assert "in 2 articles" in judged.statement
    assert set(judged.evidence) <= {claim.id for claim in found.coverage.claims}
    assert found.judgement("published-bound").probability > 0.8


def test_the_json_is_read_back_as_a_measured_count(case: ModuleType) -> None:
    found = assessed(case, None)
    read = measured_from_json(json.loads(json.dumps(to_json(found))), "assessment.json")
    assert read.first == found.now.first
    assert read.p == pytest.approx(found.now.p.tolist())
    assert (read.counted, read.place, read.day) == ("freight cars", "Kestrel Junction", case.NEWEST_DAY)
