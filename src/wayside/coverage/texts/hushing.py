"""Libraries tell a log or the terminal what they repair in other people's files; that is not the user's to see."""

from __future__ import annotations

import contextlib
import io
import logging

__all__ = ["Sink", "hush", "hushed"]


class Sink(io.TextIOBase):
    """Takes what is written and keeps nothing."""

    def write(self, text: str) -> int:
        """Take a text."""
        return len(text)


def hush(library: str) -> None:
    """Keep a library's log from the terminal where the program has set up no log of its own."""
    log = logging.getLogger(library)
    if not log.handlers:
        log.addHandler(logging.NullHandler())


def hushed() -> contextlib.redirect_stderr[Sink]:
    """Return a context in which nothing reaches the terminal; for a library that writes there past any log."""
    return contextlib.redirect_stderr(Sink())
