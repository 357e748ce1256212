"""What an analyst judges: never worded more strongly than it was set, always with name and day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.assessment.analyst import check_wording, judged_by_analyst, words_of_certainty, words_of_likelihood
from wayside.assessment.assess import assess
from wayside.assessment.language import (
    LIKELIHOOD_TERMS,
    band_words,
    likelihood_terms,
    likelihood_words,
    origin_of_probability,
    printed,
    sentence_of,
)
from wayside.assessment.to_json import to_json
from wayside.errors import ValueRefusedError
from wayside.language.phrases import LANGUAGES, phrases
from wayside.model.hypotheses import Entered
from wayside.model.judgements import Basis, Confidence, EnteredJudgement

ENTERED = EnteredJudgement(
    id="munitions",
    concerns="content",
    statement="the cars carry munitions",
    low_pct=55,
    high_pct=80,
    author="A. Analyst",
    stated=date(2023, 10, 6),
    confidence=Confidence.LOW,
    confidence_reasons=("No load was seen.",),
)
percents = st.tuples(st.integers(1, 99), st.integers(1, 99)).map(lambda pair: tuple(sorted(pair)))


def bare(text: str) -> str:
    return text.replace("\u00a0", " ")


# ---------------------------------------------------------------------- how strong
@given(percents)
def test_a_band_is_worded_and_numbered_by_its_weakest_reading(band: tuple[int, int]) -> None:
    judged = judged_by_analyst(replace(ENTERED, low_pct=band[0], high_pct=band[1]))
    percent = round(100 * judged.probability)
    assert band[0] <= percent <= band[1]
    assert all(abs(percent - 50) <= abs(other - 50) for other in range(band[0], band[1] + 1))
    term = next(t for t in LIKELIHOOD_TERMS if t.words == judged.words)
    rank = abs(LIKELIHOOD_TERMS.index(term) - 3)
    whole = (term.low_pct, term.high_pct) == band
    assert whole or rank <= min(
        abs(LIKELIHOOD_TERMS.index(likelihood_words(p / 100)) - 3) for p in range(band[0], band[1] + 1)
    )


@pytest.mark.parametrize("term", LIKELIHOOD_TERMS, ids=lambda t: t.words)
def test_the_band_of_a_term_keeps_its_term(term: object) -> None:
    assert band_words(term.low_pct, term.high_pct).words == term.words
    judged = judged_by_analyst(replace(ENTERED, low_pct=term.low_pct, high_pct=term.high_pct))
    assert judged.words == term.words
    assert judged.band_pct == (term.low_pct, term.high_pct)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (55, 55, "roughly even chance"),
        (60, 75, "likely"),
        (70, 90, "likely"),
        (40, 90, "roughly even chance"),
        (10, 30, "unlikely"),
        (96, 99, "almost certain"),
        (95, 97, "very likely"),
        (2, 5, "very unlikely"),
        (19, 20, "unlikely"),
        (20, 21, "unlikely"),
        (80, 82, "likely"),
        (55, 56, "roughly even chance"),
        (45, 46, "roughly even chance"),
        (1, 99, "roughly even chance"),
    ],
)
def test_bands_that_are_no_terms_band(low: int, high: int, words: str) -> None:
    assert band_words(low, high).words == words


# ---------------------------------------------------------------------- how it is said
def test_a_judgement_of_an_analyst_is_said_to_be_theirs() -> None:
    judged = judged_by_analyst(ENTERED)
    assert judged.basis is Basis.ANALYST
    assert bare(sentence_of(judged)) == (
        "A. Analyst judges (6 October 2023): it is likely that the cars carry munitions (55 to 80 %)."
    )
    assert origin_of_probability(judged) == "Set by A. Analyst on 6 October 2023 as “likely”; not computed."
    assert bare(sentence_of(judged, "ru")) == (
        "A. Analyst полагает (6 октября 2023 года): вероятно, что the cars carry munitions (55–80 %)."
    )
    assert bare(printed(judged)) == "55 to 80 %"
    alone = judged_by_analyst(replace(ENTERED, low_pct=60, high_pct=60))
    assert bare(sentence_of(alone)).endswith("(60 %).")
    assert alone.band_pct is None
    assert origin_of_probability(alone) == "Set by A. Analyst on 6 October 2023; not computed."


def test_it_is_appended_and_marked_on_the_first_page(case: ModuleType) -> None:
    rows = case.rows()
    found = assess(
        case.site(), rows, case.series(rows), generated=case.GENERATED, entered=Entered(judgements=(ENTERED,))
    )
    assert found.judgements[-1] == judged_by_analyst(ENTERED)
    assert all(j.basis is Basis.COMPUTED for j in found.judgements[:-1])
    headline = next(h for h in found.headlines if h.judgement_ids == ("munitions",))
    assert headline.finding.startswith("A. Analyst judges (6 October 2023): ")
    assert headline.confidence_sentence == "Confidence is low: no load was seen."
    row = to_json(found)["judgements"][-1]
    assert (row["author"], row["stated"], row["basis"], row["band_pct"]) == (
        "A. Analyst",
        "2023-10-06",
        "analyst",
        [55, 80],
    )


def test_no_more_than_six_findings_stand_on_the_first_page(case: ModuleType) -> None:
    rows = case.rows()
    many = tuple(replace(ENTERED, id=f"j{k}") for k in range(9))
    found = assess(case.site(), rows, case.series(rows), generated=case.GENERATED, entered=Entered(judgements=many))
    assert len(found.headlines) == 6
    assert len([j for j in found.judgements if j.basis is Basis.ANALYST]) == 9


def test_one_id_twice_is_refused(case: ModuleType) -> None:
    rows = case.rows()
    with pytest.raises(ValueRefusedError, match="judgements have one id"):
        assess(
            case.site(),
            rows,
            case.series(rows),
            generated=case.GENERATED,
            entered=Entered(judgements=(replace(ENTERED, id="count"),)),
        )


# ---------------------------------------------------------------------- its wording
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("the cars certainly carry munitions", "certainly"),
        ("the picture proves a transfer", "proves"),
        ("the cars CLEARLY carry munitions", "clearly"),
        ("the shipment will continue", "will"),
        ("a transfer is confirmed", "confirmed"),
        ("the cars are very likely loaded with munitions", "likely"),
        ("there is no doubt that the cars carry munitions", "no doubt"),
        ("the cars may carry munitions and might be more", "might"),
        ("the cars ｃｅｒｔａｉｎｌｙ carry munitions", "certainly"),
        ("the cars cer\u200btain\u202ely carry munitions", "certainly"),
        ("a transfer is beyond\u00a0doubt", "beyond doubt"),
        ("вагоны, несомненно, везут боеприпасы", "несомненно"),
        ("снимок доказывает передачу", "доказывает"),
        ("вагоны, вероятно, везут боеприпасы", "вероятно"),
        ("вагоны определённо загружены", "определенно"),
        ("по-видимому, это боеприпасы", "по-видимому"),
        ("without a doubt the cars carry munitions", "doubt"),
        ("the evidence shows that the cars carry munitions", "shows that"),
        ("it is a fact that the cars carry munitions", "fact"),
        ("the cars carry munitions (99 %)", "(99 %)"),
        ("the cars carry munitions (80 to 95\u00a0%)", "(80 to 95 %)"),
        ("the cars carry munitions, 100 %", "100 %"),
        ("the cars are bound to carry munitions", "bound to"),
        ("the cars unambiguously carry munitions", "unambiguously"),
        ("как известно, вагоны везут боеприпасы", "известно"),
        ("без сомнения, вагоны везут боеприпасы", "сомнения"),
        ("судя по всему, это боеприпасы", "судя по всему"),
    ],
)
def test_statements_that_say_how_sure_they_are_are_refused(statement: str, words: str) -> None:
    assert words in words_of_certainty(statement)
    with pytest.raises(ValueRefusedError, match="how likely or how sure") as caught:
        judged_by_analyst(replace(ENTERED, statement=statement))
    assert caught.value.where == "judgement 'munitions' of A. Analyst"
    assert caught.value.todo


@pytest.mark.parametrize(
    "statement",
    [
        "the cars carry munitions",
        "the covered loads of May 2023 are crates of artillery shells bound for Tikhoretsk",
        "the traffic serves a barter of arms for oil",
        "goodwill visits and willows by the line explain nothing",
        "вагоны везут боеприпасы",
        "поезд идёт в Тихорецк",
        "груз предназначен для войны; точность подсчёта не обсуждается",
    ],
)
def test_plain_statements_pass(statement: str) -> None:
    check_wording(statement)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_of_the_scale_is_refused_in_a_statement(language: str) -> None:
    for term in likelihood_terms(language):
        for words in (term.local, term.opening):
            assert words_of_certainty(f"so {words} so"), words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_list_is_found(language: str) -> None:
    for word in phrases("overstatement", language).items("words"):
        assert words_of_certainty(f"a, {word.rstrip('*').upper()}!"), word


@given(st.text(max_size=200))
def test_any_text_is_looked_through(text: str) -> None:
    found = words_of_certainty(text)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_with_other_senses_are_among_the_words(language: str) -> None:
    table = phrases("overstatement", language)
    mood, words = table.items("words-of-mood"), table.items("words")
    assert set(mood) < set(words)
    assert len(set(words)) == len(words)
    for word in mood:
        assert words_of_certainty(word.rstrip("*"))
        assert not words_of_likelihood(word.rstrip("*")), word


@pytest.mark.parametrize(
    "reason",
    ["It cannot be seen.", "Two reports confirm it.", "Such loads would be covered.", "Так могут стоять и порожние."],
)
def test_reasons_may_use_verbs_of_mood(reason: str) -> None:
    assert judged_by_analyst(replace(ENTERED, confidence_reasons=(reason,))).confidence_reasons == (reason,)


@pytest.mark.parametrize(
    "reason",
    [
        "It is likely enough.",
        "Весьма вероятно по сводкам.",
        "Probably nobody else looked.",
        "There is no doubt.",
        "It is certain that these are arms.",
        "The load is ammunition (99 %).",
    ],
)
def test_reasons_of_confidence_do_not_speak_of_likelihood(reason: str) -> None:
    with pytest.raises(ValueRefusedError, match="speaks of likelihood"):
        judged_by_analyst(replace(ENTERED, confidence_reasons=("No load was seen.", reason)))


def test_a_statement_with_its_full_stop_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match="full stop"):
        judged_by_analyst(replace(ENTERED, statement="the cars carry munitions."))


def test_a_band_belongs_to_an_analyst() -> None:
    computed = replace(judged_by_analyst(ENTERED), band_pct=None, author="", stated=None, basis=Basis.COMPUTED)
    with pytest.raises(ValueRefusedError, match="band"):
        replace(computed, band_pct=(50, 60))
