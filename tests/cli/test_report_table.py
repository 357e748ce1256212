"""``wayside report TABLE.csv``: a report on counts that others published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wayside.cli.main import execute

TABLE = """date,site,category,low,high,approximation,quantity,unit,publisher,published,url
2022-11-04,Karsk,railcar,3,3,exact,3,railcars,Delta Watch,2022-11,https://delta.example/a
2022-11-18,Karsk,railcar,5,5,exact,5,railcars,Delta Watch,2023-01,https://delta.example/b
2023-10-05,Karsk,railcar,73,73,approximately,73,railcars,Meridian,2023-10-06,javascript:alert(1)
2018-10-05/2023-10-05,Karsk,railcar,0,20,at most,20,railcars,Meridian,2023-10-06,
"""
ANALYST = """[analyst]
name = "K. Lee <script>alert(1)</script>"
on = 2023-10-07
[standing]
use = true
[[judgement]]
id = "loads"
concerns = "content"
statement = "the cars carry grain"
likelihood = "unlikely"
confidence = "low"
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def told(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, dict[str, object]]:
    code = execute([*map(str, args), "--json"])
    found = json.loads(capsys.readouterr().out)
    return code, found.get("error", found)


def test_a_report_names_who_published_what(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "analyst.toml").write_text(ANALYST, encoding="utf-8")
    out = tmp_path / "out"
    code, record = told(
        capsys, "report", table, "--category", "railcar", "--name", "Karsk <b>yard</b>", "--analyst",
        tmp_path / "analyst.toml", "--out", out, "--bundle",
    )  # fmt: skip
    assert code == 0, record
    assert sorted(p.suffix for p in out.iterdir()) == [".html", ".json", ".zip"]
    assessment = json.loads((out / "assessment.json").read_text(encoding="utf-8"))
    assert [row["publisher"] for row in assessment["published"]] == ["Delta Watch", "Delta Watch", "Meridian"]
    assert [bound["at_most"] for bound in assessment["bounds"]] == [20]
    entered = next(j for j in assessment["judgements"] if j["basis"] == "analyst")
    assert (entered["words"], entered["stated"]) == ("unlikely", "2023-10-07")
    assert assessment["hypotheses"]["hypotheses"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "no image of it was counted here" in page
    assert "<script>" not in page
    assert "<b>yard" not in page
    assert "javascript:" not in page


def test_its_bundle_holds(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert told(capsys, "report", table, "--category", "railcar", "--out", out, "--bundle")[0] == 0
    (bundle,) = out.glob("*.zip")
    code, found = told(capsys, "verify", bundle)
    assert code == 0, found


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["--category", "railcar"], "several sites"),
        (["--category", "railcar", "--until", "2001-01-01"], "no count up to 2001-01-01"),
        (["--category", "railcar", "--until", "yesterday"], "is not a day"),
        (["--category", "railcar", "--language", "xx"], "no report is written in 'xx'"),
        (["--category", "railcar", "--sign", "key.pem"], "needs a bundle"),
        (["--category", "railcar", "--house", "absent.toml"], "there is no such file"),
        (["--category", "railcar", "--events", "absent.csv"], "there is no such file"),
        (["--category", "railcar", "--analyst", "absent.toml"], "there is no such file"),
        (["--category", "railcar", "--articles", "absent"], "there is no such file"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_left(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], args: list[str], what: str
) -> None:
    other_site = "2022-11-18,Orlo" if what.startswith("several") else "2022-11-18,Karsk"
    table.write_text(TABLE.replace("2022-11-18,Karsk", other_site), encoding="utf-8")
    code, error = told(capsys, "report", table, "--out", tmp_path / "out", *args)
    assert code == 2
    assert what in str(error["what"]), error
    assert not (tmp_path / "out").exists()


def test_an_analysts_file_that_cannot_be_read_is_listed(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (tmp_path / "faulty.toml").write_text("[analyst", encoding="utf-8")
    args = ("report", table, "--category", "railcar", "--analyst", tmp_path / "faulty.toml", "--out", out)
    code, record = told(capsys, *args)
    assert code == 1
    assert "not TOML" in str(record["failed"])
    assert (out / "report.html").exists(), "the rest goes on"


def test_a_workspace_says_these_things_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, error = told(capsys, "report", tmp_path, "--name", "Karsk")
    assert code == 2
    assert "--name is for a table of counts" in str(error["what"])
