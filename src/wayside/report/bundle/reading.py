"""Reads a bundle without trusting it: every file is looked at in pieces, and nothing is unpacked under its own name."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from wayside.errors import BundleError, OutsideError
from wayside.report.bundle.directory import looks_like_archive, mentions, read_directory
from wayside.report.bundle.findings import Finding
from wayside.report.bundle.manifest import Listed, manifest_from
from wayside.report.bundle.names import CRATE, LAST, MANIFEST, SIGNATURE, TIMESTAMP
from wayside.report.bundle.records import DEFLATED, Entry, local_header
from wayside.report.bundle.writing import appended, new_file

__all__ = ["Bundle", "add_to_bundle", "opened_bundle"]

_CHUNK = 1 << 20
_LARGEST_READ = 1 << 28


class _Digests(NamedTuple):
    """What a file's bytes come to."""

    sha256: str
    packed_sha256: str
    crc: int


class Bundle:
    """An archive that is open.

    Attributes:
        name: its file name.
        entries: files that can be read safely, by name.
        structure: what is wrong with the archive itself.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self.name = name
        directory = read_directory(file, name)
        self.entries: Mapping[str, Entry] = {entry.name: entry for entry in directory.entries}
        self.structure = directory.findings
        self.in_order = directory.entries

    def read(self, name: str, *, limit: int = _LARGEST_READ) -> bytes:
        """Return a file's bytes.

        Raises:
            BundleError: there is none of this name, it is too large, or it cannot be unpacked.
        """
        entry = self._entry(name)
        if entry.size > limit:
            raise BundleError(f"it has {entry.size:,} bytes; up to {limit:,} are read", where=name)
        return b"".join(self._content(entry))

    def copy(self, name: str, path: Path) -> None:
        """Write a file's bytes to a place that the caller names (raises as ``read``)."""
        with new_file(path) as file:
            for chunk in self._content(self._entry(name)):
                file.write(chunk)

    def check_files(self, progress: Callable[[str], None] = lambda _: None) -> tuple[Finding, ...]:
        """Hash every file and compare it with the manifest; return whatever does not fit.

        Args:
            progress: is told every file when it is done.
        """
        listed: Mapping[str, Listed] = {}
        findings: list[Finding] = []
        try:
            listed = manifest_from(self.read(MANIFEST))
        except BundleError as fault:
            findings.append(Finding(MANIFEST, f"the manifest cannot be used: {fault.what}"))
        for entry in self.entries.values():
            findings += self._check(entry, listed)
            progress(entry.name)
        missing = sorted(set(listed) - set(self.entries))
        return (*findings, *(Finding(name, "the manifest lists it, but it is not in the bundle") for name in missing))

    def _check(self, entry: Entry, listed: Mapping[str, Listed]) -> Iterator[Finding]:
        name, line = entry.name, listed.get(entry.name)
        if line is None and name not in LAST and listed:
            yield Finding(name, "it is in the bundle, but the manifest does not list it")
        if line is not None and line.size != entry.size:
            yield Finding(name, "its size differs", expected=f"{line.size:,} bytes", found=f"{entry.size:,} bytes")
        try:
            found = self._digests(entry, line)
        except BundleError as fault:
            yield Finding(name, fault.what)
            return
        if line is not None and found.sha256 != line.sha256:
            yield Finding(name, "its content differs: SHA-256", expected=line.sha256, found=found.sha256)
        elif line is not None and (found.packed_sha256 if entry.method == DEFLATED else "") != line.packed_sha256:
            yield Finding(name, "its compressed bytes differ", expected=line.packed_sha256, found=found.packed_sha256)
        elif found.crc != entry.crc or (line is not None and line.crc32 != entry.crc):
            yield Finding(name, "its CRC-32 differs", expected=f"{found.crc:08x}", found=f"{entry.crc:08x}")

    def _digests(self, entry: Entry, line: Listed | None) -> _Digests:
        whole, packed, crc = hashlib.sha256(), hashlib.sha256(), 0
        if entry.method != DEFLATED:
            for chunk in self._packed(entry):
                whole.update(chunk)
                # Where SHA-256 vouches for the content, the two records of its CRC-32 need only agree.
                crc = zlib.crc32(chunk, crc) if line is None else 0
            return _Digests(whole.hexdigest(), "", crc if line is None else line.crc32)
        for chunk in _unpacked(entry, _hashed(self._packed(entry), packed.update)):
            whole.update(chunk)
            crc = zlib.crc32(chunk, crc)
        return _Digests(whole.hexdigest(), packed.hexdigest(), crc)

    def _entry(self, name: str) -> Entry:
        if name not in self.entries:
            raise BundleError("it is not in the bundle", where=name)
        return self.entries[name]

    def _content(self, entry: Entry) -> Iterator[bytes]:
        packed = self._packed(entry)
        return _unpacked(entry, packed) if entry.method == DEFLATED else packed

    def _packed(self, entry: Entry) -> Iterator[bytes]:
        self._file.seek(entry.offset + len(local_header(entry)))
        left = entry.packed
        while left > 0:
            chunk = self._file.read(min(_CHUNK, left))
            if not chunk:
                raise BundleError("its data are cut short", where=entry.name)
            left -= len(chunk)
            yield chunk


