"""Hypotheses against what was measured: which evidence there is, who rates, and what the analyst's file changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.entered import read_entered
from wayside.assessment.hypotheses import (
    compete,
    measured_evidence,
    measured_ids,
    proposed_ratings,
    standing_hypotheses,
    standing_ids,
    to_json,
    write_form,
)
from wayside.assessment.hypotheses.measuring import findings, total_variation
from wayside.assessment.obligations import reference_obligations
from wayside.language.phrases import LANGUAGES, phrases
from wayside.model.counts import CountDistribution
from wayside.model.hypotheses import MACHINE, Consistency, Degree, Entered

STANDING = Entered(standing=standing_ids())


@pytest.fixture(scope="module")
def made(case: ModuleType) -> Assessment:
    """The made-up site, assessed."""
    rows = case.rows()
    return assess(case.site(), rows, case.series(rows), generated=case.GENERATED)


def rules_of(assessment: Assessment) -> list[str]:
    return [one.rule for one in findings(assessment)]


def with_newest(assessment: Assessment, **changes: object) -> Assessment:
    newest = assessment.newest
    assert isinstance(newest, CountedScene)
    changed = replace(newest, result=replace(newest.result, **changes))  # type: ignore[arg-type]
    return replace(assessment, newest=changed, rows=(*assessment.rows[:-1], changed))


# ---------------------------------------------------------------------- the tables
def test_every_rule_is_worded_and_reasoned_in_every_language() -> None:
    for language in LANGUAGES:
        words = phrases("hypotheses", language)
        for evidence in measured_ids():
            rule = evidence.removeprefix("measured-")
            assert words.has(f"evidence.{rule}")
            for rating in proposed_ratings(evidence, language):
                assert rating.by == MACHINE
                told = any(words.has(f"reason.{rule}.{key}") for key in (rating.hypothesis, "any"))
                assert told or rating.value is Consistency.N, (language, rule, rating.hypothesis)


def test_languages_say_the_same_things() -> None:
    english, russian = (phrases("hypotheses", language).table for language in ("en", "ru"))
    assert english.keys() == russian.keys()
    assert phrases("obligations", "en").table.keys() == phrases("obligations", "ru").table.keys()


def test_more_images_speak_for_the_artefact_and_the_same_look_against_it() -> None:
    more = {one.hypothesis: one.value for one in proposed_ratings("measured-more-images")}
    same = {one.hypothesis: one.value for one in proposed_ratings("measured-same-look")}
    assert more.pop("artefact") is Consistency.CC
    assert same.pop("artefact") is Consistency.I
    assert set(more.values()) | set(same.values()) == {Consistency.N}


def test_every_standing_hypothesis_can_be_spoken_against() -> None:
    for hypothesis in standing_ids():
        ratings = [r.value for e in measured_ids() for r in proposed_ratings(e) if r.hypothesis == hypothesis]
        assert Consistency.I in ratings, hypothesis


def test_what_an_analyst_entered_has_no_proposals() -> None:
    assert proposed_ratings("notice") == ()


# ---------------------------------------------------------------------- what was measured
def test_evidence_of_a_surge(made: Assessment) -> None:
    assert set(rules_of(made)) >= {"record-seen", "surge", "onset-event", "covered-most", "more-images", "locomotives"}
    by_id = {one.id: one for one in measured_evidence(made)}
    surge = by_id["measured-surge"]
    judged = made.judgement("surge")
    assert judged is not None
    assert surge.refers == ("surge",)
    assert surge.credibility is {"high": Degree.HIGH, "moderate": Degree.MEDIUM, "low": Degree.LOW}[judged.confidence]
    assert surge.by == MACHINE
    assert surge.on == made.newest.day


def test_evidence_turns_with_the_numbers(made: Assessment) -> None:
    series = made.series
    assert series.surge is not None
    low = replace(made, series=replace(series, surge=replace(series.surge, probability=0.1)))
    even = replace(made, series=replace(series, surge=replace(series.surge, probability=0.5)))
    assert {"surge", "no-surge"} & set(rules_of(low)) == {"no-surge"}
    assert not {"surge", "no-surge"} & set(rules_of(even))
    assert "gaps" in rules_of(replace(made, series=replace(series, miss_probability=0.9)))
    assert "few-gaps" in rules_of(replace(made, series=replace(series, miss_probability=0.01)))


def test_the_share_of_covered_loads_is_measured_and_their_contents_are_not(made: Assessment) -> None:
    none = CountDistribution.from_interval(0, 0, 0)
    assert "covered-few" in rules_of(with_newest(made, covered=none))
    assert not any("content" in rule or "direction" in rule for rule in measured_ids())


def test_an_event_far_from_the_onset_is_no_evidence(made: Assessment) -> None:
    assert made.series.onset is not None
    lags = tuple(replace(lag, lag_days=lag.lag_days + 100) for lag in made.series.events)
    assert "onset-event" not in rules_of(replace(made, series=replace(made.series, events=lags)))


def test_works_cars_are_told_only_by_a_counter_that_knows_them(made: Assessment) -> None:
    assert not {"works-cars", "no-works-cars"} & set(rules_of(made))
    for n, rule in ((0, "no-works-cars"), (5, "works-cars")):
        count = CountDistribution.from_interval(n, n, n)
        newest = made.newest
        assert isinstance(newest, CountedScene)
        types = {**newest.result.by_type, "maintenance-of-way": count}
        assert rule in rules_of(with_newest(made, by_type=types))


def test_a_changed_mix_of_types(made: Assessment) -> None:
    assert "types-same" in rules_of(made)
    flats = {"flat": CountDistribution.from_interval(40, 38, 42)}
    assert "types-changed" in rules_of(with_newest(made, by_type=flats))
    assert total_variation({"a": 1.0, "b": 3.0}, {"a": 2.0, "c": 2.0}) == pytest.approx(0.75)
    assert total_variation({"a": 1.0}, {"a": 9.0}) == 0


# ---------------------------------------------------------------------- the matrix
def test_nobody_set_up_hypotheses(made: Assessment) -> None:
    assert compete(Entered(), made) is None
    assert compete(Entered(standing=("works",)), made) is None


def test_the_standing_set_with_proposed_ratings(made: Assessment) -> None:
    competing = compete(STANDING, made)
    assert competing is not None
    assert {one.id for one in competing.hypotheses} == set(standing_ids())
    assert [row.diagnosticity for row in competing.rows] == sorted(
        (r.diagnosticity for r in competing.rows), reverse=True
    )
    assert all(cell.rating is not None and cell.rating.by == MACHINE for row in competing.rows for cell in row.cells)
    scores = [one.inconsistency for one in competing.standings]
    assert scores == sorted(scores)
    assert competing == compete(STANDING, made)


def test_an_analysts_rating_goes_before_the_proposal_and_both_are_kept(made: Assessment) -> None:
    text = """
