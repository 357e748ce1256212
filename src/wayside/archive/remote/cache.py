"""Bytes that have been fetched before: a folder of files named by their digest, with an index and a size limit.

    FOLDER/index.sqlite       which bytes of which file are in which blob, and what was last known of each address
    FOLDER/blobs/ab/abcd…     the bytes, named by the SHA-256 of what they hold

Several threads and processes may use one folder. A blob appears by rename and is entered afterwards, so a process that
is killed leaves at most a file that nobody knows of, which a later start removes. What is read is checked against its
name; a damaged blob is dropped and fetched again. No address is stored, only digests of addresses.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from wayside.archive.remote.ranges import Span
from wayside.errors import OutsideError
from wayside.model.checks import require

__all__ = ["BlockCache", "CachedPiece", "KnownFile"]

_VERSION = 1
_ORPHAN_AGE_S = 3600.0
_FILL = 0.9
_FORGET_OLD = "DELETE FROM known WHERE address IN (SELECT address FROM known ORDER BY used DESC LIMIT -1 OFFSET 100000)"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS known (
    address TEXT PRIMARY KEY, size INTEGER NOT NULL, etag TEXT NOT NULL, modified TEXT NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blobs (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS blobs_used ON blobs (used);
CREATE TABLE IF NOT EXISTS pieces (
    file TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (file, start, stop)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pieces_digest ON pieces (digest);
CREATE TABLE IF NOT EXISTS held (one INTEGER PRIMARY KEY CHECK (one = 1), bytes INTEGER NOT NULL);
INSERT OR IGNORE INTO held VALUES (1, 0);
CREATE TRIGGER IF NOT EXISTS blob_added AFTER INSERT ON blobs BEGIN UPDATE held SET bytes = bytes + new.size; END;
CREATE TRIGGER IF NOT EXISTS blob_gone AFTER DELETE ON blobs BEGIN
    UPDATE held SET bytes = bytes - old.size;
    DELETE FROM pieces WHERE digest = old.digest;
END;
"""


class KnownFile(NamedTuple):
    """What was last known of the file at an address.

    Attributes:
        size: bytes.
        etag: as the server gave it; may be empty.
        modified: Last-Modified as the server gave it; may be empty.
    """

    size: int
    etag: str
    modified: str


class CachedPiece(NamedTuple):
    """Bytes of a file, from ``start`` on."""

    start: int
    data: bytes


