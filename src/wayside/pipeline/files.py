"""Small files in and out: read with a limit, written by rename."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from wayside.errors import InputError, OutsideError

__all__ = ["read_bytes", "read_text", "write_bytes"]

_LIMIT = 50_000_000


def read_bytes(path: Path, kind: type[InputError], *, limit: int = _LIMIT) -> bytes:
    """Return a file's bytes.

    Args:
        path: the file.
        kind: the error to raise where it cannot be read.
        limit: most bytes that it may have.

    Raises:
        InputError: of that kind: it is not there, is a folder, is too large, or may not be read.
        OutsideError: the disk failed.
    """
    try:
        size = path.stat().st_size
        if size > limit:
            raise kind(f"the file has {size:,} bytes; up to {limit:,} are read", where=str(path))
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise kind("there is no such file", where=str(path)) from fault
    except IsADirectoryError as fault:
        raise kind("this is a folder, not a file", where=str(path)) from fault
    except PermissionError as fault:
        raise kind("the file may not be read", where=str(path), todo="Check its permissions") from fault
    except ValueError as fault:
        raise kind(f"the file cannot be read ({fault})", where=str(path)) from fault
    except OSError as fault:
        raise OutsideError(f"the disk failed ({fault.strerror})", where=str(path)) from fault


def read_text(path: Path, kind: type[InputError], *, limit: int = _LIMIT) -> str:
    """Return a file's text, UTF-8 with or without a byte order mark (raises as ``read_bytes``)."""
    try:
        return read_bytes(path, kind, limit=limit).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise kind("the file is not UTF-8 text", where=str(path), todo="Save it as UTF-8") from fault


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file that appears whole, by rename, or not at all.

    Raises:
        OutsideError: the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise OutsideError(
            f"the file cannot be written ({fault.strerror})", where=str(path), todo="Check the folder's permissions"
        ) from fault
