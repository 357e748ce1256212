"""A file behind HTTP that is read in ranges, several at once, and kept in a cache."""

from __future__ import annotations

import hashlib
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Executor, Future, wait
from contextlib import AbstractContextManager
from typing import IO, Protocol

from wayside.archive.remote.addresses import address_key
from wayside.archive.remote.cache import BlockCache, CachedPiece, KnownFile
from wayside.archive.remote.exchange import Ask, Incoming
from wayside.archive.remote.limits import TransportLimits
from wayside.archive.remote.ranges import ContentRange, Pieces, Span, clipped, content_range, planned
from wayside.archive.remote.retrying import Patience, TransientError
from wayside.archive.remote.tally import Tally
from wayside.errors import SourceError

__all__ = ["Door", "RemoteFile"]

_PIECE = 1 << 20
_MOST_UNSAVED, _MOST_UNSAVED_B = 64, 8 << 20
_SHA256 = "1220"
_GONE = frozenset({404, 410})
_CHANGED = "the file changed while it was read"
_AGAIN = "Fetch the scene again; what was read of the older file is not mixed in"


class Door(Protocol):
    """What a file needs of its transport."""

    limits: TransportLimits

    def shown(self, url: str) -> str:
        """Return an address without secrets."""
        ...

    def answer(self, ask: Ask, tally: Tally) -> AbstractContextManager[Incoming]:
        """Send a request once; TransientError for everything that may pass."""
        ...

    def patience(self, url: str, total_s: float) -> Patience:
        """Return the attempts and the time for one operation."""
        ...

    def workers(self) -> Executor:
        """Return what runs requests at once."""
        ...


