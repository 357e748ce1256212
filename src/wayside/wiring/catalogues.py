"""The catalogues that the pipeline searches: asked and merged by the archive, read by the imagery room, kept here."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from wayside.archive.files import sha256_multihash
from wayside.archive.remote import BlockCache, LocalFile, RemoteFile, Transport
from wayside.archive.search import Outcome, merge, platform_name, search_source
from wayside.errors import InputError, SourceError
from wayside.imagery import MAX_SHIFT_M, ImageInfo
from wayside.imagery.remote import CropFacts, CropRequest, RemoteTile, crop_to_files
from wayside.model.acquisitions import Acquisition, FoundScene, MaskKind, SceneAsset
from wayside.model.places import Site
from wayside.model.provenance import Provenance, SceneFiles, SourceAsset, SourceItem, StoredFile
from wayside.model.scenes import Scene
from wayside.model.sources import CatalogueSource, SceneQuery
from wayside.pipeline.ports import AddedScene, Clock
from wayside.pipeline.searching import Found
from wayside.wiring.scenes import FetchedFiles, SceneArchive, known_bands

__all__ = ["RemoteCatalogues"]

_SAME_LOOK_S = 60.0


@dataclass
class RemoteCatalogues:
    """Asks catalogues for one site, and fetches what it needs of their images.

    Attributes:
        site: the facility.
        archive: its scenes.
        clock: says when something was retrieved.
        software: name and version of the program.
        cache: folder for pieces of remote images; None keeps none.
        cache_bytes: most that it may take up; 0 keeps none.
    """

    site: Site
    archive: SceneArchive
    clock: Clock
    software: str
    cache: Path | None = None
    cache_bytes: int = 0
    _transports: dict[str, Transport] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)
    _blocks: BlockCache | None = None
    _held: dict[str, Scene] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._transports.clear()
        self._open.close()

    # ------------------------------------------------------------------ searching
    def search(self, source: CatalogueSource, query: SceneQuery) -> Found:
        """Ask one source.

        Raises:
            InputError: a secret that the source needs is not there, or its address may not be reached.
            SourceError: its catalogue cannot be read at all.
        """
        if source.name not in self._transports:
            self._transports[source.name] = self._open.enter_context(Transport(source, environ=os.environ))
        outcome = search_source(source, query, self._transports[source.name])
        if not outcome.answered:
            gap = outcome.gaps[0]
            raise SourceError(gap.what, where=gap.where, todo=gap.todo)
        return Found(outcome.found, outcome.gaps, _left_out(outcome))

    def merge(self, found: Sequence[FoundScene], query: SceneQuery) -> tuple[Acquisition, ...]:
        """Return the looks that the items show."""
        return merge(found, outline=query.outline, sources=list(self._transports))

    def in_archive(self, acquisition: Acquisition) -> bool:
        """Whether a scene of this site was made of one of the items, or at this time by this satellite."""
        items = {_key(one) for one in (*acquisition.tiles, *acquisition.others)}
        who = platform_name(acquisition.tiles[0].platform)
        for scene in self._pictures().values():
            made = scene.provenance
            if made is None:
                continue
            if items & {(i.source, i.collection, i.item) for i in (*made.items, *made.others)}:
                return True
            apart = abs((scene.acquired - acquisition.acquired).total_seconds())
            if who and who == platform_name(scene.platform) and apart <= _SAME_LOOK_S:
                return True
        return False

    # ------------------------------------------------------------------ fetching
    def fetch(self, acquisition: Acquisition) -> AddedScene:
        """Read what the site needs of a look, and put it into the archive, all of it or nothing.

        Raises:
            InputError: an image that cannot be used, or does not show the site.
            AddressRefusedError: an address that may not be reached.
            SourceError: a download that failed.
            OutsideError: the disk refuses.
        """
        first = acquisition.tiles[0]
        with ExitStack() as files:
            opened = [self._opened(tile, files, masked=first.mask_kind) for tile in acquisition.tiles]
            # As far as registration looks, so that no shift that it finds leads out of what was fetched.
            request = CropRequest(margin_m=MAX_SHIFT_M, gsd_m=first.gsd_m)
            with self.archive.receiving(self._scene_id(acquisition)) as staged:
                facts = crop_to_files(
                    [tile for tile, _ in opened],
                    self.site.tracks,
                    request,
                    image=staged.image,
                    overview=staged.overview,
                    mask=staged.mask if first.mask is not None else None,
                )
                made = self._provenance(acquisition, [assets for _, assets in opened], facts)
                scene = _scene(staged, acquisition, facts, made)
                held = self._pictures().get(scene.checksum, scene)
                if held.id != scene.id:
                    return AddedScene(held, new=False)
                self.archive.keep(scene, facts.image, staged)
                self._pictures()[scene.checksum] = scene
        return AddedScene(scene, new=True, notes=tuple(f"{scene.id}: {note}" for note in facts.notes))

    def _pictures(self) -> dict[str, Scene]:
        """Return the scenes by the checksum of their image: one picture is one scene, whatever catalogues call it.

        The archive's items are read once: a search asks for every look whether it is there.
        """
        if self._held is None:
            self._held = {scene.checksum: scene for scene in self.archive.scenes()}
        return self._held

    def _scene_id(self, acquisition: Acquisition) -> str:
        """Return the look's name; of a linked site with the site's, as each site has its own piece of a look."""
        return f"{acquisition.id}-{self.site.id}" if self.archive.linked else acquisition.id

    def _opened(
        self, tile: FoundScene, files: ExitStack, *, masked: MaskKind | None
    ) -> tuple[RemoteTile, tuple[SourceAsset, ...]]:
        transport = self._transports.get(tile.source)
        if transport is None:
            raise InputError(f"the source {tile.source!r} was not searched", where=tile.item)
        read: list[SourceAsset] = []

        def opened(asset: SceneAsset) -> RemoteFile | LocalFile:
            file = transport.open(asset.href, cache=self._cache(), size=asset.size, checksum=asset.checksum)
            files.callback(file.close)
            etag = file.etag
            read.append(SourceAsset(asset.key, transport.shown(asset.href), asset.checksum, etag, file.size))
            return file

        image = tuple(opened(asset) for asset in tile.image)
        pan = opened(tile.pan) if tile.pan is not None else None
        mask = opened(tile.mask) if tile.mask is not None and tile.mask_kind is masked else None
        bands = tuple(band for asset in tile.image for band in asset.bands)
        remote = RemoteTile(image, pan, mask, nodata=tile.image[0].nodata, bands=bands, sensor=tile.platform)
        return remote, tuple(read)

    def _cache(self) -> BlockCache | None:
        if self._blocks is None and self.cache is not None and self.cache_bytes > 0:
            self._blocks = BlockCache(self.cache, most_bytes=self.cache_bytes)
            self._open.callback(self._blocks.close)
        return self._blocks

    def _provenance(
        self, acquisition: Acquisition, read: Sequence[tuple[SourceAsset, ...]], facts: CropFacts
    ) -> Provenance:
        used = [(acquisition.tiles[number], read[number]) for number in facts.tiles]
        unread = [tile for number, tile in enumerate(acquisition.tiles) if number not in facts.tiles]
        return Provenance(
            items=tuple(_source_item(tile, assets) for tile, assets in used),
            retrieved=self.clock.now(),
            others=tuple(_source_item(one) for one in (*unread, *acquisition.others)),
            software=self.software,
            notes=(*acquisition.why, *facts.notes),
            site=self.site.id,
        )


def _left_out(outcome: Outcome) -> tuple[str, ...]:
    """Return a sentence on what a source offered that was not looked for; none where all of it was."""
    if not outcome.left_out:
        return ()
    reasons = ", ".join(f"{number} {reason}" for reason, number in outcome.left_out.items())
    return (f"{outcome.source}: of {outcome.looked} items {len(outcome.found)} were kept; left out: {reasons}",)


def _key(scene: FoundScene) -> tuple[str, str, str]:
    return scene.source, scene.collection, scene.item


def _source_item(scene: FoundScene, assets: tuple[SourceAsset, ...] = ()) -> SourceItem:
    return SourceItem(
        source=scene.source,
        catalogue=scene.catalogue,
        item=scene.item,
        collection=scene.collection,
        href=scene.item_href,
        assets=assets,
        version=scene.version,
        processed=scene.processed,
    )


def _scene(staged: FetchedFiles, acquisition: Acquisition, facts: CropFacts, made: Provenance) -> Scene:
    first = acquisition.tiles[facts.tiles[0]]
    kind = first.mask_kind if facts.mask is not None else None
    return Scene(
        id=staged.scene_id,
        acquired=acquisition.acquired,
        gsd_m=facts.image.gsd_m,
        checksum=sha256_multihash(staged.image),
        href=f"{staged.scene_id}.tif",
        provider=first.provider,
        platform=first.platform,
        licence=first.licence,
        off_nadir_deg=first.off_nadir_deg,
        view_azimuth_deg=first.view_azimuth_deg,
        sun_elevation_deg=first.sun_elevation_deg,
        sun_azimuth_deg=first.sun_azimuth_deg,
        cloud_cover_pct=first.cloud_cover_pct,
        drawn=any(tile.drawn for tile in acquisition.tiles),
        bands=known_bands(facts.image),
        provenance=made,
        files=SceneFiles(
            overview=_stored(staged.overview, f"{staged.scene_id}.overview.tif", facts.overview),
            mask=_stored(staged.mask, f"{staged.scene_id}.mask.tif", facts.mask) if facts.mask is not None else None,
            mask_kind=kind or "",
        ),
    )


def _stored(path: Path, href: str, info: ImageInfo) -> StoredFile:
    return StoredFile(
        href,
        sha256_multihash(path),
        size=path.stat().st_size,
        shape=(info.height, info.width),
        transform=info.transform,
    )
