"""The look of an institute's reports, read from its file with the logo beside it."""

from __future__ import annotations

from pathlib import Path

from wayside.errors import InputError
from wayside.pipeline.files import read_bytes, read_text
from wayside.report.house import HouseStyle
from wayside.report.house_file import parse_house

__all__ = ["read_house"]

_LARGEST_LOGO = 2_000_000


def read_house(path: Path) -> HouseStyle:
    """Return the look that a file describes; its logo lies in the file's own folder.

    Raises:
        ConfigError: with every fault in the file.
        InputError, OutsideError: the file or the logo cannot be read.
    """

    def logo(name: str) -> bytes:
        return read_bytes(path.parent / name, InputError, limit=_LARGEST_LOGO)

    return parse_house(read_text(path, InputError), logo=logo, where=str(path))
