"""What a training reads of real images."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.imagery import describe_image
from wayside.imagery.gdal import open_image, session, translated
from wayside.imagery.windows import Box, read_box
from wayside.model.places import Site
from wayside.pipeline.learning import LearningImages
from wayside.wiring.pixels import FilePixels
from wayside.wiring.services import read_site

__all__ = ["FileImages", "learning_images"]

_GROUND_SUFFIXES = frozenset({".tif", ".tiff", ".png", ".jpg", ".jpeg"})
_GSD_M = 0.3


@dataclass(frozen=True, slots=True)
class FileImages:
    """Reads image files."""

    reader: FilePixels = field(default_factory=FilePixels)

    def site(self, path: Path) -> Site:
        """Read tracks (``TracksError``)."""
        return read_site(path)

    def picture(self, path: Path) -> NDArray[np.uint8]:
        """Read a whole image, shape (height, width, 3), 0 to 255 (``ImageError``)."""
        info = describe_image(path, gsd_m=_GSD_M)
        with session(), translated(path, "reading it"), open_image(path) as dataset:
            pixels = read_box(dataset, info, Box(0, 0, info.width, info.height)).values
        bands = np.broadcast_to(pixels, (3, *pixels.shape[1:]))
        return np.ascontiguousarray(np.clip(np.moveaxis(bands, 0, 2), 0, 255).astype(np.uint8))


def learning_images(labels: tuple[Path, ...], ground: Path | None) -> LearningImages:
    """Gather what a training learns from beside its drawings; nothing where neither is given."""
    pictures = () if ground is None else tuple(p for p in sorted(ground.iterdir()) if p.suffix in _GROUND_SUFFIXES)
    return LearningImages(FileImages(), labels, pictures)
