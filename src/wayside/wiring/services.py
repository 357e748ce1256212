"""A workspace, opened, with everything that the use cases need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from wayside._version import __version__
from wayside.archive.tracks import read_site_file
from wayside.errors import TracksError
from wayside.model.places import Site
from wayside.pipeline.counting import FileCounter
from wayside.pipeline.files import read_bytes
from wayside.pipeline.ports import Clock, Progress, SceneCounter
from wayside.pipeline.running import RunSettings, Services
from wayside.pipeline.strip_counter import StripCounter
from wayside.pipeline.tables import events_from
from wayside.series import SeriesSettings
from wayside.store import Database, Settings, Workspace, create_workspace, open_workspace
from wayside.wiring.network import PackagedNetwork
from wayside.wiring.pixels import FilePixels
from wayside.wiring.reports import HtmlReports
from wayside.wiring.reviews import PackagedCounters
from wayside.wiring.scenes import SceneArchive

__all__ = ["SOFTWARE", "OpenWorkspace", "SystemClock", "image_counter", "init_workspace", "opened", "read_site"]

SOFTWARE = f"wayside {__version__}"


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC)


def image_counter() -> FileCounter:
    """Return what counts an image file, with the network of the package."""
    return FileCounter(FilePixels(), StripCounter(PackagedNetwork(), SOFTWARE))


def read_site(path: Path) -> Site:
    """Read a site from a GeoJSON file (``TracksError`` for whatever is wrong with it)."""
    return read_site_file(path)


def init_workspace(root: Path, *, tracks: Path | None, site_id: str = "", name: str = "", clock: Clock) -> Workspace:
    """Make a workspace, all of it or nothing.

    Args:
        root: its folder, new or empty.
        tracks: the site's GeoJSON, which is copied; None to put it there later.
        site_id: short name of the site; that of the GeoJSON, or of the folder, where empty.
        name: what a report calls it; the same.
        clock: for the database.

    Raises:
        TracksError: the GeoJSON cannot be used.
        WorkspaceError, OutsideError: as ``create_workspace``.
    """
    site = read_site_file(tracks) if tracks is not None else None
    own = "-".join(root.absolute().name.split()) or "site"
    settings = Settings(
        site_id=site_id or (site.id if site else own),
        site_name=name or (site.name if site else own),
        note=site.note if site else "",
    )
    content = read_bytes(tracks, TracksError) if tracks is not None else None
    url = _database_url()
    return create_workspace(root, settings, software=SOFTWARE, now=clock.now(), tracks=content, database_url=url)


def _database_url() -> str:
    return os.environ.get("DATABASE_URL", "")


def _named(site: Site, settings: Settings) -> Site:
    """Return the site under the workspace's name: the settings have the last word."""
    return replace(site, id=settings.site_id, name=settings.site_name, note=settings.note or site.note)


@dataclass(frozen=True, eq=False)
class OpenWorkspace:
    """A workspace with its database open.

    Attributes:
        workspace: where its things are.
        site: the facility.
        database: open until the ``opened`` block ends.
        archive: its scenes.
        services: what a run needs.
        settings: how it is run.
    """

    workspace: Workspace
    site: Site
    database: Database
    archive: SceneArchive
    services: Services
    settings: RunSettings


@contextmanager
def opened(
    root: Path, *, progress: Progress, clock: Clock | None = None, jobs: int = 1, counter: SceneCounter | None = None
) -> Iterator[OpenWorkspace]:
    """Open a workspace for the block.

    Args:
        root: its folder.
        progress: is told how far a run is.
        clock: the machine's own where None.
        jobs: number of processes that count.
        counter: counts an image file; with the network of the package where None.

    Raises:
        NotAWorkspaceError, NewerWorkspaceError, ConfigError, WorkspaceError, TracksError, TableError, OutsideError.
    """
    clock = clock or SystemClock()
    workspace = open_workspace(root, database_url=_database_url())
    settings = workspace.settings
    site = _named(read_site_file(workspace.tracks), settings)
    events = events_from(workspace.events)
    archive = SceneArchive(workspace.scenes)
    with workspace.open_database(software=SOFTWARE, now=clock.now()) as database:
        services = Services(
            site=site,
            events=events,
            catalogue=archive,
            store=database,
            counter=counter or image_counter(),
            writer=HtmlReports(workspace.reports, archive, settings.owner_holds_rights),
            clock=clock,
            progress=progress,
            software=SOFTWARE,
            # What reviews teach is about this network: a counter of another make has no part in it.
            counters=PackagedCounters(SOFTWARE) if counter is None else None,
        )
        run = RunSettings(
            series=SeriesSettings(baseline_days=settings.baseline_days, surge_factor=settings.surge_factor),
            seed=settings.seed,
            gsd_min_m=settings.gsd_min_m,
            gsd_max_m=settings.gsd_max_m,
            reference=settings.reference,
            jobs=jobs,
        )
        yield OpenWorkspace(workspace, site, database, archive, services, run)
