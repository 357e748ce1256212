"""Files of a catalogue on this machine, as the same kind of source as files behind HTTP."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Sequence
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from typing import Self

from wayside.archive.hrefs import local_path
from wayside.archive.remote.ranges import clipped
from wayside.archive.remote.tally import Tally
from wayside.errors import AddressRefusedError, SourceError

__all__ = ["LocalFile", "LocalFolder"]


class LocalFolder:
    """The folder of a local catalogue; nothing outside it is read, whatever links say.

    Args:
        catalogue: path or ``file://`` address of the catalogue file or of its folder.

    Raises:
        SourceError: it is not there.
    """

    def __init__(self, catalogue: str) -> None:
        path = _as_path(catalogue)
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            raise SourceError("the catalogue is not there", where=str(path)) from error
        self.root = real if real.is_dir() else real.parent

    def find(self, href: str) -> Path:
        """Return the real path of a file of the catalogue.

        Args:
            href: absolute path, path from the catalogue's folder, or ``file://`` address.

        Raises:
            AddressRefusedError: outside the folder, also by a link, or not a plain file.
            SourceError: there is no such file.
        """
        path = self.root / _as_path(href)
        try:
            real = path.resolve(strict=True)
            mode = real.stat().st_mode
        except (OSError, RuntimeError, ValueError):
            real, mode = None, 0
        if not Path(os.path.normpath(path)).is_relative_to(self.root) and (
            real is None or not real.is_relative_to(self.root)
        ):
            raise self._outside("the file is", path)
        if real is None:
            raise SourceError("there is no such file", where=str(path))
        if not real.is_relative_to(self.root):
            raise self._outside("a link leads", path)
        if not stat.S_ISREG(mode):
            raise AddressRefusedError("it is not a plain file", where=str(path))
        return real

    def _outside(self, what: str, path: Path) -> AddressRefusedError:
        return AddressRefusedError(
            f"{what} outside the catalogue's folder {self.root}",
            where=str(path),
            todo="Move it there, or give a catalogue above both",
        )


class LocalFile:
    """A file on this machine that is read in ranges; usable from several threads.

    Attributes:
        name: its path.
        size: bytes.
        etag: empty.
        last_modified: as HTTP writes it.
        stats: what was read.

    Raises:
        SourceError: it cannot be opened or read.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.etag = ""
        self.stats = Tally()
        self._lock = threading.Lock()
        try:
            self._file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise SourceError(f"cannot be opened ({error.strerror})", where=self.name) from error
        state = os.fstat(self._file)
        self.size = state.st_size
        self.last_modified = formatdate(state.st_mtime, usegmt=True)
        self._is_open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_is_open", False):
            self.close()

    def read(self, start: int, length: int) -> bytes:
        """Return ``length`` bytes from byte ``start``, fewer at the end of the file."""
        spans = clipped([(start, length)], self.size)
        if not spans:
            return b""
        try:
            with self._lock:
                os.lseek(self._file, spans[0].start, os.SEEK_SET)
                data = _read_fully(self._file, spans[0].length)
        except OSError as error:
            raise SourceError(f"cannot be read ({error.strerror})", where=self.name) from error
        if len(data) < spans[0].length:
            raise SourceError("has become shorter while it was read", where=self.name)
        self.stats.add(bytes_=len(data))
        return data

    def fetch(self, ranges: Sequence[tuple[int, int]]) -> None:
        """Do nothing but check the (start, length) ranges: the file is here already."""
        clipped(ranges, self.size)

    def close(self) -> None:
        """Close the file."""
        if self._is_open:
            self._is_open = False
            os.close(self._file)


def _read_fully(file: int, length: int) -> bytes:
    parts = []
    while length:
        part = os.read(file, length)
        if not part:
            break
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _as_path(href: str) -> Path:
    """Return the path that a path or a ``file://`` address names.

    Raises:
        AddressRefusedError: a ``file://`` address of another host, an address of another kind, or no path at all.
    """
    path = local_path(href)
    if path is None or "\0" in str(path):
        raise AddressRefusedError("is not a file of this machine", where=href.replace("\0", "?")[:500])
    return path
