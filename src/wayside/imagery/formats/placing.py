"""Where an open image lies: its map grid, control points, or coefficients; and the size of its pixels on the ground."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rasterio.crs import CRS
from rasterio.io import DatasetReader

from wayside.errors import ImageError
from wayside.imagery.formats.gcps import fit_control_points
from wayside.imagery.formats.rpc import sound_rpc
from wayside.imagery.geodesy import Affine6, crs_name, ground_step, known_crs, map_to_lonlat, pixels_to_map

__all__ = ["MapFrom", "Placed", "gsd_of", "has_rpc", "placed"]

_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
_GSD_AGREES = 0.05
_NOMINAL = 0.002
_SAME_DEGREES = 1e-9
_MOST_OFF_M = 2.0
"""Control points may be off the plane map by this, or by a pixel where that is more: a track's strip is 16 m wide."""
_NITF_ROUNDING_M = {"G": 15.5, "D": 55.7, "U": 0.5, "N": 0.5, "S": 0.5}
"""By how much a NITF's corners may be rounded: half an arc second, half of 0.001 degrees, half a metre."""


class MapFrom(StrEnum):
    """Where an image's map is from."""

    FILE = "file"
    CONTROL_POINTS = "control points"
    NONE = "none"


class Placed(NamedTuple):
    """Where an image lies.

    Attributes:
        transform: a, b, c, d, e, f; None without a map.
        crs: "EPSG:n" or WKT; None without a map.
        assumed: True where the file names no CRS and longitude and latitude were assumed from its extent.
        source: where the map is from.
        error_m: by how much it may be wrong by the file's own account, metres; None where the file gives no account.
    """

    transform: Affine6 | None = None
    crs: str | None = None
    assumed: bool = False
    source: MapFrom = MapFrom.NONE
    error_m: float | None = None


def has_rpc(dataset: DatasetReader) -> bool:
    """Return whether an open image brings rational polynomial coefficients, sound or not."""
    return bool(dataset.tags(ns="RPC"))


def placed(name: Path | str, dataset: DatasetReader, crs: str | None, gsd_m: float | None) -> Placed:
    """Find out where an open image lies.

    A NITF's corner coordinates are rounded to metres or tens of metres; where it has coefficients too, those are what
    its map is made from.

    Args:
        name: what to call it in errors.
        dataset: an open rasterio dataset.
        crs: coordinate reference system of its map, where it does not name it.
        gsd_m: where it is given, an image whose map cannot be used is one without a map instead of an error.

    Raises:
        ImageError: a map that cannot be used without being told more, or at all.
    """
    if crs is not None and known_crs(crs) is None:
        raise ImageError(f"--crs {crs!r} is not a known CRS", where=str(name), todo="Write it like EPSG:32652")
    affine = dataset.transform
    transform: Affine6 = (affine.a, affine.b, affine.c, affine.d, affine.e, affine.f)
    plain = transform != _IDENTITY and all(map(math.isfinite, transform)) and affine.determinant != 0
    rough = dataset.driver == "NITF" and has_rpc(dataset)
    if plain and not rough:
        return _by_grid(name, dataset, transform, crs, gsd_m)
    if dataset.gcps[0] and not rough:
        return _by_points(name, dataset, crs, gsd_m)
    if gsd_m is None and sound_rpc(dataset, name) is not None:
        raise ImageError(
            "the image has no map but rational polynomial coefficients (RPC), which place it once a height is known",
            where=str(name),
            todo="Give the site's height above the WGS 84 ellipsoid, in metres, with --height",
        )
    return Placed()


def _named(name: Path | str, own: str | None, crs: str | None) -> str | None:
    """Return the CRS that the image or the caller names; refuse two that differ."""
    said = None if crs is None else crs_name(crs)
    if own is not None and said is not None and own != said:
        raise ImageError(
            f"--crs says {said[:40]} but the image's own map is in {own[:40]}",
            where=str(name),
            todo="Leave --crs out, or mend the image's map",
        )
    return own or said


def _own_name(crs: CRS, transform: Affine6) -> str | None:
    """Return a CRS's short name, also where its own name got lost (as in NITF) but a code means the same places."""
    full = crs_name(crs.to_wkt())
    if full is None or ":" in full[:8]:
        return full
    code = crs.to_epsg()
    here = np.array([[transform[2], transform[5]]])
    if code is None or not np.allclose(
        map_to_lonlat(f"EPSG:{code}", here), map_to_lonlat(full, here), rtol=0, atol=_SAME_DEGREES
    ):
        return full
    return f"EPSG:{code}"


