"""Pages out of web archives: WARC records, and WACZ packages of them.

Nothing is written to disk and no name in an archive is used as a path. Every member is unpacked only up to a bound,
and so are all together; a bad record is reported and the next one looked for.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wayside.coverage.texts.hushing import hush, hushed
from wayside.coverage.texts.limits import MAX_MEMBER_BYTES, MAX_MEMBERS, MAX_UNPACKED_BYTES
from wayside.coverage.texts.members import Member, Members
from wayside.errors import TextError

if TYPE_CHECKING:
    from collections.abc import Generator

    from warcio.recordloader import ArcWarcRecord

__all__ = ["gunzip", "holds_warc", "wacz_members", "warc_members"]

_READ: Final = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text", "application/pdf": "pdf"}
_CHARSET: Final = re.compile(r"charset\s{0,4}=\s{0,4}[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_NEXT_PLAIN: Final = b"\r\n\r\nWARC/1"
_NEXT_GZIP: Final = b"\x1f\x8b\x08"
_MOST_RESTARTS: Final = 200
_HEAD: Final = 64
_CHUNK: Final = 256 * 1024
_WACZ_MEMBER: Final = 512 * 2**20
_LOADING_ERRORS: Final = (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError, RecursionError)
_UNPACKING_ERRORS: Final = (zlib.error, EOFError, OSError, lzma.LZMAError)


@dataclass(slots=True)
class _Budget:
    """What may still be unpacked, and what has been seen."""

    left: int = MAX_UNPACKED_BYTES
    records: int = 0
    restarts: int = 0
    seen: set[bytes] = field(default_factory=set)


def gunzip(data: bytes, name: str, limit: int) -> bytes:
    """Unpack a gzip file of one document, up to a bound; a truncated one gives what is there.

    Raises:
        TextError: not gzip, or more than ``limit`` bytes.
    """
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(data, limit + 1)
    except zlib.error as error:
        raise TextError("damaged gzip", where=name, todo="Get the file again") from error
    if len(found) > limit:
        what = f"unpacks to more than {limit // 2**20} MiB"
        raise TextError(what, where=name, todo="Unpack it and give the articles one by one")
    return found


def holds_warc(data: bytes) -> bool:
    """Return whether a gzip file holds WARC records."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data[:4096], 16).lstrip(b"\r\n").startswith(b"WARC/")
    except zlib.error:
        return False


def warc_members(data: bytes, name: str, pages: frozenset[str] | None = None, budget: _Budget | None = None) -> Members:
    """Yield the pages of a WARC file, packed or not.

    Args:
        data: the file.
        name: for the names of parts.
        pages: addresses of the pages that a person looked at, where the package tells; others are left out.
        budget: what may still be unpacked; shared by the WARCs of one package.

    Yields:
        Members in order; one with a ``problem`` for a record that cannot be read, one that is ``skipped`` for
        redirects, errors and repetitions.
    """
    if not _begins_as_warc(data):
        yield Member(b"", part=_part(name, 1), problem="not a web archive: it does not begin with a WARC record")
        return
    budget = budget or _Budget()
    start = 0
    while start >= 0:
        stopped = yield from _records(data, start, name, pages, budget)
        if stopped is None:
            return
        budget.restarts += 1
        if budget.restarts > _MOST_RESTARTS:
            yield Member(
                b"", part=_part(name, budget.records), problem="too many damaged records; the rest was not read"
            )
            return
        start = _next_record(data, stopped)


def _begins_as_warc(data: bytes) -> bool:
    """Look at the beginning, so that a file of something else is not searched for line ends."""
    return data.startswith(_NEXT_GZIP[:2]) or data[:_HEAD].lstrip().startswith((b"WARC/", b"ARC/", b"filedesc:"))


def _part(name: str, record: int) -> str:
    return f"{name} record {record}" if name else f"record {record}"


def _next_record(data: bytes, after: int) -> int:
    """Return where the next record may begin after a damaged one, or -1."""
    packed = data[:2] == _NEXT_GZIP[:2]
    found = data.find(_NEXT_GZIP if packed else _NEXT_PLAIN, after + 1)
    return found if packed or found < 0 else found + 4


def _records(
    data: bytes, start: int, name: str, pages: frozenset[str] | None, budget: _Budget
) -> Generator[Member, None, int | None]:
    """Yield the members from a place on; return where a damaged record stands, or None at the end."""
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - only web archives need it
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415
    from warcio.statusandheaders import StatusAndHeadersParserException  # noqa: PLC0415

    errors = (ArchiveLoadFailed, StatusAndHeadersParserException, *_LOADING_ERRORS, *_UNPACKING_ERRORS)
    hush("warcio")
    stream = io.BytesIO(data)
    stream.seek(start)
    records = ArchiveIterator(stream)
    while True:
        place = max(start, int(records.offset))
        try:
            budget.records += 1
            with hushed():
                record = next(records, None)
            if record is None:
                return None
            if budget.records > MAX_MEMBERS:
                yield Member(b"", part=_part(name, budget.records), problem="too many records; the rest was not read")
                return None
            _check_length(record)
            member = _member(record, _part(name, budget.records), pages, budget)
            if member is not None:
                yield member
            if not _drain(record, budget):
                yield Member(b"", part=_part(name, budget.records), problem=_too_much())
                return None
        except errors as error:
            yield Member(b"", part=_part(name, budget.records), problem=f"damaged record: {_short(error)}")
            return max(place, int(records.offset))


def _check_length(record: ArcWarcRecord) -> None:
    """Refuse a record that does not say how long it is: it would swallow all that follow."""
    written = record.rec_headers.get_header("Content-Length") if record.rec_headers is not None else None
    if written is None or not written.strip().isdecimal():
        raise ValueError("a record without a length")


