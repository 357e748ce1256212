"""Documents without a server: what tests of hostile or arbitrary JSON read through."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wayside.errors import AddressRefusedError

__all__ = ["StubFetcher", "StubReply"]


@dataclass(frozen=True)
class StubReply:
    status: int
    body: bytes
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


class StubFetcher:
    """Answers from a table of addresses; refuses addresses that are not in it, and notes what it was asked for."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self._documents = dict(documents)
        self.asked: list[str] = []

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        most_bytes: int | None = None,
    ) -> StubReply:
        return self._reply(url)

    def post_json(
        self, url: str, document: object, *, headers: Mapping[str, str] | None = None, most_bytes: int | None = None
    ) -> StubReply:
        return self._reply(url)

    def shown(self, url: str) -> str:
        return url

    def _reply(self, url: str) -> StubReply:
        self.asked.append(url)
        if url not in self._documents:
            raise AddressRefusedError("may not be reached", where=url)
        held = self._documents[url]
        return StubReply(200, held if isinstance(held, bytes) else json.dumps(held).encode(), url)
