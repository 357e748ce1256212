"""The answers in words: whatever the result, a sentence is plain, true to its numbers, and claims no more than they."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from wayside.assessment.language import LIKELIHOOD_TERMS
from wayside.model.counts import CountDistribution, CountInterval
from wayside.model.series import (
    Answer,
    Baseline,
    BeforeRise,
    DatedEvent,
    DateInterval,
    EventLag,
    MaxBound,
    Onset,
    Record,
    Sensitivity,
    SeriesResult,
    Surge,
    Term,
)
from wayside.series.questions.sentences import answers

DAY = date(2023, 10, 5)
BOUND = MaxBound(date(2018, 10, 5), DAY, 20, "an institute")
ORDER = ["now", "baseline", "record", "before-rise", "sensitivity", "miss", "surge", "onset", "events"]
SUMMIT = DatedEvent(date(2023, 9, 13), "Summit")

FULL = SeriesResult(
    day=DAY,
    now=CountDistribution.from_interval(73, 70, 76),
    baseline=Baseline(date(2018, 10, 5), date(2023, 10, 4), 41, 212, 0.62, 7, 20, 27, CountInterval(21, 44)),
    record=Record(0.9999, 0.71, 1 / 42),
    surge=Surge(2.0, 0.984),
    onset=Onset(date(2023, 9, 19), DateInterval(date(2023, 9, 15), date(2023, 10, 2)), 0.97),
    events=(EventLag(SUMMIT, 6, (2, 19), 0.04), EventLag(DatedEvent(date(2022, 11, 4), "Train"), 319, (315, 332), 0.4)),
    miss_probability=0.21,
    days=(),
    parameters={"hazard_per_year": 0.8, "dwell_days": 3.25},
    before_rise=BeforeRise(date(2023, 9, 14), 39, 18, 0.9999, 0.78, 25, CountInterval(19, 40)),
)


def said(result: SeriesResult, **more: object) -> dict[str, Answer]:
    found = answers(result, **more)  # type: ignore[arg-type]  # tests name the arguments that they vary
    assert [a.question for a in found] == [q for q in ORDER if q in {a.question for a in found}]
    return {a.question: Answer(a.question, a.sentence.replace("\u00a0", " "), a.assumptions) for a in found}


def row(assumption: str, p: float, group: str = "", weight: float | None = None, a: float | None = None) -> Sensitivity:
    return Sensitivity(assumption, weight, p, a, None, None, group)


def test_a_full_result_answers_every_question_with_its_numbers() -> None:
    found = said(replace(FULL, sensitivity=(row("cars stay 10 days", 0.6, "dwell"),)))
    assert list(found) == ORDER
    assert found["now"].sentence == "On 5 October 2023 about 73 cars stood there (90 % interval 70 to 76)."
    assert found["baseline"].sentence == (
        "In the five years before it (5 October 2018 to 4 October 2023) 41 scenes show at most 20 cars; the longest "
        "stretch without one is 212 days, and 62 % of the days lie within 7 days of one. The largest number on any "
        "day, seen or not, is put at 27 (90 % interval 21 to 44)."
    )
    assert found["record"].sentence == (
        "The count exceeds each of the 41 earlier scenes with probability more than 99 %, and every unseen day before "
        "the rise as well with 71 %; had nothing changed, the newest of 42 counts would be the largest with "
        "probability 2 %. Between the two lies what nobody saw: 38 % of the days are more than 7 days from any scene, "
        "and the longest stretch unseen is 212 days."
    )
    assert found["before-rise"].sentence.startswith(
        "39 of 41 scenes were taken before the rise, up to 14 September 2023, none of which shows more than 18."
    )
    assert (
        "with 78 %; the largest number until then is put at 25 (90 % interval 19 to 40)"
        in found["before-rise"].sentence
    )
    assert "with probability 21 %" in found["miss"].sentence
    assert "more than twice that of the baseline with probability 98 %." in found["surge"].sentence
    assert "between 15 September 2023 and 2 October 2023 (90 % interval; its middle is 19 September 2023)" in (
        found["onset"].sentence
    )
    assert "probability 97 %" in found["onset"].sentence
    assert found["events"].sentence == (
        "Of 2 listed events the nearest to the onset is “Summit” (13 September 2023): the rise began 2 to 19 days "
        "after it (90 % interval). A random day of the series falls as close to a listed event with probability 4 %."
    )


def test_each_answer_names_the_assumptions_that_matter_to_it() -> None:
    found = said(FULL, bounds=(BOUND,), looks=33)
    given = " ".join(found["record"].assumptions)
    assert "independent" in given
    assert "jumps about 0.8 times a year" in given
    assert "stay about 3.2 days" in given
    assert "33 looks" in given
    assert "against a bound, not under it" in given
    assert "present rise itself are left out" in given
    assert "the median over days with a scene" in found["surge"].assumptions[0]
    assert "the prior decides" in found["onset"].assumptions[1]
    assert "one caused the other" in found["events"].assumptions[1]


def test_one_scene_in_all_cannot_be_judged() -> None:
    alone = replace(
        FULL, baseline=None, record=None, surge=None, onset=None, events=(), miss_probability=None, before_rise=None
    )
    found = said(alone)
    assert list(found) == ["now", "record"]
    assert found["record"].sentence == (
        "The record cannot be judged: 1 scene in the five years to 5 October 2023, and nothing before to hold the "
        "count against."
    )
    assert "2 scenes, all of one day, in the year to" in said(alone, scenes=2, asked_days=365)["record"].sentence


def test_what_is_absent_gets_no_sentence() -> None:
    found = said(replace(FULL, onset=None, events=(), miss_probability=None, before_rise=None, surge=None))
    assert list(found) == ["now", "baseline", "record"]
    assert "every day that nobody saw" in found["record"].sentence
    found = said(replace(FULL, onset=None, events=(), miss_probability=None, before_rise=None))
    assert found["surge"].sentence.endswith("; no rise can be dated.")


def test_a_baseline_of_bounds_alone_is_held_against_them() -> None:
    base = replace(FULL.baseline, scenes=0, observed_max=None, covered_share=0.0, longest_gap_days=1826)
    found = said(replace(FULL, baseline=base, record=Record(0.99, 0.9, 1.0), before_rise=None), bounds=(BOUND,))
    assert "no day was counted; all that is known of it is a published bound of at most 20 from" in (
        found["baseline"].sentence
    )
    assert found["record"].sentence.startswith("The count exceeds the published bound of 20 with probability 99 %")
    assert "had nothing changed" not in found["record"].sentence


def test_a_baseline_of_nothing_is_not_judged_by_what_was_seen() -> None:
    base = replace(FULL.baseline, scenes=0, observed_max=None, covered_share=0.0)
    later = MaxBound(DAY + timedelta(days=1), DAY + timedelta(days=9), 5)
    found = said(replace(FULL, baseline=base, record=Record(1.0, 0.6, 1.0), before_rise=None), bounds=(later,))
    assert found["record"].sentence == (
        "By what was seen the record cannot be judged: no scene in 1\u202f826 days. By the model alone the count "
        "exceeds every unseen day before the rise with probability 60 %."
    )
    assert "nothing is known of it" in found["baseline"].sentence


def test_a_count_that_was_seen_before_is_no_record() -> None:
    base = replace(FULL.baseline, observed_max=80)
    found = said(replace(FULL, baseline=base, record=Record(0.03, 0.01, 1 / 42)))
    assert found["record"].sentence.endswith("An earlier scene shows 80 already.")
    found = said(replace(FULL, baseline=replace(base, observed_max=73), record=Record(0.4, 0.1, 1 / 42)))
    assert found["record"].sentence.endswith("An earlier scene shows as many already.")


def test_a_count_under_a_bound_cannot_be_told_from_what_it_allows() -> None:
    found = said(replace(FULL, record=Record(0.1, 0.05, 1 / 42)), bounds=(replace(BOUND, at_most=90),))
    assert found["record"].sentence.endswith(
        "A published bound allows 90 in that time, so it cannot be told whether this is more."
    )
    several = (BOUND, replace(BOUND, at_most=90))
    assert "all published bounds (up to 90)" in said(FULL, bounds=several)["record"].sentence
    assert "2 published bounds of at most 20 to 90" in said(FULL, bounds=several)["baseline"].sentence


def test_vague_counts_and_dates_are_called_vague() -> None:
    vague = replace(FULL, now=CountDistribution.from_interval(20, 5, 60))
    assert "all that follows is as vague" in said(vague)["now"].sentence
    exact = replace(FULL, now=CountDistribution.exactly(1))
    assert said(exact)["now"].sentence == "On 5 October 2023 1 car stood there."
    wide = replace(FULL.onset, interval90=DateInterval(date(2023, 3, 1), date(2023, 9, 30)))
    assert "spans 214 days, so the date is vague" in said(replace(FULL, onset=wide))["onset"].sentence
    sharp = replace(FULL.onset, interval90=DateInterval(DAY, DAY), median=DAY)
    assert (
        "on 5 October 2023 (the 90 % interval is that day alone)" in said(replace(FULL, onset=sharp))["onset"].sentence
    )
    missed = said(replace(FULL, miss_probability=0.6))["miss"].sentence
    assert missed.endswith("probability 60 %; that none was seen before says little.")


def test_a_missed_surge_is_put_as_it_was_looked_for() -> None:
    missed = replace(FULL, miss_probability=0.6)
    seen_before = replace(missed, record=Record(0.5, 0.2, 1 / 42))
    assert said(seen_before)["miss"].sentence.endswith("between the scenes with probability 60 %.")
    none = replace(missed, baseline=replace(FULL.baseline, scenes=0, observed_max=None), before_rise=None)
    assert "between the looks behind the published bound with" in said(none, bounds=(BOUND,))["miss"].sentence
    assert said(none)["miss"].sentence.endswith("gone unseen with probability 60 %, as no scene was taken.")


def test_a_rise_without_scenes_of_its_own_changes_no_record() -> None:
    same = replace(FULL.before_rise, scenes=41, p_exceeds_all_days=0.711)
    assert said(replace(FULL, before_rise=same))["before-rise"].sentence == (
        "All 41 scenes were taken before the rise, up to 14 September 2023; the record before the rise is that of the "
        "whole baseline."
    )
    other = replace(same, p_exceeds_all_days=0.8)
    assert "with 80 %; the largest number until then" in said(replace(FULL, before_rise=other))["before-rise"].sentence
    one = replace(FULL.before_rise, scenes=1)
    assert said(replace(FULL, before_rise=one))["before-rise"].sentence.startswith(
        "1 of 41 scenes was taken before the rise, up to 14 September 2023, and it shows 18. The count"
    )


def test_many_events_make_closeness_cheap() -> None:
    lag = EventLag(SUMMIT, -6, (-19, -2), 0.5)
    found = said(replace(FULL, events=(lag,)))["events"].sentence
    assert found.startswith(
        "The one listed event is “Summit” (13 September 2023): the rise began 2 to 19 days before it"
    )
    assert found.endswith("with probability 50 %, so its closeness is worth little.")


def test_the_scene_that_decides_is_named() -> None:
    rows = (
        row("3 jumps a year", 0.55, "jumps", 0.3),
        row("0.3 jumps a year", 0.92, "jumps", 0.4),
        row("cars stay 10 days", 0.99, "dwell", 0.004),
        row("a jump goes anywhere on the grid", 0.2, "stress"),
        row("unseen days of the present rise count as baseline", 0.1, "rise"),
        row("without the scene of 2021-03-04", 0.51, "scene", None, 0.9999),
        row("without the scene of 2020-01-01", 0.715, "scene", None, 0.9999),
    )
    found = said(replace(FULL, sensitivity=rows))
    assert found["sensitivity"].sentence == (
        "The probability to exceed every day, 71 %, lies between 55 % under “3 jumps a year” and 92 % under “0.3 jumps "
        "a year”, of 2 other settings. That is wide: what the counts leave open decides it. Of all scenes, left out "
        "one at a time, one moves the record most: without the scene of 4 March 2021, the count exceeds every day with "
        "51 % instead of 71 %."
    )
    assert found["record"].assumptions[-1] == (
        "No scene is misread: without the scene of 4 March 2021, the count exceeds every day with 51 % instead of 71 %."
    ).replace(" %", "\u00a0%")


def test_a_scene_that_moves_what_was_seen_is_named_too() -> None:
    base = replace(FULL.baseline, observed_max=71)
    rows = (row("without the scene of 2021-03-04", 0.71, "scene", None, 0.99),)
    found = said(replace(FULL, baseline=base, record=Record(0.8, 0.705, 1 / 42), sensitivity=rows))
    assert found["sensitivity"].sentence == (
        "Of all scenes, left out one at a time, one moves the record most: without the scene of 4 March 2021, the "
        "count exceeds what was seen with 99 % instead of 80 %."
    )


def test_the_only_scene_is_not_held_against_nothing() -> None:
    base = replace(FULL.baseline, scenes=1, observed_max=71)
    rows = (row("without the scene of 2021-03-04", 0.8, "scene", None, 1.0),)
    single = replace(FULL, baseline=base, record=Record(0.75, 0.705, 1 / 2), before_rise=None, sensitivity=rows)
    assert said(single)["sensitivity"].sentence == (
        "Without the scene of 4 March 2021, the count exceeds every day with 80 % instead of 71 %."
    )
    still = replace(single, sensitivity=(row("without the scene of 2021-03-04", 0.705, "scene", None, 1.0),))
    assert "sensitivity" not in said(still)


def test_scenes_that_move_nothing_are_said_to() -> None:
    rows = tuple(row(f"without the scene of 2021-03-{k:02d}", 0.712, "scene", None, 0.9999) for k in range(1, 31))
    found = said(replace(FULL, sensitivity=rows))["sensitivity"].sentence
    assert found == "No scene moves the record by more than a percentage point when it is left out alone."


def test_a_surge_and_an_onset_that_range_are_said_to() -> None:
    rows = (
        Sensitivity("hardly weighed", 0.001, 0.1, 0.99, 0.01, date(2020, 2, 1), "jumps"),
        Sensitivity("a stress", None, 0.1, 0.99, 0.01, date(2020, 2, 1), "stress"),
        Sensitivity("one", 0.5, 0.71, 0.99, 0.4, date(2023, 2, 1), "jumps"),
        Sensitivity("other", 0.5, 0.71, 0.99, 0.95, date(2023, 9, 1), "jumps"),
    )
    assert said(replace(FULL, sensitivity=rows))["sensitivity"].sentence == (
        "Under 2 other settings the probability to exceed every day, 71 %, is 71 % throughout. Over all settings and "
        "scenes the probability of a surge ranges from 40 % to 95 % and the middle of the onset ranges from "
        "1 February 2023 to 1 September 2023."
    )


def test_regular_patterns_are_named_with_their_probability() -> None:
    terms = (Term("season", 0.97, True, {"1": 0.1}), Term("weekday", 0.08, False, {}))
    given = said(replace(FULL, terms=terms))["surge"].assumptions
    assert [g.replace("\u00a0", " ") for g in given[1:]] == [
        "A season of the year (probability 97 %) is taken into account.",
        "A weekly pattern (probability 8 %) was looked for and is left out.",
    ]


def test_one_car_is_not_plural() -> None:
    found = said(replace(FULL, baseline=replace(FULL.baseline, observed_max=1, scenes=1)))
    assert "1 scene shows 1 car;" in found["baseline"].sentence
    assert "the one earlier scene" in found["record"].sentence


P = st.floats(0.0, 1.0)
DAYS = st.dates(date(2015, 1, 1), date(2023, 10, 4))
COUNTS = st.tuples(st.integers(0, 300), st.integers(0, 60)).map(lambda t: CountInterval(t[0], t[0] + t[1]))


@st.composite
def sensitivities(draw: st.DrawFn) -> Sensitivity:
    group = draw(st.sampled_from(["jumps", "size", "stress", "dwell", "scene", "bound", "rise", ""]))
    name = f"without the scene of {draw(DAYS).isoformat()}" if group == "scene" else "a setting"
    optional = st.none() | P
    return Sensitivity(name, draw(optional), draw(P), draw(optional), draw(optional), draw(st.none() | DAYS), group)


@st.composite
def results(draw: st.DrawFn) -> SeriesResult:
    first, last = sorted(draw(st.tuples(DAYS, DAYS)))
    scenes = draw(st.integers(0, 500))
    most = draw(st.integers(0, 400)) if scenes else None
    low = draw(st.integers(0, 200))
    now = CountDistribution.from_interval(low + 1, low, low + 1 + draw(st.integers(1, 50)))
    onset = None
    if draw(st.booleans()):
        a, b, c = sorted(draw(st.tuples(DAYS, DAYS, DAYS)))
        onset = Onset(b, DateInterval(a, c), draw(P))
    lags = st.tuples(st.integers(-900, 900), st.integers(0, 300), P)
    events = tuple(
        EventLag(DatedEvent(SUMMIT.day, "Summit"), x + y // 2, (x, x + y), p)
        for x, y, p in (draw(st.lists(lags, max_size=3)) if onset else [])
    )
    before = BeforeRise(last, draw(st.integers(0, scenes)), most, draw(P), draw(P), 9, draw(COUNTS)) if onset else None
    seen = draw(P)
    finite = st.floats(0.001, 1e4)
    return SeriesResult(
        day=DAY,
        now=now,
        baseline=Baseline(first, last, scenes, draw(st.integers(0, 4000)), draw(P), 7, most, 9, draw(COUNTS)),
        record=Record(seen, seen * draw(P), 1.0 / (scenes + 1)),
        surge=draw(st.none() | st.builds(Surge, st.sampled_from([1.5, 2.0, 3.0]), P)),
        onset=onset,
        events=events,
        miss_probability=draw(st.none() | P),
        days=(),
        parameters=draw(
            st.fixed_dictionaries(
                {}, optional={"hazard_per_year": finite, "dwell_days": finite | st.just(float("nan"))}
            )
        ),
        before_rise=before,
        sensitivity=tuple(draw(st.lists(sensitivities(), max_size=6))),
    )


BOUNDS = st.lists(
    st.tuples(DAYS, st.integers(0, 2000), st.integers(0, 300)).map(
        lambda t: MaxBound(t[0], t[0] + timedelta(days=t[1]), t[2])
    ),
    max_size=3,
)
WORDS = re.compile("|".join(rf"\b{w}(ly)?\b" for t in LIKELIHOOD_TERMS for w in (t.words, t.synonym)))


@given(results(), BOUNDS)
@trials(max_examples=150, deadline=None)
def test_whatever_the_result_sentences_are_plain(result: SeriesResult, bounds: list[MaxBound]) -> None:
    found = said(result, bounds=bounds)
    assert ("surge" in found) == (result.surge is not None)
    assert ("onset" in found) == (result.onset is not None)
    assert ("events" in found) == bool(result.events)
    assert ("miss" in found) == (result.miss_probability is not None)
    for answer in found.values():
        assert answer.assumptions
        for text in (answer.sentence, *(a.replace("\u00a0", " ") for a in answer.assumptions)):
            assert not re.search(r"\b(nan|None|inf|True|False)\b", text), text
            assert not re.search(r"100 %|(?<![\d.,])0 %|  |\.\.|(?<![\d.,])1 (days|scenes|cars)\b", text), text
            assert not WORDS.search(text), text
            assert text[0].isupper() or text[0].isdigit(), text
            assert text.endswith("."), text


@given(results())
@trials(max_examples=60, deadline=None)
def test_probabilities_in_sentences_are_those_of_the_result(result: SeriesResult) -> None:
    found = said(result)
    record = result.record
    for p, text in (
        (record.p_exceeds_all_days, found["record"].sentence),
        *(((result.miss_probability, found["miss"].sentence),) if "miss" in found else ()),
        *(((result.surge.probability, found["surge"].sentence),) if "surge" in found else ()),
        *(((result.onset.probability, found["onset"].sentence),) if "onset" in found else ()),
    ):
        printed = re.findall(r"(less than 1|more than 99|(?<=[ ])\d+) %", text)
        near = {"less than 1": 0.0, "more than 99": 1.0}
        assert min(abs(near.get(x, int(re.sub(r"\D", "", x)) / 100) - p) for x in printed) <= 0.00501 + 1e-12


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_of_all_or_nothing_is_in_words(share: float) -> None:
    text = said(replace(FULL, baseline=replace(FULL.baseline, covered_share=share)))["baseline"].sentence
    assert f"{'all' if share else 'none'} of the days lie within 7 days" in text
