"""Finds the files of a zip archive and everything in its structure that a bundle does not have.

Whatever the archive says of itself is checked against what a bundle would say: the records are written again from the
numbers in them, and a byte that differs is a finding. Nothing is unpacked here, and no name is used as a path.
"""

from __future__ import annotations

import os
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from wayside.report.bundle.findings import Finding
from wayside.report.bundle.names import LAST, faults_of_name
from wayside.report.bundle.records import (
    CENTRAL,
    DEFLATED,
    END,
    LIMIT,
    LOCAL,
    STORED,
    DosTime,
    Entry,
    central_record,
    end_records,
    local_header,
)

__all__ = ["Directory", "looks_like_archive", "mentions", "read_directory"]

_END_SIZE: Final = 22
_END64_SIZE: Final = 56
_LOCATOR_SIZE: Final = 20
_CENTRAL_SIZE: Final = 46
_MOST_FILES: Final = 20_000
_LONGEST_DIRECTORY: Final = 16_000_000
_LARGEST: Final = 1 << 29
"""A compressed file may unpack to no more bytes than these."""
_RATIO: Final = 200
_SYMLINK: Final = 0o120000
_FORMAT: Final = 0o170000
_FIELDS: Final = (
    ("signature", 0, 4),
    ("program that made it", 4, 6),
    ("version", 6, 8),
    ("flags", 8, 10),
    ("method of compression", 10, 12),
    ("time", 12, 16),
    ("checksum", 16, 20),
    ("size", 20, 28),
    ("length of its name", 28, 30),
    ("length of its extra field", 30, 32),
    ("length of its comment", 32, 34),
    ("disk", 34, 36),
    ("attributes", 36, 42),
    ("place", 42, 46),
)
_LOCAL_FIELDS: Final = (
    ("signature", 0, 4),
    ("version", 4, 6),
    ("flags", 6, 8),
    ("method of compression", 8, 10),
    ("time", 10, 14),
    ("checksum", 14, 18),
    ("size", 18, 26),
    ("length of its name", 26, 28),
    ("length of its extra field", 28, 30),
)


@dataclass(frozen=True)
class Directory:
    """The files of an archive, and what is wrong with its structure.

    Attributes:
        entries: files that can be read safely, in the order of the archive's directory, no name twice.
        findings: whatever differs from how a bundle is written.
    """

    entries: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Record:
    """A file's record of the directory as it was found.

    Attributes:
        entry: what it says.
        raw: its bytes.
        flags, attributes: of which a finding may speak.
    """

    entry: Entry
    raw: bytes
    flags: int
    attributes: int


class _UnreadableError(Exception):
    """The structure cannot be followed further; holds the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


def looks_like_archive(file: BinaryIO) -> bool:
    """Return whether a file begins or ends as a zip archive does, damaged or not."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(4)
    file.seek(max(0, size - _END_SIZE - 0xFFFF))
    return head == LOCAL or END in file.read()


def mentions(file: BinaryIO, name: str) -> bool:
    """Return whether a file's name stands near the end of an archive, where the directory has it, damaged or not."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_SIZE - 0xFFFF))
    return size > 0 and (name.encode("ascii") in file.read() or _cut(file))


def _cut(file: BinaryIO) -> bool:
    """Return whether an archive has a beginning and no end, so that it cannot be told what it was."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_SIZE - 0xFFFF))
    return END not in file.read()


def read_directory(file: BinaryIO, bundle: str) -> Directory:
    """Return the files of an archive and the faults of its structure.

    Args:
        file: the archive, which can be read at any place.
        bundle: its name, for findings that are about no file in it.
    """
    findings: list[Finding] = []
    try:
        start, length = _directory_place(file, bundle, findings)
        records = list(_records(_read(file, start, length), bundle))
    except _UnreadableError as unreadable:
        return Directory(findings=(*findings, unreadable.finding))
    when = Counter(record.entry.when for record in records).most_common(1)
    entries: list[Entry] = []
    for record in records:
        faults = list(_faults(record, when[0][0], {entry.name.casefold(): entry.name for entry in entries}))
        findings += faults
        if not any(fault.path == "unsafe" for fault in faults):
            entries.append(record.entry)
    findings = [replace(finding, path="") if finding.path == "unsafe" else finding for finding in findings]
    findings += _tiling(file, [record.entry for record in records], start, bundle)
    findings += _order([record.entry.name for record in records], bundle)
    tail = _read(file, start + length, max(0, file.seek(0, os.SEEK_END) - start - length))
    if tail != end_records([record.entry for record in records], start, length):
        findings.append(Finding(bundle, "the archive's end record is not as a bundle has it"))
    return Directory(tuple(entries), tuple(findings))


