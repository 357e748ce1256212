"""When an image was taken, from what a user or a file says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from wayside.errors import InputError

__all__ = ["AcquisitionDate", "acquisition_date", "parse_date"]

_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}", re.ASCII)
_TAG = re.compile(r"(\d{4}):(\d{2}):(\d{2})[ T](\d{2}:\d{2}:\d{2})", re.ASCII)
_ISO = re.compile(r"\d{4}-?\d{2}-?\d{2}[T ]\d{2}:?\d{2}(:?\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?(\d{2})?)?", re.ASCII)
_TAGS = ("EXIF_DateTimeOriginal", "EXIF_DateTimeDigitized", "TIFFTAG_DATETIME", "EXIF_DateTime", "DateTime")


class AcquisitionDate(NamedTuple):
    """A time, and what was assumed to get it.

    Attributes:
        time: with time zone, UTC.
        note: what was assumed; empty where nothing was.
    """

    time: datetime
    note: str


def parse_date(text: str, *, where: str = "--date") -> AcquisitionDate:
    """Read "2023-10-05", "2023-10-05T02:11Z", "2023-10-05 11:11:00+09:00" or a TIFF tag's "2023:10:05 02:11:00".

    A day without a time is taken as 12:00 UTC, which lies on that day wherever clocks are 11 hours or less from UTC.
    A time without a zone is taken as UTC. Both are said in the note.

    Raises:
        InputError: no such date.
    """
    stripped = _TAG.sub(r"\1-\2-\3 \4", text.strip())
    todo = "Write it like 2023-10-05 or 2023-10-05T02:11:00Z"
    is_day = _DAY.fullmatch(stripped) is not None
    if not is_day and not _ISO.fullmatch(stripped):
        raise InputError(f"{text.strip()[:40]!r} is not a date", where=where, todo=todo)
    try:
        time = datetime.fromisoformat(stripped)
        if is_day:
            note = f"no time of day is given for {stripped}; 12:00 UTC is assumed"
            return AcquisitionDate(time.replace(hour=12, tzinfo=UTC), note)
        if time.tzinfo is None:
            return AcquisitionDate(time.replace(tzinfo=UTC), f"no time zone is given for {stripped}; UTC is assumed")
        return AcquisitionDate(time.astimezone(UTC), "")
    except (ValueError, OverflowError) as error:
        raise InputError(f"{text.strip()[:40]!r} is not a date ({error})", where=where, todo=todo) from error


def acquisition_date(given: str | None, tags: Mapping[str, str], *, where: str) -> AcquisitionDate:
    """Return the date that the user gives, else the one in the file's tags.

    Args:
        given: the user's text; None where there is none.
        tags: the file's tags; EXIF and TIFF date tags are looked at, in that order.
        where: the file, for messages.

    Raises:
        InputError: no date anywhere, or none that can be read.
    """
    if given is not None:
        return parse_date(given, where=f"{where}: --date")
    for name in _TAGS:
        if name in tags and tags[name].strip():
            found = parse_date(tags[name], where=f"{where}: tag {name}")
            said = f"the date {found.time:%Y-%m-%d %H:%M} is from the file's tag {name}"
            return AcquisitionDate(found.time, f"{said}; {found.note}" if found.note else said)
    raise InputError("the file does not say when it was taken", where=where, todo="Give the date with --date")
