"""What goes wrong with a database or a folder, said in wayside's own errors."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from wayside.errors import OutsideError, WaysideError, WorkspaceError

__all__ = ["database_faults", "file_faults"]

_BUSY = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")
_UNWRITABLE = ("readonly database", "unable to open database file", "permission denied")
_DAMAGED = ("file is not a database", "malformed", "database corrupt")
_FULL = ("database or disk is full", "disk i/o error", "no space left")
_REFUSED_CODES = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def database_faults(where: str) -> Iterator[None]:
    """Translate what SQLAlchemy raises inside the block; ``where`` is the workspace or database named in the error."""
    try:
        yield
    except NoSuchModuleError as fault:
        raise WorkspaceError(
            f"no such kind of database ({fault})", where=where, todo="Use a sqlite or postgresql+psycopg URL"
        ) from fault
    except DBAPIError as fault:
        raise _translated(str(fault.orig), where) from fault
    except SQLAlchemyError as fault:
        raise OutsideError(f"the database failed: {_first_line(fault)}", where=where) from fault
    except ModuleNotFoundError as fault:
        raise WorkspaceError(
            f"the driver for this database is not installed ({fault.name})", where=where, todo="Install it with pip"
        ) from fault


def _translated(message: str, where: str) -> WaysideError:
    said = message.lower()
    if any(words in said for words in _BUSY):
        return OutsideError(
            "another wayside is writing to this workspace", where=where, todo="Wait until it is done and run again"
        )
    if any(words in said for words in _UNWRITABLE):
        return WorkspaceError(
            f"the workspace's database cannot be written ({message})",
            where=where,
            todo="Give yourself write permission on the folder and its wayside.db, or work on a copy",
        )
    if any(words in said for words in _DAMAGED):
        return WorkspaceError(
            f"the workspace's database is damaged ({message})", where=where, todo="Restore wayside.db from a copy"
        )
    if any(words in said for words in _FULL):
        return OutsideError(f"the disk failed or is full ({message})", where=where, todo="Make room and run again")
    return OutsideError(f"the database failed: {message.splitlines()[0]}", where=where)


def _first_line(fault: BaseException) -> str:
    lines = str(fault).splitlines()
    return lines[0] if lines else type(fault).__name__


@contextmanager
def file_faults(where: str) -> Iterator[None]:
    """Translate what the file system raises inside the block; ``where`` is the file or folder named in the error."""
    try:
        yield
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as fault:
        raise WorkspaceError(
            f"a file stands where a folder should be, or the other way round ({fault.strerror})",
            where=where,
            todo="Choose another name",
        ) from fault
    except OSError as fault:
        if fault.errno in _REFUSED_CODES:
            raise WorkspaceError(
                f"the folder cannot be written ({fault.strerror})",
                where=where,
                todo="Give yourself write permission or choose another folder",
            ) from fault
        raise OutsideError(f"the disk refused ({fault.strerror})", where=where) from fault
