"""One way in for images of every kind: with a map, with control points, with coefficients, alone or in a pair."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from wayside.errors import ImageError
from wayside.imagery.formats.bands import OrderKnown
from wayside.imagery.formats.info import ImageInfo, PixelLimits, describe_image
from wayside.imagery.formats.placing import has_rpc
from wayside.imagery.gdal import open_image, translated
from wayside.imagery.ortho import ortho_to_cog
from wayside.imagery.pansharpen import sharpen_to_cog
from wayside.imagery.views import SiteBounds
from wayside.imagery.writing import convert_to_cog
from wayside.model.acquisitions import Band
from wayside.model.checks import require

__all__ = ["ImageHints", "Stored", "store_image"]

_GSD_AGREES = 0.05


@dataclass(frozen=True, slots=True)
class ImageHints:
    """What the user or a catalogue says of an image that its file does not.

    Attributes:
        gsd_m: ground sample distance, metres, for an image without a map; None where not said.
        crs: coordinate reference system of a world file or of control points; None where not said.
        height_m: of the site above the WGS 84 ellipsoid, metres, for an image with coefficients; None where not said.
        area: the site, in degrees; of an image with coefficients only this is laid on the map. None for all of it.
        bands: bands in order; may be empty.
        sensor: satellite or sensor; may be empty.
        limits: sizes beyond which an image is refused.
    """

    gsd_m: float | None = None
    crs: str | None = None
    height_m: float | None = None
    area: SiteBounds | None = None
    bands: tuple[Band, ...] = ()
    sensor: str = ""
    limits: PixelLimits = PixelLimits()  # noqa: RUF009 - frozen, so it may be shared


class Stored(NamedTuple):
    """What became of an image.

    Attributes:
        info: the description of the stored file.
        notes: what was done to the pixels or had to be assumed, sentences; empty for an image stored as it was.
    """

    info: ImageInfo
    notes: tuple[str, ...]


def store_image(source: Path, target: Path, hints: ImageHints | None = None, *, pan: Path | None = None) -> Stored:
    """Store an image file, whatever it is, as a cloud-optimised GeoTIFF that can be counted from.

    - with a map of its own, or control points on a plane map: pixel for pixel;
    - with coefficients, where the site's height is given: laid on a map at that height;
    - with a panchromatic image of the same look: sharpened with it, on its grid;
    - without any map: as it is, where its ground sample distance is given.

    Args:
        source: the image; of a pair, the coloured one.
        target: the file to make or replace.
        hints: what the file does not say.
        pan: the panchromatic image of a pair.

    Raises:
        ImageError: an image of none of these kinds, or damaged; says what would make it usable.
        TracksError: the area lies outside an image with coefficients.
        OutsideError: the disk refuses.
    """
    known = hints or ImageHints()
    if pan is not None:
        return _store_pair(pan, source, target, known)
    if known.height_m is not None and _with_rpc(source):
        made = ortho_to_cog(
            source,
            target,
            height_m=known.height_m,
            area=known.area,
            gsd_m=known.gsd_m,
            limits=known.limits,
            bands=known.bands,
            sensor=known.sensor,
        )
        info = _described(target, known, name=source.name)
        note = (
            f"Laid on a map from its RPC at {known.height_m:g} m above the ellipsoid; "
            f"10 m of error in the height move it by {10 * made.lean:.1f} m"
        )
        return Stored(info, (note, *_notes(info)))
    info = _described(source, known)
    convert_to_cog(source, target, info=info)
    stored = _described(target, known, name=source.name)
    notes = []
    if info.map_error_m is not None:
        notes.append(f"By its own account ({info.map_from}) its map is off by up to about {info.map_error_m:.1f} m")
    return Stored(stored, (*notes, *_notes(stored)))


def _with_rpc(path: Path) -> bool:
    with open_image(path) as dataset:
        return has_rpc(dataset)


def _described(path: Path, known: ImageHints, name: str = "") -> ImageInfo:
    return describe_image(
        path,
        gsd_m=known.gsd_m,
        crs=known.crs,
        limits=known.limits,
        bands=known.bands,
        sensor=known.sensor or name,
    )


def _notes(info: ImageInfo) -> tuple[str, ...]:
    if info.order_known is not OrderKnown.ASSUMED or info.bands - (info.alpha is not None) < 4:
        return ()
    order = ", ".join(name or "?" for name in info.band_order)
    return (f"The order of its bands was assumed ({order}: {info.order_why})",)


def _store_pair(pan: Path, colour: Path, target: Path, known: ImageHints) -> Stored:
    """Sharpen ``colour`` with ``pan``; where either has coefficients alone, lay it on a map first."""
    require(pan != colour, "a pair is two files")
    with ExitStack() as stack:
        with translated(target.parent, "there is no room for the two images"):
            target.parent.mkdir(parents=True, exist_ok=True)
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".pair-", dir=target.parent)))
        notes: list[str] = []
        ready = []
        for path, name in ((pan, "pan.tif"), (colour, "colour.tif")):
            hints = ImageHints(
                crs=known.crs,
                height_m=known.height_m,
                area=known.area,
                bands=known.bands if path is colour else (),
                sensor=known.sensor,
                limits=known.limits,
            )
            laid = known.height_m is not None and _with_rpc(path)
            if laid:
                stored = store_image(path, folder / name, hints)
                notes.extend(note for note in stored.notes if note not in notes)
                ready.append((folder / name, stored.info))
            else:
                ready.append((path, _described(path, hints)))
        (pan_path, pan_info), (colour_path, colour_info) = ready
        if known.gsd_m is not None and abs(known.gsd_m / pan_info.gsd_m - 1) > _GSD_AGREES:
            raise ImageError(
                f"--gsd says {known.gsd_m:g} m but the panchromatic image's own map says {pan_info.gsd_m:.3g} m",
                where=str(pan),
                todo="Leave --gsd out",
            )
        weights = sharpen_to_cog(pan_path, colour_path, target, pan_info=pan_info, colour_info=colour_info)
    shares = ", ".join(f"{w:.2f}" for w in weights)
    notes.append(f"Sharpened from {colour_info.gsd_m:.3g} m with {pan.name} (weights of its bands {shares})")
    return Stored(describe_image(target, limits=known.limits), (*notes, *_notes(colour_info)))
