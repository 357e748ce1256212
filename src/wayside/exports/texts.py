"""Text of strangers in files that other programs open."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TypeVar

from wayside.model.vectors import Field

__all__ = ["clean", "file_name", "guarded", "unguarded"]

_UNFIT = {"Cc", "Cs"}
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_GUARD = "'"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38}[A-Za-z0-9])?")
_Cell = TypeVar("_Cell", bound=Field)


def clean(cell: _Cell) -> _Cell:
    """Return a cell whose text has U+FFFD for each control character and lone surrogate; numbers as they are.

    No format can hold all of them: NUL ends a text in SQLite, surrogates are not UTF-8, and line breaks end rows for
    readers that split lines. Everything else stays, marks of direction included, so that ids can be joined on.
    """
    if not isinstance(cell, str) or (cell.isascii() and cell.isprintable()):
        return cell
    return "".join("\ufffd" if unicodedata.category(c) in _UNFIT else c for c in cell)  # type: ignore[return-value]


def guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    One apostrophe is put before a text that begins, after blanks, with ``=``, ``+``, ``-``, ``@`` or one of their
    full-width forms, or with an apostrophe; so the text comes back by taking one leading apostrophe away.
    """
    return _GUARD + text if text.lstrip().startswith((*_FORMULA, _GUARD)) else text


def unguarded(text: str) -> str:
    """Return the text that was guarded."""
    return text[1:] if text.startswith(_GUARD) else text


def file_name(text: str, *, otherwise: str) -> str:
    """Return a name for a file or folder: the text where it is harmless, else ``otherwise`` with its digest.

    Harmless are up to 40 ASCII letters, digits, hyphens and underscores, the first and last no hyphen.
    """
    if _NAME.fullmatch(text):
        return text
    return f"{otherwise}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
