"""The archive that the pipeline works with: image files become COGs with STAC items beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.archive.catalogue import StaticCatalogue
from wayside.archive.dates import acquisition_date
from wayside.archive.files import sha256_multihash
from wayside.archive.items import Placement
from wayside.archive.scenes import ImportRequest, MadeScene, make_scene
from wayside.errors import InputError, OutsideError
from wayside.imagery import (
    Affine6,
    ImageHints,
    ImageInfo,
    OrderKnown,
    SiteBounds,
    describe_image,
    footprint,
    read_tags,
    store_image,
    write_cog,
)
from wayside.model.acquisitions import Band
from wayside.model.scenes import Scene
from wayside.pipeline.ports import AddedScene, ImportOptions
from wayside.wiring.incoming import incoming_folder, remove_abandoned

__all__ = ["FetchedFiles", "SceneArchive", "known_bands"]


@dataclass(frozen=True, slots=True)
class _Incoming:
    """What is known of a file that is being taken in.

    Attributes:
        name: its name, without folders.
        tags: the file's own.
        checksum: multihash of the file as it was brought; empty for pixels that come from no file.
    """

    name: str
    tags: Mapping[str, str]
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class FetchedFiles:
    """Where a scene's files are written before they are whole.

    Attributes:
        scene_id: the scene's id.
        image: full detail along the tracks.
        overview: coarse picture of the whole site.
        mask: the provider's mask; there is no such file where it gives none.
    """

    scene_id: str
    image: Path
    overview: Path
    mask: Path


class SceneArchive:
    """The scenes folder of a workspace, as one of its sites sees it.

    Args:
        root: the folder.
        site_id: id of the site; scenes that were fetched for another are passed over.
        linked: True for a site that is not the workspace's first.
        area: where the site is; None where it has no place on the earth, or nobody said.
    """

    def __init__(self, root: Path, *, site_id: str = "", linked: bool = False, area: SiteBounds | None = None) -> None:
        self._root = root
        self._area = area
        self._site_id = site_id
        self._catalogue = StaticCatalogue(root)
        self._tidied = False
        self.linked = linked

    def scenes(self) -> tuple[Scene, ...]:
        """Return all scenes in order of time (``InputError`` where an item is damaged)."""
        return tuple(scene for scene in self._catalogue.scenes() if self._is_of_site(scene))

    def _is_of_site(self, scene: Scene) -> bool:
        made = scene.provenance
        return made is None or not made.site or not self._site_id or made.site == self._site_id

    def path(self, scene: Scene) -> Path:
        """Return where a scene's image is."""
        return self._catalogue.image_path(scene)

    def overview(self, scene: Scene) -> Path | None:
        """Return where the coarse picture of the site is; None where the image itself shows it."""
        file = scene.files.overview
        return None if file is None else self._catalogue.file_path(file)

    def mask(self, scene: Scene) -> Path | None:
        """Return where the provider's mask is; None where there is none."""
        file = scene.files.mask
        return None if file is None else self._catalogue.file_path(file)

    def add(self, image: Path, options: ImportOptions) -> AddedScene:
        """Take an image file in, all of it or nothing.

        Raises:
            ImageError: not an image, truncated, too large, no ground sample distance.
            InputError: no date, or values out of range.
            OutsideError: the disk refuses.
        """
        tags = read_tags(image)
        checksum = sha256_multihash(image)
        held = self._catalogue.find_source(checksum)
        if held is not None:
            return AddedScene(held, new=False)
        acquisition_date(options.date, tags, where=image.name)  # refuses what has no date before anything is written
        with self._incoming() as folder:
            staged = folder / "image.tif"
            stored = store_image(image, staged, _hints(options, self._area), pan=options.pan)
            added = self._settle(staged, stored.info, _Incoming(image.name, tags, checksum), options)
        notes = tuple(f"{image.name}: {note}" for note in stored.notes)
        return AddedScene(added.scene, added.new, (*added.notes, *notes))

    def add_pixels(
        self,
        pixels: NDArray[np.generic],
        name: str,
        options: ImportOptions,
        *,
        transform: Affine6 | None = None,
        crs: str | None = None,
    ) -> AddedScene:
        """Take in an image that is held in memory (raises as ``add``).

        Args:
            pixels: shape (bands, height, width).
            name: becomes part of the scene's id.
            options: must give the date, and the ground sample distance where there is no map.
            transform: a, b, c, d, e, f; None for an image without a map.
            crs: comes together with ``transform``.
        """
        with self._incoming() as folder:
            staged = folder / "image.tif"
            write_cog(pixels, staged, transform=transform, crs=crs)
            info = describe_image(staged, gsd_m=options.gsd_m)
            return self._settle(staged, info, _Incoming(name, info.tags), options)

    def _settle(self, staged: Path, info: ImageInfo, incoming: _Incoming, options: ImportOptions) -> AddedScene:
        """Give a stored image its name and its item."""
        made = _made(options, incoming, info.gsd_m, sha256_multihash(staged))
        scene = replace(made.scene, bands=known_bands(info))
        placement = _placement(info, staged, source_checksum=incoming.checksum, source_name=incoming.name)
        self._keep(scene, [(staged, self._catalogue.image_path(scene))], placement)
        return AddedScene(scene, new=True, notes=made.notes)

    @contextmanager
    def receiving(self, scene_id: str) -> Iterator[FetchedFiles]:
        """Give a place inside the folder for the files of a scene that is being fetched; nothing stays there.

        Raises:
            OutsideError: the disk refuses.
        """
        with self._incoming() as folder:
            yield FetchedFiles(scene_id, folder / "image.tif", folder / "overview.tif", folder / "mask.tif")

    def keep(self, scene: Scene, info: ImageInfo, files: FetchedFiles) -> None:
        """Give a fetched scene's files their names, the image's last, and write its item.

        Raises:
            InputError: another image has this id already.
            OutsideError: the disk refuses.
        """
        stored = scene.files
        named = [(files.overview, stored.overview), (files.mask, stored.mask)]
        moves = [(staged, self._catalogue.file_path(file)) for staged, file in named if file is not None]
        moves.append((files.image, self._catalogue.image_path(scene)))
        self._keep(scene, moves, _placement(info, files.image))

    def _keep(self, scene: Scene, moves: Sequence[tuple[Path, Path]], placement: Placement) -> None:
        """Move a scene's files to their places, and write its item; where that fails, nothing new stays."""
        item = self._root / f"{scene.id}.json"
        if item.exists() and self._catalogue.get(scene.id).checksum != scene.checksum:
            raise InputError(
                f"another image is already in the archive as {scene.id}",
                where=str(item),
                todo="Take that one out first",
            )
        new = [path for path in (*(target for _, target in moves), item) if not path.exists()]
        kept = False
        try:
            for staged, target in moves:
                staged.replace(target)
            self._catalogue.add(scene, placement)
            kept = True
        except OSError as error:
            raise OutsideError(
                f"the image cannot be stored ({error.strerror})",
                where=str(self._root),
                todo="See to the disk and its rights",
            ) from error
        finally:
            if not kept:
                for path in new:
                    path.unlink(missing_ok=True)

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        """Give a folder inside the archive's for files that are not whole yet; nothing of it stays."""
        if not self._tidied:
            remove_abandoned(self._root)
            self._tidied = True
        with incoming_folder(self._root) as folder:
            yield folder


