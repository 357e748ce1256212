"""A workspace: a folder with ``wayside.toml``, ``wayside.db``, ``scenes/`` and ``reports/``."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL

from wayside.errors import NotAWorkspaceError, TracksError, WorkspaceError
from wayside.store.database import Database, open_database
from wayside.store.faults import file_faults
from wayside.store.settings import Settings, read_settings, write_settings

__all__ = ["Workspace", "create_workspace", "open_workspace"]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where the things of a workspace are.

    Attributes:
        root: its folder.
        settings: what its ``wayside.toml`` says.
        database_url: URL of a database elsewhere; empty for the folder's own ``wayside.db``.
    """

    root: Path
    settings: Settings
    database_url: str = ""

    @property
    def scenes(self) -> Path:
        """Folder of the images and their catalogue."""
        return self.root / "scenes"

    @property
    def reports(self) -> Path:
        """Folder of the reports."""
        return self.root / "reports"

    @property
    def tracks(self) -> Path:
        """The site's GeoJSON.

        Raises:
            TracksError: where it is not there yet.
        """
        return self.tracks_of(self.settings.tracks)

    def tracks_of(self, name: str) -> Path:
        """Return a GeoJSON file of the workspace by its name in the settings.

        Raises:
            TracksError: where it is not there yet.
        """
        path = self.root / name
        if not path.is_file():
            raise TracksError(
                "the workspace has no tracks yet",
                where=str(path),
                todo="Draw each track as a LineString (QGIS can) and save it there as GeoJSON",
            )
        return path

    @property
    def events(self) -> Path | None:
        """The table of events; None where the settings name none."""
        return self.root / self.settings.events if self.settings.events else None

    @property
    def house(self) -> Path | None:
        """The file of the institute's look; None where the settings name none."""
        return self.root / self.settings.house if self.settings.house else None

    @property
    def analyst(self) -> Path | None:
        """The file of an analyst's judgements and hypotheses; None where the settings name none."""
        return self.root / self.settings.analyst if self.settings.analyst else None

    @property
    def articles(self) -> Path | None:
        """The folder of articles on the site; None where the settings name none."""
        return self.root / self.settings.articles if self.settings.articles else None

    def open_database(self, *, software: str, now: datetime) -> Database:
        """Open the database, brought up to date (see ``wayside.store.database.open_database``)."""
        url = self.database_url or _own_database(self.root)
        return open_database(url, software=software, now=now, where="" if self.database_url else str(self.root))


def _own_database(root: Path) -> URL:
    return URL.create("sqlite", database=str(root / "wayside.db"))


def open_workspace(root: Path, *, database_url: str = "") -> Workspace:
    """Open the workspace in a folder.

    Raises:
        NotAWorkspaceError: where there is no ``wayside.toml`` in it.
        ConfigError: with all faults of ``wayside.toml``.
        WorkspaceError, OutsideError: where it cannot be read.
    """
    path = root / "wayside.toml"
    if root.is_file():
        raise NotAWorkspaceError("a file, and no workspace", where=str(root), todo="Name the workspace's folder")
    if not path.is_file():
        todo = f"Make one with: wayside init {root}"
        raise NotAWorkspaceError("no workspace here: there is no wayside.toml", where=str(root), todo=todo)
    with file_faults(str(path)):
        raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise WorkspaceError("wayside.toml is not UTF-8 text", where=str(path)) from fault
    return Workspace(root, read_settings(text, where=str(path)), database_url)


def create_workspace(
    root: Path,
    settings: Settings,
    *,
    software: str,
    now: datetime,
    files: Mapping[str, bytes] | None = None,
    database_url: str = "",
) -> Workspace:
    """Make a workspace, all of it or nothing: it is built beside its place and moved there when it is whole.

    Args:
        root: its folder, which must not exist or be empty.
        settings: written to ``wayside.toml``.
        software: name and version of the program.
        now: time, with its zone.
        files: what is put into it besides, by the names that the settings give: the tracks of its sites.
        database_url: URL of a database elsewhere; empty for the folder's own.

    Raises:
        WorkspaceError: where the folder is not empty, or cannot be written.
        OutsideError: where the disk failed.
    """
    _refuse_occupied(root)
    target = root.absolute()
    with file_faults(str(root)):
        target.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        _build(building, settings, files or {}, str(root))
        if not database_url:
            open_database(_own_database(building), software=software, now=now, where=str(root)).close()
        with file_faults(str(root)):
            building.chmod(0o777 & ~_umask())
            if target.is_dir():
                target.rmdir()
            building.rename(target)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return Workspace(root, settings, database_url)


def _refuse_occupied(root: Path) -> None:
    with file_faults(str(root)):
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            kind = "is not empty" if root.is_dir() else "is a file"
            holds = " and holds a workspace already" if (root / "wayside.toml").exists() else ""
            raise WorkspaceError(f"the folder {kind}{holds}", where=str(root), todo="Choose a new or an empty folder")


def _build(folder: Path, settings: Settings, files: Mapping[str, bytes], where: str) -> None:
    with file_faults(where):
        (folder / "wayside.toml").write_text(write_settings(settings), encoding="utf-8")
        (folder / "scenes").mkdir()
        (folder / "reports").mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)


def _umask() -> int:
    """Return the process's mask of permissions; there is no way to read it without setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
