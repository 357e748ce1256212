"""``wayside verify`` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from bundle_case import case, evidence, render

from wayside.cli.main import execute
from wayside.pipeline.bundling import write_bundle

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "verify.json"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle whose report was written by another program than this one, so that it does not hold here."""
    folder = tmp_path_factory.mktemp("bundle")
    path = folder / "kestrel.zip"
    given = case()
    write_bundle(path, given, evidence(given, folder), render=render)
    return path


def test_one_object_and_exit_code_1_where_something_does_not_hold(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = execute(["verify", str(bundle), "--no-recount", "--json"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    outcomes = {check["id"]: check["outcome"] for check in document["checks"]}
    assert (outcomes["structure"], outcomes["files"], outcomes["record"]) == ("ok", "ok", "ok")
    assert outcomes["counts"] == "skipped"
    assert code == (0 if document["holds"] else 1)


def test_a_changed_byte_is_shown_with_its_file(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = bundle.read_bytes()
    place = data.index(b"pixels of scene 4 ")
    path = tmp_path / "b.zip"
    path.write_bytes(data[:place] + b"P" + data[place + 1 :])
    assert execute(["verify", str(path), "--no-recount"]) == 1
    assert "is not what it says" in capsys.readouterr().out
    execute(["verify", str(path), "--no-recount", "--json"])
    files = next(one for one in json.loads(capsys.readouterr().out)["checks"] if one["id"] == "files")
    assert [one["file"] for one in files["findings"]] == ["scenes/0005-KJ_004.tif"]


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_bad_input(data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(data)
    assert execute(["verify", str(path)]) == 2
    assert "not an evidence bundle" in capsys.readouterr().err
    assert execute(["verify", str(tmp_path / "gone.zip"), "--json"]) == 2
    assert "no such file" in json.loads(capsys.readouterr().out)["error"]["what"]


def test_keys_that_cannot_be_used_are_bad_input(bundle: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    assert execute(["verify", str(bundle), "--no-recount", "--key", str(key)]) == 2
    assert execute(["verify", str(bundle), "--no-recount", "--tsa-certificate", str(key)]) == 2
