"""Scale and offset of each band: what is stored, turned into what was measured.

A counter looks at colours relative to a scene's mean, so one factor for all bands changes nothing and is left out: the
pixels stay as they are stored. Bands with factors of their own, or with offsets (Sentinel-2 since its processing
baseline 04.00: reflectance = (value - 1000) / 10000), are brought to one scale.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rasterio.io import DatasetReader

from wayside.imagery.formats.bands import BandOrder
from wayside.model.acquisitions import Band

__all__ = ["Scaling", "band_scaling", "relative_scaling"]

Scaling = tuple[tuple[float, float], ...]
"""One (factor, offset) per band: measured = stored times factor plus offset."""

_SAME = 1e-9


def band_scaling(dataset: DatasetReader, order: BandOrder, hint: Sequence[Band] = ()) -> Scaling:
    """Return scale and offset of every band: the catalogue's where it says so, else the file's own.

    A scale that is no number or not above 0 is a mistake of the file and counts as none.
    """
    own = list(zip(dataset.scales, dataset.offsets, strict=True))
    told = [(band.scale, band.offset) for band in hint]
    if "alpha" in order.names and len(told) == dataset.count - 1:
        told.insert(order.names.index("alpha"), (1.0, 0.0))
    pairs = told if len(told) == dataset.count and any(pair != (1.0, 0.0) for pair in told) else own
    return tuple((float(s), float(o)) if _sound(s, o) else (1.0, 0.0) for s, o in pairs)


def _sound(scale: float, offset: float) -> bool:
    return math.isfinite(scale) and math.isfinite(offset) and scale > 0


def relative_scaling(scaling: Scaling, colour: tuple[int, ...]) -> Scaling:
    """Return factors and offsets for the bands that are looked at, the first of them left in its own units.

    Empty where they are one factor and no offset: nothing is to be done then.
    """
    chosen = [scaling[band - 1] for band in colour]
    unit = chosen[0][0]
    pairs = tuple((scale / unit, offset / unit) for scale, offset in chosen)
    plain = all(abs(scale - 1) < _SAME and abs(offset) < _SAME for scale, offset in pairs)
    return () if plain else pairs
