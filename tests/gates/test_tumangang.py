"""The worked example: the published analysis of October 2023, as far as public facts go."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from wayside.cli.main import execute

pytestmark = pytest.mark.shared
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "tumangang"


@pytest.fixture(scope="module")
def folder(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts, out = shared_dir / "facts", tmp_path_factory.mktemp("tumangang")
    args = [
        "report", facts / "published_counts.csv", "--site", "Tumangang", "--category", "railcar",
        "--category", "freight railcar", "--until", "2023-10-05", "--name", "Tumangang rail facility",
        "--events", facts / "events.csv", "--articles", shared_dir / "reports",
        "--analyst", EXAMPLE / "analyst.toml", "--out", out, "--bundle", "--json",
    ]  # fmt: skip
    assert execute([str(arg) for arg in args]) == 0
    return out


@pytest.fixture(scope="module")
def assessment(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "assessment.json").read_text(encoding="utf-8"))
    return found


def judged(assessment: dict[str, Any], name: str) -> dict[str, Any]:
    return next(j for j in assessment["judgements"] if j["id"] == name)


def test_the_record_is_judged_twice_and_the_second_is_weaker(assessment: dict[str, Any]) -> None:
    seen, all_days = judged(assessment, "record-observed"), judged(assessment, "record-all-days")
    assert seen["probability"] > 0.99
    assert 0.5 < all_days["probability"] < seen["probability"]
    assert all_days["confidence"] == "low"


def test_the_articles_are_one_source(assessment: dict[str, Any]) -> None:
    assert judged(assessment, "sources")["probability"] > 0.8
    assert (assessment["coverage"]["documents"], assessment["coverage"]["main"]["independent_sources"]) == (5, 1)


def test_the_content_is_the_publishers_and_no_stronger(assessment: dict[str, Any], folder: Path) -> None:
    entered = judged(assessment, "published-content")
    assert (entered["basis"], entered["words"]) == ("analyst", "likely")
    assert entered["author"].startswith("Beyond Parallel")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "not computed" in page
    assert not re.search(r"(very likely|almost certain) that the increase in rail traffic indicates", page)


def test_paragraphs_that_nobody_confirmed_are_so_marked(folder: Path) -> None:
    page = re.sub(r"<[^>]+>", " ", (folder / "report.html").read_text(encoding="utf-8"))
    assert "unconfirmed" in page
    assert "2270" in page


def test_no_picture_of_the_place_is_in_it(folder: Path, assessment: dict[str, Any]) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "data:image/" not in page
    assert not assessment["scenes"]


def test_the_bundle_holds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bundle,) = folder.glob("*.zip")
    assert execute(["verify", str(bundle), "--json"]) == 0, capsys.readouterr().out
