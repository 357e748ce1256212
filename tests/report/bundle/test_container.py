"""The archive: written the same each time, read without trust, every changed byte found."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import InputError, WaysideError
from wayside.report.bundle import Finding, add_to_bundle, opened_bundle, write_container
from wayside.report.bundle.manifest import Listed, manifest_from, manifest_of, read_json
from wayside.report.bundle.names import faults_of_name
from wayside.report.bundle.records import Entry, central_record, dos_time, end_records, local_header

FILES: dict[str, bytes] = {
    "ro-crate-metadata.json": b'{"a": 1}\n' * 40,
    "scenes/0001-a.tif": bytes(range(256)) * 2,
    "report.html": b"<p>73 cars</p>",
}
WHEN = datetime(2023, 10, 5, 3, 4, 6, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A small archive as a bundle is built: one file compressed, one stored, one too short to compress."""
    path = tmp_path / "small.zip"
    write_container(path, FILES, WHEN)
    return path


def findings_of(path: Path) -> tuple[Finding, ...]:
    """What is wrong with an archive's structure and its files' bytes."""
    with opened_bundle(path) as bundle:
        return (*bundle.structure, *bundle.check_files())


def refuses(path: Path) -> tuple[Finding, ...] | InputError:
    """What came of a damaged archive: findings, or that it is no bundle at all."""
    try:
        return tuple(findings_of(path))
    except InputError as error:
        return error


# ---------------------------------------------------------------------- writing
def test_another_program_reads_the_same_files(archive: Path) -> None:
    with zipfile.ZipFile(archive) as other:
        assert other.testzip() is None
        assert {name: other.read(name) for name in FILES} == FILES
        assert other.namelist() == [*sorted(FILES), "manifest.json"]
        assert {one.date_time for one in other.infolist()} == {(2023, 10, 5, 3, 4, 6)}
        kinds = {one.filename: one.compress_type for one in other.infolist()}
    assert kinds["scenes/0001-a.tif"] == kinds["manifest.json"] == zipfile.ZIP_STORED
    assert kinds["ro-crate-metadata.json"] == zipfile.ZIP_DEFLATED


def test_the_same_files_give_the_same_bytes_in_whatever_order(archive: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    source = tmp_path / "image.tif"
    source.write_bytes(FILES["scenes/0001-a.tif"])
    given = dict(reversed(FILES.items())) | {"scenes/0001-a.tif": source}
    write_container(other, given, WHEN)
    assert other.read_bytes() == archive.read_bytes()
    assert findings_of(archive) == ()


def test_nothing_is_left_of_a_bundle_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(b"before")
    for files in ({"../a": b""}, {"a.json": b"", "A.json": b""}, {"manifest.json": b""}, {"a": tmp_path / "gone"}):
        with pytest.raises(InputError):
            write_container(path, files, WHEN)
    with pytest.raises(InputError, match="checksum differs"):
        write_container(path, {"a": b"x"}, WHEN, expected={"a": "0" * 64})
    assert path.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["b.zip"]


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9_-]{0,8}(/[a-z0-9]{1,5})?\.(json|tif|html)", fullmatch=True),
        st.binary(max_size=400) | st.binary(max_size=20).map(lambda b: b * 50),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    path = tmp_path_factory.mktemp("any") / "any.zip"
    write_container(path, {**files, "ro-crate-metadata.json": b"{}"}, WHEN)
    with opened_bundle(path) as bundle:
        assert bundle.structure == ()
        assert bundle.check_files() == ()
        assert {name: bundle.read(name) for name in files} == files
        bundle.copy(next(iter(files)), path.with_suffix(".out"))
    assert path.with_suffix(".out").read_bytes() == next(iter(files.values()))


def test_large_files_have_zip64_fields_that_others_read() -> None:
    # The limit is lowered, so that the records of large files can be tried on small ones.
    data, when = b"0123456789abcdef", dos_time(WHEN)
    entry = Entry("a.tif", 0, zlib.crc32(data), len(data), len(data), 0, when)
    header = local_header(entry, limit=10)
    far = Entry("b.tif", 0, zlib.crc32(b"x"), 1, 1, len(header) + len(data), when)
    body = header + data + local_header(far, limit=10) + b"x"
    directory = central_record(entry, limit=10) + central_record(far, limit=10)
    whole = body + directory + end_records([entry, far], len(body), len(directory), limit=10)
    with zipfile.ZipFile(io.BytesIO(whole)) as other:
        assert other.testzip() is None
        assert other.read("a.tif") == data
        assert other.read("b.tif") == b"x"


