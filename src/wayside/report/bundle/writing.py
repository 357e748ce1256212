"""Writes a bundle's archive: the same files give the same bytes, and none of them need be in memory at once."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from wayside.errors import BundleError, InputError, OutsideError
from wayside.report.bundle.manifest import Listed, manifest_of
from wayside.report.bundle.names import LAST, MANIFEST, faults_of_name
from wayside.report.bundle.records import (
    DEFLATED,
    LIMIT,
    STORED,
    DosTime,
    Entry,
    central_record,
    dos_time,
    end_records,
    local_header,
)

__all__ = ["Content", "appended", "new_file", "write_container"]

Content = bytes | Path
"""What a file of a bundle holds: bytes, or a file whose bytes are copied."""

_CHUNK = 1 << 20
_PACKED = frozenset({"json", "html", "md", "toml", "csv", "txt", "svg", "geojson"})
_HARD = 100
"""What would shrink by more than this is stored as it is, so that a reader may refuse whatever unpacks to more."""


@dataclass(frozen=True, slots=True)
class _Packed:
    """A file's bytes as they go into the archive; digests are there where it is compressed."""

    data: Content
    method: int
    size: int
    sha256: str = ""
    packed_sha256: str = ""


def write_container(
    path: Path,
    files: Mapping[str, Content],
    when: datetime,
    *,
    expected: Mapping[str, str] | None = None,
    limit: int = LIMIT,
) -> None:
    """Write a bundle that appears whole, by rename, or not at all: the files in order of name, then the manifest.

    Args:
        path: of the bundle; what stands there is replaced.
        files: by name, without a manifest, a signature or a timestamp.
        when: time of the bundle, which every file in it carries.
        expected: SHA-256 that some of the files must have, hexadecimal, by name.
        limit: from this number of bytes on ZIP64 fields are used.

    Raises:
        InputError: a name that a bundle's file may not have, two names that differ only in their case, or a file that
            cannot be read or is not the one that is expected.
        OutsideError: the disk refuses.
    """
    _check_names(files)
    with new_file(path) as file:
        writer = _Writer(file, dos_time(when), limit)
        for name in sorted(files):
            writer.add(name, files[name])
            if expected and expected.get(name, writer.listed[-1].sha256) != writer.listed[-1].sha256:
                raise InputError("the file is not the one that was counted: its checksum differs", where=name)
        writer.add(MANIFEST, manifest_of(writer.listed))
        writer.finish()


def appended(path: Path, kept: tuple[Entry, ...], last: Mapping[str, bytes]) -> None:
    """Write a bundle again with other files behind its manifest, by rename.

    Args:
        path: the bundle.
        kept: its entries up to and with the manifest, as they stand in it.
        last: a signature and a timestamp, either or both.

    Raises:
        OutsideError: the disk refuses.
    """
    end = kept[-1].offset + len(local_header(kept[-1])) + kept[-1].packed
    with path.open("rb") as old, new_file(path) as file:
        _copy(old, file, end)
        writer = _Writer(file, kept[0].when, LIMIT, kept)
        for name in LAST:
            if name in last:
                writer.add(name, last[name])
        writer.finish()


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write that takes its name, and the place of what has it, when the block ends well.

    Raises:
        OutsideError: the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise OutsideError(
            f"the file cannot be written ({fault.strerror})", where=str(path), todo="Check the folder's permissions"
        ) from fault


def _check_names(files: Mapping[str, Content]) -> None:
    for name in files:
        if fault := faults_of_name(name):
            raise InputError(fault, where=name)
    folded: dict[str, str] = {}
    for name in (*files, *LAST):
        other = folded.setdefault(name.casefold(), name)
        if other != name or (name in LAST and name in files):
            raise InputError(f"it has the name of another file of the bundle ({other})", where=name)


class _Writer:
    """Writes entries one after the other, and the directory at the end."""

    def __init__(self, file: BinaryIO, when: DosTime, limit: int, entries: tuple[Entry, ...] = ()) -> None:
        self._file, self._when, self._limit = file, when, limit
        self._entries = list(entries)
        self.listed: list[Listed] = []

    def add(self, name: str, content: Content) -> None:
        """Write one file: its header is written again when its checksum is known."""
        packed = _pack(name, content)
        start = self._file.tell()
        length = len(packed.data) if isinstance(packed.data, bytes) else packed.size
        entry = Entry(name, packed.method, 0, length, packed.size, start, self._when)
        self._file.write(local_header(entry, limit=self._limit))
        sha256, crc = hashlib.sha256(), 0
        if packed.method == DEFLATED and isinstance(content, bytes):
            crc = zlib.crc32(content)
            self._file.write(packed.data if isinstance(packed.data, bytes) else b"")
        else:
            written = 0
            for chunk in _chunks(packed.data):
                sha256.update(chunk)
                crc = zlib.crc32(chunk, crc)
                written += self._file.write(chunk)
            if written != packed.size:
                raise InputError("the file changed while it was read", where=name)
        entry = replace(entry, crc=crc)
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(local_header(entry, limit=self._limit))
        self._file.seek(end)
        self._entries.append(entry)
        digest = packed.sha256 or sha256.hexdigest()
        self.listed.append(Listed(name, packed.size, digest, crc, packed.packed_sha256))

    def finish(self) -> None:
        """Write the directory and what stands after it."""
        start = self._file.tell()
        directory = b"".join(central_record(entry, limit=self._limit) for entry in self._entries)
        self._file.write(directory + end_records(self._entries, start, len(directory), limit=self._limit))


def _pack(name: str, content: Content) -> _Packed:
    """Compress text where that pays; images are stored as they are."""
    if isinstance(content, Path):
        try:
            return _Packed(content, STORED, content.stat().st_size)
        except OSError as fault:
            raise InputError(f"the file cannot be read ({fault.strerror})", where=str(content)) from fault
    if name.rpartition(".")[2] in _PACKED and name not in LAST:
        shrink = zlib.compressobj(6, zlib.DEFLATED, -15)
        data = shrink.compress(content) + shrink.flush()
        if len(data) < len(content) <= _HARD * len(data):
            digests = hashlib.sha256(content).hexdigest(), hashlib.sha256(data).hexdigest()
            return _Packed(data, DEFLATED, len(content), *digests)
    return _Packed(content, STORED, len(content))


def _chunks(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    try:
        with content.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except FileNotFoundError as fault:
        raise InputError("there is no such file", where=str(content)) from fault


def _copy(old: BinaryIO, new: BinaryIO, length: int) -> None:
    while length > 0:
        chunk = old.read(min(_CHUNK, length))
        if not chunk:
            raise BundleError("the bundle is cut short")
        new.write(chunk)
        length -= len(chunk)