def _too_much() -> str:
    return f"the archive unpacks to more than {MAX_UNPACKED_BYTES // 2**30} GiB; the rest was not read"


def _short(error: BaseException) -> str:
    said = " ".join(str(error).split())[:120]
    return said or type(error).__name__


def _drain(record: ArcWarcRecord, budget: _Budget) -> bool:
    """Read the rest of a record away, counted; whether there is anything left to spend."""
    while chunk := record.raw_stream.read(_CHUNK):
        budget.left -= len(chunk)
        if budget.left < 0:
            return False
    return True


def _member(record: ArcWarcRecord, part: str, pages: frozenset[str] | None, budget: _Budget) -> Member | None:
    headers = record.rec_headers
    url = headers.get_header("WARC-Target-URI") if headers is not None else None
    if record.rec_type == "revisit" and _wanted(url, pages):
        return Member(b"", part=part, url=url, skipped="a revisit: the page itself is in an earlier record or archive")
    if record.rec_type == "resource":
        return _content(record, part, url, record.content_type or "", budget) if _wanted(url, pages) else None
    if record.rec_type != "response" or record.http_headers is None or not _wanted(url, pages):
        return None
    media = record.http_headers.get_header("Content-Type") or ""
    status = str(record.http_headers.get_statuscode())
    if status.startswith("3"):
        target = record.http_headers.get_header("Location") or "another address"
        return Member(b"", part=part, url=url, skipped=f"HTTP {status}, a redirect to {target[:200]}")
    if status != "200" and _READ.get(_media(media)):
        return Member(b"", part=part, url=url, skipped=f"HTTP {status}, not a page that was delivered")
    return _content(record, part, url, media, budget) if status == "200" else None


def _wanted(url: str | None, pages: frozenset[str] | None) -> bool:
    if url is not None and url.rstrip("/").endswith("/robots.txt"):
        return False
    return pages is None or (url is not None and _key(url) in pages)


def _key(url: str) -> str:
    return url.split("#", maxsplit=1)[0].rstrip("/")


def _media(value: str) -> str:
    return value.split(";", maxsplit=1)[0].strip().lower()


def _content(record: ArcWarcRecord, part: str, url: str | None, media: str, budget: _Budget) -> Member | None:
    kind = _READ.get(_media(media))
    if kind is None:
        return None
    # Chunked transfer and content encodings are undone here, never beyond the bound.
    with hushed():
        data = record.content_stream().read(MAX_MEMBER_BYTES + 1)
    budget.left -= len(data)
    if len(data) > MAX_MEMBER_BYTES:
        return Member(b"", part=part, url=url, problem=f"larger than {MAX_MEMBER_BYTES // 2**20} MiB, not read")
    digest = hashlib.sha256(data).digest()
    if digest in budget.seen:
        return Member(b"", part=part, url=url, skipped="the same page, byte for byte, as an earlier record")
    budget.seen.add(digest)
    charset = _CHARSET.search(media)
    taken = record.rec_headers.get_header("WARC-Date") if record.rec_headers is not None else None
    notes = (f"archived on {taken[:10]}",) if taken else ()
    return Member(data, kind=kind, part=part, charset=charset.group(1) if charset else None, url=url, notes=notes)


def wacz_members(data: bytes, name: str) -> Members:
    """Yield the pages of a WACZ package: the WARCs in it, and of them the pages that its list names.

    Raises:
        TextError: not a zip file, or one without web archives in it.
    """
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise TextError("a package of too many files", where=name)
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise TextError("a damaged zip file", where=name, todo="Get the package again") from error
    entries = package.infolist()
    warcs = [one for one in entries if re.search(r"\.warc(?:\.gz)?$", one.filename, re.IGNORECASE)]
    if not warcs:
        todo = "Give a WACZ package, or the articles as HTML, text or PDF"
        raise TextError("a zip file without web archives in it", where=name, todo=todo)
    budget = _Budget()
    pages = _page_list(package, entries)
    for entry in warcs:
        if _is_trick(entry.filename):
            yield Member(b"", part=_shown(entry.filename), problem="a name that leads out of the package; not read")
            continue
        unpacked = _unpacked(package, entry, min(_WACZ_MEMBER, budget.left))
        if isinstance(unpacked, str):
            yield Member(b"", part=_shown(entry.filename), problem=unpacked)
            continue
        budget.left -= len(unpacked)
        yield from warc_members(unpacked, _shown(entry.filename), pages, budget)


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name)[-80:]


def _is_trick(name: str) -> bool:
    steps = re.split(r"[/\\]", name)
    return ".." in steps or name.startswith(("/", "\\")) or ":" in steps[0]


def _unpacked(package: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes | str:
    """Return the bytes of an entry, or why there are none."""
    try:
        with package.open(entry) as stream:
            found = stream.read(limit + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, *_UNPACKING_ERRORS) as error:
        return f"cannot be unpacked: {_short(error)}"
    return found if len(found) <= limit else f"unpacks to more than {limit // 2**20} MiB, not read"


def _page_list(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> frozenset[str] | None:
    """Return the addresses in pages/*.jsonl; None where the package has no list, so that every page counts."""
    found: set[str] = set()
    for entry in entries:
        if not re.fullmatch(r"pages/(?:pages|extraPages)\.jsonl", entry.filename):
            continue
        content = _unpacked(package, entry, MAX_MEMBER_BYTES)
        lines = content.splitlines() if isinstance(content, bytes) else []
        for line in lines[:MAX_MEMBERS]:
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                continue
            url = row.get("url") if isinstance(row, dict) else None
            if isinstance(url, str):
                found.add(_key(url))
    return frozenset(found) or None
