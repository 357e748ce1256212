"""Rational polynomial coefficients: where a place on the ground lies in an image that has no map.

STDI-0002, "The Compendium of Controlled Extensions for NITF", RPC00B: line and sample are each a quotient of two cubic
polynomials of normalised longitude L, latitude P and height H above the WGS 84 ellipsoid. Line and sample 0 are the
*middle* of the first pixel, so image coordinates as used here (origin at the outer corner) are half a pixel more.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader
from rasterio.rpc import RPC

from wayside.errors import ImageError
from wayside.imagery.geodesy import distance_m

__all__ = ["RpcGround", "ground_of", "pixels_of", "rpc_ground", "sound_rpc"]

_REACH = 1.5
_LEAST_HEIGHT_M = 500.0
_STEPS = 20
_CLOSE_PX = 1e-4
_DEGREE = 1e-5
_EAST, _NORTH = np.array([_DEGREE, 0.0]), np.array([0.0, _DEGREE])
_COLUMN, _ROW = np.array([1.0, 0.0]), np.array([0.0, 1.0])
_NO_RPC = "Fetch the image's RPC file again, or have it ortho-corrected"


class RpcGround(NamedTuple):
    """How an image with coefficients lies on the ground at one height.

    Attributes:
        lon: of the image's middle, degrees.
        lat: of the image's middle, degrees.
        column_m: ground length of a column step there, metres.
        row_m: ground length of a row step there, metres.
        lean: how far a place moves over the ground for each metre by which the height is wrong, metres: the tangent
            of the angle between the view and the vertical.
    """

    lon: float
    lat: float
    column_m: float
    row_m: float
    lean: float


def sound_rpc(dataset: DatasetReader, name: Path | str) -> RPC | None:
    """Return an open image's coefficients; None where it has none.

    Raises:
        ImageError: coefficients that place nothing: no numbers, scales of 0, polynomials of 0.
    """
    try:
        rpc = dataset.rpcs
    except (ValueError, TypeError, LookupError) as error:
        raise ImageError("the image's RPC cannot be read as numbers", where=str(name), todo=_NO_RPC) from error
    if rpc is None:
        return None
    scales = (rpc.lat_scale, rpc.long_scale, rpc.height_scale, rpc.line_scale, rpc.samp_scale)
    offsets = (rpc.lat_off, rpc.long_off, rpc.height_off, rpc.line_off, rpc.samp_off)
    lists = (rpc.line_num_coeff, rpc.line_den_coeff, rpc.samp_num_coeff, rpc.samp_den_coeff)
    whole = all(len(numbers) == 20 for numbers in lists)
    finite = all(math.isfinite(x) for x in (*scales, *offsets, *(x for numbers in lists for x in numbers)))
    if not whole or not finite or not all(x > 0 for x in scales) or not all(any(numbers) for numbers in lists):
        raise ImageError(
            "the image's RPC places nothing: a scale or a polynomial of it is 0 or no number",
            where=str(name),
            todo=_NO_RPC,
        )
    if abs(rpc.lat_off) > 90 or abs(rpc.long_off) > 360:
        raise ImageError("the image's RPC lies outside the earth", where=str(name), todo=_NO_RPC)
    return rpc


def _terms(p: NDArray[np.float64], l: NDArray[np.float64], h: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: E741 - the standard's letters
    """Return the 20 terms of RPC00B in its order, shape (20, n)."""
    one = np.ones_like(p)
    low = [one, l, p, h, l * p, l * h, p * h, l * l, p * p, h * h]
    high = [p * l * h, l**3, l * p * p, l * h * h, l * l * p, p**3, p * h * h, l * l * h, p * p * h, h**3]
    return np.stack(low + high)


def pixels_of(rpc: RPC, lonlat: NDArray[np.float64], height_m: float) -> NDArray[np.float64]:
    """Return the image coordinates (column, row) of places, both of shape (n, 2); NaN where a denominator is 0."""
    lon = (lonlat[:, 0] - rpc.long_off + 180.0) % 360.0 - 180.0
    terms = _terms(
        (lonlat[:, 1] - rpc.lat_off) / rpc.lat_scale,
        lon / rpc.long_scale,
        np.full(len(lonlat), (height_m - rpc.height_off) / rpc.height_scale),
    )
    with np.errstate(all="ignore"):
        row = np.dot(rpc.line_num_coeff, terms) / np.dot(rpc.line_den_coeff, terms)
        column = np.dot(rpc.samp_num_coeff, terms) / np.dot(rpc.samp_den_coeff, terms)
    pixels = np.stack([column * rpc.samp_scale + rpc.samp_off, row * rpc.line_scale + rpc.line_off], axis=-1) + 0.5
    pixels[~np.isfinite(pixels).all(axis=1)] = np.nan
    return pixels


def ground_of(rpc: RPC, pixels: NDArray[np.float64], height_m: float) -> NDArray[np.float64]:
    """Return longitude and latitude of image coordinates at a height, by Newton's method; NaN where it fails.

    Args:
        rpc: coefficients.
        pixels: (column, row), shape (n, 2).
        height_m: above the WGS 84 ellipsoid, metres.
    """
    lonlat = np.tile([rpc.long_off, rpc.lat_off], (len(pixels), 1)).astype(np.float64)
    for _ in range(_STEPS):
        here = pixels_of(rpc, lonlat, height_m)
        by_lon = (pixels_of(rpc, lonlat + _EAST, height_m) - here) / _DEGREE
        by_lat = (pixels_of(rpc, lonlat + _NORTH, height_m) - here) / _DEGREE
        wrong = pixels - here
        size = by_lon[:, 0] * by_lat[:, 1] - by_lat[:, 0] * by_lon[:, 1]
        with np.errstate(all="ignore"):
            step = (
                np.stack(
                    [
                        by_lat[:, 1] * wrong[:, 0] - by_lat[:, 0] * wrong[:, 1],
                        by_lon[:, 0] * wrong[:, 1] - by_lon[:, 1] * wrong[:, 0],
                    ],
                    axis=-1,
                )
                / size[:, None]
            )
        # A step of more than the coefficients' own reach would leave the place where they mean anything.
        lonlat = lonlat + np.clip(step, (-rpc.long_scale, -rpc.lat_scale), (rpc.long_scale, rpc.lat_scale))
    left = np.abs(pixels_of(rpc, lonlat, height_m) - pixels).max(axis=1)
    lonlat[~(left < _CLOSE_PX)] = np.nan
    return lonlat


def rpc_ground(rpc: RPC, size: tuple[int, int], height_m: float, name: Path | str) -> RpcGround:
    """Measure how an image lies on the ground.

    Args:
        rpc: coefficients, sound.
        size: width and height of the image, pixels.
        height_m: of the site above the WGS 84 ellipsoid (not above sea level), metres.
        name: what to call the image in errors.

    Raises:
        ImageError: a height that the coefficients were not made for, or coefficients that do not place the image.
    """
    reach = max(_REACH * rpc.height_scale, _LEAST_HEIGHT_M)
    if not math.isfinite(height_m) or abs(height_m - rpc.height_off) > reach:
        raise ImageError(
            f"a height of {height_m:g} m is not one that the image's RPC was made for "
            f"({rpc.height_off - reach:.0f} to {rpc.height_off + reach:.0f} m)",
            where=str(name),
            todo="Give the site's height above the WGS 84 ellipsoid, in metres, with --height",
        )
    middle = np.array([size]) / 2.0
    places = ground_of(rpc, np.concatenate([middle, middle + _COLUMN, middle + _ROW]), height_m)
    lifted = ground_of(rpc, middle, height_m + 1.0)
    if not np.isfinite(places).all() or not np.isfinite(lifted).all() or abs(places[0, 1]) > 84.0:
        raise ImageError("the image's RPC does not place the image on the ground", where=str(name), todo=_NO_RPC)
    lon, lat = places[0].tolist()
    return RpcGround(
        lon,
        lat,
        distance_m(places[0], places[1]),
        distance_m(places[0], places[2]),
        distance_m(places[0], lifted[0]),
    )
