"""A server, and transports to it that never really wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from range_server import RangeServer, seeded

from wayside.archive.remote import RetryPolicy, Transport, TransportLimits
from wayside.model.sources import Authentication, CatalogueSource

LIMITS = TransportLimits(connect_s=2.0, read_s=0.2, total_s=20.0, whole_s=20.0, retry=RetryPolicy(attempts=4))
Maker = Callable[..., Transport]


class Waits(list[float]):
    """Stands for sleep: notes how long, and does not wait."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RangeServer]:
    folder = tmp_path / "served"
    folder.mkdir()
    with RangeServer(folder) as running:
        yield running


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def make(server: RangeServer, waits: Waits) -> Iterator[Maker]:
    """Transports to the server; what is not named is as in ``LIMITS``, and the source is a local one."""
    made: list[Transport] = []

    def maker(
        url: str = "",
        *,
        local: bool = True,
        authentication: Authentication | None = None,
        environ: dict[str, str] | None = None,
        limits: dict[str, Any] | None = None,
        **more: Any,
    ) -> Transport:
        source = CatalogueSource(
            "test", url or server.root, authentication=authentication or Authentication(), local=local
        )
        transport = Transport(
            source,
            environ=environ or {},
            limits=replace(LIMITS, **(limits or {})),
            rng=seeded(7),
            **{"sleep": waits, **more},
        )
        made.append(transport)
        return transport

    yield maker
    for transport in made:
        transport.close()
