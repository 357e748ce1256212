"""Nothing outside a local catalogue's folder is read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from range_server import seeded

from wayside.archive.remote import Transport
from wayside.archive.remote.local import LocalFile, LocalFolder
from wayside.errors import AddressRefusedError, SourceError, ValueRefusedError

Maker = Callable[..., Transport]
DATA = seeded(5).randbytes(500_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    catalogue = tmp_path / "cat"
    (catalogue / "sub").mkdir(parents=True)
    for path in (catalogue / "catalog.json", catalogue / "sub" / "a.tif", tmp_path / "outside.tif"):
        path.write_bytes(b"bytes")
    (catalogue / "out.tif").symlink_to(tmp_path / "outside.tif")
    (catalogue / "in.tif").symlink_to(catalogue / "sub" / "a.tif")
    (catalogue / "up").symlink_to(tmp_path)
    (catalogue / "loop").symlink_to(catalogue / "loop")
    os.mkfifo(catalogue / "pipe")
    return catalogue


@pytest.mark.parametrize("href", ["sub/a.tif", "./sub/../sub/a.tif", "in.tif", "catalog.json"])
def test_what_is_inside(folder: Path, href: str) -> None:
    found = LocalFolder(str(folder / "catalog.json"))
    for form in (href, str(folder / href)):
        assert found.find(form).read_bytes() == b"bytes"
        assert found.find(form).is_relative_to(folder)


@pytest.mark.parametrize(
    "href",
    [
        "../outside.tif",
        "out.tif",
        "up/outside.tif",
        "sub/../../outside.tif",
        "/etc/passwd",
        "file:///etc/passwd",
        "file:///etc/not-there",
        "file://server/share/a.tif",
        "/etc/not-there",
        "sub",
        ".",
        "pipe",
        "a\0b",
        "file:///a%00b",
        "s3://bucket/a.tif",
        "file://[bad/a",
    ],
)
def test_what_is_not(folder: Path, href: str) -> None:
    with pytest.raises(AddressRefusedError):
        LocalFolder(str(folder)).find(href)


@pytest.mark.parametrize("href", ["missing.tif", "loop", "sub/missing/a.tif"])
def test_what_is_missing(folder: Path, href: str) -> None:
    with pytest.raises(SourceError, match="no such file"):
        LocalFolder(str(folder)).find(href)


def test_a_catalogue_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not there"):
        LocalFolder(str(tmp_path / "nowhere" / "catalog.json"))


@given(st.lists(st.sampled_from(["..", ".", "a", "b", "", "~", "%2e%2e", "etc"]), max_size=6), st.booleans())
def test_no_path_leads_out(parts: list[str], is_address: bool) -> None:
    root = Path(__file__).parent
    href = ("file://" + str(root) + "/" if is_address else "") + "/".join(parts)
    try:
        found = LocalFolder(str(root)).find(href)
    except (AddressRefusedError, SourceError):
        return
    assert found.is_relative_to(root.resolve())


def test_a_file_that_cannot_be_opened_or_shrinks(folder: Path) -> None:
    with pytest.raises(SourceError, match="cannot be opened"):
        LocalFile(folder / "missing")
    with pytest.raises(SourceError, match="cannot be opened"):
        LocalFile(folder / "out.tif")  # a link put there after the check
    with LocalFile(folder / "catalog.json") as file:
        (folder / "catalog.json").write_bytes(b"b")
        with pytest.raises(SourceError, match="shorter"):
            file.read(0, 5)
    file.close()


def test_a_local_file_is_read_alike(make: Maker, tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "catalog.json").write_text("{}")
    (tmp_path / "cat" / "a b.tif").write_bytes(DATA)
    transport = make(str(tmp_path / "cat" / "catalog.json"))
    for href in (str(tmp_path / "cat" / "a b.tif"), (tmp_path / "cat" / "a b.tif").as_uri(), "./a b.tif"):
        with transport.open(href) as file:  # type: ignore[union-attr]
            assert isinstance(file, LocalFile)
            file.fetch([(5, 100)])
            assert file.size == len(DATA)
            assert file.read(100_000, 1000) == DATA[100_000:101_000]
            assert file.read(499_999, 10) == DATA[-1:]
            assert file.read(600_000, 10) == b""
            assert (file.stats.requests, file.stats.bytes) == (0, 1001)
            with pytest.raises(ValueRefusedError):
                file.fetch([(-5, 100)])