class BlockCache:
    """Keeps bytes of files; see the module.

    Args:
        folder: made if it is not there.
        most_bytes: that the blobs may take together; the least recently used go first.
        clock: nanoseconds of the day's time, which order the uses.

    Raises:
        OutsideError: here and from every method, where the folder cannot be used.
    """

    def __init__(self, folder: Path, *, most_bytes: int, clock: Callable[[], int] = time.time_ns) -> None:
        require(most_bytes >= 1, "the cache's limit is at least one byte")
        self.folder = Path(folder)
        self.most_bytes = most_bytes
        self._clock = clock
        self._index = self.folder / "index.sqlite"
        self._blobs = self.folder / "blobs"
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._db_process = 0
        with self._outside():
            self._blobs.mkdir(parents=True, exist_ok=True)
        self._prepare()
        self._sweep()

    def __repr__(self) -> str:
        return f"BlockCache({str(self.folder)!r}, most_bytes={self.most_bytes})"

    def close(self) -> None:
        """Close the index; it is opened again when it is needed."""
        with self._lock:
            db, self._db = self._db, None
            if db is not None:
                _close_own(db, self._db_process)

    @property
    def held_bytes(self) -> int:
        """Bytes of all blobs."""
        with self._reading() as db:
            return int(db.execute("SELECT bytes FROM held").fetchone()[0])

    def known(self, address: str) -> KnownFile | None:
        """Return what was last known of an address (its digest, as all addresses here)."""
        with self._reading() as db:
            row = db.execute("SELECT size, etag, modified FROM known WHERE address = ?", (address,)).fetchone()
        return None if row is None else KnownFile(int(row[0]), str(row[1]), str(row[2]))

    def remember(self, address: str, known: KnownFile) -> None:
        """Remember what is known of an address."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?)", (address, *known, self._clock()))
            db.execute(_FORGET_OLD)

    def get(self, file: str, spans: Sequence[Span]) -> list[CachedPiece]:
        """Return all pieces of a file that overlap any of ``spans``, whole, each checked against its digest."""
        if not spans:
            return []
        with self._reading() as db:
            rows = {
                (int(row[0]), int(row[1])): str(row[2])
                for span in spans
                for row in db.execute(
                    "SELECT start, stop, digest FROM pieces WHERE file = ? AND start < ? AND stop > ?",
                    (file, span.stop, span.start),
                )
            }
        found, broken = [], []
        for (start, stop), digest in sorted(rows.items()):
            data = self._read(digest)
            if data is None or len(data) != stop - start:
                broken.append(digest)
            else:
                found.append(CachedPiece(start, data))
        self._note(broken, sorted(set(rows.values()) - set(broken)))
        return found

    def put(self, file: str, start: int, data: bytes) -> None:
        """Keep ``data``, which begins at byte ``start`` of a file; not if it alone is larger than the limit."""
        self.put_all(file, [CachedPiece(start, data)])

    def put_all(self, file: str, pieces: Iterable[CachedPiece]) -> None:
        """Keep several pieces of a file, entered together; not those that alone are larger than the limit."""
        blobs, rows = {}, []
        for start, data in pieces:
            if data and len(data) <= self.most_bytes:
                digest = hashlib.sha256(data).hexdigest()
                self._write(digest, data)
                blobs[digest] = len(data)
                rows.append((file, start, start + len(data), digest))
        if not rows:
            return
        with self._writing() as db:
            db.executemany(
                "INSERT INTO blobs VALUES (?, ?, ?) ON CONFLICT (digest) DO UPDATE SET used = excluded.used",
                [(digest, size, self._clock()) for digest, size in blobs.items()],
            )
            db.executemany("INSERT OR REPLACE INTO pieces VALUES (?, ?, ?, ?)", rows)
            gone = self._make_room(db)
        self._remove(gone)

    def _make_room(self, db: sqlite3.Connection) -> list[str]:
        """Drop the least recently used blobs from the index, if the limit is passed, down to nine tenths of it."""
        over = int(db.execute("SELECT bytes FROM held").fetchone()[0])
        if over <= self.most_bytes:
            return []
        over -= int(self.most_bytes * _FILL)
        gone = []
        for digest, size in db.execute("SELECT digest, size FROM blobs ORDER BY used"):
            if over <= 0:
                break
            gone.append(str(digest))
            over -= int(size)
        db.executemany("DELETE FROM blobs WHERE digest = ?", [(d,) for d in gone])
        return gone

    def _note(self, broken: Sequence[str], used: Sequence[str]) -> None:
        if not broken and not used:
            return
        with self._writing() as db:
            db.executemany("DELETE FROM blobs WHERE digest = ?", [(d,) for d in broken])
            db.executemany("UPDATE blobs SET used = ? WHERE digest = ?", [(self._clock(), d) for d in used])
        self._remove(broken)

    def _path(self, digest: str) -> Path:
        return self._blobs / digest[:2] / digest

    def _read(self, digest: str) -> bytes | None:
        try:
            data = self._path(digest).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == digest else None

    def _write(self, digest: str, data: bytes) -> None:
        path = self._path(digest)
        with self._outside():
            if path.is_file() and self._read(digest) is not None:
                return
            path.parent.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def _remove(self, digests: Sequence[str]) -> None:
        for digest in digests:
            with suppress(OSError):
                self._path(digest).unlink()

    def _sweep(self) -> None:
        """Remove files that nobody knows of: left by processes that were killed an hour or more ago."""
        with self._reading() as db:
            known = {str(row[0]) for row in db.execute("SELECT digest FROM blobs")}
        with self._outside():
            latest = time.time() - _ORPHAN_AGE_S
            for path in self._blobs.glob("??/*"):
                with suppress(FileNotFoundError):
                    if path.name not in known and path.stat().st_mtime < latest:
                        path.unlink()

    def _prepare(self) -> None:
        """Make the index; one that is damaged or of another version is made anew, since it is only a cache."""
        try:
            self._make_tables()
        except sqlite3.OperationalError as error:
            raise self._unusable(error) from error
        except sqlite3.DatabaseError:
            with self._outside():
                self.close()
                for tail in ("", "-wal", "-shm"):
                    Path(f"{self._index}{tail}").unlink(missing_ok=True)
                self._make_tables()

    def _make_tables(self) -> None:
        with self._lock:
            db = self._connected()
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            if version not in {0, _VERSION}:
                raise sqlite3.DatabaseError(f"index of version {version}")
            db.execute("PRAGMA journal_mode = WAL")
            if version == 0:
                db.executescript(_SCHEMA)
                db.execute(f"PRAGMA user_version = {_VERSION}")

    def _connected(self) -> sqlite3.Connection:
        """Return this process's connection; a process made by a fork opens its own."""
        if self._db is None or self._db_process != os.getpid():
            self._db = sqlite3.connect(self._index, timeout=30.0, isolation_level=None, check_same_thread=False)
            self._db_process = os.getpid()
            weakref.finalize(self, _close_own, self._db, self._db_process)
            self._db.execute("PRAGMA synchronous = NORMAL")
        return self._db

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._outside(), self._lock:
            yield self._connected()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._outside(), self._lock:
            db = self._connected()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    @contextmanager
    def _outside(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> OutsideError:
        return OutsideError(
            f"the cache of fetched images cannot be used ({error})",
            where=str(self.folder),
            todo="See that its disk has room and may be written to, or delete the folder",
        )


def _close_own(db: sqlite3.Connection, process: int) -> None:
    """Close a connection in the process that opened it; SQLite forbids it in one that was forked from that."""
    if process == os.getpid():
        db.close()
