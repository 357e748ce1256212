"""A scene from an image file that somebody brings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from wayside.archive.dates import acquisition_date
from wayside.archive.licences import completed_licence
from wayside.errors import InputError, ValueRefusedError
from wayside.model.scenes import Licence, Scene

__all__ = ["ImportRequest", "MadeScene", "make_scene"]

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What the user says of an image; everything may be left out that the file says itself.

    Attributes:
        date: acquisition date or time as text; None to take it from the file.
        licence: terms of use.
        provider: who made or sold the image; may be empty.
        platform: satellite or aircraft; may be empty.
        off_nadir_deg: 0 to 90; None where unknown.
        view_azimuth_deg: 0 to 360, clockwise from north; None where unknown.
        sun_elevation_deg: -90 to 90; None where unknown.
        sun_azimuth_deg: 0 to 360, clockwise from north; None where unknown.
        cloud_cover_pct: 0 to 100; None where unknown.
        drawn: True for an image that was drawn, not taken.
    """

    date: str | None = None
    licence: Licence = Licence()  # noqa: RUF009 - frozen, so it may be shared
    provider: str = ""
    platform: str = ""
    off_nadir_deg: float | None = None
    view_azimuth_deg: float | None = None
    sun_elevation_deg: float | None = None
    sun_azimuth_deg: float | None = None
    cloud_cover_pct: float | None = None
    drawn: bool = False


class MadeScene(NamedTuple):
    """A scene, and sentences about what was assumed to make it."""

    scene: Scene
    notes: tuple[str, ...]


def make_scene(
    request: ImportRequest,
    *,
    file_name: str,
    gsd_m: float,
    checksum: str,
    tags: Mapping[str, str] | None = None,
    source_checksum: str = "",
) -> MadeScene:
    """Make the scene of an image file.

    Its id is the day, the file's name and eight digits of the source's checksum: the same file brought twice has
    the same id, two files of one name do not. Its image is ``<id>.tif``, beside its item in the archive.

    Args:
        request: what the user says.
        file_name: the file's name, without folders.
        gsd_m: ground sample distance, metres.
        checksum: multihash of the image as it is stored.
        tags: the file's own tags.
        source_checksum: multihash of the file as it was brought; that of the stored image where empty.

    Raises:
        InputError: no date, or values out of range.
    """
    date = acquisition_date(request.date, tags or {}, where=file_name)
    digest = (source_checksum or checksum)[4:12]
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", file_name.rsplit(".", 1)[0]).strip("-.")[:_LONGEST_NAME] or "image"
    scene_id = f"{date.time:%Y%m%d}-{stem}-{digest}"
    try:
        scene = Scene(
            id=scene_id,
            acquired=date.time,
            gsd_m=gsd_m,
            checksum=checksum,
            href=f"{scene_id}.tif",
            provider=request.provider,
            platform=request.platform,
            licence=completed_licence(
                request.licence, provider=request.provider, platform=request.platform, year=date.time.year
            ),
            off_nadir_deg=request.off_nadir_deg,
            view_azimuth_deg=request.view_azimuth_deg,
            sun_elevation_deg=request.sun_elevation_deg,
            sun_azimuth_deg=request.sun_azimuth_deg,
            cloud_cover_pct=request.cloud_cover_pct,
            drawn=request.drawn,
        )
    except ValueRefusedError as error:
        raise InputError(error.what, where=file_name, todo=error.todo) from error
    return MadeScene(scene, (date.note,) if date.note else ())
