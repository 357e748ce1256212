"""Whole reports, sentence by sentence: one row of likelihood words, apart from confidence, beside their number."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment
from wayside.assessment.entered import read_entered
from wayside.assessment.language import likelihood_terms, origin_of_probability
from wayside.assessment.obligations import obligation_ids, reference_obligations
from wayside.assessment.to_json import to_json
from wayside.language.phrases import LANGUAGES, phrases
from wayside.model.judgements import Basis
from wayside.report.contents.report import build_report
from wayside.report.document import Document
from wayside.report.figures.pictures import ReportPictures
from wayside.report.formats.docx import docx_of
from wayside.report.formats.html import html_of
from wayside.report.formats.markdown import markdown_of
from wayside.report.formats.pdf import pdf_of
from wayside.report.house import HouseStyle

reading: Any = sys.modules["wayside_test_formats_reading"]
MARKS = {"en": "unconfirmed", "ru": "не подтверждено"}
SURE = {"en": r"\bconfidence is\b|\bconfidence:", "ru": r"степень уверенности|уверенность:"}
OTHER = {
    "en": r"\b(?:probably|improbabl\w+|maybe|might|possibly|perhaps|presumabl\w+|conceivabl\w+|apparently|hardly|"
    r"supposedly|surely|certainly|undoubtedly|doubtless|highly probable|nearly certain|roughly even odds|remote|may)\b",
    "ru": r"\b(?:возможно|наверное|наверняка|видимо|по-видимому|похоже|скорее всего|едва ли|вряд ли|кажется|"
    r"вероятнее|правдоподобно|сомнительно|несомненно|бесспорно|пожалуй)\b",
}
"""Words that state a likelihood outside the first row of the scale."""
LICENCES = re.compile(r"\bmay (?:not )?be shown\b")
FILE = """
[analyst]
name = "A. Nalyst"
on = 2023-10-06
[standing]
use = true
[[hypothesis]]
id = "works"
standing = true
obligations = [{obligations}]
[[evidence]]
id = "gate"
text = "The gate is shut."
[ratings.gate]
works = "II"
{judgements}
"""
JUDGEMENT = """
[[judgement]]
id = "j{k}"
concerns = "{concerns}"
statement = "the load is {k}"
likelihood = {likelihood}
confidence = "{confidence}"
reasons = ["Nobody looked inside."]
"""
EDGES = (1, 5, 20, 45, 55, 80, 95, 99, 50, "[1, 99]", "[95, 97]", "[55, 80]", '"almost certain"', '"маловероятно"')
ORDER = [
    "almost no chance",
    "very unlikely",
    "unlikely",
    "roughly even chance",
    "likely",
    "very likely",
    "almost certain",
]


@pytest.fixture(scope="module")
def findings() -> ModuleType:
    """The made-up articles and zones of tests/assessment/findings.py."""
    name = "wayside_test_findings"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[2] / "assessment" / "findings.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="module", params=LANGUAGES)
def found(request: pytest.FixtureRequest, case: ModuleType, findings: ModuleType) -> Assessment:
    judged = "".join(
        JUDGEMENT.format(
            k=k, concerns=("content", "intent")[k % 2], likelihood=given, confidence=("high", "low")[k % 2]
        )
        for k, given in enumerate(EDGES)
    )
    named = ", ".join(f'"{name}"' for name in obligation_ids())
    rows = case.rows()
    return assess(
        case.site(),
        rows,
        case.series(rows),
        generated=case.GENERATED,
        language=request.param,
        zones=(findings.zone(0.97, 0.7),),
        coverage=findings.coverage((0.0, 0.7, 0.3)),
        entered=read_entered(FILE.format(obligations=named, judgements=judged)),
    )


def document_of(found: Assessment) -> Document:
    return build_report(found, ReportPictures(None, None, ()), house=HouseStyle(language=found.language))


def sentences(text: str) -> list[str]:
    """The sentences, cells and headings of a text in Markdown, without its pictures."""
    bare = re.sub(r"!\[[^\]]*\]\([^)]*\)", " ", text)
    parts = re.split(r"\n\s*\n|\n(?=[-*|#>])|\||(?<=[.!?;])\s+", bare)
    return list(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def scale(language: str) -> re.Pattern[str]:
    terms = sorted((term.local for term in likelihood_terms(language)), key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(term)}\b" for term in terms), re.IGNORECASE)


def test_every_sentence_of_a_report_keeps_likelihood_to_its_words_and_apart_from_confidence(found: Assessment) -> None:
    language = found.language
    likely, sure, other = scale(language), re.compile(SURE[language], re.IGNORECASE), re.compile(OTHER[language])
    spoken = sentences(markdown_of(document_of(found)).text)
    assert sum(bool(likely.search(text)) for text in spoken) > 20
    assert sum(bool(sure.search(text)) for text in spoken) > 2
    for text in spoken:
        assert not (likely.search(text) and sure.search(text)), text
        assert not other.search(LICENCES.sub("", likely.sub("", text))), text
        if likely.search(text) and "ICD" not in text:
            # A word of the scale has its number beside it, or is quoted as what an analyst set.
            assert "%" in text or re.search(r"[“«]", text), text


def test_every_judgement_says_where_its_probability_comes_from(found: Assessment) -> None:
    text = " ".join(markdown_of(document_of(found)).text.split())
    computed = phrases("likelihood", found.language).say("computed")
    kinds = {judged.basis for judged in found.judgements}
    assert kinds == {Basis.COMPUTED, Basis.ANALYST}
    for judged in found.judgements:
        told = origin_of_probability(judged, found.language)
        assert (told == computed) == (judged.basis is Basis.COMPUTED), judged.id
        assert " ".join(told.split()) in text.replace("\\", ""), judged.id
    ours = [judged for judged in found.judgements if judged.basis is Basis.COMPUTED]
    assert text.count(computed) >= len(ours)


def test_an_analysts_judgement_is_nowhere_worded_more_strongly_than_it_was_set(found: Assessment) -> None:
    likely, local = scale(found.language), [term.local for term in likelihood_terms(found.language)]
    expected = [
        "almost no chance", "very unlikely", "unlikely", "roughly even chance", "roughly even chance", "likely",
        "very likely", "almost certain", "roughly even chance", "roughly even chance", "very likely", "likely",
        "almost certain", "unlikely",
    ]  # fmt: skip
    # 1, 5, 20 … 99: a shared edge belongs to the band nearer to even chance.
    document = json.loads(json.dumps(to_json(found), ensure_ascii=False))
    text = markdown_of(document_of(found)).text
    for k, words in enumerate(expected):
        row = next(one for one in document["judgements"] if one["id"] == f"j{k}")
        assert row["words"] == words, k
        spoken = [s for s in [*sentences(text), row["sentence"]] if re.search(rf"the load is {k}(?!\d)", s)]
        assert spoken
        for sentence in spoken:
            for match in likely.finditer(sentence):
                assert match[0].casefold() == local[ORDER.index(words)], sentence
        assert any("A. Nalyst" in sentence for sentence in spoken)


@pytest.mark.slow
def test_every_unconfirmed_obligation_is_marked_in_every_format(found: Assessment) -> None:
    document = document_of(found)
    texts = {
        "markdown": reading.markdown_text(markdown_of(document).text),
        "html": reading.html_text(html_of(document)),
        "docx": reading.docx_text(docx_of(document, HouseStyle())),
        "pdf": reading.pdf_text(pdf_of(document, HouseStyle())),
    }
    listed = reference_obligations(found.language)
    assert {one.id for one in listed if one.confirmed} != {one.id for one in listed}
    for name, text in texts.items():
        bare = " ".join(text.split())
        for one, after in zip(listed, [*listed[1:], None], strict=True):
            start = bare.index(f"{one.title}, {one.paragraph}")
            end = bare.index(f"{after.title}, {after.paragraph}", start) if after else start + 1_000
            marked = MARKS[found.language] in bare[start:end].split(one.text.split()[0])[0]
            assert marked == (not one.confirmed), (name, one.id)
    told = to_json(found)["hypotheses"]["obligations"]
    assert {one["id"]: one["confirmed"] for one in told} == {one.id: one.confirmed for one in listed}
    assert all(bool(one["unconfirmed"]) != one["confirmed"] for one in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_table_of_sentences_states_a_likelihood_in_other_words(language: str) -> None:
    """What no report of these tests happens to say: in no table is there another word of likelihood."""
    subjects = {
        "confidence", "consists", "headlines", "hypotheses", "judgements", "limits", "report", "series", "zones",
        "coverage_section", "seeing",
    }  # fmt: skip
    likely = scale(language)
    for subject in sorted(subjects):
        for key, entry in phrases(subject, language).table.items():
            for text in (entry,) if isinstance(entry, str) else entry:
                hit = re.search(OTHER[language], likely.sub("", LICENCES.sub("", re.sub(r"\{[^}]*\}", "", text))))
                assert hit is None, (subject, key, text)