def _hashed(chunks: Iterator[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for chunk in chunks:
        update(chunk)
        yield chunk


def _unpacked(entry: Entry, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what a compressed file holds, never more than its directory says."""
    unpack, left = zlib.decompressobj(-15), entry.size
    try:
        for chunk in chunks:
            data = chunk
            while data:
                piece = unpack.decompress(data, min(_CHUNK, left + 1))
                left -= len(piece)
                if left < 0 or (unpack.eof and unpack.unused_data):
                    raise BundleError("it unpacks to more than the archive's directory says", where=entry.name)
                yield piece
                data = unpack.unconsumed_tail
    except zlib.error as fault:
        raise BundleError("its compressed data are damaged", where=entry.name) from fault
    if left or not unpack.eof:
        raise BundleError("it unpacks to less than the archive's directory says", where=entry.name)


@contextmanager
def opened_bundle(path: Path) -> Iterator[Bundle]:
    """Open a bundle for the block.

    Raises:
        BundleError: there is no such file, or it is no bundle: neither a zip archive nor what is left of one.
        OutsideError: the disk failed.
    """
    try:
        file = path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise BundleError("there is no such file", where=str(path)) from fault
    except (IsADirectoryError, PermissionError, ValueError) as fault:
        raise BundleError(f"the file cannot be read ({fault})", where=str(path)) from fault
    except OSError as fault:
        raise OutsideError(f"the disk failed ({fault.strerror})", where=str(path)) from fault
    with file:
        if not looks_like_archive(file):
            raise BundleError("it is not an evidence bundle: it is no zip archive", where=str(path))
        bundle = Bundle(file, path.name)
        if not {MANIFEST, CRATE} & set(bundle.entries) and not mentions(file, MANIFEST):
            raise BundleError("it is not an evidence bundle: it has no manifest.json", where=str(path))
        yield bundle


def add_to_bundle(path: Path, *, signature: bytes | None = None, timestamp: bytes | None = None) -> None:
    """Put a signature, a timestamp or both behind a bundle's manifest, by rename; what was there before is replaced.

    Raises:
        BundleError: it is no bundle, or one whose structure is damaged.
        OutsideError: the disk refuses.
    """
    with opened_bundle(path) as bundle:
        if bundle.structure:
            raise BundleError(f"the bundle is damaged ({bundle.structure[0].what})", where=str(path))
        given = {SIGNATURE: signature, TIMESTAMP: timestamp}
        last = {name: data for name, data in given.items() if data is not None}
        for name in given:
            if name not in last and name in bundle.entries:
                last[name] = bundle.read(name)
        kept = tuple(entry for entry in bundle.in_order if entry.name not in given)
    appended(path, kept, last)
