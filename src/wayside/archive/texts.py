"""Text of others, made fit for a line of ours."""

from __future__ import annotations

import unicodedata

__all__ = ["one_line"]

_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def one_line(text: str) -> str:
    """Return a text in one line: control characters, line breaks and runs of blanks become one blank each.

    Characters that turn writing round, and halves of surrogate pairs, count among them.
    """
    return " ".join("".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text).split())
