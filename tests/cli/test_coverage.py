"""``wayside coverage``: what a newsroom types, and what comes back."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/coverage.json").read_text())
SCENE = (
    "The station lies near the Drenova crossing between Kasteria and Norvenia. Kasteria's minister Ivo Maren met "
    "President Talin of Norvenia in Osterhaven last month."
)
FIRST = (
    "Busy days at the border station\n\nSatellite images show at least 70 freight cars at the Velmar rail station, the "
    "Harrow Institute said in a report. In the past five years there were at most 20 cars, the report said.\n\n"
    f"{SCENE}\n"
)
SECOND = (
    "Trains pile up\n\nAbout 73 freight cars stood at the Velmar rail station, according to the Harrow Institute, "
    f"Reuters reported.\n\n{SCENE}\n"
)
THIRD = (
    "Doubts about the trains\n\nThe Marlow Observatory said in a report that 140 freight cars stood at the Velmar rail "
    f"station this week.\n\n{SCENE}\n"
)
COUNT = {"freight": {"pmf": {"first": 71, "p": [0.1, 0.2, 0.4, 0.2, 0.1]}}}


@pytest.fixture
def press(tmp_path: Path) -> Path:
    folder = tmp_path / "press"
    folder.mkdir()
    for name, text in (("1.txt", FIRST), ("2.txt", SECOND), ("3.txt", THIRD)):
        (folder / name).write_text(text)
    (tmp_path / "count.json").write_text(json.dumps(COUNT))
    return folder


def checked(said: Any) -> dict[str, Any]:
    """Return the object that was printed, as its schema wants it."""
    jsonschema.validate(said.document, SCHEMA)
    return said.document


def test_claims_sources_and_the_measured_count(press: Path, tmp_path: Path, wayside: Any) -> None:
    said = wayside("coverage", press, "--measured", tmp_path / "count.json", "--json")
    assert said.code == 0, said
    found = checked(said)
    assert [document["file"] for document in found["documents"]] == ["1.txt", "2.txt", "3.txt"]
    assert found["measured"] == {
        "counted": "freight car", "place": None, "date": None, "median": 73, "interval90": [71, 75], "images": 0,
    }  # fmt: skip
    group = next(group for group in found["agreement"] if len(group["claims"]) == 3)
    assert (group["low"], group["high"], group["independent_sources"]) == (70, 140, 2)
    assert group["contradictions"]
    assert group["against_measured"]["verdict"] == "inconsistent"
    assert (found["failed"], found["skipped"], found["files"]) == ([], [], {})


def test_the_screen_says_the_same(press: Path, tmp_path: Path, wayside: Any) -> None:
    shown = wayside("coverage", press, "--measured", tmp_path / "count.json").out
    words = " ".join(shown.split())
    for part in ("3 articles (en)", "2 independent sources", "Harrow Institute", "Contradictions", "2 of 3 fit",
                 "Measured: 73 (71 to 75, 90 %)", "3 read"):  # fmt: skip
        assert part in words, part


def test_the_same_files_give_the_same_answer(press: Path, wayside: Any) -> None:
    assert wayside("coverage", press, "--json").out == wayside("coverage", press, "--json").out


def test_one_bad_file_ends_nothing(press: Path, wayside: Any) -> None:
    (press / "bad.txt").write_bytes(bytes(range(256)) * 20)
    (press / "empty.html").write_bytes(b"")
    said = wayside("coverage", press, press / "missing.txt", "--json")
    assert said.code == 1
    found = checked(said)
    assert len(found["documents"]) == 3
    assert sorted(Path(failure["item"]).name for failure in found["failed"]) == ["bad.txt", "empty.html", "missing.txt"]
    assert all(failure["what"] for failure in found["failed"])
    shown = wayside("coverage", press)
    assert shown.code == 1
    assert "2 failed" in shown.out


HOSTILE = "Busy [bold red]days[/] :warning: <script>alert(1)</script> [link=http://x]here[/link]"


def test_nothing_in_a_title_steers_the_screen_or_the_page(press: Path, tmp_path: Path, wayside: Any) -> None:
    body = FIRST.split("\n\n")[1]
    (press / "0.txt").write_text(f"{HOSTILE}\n\n{body.replace('Harrow', 'Harrow [red]<marquee>')}")
    (press / "9.txt").write_text(body.replace("Harrow Institute", "Harrow \x1b[31m Institute"))
    table, page = tmp_path / "known.csv", tmp_path / "page.html"
    table.write_text(f"file,title\n0.txt,{HOSTILE}\n1.txt,{HOSTILE}\n")
    shown = wayside("coverage", press, "--html", page, "--documents", table)
    assert shown.code in {0, 1}
    words = " ".join(shown.out.split())
    assert "\x1b" not in shown.out
    assert "[bold red]days[/] :warning:" in words
    assert "<script>alert" not in page.read_text()
    assert "<marquee>" not in page.read_text()


def test_a_page_and_a_table_of_events(press: Path, tmp_path: Path, wayside: Any) -> None:
    page = tmp_path / "out" / "page.html"
    said = wayside("coverage", press, "--html", page, "--json")
    assert checked(said)["files"] == {"page": str(page)}
    assert "Velmar" in page.read_text()
    assert [path.name for path in page.parent.iterdir()] == ["page.html"]


def test_ratings_are_shown_as_they_were_entered(press: Path, tmp_path: Path, wayside: Any) -> None:
    table = tmp_path / "ratings.csv"
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([
            ("subject", "reliability", "credibility", "by", "on", "note"),
            ("Harrow Institute", "B", "", "A. Analyst", "2024-01-01", "older"),
            ("Harrow Institute", "F", "", "A. Analyst", "2024-03-01", ""),
            ("1", "", "6", "A. Analyst", "2024-03-01", ""),
        ])  # fmt: skip
    found = checked(wayside("coverage", press, "--ratings", table, "--json"))
    assert {(one["reliability"], one["credibility"], one["current"]) for one in found["ratings"]} == {
        ("B", None, False), ("F", None, True), (None, "6", True),
    }  # fmt: skip
    assert found["documents"][0]["rating"]["credibility_words"] == "truth cannot be judged"
    assert found["documents"][1]["rating"] is None
    words = " ".join(wayside("coverage", press, "--ratings", table).out.split())
    assert "F–: reliability cannot be judged" in words
    assert "not rated: Marlow Observatory" in words
    assert "F6" not in words


def test_a_hundred_files_fold_into_a_screen(tmp_path: Path, wayside: Any) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(100):
        text = FIRST if n < 60 else SECOND.replace("Velmar", f"Osterhaven {n}").replace("73", str(n))
        (folder / f"{n:03d}.txt").write_text(f"{text}\nNumber {n} of the series of articles about it all.\n")
    said = wayside("coverage", folder, "--json")
    assert said.code == 0
    assert len(checked(said)["documents"]) == 100
    shown = wayside("coverage", folder)
    assert len(shown.out.splitlines()) < 200


def test_what_a_series_printed_is_a_measurement(press: Path, tmp_path: Path, wayside: Any) -> None:
    table, series = tmp_path / "counts.csv", tmp_path / "series.json"
    table.write_text(
        "date,count,low,high\n2021-03-01,8,7,9\n2022-06-01,17,16,18\n2023-05-01,12,11,13\n2024-03-05,73,70,76\n"
    )
    series.write_text(wayside("series", table, "--seed", "1", "--json").out)
    known = tmp_path / "known.csv"
    known.write_text("file,published\n1.txt,2024-03-06\n2.txt,2024-03-06\n")
    found = checked(wayside("coverage", press, "--measured", series, "--documents", known, "--json"))
    assert found["measured"]["images"] >= 4
    assert found["measured"]["date"] == "2024-03-05"
    verdicts = {group["about"]: group["against_measured"] for group in found["agreement"]}
    (most,) = (verdict for about, verdict in verdicts.items() if about.startswith("the most"))
    assert most["verdict"] == "consistent"
    assert re.search(r"the largest count of [23] images", most["reason"])


def test_the_events_that_are_written_are_events_of_a_series(tmp_path: Path, wayside: Any) -> None:
    article, events, counts = tmp_path / "1.txt", tmp_path / "events.csv", tmp_path / "counts.csv"
    article.write_text(
        "Talks at Osterhaven\n\nPresident Talin of Norvenia and Prime Minister Maren met at a summit in Osterhaven on "
        "September 13, 2023, the Harrow Institute said. Satellite images show 70 freight cars at the Velmar station.\n"
    )
    said = wayside("coverage", article, "--events", events, "--json")
    assert said.code == 0
    assert any(event["time"]["from"] == "2023-09-13" for event in checked(said)["events"])
    assert said.document["files"] == {"events": str(events)}
    assert events.read_text().startswith("date,event,source\n2023-09-13,")
    counts.write_text("date,count\n2022-09-01,8\n2023-02-01,9\n2023-09-20,60\n2023-10-05,73\n")
    series = wayside("series", counts, "--events", events, "--json")
    assert series.code == 0, series
    assert series.document["events"][0]["date"] == "2023-09-13"


def test_without_a_dated_event_no_table_is_written(press: Path, tmp_path: Path, wayside: Any) -> None:
    events = tmp_path / "events.csv"
    said = wayside("coverage", press / "2.txt", "--events", events)
    assert said.code == 0
    assert "was not written" in " ".join(said.out.split())
    assert not events.exists()


def test_an_archive_with_a_bad_member_is_read_in_part(tmp_path: Path, wayside: Any) -> None:
    mailbox = tmp_path / "press.mbox"
    head = (
        "From a@example.org Tue Mar 05 10:00:00 2024\nFrom: a@example.org\nTo: b@example.org\n"
        "Date: Tue, 5 Mar 2024 10:00:00 +0000\n"
    )
    good = f"{head}Subject: Trains\n\n{FIRST.split(chr(10) * 2, 1)[1]}\n"
    bad = f"{head}Subject: Nothing\nContent-Type: text/plain; charset=utf-8\n\n\x01\x02\x03\x04\x05\x06\x07\x01\x02\n\n"
    mailbox.write_text(good + bad + good.replace("70", "71"))
    said = wayside("coverage", mailbox, "--json")
    found = checked(said)
    assert len(found["documents"]) == 2
    assert said.code == (1 if found["failed"] else 0)
    assert len(found["failed"]) + len(found["skipped"]) >= 1


# ---------------------------------------------------------------------- bad input
GOOD_RATINGS = "subject,reliability,credibility,by,on,note\n1,B,2,A,2024-03-07,\n"
BAD: list[tuple[str, str | bytes | None, str]] = [
    ("--measured", None, "no such file"),
    ("--measured", "", "not JSON"),
    ("--measured", "[" * 100_000, "not JSON"),
    ("--measured", "{}", "no distribution"),
    ("--measured", '{"status": "not-countable", "count": null, "freight": null}', "could not be counted"),
    ("--measured", '{"count": {"pmf": {"first": 3, "p": [0.2]}}}', "sum to 0.2"),
    ("--measured", '{"sites": [{}, {}]}', "2 series"),
    ("--measured", b"\xff\xfe\x00", "not UTF-8"),
    ("--documents", None, "no such file"),
    ("--documents", "", "empty"),
    ("--documents", "file,published\n1.txt,soon\n9.txt,\n", "line 3: no article"),
    ("--documents", "name\n1.txt\n", "no column file"),
    ("--documents", b"file\n\xff\xfe\n", "not UTF-8"),
    ("--ratings", None, "no such file"),
    ("--ratings", "subject\n", "no column by, on"),
    ("--ratings", GOOD_RATINGS.replace("B", "Q"), "no such reliability"),
    ("--ratings", GOOD_RATINGS.replace(",2,", ",9,"), "no such credibility"),
    ("--ratings", GOOD_RATINGS.replace("2024-03-07", "2024-13-07"), "not a date"),
    ("--ratings", GOOD_RATINGS.replace("\n1,", "\nNobody at all,"), "no source, document or claim"),
    ("--ratings", GOOD_RATINGS.replace("\n1,B,2,A", "\n1,B,2,"), "no by"),
]


@pytest.mark.parametrize("bad", BAD, ids=[f"{option} {word}" for option, _, word in BAD])
def test_bad_input_is_one_sentence_and_leaves_nothing(
    press: Path, tmp_path: Path, wayside: Any, bad: tuple[str, str | bytes | None, str]
) -> None:
    option, content, word = bad
    given, page = tmp_path / "given", tmp_path / "page.html"
    if content is not None:
        given.write_bytes(content if isinstance(content, bytes) else content.encode())
    arguments = ("coverage", press, option, given, "--html", page)
    said = wayside(*arguments)
    assert said.code == 2, said
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert word in said.err
    assert "given" in said.err
    assert not page.exists()
    told = wayside(*arguments, "--json")
    assert (told.code, told.err) == (2, "")
    assert word in f"{told.error['what']} {told.error['todo']}"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "missing argument"),
        (("-",), "standard input"),
        (("nothing.txt",), "no such file"),
        (("1.txt", "--html", "1.txt"), "write over"),
        (("1.txt", "--html", "."), "folder"),
        (("1.txt", "--events", "1.txt"), "write over"),
    ],
)
def test_usage(press: Path, wayside: Any, monkeypatch: Any, arguments: tuple[str, ...], word: str) -> None:
    monkeypatch.chdir(press)
    before = {path.name: path.read_bytes() for path in press.iterdir()}
    said = wayside("coverage", *arguments)
    assert said.code == 2
    assert word in said.err.lower()
    assert {path.name: path.read_bytes() for path in press.iterdir()} == before


def test_nothing_readable(tmp_path: Path, wayside: Any) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(b"\0\1\2" * 100)
    said = wayside("coverage", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "none of the files can be read" in said.err


def test_a_real_process_prints_json_alone(press: Path) -> None:
    program = [sys.executable, "-m", "wayside", "coverage", str(press), str(press / "none.txt"), "--json"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    jsonschema.validate(json.loads(done.stdout), SCHEMA)


@pytest.mark.parametrize("columns", [40, 120])
def test_a_screen_is_used_and_not_left(press: Path, wayside: Any, monkeypatch: Any, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = wayside("coverage", press)
    assert shown.code == 0, shown.err
    assert columns * 2 / 3 < max(len(line.rstrip()) for line in shown.out.splitlines()) <= columns
