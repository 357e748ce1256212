"""stac-fastapi-pgstac on PostgreSQL with PostGIS, all in a temporary folder.

with PgStac(collections, items) as server:
    server.url
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from processes import NotHereError, Program, free_port, program, remove, run

__all__ = ["PgStac"]

_FAST = "fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=30", "shared_buffers=32MB"


class PgStac:
    """The server with these collections and items; raises ``NotHereError`` where it cannot run."""

    def __init__(self, collections: list[dict[str, Any]], items: list[dict[str, Any]]) -> None:
        self._documents = {"collections": collections, "items": items}
        self._folder = Path(tempfile.mkdtemp(prefix="wayside-pgstac-"))
        self._bin = _postgres()
        self._port = free_port()
        self._web: Program | None = None
        self._started = False
        self.url = ""

    def __enter__(self) -> Self:
        try:
            self._database()
            self._load()
            self._serve()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        if self._web is not None:
            self._web.stop()
        if self._started:
            with contextlib.suppress(NotHereError):
                self._as_owner("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        remove(self._folder)

    def _database(self) -> None:
        self._folder.chmod(0o755)
        owned = self._folder / "data"
        owned.mkdir(mode=0o700)
        if os.getuid() == 0:
            shutil.chown(owned, _owner())
        self._as_owner(
            "initdb", "-D", str(owned), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C"
        )
        settings = " ".join(
            f"-c {s}"
            for s in (*_FAST, "listen_addresses=127.0.0.1", f"port={self._port}", f"unix_socket_directories={owned}")
        )
        self._started = True
        self._as_owner("pg_ctl", "-D", str(owned), "-o", settings, "-l", str(owned / "log"), "-w", "start")
        run([str(self._bin / "createdb"), "-h", "127.0.0.1", "-p", str(self._port), "-U", "postgres", "stac"])

    def _load(self) -> None:
        tool = program("pypgstac")
        run([tool, "migrate"], env=self._environment(), cwd=self._folder)
        for kind, documents in self._documents.items():
            path = self._folder / f"{kind}.ndjson"
            path.write_text("".join(json.dumps(d) + "\n" for d in documents))
            run([tool, "load", kind, str(path), "--method", "upsert"], env=self._environment(), cwd=self._folder)

    def _serve(self) -> None:
        port = free_port()
        self._web = Program(
            [program("uvicorn"), "--factory", "stac_fastapi.pgstac.app:create_app", "--port", str(port)],
            folder=self._folder,
            env=self._environment(),
        )
        self.url = f"http://127.0.0.1:{port}"
        self._web.wait(f"{self.url}/_mgmt/ping")

    def _environment(self) -> dict[str, str]:
        """Return the environment for pypgstac and for the server, whose versions differ in their names for it."""
        known = {"HOST": "127.0.0.1", "PORT": str(self._port), "USER": "postgres", "PASSWORD": "x"}
        libpq = {f"PG{key}": value for key, value in known.items()} | {"PGDATABASE": "stac"}
        older = {f"POSTGRES_{key}": value for key, value in known.items()} | {"POSTGRES_DBNAME": "stac"}
        return {**os.environ, **libpq, **older, "DB_MIN_CONN_SIZE": "1", "DB_MAX_CONN_SIZE": "4"}

    def _as_owner(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs; they refuse to be root."""
        command = [str(self._bin / name), *arguments]
        if os.getuid() == 0:
            command = ["setpriv", f"--reuid={_owner()}", "--regid=nogroup", "--clear-groups", *command]
        run(command, cwd=self._folder)


def _owner() -> str:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NotHereError("there is no user to run PostgreSQL as, and it refuses root")


def _postgres() -> Path:
    """Return the folder of PostgreSQL's programs, the newest that has PostGIS."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True):
        version = folder.parent.name
        if (folder / "initdb").is_file() and Path(
            f"/usr/share/postgresql/{version}/extension/postgis.control"
        ).is_file():
            return folder
    raise NotHereError("PostgreSQL with PostGIS is not installed (apt-get install postgresql-15-postgis-3)")