def _by_grid(
    name: Path | str, dataset: DatasetReader, transform: Affine6, crs: str | None, gsd_m: float | None
) -> Placed:
    own = None if dataset.crs is None else _own_name(dataset.crs, transform)
    known = _named(name, own, crs)
    rounding = _NITF_ROUNDING_M.get(dataset.tags().get("NITF_ICORDS", "")) if dataset.driver == "NITF" else None
    if known is not None:
        return Placed(transform, known, source=MapFrom.FILE, error_m=rounding)
    ends = np.array([(i, j) for i in (0, dataset.width) for j in (0, dataset.height)], dtype=np.float64)
    degrees = (np.abs(pixels_to_map(transform, ends)) <= (180, 90)).all()
    if degrees and abs(dataset.transform.determinant) ** 0.5 < 0.01:
        return Placed(transform, "EPSG:4326", assumed=True, source=MapFrom.FILE)
    if gsd_m is not None:
        return Placed()
    raise ImageError(
        "the image has a map grid (a world file, perhaps) but names no coordinate reference system",
        where=str(name),
        todo="Give it with --crs EPSG:…, or give --gsd and tracks in pixel coordinates",
    )


def _by_points(name: Path | str, dataset: DatasetReader, crs: str | None, gsd_m: float | None) -> Placed:
    points, own = dataset.gcps
    known = _named(name, None if own is None else crs_name(own.to_wkt()), crs)
    fit = None if known is None else fit_control_points(points, known)
    if known is not None and fit is not None:
        step = ground_step(known, fit.transform, dataset.width / 2, dataset.height / 2)
        most = max(_MOST_OFF_M, 0.0 if step is None else math.sqrt(step.column_m * step.row_m))
        if step is not None and not fit.rms_m > most:
            error = None if math.isnan(fit.rms_m) else fit.rms_m
            return Placed(fit.transform, known, source=MapFrom.CONTROL_POINTS, error_m=error)
    if gsd_m is not None:
        return Placed()
    if known is None:
        raise ImageError(
            "the image's control points name no coordinate reference system",
            where=str(name),
            todo="Give it with --crs EPSG:…, or give --gsd and tracks in pixel coordinates",
        )
    if fit is None or step is None:
        raise ImageError(
            f"the image's {len(points)} control points place it nowhere: too few, on one line, or outside their CRS",
            where=str(name),
            todo="Mend the points, or give --gsd and tracks in pixel coordinates",
        )
    raise ImageError(
        f"the image's {fit.points} control points do not lie on a plane map: they are {fit.rms_m:.1f} m off it "
        f"(root mean square; the worst {fit.worst_m:.1f} m), and {most:.1f} m is the limit",
        where=str(name),
        todo="Warp the image to a map first, for example with gdalwarp -tps",
    )


def gsd_of(
    name: Path | str, dataset: DatasetReader, transform: Affine6 | None, crs: str | None, given: float | None
) -> float:
    """Return the ground sample distance in metres: the map's, else what the caller gives.

    Raises:
        ImageError: neither is there, they contradict each other, or it is out of range.
    """
    if given is not None and not (math.isfinite(given) and 0.01 <= given <= 100):
        raise ImageError(f"--gsd must be from 0.01 to 100 metres, not {given}", where=str(name))
    if transform is None or crs is None:
        if given is None:
            raise ImageError(
                "the image does not say how large its pixels are on the ground",
                where=str(name),
                todo="Give the ground sample distance in metres with --gsd",
            )
        return given
    step = ground_step(crs, transform, dataset.width / 2, dataset.height / 2)
    if step is None:
        raise ImageError(
            "the image's map coordinates lie outside its coordinate reference system",
            where=str(name),
            todo="Check its CRS and transform",
        )
    gsd = math.sqrt(step.column_m * step.row_m)
    nominal = math.sqrt(abs(transform[0] * transform[4] - transform[1] * transform[3]))
    gsd = nominal if abs(nominal / gsd - 1) < _NOMINAL else gsd
    if given is not None and abs(given / gsd - 1) > _GSD_AGREES:
        raise ImageError(
            f"--gsd says {given:g} m but the image's own map says {gsd:.3g} m",
            where=str(name),
            todo="Leave --gsd out, or mend the image's map",
        )
    if not 0.01 <= gsd <= 100:
        raise ImageError(
            f"pixels of {gsd:.3g} m are of no use here (0.01 to 100 m)", where=str(name), todo="Check the image's map"
        )
    return gsd