def _hints(options: ImportOptions, area: SiteBounds | None) -> ImageHints:
    return ImageHints(
        gsd_m=options.gsd_m,
        crs=options.crs,
        height_m=options.height_m,
        area=area,
        bands=tuple(Band(common_name=name) for name in options.bands),
        sensor=options.platform,
    )


def _made(options: ImportOptions, incoming: _Incoming, gsd_m: float, checksum: str) -> MadeScene:
    request = ImportRequest(
        date=options.date,
        licence=options.licence,
        provider=options.provider,
        platform=options.platform,
        off_nadir_deg=options.off_nadir_deg,
        view_azimuth_deg=options.view_azimuth_deg,
        sun_elevation_deg=options.sun_elevation_deg,
        sun_azimuth_deg=options.sun_azimuth_deg,
        cloud_cover_pct=options.cloud_cover_pct,
        drawn=options.drawn,
    )
    return make_scene(
        request,
        file_name=incoming.name,
        gsd_m=gsd_m,
        checksum=checksum,
        tags=incoming.tags,
        source_checksum=incoming.checksum,
    )


def known_bands(info: ImageInfo) -> tuple[str, ...]:
    """Return the common names of a stored image's bands; none where their order was assumed, which is no fact."""
    if info.order_known is OrderKnown.ASSUMED:
        return ()
    return tuple("" if name == "alpha" else name for name in info.band_order)


def _placement(info: ImageInfo, image: Path, *, source_checksum: str = "", source_name: str = "") -> Placement:
    coded = info.crs is not None and info.crs.startswith("EPSG:")
    return Placement(
        footprint=footprint(info),
        code=info.crs if coded else None,
        wkt=None if coded else info.crs,
        shape=(info.height, info.width),
        transform=info.transform,
        source_checksum=source_checksum,
        source_name=source_name if source_checksum else "",
        size=image.stat().st_size,
        data_type=info.dtype,
        nodata=info.nodata,
    )