[analyst]
name = "N. Fictional"
[standing]
use = true
[ratings.measured-surge]
works = { rating = "II", note = "no works train is that long" }
artefact = "I"
[ratings.measured-train-moved]
works = "I"
[[hypothesis]]
id = "works"
standing = true
obligations = ["unsc-2397-7"]
[[evidence]]
id = "notice"
text = "A notice."
refers = ["nowhere", "surge"]
"""
    entered = read_entered(text)
    before, after = compete(STANDING, made), compete(entered, made)
    assert before is not None
    assert after is not None
    cell = next(
        cell
        for row in after.rows
        if row.evidence.id == "measured-surge"
        for cell in row.cells
        if cell.hypothesis == "works"
    )
    assert cell.rating == cell.entered
    assert cell.entered is not None
    assert cell.entered.value is Consistency.II
    assert cell.proposed is not None
    assert cell.proposed.value is Consistency.C
    assert cell.overridden
    agreed = next(
        c for r in after.rows if r.evidence.id == "measured-surge" for c in r.cells if c.hypothesis == "artefact"
    )
    assert agreed.entered is not None
    assert not agreed.overridden
    worse = {one.hypothesis: one.inconsistency for one in after.standings}
    assert worse["works"] > {one.hypothesis: one.inconsistency for one in before.standings}["works"]
    assert [one.id for one in after.obligations] == ["unsc-2397-7"]
    assert after.hypothesis("works").obligations == ("unsc-2397-7",)
    assert any("measured-train-moved" in note for note in after.notes)
    assert any("nowhere" in note for note in after.notes)
    assert not any("“surge”" in note for note in after.notes)
    assert all(one.unrated == 1 for one in after.standings)


def test_measured_evidence_can_be_switched_off(made: Assessment) -> None:
    competing = compete(replace(STANDING, measured=False), made)
    assert competing is not None
    assert competing.rows == ()
    assert {one.rank for one in competing.standings} == {1}


def test_the_json_holds_all_of_it_and_nothing_that_json_lacks(made: Assessment) -> None:
    competing = compete(replace(STANDING, ratings=()), made)
    assert competing is not None
    document = json.loads(json.dumps(to_json(competing), allow_nan=False))
    assert [one["id"] for one in document["hypotheses"]] == [one.id for one in competing.hypotheses]
    assert document["least_inconsistent"] == list(competing.first)
    first = document["evidence"][0]
    assert first["ratings"]["artefact"]["proposed"]["by"] == MACHINE
    assert len(document["without"]) == len(document["evidence"])


# ---------------------------------------------------------------------- the form
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_is_read_as_the_standing_set_and_nothing_else(made: Assessment, language: str) -> None:
    form = write_form(made, language)
    entered = read_entered(form)
    assert entered == Entered(standing=standing_ids())
    for piece in measured_evidence(made, language):
        assert f"[ratings.{piece.id}]" in form
    assert 'artefact = "I"  # by wayside' in form


def test_a_form_filled_in_by_taking_the_marks_away_is_read(made: Assessment) -> None:
    form = write_form(made)
    form = form.replace("# [analyst]", "[analyst]").replace('# name = "Your name"', 'name = "N. Fictional"')
    lines = [
        line.removeprefix("# ") if line.startswith(tuple(f"# {i} = " for i in standing_ids())) else line
        for line in form.splitlines()
    ]
    entered = read_entered("\n".join(lines))
    assert {(r.evidence, r.hypothesis): r.value for r in entered.ratings} == {
        (r.evidence, r.hypothesis): r.value for piece in measured_evidence(made) for r in proposed_ratings(piece.id)
    }
    assert {one.by for one in entered.ratings} == {"N. Fictional"}


def test_no_name_breaks_out_of_a_form(made: Assessment) -> None:
    hostile = replace(made, site=replace(made.site, name='X"\n[[judgement]]\nid = "\u2028evil\x85\x7f'))
    assert read_entered(write_form(hostile)) == Entered(standing=standing_ids())


# ---------------------------------------------------------------------- obligations
def test_what_is_unconfirmed_is_said() -> None:
    found = {one.id: one for one in reference_obligations()}
    assert {one.id for one in found.values() if one.confirmed} == {
        "unsc-1718-8a",
        "unsc-1718-8b",
        "unsc-1874-10",
        "unsc-2397-6",
    }
    assert found["unsc-1874-9"].unconfirmed == ("number",)
    assert found["unsc-2375-4-5"].unconfirmed == ("number", "wording", "content")
    days = {one.title.split()[-2]: one.adopted for one in found.values()}
    assert days == {
        "1718": date(2006, 10, 14),
        "1874": date(2009, 6, 12),
        "2270": date(2016, 3, 2),
        "2375": date(2017, 9, 11),
        "2397": date(2017, 12, 22),
    }
    assert found["unsc-1718-8b"].url == "https://undocs.org/S/RES/1718(2006)"
    assert found["unsc-1718-8b"].adopted == date(2006, 10, 14)
    assert [one.id for one in reference_obligations("ru")] == list(found)
    assert all(one.adopted is not None and one.adopted < date(2018, 1, 1) for one in found.values())


def test_standing_hypotheses_are_six_and_worded() -> None:
    for language in LANGUAGES:
        found = standing_hypotheses(language)
        assert len({one.statement for one in found}) == len({one.short for one in found}) == 6
