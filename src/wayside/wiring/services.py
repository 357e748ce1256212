"""A workspace, opened, with everything that the use cases need."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from wayside.archive.tracks import read_site_file
from wayside.assessment.addresses import without_parameters
from wayside.assessment.assessment import Assessment
from wayside.errors import InputError, TracksError
from wayside.model.places import Site
from wayside.pipeline.beside import Beside
from wayside.pipeline.files import read_bytes
from wayside.pipeline.ports import Clock, Progress, SceneCounter
from wayside.pipeline.running import RunSettings, Services, ZoneServices
from wayside.pipeline.searching import SceneSearch
from wayside.pipeline.tables import events_from
from wayside.report.house import HouseStyle
from wayside.series import SeriesSettings
from wayside.store import Database, LinkedSite, Settings, Workspace, create_workspace, open_workspace
from wayside.store.settings import write_settings
from wayside.wiring.catalogues import RemoteCatalogues
from wayside.wiring.house import read_house
from wayside.wiring.pixels import area_of
from wayside.wiring.program import SOFTWARE, SystemClock, image_counter
from wayside.wiring.reports import ReportFiles, ReportForm
from wayside.wiring.reviews import PackagedCounters
from wayside.wiring.scenes import SceneArchive
from wayside.wiring.zones import CatalogueZones

if TYPE_CHECKING:
    from wayside.pipeline.bundling import Evidence
    from wayside.report.figures.pictures import ReportPictures

__all__ = [
    "SOFTWARE",
    "OpenWorkspace",
    "SystemClock",
    "image_counter",
    "init_workspace",
    "opened",
    "read_site",
    "site_ids",
]


def read_site(path: Path) -> Site:
    """Read a site from a GeoJSON file (``TracksError`` for whatever is wrong with it)."""
    return read_site_file(path)


def init_workspace(
    root: Path, *, tracks: Path | None, linked: Sequence[Path] = (), site_id: str = "", name: str = "", clock: Clock
) -> Workspace:
    """Make a workspace, all of it or nothing.

    Args:
        root: its folder, new or empty.
        tracks: the site's GeoJSON, which is copied; None to put it there later.
        linked: GeoJSON of further sites, such as the other end of a crossing; copied too.
        site_id: short name of the site; that of the GeoJSON, or of the folder, where empty.
        name: what a report calls it; the same.
        clock: for the database.

    Raises:
        TracksError: a GeoJSON cannot be used, or two sites have one id.
        WorkspaceError, OutsideError: as ``create_workspace``.
    """
    site = read_site_file(tracks) if tracks is not None else None
    own = "-".join(root.absolute().name.split()) or "site"
    files: dict[str, bytes] = {}
    others: list[LinkedSite] = []
    first = site_id or (site.id if site else own)
    for path in linked:
        other = read_site_file(path)
        if other.id in {first, *(one.id for one in others)}:
            raise TracksError(f"two sites have the id {other.id!r}", where=str(path), todo='Give it another "id"')
        others.append(LinkedSite(other.id, other.name, f"site-{other.id}.geojson", other.note))
        files[others[-1].tracks] = read_bytes(path, TracksError)
    settings = Settings(
        site_id=first,
        site_name=name or (site.name if site else own),
        note=site.note if site else "",
        linked=tuple(others),
    )
    if tracks is not None:
        files[settings.tracks] = read_bytes(tracks, TracksError)
    url = _database_url()
    return create_workspace(root, settings, software=SOFTWARE, now=clock.now(), files=files, database_url=url)


def _database_url() -> str:
    return os.environ.get("DATABASE_URL", "")


def site_ids(root: Path) -> tuple[str, ...]:
    """Return the ids of a workspace's sites, the first one first (raises as ``open_workspace``)."""
    settings = open_workspace(root).settings
    return settings.site_id, *(linked.id for linked in settings.linked)


def _facility(workspace: Workspace, site_id: str) -> Site:
    """Return one of the sites under the workspace's name for it: the settings have the last word."""
    settings = workspace.settings
    if site_id == settings.site_id:
        site = read_site_file(workspace.tracks)
        return replace(site, id=site_id, name=settings.site_name, note=settings.note or site.note)
    linked = {site.id: site for site in settings.linked}
    if site_id not in linked:
        known = ", ".join((settings.site_id, *linked))
        raise InputError(
            f"the workspace has no site {site_id!r}", where=str(workspace.root), todo=f"There are: {known}"
        )
    said = linked[site_id]
    site = read_site_file(workspace.tracks_of(said.tracks))
    return replace(site, id=site_id, name=said.name, note=said.note or site.note)


def _others(workspace: Workspace, site_id: str) -> Iterator[tuple[Site, SceneArchive]]:
    """Yield the workspace's other sites that have their tracks, each with its scenes."""
    settings = workspace.settings
    for other in (settings.site_id, *(linked.id for linked in settings.linked)):
        if other != site_id:
            try:
                site, linked = _facility(workspace, other), other != settings.site_id
            except TracksError:  # told when that site itself is opened
                continue
            yield site, SceneArchive(workspace.scenes, site_id=other, linked=linked, area=area_of(site.tracks))


