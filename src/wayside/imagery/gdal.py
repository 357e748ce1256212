"""The one door to GDAL: settings, and its errors turned into ours.

Only plain raster formats are opened, and only regular files on this machine. A virtual raster or a web map service
can name other files and other machines; opening what a stranger sent must not reach for either.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rasterio
from rasterio._err import CPLE_BaseError  # GDAL's own errors; rasterio gives them no public name
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.io import DatasetReader

from wayside.errors import ImageError, OutsideError, WaysideError

__all__ = ["driver_of", "open_image", "session", "translated"]

_FORMATS = {
    b"II*\0": "GTiff",
    b"MM\0*": "GTiff",
    b"II+\0": "GTiff",
    b"MM\0+": "GTiff",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\0\0\0\x0cjP  ": "JP2OpenJPEG",
    b"\xff\x4f\xff\x51": "JP2OpenJPEG",
    b"RIFF": "WEBP",
    b"BM": "BMP",
    b"NITF": "NITF",
    b"NSIF": "NITF",
}
"""The formats that are read: how a file of each begins, and GDAL's name for it."""

_OPTIONS = {
    # Sidecars (world files, .ovr, .aux.xml) are looked for by name; a folder of thousands of scenes is not listed.
    "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
    # A JPEG that ends early would otherwise be filled with grey and pass for an image.
    "GDAL_ERROR_ON_LIBJPEG_WARNING": "YES",
    # Bytes, as rasterio passes it on: decoded blocks that neighbouring tracks share.
    "GDAL_CACHEMAX": 256 * 1024 * 1024,
    # A header of a few bytes may claim 70,000 bands, and each is set up before anything is read.
    "GDAL_MAX_BAND_COUNT": 1024,
    # A metadata item of an image may name an address; nothing here is read through GDAL's own network code.
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
}
_SIDECARS = (".ovr", ".msk", ".msk.ovr")
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_NO_SPACE = ("no space left", "write error", "permission denied", "read-only file system")


@contextmanager
def session(**options: str) -> Iterator[None]:
    """Set GDAL's options for the body, and keep its warning about images without a map to ourselves."""
    with warnings.catch_warnings(), rasterio.Env(**{**_OPTIONS, **options}):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


@contextmanager
def translated(path: Path, doing: str) -> Iterator[None]:
    """Turn what GDAL or the system raises in the body into ``ImageError`` or ``OutsideError`` about ``path``.

    Args:
        path: the file the body works on.
        doing: what the body does to it, for the sentence ("cannot be read as an image").
    """
    try:
        yield
    except WaysideError:
        raise
    except (RasterioError, CPLE_BaseError, MemoryError) as error:
        said = _first_line(error)
        if any(word in said.lower() for word in _NO_SPACE):
            raise OutsideError(f"{doing} ({said})", where=str(path), todo="See to the disk and its rights") from error
        raise ImageError(f"{doing} ({said})", where=str(path), todo="Give a whole, undamaged image file") from error
    except OSError as error:
        said = error.strerror or _first_line(error)
        raise OutsideError(f"{doing} ({said})", where=str(path), todo="See to the disk and its rights") from error


def _first_line(error: BaseException) -> str:
    """Return the root cause's first line, which with GDAL says more than the last."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


@contextmanager
def open_image(path: Path, *, level: int | None = None) -> Iterator[DatasetReader]:
    """Open an image file for reading; the body's GDAL errors are translated too.

    Args:
        path: a regular file.
        level: overview to open, 0 for the first; None for the full resolution.

    Raises:
        ImageError: not a file, not an image in a known format, or damaged.
        OutsideError: the file may not be read.
    """
    if not path.exists():
        raise ImageError("there is no such file", where=str(path), todo="Check the name")
    if not path.is_file():
        raise ImageError("this is not a file", where=str(path), todo="Give an image file")
    extra = {} if level is None else {"overview_level": level}
    with session(), translated(path, "the image cannot be read"):
        with path.open("rb") as file:
            driver = driver_of(file.read(16), path)
        _check_sidecars(path)
        try:
            dataset = rasterio.open(path.absolute(), driver=driver, **extra)
        except RasterioIOError as error:
            raise ImageError(
                f"this looks like {driver} but cannot be opened; it is damaged or cut short ({_first_line(error)})",
                where=str(path),
                todo="Fetch or copy it again",
            ) from error
        with dataset:
            _check_named(path, dataset)
            yield dataset


def _check_sidecars(path: Path) -> None:
    """Refuse reduced images and masks beside the file that are no TIFFs: GDAL would open them as whatever they are."""
    for suffix in _SIDECARS:
        beside = path.with_name(path.name + suffix)
        if beside.is_file():
            with beside.open("rb") as file:
                if not file.read(4).startswith(_TIFF):
                    raise ImageError(
                        "this file beside the image is not a TIFF", where=str(beside), todo="Move it away, or mend it"
                    )


def _check_named(path: Path, dataset: DatasetReader) -> None:
    """Refuse an image that names another file to read its reduced images from: it may be any file or address."""
    named = dataset.tags(ns="OVERVIEWS").get("OVERVIEW_FILE")
    if named is not None:
        raise ImageError(
            f"the image asks for its reduced images to be read from {named[:100]!r}",
            where=str(path),
            todo="Copy it with gdal_translate -co COPY_SRC_OVERVIEWS=NO, or delete its .aux.xml",
        )


def driver_of(head: bytes, name: Path | str) -> str:
    """Return GDAL's name of the format that a file's first 16 bytes announce (``ImageError`` where it is not read)."""
    for start, driver in _FORMATS.items():
        if head.startswith(start):
            return driver
    raise ImageError(
        "this is not an image in a format that is read" if head else "the file is empty",
        where=str(name),
        todo="Give a GeoTIFF, NITF, PNG, JPEG, JPEG 2000, WebP or BMP file",
    )
