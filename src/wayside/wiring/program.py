"""What this program is on this machine: its name and version, the clock, the counter with its network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from wayside._version import __version__
from wayside.pipeline.counting import FileCounter
from wayside.pipeline.strip_counter import StripCounter
from wayside.wiring.network import PackagedNetwork
from wayside.wiring.pixels import FilePixels

__all__ = ["SOFTWARE", "SystemClock", "image_counter"]

SOFTWARE = f"wayside {__version__}"


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC)


def image_counter() -> FileCounter:
    """Return what counts an image file, with the network of the package."""
    return FileCounter(FilePixels(), StripCounter(PackagedNetwork(), SOFTWARE))
