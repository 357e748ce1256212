"""A source that keeps its file in memory, counts what is asked of it, and refuses to read what was not fetched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from wayside.errors import SourceError

__all__ = ["CountingSource", "FailingSource"]


class CountingSource:
    """Attributes: ``calls`` the ranges of every fetch, ``touched`` True for every byte that was fetched."""

    def __init__(self, data: bytes | Path, name: str = "") -> None:
        self.data = data.read_bytes() if isinstance(data, Path) else data
        self.name = name or (data.name if isinstance(data, Path) else "remote.tif")
        self.size = len(self.data)
        self.calls: list[list[tuple[int, int]]] = []
        self.touched = np.zeros(self.size, np.bool_)

    def read(self, start: int, length: int) -> bytes:
        assert 0 <= start <= start + length <= self.size
        assert self.touched[start : start + length].all(), f"{length} bytes from {start} were not fetched before"
        return self.data[start : start + length]

    def fetch(self, ranges: Sequence[tuple[int, int]]) -> None:
        self.calls.append(list(ranges))
        for start, length in ranges:
            assert length > 0
            assert 0 <= start < start + length <= self.size
            self.touched[start : start + length] = True

    @property
    def ranges(self) -> int:
        """Contiguous ranges that were asked for."""
        return sum(map(len, self.calls))

    @property
    def fetched(self) -> int:
        """Bytes that were asked for."""
        return sum(length for call in self.calls for _, length in call)


class FailingSource(CountingSource):
    """Fails at the fetch of a number, from 0, or gives fewer bytes than asked for."""

    def __init__(self, data: bytes | Path, *, at: int = 10**9, short: bool = False) -> None:
        super().__init__(data)
        self.error = SourceError("the server went away", where=self.name, todo="Try again")
        self._at, self._short = at, short

    def fetch(self, ranges: Sequence[tuple[int, int]]) -> None:
        if len(self.calls) == self._at:
            raise self.error
        super().fetch(ranges)

    def read(self, start: int, length: int) -> bytes:
        data = super().read(start, length)
        return data[:-1] if self._short and start > 40_000 else data
