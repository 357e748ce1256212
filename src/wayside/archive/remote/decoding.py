"""Unpacking of compressed answers, counted as they grow."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator

from wayside.archive.remote.retrying import TransientError
from wayside.errors import SourceError

__all__ = ["Unpacker"]

_LOG = logging.getLogger(__name__)
_PIECE = 1 << 18
_ZLIB, _GZIP = 15, 31  # zlib's window bits
_WINDOW = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": _ZLIB}


class Unpacker:
    """Unpacks one body.

    Args:
        encoding: Content-Encoding; empty or "identity" for none.
        most: bytes that the unpacked body may have.
        where: shown address, for errors.

    Raises:
        SourceError: packed in a way that was not asked for.
    """

    def __init__(self, encoding: str, *, most: int, where: str) -> None:
        name = encoding.strip().lower()
        if name not in {"", "identity", *_WINDOW}:
            raise SourceError(f"the answer is packed as {name[:40]!r}, which was not asked for", where=where)
        self._window = _WINDOW.get(name)
        self._most, self._where = most, where
        self._made = self._taken = 0
        self._unpack = None if self._window is None else zlib.decompressobj(self._window)
        self._head = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what comes out for what came in, in pieces of 256 KiB at most.

        Raises:
            SourceError: more than allowed, or not what it says it is.
        """
        self._taken += len(data)
        if self._taken > self._most:
            raise self._too_much()
        if self._unpack is None:
            self._made += len(data)
            yield data
            return
        if self._window == _ZLIB and len(self._head) < 2:
            data = self._begun(data)
        while data:
            piece, data = self._step(data)
            self._made += len(piece)
            if self._made > self._most:
                raise self._too_much()
            if piece:
                yield piece

    def _begun(self, data: bytes) -> bytes:
        """Wait for two bytes, which tell whether "deflate" comes without zlib's header, as from some servers."""
        data = self._head + data
        self._head = data[:2]
        if len(data) < 2:
            return b""
        if data[0] & 15 != 8 or int.from_bytes(data[:2]) % 31:
            self._unpack = zlib.decompressobj(-_ZLIB)
        return data

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        unpack = self._unpack
        if unpack is None:
            return data, b""
        piece = None
        try:
            piece = unpack.decompress(data, _PIECE)
        except zlib.error:
            _LOG.debug("not packed as it says: %s", self._where)
        if piece is None:
            raise SourceError("the answer is not packed as it says", where=self._where)
        rest = unpack.unconsumed_tail
        if unpack.eof:
            rest = unpack.unused_data
            if rest and self._window == _GZIP:  # a file of several members
                self._unpack = zlib.decompressobj(_GZIP)
            else:
                rest = b""
        return piece, rest

    def finish(self) -> bytes:
        """Return what is still inside when all has come in.

        Raises:
            TransientError: the packed body ended early.
            SourceError: more than allowed.
        """
        if self._unpack is None or not self._taken:
            return b""
        rest = self._unpack.flush()
        self._made += len(rest)
        if self._made > self._most:
            raise self._too_much()
        if not self._unpack.eof:
            raise TransientError("the packed answer ended early")
        return rest

    def _too_much(self) -> SourceError:
        return SourceError(f"the answer is larger than the {self._most:,} bytes allowed", where=self._where)
