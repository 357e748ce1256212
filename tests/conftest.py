"""What every test shares: the network is closed, and real input is optional."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import hypothesis
import pytest

SHARED = Path(os.environ.get("WAYSIDE_SHARED", Path(__file__).parents[2] / "shared"))
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class NetworkBlockedError(RuntimeError):
    """A test tried to leave this machine."""


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and str(address[0]) not in _LOOPBACK:
            raise NetworkBlockedError(f"a test tried to connect to {address!r}")
    elif event == "socket.getaddrinfo" and arguments[0] not in {*_LOOPBACK, None, ""}:
        raise NetworkBlockedError(f"a test tried to look up {arguments[0]!r}")


def pytest_configure() -> None:
    """Close the network for this process; an audit hook cannot be undone by the code under test."""

    sys.addaudithook(_audit)
    # How long an example takes says how busy the machine is, and nothing of the code.
    too_slow = [hypothesis.HealthCheck.too_slow]
    hypothesis.settings.register_profile("wayside", deadline=None, suppress_health_check=too_slow)
    hypothesis.settings.load_profile("wayside")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The real input beside the checkout; skips with a reason where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"real input is not here: {SHARED} (set WAYSIDE_SHARED to its folder)")
    return SHARED
