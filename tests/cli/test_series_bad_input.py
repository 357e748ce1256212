"""What ``wayside series`` refuses, and what it says where there is little to say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

COUNTS = "date,count\n2023-01-01,8\n2023-02-01,9\n2023-03-01,9\n"


def table(folder: Path, text: str) -> Path:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    return path


def refused(wayside: Any, *arguments: object, words: tuple[str, ...]) -> None:
    """Exit code 2, one line on standard error or one object on standard output, and the words in both."""
    said = wayside("series", *arguments)
    assert (said.code, said.out) == (2, ""), said
    assert said.err.startswith("wayside: ")
    assert said.err.count("\n") == 1, said.err
    told = wayside("series", *arguments, "--json")
    assert (told.code, told.err) == (2, ""), told
    text = " ".join(told.error.values())
    for word in words:
        assert word in said.err, said.err
        assert word in text, text


# ---------------------------------------------------------------------- tables
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("2023-01-01,8\n2023-01-01,8\n", ("line 3", "the same row as line 2")),
        ("2023-01-01,8\n2023-02-01,\n", ("line 3", "the number of cars is missing", "not a count of 0")),
        ("2023-01-01,8\n2023-02-01,NA\n", ("line 3", "the number of cars is missing")),
        ("2023-01-01,8\n2023-02-01,-4\n", ("line 3", "'-4'", "never negative")),
        ("2023-01-01,8\n2023-02-01,4.5\n", ("line 3", "'4.5' is not a whole number")),
        ("2023-01-01,8\n2023-02-01,1000000000\n", ("line 3", "from 0 to 5000")),
        ("2023-01-01,8\n2023-02-01,1e400\n", ("line 3",)),
        ("2023-01-01T02:00Z,8\n2023-02-01T02:00,9\n", ("line 2 gives a time with a zone",)),
        ("2023-01-01,8\n2199-02-01,9\n", ("line 3", "2199-02-01 lies in the future")),
        ("2023-01-01,8\n01/02/2023,9\n", ("line 3", "Day and month cannot be told apart")),
        ("2018-01-01/2022-12-31,20\n", ("only bounds over periods",)),
    ],
)
def test_a_table_that_says_what_cannot_be(tmp_path: Path, wayside: Any, rows: str, words: tuple[str, ...]) -> None:
    refused(wayside, table(tmp_path, f"date,count\n{rows}"), words=words)


def test_the_order_of_rows_does_not_matter(tmp_path: Path, wayside: Any) -> None:
    sorted_ = wayside("series", table(tmp_path, COUNTS), "--json")
    head, *rows = COUNTS.splitlines(keepends=True)
    assert wayside("series", table(tmp_path, head + "".join(reversed(rows))), "--json") == sorted_


# ---------------------------------------------------------------------- options
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--period", "2023-02"), ("--period", "needs a question", "--above or --often")),
        (
            ("--above", 3, "--period", "2020"),
            ("no day of the period 2020-01-01/2020-12-31", "from 2023-01-01 to 2023-03-01"),
        ),
        (("--above", 3, "--period", "2023-02-30"), ("--period", "'2023-02-30' is not in the calendar")),
        (("--above", 3, "--period", "soon"), ("--period", "'soon' is not a day, month or year")),
        (("--often", 3, "--period", "2023-03/2023-02"), ("--period", "ends after it starts")),
        (("--compare", "2023-02", "soon"), ("--compare", "'soon'")),
        (("--compare", "2020", "2023-02"), ("2020-01-01/2020-12-31", "is in the series")),
        (("--compare", "2023-02", "--highest"), ("--compare needs another period before --highest",)),
        (("--above", -1), ("--above", "0")),
        (("--above", "1e3"), ("--above", "integer")),
        (("--above", 10**11), ("--above", "1000000")),
        (("--often", -1), ("--often",)),
        (("--since", -0.5), ("--since",)),
        (("--since", "nan"), ("--since",)),
        (("--since", "inf"), ("--since",)),
        (("--forecast", 0), ("--forecast", "1")),
        (("--forecast", 5000), ("--forecast", "366")),
        (("--dwell", 0), ("--dwell", "0.1")),
        (("--dwell", "nan"), ("--dwell",)),
        (("--dwell", 10**6), ("--dwell", "1000")),
        (("--factor", "nan"), ("--factor",)),
        (("--baseline-days", 10**8), ("--baseline-days",)),
        (("--from", "2023-03-01"), ("a baseline comes before the newest count (2023-03-01)",)),
        (("--until", "2020-01-01"), ("no count on or before 2020-01-01",)),
        (("--site", "N"), ("no site 'N'",)),
        (("--site", "N", "--all-sites"), ("cannot both be chosen",)),
        (("--by-type",), ("no categories", "--by-type")),
        (("--category", "ore"), ("no categories", "--category")),
    ],
)
def test_an_option_that_cannot_be(
    tmp_path: Path, wayside: Any, options: tuple[object, ...], words: tuple[str, ...]
) -> None:
    refused(wayside, table(tmp_path, COUNTS), *options, words=words)


def test_one_period_is_nothing_to_compare(tmp_path: Path, wayside: Any) -> None:
    said = wayside("series", table(tmp_path, COUNTS), "--compare", "2023-02")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "--compare" in said.err
    told = wayside("series", table(tmp_path, COUNTS), "--compare", "2023-02", "--json")
    assert (told.code, told.error["what"]) == (2, "--compare needs another period before --json")


# ---------------------------------------------------------------------- little to say
def sentence(said: Any, question: str) -> str:
    return str(next(a["sentence"] for a in said.document["answers"] if a["question"] == question))


def test_one_scene_in_all_is_no_error_and_no_record(tmp_path: Path, wayside: Any) -> None:
    path = table(tmp_path, "date,count\n2023-01-01,8\n")
    said = wayside("series", path, "--json")
    assert said.code == 0
    assert said.document["record"] is None
    assert sentence(said, "record").startswith("The record cannot be judged: 1 scene in the five years")
    shown = wayside("series", path, "--highest", "--above", 5, "--forecast", 3, "--sensitivity")
    assert shown.code == 0, shown
    assert "The record cannot be judged: 1 scene" in shown.out
    assert "nothing comes before it." in " ".join(shown.out.split())


def test_a_year_that_the_series_ends_in_is_taken_as_far_as_it_goes(tmp_path: Path, wayside: Any) -> None:
    said = wayside("series", table(tmp_path, COUNTS), "--above", 3, "--highest", "--period", "2023", "--json")
    assert said.code == 0, said
    above, highest = said.document["asked"]
    assert (above["from"], above["to"]) == ("2023-01-01", "2023-03-01")
    assert "only the days up to 1 March 2023 are in the series." in above["assumptions"][0]
    assert highest["now"] == said.document["now"]["median"]


def test_a_baseline_without_scenes_is_said_to_have_none(tmp_path: Path, wayside: Any) -> None:
    path = table(tmp_path, "date,count\n2022-06-01,9\n2023-02-01,9\n")
    said = wayside("series", path, "--baseline-days", 100, "--json")
    assert (said.code, said.document["baseline"]["scenes"]) == (0, 0)
    assert said.document["baseline"]["observed_max"] is None
    assert sentence(said, "record").startswith("By what was seen the record cannot be judged: no scene in")
    bound = wayside("series", table(tmp_path, "date,count\n2022-01-01/2022-12-31,20\n2023-02-01,73\n"), "--json")
    assert (bound.code, bound.document["baseline"]["scenes"]) == (0, 0)
    assert bound.document["record"]["p_exceeds_observed"] > 0.99, "73 exceeds the bound of 20"


def test_a_workspace_and_what_it_has_not(workspace: Path, wayside: Any) -> None:
    refused(wayside, workspace, "--site", "Test-Yard", "--site", "near", words=("no site 'near'", "Test-Yard"))
    refused(wayside, workspace, "--site", "near", words=("no site 'near'", "Test-Yard"))
    refused(wayside, workspace, "--category", "ore", words=("no type of car 'ore'", "gondola"))
    refused(wayside, workspace, "--all-sites", "--site", "near", words=("cannot both be chosen",))
    refused(wayside, workspace / "scenes", "--all-sites", words=("no workspace here",))
