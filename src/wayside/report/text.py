"""Strings from outside made safe to show: nothing in them can turn or hide the words around them."""

from __future__ import annotations

import re

__all__ = ["clean"]

# Control characters, marks that turn the direction of writing, invisible tags, byte-order marks, halves of pairs.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
    "|[\U000e0000-\U000e0fff]"
)


def clean(text: str) -> str:
    """Return ``text`` with every character that cannot be seen or that turns the text replaced by U+FFFD."""
    return _UNSHOWABLE.sub("\ufffd", text)
