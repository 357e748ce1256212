"""Reading and writing of the archive's files, with the disk's refusals in our words."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wayside.errors import InputError, OutsideError

__all__ = ["disk", "read_text", "sha256_multihash", "write_json"]

_SHA2_256 = "1220"
_PIECE = 1 << 20


@contextmanager
def disk(path: Path, doing: str) -> Iterator[None]:
    """Turn an ``OSError`` of the body into ``InputError`` (no such file) or ``OutsideError`` about ``path``."""
    try:
        yield
    except FileNotFoundError as error:
        raise InputError("there is no such file", where=str(path), todo="Check the name") from error
    except IsADirectoryError as error:
        raise InputError("this is a folder, not a file", where=str(path), todo="Check the name") from error
    except OSError as error:
        raise OutsideError(
            f"{doing} ({error.strerror or error})", where=str(path), todo="See to the disk and its rights"
        ) from error


def sha256_multihash(path: Path) -> str:
    """Return a file's checksum as STAC writes it: "1220" (sha2-256, 32 bytes) and 64 hexadecimal digits.

    Raises:
        InputError: no such file.
        OutsideError: the disk refuses.
    """
    digest = hashlib.sha256()
    with disk(path, "the file cannot be read"), path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return _SHA2_256 + digest.hexdigest()


def read_text(path: Path) -> str:
    """Return a file's text as UTF-8, a byte order mark left out.

    Raises:
        InputError: no such file, or not text.
        OutsideError: the disk refuses.
    """
    with disk(path, "the file cannot be read"):
        data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("the file is not UTF-8 text", where=str(path), todo="Save it as UTF-8") from error


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write an object as JSON; the file appears by rename when it is whole.

    Raises:
        OutsideError: the disk refuses.
    """
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    with disk(path, "the file cannot be written"):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
