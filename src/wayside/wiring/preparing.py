"""Images that must be made ready before they can be counted: laid on a map, sharpened, told which band is which."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from wayside.imagery import ImageHints, store_image
from wayside.model.acquisitions import Band
from wayside.model.places import Site
from wayside.wiring.pixels import area_of

__all__ = ["ReadyImage", "prepared"]


class ReadyImage(NamedTuple):
    """An image that can be counted from.

    Attributes:
        path: the file.
        gsd_m: ground sample distance where the file does not say it, metres; None else.
        crs: coordinate reference system where the file does not name it; None else.
        notes: what was done to it, sentences.
    """

    path: Path
    gsd_m: float | None = None
    crs: str | None = None
    notes: tuple[str, ...] = ()


@contextmanager
def prepared(
    image: Path,
    site: Site,
    *,
    gsd_m: float | None = None,
    crs: str | None = None,
    height_m: float | None = None,
    bands: tuple[str, ...] = (),
    pan: Path | None = None,
) -> Iterator[ReadyImage]:
    """Give the image itself, or for the block a copy made of it where a height, bands or a second image are given.

    Args:
        image: the image file.
        site: what it shows.
        gsd_m: ground sample distance, metres; None to go by the image.
        crs: coordinate reference system; None to go by the image.
        height_m: height of the site above the ellipsoid, metres, for an image that only knows rational polynomials.
        bands: common names of its bands in order; empty to go by the image.
        pan: panchromatic image that sharpens it; None where there is none.

    Raises:
        ImageError, TracksError, OutsideError: as ``store_image``.
    """
    if height_m is None and not bands and pan is None:
        yield ReadyImage(image, gsd_m, crs)
        return
    named = tuple(Band(common_name=name) for name in bands)
    hints = ImageHints(gsd_m=gsd_m, crs=crs, height_m=height_m, area=area_of(site.tracks), bands=named)
    with tempfile.TemporaryDirectory(prefix="wayside-") as folder:
        path = Path(folder) / f"{image.stem}.tif"
        stored = store_image(image, path, hints, pan=pan)
        yield ReadyImage(path, gsd_m, notes=tuple(f"{note}." for note in stored.notes))
