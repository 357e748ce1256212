"""Servers, and transports to them that never really wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from provider_items import SITE, ring
from range_server import RangeServer
from stac_service import Quirks, StacService

from wayside.archive.remote import RetryPolicy, Transport, TransportLimits
from wayside.archive.search import Limits, Outcome, search_source
from wayside.model.places import MapPoint
from wayside.model.sources import CatalogueSource, SceneQuery

OUTLINE = tuple(MapPoint(x, y) for x, y in ring(*SITE))
START, END = datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 12, 31, tzinfo=UTC)
PATIENCE = TransportLimits(retry=RetryPolicy(attempts=2, base_s=0.0, cap_s=0.0))

Look = Callable[..., Outcome]


def no_wait(seconds: float) -> None:
    del seconds


@pytest.fixture(scope="session")
def server() -> Iterator[RangeServer]:
    with RangeServer() as running:
        yield running


@pytest.fixture
def query() -> SceneQuery:
    return SceneQuery(OUTLINE, START, END)


@pytest.fixture
def look() -> Look:
    """Search an address, as a local source if not told otherwise, through the real transport."""

    def searching(url: str, *, limits: Limits | None = None, local: bool = True, **changes: Any) -> Outcome:
        asked = {k: changes.pop(k) for k in ("outline", "start", "end") if k in changes}
        source = CatalogueSource("source", url, local=local, **changes)
        query = SceneQuery(**{"outline": OUTLINE, "start": START, "end": END, **asked})
        with Transport(source, environ={}, limits=PATIENCE, sleep=no_wait) as transport:
            return search_source(source, query, transport, limits=limits)

    return searching


@pytest.fixture
def mounted(server: RangeServer) -> Callable[..., StacService]:
    """Mount a service, in place of the one before."""

    def mount(items: list[dict[str, Any]], quirks: Quirks | None = None, **more: Any) -> StacService:
        service = StacService(items, quirks, **more)
        service.root = server.mount("/stac", service)
        return service

    return mount