def report_form(workspace: Workspace) -> ReportForm:
    """Return how a workspace's reports are written.

    Raises:
        ConfigError: the file of the institute's look has faults.
        InputError: it, or its logo, cannot be read.
    """
    settings = workspace.settings
    house = HouseStyle() if workspace.house is None else read_house(workspace.house)
    return ReportForm(
        formats=(*settings.formats, "json"),
        house=replace(house, language=settings.language or house.language),
        owner_holds_rights=settings.owner_holds_rights,
        bundle=settings.bundle,
    )


@dataclass(frozen=True, eq=False)
class _SiteSources:
    """Gathers what a site's report and its bundle are made from, when they are made."""

    workspace: Workspace
    site: Site
    store: Database
    archive: SceneArchive

    def pictures(self, assessment: Assessment) -> ReportPictures:
        """Return what a report shows."""
        from wayside.wiring.report_pictures import ArchivePictures  # noqa: PLC0415  loads matplotlib and more

        return ArchivePictures(self.archive, self.workspace.settings.owner_holds_rights).of(assessment)

    def evidence(self, assessment: Assessment, house: HouseStyle, pictures: ReportPictures | None) -> Evidence:
        """Return what goes into a bundle; its pictures are those that everybody may show, read here where None."""
        from wayside.wiring.bundles import workspace_evidence  # noqa: PLC0415
        from wayside.wiring.report_pictures import ArchivePictures  # noqa: PLC0415

        return workspace_evidence(
            self.site,
            self.store,
            self.archive,
            pictures or ArchivePictures(self.archive).of(assessment),
            model=assessment.versions.get("model", ""),
            house=house,
            configuration=without_parameters(write_settings(self.workspace.settings)).encode(),
        )


def _search(settings: Settings, catalogues: RemoteCatalogues) -> SceneSearch:
    return SceneSearch(
        catalogues,
        settings.sources,
        first=date.fromisoformat(settings.search_from) if settings.search_from else None,
        last=date.fromisoformat(settings.search_to) if settings.search_to else None,
        days=settings.baseline_days,
        gsd_min_m=settings.gsd_min_m,
        gsd_max_m=settings.gsd_max_m,
    )


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
        search: where its scenes are searched.
    """

    workspace: Workspace
    site: Site
    database: Database
    archive: SceneArchive
    services: Services
    settings: RunSettings
    search: SceneSearch


def _writer(workspace: Workspace, site: Site, database: Database, archive: SceneArchive) -> ReportFiles:
    first, sources = site.id == workspace.settings.site_id, _SiteSources(workspace, site, database, archive)
    return ReportFiles(
        workspace.reports if first else workspace.reports / site.id,
        sources.evidence,
        sources.pictures,
        report_form(workspace),
    )


def _run_settings(settings: Settings, jobs: int, language: str, *, first: bool) -> RunSettings:
    return RunSettings(
        series=SeriesSettings(baseline_days=settings.baseline_days, surge_factor=settings.surge_factor),
        seed=settings.seed,
        gsd_min_m=settings.gsd_min_m,
        gsd_max_m=settings.gsd_max_m,
        reference=settings.reference if first else "",
        jobs=jobs,
        several_sites=bool(settings.linked),
        language=language,
    )


@contextmanager
def opened(
    root: Path,
    *,
    progress: Progress,
    clock: Clock | None = None,
    jobs: int = 1,
    counter: SceneCounter | None = None,
    site: str = "",
) -> Iterator[OpenWorkspace]:
    """Open a workspace for the block.

    Args:
        root: its folder.
        progress: is told how far a run is.
        clock: the machine's own where None.
        jobs: number of processes that count.
        counter: counts an image file; with the network of the package where None.
        site: id of one of its sites; empty for the first.

    Raises:
        NotAWorkspaceError, NewerWorkspaceError, ConfigError, WorkspaceError, TracksError, TableError, OutsideError.
    """
    clock = clock or SystemClock()
    workspace = open_workspace(root, database_url=_database_url())
    settings = workspace.settings
    facility = _facility(workspace, site or settings.site_id)
    first = facility.id == settings.site_id
    events = events_from(workspace.events)
    archive = SceneArchive(workspace.scenes, site_id=facility.id, linked=not first, area=area_of(facility.tracks))
    catalogues = RemoteCatalogues(
        facility, archive, clock, SOFTWARE, cache=workspace.root / "cache", cache_bytes=settings.cache_mb * 1_000_000
    )
    with catalogues, workspace.open_database(software=SOFTWARE, now=clock.now()) as database:
        search = _search(settings, catalogues)
        writer = _writer(workspace, facility, database, archive)
        services = Services(
            site=facility,
            events=events,
            catalogue=archive,
            store=database,
            counter=counter or image_counter(),
            writer=writer,
            clock=clock,
            progress=progress,
            software=SOFTWARE,
            # What reviews teach is about this network: a counter of another make has no part in it.
            counters=PackagedCounters(SOFTWARE) if counter is None else None,
            search=search,
            linked=tuple(_others(workspace, facility.id)),
            zones=ZoneServices(CatalogueZones(archive), database) if facility.zones else None,
            beside=Beside(workspace.analyst, workspace.articles) if first else Beside(),
        )
        run = _run_settings(settings, jobs, writer.form.house.language, first=first)
        yield OpenWorkspace(workspace, facility, database, archive, services, run, search)
