"""Places for files that are not whole yet, and an end to those that a killed program left behind.

A folder is locked by the process that works in it. The lock ends with the process, however that ends, so that a later
one can tell what was abandoned from what another is busy with. Where folders cannot be locked (Windows, some network
disks), what is a day old counts as abandoned.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from wayside.archive.files import disk

__all__ = ["incoming_folder", "remove_abandoned"]

_PREFIX: Final = ".incoming-"
_ABANDONED_S: Final = 86_400.0
_PARTS_S: Final = 3600.0


@contextmanager
def incoming_folder(root: Path) -> Iterator[Path]:
    """Give a new folder inside ``root``, on the same disk; nothing of it stays.

    Raises:
        OutsideError: the disk refuses.
    """
    with disk(root, "no folder can be made there"):
        folder, lock = _made(root)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def remove_abandoned(root: Path) -> None:
    """Remove what killed programs left in ``root``: folders nobody works in, and old parts of documents."""
    with suppress(OSError):
        for path in root.glob(f"{_PREFIX}*"):
            if path.is_dir() and not path.is_symlink():
                _remove_unless_busy(path)
            elif _age_s(path) > _ABANDONED_S:
                path.unlink(missing_ok=True)
        for path in root.glob(".*.part"):
            if _age_s(path) > _PARTS_S:
                path.unlink(missing_ok=True)


def _made(root: Path) -> tuple[Path, int | None]:
    """Return a new folder and its lock; None where it cannot be locked."""
    root.mkdir(parents=True, exist_ok=True)
    while True:
        folder = root / f"{_PREFIX}{uuid.uuid4().hex[:12]}"
        folder.mkdir()
        lock = _locked(folder)
        if folder.is_dir():
            return folder, lock
        # Another process took it for abandoned before it was locked.
        if lock is not None:
            os.close(lock)


def _remove_unless_busy(folder: Path) -> None:
    lock = _locked(folder)
    if lock is not None:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
    elif _age_s(folder) > _ABANDONED_S:
        shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> int | None:
    """Return an open, locked descriptor; None where another has the lock or there are none."""
    if find_spec("fcntl") is None:
        return None
    locks = import_module("fcntl")
    lock = -1
    try:
        lock = os.open(folder, os.O_RDONLY)
        locks.flock(lock, locks.LOCK_EX | locks.LOCK_NB)
    except OSError:
        if lock >= 0:
            os.close(lock)
        return None
    return lock


def _age_s(path: Path) -> float:
    return time.time() - path.lstat().st_mtime
