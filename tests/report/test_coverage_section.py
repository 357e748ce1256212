"""The section on what was published: its numbers are the result's, its drawings stand alone, hostile text is text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from wayside.assessment.assessment import Assessment
from wayside.coverage.analysis import analyse
from wayside.coverage.texts.reading import read_documents
from wayside.language.phrases import LANGUAGES, phrases
from wayside.model.agreement import AgainstMeasured, MeasuredCount
from wayside.model.claims import APPROXIMATIONS, VOICES
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document, Span
from wayside.model.stories import CHANGES
from wayside.report.contents.coverage import coverage_section
from wayside.report.document import Bullets, Figure, Paragraph, Section, Table, texts_of
from wayside.report.words import words_of

DAYS = {"Kite Institute": 6, "Meridian Press": 7, "Harbour Courier": 8}
TEXTS = {
    "Kite Institute": """Railcars gather at Dorvik

Kite Institute, 6 October 2023. Satellite imagery of 4 October 2023 shows at least 58 freight cars at Dorvik terminal,
the institute said in its report.""",
    "Meridian Press": """Institute sees freight cars at Dorvik

Satellite imagery shows at least 58 freight cars at Dorvik terminal, the Kite Institute said in a report on Friday.""",
    "Harbour Courier": """Cars at the border