# ---------------------------------------------------------------------- the end of the archive
def _directory_place(file: BinaryIO, bundle: str, findings: list[Finding]) -> tuple[int, int]:
    """Return where the directory begins and how long it is."""
    size = file.seek(0, os.SEEK_END)
    end = size - _END_SIZE
    record = _read(file, max(0, end), _END_SIZE)
    if len(record) < _END_SIZE or record[:4] != END:
        tail_start = max(0, end - 0xFFFF - 1)
        tail = _read(file, tail_start, size - tail_start)
        at = tail.rfind(END)
        if at < 0 or len(tail) - at < _END_SIZE:
            raise _UnreadableError(Finding(bundle, "the archive's end is missing or damaged: it may be cut short"))
        findings.append(Finding(bundle, "bytes stand behind the archive's end, or it has a comment"))
        end, record = tail_start + at, tail[at : at + _END_SIZE]
    _, _, _, _, number, length, start, comment = struct.unpack("<4s4H2LH", record)
    if comment and not findings:
        findings.append(Finding(bundle, "the archive has a comment, which a bundle has not"))
    last = end
    if number == 0xFFFF or LIMIT in (start, length):
        length, start, last = _end64(file, end, bundle)
    if length > _LONGEST_DIRECTORY:
        raise _UnreadableError(Finding(bundle, f"the archive's directory has {length:,} bytes, too many to be read"))
    if start + length != last:
        raise _UnreadableError(Finding(bundle, "the archive's directory is not where its end record says"))
    return start, length


def _end64(file: BinaryIO, end: int, bundle: str) -> tuple[int, int, int]:
    """Return length and place of the directory, and where the ZIP64 record begins."""
    locator = _read(file, max(0, end - _LOCATOR_SIZE), _LOCATOR_SIZE)
    if len(locator) == _LOCATOR_SIZE and locator[:4] == b"PK\x06\x07":
        place = int(struct.unpack("<4sLQL", locator)[2])
        record = _read(file, place, _END64_SIZE)
        if place + _END64_SIZE + _LOCATOR_SIZE == end and record[:4] == b"PK\x06\x06":
            fields = struct.unpack("<4sQ2H2L4Q", record)
            return int(fields[8]), int(fields[9]), place
    raise _UnreadableError(Finding(bundle, "the archive's ZIP64 record is missing or damaged"))


