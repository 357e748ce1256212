"""What a transfer cost."""

from __future__ import annotations

import threading

__all__ = ["Tally"]


class Tally:
    """Counts requests and bytes; usable from several threads.

    Attributes:
        requests: sent to a server, redirects and repetitions among them.
        bytes: of bodies received, or read from this machine's disk; those that were thrown away too.
        cached_bytes: taken from the cache instead.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests = 0
        self.bytes = 0
        self.cached_bytes = 0

    def __repr__(self) -> str:
        return f"Tally(requests={self.requests}, bytes={self.bytes}, cached_bytes={self.cached_bytes})"

    def add(self, *, requests: int = 0, bytes_: int = 0, cached: int = 0) -> None:
        """Count some more."""
        with self._lock:
            self.requests += requests
            self.bytes += bytes_
            self.cached_bytes += cached
