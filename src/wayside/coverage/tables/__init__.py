"""The words that the rules read, as data: ``tables/<language>/<subject>.toml``; ``tables/all`` where there is none.

To teach the reader a phrase, add it to a table; the code knows none. Each room reads its tables into a frozen value
once (``functools.cache``) and checks them there.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ALL", "languages", "table"]

ALL = "all"


@cache
def table(subject: str, language: str = ALL) -> Mapping[str, Any]:
    """Return one table; an empty one where the language has none on the subject.

    Args:
        subject: name of the file without its ending ("bounds").
        language: ISO 639-1, or ``ALL``.
    """
    path = files(__name__) / language / f"{subject}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


@cache
def languages(subject: str) -> tuple[str, ...]:
    """Return the languages that have a table on a subject, sorted, ``ALL`` left out."""
    folders = (folder for folder in files(__name__).iterdir() if folder.is_dir() and folder.name != ALL)
    return tuple(sorted(folder.name for folder in folders if (folder / f"{subject}.toml").is_file()))