def _read(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


# ---------------------------------------------------------------------- the directory
def _records(data: bytes, bundle: str) -> Iterator[_Record]:
    at = count = 0
    while at < len(data):
        head = data[at : at + _CENTRAL_SIZE]
        if len(head) < _CENTRAL_SIZE or head[:4] != CENTRAL:
            raise _UnreadableError(Finding(bundle, f"the archive's directory is damaged at its byte {at:,}"))
        flags, method, time, day, crc, packed, size = struct.unpack_from("<4H3L", head, 8)
        of_name, of_extra, of_comment, _, _, attributes, offset = struct.unpack_from("<5H2L", head, 28)
        raw = data[at : at + _CENTRAL_SIZE + of_name + of_extra + of_comment]
        name = raw[_CENTRAL_SIZE : _CENTRAL_SIZE + of_name].decode("utf-8", "backslashreplace")
        extra = raw[_CENTRAL_SIZE + of_name : _CENTRAL_SIZE + of_name + of_extra]
        size, packed, offset = _large(extra, size, packed, offset)
        entry = Entry(name, method, crc, packed, size, offset, DosTime(day, time))
        yield _Record(entry, raw, flags, attributes)
        at += len(raw)
        count += 1
        if count > _MOST_FILES:
            raise _UnreadableError(Finding(bundle, f"the archive holds more than {_MOST_FILES:,} files"))


def _large(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Return the numbers that a ZIP64 field gives in the place of those that do not fit."""
    numbers = [size, packed, offset]
    if len(extra) >= 4 and extra[:2] == b"\x01\x00":
        rest = extra[4:]
        for k, number in enumerate(numbers):
            if number == LIMIT and len(rest) >= 8:
                numbers[k], rest = int.from_bytes(rest[:8], "little"), rest[8:]
    return numbers[0], numbers[1], numbers[2]


def _faults(record: _Record, when: DosTime, before: dict[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with one file's record; ``path`` "unsafe" marks what is not to be read at all."""
    entry, name = record.entry, _shown(record.entry.name)
    unsafe = _unsafe(record, before)
    if unsafe:
        yield Finding(name, unsafe, path="unsafe")
        return
    expected = central_record(replace(entry, when=when))
    if record.raw != expected:
        yield Finding(
            name, f"its entry in the archive's directory is not as a bundle has it: {_which(record.raw, expected)}"
        )


def _unsafe(record: _Record, before: dict[str, str]) -> str:
    """Return why a file is not to be read; empty where it may be."""
    entry, name = record.entry, record.entry.name
    other = before.get(name.casefold())
    checks: tuple[tuple[object, str], ...] = (
        (faults_of_name(name), f"its name is refused: {faults_of_name(name)}"),
        (other == name, "it stands in the archive twice"),
        (other, f"its name differs only in case from {other}"),
        (record.flags & 1, "it is encrypted, which nothing in a bundle is"),
        ((record.attributes >> 16) & _FORMAT == _SYMLINK, "it is a link, and not a file"),
        (entry.method not in {STORED, DEFLATED}, f"it is compressed by method {entry.method}, which a bundle is not"),
        (entry.method == STORED and entry.packed != entry.size, "it is stored as it is, but its two sizes differ"),
        (
            entry.method == DEFLATED and entry.size > min(_LARGEST, max(1 << 16, _RATIO * entry.packed)),
            f"it would unpack from {entry.packed:,} to {entry.size:,} bytes, which a bundle's file does not",
        ),
    )
    return next((what for wrong, what in checks if wrong), "")


def _which(raw: bytes, expected: bytes, fields: tuple[tuple[str, int, int], ...] = _FIELDS) -> str:
    found = [what for what, first, last in fields if raw[first:last] != expected[first:last]]
    return ", ".join(found) or "its name, extra field or comment"


def _shown(name: str) -> str:
    """Return a name that is fit to be shown, whatever somebody wrote there."""
    return "".join(c if c.isprintable() else "?" for c in name)[:200] or "(a file without a name)"


# ---------------------------------------------------------------------- local headers
def _tiling(file: BinaryIO, entries: list[Entry], end: int, bundle: str) -> Iterator[Finding]:
    """Yield where the files' headers and data do not lie end to end from the first byte to the directory."""
    at = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        name = _shown(entry.name)
        if entry.offset != at:
            what = "bytes stand before it that belong to no file" if entry.offset > at else "it overlaps another file"
            yield Finding(name, what)
        try:
            expected = local_header(entry)
        except (UnicodeEncodeError, struct.error):
            return
        header = _read(file, entry.offset, len(expected))
        if header != expected:
            parts = _which(header, expected, _LOCAL_FIELDS)
            yield Finding(name, f"the header before its data differs from the archive's directory: {parts}")
        at = entry.offset + len(expected) + entry.packed
    if at != end:
        yield Finding(bundle, "bytes stand between the last file and the directory that belong to no file")


def _order(names: list[str], bundle: str) -> Iterator[Finding]:
    body = [name for name in names if name not in LAST]
    if names != [*sorted(body), *(name for name in LAST if name in names)]:
        yield Finding(bundle, "its files do not stand in the order that a bundle has them in")
