"""What an analyst gives ``wayside report`` and ``wayside stamp`` by mistake: one clear error, and nothing lost."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

TABLE = "date,count\n2020-01-01,3\n2021-01-01,5\n2022-01-01,4\n2023-01-01,9\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "own counts.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    secret = Ed25519PrivateKey.generate()
    path.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture
def bundle(table: Path, tmp_path: Path, wayside: Any) -> Path:
    assert wayside("report", table, "--out", tmp_path / "made", "--bundle").code == 0
    return next((tmp_path / "made").glob("*.zip"))


def refused(said: Any, *words: str) -> None:
    assert said.code == 2, said
    assert said.out == ""
    assert said.err.count("\n") == 1
    for word in words:
        assert word in said.err


@pytest.mark.parametrize("option", ["--events", "--articles", "--analyst"])
def test_a_file_that_was_named_and_is_not_there_ends_it(table: Path, tmp_path: Path, wayside: Any, option: str) -> None:
    out = tmp_path / "out"
    refused(wayside("report", table, option, tmp_path / "none", "--out", out), option, "none")
    assert not out.exists()


def test_a_table_that_is_not_there_is_no_workspace_to_be_made(tmp_path: Path, wayside: Any) -> None:
    said = wayside("report", tmp_path / "none.csv")
    refused(said, "no such file or folder", "none.csv")
    assert "wayside init" not in said.err


@pytest.mark.parametrize("command", [("export", "--to", "csv"), ("hypotheses",), ("run",)])
def test_a_file_in_the_place_of_a_workspace_is_said_to_be_one(table: Path, wayside: Any, command: Any) -> None:
    name, *options = command
    said = wayside(name, table, *options)
    refused(said, "a file, and no workspace", "folder")
    assert "wayside init" not in said.err


def test_a_folder_in_the_place_of_a_file_is_said_to_be_one(table: Path, tmp_path: Path, wayside: Any) -> None:
    said = wayside("report", table, "--house", tmp_path, "--out", tmp_path / "out")
    refused(said, "a folder, not a file")
    assert "Errno" not in said.err


@pytest.mark.parametrize("content", [b"", b"\n", b"no key"])
def test_an_empty_key_leaves_no_unsigned_bundle(table: Path, tmp_path: Path, wayside: Any, content: bytes) -> None:
    (tmp_path / "empty.pem").write_bytes(content)
    out = tmp_path / "out"
    refused(wayside("report", table, "--out", out, "--bundle", "--sign", tmp_path / "empty.pem"), "key")
    assert not list(out.glob("*.zip"))


def test_a_request_is_never_written_over_a_file(bundle: Path, tmp_path: Path, wayside: Any) -> None:
    """Least of all over the bundle that it is about."""
    before = bundle.read_bytes()
    refused(wayside("stamp", bundle, "--request", bundle), "there already")
    assert bundle.read_bytes() == before
    request = tmp_path / "bundle.tsq"
    assert wayside("stamp", bundle, "--request", request).code == 0
    assert request.stat().st_size
    refused(wayside("stamp", bundle, "--request", request), "there already", "bundle.tsq")


def test_nothing_is_signed_where_the_request_cannot_be_written(
    bundle: Path, key: Path, tmp_path: Path, wayside: Any
) -> None:
    before = bundle.read_bytes()
    refused(wayside("stamp", bundle, "--sign", key, "--request", tmp_path), "there already")
    assert bundle.read_bytes() == before


def test_a_table_without_sites_does_not_tell_where_it_lies(table: Path, tmp_path: Path, wayside: Any) -> None:
    """Its name is the place's; folders of the machine are in no file that leaves it."""
    out = tmp_path / "out"
    assert wayside("report", table, "--out", out, "--format", "all", "--bundle").code == 0
    assert json.loads((out / "assessment.json").read_text(encoding="utf-8"))["site"]["name"] == "own counts"
    assert [path.name for path in out.glob("*.zip")] == ["own-counts-2023-01-01.zip"]
    for path in out.rglob("*"):
        if path.suffix in {".html", ".json", ".md"}:
            text = path.read_text(encoding="utf-8")
            assert str(tmp_path) not in text, path.name
    with zipfile.ZipFile(next(out.glob("*.zip"))) as archive:
        for name in archive.namelist():
            assert str(tmp_path).encode() not in archive.read(name), name


def test_people_are_told_that_it_is_written_and_where(table: Path, tmp_path: Path, wayside: Any) -> None:
    out = tmp_path / ("a-long-name-" * 12)
    said = wayside("report", table, "--out", out)
    assert said.out.startswith("written  in ")
    assert str(out / "report.html") in said.out


def test_a_wrong_option_names_the_help_of_its_command(table: Path, wayside: Any) -> None:
    said = wayside("report", table, "--format", "odt")
    refused(said, "'odt' is not one of", "See: wayside report --help")
    assert "Value error" not in said.err


@pytest.mark.parametrize("as_json", [False, True])
def test_an_interruption_is_said_and_leaves_nothing(table: Path, tmp_path: Path, as_json: bool) -> None:
    """The signal comes from the keyboard of a real process, in the middle of its work."""
    out = tmp_path / "out"
    program = (
        "import signal, sys, threading; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from wayside.cli.main import execute\n"
        "from wayside.pipeline import cases, table_report\n"
        "threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()\n"
        "sys.exit(execute(sys.argv[1:]))\n"
    )
    words = ["report", str(table), "--format", "all", "--bundle", "--out", str(out), *(["--json"] if as_json else [])]
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 130, done
    if as_json:
        assert json.loads(done.stdout)["error"]["error"] == "Interrupted"
        assert not done.stderr
    else:
        assert done.stderr == "wayside: interrupted. Run again to go on.\n"
    assert not out.exists() or not list(out.iterdir())
