"""Nobody watches."""

from __future__ import annotations

__all__ = ["Silent"]


class Silent:
    """A progress that says nothing."""

    def start(self, what: str, total: int) -> None:
        """Do nothing."""

    def advance(self, label: str = "") -> None:
        """Do nothing."""

    def finish(self) -> None:
        """Do nothing."""
