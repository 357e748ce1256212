"""Every sentence of random assessments, in both languages: likelihood and confidence apart, one row of words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from types import ModuleType

import pytest

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment, Counted, CountedScene, PublishedCount
from wayside.assessment.language import likelihood_terms, likelihood_words, sentence_of
from wayside.assessment.to_json import to_json
from wayside.language.phrases import LANGUAGES
from wayside.model.hypotheses import Entered
from wayside.model.judgements import Confidence, EnteredJudgement
from wayside.model.series import DateInterval, MaxBound, Sensitivity, SeriesResult

CONFIDENCE = {
    "en": r"confidence|\b(?:high|moderate|low)\b(?=[:.])",
    "ru": r"уверенност",
}


def words_of(language: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(t.local)}\b" for t in likelihood_terms(language)), re.IGNORECASE)


def synonyms_of(language: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(t.synonym)}(ly)?\b" for t in likelihood_terms(language)), re.IGNORECASE)


def texts(found: Assessment) -> list[str]:
    """All sentences that a reader sees."""
    spoken = [text for h in found.headlines for text in (h.finding, h.confidence_sentence)]
    for judged in found.judgements:
        spoken += [sentence_of(judged, found.language), *judged.confidence_reasons, *judged.assumptions]
        spoken += judged.would_change
    spoken += [text for limit in found.limits for text in (limit.question, limit.why)]
    return [part for text in spoken for part in re.split(r"(?<=[.!?]) ", text)]


def at_random(made: SeriesResult, rng: Random) -> SeriesResult:
    """A series with other probabilities, and with or without its parts."""

    def p() -> float:
        return rng.choice([0.0, 1.0, 0.5, 0.95, rng.random(), rng.random(), rng.random()])

    onset = replace(made.onset, probability=p()) if rng.random() < 0.7 else None
    if onset is not None:
        low = made.onset.median - timedelta(days=rng.randint(0, 200))
        high = made.onset.median + timedelta(days=rng.randint(0, 17))
        onset = replace(onset, interval90=DateInterval(low, high))
    lags = [replace(e, lag90=tuple(sorted((rng.randint(-99, 99), rng.randint(-99, 99))))) for e in made.events]
    before = replace(made.before_rise, p_exceeds_observed=p(), p_exceeds_all_days=p())
    return replace(
        made,
        record=replace(made.record, p_exceeds_observed=p(), p_exceeds_all_days=p()),
        surge=replace(made.surge, probability=p(), factor=rng.choice([1.5, 2.0, 3.0, 7.0])),
        onset=onset,
        before_rise=before if onset is not None else None,
        events=tuple(lags[: rng.randint(0, 4)]) if onset is not None else (),
        miss_probability=rng.choice([None, p()]),
        sensitivity=(Sensitivity("without the scene of 2021-05-25", None, p(), p(), group="scene"),),
    )


def published(row: CountedScene) -> PublishedCount:
    return PublishedCount(f"p {row.id}", row.day, row.result.freight, publisher="A house", text="some 73 railcars")


def row_sets(case: ModuleType) -> dict[str, tuple[object, ...]]:
    scenes = case.rows()
    table = tuple(published(row) for row in scenes[::9])
    return {"scenes": scenes, "counts": (*table, published(scenes[-1])), "both": (*table, *scenes[1:-1:9], scenes[-1])}


def random_assessment(case: ModuleType, findings: ModuleType, language: str, rng: Random) -> Assessment:
    low = rng.randint(1, 99)
    mine = EnteredJudgement(
        "mine", "content", "the cars carry coal", low, rng.randint(low, 99), "A. Analyst", date(2023, 10, 6),
        rng.choice(list(Confidence)),
    )  # fmt: skip
    bounds = (MaxBound(date(2019, 1, 1), date(2023, 9, 1), 20, rng.choice(["A house", ""])),)
    return assess(
        case.site(),
        rng.choice(list(row_sets(case).values())),
        at_random(case.series(case.rows()), rng),
        generated=case.GENERATED,
        counted=rng.choice(list(Counted)),
        language=language,
        bounds=rng.choice([(), bounds]),
        zones=rng.choice([(), (findings.zone(rng.random(), rng.random(), visible=rng.random()),)]),
        matches=rng.choice([(), (findings.match(rng.choice([1e-9, 1e-3]), stays=rng.random() < 0.5),)]),
        coverage=rng.choice([None, findings.coverage((0.0, low / 100, 1 - low / 100), undated=rng.randint(0, 6))]),
        entered=Entered(judgements=(mine,)),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seed", range(12))
def test_likelihood_and_confidence_are_apart_and_no_second_row_is_used(
    case: ModuleType, findings: ModuleType, language: str, seed: int
) -> None:
    found = random_assessment(case, findings, language, Random(seed))  # noqa: S311  cases, not secrets
    likely, synonym = words_of(language), synonyms_of(language)
    sure = re.compile(CONFIDENCE[language], re.IGNORECASE)
    spoken = texts(found)
    assert any(sure.search(text) for text in spoken)
    for text in spoken:
        assert not (likely.search(text) and sure.search(text)), text
        assert not synonym.search(text), text
        assert "{" not in text, text
        assert "  " not in text, text
    for judged in found.judgements:
        own = (*judged.confidence_reasons, *judged.assumptions, *judged.would_change)
        assert not any(likely.search(text) for text in own), judged.id
        sentence = sentence_of(judged, language)
        assert likely.search(sentence), sentence
        if judged.author == "":
            assert likelihood_words(judged.probability, language).local.casefold() in sentence.casefold()
    for headline in found.headlines:
        assert headline.finding.endswith(".")
        assert headline.confidence_sentence.endswith(".")
    second = synonyms_of("en")
    assert not second.search(json.dumps(to_json(found), ensure_ascii=False))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_json_are_the_english_terms(case: ModuleType, language: str) -> None:
    rows = case.rows()
    found = assess(case.site(), rows, case.series(rows), generated=case.GENERATED, language=language)
    english = {t.words for t in likelihood_terms("en")}
    assert {row["words"] for row in to_json(found)["judgements"]} <= english


def test_an_assessment_in_russian_has_no_english_sentence(case: ModuleType) -> None:
    rows = case.rows()
    series = replace(case.series(rows), events=())
    found = assess(case.site(), rows, series, generated=case.GENERATED, language="ru")
    for text in texts(found):
        bare = text.replace("wayside rendering", "")
        assert not re.search(r"[A-Za-z]{3,}", bare), text


def test_both_languages_judge_alike(case: ModuleType) -> None:
    rows = case.rows()
    en, ru = (
        assess(case.site(), rows, case.series(rows), generated=case.GENERATED, language=language)
        for language in LANGUAGES
    )
    assert [(j.id, j.probability, j.words, j.confidence, j.evidence) for j in en.judgements] == [
        (j.id, j.probability, j.words, j.confidence, j.evidence) for j in ru.judgements
    ]
    assert [h.id for h in en.headlines] == [h.id for h in ru.headlines]
    assert [x.id for x in en.limits] == [x.id for x in ru.limits]
    for one, other in zip(en.judgements, ru.judgements, strict=True):
        assert len(one.confidence_reasons) == len(other.confidence_reasons)
        assert len(one.assumptions) == len(other.assumptions)
        assert len(one.would_change) == len(other.would_change)
