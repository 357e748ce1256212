"""All that hides a scene's strips, from every source, in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.imagery.visibility.clouds import black_of, crisp_share, mask_clouds, mask_veils, white_of
from wayside.imagery.visibility.light import mask_light, sun_note
from wayside.imagery.visibility.sampling import with_mask
from wayside.imagery.visibility.sharpness import blur_note, effective_gsd
from wayside.model.strips import Strip
from wayside.model.visibility import Obstruction, code_of

__all__ = ["Image", "Screened", "screen"]

_UNREADABLE_M = 5.0
"""An image whose true resolution is coarser than this shows no cars: all its track is hidden by blur."""
_DISPUTED_M = 40.0
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Image:
    """What is known of the image that strips were read from.

    Attributes:
        width: columns of pixels.
        height: rows of pixels.
        aspect: ground size of a row over that of a column.
        gsd_m: its ground sample distance as it says itself, metres.
        full_scale: the greatest value that a pixel can have, where the sensor's range fills it (255 for 8 bits); else
            None.
        sun_elevation_deg: -90 to 90; None where unknown.
    """

    width: int
    height: int
    aspect: float
    gsd_m: float
    full_scale: float | None = None
    sun_elevation_deg: float | None = None


@dataclass(frozen=True, eq=False)
class Screened:
    """Strips with what hides them.

    Attributes:
        strips: in the given order.
        effective_gsd_m: the resolution that the image really has, metres: its own GSD where nothing speaks against it.
        notes: sentences on what else limits the scene.
    """

    strips: tuple[Strip, ...]
    effective_gsd_m: float
    notes: tuple[str, ...] = ()


def screen(strips: Sequence[Strip], image: Image, masks: Mapping[str, NDArray[np.uint8]] | None = None) -> Screened:
    """Mark what hides the strips of one scene.

    First what the image does not hold, then what the provider's mask says, then what the image shows itself: cloud,
    veils, overexposure, deep shadow, blur. The first reason stays. Where the image shows crisp ground under what the
    mask calls cloud, the mask is believed all the same, and a note says so.

    Args:
        strips: as read.
        image: what they were read from.
        masks: what the provider's mask says of each strip's columns (``read_mask_strips``); None without a mask.
    """
    named = [_name_blank(strip, image) for strip in strips]
    white = white_of(named, image.full_scale)
    black = black_of(named, white)
    known = [with_mask(s, masks[s.track_id]) if masks and s.track_id in masks else s for s in named]
    seen = [mask_veils(mask_clouds(strip), white, black) for strip in known]
    seen = mask_light(seen, image.full_scale)
    effective = _effective(named, seen, image.gsd_m)
    if effective > _UNREADABLE_M:
        seen = [strip.hide(strip.visible, Obstruction.BLUR) for strip in seen]
    notes = (
        *_disputed(named, known, white),
        *blur_note(effective, image.gsd_m),
        *sun_note(image.sun_elevation_deg),
    )
    return Screened(tuple(seen), effective, notes)


def _effective(before: Sequence[Strip], after: Sequence[Strip], gsd_m: float) -> float:
    """Return the image's true resolution, metres; with care where cloud was found, whose soft edges pass for blur."""
    shown = sum(int(strip.visible.sum()) for strip in before)
    left = sum(int(strip.visible.sum()) for strip in after)
    if left > _MOSTLY * shown:
        return effective_gsd(after, gsd_m)
    # What blurs an image blurs every track of it; a cloud leaves some alone.
    single = min((effective_gsd([strip], gsd_m) for strip in after if strip.visible.any()), default=gsd_m)
    return single if left > 0.5 * shown and single > _UNREADABLE_M else gsd_m


def _name_blank(strip: Strip, image: Image) -> Strip:
    """Say of columns without usable pixels whether they lie outside the image or have no data."""
    blank = ~strip.visible
    x, y = strip.frame.centre[:, 0], strip.frame.centre[:, 1] / image.aspect
    inside = (x >= 0) & (x <= image.width) & (y >= 0) & (y <= image.height)
    return strip.hide(blank & ~inside, Obstruction.OUTSIDE).hide(blank & inside, Obstruction.NODATA)


def _disputed(before: Sequence[Strip], after: Sequence[Strip], white: float) -> tuple[str, ...]:
    """Return a note where the mask calls cloud what the image shows crisply, over ``_DISPUTED_M`` or more."""
    metres = 0.0
    for bare, masked in zip(before, after, strict=True):
        if masked.hidden is not None:
            cloud = (masked.hidden.codes == code_of(Obstruction.CLOUD)) & masked.hidden.provided
            metres += crisp_share(bare, cloud, white) * float(cloud.sum()) * bare.frame.step_m
    if metres < _DISPUTED_M:
        return ()
    said = (
        f"The provider's mask calls cloud what the image shows clearly, over {metres:.0f} m of track; bright roofs and "
        "snow are taken for cloud at times. The mask was believed."
    )
    return (said,)
