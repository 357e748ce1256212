"""One source searched from end to end: whatever goes wrong in it is a gap, and all that it offers is looked at here."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import shapely

from wayside.archive.hrefs import is_web, local_path
from wayside.archive.search.api import ApiSearch, manners_of, search_address
from wayside.archive.search.asking import Manner, Question
from wayside.archive.search.documents import Document, DocumentReader, Fetcher, Limits, plain
from wayside.archive.search.footprints import outline_shape
from wayside.archive.search.gaps import GapList
from wayside.archive.search.items import Draft, LeftOut, draft_of, key_of, scene_of
from wayside.archive.search.shelf import CollectionShelf
from wayside.archive.search.static import Walk
from wayside.errors import AddressRefusedError, SourceError, ValueRefusedError
from wayside.model.acquisitions import FoundScene, Gap
from wayside.model.sources import CatalogueSource, SceneQuery

__all__ = ["Outcome", "search_source"]

_PAGED = (Manner("GET", "bbox"),)


@dataclass(frozen=True)
class Outcome:
    """What a search of one source came to.

    Attributes:
        source: its name.
        found: scenes that answer the query, by time, collection and id.
        gaps: what could not be found out; empty where the search was complete.
        looked: items looked at, each once.
        left_out: how many of them do not answer the query, by reason ("outside the site", "too cloudy" …).
        passed_by: collections of a static catalogue not opened, for their extent is elsewhere.
        requests: documents asked for.
        answered: False where the catalogue itself could not be read, so that nothing is known of it.
    """

    source: str
    found: tuple[FoundScene, ...]
    gaps: tuple[Gap, ...] = ()
    looked: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    passed_by: int = 0
    requests: int = 0
    answered: bool = True


class _Bounds(NamedTuple):
    """Limits of source and query together."""

    gsd_min_m: float | None
    gsd_max_m: float | None
    cloud_max_pct: float | None


def search_source(
    source: CatalogueSource,
    query: SceneQuery,
    transport: Fetcher,
    *,
    progress: Callable[[int], None] | None = None,
    limits: Limits | None = None,
) -> Outcome:
    """Search one source, and look again at everything that it offers: place, dates, GSD, clouds.

    A STAC API is asked; a static catalogue is read document by document. Items that do not say their GSD or their
    clouds are kept. An item answers a span of dates by its time of acquisition, the middle of its own span if it has
    no single time.

    Args:
        source: where to look.
        query: what for.
        transport: who talks to servers; it guards addresses and secrets.
        progress: is told how many items were looked at.
        limits: how far to go.

    Raises:
        ValueRefusedError: the outline of the query is malformed.
    """
    search = _Search(source, query, transport, progress or _nobody, limits or Limits())
    search.run()
    return search.outcome()


def _nobody(looked: int) -> None:
    """Tell nobody."""
    del looked


class _Search:
    """Takes the items of one source, whichever way they come."""

    def __init__(
        self,
        source: CatalogueSource,
        query: SceneQuery,
        transport: Fetcher,
        progress: Callable[[int], None],
        limits: Limits,
    ) -> None:
        self._source = source
        self._query = query
        self._progress = progress
        self._site = outline_shape(query.outline)
        self._reader = DocumentReader(transport, local=source.local, limits=limits)
        self._gaps = GapList(source.name)
        self._shelf = CollectionShelf(self._reader, self._gaps)
        self._catalogue = self._reader.shown(source.url)
        self._bounds = _bounds(source, query)
        self._keys: set[str] = set()
        self._found: dict[tuple[str, str], FoundScene] = {}
        self._left_out: Counter[str] = Counter()
        self._passed_by = 0
        self._answered = True

    def outcome(self) -> Outcome:
        found = sorted(self._found.values(), key=lambda s: (s.acquired, s.collection, s.item))
        return Outcome(
            source=self._source.name,
            found=tuple(found),
            gaps=self._gaps.as_tuple(),
            looked=len(self._keys),
            left_out=dict(sorted(self._left_out.items())),
            passed_by=self._passed_by,
            requests=self._reader.requests,
            answered=self._answered,
        )

    def run(self) -> None:
        try:
            root = self._root()
            address = search_address(root, local=self._source.local)
        except (SourceError, AddressRefusedError) as error:
            todo = error.todo or "Check the address, or ask later"
            self._gaps.add(self._catalogue, f"the catalogue could not be read: {error.what}", todo)
            self._answered = False
            return
        if address:
            self._ask(root, address)
        else:
            self._walk(root)

    def _root(self) -> Document:
        """Return the source's first document; of a folder on this machine the catalogue or collection in it."""
        path = None if is_web(self._source.url) else local_path(self._source.url)
        if path is None:
            return self._reader.get(self._source.url)
        path = path.absolute()
        places = (path,) if path.suffix else (path / "catalog.json", path / "collection.json", path)
        for place in places[:-1]:
            with contextlib.suppress(SourceError):
                return self._reader.get(str(place))
        return self._reader.get(str(places[-1]))

    # ------------------------------------------------------------------ the two ways
    def _ask(self, root: Document, address: str) -> None:
        self._shelf.api(root)
        api = self._api()
        manners = manners_of(root, clouds=self._bounds.cloud_max_pct is not None)
        for collection in self._source.collections or ("",):
            api.ask(self._question(address, collection), manners)

    def _walk(self, root: Document) -> None:
        walk = Walk(
            self._reader,
            self._gaps,
            self._shelf,
            source=self._source,
            query=self._query,
            site=self._site,
            take=self._take,
            take_list=lambda href, name: self._api(name).ask(self._question(href, ""), _PAGED),
            full=lambda: self._room() <= 0,
        )
        walk.run(root)
        self._passed_by = walk.passed_by

    def _api(self, collection: str = "") -> ApiSearch:
        def take(item: object, base: str) -> None:
            self._take(item, base, collection, in_file=False)

        return ApiSearch(self._reader, self._gaps, take, room=self._room)

    def _room(self) -> int:
        return self._reader.limits.items - len(self._keys)

    def _question(self, url: str, collection: str) -> Question:
        west, south, east, north = self._site.bounds
        if west == -180 and east == 180:  # the site lies on the antimeridian: its box begins in the east
            spans = [part.bounds for part in shapely.get_parts(self._site)]
            west = min((s[0] for s in spans if s[0] > 0), default=west)
            east = max((s[2] for s in spans if s[2] < 0), default=east)
        return Question(
            url=url,
            start=self._query.start,
            end=self._query.end,
            bbox=(west, south, east, north),
            geometry=json.loads(shapely.to_geojson(self._site)),
            collection=collection,
            cloud_max_pct=self._bounds.cloud_max_pct,
        )

    # ------------------------------------------------------------------ items
    def _take(self, item: Any, base: str, collection: str, in_file: bool) -> None:  # noqa: ANN401 - any JSON
        key = key_of(item)
        if key in self._keys:
            return
        self._keys.add(key)
        self._progress(len(self._keys))
        try:
            draft = draft_of(item, base, collection=collection, in_file=in_file, local=self._source.local)
            reason = self._keep(draft)
        except ValueRefusedError as error:
            name = plain(item.get("id", "an item")) if isinstance(item, Mapping) else "an item"
            self._gaps.add(f"item {name}", f"cannot be used: {error.what}")
            return
        if reason is not None:
            self._left_out[reason] += 1

    def _keep(self, draft: Draft) -> LeftOut | None:
        """Keep an item's scene, or return why it is none of those looked for."""
        if self._source.collections and draft.collection and draft.collection not in self._source.collections:
            return LeftOut.COLLECTION
        if not self._query.start <= draft.acquired <= self._query.end:
            return LeftOut.TIME
        if not draft.shape.intersects(self._site):
            return LeftOut.OUTSIDE
        collection = self._shelf.get(draft.collection, draft.document, draft.base)
        # Links of a server may repeat a key that it was given.
        shown = draft._replace(href=self._reader.shown(draft.href))
        made = scene_of(shown, self._source, self._catalogue, collection)
        if isinstance(made.scene, LeftOut):
            for trouble in made.trouble:
                self._gaps.add(f"item {draft.item}", trouble)
            return made.scene
        reason = _beyond(self._bounds, made.finest_gsd_m, made.scene.cloud_cover_pct)
        if reason is None:
            self._found[draft.collection, draft.item] = made.scene
            for trouble in made.trouble:
                self._gaps.add(f"item {draft.item}", trouble)
        return reason


def _bounds(source: CatalogueSource, query: SceneQuery) -> _Bounds:
    """Return the narrower limits of the two."""

    def least(*values: float | None) -> float | None:
        return min((v for v in values if v is not None), default=None)

    finest = max((v for v in (source.gsd_min_m, query.gsd_min_m) if v is not None), default=None)
    return _Bounds(finest, least(source.gsd_max_m, query.gsd_max_m), least(source.cloud_max_pct, query.cloud_max_pct))


def _beyond(bounds: _Bounds, gsd: float | None, cloud: float | None) -> LeftOut | None:
    if gsd is not None and not (bounds.gsd_min_m or 0.0) <= gsd <= (bounds.gsd_max_m or float("inf")):
        return LeftOut.GSD
    if cloud is not None and bounds.cloud_max_pct is not None and cloud > bounds.cloud_max_pct:
        return LeftOut.CLOUD
    return None