No more than 58 freight cars stood at Dorvik terminal, Meridian Press reported, citing the Kite Institute.
A U.S. official said 60 freight cars were at Dorvik terminal.""",
}
HOSTILE = '<script>alert(1)</script>\u202egnp.exe "><img src=x onerror=a> \u2066' + "x" * 10_000


def read() -> tuple[Document, ...]:
    found = []
    for outlet, text in TEXTS.items():
        name = outlet.replace(" ", "-") + ".txt"
        opened = read_documents(text.encode(), name, published=date(2023, 10, DAYS[outlet]), outlet=outlet, url=None)
        found += opened.documents
    return tuple(found)


@pytest.fixture(scope="module")
def result() -> CoverageResult:
    return analyse(read(), MeasuredCount(56, (0.2, 0.3, 0.3, 0.2), counted="freight car"))


@pytest.fixture(scope="module")
def covered(drawn: Assessment, result: CoverageResult) -> Assessment:
    return replace(drawn, coverage=result)


def section(assessment: Assessment, language: str = "en") -> Section:
    found = coverage_section(assessment, words_of(language))
    assert found is not None
    return found


def prose(found: Section) -> str:
    return texts_of(block.text for block in found.blocks if isinstance(block, Paragraph))


def drawings(found: Section) -> Iterator[tuple[str, str]]:
    for block in found.blocks:
        if isinstance(block, Figure):
            for panel in block.panels:
                for graphic in panel.graphics:
                    yield graphic.svg, graphic.alt


def drawn_of(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - written here


def table(found: Section) -> Table:
    return next(block for block in found.blocks if isinstance(block, Table))


def test_nothing_read_is_no_section(drawn: Assessment) -> None:
    assert coverage_section(drawn, words_of()) is None
    assert coverage_section(replace(drawn, coverage=CoverageResult((), ())), words_of()) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_the_results_own(covered: Assessment, result: CoverageResult, language: str) -> None:
    found = section(covered, language)
    text = prose(found)
    group = max(result.agreement, key=lambda one: len({c.document for c in result.claims if c.id in one.claims}))
    assert str(len(result.documents)) in text
    assert str(len(result.claims)) in text
    assert str(group.independent_sources) in text
    for names in group.sources:
        assert names[0] in text
    assert len(table(found).rows) == len(result.documents)
    assert "{" not in text
    assert "Kite Institute" in text
    assert "58" in text


def test_articles_stand_in_order_with_what_they_say_and_what_is_wrong(
    covered: Assessment, result: CoverageResult
) -> None:
    rows = [[texts_of([cell.text]) for cell in row.cells] for row in table(section(covered)).rows]
    assert [row[0] for row in rows] == list(TEXTS)
    assert ["58" in row[3] for row in rows] == [True] * 3
    anonymous = {claim.document for claim in result.claims if claim.anonymous}
    ids = [one.id for one in result.documents]
    assert anonymous
    for one, row in zip(ids, rows, strict=True):
        assert ("without a name" in row[5]) <= (one in anonymous)


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawings_need_nothing_from_outside(covered: Assessment, language: str) -> None:
    found = list(drawings(section(covered, language)))
    assert len(found) == 3, "the graph, and the dots for two widths"
    for svg, alt in found:
        root = drawn_of(svg)
        assert alt
        assert alt in svg
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert names <= {"svg", "rect", "path", "text", "line", "circle", "title"}
        for element in root.iter():
            assert "style" not in element.attrib
            assert "class" not in element.attrib
            tag = element.tag.rpartition("}")[2]
            if tag in {"rect", "text", "circle"}:
                assert element.get("fill"), "without a fill it is black"
            if tag == "path":
                assert element.get("fill")
        width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
        for element in root.iter("{http://www.w3.org/2000/svg}text"):
            assert 0 <= float(element.get("x", "-1")) <= width
            assert 0 <= float(element.get("y", "-1")) <= height


def test_every_box_and_line_of_the_graph_is_drawn(covered: Assessment) -> None:
    (svg, alt), *_ = drawings(section(covered))
    words = " ".join(drawn_of(svg).itertext())
    for outlet in TEXTS:
        assert outlet in words
    assert "3 articles" in alt


def test_the_count_stands_behind_the_figures_only_where_it_was_compared(
    covered: Assessment, result: CoverageResult
) -> None:
    def against(given: AgainstMeasured | None) -> Assessment:
        groups = tuple(replace(one, against_measured=given) for one in result.agreement)
        return replace(covered, coverage=replace(result, agreement=groups))

    compared = section(against(AgainstMeasured("consistent", 0.62)))
    assert "compatible with the count" in prose(compared)
    assert "62" in prose(compared)
    assert "The count of this report is" in list(drawings(compared))[-1][1]
    off = section(against(AgainstMeasured("inconsistent", 0.004)))
    assert "not compatible" in prose(off)
    apart = section(against(AgainstMeasured("not comparable", reason="another day")))
    assert "were not compared" in prose(apart)
    assert all("The count of this report is" not in alt for _, alt in drawings(apart))


def test_likelihood_and_confidence_never_meet(covered: Assessment) -> None:
    for sentence in re.split(r"(?<=\.)\s", prose(section(covered))):
        assert "confidence" not in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_article_is_text(drawn: Assessment, language: str) -> None:
    body = f"{HOSTILE[:200]} said at least 12 freight cars stood at Dorvik terminal on 4 October 2023."
    documents = tuple(
        Document(f"d{k}", f"../../{HOSTILE[:90]}{k}", body, (Span(0, len(body)),), title=HOSTILE, outlet=HOSTILE,
                 published=date(2023, 10, 5), language="en", url="javascript:alert(1)" if k else "https://u:p@x.org/?token=abc")
        for k in range(2)
    )  # fmt: skip
    found = section(replace(drawn, coverage=analyse(documents, None)), language)
    for svg, _ in drawings(found):
        drawn_of(svg)
        assert "<script" not in svg
        assert "\u202e" not in svg
    for row in table(found).rows:
        for cell in row.cells:
            for span in cell.text:
                assert not span.href
                assert len(span.text) < 400
                assert "\u202e" not in span.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_a_word(language: str) -> None:
    said = phrases("coverage_section", language)
    for name in APPROXIMATIONS:
        assert said.has(f"quantity.{name.replace(' ', '-')}")
    for name in CHANGES:
        assert said.has(f"change.{name.replace(' ', '-')}")
    for name in ("near-identical", "rewritten", "credited", "inferred", "passed-on", "published"):
        assert said.has(f"kind.{name}")
    assert "unattributed" in VOICES
    assert set(said.table) == set(phrases("coverage_section", "en").table)


def test_changes_are_listed_with_both_wordings(covered: Assessment, result: CoverageResult) -> None:
    lists = [block for block in section(covered).blocks if isinstance(block, Bullets)]
    assert bool(lists) == bool(result.changes)
    for change in result.changes[:1]:
        text = texts_of(lists[0].items)
        assert change.before.quote[:40] in text
        assert change.after.quote[:40] in text


@pytest.mark.shared
def test_real_articles_on_one_story(shared_dir: Path, drawn: Assessment) -> None:
    documents: list[Document] = []
    for file in sorted((shared_dir / "reports").glob("*.txt")):
        documents += read_documents(file.read_bytes(), file.name, published=None, outlet=None, url=None).documents
    if not documents:
        pytest.skip("no articles there")
    result = analyse(documents, None)
    for language in LANGUAGES:
        found = section(replace(drawn, coverage=result), language)
        assert len(table(found).rows) == len(documents)
        assert "Beyond Parallel" in prose(found)
        for svg, _ in drawings(found):
            drawn_of(svg)
