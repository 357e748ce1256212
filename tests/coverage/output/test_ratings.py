"""Grades in the Admiralty code: entered, matched to what they rate, never made up."""

from __future__ import annotations

from datetime import date

import pytest

from wayside.coverage.output.ratings import NOT_RATED, Grade, current, grades_of, in_words, with_ratings
from wayside.errors import TableError, ValueRefusedError
from wayside.model.agreement import Rating
from wayside.model.claims import Claim, Quantity
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document, Passage, Span
from wayside.model.stories import Organisation


def rating(subject: str, code: str = "B2", on: str = "2024-03-05", by: str = "A. Analyst") -> Rating:
    reliability, credibility = (None if sign == "-" else sign for sign in code)
    return Rating(subject, reliability, credibility, by, date.fromisoformat(on))


def claim(name: str, by: str, *, source: str | None = None, anonymous: bool = False) -> Claim:
    figure = Quantity(73, 73, "exact", "1", 73)
    return Claim(
        name, "a", Span(0, 7), "73 cars", figure, "car", "count", asserted_by=by, source=source, anonymous=anonymous
    )


@pytest.fixture
def result() -> CoverageResult:
    alias = Passage("a", Span(0, 3), "the institute on Harrow Hill")
    return CoverageResult(
        (Document("a", "press/a.txt", "text", ()),),
        (
            claim("c1", "Harrow Institute", source="harrow-institute"),
            claim("c2", "Ann Lee"),
            claim("c3", "an official", anonymous=True),
        ),
        organisations=(Organisation("harrow-institute", "Harrow Institute", "think tank", (alias,)),),
    )


@pytest.mark.parametrize(
    ("subject", "stands_for"),
    [("harrow-institute", "harrow-institute"), ("HARROW  institute", "harrow-institute"), ("Ann Lee", "Ann Lee"),
     ("the institute on harrow hill", "harrow-institute"), ("a", "a"), ("press/a.txt", "a"), ("c1", "c1")],
)  # fmt: skip
def test_a_rating_is_put_to_what_it_names(result: CoverageResult, subject: str, stands_for: str) -> None:
    (found,) = with_ratings(result, [rating(subject)], "r.csv").ratings
    assert found.subject == stands_for


def test_all_unknown_subjects_are_refused_at_once(result: CoverageResult) -> None:
    with pytest.raises(TableError, match=r"r\.csv: no source, document or claim is called 'Nobody', 'an official'"):
        with_ratings(result, [rating("Nobody"), rating("c1"), rating("an official"), rating("Nobody")], "r.csv")


def test_the_newest_stands_and_the_older_are_kept(result: CoverageResult) -> None:
    entered = [rating("a", "C3", "2024-03-05"), rating("a", "B2", "2024-01-01"), rating("a", "-4", "2024-03-05")]
    found = with_ratings(result, entered, "r.csv").ratings
    assert [(one.on.isoformat(), one.reliability, one.credibility) for one in found] == [
        ("2024-01-01", "B", "2"),
        ("2024-03-05", "C", "3"),
        ("2024-03-05", None, "4"),
    ]
    # Of one day the later entry stands for what it grades; what it does not grade stays.
    assert grades_of(found) == {"a": Grade("C", "4")}
    assert current(found) == found[1:]


@pytest.mark.parametrize(
    ("grade", "words"),
    [
        (None, NOT_RATED),
        (Grade("B", "2"), "B2: usually reliable, probably true"),
        (Grade("F", "6"), "F6: reliability cannot be judged, truth cannot be judged"),
        (Grade(None, "5"), "–5: improbable"),
        (Grade("A", None), "A–: completely reliable"),
    ],
)
def test_a_grade_in_words(grade: Grade | None, words: str) -> None:
    assert in_words(grade) == words


def test_what_nobody_rated_has_no_grade(result: CoverageResult) -> None:
    assert grades_of(result.ratings) == {}
    assert in_words(grades_of([rating("a")]).get("c1")) == "not rated"


@pytest.mark.parametrize("code", ["G2", "B7", "b2", "--"])
def test_no_other_signs_are_grades(code: str) -> None:
    with pytest.raises(ValueRefusedError):
        rating("a", code)
