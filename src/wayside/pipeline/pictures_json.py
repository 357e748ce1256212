"""A report's pictures as JSON beside PNG files, and back, pixel for pixel."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.errors import InputError
from wayside.pipeline.value_json import Codec, Handler
from wayside.report.bundle import png_of, rgb_of
from wayside.report.figures.pictures import ReportPictures

__all__ = ["WrittenPictures", "pictures_from_json", "pictures_to_json"]

_MOST_PIXELS = 64_000_000
_MOST_NUMBERS = 4_000_000
_DTYPES = ("bool", "uint8", "uint16", "int8", "int16", "int32", "int64", "float32", "float64")


class WrittenPictures(NamedTuple):
    """Pictures as they stand in a bundle.

    Attributes:
        document: everything but pixels.
        files: PNG files by name.
    """

    document: dict[str, Any]
    files: dict[str, bytes]


def pictures_to_json(pictures: ReportPictures) -> WrittenPictures:
    """Return the pictures; one of a single grey, as what is withheld has, needs no file.

    Raises:
        InputError: they hold a value that is not of its field's type.
    """
    files: dict[str, bytes] = {}

    def encode(value: Any, path: str) -> Any:  # noqa: ANN401  any JSON
        if not isinstance(value, np.ndarray) or value.dtype.name not in _DTYPES:
            raise InputError("an array of numbers is wanted here", where=path)
        if not _is_picture(value):
            return {"dtype": value.dtype.name, "shape": list(value.shape), "values": value.ravel().tolist()}
        if value.min() == value.max():
            return {"grey": int(value.flat[0]), "shape": list(value.shape)}
        name = f"pictures/{len(files) + 1:04d}.png"
        files[name] = png_of(value)
        return {"file": name, "shape": list(value.shape)}

    document = _codec(Handler(encode, _unused)).encode(pictures, ReportPictures, "pictures")
    return WrittenPictures(document, files)


def pictures_from_json(document: object, read: Callable[[str], bytes]) -> ReportPictures:
    """Return the pictures that ``pictures_to_json`` wrote.

    Args:
        document: of the pictures.
        read: gives the bytes of a file of the bundle.

    Raises:
        InputError: something is missing, unknown, of another type, or not the picture that it should be.
    """
    left = _MOST_PIXELS

    def decode(value: Any, path: str) -> NDArray[Any]:  # noqa: ANN401
        nonlocal left
        shape = _shape(value, path)
        left -= int(np.prod(shape, dtype=np.int64)) // (3 if "values" not in value else 1)
        if left < 0:
            raise InputError(f"the pictures have more than {_MOST_PIXELS:,} pixels", where=path)
        if set(value) == {"grey", "shape"} and len(shape) == 3:
            return _grey(value["grey"], shape, path)
        if set(value) == {"file", "shape"} and len(shape) == 3 and isinstance(value["file"], str):
            return rgb_of(read(value["file"]), shape[0], shape[1], name=value["file"])
        return _numbers(value, shape, path)

    made: ReportPictures = _codec(Handler(_unused, decode)).decode(document, ReportPictures, "pictures")
    return made


def _codec(arrays: Handler) -> Codec:
    return Codec(choose=lambda kind: arrays if typing.get_origin(kind) is np.ndarray else None)


def _unused(value: Any, path: str) -> Any:  # noqa: ANN401
    del value, path
    raise NotImplementedError


def _is_picture(value: NDArray[Any]) -> bool:
    return value.ndim == 3 and value.shape[2] == 3 and value.dtype == np.uint8 and value.size > 0


def _shape(value: Any, path: str) -> tuple[int, ...]:  # noqa: ANN401
    shape = value.get("shape") if isinstance(value, Mapping) else None
    if not isinstance(shape, list) or not all(type(n) is int and 0 <= n <= _MOST_PIXELS for n in shape):
        raise InputError("a picture gives its shape", where=path)
    return tuple(shape)


def _grey(grey: Any, shape: tuple[int, ...], path: str) -> NDArray[np.uint8]:  # noqa: ANN401
    if type(grey) is not int or not 0 <= grey <= 255:
        raise InputError("a grey goes from 0 to 255", where=path)
    return np.full(shape, grey, dtype=np.uint8)


def _numbers(value: Mapping[str, Any], shape: tuple[int, ...], path: str) -> NDArray[Any]:
    numbers, dtype = value.get("values"), value.get("dtype")
    fits = set(value) == {"dtype", "shape", "values"} and dtype in _DTYPES and isinstance(numbers, list)
    if not fits or len(numbers or ()) > _MOST_NUMBERS:
        raise InputError("an array gives dtype, shape and values", where=path)
    try:
        return np.array(numbers, dtype=str(dtype)).reshape(shape)
    except (ValueError, TypeError, OverflowError) as fault:
        raise InputError("an array's values do not fit its shape", where=path) from fault
