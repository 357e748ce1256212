"""The records of a zip archive in the one form that a bundle writes them in (PKWARE APPNOTE 6.3.9, section 4.3).

Every byte between the files' data follows from the files' names, sizes, checksums and the bundle's time: no comments,
no extra fields but ZIP64's where a number needs it, no data descriptors, nothing before, between or after. So whatever
else stands in an archive's structure can be told by writing the structure again.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

__all__ = [
    "CENTRAL",
    "DEFLATED",
    "END",
    "LIMIT",
    "LOCAL",
    "STORED",
    "DosTime",
    "Entry",
    "central_record",
    "dos_time",
    "end_records",
    "local_header",
]

LOCAL: Final = b"PK\x03\x04"
CENTRAL: Final = b"PK\x01\x02"
END: Final = b"PK\x05\x06"
_END64: Final = b"PK\x06\x06"
_LOCATOR64: Final = b"PK\x06\x07"
STORED: Final = 0
DEFLATED: Final = 8
LIMIT: Final = 0xFFFFFFFF
"""From this number on a size or place stands in a ZIP64 field."""
_MOST_ENTRIES: Final = 0xFFFF
_UNIX: Final = 3 << 8
_MODE: Final = 0o100644 << 16


class DosTime(NamedTuple):
    """A time as zip archives keep it, to two seconds."""

    date: int
    time: int


def dos_time(when: datetime) -> DosTime:
    """Return a time in UTC as a zip archive has it; 1980 for what is earlier, 2107 for what is later."""
    when = when.astimezone(UTC)
    year = min(max(when.year - 1980, 0), 127)
    return DosTime(year << 9 | when.month << 5 | when.day, when.hour << 11 | when.minute << 5 | when.second // 2)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the archive.

    Attributes:
        name: its name, ASCII.
        method: ``STORED`` or ``DEFLATED``.
        crc: CRC-32 of its content.
        packed: bytes that it takes in the archive.
        size: bytes of its content.
        offset: where its local header begins.
        when: time of the bundle.
    """

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    when: DosTime

    def large(self, limit: int = LIMIT) -> bool:
        """Whether its sizes need ZIP64 fields."""
        return self.packed >= limit or self.size >= limit


def local_header(entry: Entry, *, limit: int = LIMIT) -> bytes:
    """Return the record before a file's data."""
    large = entry.large(limit)
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.packed) if large else b""
    sizes = (LIMIT, LIMIT) if large else (entry.packed, entry.size)
    name = entry.name.encode("ascii")
    head = struct.pack(
        "<4s5H3L2H",
        *(LOCAL, 45 if large else 20, 0, entry.method, entry.when.time, entry.when.date),
        *(entry.crc, *sizes, len(name), len(extra)),
    )
    return head + name + extra


def central_record(entry: Entry, *, limit: int = LIMIT) -> bytes:
    """Return a file's record in the directory."""
    large, far = entry.large(limit), entry.offset >= limit
    numbers = ([entry.size, entry.packed] if large else []) + ([entry.offset] if far else [])
    extra = struct.pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers) if numbers else b""
    sizes = (LIMIT, LIMIT) if large else (entry.packed, entry.size)
    name, needed = entry.name.encode("ascii"), 45 if numbers else 20
    head = struct.pack(
        "<4s6H3L5H2L",
        *(CENTRAL, _UNIX | needed, needed, 0, entry.method, entry.when.time, entry.when.date),
        *(entry.crc, *sizes, len(name), len(extra), 0, 0, 0, _MODE, LIMIT if far else entry.offset),
    )
    return head + name + extra


def end_records(entries: Sequence[Entry], start: int, size: int, *, limit: int = LIMIT) -> bytes:
    """Return what stands after the directory.

    Args:
        entries: all files.
        start: where the directory begins.
        size: its bytes.
        limit: from this number on ZIP64 fields are used.
    """
    number = len(entries)
    many, far = number >= _MOST_ENTRIES, start >= limit or size >= limit
    end64 = b""
    if many or far:
        end64 = struct.pack("<4sQ2H2L4Q", _END64, 44, _UNIX | 45, 45, 0, 0, number, number, size, start)
        end64 += struct.pack("<4sLQL", _LOCATOR64, 0, start + size, 1)
    short = _MOST_ENTRIES if many else number
    places = (LIMIT, LIMIT) if far else (size, start)
    return end64 + struct.pack("<4s4H2LH", END, 0, 0, short, short, *places, 0)