class RemoteFile:
    """A file behind HTTP; usable from several threads.

    The first request reads the first bytes, and learns the size and the version of the file. Every later answer is
    checked against both and against what was asked. A server that does not answer to ranges sends the whole file once,
    up to ``most_whole_bytes``.

    Args:
        door: the transport.
        href: absolute address, unsigned.
        cache: keeps what was fetched beyond this file's life; None to keep it in memory alone, as far as it goes.
        size: bytes, where the catalogue says so; another size at the server is an error.
        checksum: multihash where the catalogue gives one; checked where the whole file is read (SHA-256 alone).

    Attributes:
        name: its address, without secrets.
        size: bytes.
        etag: as the server gave it; may be empty.
        last_modified: as the server gave it; may be empty.
        stats: what it cost.

    Raises:
        SourceError: from everything here: not there, changed, or the server does not keep to what it says.
        AddressRefusedError: its address, or one that it redirects to, may not be reached.
    """

    def __init__(
        self, door: Door, href: str, *, cache: BlockCache | None = None, size: int | None = None, checksum: str = ""
    ) -> None:
        self._door, self._href, self._cache = door, href, cache
        self._expected, self._checksum = size, checksum.lower()
        self.name = door.shown(href)
        self.size = 0
        self.etag = ""
        self.last_modified = ""
        self.stats = Tally()
        self._address = address_key(href)
        self._key = ""
        self._pieces = Pieces(door.limits.memory_bytes)
        self._unsaved: list[CachedPiece] = []
        self._unsaved_lock = threading.Lock()
        self._whole: IO[bytes] | None = None
        self._whole_lock = threading.Lock()
        self._patiently(self._begin)

    def __repr__(self) -> str:
        return f"RemoteFile({self.name!r}, size={self.size})"

    def read(self, start: int, length: int) -> bytes:
        """Return ``length`` bytes from byte ``start``, fewer at the end of the file."""
        spans = clipped([(start, length)], self.size)
        if not spans:
            return b""
        data = self._held(spans[0])
        if data is None:
            self.fetch([(start, length)])
            data = self._held(spans[0])
        if data is None:  # a cache and a memory that are too small for this range have lost it already
            data = self._got(spans[0])
            self._save()
        return data

    def fetch(self, ranges: Sequence[tuple[int, int]]) -> None:
        """Get (start, length) ranges into the cache, several requests at once; what is there already is not asked for.

        Raises:
            SourceError: one failed; what the others got is kept.
        """
        if self._whole is not None:
            return
        missing = self._pieces.missing(clipped(ranges, self.size))
        missing = self._recalled(planned(missing, gap=0, longest=self.size))
        requests = planned(missing, gap=self._door.limits.gap_bytes, longest=self._door.limits.longest_request_bytes)
        try:
            if len(requests) == 1:
                self._got(requests[0])
            elif requests:
                self._got_at_once(requests)
        finally:
            self._save()

    def close(self) -> None:
        """Forget what is in memory; the transport stays open."""
        self._pieces = Pieces(self._door.limits.memory_bytes)
        if self._whole is not None:
            self._whole.close()

    # ------------------------------------------------------------------ what is there

    def _held(self, span: Span) -> bytes | None:
        if self._whole is None:
            return self._pieces.cut(span)
        with self._whole_lock:
            self._whole.seek(span.start)
            return self._whole.read(span.length)

    def _recalled(self, missing: list[Span]) -> list[Span]:
        """Take what the cache has into memory, and return what it has not."""
        if self._cache is None or not self._key or not missing:
            return missing
        for piece in self._cache.get(self._key, missing):
            self._pieces.add(piece.start, piece.data)
            self.stats.add(cached=len(piece.data))
        return self._pieces.missing(missing)

    def _keep(self, start: int, data: bytes) -> None:
        self._pieces.add(start, data)
        if self._cache is None or not self._key or not data:
            return
        with self._unsaved_lock:
            self._unsaved.append(CachedPiece(start, data))
            is_enough = (
                len(self._unsaved) >= _MOST_UNSAVED or sum(len(p.data) for p in self._unsaved) >= _MOST_UNSAVED_B
            )
        if is_enough:
            self._save()

    def _save(self) -> None:
        """Put what was fetched into the cache, many pieces at once, which is faster than one by one."""
        with self._unsaved_lock:
            unsaved, self._unsaved = self._unsaved, []
        if self._cache is not None and unsaved:
            self._cache.put_all(self._key, unsaved)

    # ------------------------------------------------------------------ requests

    def _patiently(self, once: Callable[[Patience], None]) -> None:
        patience = self._door.patience(self._href, self._door.limits.total_s)
        patience.until_it_passes(lambda: once(patience))

    def _got_at_once(self, requests: Sequence[Span]) -> None:
        workers = self._door.workers()
        futures: list[Future[bytes]] = []
        try:
            futures = [workers.submit(self._got, span) for span in requests]
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            for future in futures:
                future.cancel()
            wait(futures)
        for future in futures:
            if not future.cancelled():
                future.result()

    def _got(self, span: Span) -> bytes:
        """Get a range, going on from where an answer was cut off."""
        held = bytearray()

        def once(patience: Patience) -> None:
            rest = Span(span.start + len(held), span.stop)
            for piece in self._arriving(rest, patience):
                held.extend(piece)
            if len(held) < span.length:
                raise TransientError("it sent fewer bytes than asked for")

        try:
            self._patiently(once)
        finally:
            self._keep(span.start, bytes(held))
        return bytes(held)

    def _ask(self, span: Span, deadline: float, **headers: str) -> Ask:
        ranged = {"Range": f"bytes={span.start}-{span.stop - 1}", "Accept-Encoding": "identity", **headers}
        return Ask(self._href, deadline, headers=ranged, is_asset=True)

    def _arriving(self, span: Span, patience: Patience) -> Iterator[bytes]:
        """Yield the bytes of a span, as far as one answer brings them, each answer checked before its first byte."""
        is_strong = self.etag.startswith('"')
        ask = self._ask(span, patience.deadline, **({"If-Match": self.etag} if is_strong else {}))
        with self._door.answer(ask, self.stats) as incoming:
            if incoming.status == 200 and not self._has_changed(incoming):
                self._take_whole(incoming, patience)
                yield self._held(span) or b""
                return
            if incoming.status in {200, 412, 416} or (incoming.status == 206 and self._has_changed(incoming)):
                raise self._error(_CHANGED, _AGAIN)
            sent = self._checked(incoming, span)
            if sent.total not in {None, self.size}:
                raise self._error(_CHANGED, _AGAIN)
            yield from self._counted(incoming, sent.span.length)

    def _has_changed(self, incoming: Incoming) -> bool:
        etag = incoming.headers.get("ETag", "")
        modified = incoming.headers.get("Last-Modified", "")
        declared = incoming.declared_length() if incoming.status == 200 else None
        return (
            bool(etag and self.etag and etag != self.etag)
            or bool(modified and self.last_modified and modified != self.last_modified)
            or declared not in {None, self.size}
        )

    def _checked(self, incoming: Incoming, asked: Span) -> ContentRange:
        """Return what an answer with 206 holds, if it is what was asked for."""
        self._require_status(incoming, 206)
        said = content_range(incoming.headers.get("Content-Range"))
        if said is None:
            raise self._error("the server does not say which range it sends")
        if said.span.start != asked.start or said.span.stop > asked.stop:
            raise self._error(
                f"the server sends bytes {said.span.start} to {said.span.stop - 1} "
                f"though asked for {asked.start} to {asked.stop - 1}"
            )
        if incoming.declared_length() not in {None, said.span.length}:
            raise self._error("the server contradicts itself about how many bytes it sends")
        return said

    def _require_status(self, incoming: Incoming, wanted: int) -> None:
        if incoming.status in _GONE:
            raise self._error(f"it is not there ({incoming.status})", "The catalogue names a file that is gone")
        if incoming.status != wanted:
            raise self._error(f"the server answers {incoming.status}")
        if incoming.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
            raise self._error("the server packs what it sends, though asked not to")

    def _counted(self, incoming: Incoming, length: int) -> Iterator[bytes]:
        for piece in incoming.raw():
            length -= len(piece)
            if length < 0:
                raise self._error("the server sends more bytes than it says")
            yield piece

    # ------------------------------------------------------------------ the beginning

    def _begin(self, patience: Patience) -> None:
        """Learn size and version, and read the first bytes; ask only whether it changed if the cache knows it."""
        known = None if self._cache is None else self._cache.known(self._address)
        conditions = {}
        if known is not None and known.etag:
            conditions["If-None-Match"] = known.etag
        elif known is not None and known.modified:
            conditions["If-Modified-Since"] = known.modified
        first = Span(0, self._door.limits.first_bytes)
        with self._door.answer(self._ask(first, patience.deadline, **conditions), self.stats) as incoming:
            if incoming.status == 304 and known is not None and conditions:
                self._learn(known)
                return
            if incoming.status == 416 and (incoming.headers.get("Content-Range") or "").endswith("*/0"):
                raise self._error("the file is empty")
            etag, modified = incoming.headers.get("ETag", ""), incoming.headers.get("Last-Modified", "")
            if incoming.status == 200:
                self._learn(KnownFile(incoming.declared_length() or self._expected or 0, etag, modified), is_sure=False)
                self._take_whole(incoming, patience)
                return
            sent = self._checked(incoming, first)
            total = self._expected if sent.total is None else sent.total
            if total is None:
                raise self._error("the server does not say how large the file is")
            self._learn(KnownFile(total, etag, modified))
            self._remember()
            self._take_first(incoming, sent.span.length)

    def _take_first(self, incoming: Incoming, length: int) -> None:
        held = bytearray()
        try:
            for piece in self._counted(incoming, length):
                held.extend(piece)
        except TransientError as fault:
            if not held:
                raise TransientError(fault.reason) from None
        self._keep(0, bytes(held))
        self._save()

    def _learn(self, known: KnownFile, *, is_sure: bool = True) -> None:
        if is_sure and self._expected is not None and known.size != self._expected:
            raise self._error(
                f"the catalogue says {self._expected:,} bytes, the server {known.size:,}",
                "It is not the file that the catalogue describes; tell the provider",
            )
        self.size, self.etag, self.last_modified = known
        # Without a version nothing could tell an older file's bytes from this one's, so nothing is kept.
        if known.etag or known.modified:
            text = "\n".join((self._address, str(known.size), known.etag, known.modified, self._checksum))
            self._key = hashlib.sha256(text.encode()).hexdigest()

    def _remember(self) -> None:
        if self._cache is not None and self._key:
            self._cache.remember(self._address, KnownFile(self.size, self.etag, self.last_modified))

    def _take_whole(self, incoming: Incoming, patience: Patience) -> None:
        """Keep the whole file, since the server does not answer to ranges."""
        self._require_status(incoming, 200)
        patience.put_off(self._door.limits.whole_s)
        incoming.put_off(patience.deadline)
        folder = None if self._cache is None else self._cache.folder
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it lives as long as this object
        weakref.finalize(self, file.close)
        digest = hashlib.sha256()
        size = 0
        for piece in incoming.body(self._door.limits.most_whole_bytes):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
        if size == 0:
            raise self._error("the file is empty")
        if self._expected is None and self.size not in {0, size}:
            raise self._error(_CHANGED, _AGAIN)
        if self._checksum.startswith(_SHA256) and self._checksum != _SHA256 + digest.hexdigest():
            raise self._error("the file is not the one whose checksum the catalogue gives", "Tell the provider")
        self._learn(KnownFile(size, self.etag, self.last_modified))
        self._remember()
        self._whole = file
        self._share_whole(file)

    def _share_whole(self, file: IO[bytes]) -> None:
        if self._cache is None or not self._key:
            return
        file.seek(0)
        starts = range(0, self.size, _PIECE)
        self._cache.put_all(self._key, (CachedPiece(start, file.read(_PIECE)) for start in starts))

    def _error(self, what: str, todo: str = "") -> SourceError:
        return SourceError(what, where=self.name, todo=todo)
