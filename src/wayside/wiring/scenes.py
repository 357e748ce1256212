"""The archive that the pipeline works with: image files become COGs with STAC items beside them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.archive.catalogue import StaticCatalogue
from wayside.archive.files import sha256_multihash
from wayside.archive.items import Placement
from wayside.archive.scenes import ImportRequest, MadeScene, make_scene
from wayside.errors import OutsideError, WaysideError
from wayside.imagery.geodesy import Affine6
from wayside.imagery.info import ImageInfo, describe_image
from wayside.imagery.views import footprint
from wayside.imagery.writing import convert_to_cog, write_cog
from wayside.model.scenes import Scene
from wayside.pipeline.ports import AddedScene, ImportOptions

__all__ = ["SceneArchive"]


@dataclass(frozen=True, slots=True)
class _Incoming:
    """What is known of a file that is being taken in.

    Attributes:
        name: its name, without folders.
        gsd_m: ground sample distance, metres.
        tags: the file's own.
        checksum: multihash of the file as it was brought; empty for pixels that come from no file.
    """

    name: str
    gsd_m: float
    tags: Mapping[str, str]
    checksum: str = ""


class SceneArchive:
    """The scenes folder of a workspace."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._catalogue = StaticCatalogue(root)

    def scenes(self) -> tuple[Scene, ...]:
        """Return all scenes in order of time (``InputError`` where an item is damaged)."""
        return self._catalogue.scenes()

    def path(self, scene: Scene) -> Path:
        """Return where a scene's image is."""
        return self._catalogue.image_path(scene)

    def add(self, image: Path, options: ImportOptions) -> AddedScene:
        """Take an image file in, all of it or nothing.

        Raises:
            ImageError: not an image, truncated, too large, no ground sample distance.
            InputError: no date, or values out of range.
            OutsideError: the disk refuses.
        """
        info = describe_image(image, gsd_m=options.gsd_m, crs=options.crs)
        checksum = sha256_multihash(image)
        held = self._catalogue.find_source(checksum)
        if held is not None:
            return AddedScene(held, new=False)
        incoming = _Incoming(image.name, info.gsd_m, info.tags, checksum)
        _made(options, incoming, checksum)  # refuses what has no date before anything is written
        with self._staged() as staged:
            convert_to_cog(image, staged, info=info)
            return self._settle(staged, info, incoming, options)

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
        with self._staged() as staged:
            write_cog(pixels, staged, transform=transform, crs=crs)
            info = describe_image(staged, gsd_m=options.gsd_m)
            return self._settle(staged, info, _Incoming(name, info.gsd_m, info.tags), options)

    def _settle(self, staged: Path, info: ImageInfo, incoming: _Incoming, options: ImportOptions) -> AddedScene:
        """Give a stored image its name and its item."""
        made = _made(options, incoming, sha256_multihash(staged))
        target = self._catalogue.image_path(made.scene)
        known = target.exists()
        size = staged.stat().st_size
        try:
            staged.replace(target)
            self._catalogue.add(made.scene, _placement(info, incoming, size))
        except OSError as error:
            raise OutsideError(f"the image cannot be stored ({error.strerror})", where=str(target)) from error
        except WaysideError:
            if not known:
                target.unlink(missing_ok=True)
            raise
        return AddedScene(made.scene, new=True, notes=made.notes)

    @contextmanager
    def _staged(self) -> Iterator[Path]:
        """Give a name inside the folder for an image that is not whole yet; nothing stays under it."""
        path = self._root / f".incoming-{uuid.uuid4().hex[:12]}.tif"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def _made(options: ImportOptions, incoming: _Incoming, checksum: str) -> MadeScene:
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
        gsd_m=incoming.gsd_m,
        checksum=checksum,
        tags=incoming.tags,
        source_checksum=incoming.checksum,
    )


def _placement(info: ImageInfo, incoming: _Incoming, size: int) -> Placement:
    coded = info.crs is not None and info.crs.startswith("EPSG:")
    return Placement(
        footprint=footprint(info),
        code=info.crs if coded else None,
        wkt=None if coded else info.crs,
        shape=(info.height, info.width),
        transform=info.transform,
        source_checksum=incoming.checksum,
        source_name=incoming.name if incoming.checksum else "",
        size=size,
    )