def test_a_directory_of_many_files_and_of_high_places_is_read_back(tmp_path: Path) -> None:
    # A hole of 4.1 GB in the file costs nothing: its blocks are never written.
    size, when = (1 << 32) + 100_000_000, dos_time(WHEN)
    large = Entry("large.tif", 0, 0, size, size, 0, when)
    header = local_header(large)
    small = Entry("manifest.json", 0, zlib.crc32(b"{}"), 2, 2, len(header) + size, when)
    path = tmp_path / "large.zip"
    with path.open("wb") as file:
        file.write(header)
        file.seek(len(header) + size)
        file.write(local_header(small) + b"{}")
        start = file.tell()
        directory = central_record(large) + central_record(small)
        file.write(directory + end_records([large, small], start, len(directory)))
    with opened_bundle(path) as bundle:
        assert bundle.structure == ()
        assert bundle.entries["large.tif"].size == size
        assert bundle.read("manifest.json") == b"{}"
    with path.open("r+b") as file:
        file.seek(-30, io.SEEK_END)  # inside the locator of the ZIP64 record
        file.write(b"\xff")
    with opened_bundle(path) as bundle:
        assert bundle.structure


# ---------------------------------------------------------------------- a changed byte
def test_every_changed_byte_is_found_and_names_a_file(archive: Path, tmp_path: Path) -> None:
    add_to_bundle(archive, signature=b'{"s": 1}\n', timestamp=b"stamp")
    data, changed = archive.read_bytes(), tmp_path / "changed.zip"
    known = {*FILES, "manifest.json", "signature.json", "timestamp.tsr", "changed.zip"}
    assert findings_of(archive) == ()
    for place in range(len(data)):
        mask = (0x01, 0x20, 0xFF)[place % 3]
        changed.write_bytes(data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :])
        found = refuses(changed)
        assert not isinstance(found, InputError), f"byte {place}: {found}"
        assert found, f"byte {place} changed by {mask:#x} is not found"
        assert any(one.file in known or place > len(data) - 700 for one in found)


def test_a_changed_byte_of_content_names_its_file(archive: Path, tmp_path: Path) -> None:
    data = archive.read_bytes()
    place = data.index(bytes(range(200)))
    changed = tmp_path / "changed.zip"
    changed.write_bytes(data[:place] + b"\xaa" + data[place + 1 :])
    (one,) = findings_of(changed)
    assert one.file == "scenes/0001-a.tif"
    assert one.expected == hashlib.sha256(FILES["scenes/0001-a.tif"]).hexdigest()


@given(st.data())
def test_an_archive_that_is_cut_or_grown_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    path = folder / "b.zip"
    write_container(path, FILES, WHEN)
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole)))
    how = data.draw(st.sampled_from(["cut", "insert", "remove", "prefix", "suffix", "double"]))
    junk = data.draw(st.binary(min_size=1, max_size=30))
    damaged = {
        "cut": whole[: min(place, len(whole) - 1)],
        "insert": whole[:place] + junk + whole[place:],
        "remove": whole[: min(place, len(whole) - 1)] + whole[min(place, len(whole) - 1) + 1 :],
        "prefix": junk + whole,
        "suffix": whole + junk,
        "double": whole + whole,
    }[how]
    path.write_bytes(damaged)
    assert refuses(path)


@given(st.binary(max_size=2000) | st.binary(max_size=300).map(lambda b: b"PK\x03\x04" + b + b"PK\x05\x06" + bytes(18)))
def test_any_bytes_at_all_are_findings_or_no_bundle(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "any.zip"
    path.write_bytes(data)
    assert refuses(path)


# ---------------------------------------------------------------------- hostile archives
def _zip(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes], comment: bytes = b"") -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in entries:
            file.writestr(name, data)
        file.comment = comment
    return path


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("scenes/link.tif")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (("../../etc/passwd", b"x"), "refused"),
        (("/etc/passwd", b"x"), "refused"),
        (("C:/a.json", b"x"), "refused"),
        (("a\\..\\b.json", b"x"), "refused"),
        (("scenes/../../b", b"x"), "refused"),
        (("a\u202egnp.json", b"x"), "refused"),
        (("con.json", b"x"), "refused"),
        (("folder/", b""), "refused"),
        (("a" * 300, b"x"), "refused"),
        (("manifest.json", b"x"), "twice"),
        (("Manifest.JSON", b"x"), "case"),
        ((_link(), b"/etc/passwd"), "link"),
    ],
)
def test_names_and_links_that_lead_astray_are_named(
    tmp_path: Path, entry: tuple[str | zipfile.ZipInfo, bytes], said: str
) -> None:
    path = _zip(tmp_path / "b.zip", ("manifest.json", b"{}"), entry)
    found = findings_of(path)
    assert any(said in one.what for one in found)
    assert all(one.file.isprintable() for one in found)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["b.zip"]


