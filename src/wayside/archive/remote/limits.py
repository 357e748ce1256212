"""How much, how long and how often a transport asks."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.archive.remote.retrying import RetryPolicy
from wayside.model.checks import require, require_finite

__all__ = ["TransportLimits"]

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """Limits of a transport.

    Attributes:
        most_document_bytes: of one JSON document, unpacked.
        most_whole_bytes: of a file from a server that does not answer to ranges, so that it comes whole.
        connect_s: for a connection to be made, seconds.
        read_s: for the next bytes to come, seconds.
        total_s: for one document or one range, repetitions and waits included, seconds.
        whole_s: for a whole file, seconds.
        redirects: followed at most.
        connections: at once, to all hosts together.
        first_bytes: that are read when a file is opened.
        gap_bytes: read in vain to save a request.
        longest_request_bytes: of one range; longer ones are divided.
        memory_bytes: kept of every open file in memory.
        retry: how to ask again.
    """

    most_document_bytes: int = 64 * _MIB
    most_whole_bytes: int = 512 * _MIB
    connect_s: float = 10.0
    read_s: float = 30.0
    total_s: float = 300.0
    whole_s: float = 1800.0
    redirects: int = 5
    connections: int = 8
    first_bytes: int = 32 * 1024
    gap_bytes: int = 16 * 1024
    longest_request_bytes: int = 8 * _MIB
    memory_bytes: int = 128 * _MIB
    retry: RetryPolicy = RetryPolicy()  # noqa: RUF009 - frozen, so it may be shared

    def __post_init__(self) -> None:
        for name in ("connect_s", "read_s", "total_s", "whole_s"):
            value = getattr(self, name)
            require_finite(f"transport limits: {name}", value, low=0, high=7 * 86400)
            require(value > 0, f"transport limits: {name} must be more than 0")
        for name in ("most_document_bytes", "most_whole_bytes", "connections", "first_bytes", "longest_request_bytes"):
            require(getattr(self, name) >= 1, f"transport limits: {name} must be 1 or more")
        for name in ("redirects", "gap_bytes", "memory_bytes"):
            require(getattr(self, name) >= 0, f"transport limits: {name} must be 0 or more")
