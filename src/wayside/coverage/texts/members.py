"""A piece of a file that is a document, or may be one, before it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

__all__ = ["Member", "Members"]


@dataclass(frozen=True, slots=True)
class Member:
    """One piece of a container, or a whole file.

    Attributes:
        data: its bytes, unpacked.
        kind: "html", "text", "pdf", "e-mail text", or None where the bytes must tell.
        part: which part of the file ("record 12"), or None for a whole file.
        charset: encoding that a header declares, or None.
        url: address that it was taken from, or None.
        title: title that the container knows, or None.
        author: sender or author that the container knows, or None.
        published: day that the container vouches for, or None.
        notes: what a reader should know of it.
        problem: why it could not be got; then there is nothing in ``data``.
        skipped: why it is not read though nothing is wrong with it; then there is nothing in ``data``.
    """

    data: bytes
    kind: str | None = None
    part: str | None = None
    charset: str | None = None
    url: str | None = None
    title: str | None = None
    author: str | None = None
    published: date | None = None
    notes: tuple[str, ...] = ()
    problem: str | None = None
    skipped: str | None = None


Members = Iterator[Member]
