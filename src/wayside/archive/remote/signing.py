"""Addresses that a service signs before they can be read, as on Microsoft's Planetary Computer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx

from wayside.archive.remote.addresses import origin, shown
from wayside.errors import SourceError

__all__ = ["Signer", "SigningService"]

_MARGIN = timedelta(minutes=1)
_UNSAID = timedelta(minutes=5)
_MOST_KEPT = 10_000


class Signer(Protocol):
    """Signs addresses of assets; usable from several threads."""

    def sign(self, href: str) -> str:
        """Return the address with its signature, on the same host and path."""
        ...

    def forget(self, href: str) -> None:
        """Sign anew when asked for this address again: its signature was refused."""
        ...


class SigningService:
    """Asks ``sign_url?href=…`` and keeps the answer until a minute before it runs out.

    Args:
        ask: gets the service's answer for an address, as JSON text.
        now: time of day, with its zone.
        source: name of the source, for errors.
    """

    def __init__(self, ask: Callable[[str], bytes], *, now: Callable[[], datetime], source: str) -> None:
        self._ask, self._now, self._source = ask, now, source
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, datetime]] = {}

    def __repr__(self) -> str:
        return f"SigningService(source={self._source!r})"

    def sign(self, href: str) -> str:
        """Return the signed address.

        Raises:
            SourceError: the service does not answer as it should, or signs an address other than the one asked for.
        """
        with self._lock:
            kept = self._kept.get(href)
        if kept is not None and self._now() < kept[1]:
            return kept[0]
        signed, until = self._read(self._ask(href), href)
        with self._lock:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[href] = (signed, until)
        return signed

    def forget(self, href: str) -> None:
        """Sign anew when asked for this address again."""
        with self._lock:
            self._kept.pop(href, None)

    def _read(self, body: bytes, href: str) -> tuple[str, datetime]:
        where = f"source {self._source}: signing service, for {shown(href)}"
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            document = None  # raised below, since the parser's message may quote the answer
        signed = document.get("href") if isinstance(document, dict) else None
        if not isinstance(document, dict) or not isinstance(signed, str):
            raise SourceError("it did not answer with a signed address", where=where)
        if not _is_same_place(href, signed):
            raise SourceError("it answered with the address of another file", where=where)
        return signed, _expiry(document.get("msft:expiry"), self._now())


def _is_same_place(href: str, signed: str) -> bool:
    """Tell whether two addresses differ in their query alone."""
    try:
        a, b = httpx.URL(href), httpx.URL(signed)
    except httpx.InvalidURL:
        return False
    return origin(a) == origin(b) and a.raw_path.partition(b"?")[0] == b.raw_path.partition(b"?")[0] and not b.userinfo


def _expiry(text: object, now: datetime) -> datetime:
    """Return until when to use a signature: a minute before it runs out, or five from now where it does not say."""
    try:
        until = datetime.fromisoformat(text) - _MARGIN if isinstance(text, str) else now + _UNSAID
    except (ValueError, OverflowError):  # services that do not know write the year 1
        until = now + _UNSAID
    return until if until.tzinfo else until.replace(tzinfo=UTC)
