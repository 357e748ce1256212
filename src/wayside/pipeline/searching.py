"""Scenes of a site from catalogues: search all sources, tell one look from another, fetch what the site needs.

One source, item or download that fails never ends the search: it is a gap or a failure of the record. A search that was
stopped is taken up by the next one: what is in the archive is not fetched again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

from wayside.errors import InputError, OutsideError, WaysideError
from wayside.model.acquisitions import Acquisition, FoundScene, Gap
from wayside.model.places import CoordinateSystem, MapPoint, Site
from wayside.model.sources import CatalogueSource, SceneQuery
from wayside.pipeline.ports import AddedScene, Clock, Progress, Store
from wayside.pipeline.records import Failure, Recorder, RunRecord, Skip

__all__ = [
    "Catalogues",
    "Found",
    "SceneSearch",
    "SearchResult",
    "bring_scenes",
    "found_to_json",
    "query_of",
    "search_workspace",
]

_MARGIN_M = 50.0
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Found:
    """What one source answered.

    Attributes:
        scenes: items that may show the site, filtered on this side.
        gaps: what could not be found out.
        notes: how many items were looked at and why others were left out, sentences.
    """

    scenes: tuple[FoundScene, ...] = ()
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()


class Catalogues(Protocol):
    """The catalogues of the world, and the way from them into the archive."""

    def search(self, source: CatalogueSource, query: SceneQuery) -> Found:
        """Ask one source (``SourceError`` where nothing can be had from it at all)."""
        ...

    def merge(self, found: Sequence[FoundScene], query: SceneQuery) -> tuple[Acquisition, ...]:
        """Return the looks that items of all sources show, in order of time."""
        ...

    def in_archive(self, acquisition: Acquisition) -> bool:
        """Whether the archive holds this look already, fetched for the same site."""
        ...

    def fetch(self, acquisition: Acquisition) -> AddedScene:
        """Bring what the site needs of a look into the archive, all of it or nothing."""
        ...


@dataclass(frozen=True, eq=False)
class SceneSearch:
    """Where is searched, and for which times.

    Attributes:
        catalogues: asks and fetches.
        sources: the catalogues of the workspace; none is no search.
        first: first day; None for ``days`` before the last.
        last: last day; None for today.
        days: length of the search where ``first`` is None, 1 or more.
        gsd_min_m: finest ground sample distance that is counted, metres.
        gsd_max_m: coarsest that is counted, metres.
    """

    catalogues: Catalogues
    sources: tuple[CatalogueSource, ...] = ()
    first: date | None = None
    last: date | None = None
    days: int = 1826
    gsd_min_m: float = 0.05
    gsd_max_m: float = 5.0


@dataclass(frozen=True)
class SearchResult:
    """What a search leaves: its record, and the looks that were found with whether the archive held them before."""

    record: RunRecord
    acquisitions: tuple[Acquisition, ...] = ()
    held: Mapping[str, bool] = field(default_factory=dict)


def query_of(search: SceneSearch, source: CatalogueSource, site: Site, *, now: datetime) -> SceneQuery:
    """Return what one source is asked: the site's rectangle, widened by 50 m; the times; the stricter of the limits.

    Raises:
        InputError: the site has no place on the earth.
    """
    if site.system is CoordinateSystem.PIXEL:
        raise InputError(
            "the site's tracks are image coordinates, so that it has no place to search for",
            where=site.name,
            todo="Give tracks in longitude and latitude",
        )
    last = search.last or now.astimezone(UTC).date()
    first = search.first or last - timedelta(days=search.days)
    fine = [limit for limit in (search.gsd_min_m, source.gsd_min_m) if limit is not None]
    coarse = [limit for limit in (search.gsd_max_m, source.gsd_max_m) if limit is not None]
    return SceneQuery(
        outline=_outline(site),
        start=datetime.combine(first, time.min, UTC),
        end=datetime.combine(last, time.max, UTC),
        gsd_min_m=max(fine),
        gsd_max_m=min(coarse),
        cloud_max_pct=source.cloud_max_pct,
    )


def _outline(site: Site) -> tuple[MapPoint, ...]:
    xs = [point.x for track in site.tracks for point in track.centreline]
    ys = [point.y for track in site.tracks for point in track.centreline]
    north = _MARGIN_M / _METRES_PER_DEGREE
    east = north / max(math.cos(math.radians(sum(ys) / len(ys))), 0.01)
    west, south, right, top = min(xs) - east, min(ys) - north, max(xs) + east, max(ys) + north
    return tuple(MapPoint(*p) for p in ((west, south), (right, south), (right, top), (west, top), (west, south)))


@dataclass(frozen=True, eq=False)
class _Work:
    """One search for one site, and who keeps account of it."""

    search: SceneSearch
    site: Site
    store: Store
    clock: Clock
    progress: Progress
    recorder: Recorder

    def ask(self) -> tuple[tuple[Acquisition, ...], Mapping[str, bool]]:
        """Ask every source; return the looks, and which of them the archive holds.

        Raises:
            OutsideError: no source answered at all; the last one's error.
        """
        found: list[FoundScene] = []
        silent: list[OutsideError] = []
        sources, now = self.search.sources, self.clock.now()
        self.progress.start("Searching catalogues", len(sources))
        for source in sources:
            query = query_of(self.search, source, self.site, now=now)
            try:
                answer = self.search.catalogues.search(source, query)
                found += answer.scenes
                self.recorder.gaps += answer.gaps
                self.recorder.note(*answer.notes)
            except WaysideError as error:
                if isinstance(error, OutsideError):
                    silent.append(error)
                elif len(sources) == 1:
                    raise
                self.recorder.gaps.append(Gap(source.name, error.what, error.todo))
            self.progress.advance(source.name)
        self.progress.finish()
        if len(silent) == len(sources):
            raise silent[-1]
        looks = self.search.catalogues.merge(found, query_of(self.search, sources[0], self.site, now=now))
        return looks, {one.id: self.search.catalogues.in_archive(one) for one in looks}

    def fetch(self, looks: Sequence[Acquisition], held: Mapping[str, bool]) -> list[str]:
        """Bring what is not held; return the ids of the scenes that came."""
        wanted = [one for one in looks if not held[one.id]]
        fetched: list[str] = []
        self.progress.start("Fetching scenes", len(wanted))
        for look in wanted:
            try:
                added = self.search.catalogues.fetch(look)
                self.store.put_scenes(self.site.id, (added.scene,))
                self.recorder.note(*added.notes)
                if added.new:
                    fetched.append(added.scene.id)
                else:
                    self.recorder.skipped.append(Skip(look.id, f"the same picture as {added.scene.id}"))
            except WaysideError as error:
                self.recorder.failed.append(Failure.of(look.id, error))
            self.progress.advance(look.id)
        self.progress.finish()
        return fetched


def search_workspace(
    search: SceneSearch, site: Site, *, store: Store, clock: Clock, progress: Progress, fetch: bool
) -> SearchResult:
    """Search all sources for a site; with ``fetch``, bring what is new into the archive.

    Raises:
        InputError: no source is named, or the site has no place on the earth.
        OutsideError: no source answered at all.
    """
    if not search.sources:
        raise InputError(
            "no catalogue is named",
            where=site.name,
            todo="Give --stac URL, or put a [[source]] table into wayside.toml",
        )
    recorder = Recorder("search", clock)
    store.put_site(site, clock.now())
    work = _Work(search, site, store, clock, progress, recorder)
    with recorder.stage("search"):
        looks, held = work.ask()
    if fetch:
        recorder.skipped += [Skip(one.id, "in the archive already") for one in looks if held[one.id]]
        with recorder.stage("fetch"):
            recorder.done += work.fetch(looks, held)
    return SearchResult(recorder.record(), looks, held)


def bring_scenes(
    search: SceneSearch, site: Site, *, store: Store, clock: Clock, progress: Progress, recorder: Recorder
) -> None:
    """Search and fetch as a part of a run, whose record takes what came of it; a run goes on without its catalogues."""
    work = _Work(search, site, store, clock, progress, recorder)
    try:
        with recorder.stage("search"):
            looks, held = work.ask()
    except OutsideError as error:
        recorder.failed.append(Failure.of("search", error))
        return
    with recorder.stage("fetch"):
        fetched = work.fetch(looks, held)
    if fetched:
        recorder.note(f"{len(fetched)} new {'scene was' if len(fetched) == 1 else 'scenes were'} fetched")


def found_to_json(acquisitions: Sequence[Acquisition], held: Mapping[str, bool]) -> list[dict[str, Any]]:
    """Return what was found as values that ``json.dumps`` takes; its schema is docs/schemas/run.json."""
    return [_one_to_json(acquisition, held=held.get(acquisition.id, False)) for acquisition in acquisitions]


def _one_to_json(acquisition: Acquisition, *, held: bool) -> dict[str, Any]:
    first = acquisition.tiles[0]
    return {
        "id": acquisition.id,
        "acquired": acquisition.acquired.isoformat(),
        "source": first.source,
        "collection": first.collection,
        "items": [tile.item for tile in acquisition.tiles],
        "platform": first.platform,
        "gsd_m": first.gsd_m,
        "cloud_cover_pct": first.cloud_cover_pct,
        "licence": first.licence.id,
        "publishable": str(first.licence.publication),
        "in_archive": held,
        "others": [f"{other.source}/{other.collection}/{other.item}" for other in acquisition.others],
    }
