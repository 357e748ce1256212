"""The part of remote images that a site needs: read by blocks, stored as cloud-optimised GeoTIFFs.

The stored image keeps the grid of the file it comes from, at the reduction that strips are read at; every block that no
corridor crosses is a hole. So its pixels have the numbers that they had in the original, and strips read from it are
those that the original gives.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from wayside.errors import TracksError
from wayside.imagery.formats.info import ImageInfo, describe_image
from wayside.imagery.gdal import translated
from wayside.imagery.misplaced import why_outside
from wayside.imagery.remote.blocks import Lattice
from wayside.imagery.remote.parts import Part, geometry_of, opened, overview_sheet, site_box
from wayside.imagery.remote.request import CropFacts, CropRequest, RemoteTile
from wayside.imagery.remote.sharpening import sharp_part
from wayside.imagery.remote.sheets import Sheet, Stack
from wayside.imagery.remote.sources import ByteSource, Drawn
from wayside.imagery.remote.storing import store_corridors, store_overview
from wayside.model.checks import require
from wayside.model.places import Track

__all__ = ["crop_to_files"]


def crop_to_files(
    tiles: Sequence[RemoteTile],
    tracks: Sequence[Track],
    request: CropRequest,
    *,
    image: Path,
    overview: Path,
    mask: Path | None = None,
) -> CropFacts:
    """Read what a site needs of one look and store it.

    Headers are read first; then every file is asked once for all the blocks that are needed of it.

    Args:
        tiles: the look's tiles, in order of precedence. The first that a track crosses gives the grid.
        tracks: one or more, in one coordinate system.
        request: how much is read.
        image: the file to make: full detail along the corridors, nothing elsewhere.
        overview: the file to make: the whole site, coarse.
        mask: the file to make where a tile has the provider's mask: its values along the corridors, on its own grid.

    Returns:
        What was stored. The files appear together, at the end.

    Raises:
        TracksError: no track crosses any tile.
        ImageError: a file is not an image, damaged, too large, or does not fit its neighbours.
        SourceError: the sources' own, unchanged.
        OutsideError: the disk refuses.
    """
    require(tiles, "there is no tile to read")
    with _scratch(image) as folder:
        colours, notes = _images(tiles, tracks, request, folder)
        pans = _pans(tiles, colours, tracks, request, folder)
        read = [*colours, *pans.values()]
        blocks = sum(
            part.fetch(site_box(part.coarse, tracks, request), most=request.overview_bytes)
            for part in read
            if part.coarse is not None
        )
        parts = [
            sharp_part(part, pans[part.number], tracks, request) if part.number in pans else part for part in colours
        ]
        made = {image: folder / "image.tif", overview: folder / "overview.tif"}
        store_corridors(parts, made[image])
        store_overview(parts, site_box(parts[0].coarse or parts[0].image, tracks, request), made[overview])
        given = {part.number: source for part in parts if (source := tiles[part.number].mask) is not None}
        masks = _masks(given, tracks, request, folder) if mask is not None else []
        if mask is not None and masks:
            made[mask] = folder / "mask.tif"
            blocks += sum(part.fetch() for part in masks)
            store_corridors(masks, made[mask], nearest=True)
        infos = {path: describe_image(staged, limits=request.limits.pixels) for path, staged in made.items()}
        _settle(made)
    stored = (infos[image], infos[overview], infos[mask] if mask is not None and masks else None)
    return _facts(parts, [*read, *masks], stored, blocks, (*notes, *_partial(colours)))


def _facts(
    parts: Sequence[Part],
    read: Sequence[Part],
    stored: tuple[ImageInfo, ImageInfo, ImageInfo | None],
    blocks: int,
    notes: tuple[str, ...],
) -> CropFacts:
    cost = _cost(read)
    return CropFacts(
        image=stored[0],
        overview=stored[1],
        mask=stored[2],
        tiles=tuple(part.number for part in parts),
        source_gsd_m=parts[0].stack.info.gsd_m,
        blocks=blocks,
        ranges=cost.ranges,
        fetched=cost.size,
        whole=sum(raster.held.size for part in read for raster in part.stack.rasters),
        notes=notes,
    )


def _cost(parts: Sequence[Part]) -> Drawn:
    total = Drawn()
    for part in parts:
        for raster in part.stack.rasters:
            total = total.plus(raster.held.drawn)
    return total


def _partial(parts: Sequence[Part]) -> list[str]:
    names = [part.stack.name for part in parts if part.partial]
    return [f"the overview shows the tracks alone: {name} has no reduced images" for name in names]


@contextmanager
def _scratch(image: Path) -> Iterator[Path]:
    """Give a folder beside the image to be, on the same disk; nothing of it stays."""
    with translated(image.parent, "no file can be made there"):
        image.parent.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(dir=image.parent, prefix=".crop-")
    with folder as name:
        yield Path(name)


def _settle(made: dict[Path, Path]) -> None:
    for target, staged in made.items():
        with translated(target, "the image cannot be stored"):
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)


def _images(
    tiles: Sequence[RemoteTile], tracks: Sequence[Track], request: CropRequest, folder: Path
) -> tuple[list[Part], list[str]]:
    """Open the tiles that a track crosses, and say which none does."""
    parts: list[Part] = []
    notes: list[str] = []
    missed: TracksError | None = None
    for number, tile in enumerate(tiles):
        stack = opened(tile.image, tile, request, folder)
        geometry = geometry_of(stack, tracks, request)
        if not geometry.crosses(_whole(stack)):
            notes.append(f"no track crosses {stack.name}")
            missed = missed or why_outside(Path(stack.name), stack.info, geometry.plane, tracks, geometry.lines)
            continue
        coarse = overview_sheet(stack, tracks, request)
        parts.append(Part(number, geometry, Sheet(stack, geometry.level), coarse))
    if not parts:
        raise missed or TracksError("no track crosses any tile")
    return parts, notes


def _pans(
    tiles: Sequence[RemoteTile], parts: Sequence[Part], tracks: Sequence[Track], request: CropRequest, folder: Path
) -> dict[int, Part]:
    """Open the panchromatic images of the tiles that are used, by number of the tile."""
    out = {}
    for part in parts:
        source = tiles[part.number].pan
        if source is not None:
            stack = opened((source,), RemoteTile((source,), nodata=tiles[part.number].nodata), request, folder)
            geometry = geometry_of(stack, tracks, request)
            coarse = overview_sheet(stack, tracks, request)
            out[part.number] = Part(part.number, geometry, Sheet(stack, geometry.level), coarse)
    return out


def _whole(stack: Stack) -> Lattice:
    """Return an image as one block."""
    return Lattice(stack.info.width, stack.info.height, stack.info.width, stack.info.height)


def _masks(
    sources: Mapping[int, ByteSource], tracks: Sequence[Track], request: CropRequest, folder: Path
) -> list[Part]:
    """Open the masks of the tiles that are used, at their own resolution."""
    out = []
    for number, source in sources.items():
        stack = opened((source,), None, request, folder)
        geometry = geometry_of(stack, tracks, request)._replace(level=None, average=1)
        out.append(Part(number, geometry, Sheet(stack, None)))
    return out
