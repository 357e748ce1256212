"""Small files, spreadsheets and articles: what is wrong is said, and nothing is half-written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wayside.errors import InputError, OutsideError, TableError, TextError
from wayside.pipeline.articles import coverage_files, read_measured
from wayside.pipeline.files import read_bytes, read_text, write_bytes
from wayside.pipeline.progress import Silent
from wayside.pipeline.series_sides import SeriesRequest, analyse_chosen
from wayside.pipeline.tables import TableChoice, events_from, series_of_table
from wayside.series import SeriesSettings

FAST = SeriesSettings(paths=40, levels=50)
OWN = "date,count,low,high\n2023-01-01,8,7,9\n2023-02-01,9,8,10\n2023-03-01,40,38,42\n"
PUBLISHED = (
    "date,site,category,low,high,approximation,quantity\n"
    "2023-01-01,A,ore car,3,3,exact,3\n2023-02-01,A,ore car,4,4,exact,4\n2023-02-01,B,ore car,9,9,exact,9\n"
)


def table(folder: Path, text: str) -> Path:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    return path


def analysed(path: Path, choice: TableChoice = TableChoice(), events: Path | None = None) -> Any:  # noqa: B008
    request = SeriesRequest(FAST, events=events_from(events), seed=1)
    (one,) = analyse_chosen(series_of_table(path, choice), request).analysed
    return one.named.series, one.result


def test_a_spreadsheet_of_own_counts(tmp_path: Path) -> None:
    events = tmp_path / "e.csv"
    events.write_text("date,event\n2023-02-20,summit\n")
    series, result = analysed(table(tmp_path, OWN), events=events)
    assert [p.count.median for p in series.points] == [8, 9, 40]
    assert result.now.median == 40
    assert events_from(events)[0].event == "summit"
    assert events_from(None) == ()


def test_the_same_seed_gives_the_same_answer(tmp_path: Path) -> None:
    path = table(tmp_path, OWN)
    assert analysed(path)[1].record == analysed(path)[1].record


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_of_published_counts_must_be_chosen_from(tmp_path: Path, mark: str) -> None:
    path = table(tmp_path, mark + PUBLISHED)
    with pytest.raises(TableError, match=r"Choose with --site and --category"):
        analysed(path)
    series, _ = analysed(path, TableChoice(("A",), ("ore car",)))
    assert [p.count.median for p in series.points] == [3, 4]


def test_several_sites_must_be_chosen_from(tmp_path: Path) -> None:
    path = table(tmp_path, "date,count,site\n2023-01-01,8,N\n2023-02-01,9,S\n")
    with pytest.raises(TableError, match=r"several sites: N, S"):
        analysed(path)
    with pytest.raises(TableError, match=r"no site 'X'; it has N, S"):
        analysed(path, TableChoice(("X",)))
    with pytest.raises(TableError, match=r"no categories"):
        analysed(path, TableChoice(("N",), ("ore car",)))
    assert analysed(path, TableChoice(("S",)))[0].site == "S"


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no such file"):
        read_bytes(tmp_path / "none", TableError)
    with pytest.raises(TextError, match="this is a folder, not a file"):
        read_bytes(tmp_path, TextError)
    with pytest.raises(TableError, match="no such file"):
        read_bytes(table(tmp_path, "x") / "y", TableError)
    big = table(tmp_path, "x" * 100)
    with pytest.raises(TextError, match="100 bytes; up to 99"):
        read_bytes(big, TextError, limit=99)
    big.write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(TableError, match="not UTF-8"):
        read_text(big, TableError)
    with pytest.raises(InputError, match="cannot be read"):
        read_bytes(Path("a\0b"), InputError)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "f.txt"
    write_bytes(path, b"one")
    write_bytes(path, b"two")
    assert (path.read_bytes(), [p.name for p in path.parent.iterdir()]) == (b"two", ["f.txt"])
    with pytest.raises(OutsideError, match="cannot be written"):
        write_bytes(path / "under a file", b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutsideError, match="cannot be written"):
        write_bytes(tmp_path / "folder", b"x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "new"]


# ---------------------------------------------------------------------- articles
ARTICLE = (
    "Record traffic at the crossing\n\nSatellite images show at least 70 freight cars at the station, said Ann Lee.\n"
)


def test_articles_are_read_and_the_unreadable_is_listed(tmp_path: Path, make: Any) -> None:
    good, bad = tmp_path / "1.txt", tmp_path / "2.txt"
    good.write_text(ARTICLE)
    bad.write_bytes(b"")
    record, result = coverage_files([good, bad], measured=None, clock=make.clock(), progress=Silent())
    assert record.done == (str(good),)
    assert [f.item for f in record.failed] == [str(bad)]
    assert record.exit_code == 1
    assert result.claims[0].quantity.low == 70
    with pytest.raises(TextError):
        coverage_files([bad], measured=None, clock=make.clock(), progress=Silent())
    with pytest.raises(TextError, match="none of the files"):
        coverage_files([bad, tmp_path / "3.txt"], measured=None, clock=make.clock(), progress=Silent())
    with pytest.raises(InputError, match="no file is given"):
        coverage_files([], measured=None, clock=make.clock(), progress=Silent())


def test_a_measured_count_is_read_from_a_count_and_from_an_assessment(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"freight": {"pmf": {"first": 70, "p": [0.25, 0.5, 0.2499]}}}))
    found = read_measured(path)
    assert (found.first, found.day) == (70, None)
    assert sum(found.p) == pytest.approx(1)
    now = {"median": 73, "interval90": [70, 76]}
    document = {"judgements": [], "counted": "freight cars", "site": {"name": "Yard"},
                "series": {"date": "2023-10-05", "now": now}}  # fmt: skip
    path.write_text(json.dumps(document))
    found = read_measured(path)
    assert found.at_least(70) == pytest.approx(0.97, abs=0.02)
    assert (found.place, str(found.day)) == ("Yard", "2023-10-05")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "3", "{}", '{"freight": null}', '{"count": {"pmf": {"first": -1, "p": [1]}}}', '{"judgements": 1}'],
)
def test_other_json_is_no_measured_count(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(text)
    with pytest.raises(InputError):
        read_measured(path)