def test_an_encrypted_file_is_named(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    archive.write_bytes(data)
    assert any("encrypted" in one.what for one in findings_of(archive))


def test_bombs_are_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("manifest.json", b"{}")
        file.writestr("case.json", bytes(50_000_000))
    found = findings_of(path)
    assert any(one.file == "case.json" and "unpack" in one.what for one in found)
    # A file whose directory hides how large it is stops at what the directory says.
    small = bytearray(path.read_bytes())
    place = small.index(b"PK\x01\x02", small.index(b"PK\x01\x02") + 1)
    struct.pack_into("<L", small, place + 24, 60_000)
    path.write_bytes(small)
    assert any(one.file == "case.json" and "more than" in one.what for one in findings_of(path))


def test_a_nested_archive_is_only_hashed(tmp_path: Path) -> None:
    inner = _zip(tmp_path / "inner.zip", ("../../evil", b"x")).read_bytes()
    path = tmp_path / "b.zip"
    write_container(path, {"ro-crate-metadata.json": b"{}", "extra/inner.zip": inner}, WHEN)
    assert findings_of(path) == ()


def test_comments_and_what_stands_around_the_archive_are_found(archive: Path) -> None:
    whole = archive.read_bytes()
    for damaged, said in (
        (whole[:-2] + b"\x05\x00hello", "comment"),
        (whole + b"hello", "behind"),
        (whole + b"PK\x05\x06" + bytes(18), "directory"),
    ):
        archive.write_bytes(damaged)
        found = refuses(archive)
        assert not isinstance(found, InputError)
        assert any(said in one.what or "end record" in one.what for one in found)


def test_extra_and_missing_files_are_named(tmp_path: Path) -> None:
    listed = manifest_of([Listed("a.tif", 1, hashlib.sha256(b"a").hexdigest())])
    extra = _zip(tmp_path / "x.zip", ("a.tif", b"a"), ("evil.exe", b"x"), ("manifest.json", listed))
    assert any(one.file == "evil.exe" and "not list" in one.what for one in findings_of(extra))
    missing = _zip(tmp_path / "m.zip", ("manifest.json", listed))
    assert any(one.file == "a.tif" and "not in the bundle" in one.what for one in findings_of(missing))


def test_what_is_no_archive_is_no_bundle(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    for data in (b"", b"hello", b"%PDF-1.7" + bytes(1000)):
        path.write_bytes(data)
        with pytest.raises(InputError, match="not an evidence bundle"):
            findings_of(path)
    write_container(path, {"a.json": b"1"}, WHEN)
    with pytest.raises(InputError), opened_bundle(_zip(path, ("a.txt", b"x"))):
        pass
    for gone in (tmp_path / "gone.zip", tmp_path):
        with pytest.raises(WaysideError):
            findings_of(gone)


# ---------------------------------------------------------------------- small parts
@given(st.text(max_size=30))
def test_a_name_that_is_taken_stays_inside(name: str) -> None:
    if not faults_of_name(name):
        assert name.isascii()
        assert (Path("/bundle") / name).resolve().is_relative_to("/bundle/" + name.partition("/")[0])
        assert zipfile.ZipInfo(name).filename == name


def test_times_outside_what_an_archive_can_say_are_clamped() -> None:
    early, late = dos_time(datetime(1970, 1, 2, tzinfo=UTC)), dos_time(datetime(2500, 1, 2, tzinfo=UTC))
    assert early.date >> 9 == 0
    assert late.date >> 9 == 127


@given(
    st.lists(
        st.builds(
            Listed, st.text(min_size=1, max_size=9), st.integers(0, 2**40), st.just("ab" * 32), st.integers(0, 99)
        )
    )
)
def test_a_manifest_is_read_back(lines: list[Listed]) -> None:
    known = {one.name: one for one in lines}
    assert manifest_from(manifest_of(known.values())) == known


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{",
        b"\xff",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b"[" * 100_000,
        b"[" * 90 + b"]" * 90,
        b'["\\ud800"]',
        b'{"format": "wayside-bundle-2"}',
    ],
)
def test_a_manifest_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        manifest_from(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_json_or_refused(data: bytes) -> None:
    try:
        json.loads(data.decode())
    except ValueError:
        with pytest.raises(InputError) as caught:
            read_json(data, "x.json")
        assert caught.value.where == "x.json"
