"""Values of the project as JSON and back, exactly, from their types alone.

A value is a frozen dataclass of plain fields: text, whole and real numbers, truth values, None, enumerations, dates and
times, tuples, mappings, other dataclasses and named tuples, or one of several of these. Nothing is converted on the
way: a float comes back to the last bit, because JSON is written with as many digits as it needs, a whole number is
never taken for a real one in a whole number's place, a missing field takes its default, and a field that the value does
not have is refused. What stands for one of several dataclasses says which in the key ``is``.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from wayside.errors import InputError, ValueRefusedError
from wayside.model.counts import CountDistribution

__all__ = ["Codec", "Handler"]

_LONGEST_TEXT = 1_000_000
TAG = "is"
"""Key that names the dataclass where a field may hold one of several."""

Encode = Callable[[Any, str], Any]
Decode = Callable[[Any, str], Any]


class Handler(NamedTuple):
    """How the values of one type are written and read.

    Attributes:
        encode: from the value and its path to what ``json.dumps`` takes.
        decode: back, from what ``json.loads`` gave and its path.
    """

    encode: Encode
    decode: Decode


class Codec:
    """Writes and reads values by their types; what it learns of a type is kept.

    Args:
        handlers: types that are written in a way of their own.
        choose: gives the handler of a type that is not a class (an array); None where it has none.
    """

    def __init__(
        self, handlers: Mapping[type, Handler] | None = None, choose: Callable[[Any], Handler | None] | None = None
    ) -> None:
        self._known: dict[Any, Handler] = {
            **_PLAIN,
            CountDistribution: Handler(_encode_count, _decode_count),
            **(handlers or {}),
        }
        self._choose = choose

    def encode(self, value: object, kind: Any, path: str = "") -> Any:  # noqa: ANN401  any JSON
        """Return a value of type ``kind`` as what ``json.dumps`` takes.

        Raises:
            InputError: the value is not of its type, or a number is not finite.
        """
        return self._handler(kind).encode(value, path)

    def decode(self, document: Any, kind: Any, path: str = "") -> Any:  # noqa: ANN401  any JSON to any value
        """Return the value of type ``kind`` that ``encode`` wrote.

        Raises:
            InputError: a field is missing, unknown, of another type, or breaks its value's rules, with its path.
        """
        try:
            return self._handler(kind).decode(document, path)
        except RecursionError as fault:
            raise InputError("it is nested too deeply", where=path) from fault

    def _handler(self, kind: Any) -> Handler:  # noqa: ANN401  a type or what stands for one
        known = self._known.get(kind)
        if known is None:
            # A type may hold itself: what stands here meanwhile asks again when it is used.
            self._known[kind] = Handler(partial(self._later, kind, "encode"), partial(self._later, kind, "decode"))
            known = self._known[kind] = self._made(kind)
        return known

    def _later(self, kind: Any, way: str, value: Any, path: str) -> Any:  # noqa: ANN401
        return getattr(self._known[kind], way)(value, path)

    def _made(self, kind: Any) -> Handler:  # noqa: ANN401
        chosen = self._choose(kind) if self._choose is not None else None
        return chosen or self._of_several(kind) or self._of_class(kind)

    def _of_several(self, kind: Any) -> Handler | None:  # noqa: ANN401
        """Return how values of a type with arguments are written; None for a class."""
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin in {typing.Union, types.UnionType}:
            return self._one_of(arguments)
        if origin is tuple:
            return self._tuple(arguments)
        return self._mapping(*arguments) if origin is not None and issubclass(origin, Mapping) else None

    def _of_class(self, kind: Any) -> Handler:  # noqa: ANN401
        if isinstance(kind, type) and issubclass(kind, Enum):
            return _enumeration(kind)
        if dataclasses.is_dataclass(kind):
            return self._dataclass(typing.cast("type", kind))
        if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
            return self._named_tuple(kind)
        raise TypeError(f"values of the type {kind!r} cannot be written as JSON")

    # ------------------------------------------------------------------ parts
    def _dataclass(self, kind: type) -> Handler:
        hints = typing.get_type_hints(kind)
        fields = {field.name: self._handler(hints[field.name]) for field in dataclasses.fields(kind) if field.init}
        needed = {
            field.name
            for field in dataclasses.fields(kind)
            if field.init and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        }

        def encode(value: Any, path: str) -> Any:  # noqa: ANN401
            if type(value) is not kind:
                raise _refused(path, kind.__name__, type(value).__name__)
            return {name: part.encode(getattr(value, name), f"{path}.{name}") for name, part in fields.items()}

        def decode(document: Any, path: str) -> Any:  # noqa: ANN401
            _check(document, dict, path, "an object")
            unknown, missing = sorted(set(document) - set(fields)), sorted(needed - set(document))
            if unknown:
                raise InputError(f"{kind.__name__} has no field {unknown[0]!r}", where=path)
            if missing:
                raise InputError(f"{kind.__name__} needs the field {missing[0]!r}", where=path)
            read = {name: fields[name].decode(part, f"{path}.{name}") for name, part in document.items()}
            return _built(kind, read, path)

        return Handler(encode, decode)

    def _named_tuple(self, kind: Any) -> Handler:  # noqa: ANN401
        """Write a named tuple as a list: positions are many, and their names would be most of the file."""
        parts = [self._handler(hint) for hint in typing.get_type_hints(kind).values()]

        def decode(document: Any, path: str) -> Any:  # noqa: ANN401
            _check(document, list, path, "a list")
            return _built(kind, dict(zip(kind._fields, _each(parts, document, path), strict=True)), path)

        return Handler(lambda value, path: _written(parts, value, path), decode)

    def _tuple(self, arguments: tuple[Any, ...]) -> Handler:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            part = self._handler(arguments[0])

            def decode(document: Any, path: str) -> Any:  # noqa: ANN401
                _check(document, list, path, "a list")
                return tuple(part.decode(one, f"{path}[{k}]") for k, one in enumerate(document))

            return Handler(
                lambda value, path: [part.encode(one, f"{path}[{k}]") for k, one in enumerate(_sequence(value, path))],
                decode,
            )
        parts = [self._handler(argument) for argument in arguments]

        def decode_each(document: Any, path: str) -> Any:  # noqa: ANN401
            _check(document, list, path, "a list")
            return tuple(_each(parts, document, path))

        return Handler(lambda value, path: _written(parts, value, path), decode_each)

    def _mapping(self, key: Any, item: Any) -> Handler:  # noqa: ANN401
        of_key, of_item = self._handler(key), self._handler(item)

        def encode(value: Any, path: str) -> Any:  # noqa: ANN401
            if not isinstance(value, Mapping):
                raise _refused(path, "a mapping", type(value).__name__)
            return {str(of_key.encode(k, path)): of_item.encode(v, f"{path}[{k!s}]") for k, v in value.items()}

        def decode(document: Any, path: str) -> Any:  # noqa: ANN401
            _check(document, dict, path, "an object")
            return {of_key.decode(k, path): of_item.decode(v, f"{path}[{k}]") for k, v in document.items()}

        return Handler(encode, decode)

    def _one_of(self, members: tuple[Any, ...]) -> Handler:
        """Tell members apart by what they are in JSON; of several dataclasses the tag says which."""
        others: list[Any] = [member for member in members if member is not type(None)]
        optional = len(others) < len(members)
        classes = {str(one.__name__): one for one in others if isinstance(one, type) and dataclasses.is_dataclass(one)}
        tagged = len(classes) > 1
        by_shape = {_shape(member): self._handler(member) for member in others}

        def encode(value: Any, path: str) -> Any:  # noqa: ANN401
            if value is None and optional:
                return None
            name = type(value).__name__
            if name in classes:
                document = self._handler(classes[name]).encode(value, path)
                return {TAG: name, **document} if tagged else document
            return _of_shape(by_shape, _shape_of_value(value), path).encode(value, path)

        def decode(document: Any, path: str) -> Any:  # noqa: ANN401
            if document is None and optional:
                return None
            if tagged and isinstance(document, dict):
                name = document.get(TAG)
                if not isinstance(name, str) or name not in classes:
                    raise InputError(f"{TAG!r} must be one of {', '.join(classes)}", where=path)
                rest = {key: part for key, part in document.items() if key != TAG}
                return self._handler(classes[name]).decode(rest, path)
            return _of_shape(by_shape, _shape_of_value(document), path).decode(document, path)

        return Handler(encode, decode)


# ---------------------------------------------------------------------- helpers
def _refused(path: str, wanted: str, found: str) -> InputError:
    return InputError(f"{wanted} is wanted here, not {found}", where=path)


def _check(document: object, kind: type, path: str, wanted: str) -> None:
    if not isinstance(document, kind):
        raise _refused(path, wanted, type(document).__name__)


def _built(kind: Callable[..., Any], read: dict[str, Any], path: str) -> Any:  # noqa: ANN401
    try:
        return kind(**read)
    except ValueRefusedError as fault:
        raise InputError(fault.what, where=path) from fault
    except (TypeError, ValueError, OverflowError) as fault:
        raise InputError(f"its fields do not fit together ({fault})", where=path) from fault


def _sequence(value: object, path: str) -> Sequence[Any]:
    if not isinstance(value, (tuple, list)):
        raise _refused(path, "a tuple", type(value).__name__)
    return value


def _written(parts: Sequence[Handler], value: object, path: str) -> list[Any]:
    values = _sequence(value, path)
    if len(values) != len(parts):
        raise _refused(path, f"{len(parts)} values", str(len(values)))
    return [part.encode(one, f"{path}[{k}]") for k, (part, one) in enumerate(zip(parts, values, strict=True))]


def _each(parts: Sequence[Handler], document: list[Any], path: str) -> list[Any]:
    if len(document) != len(parts):
        raise _refused(path, f"{len(parts)} values", str(len(document)))
    return [part.decode(one, f"{path}[{k}]") for k, (part, one) in enumerate(zip(parts, document, strict=True))]


def _shape(kind: Any) -> str:  # noqa: ANN401
    """Return what a type is in JSON."""
    origin = typing.get_origin(kind)
    if origin is tuple or (isinstance(kind, type) and issubclass(kind, tuple)):
        return "list"
    if origin is not None or dataclasses.is_dataclass(kind):
        return "object"
    return {bool: "truth", int: "number", float: "number"}.get(kind, "text")


def _shape_of_value(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "truth"
    if isinstance(value, (int, float, np.number)):
        return "number"
    if isinstance(value, (list, tuple)):
        return "list"
    return "object" if isinstance(value, Mapping) or dataclasses.is_dataclass(value) else "text"


def _of_shape(by_shape: Mapping[str, Handler], shape: str, path: str) -> Handler:
    if shape not in by_shape:
        raise _refused(path, " or ".join(sorted(by_shape)), shape)
    return by_shape[shape]


def _enumeration(kind: type[Enum]) -> Handler:
    known = {member.value: member for member in kind}

    def decode(document: Any, path: str) -> Any:  # noqa: ANN401
        if not isinstance(document, (str, int)) or document not in known:
            raise InputError(f"{kind.__name__} has no member {str(document)[:60]!r}", where=path)
        return known[document]

    def encode(value: Any, path: str) -> Any:  # noqa: ANN401
        if value not in known.values():
            raise _refused(path, kind.__name__, type(value).__name__)
        return kind(value).value

    return Handler(encode, decode)


# ---------------------------------------------------------------------- plain values
def _plain(*kinds: type, wanted: str) -> Handler:
    def checked(value: Any, path: str) -> Any:  # noqa: ANN401
        if isinstance(value, np.generic):
            value = value.item()
        fits = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        if not fits or (isinstance(value, float) and not math.isfinite(value)):
            raise _refused(path, wanted, repr(value)[:60])
        return value

    return Handler(checked, checked)


def _text() -> Handler:
    def encode(value: Any, path: str) -> Any:  # noqa: ANN401
        if not isinstance(value, str):
            raise _refused(path, "text", repr(value)[:60])
        return str(value)

    def decode(document: Any, path: str) -> Any:  # noqa: ANN401
        if not isinstance(document, str):
            raise _refused(path, "text", type(document).__name__)
        if len(document) > _LONGEST_TEXT:
            raise InputError(f"a text has up to {_LONGEST_TEXT:,} characters", where=path)
        return document

    return Handler(encode, decode)


def _dated(kind: type[date]) -> Handler:
    def encode(value: Any, path: str) -> Any:  # noqa: ANN401
        if type(value) is not kind:
            raise _refused(path, kind.__name__, type(value).__name__)
        return value.isoformat()

    def decode(document: Any, path: str) -> Any:  # noqa: ANN401
        try:
            read = kind.fromisoformat(document)
        except (TypeError, ValueError) as fault:
            raise _refused(path, f"a {kind.__name__}", repr(document)[:60]) from fault
        if read.isoformat() != document:
            raise _refused(path, f"a {kind.__name__} as ISO 8601 has it", repr(document)[:60])
        return read

    return Handler(encode, decode)


def _encode_bytes(value: Any, path: str) -> str:  # noqa: ANN401
    if not isinstance(value, bytes):
        raise _refused(path, "bytes", type(value).__name__)
    return base64.b64encode(value).decode("ascii")


def _decode_bytes(document: Any, path: str) -> bytes:  # noqa: ANN401
    try:
        return base64.b64decode(document, validate=True)
    except (TypeError, ValueError, binascii.Error) as fault:
        raise _refused(path, "base64", type(document).__name__) from fault


def _nothing(value: Any, path: str) -> None:  # noqa: ANN401
    if value is not None:
        raise _refused(path, "null", type(value).__name__)


def _encode_count(value: Any, path: str) -> Any:  # noqa: ANN401
    if not isinstance(value, CountDistribution):
        raise _refused(path, "CountDistribution", type(value).__name__)
    return {"first": value.first, "p": value.p.tolist()}


def _decode_count(document: Any, path: str) -> CountDistribution:  # noqa: ANN401
    _check(document, dict, path, "an object")
    if set(document) != {"first", "p"}:
        raise InputError("a distribution has the fields 'first' and 'p'", where=path)
    first = _PLAIN[int].decode(document["first"], f"{path}.first")
    _check(document["p"], list, f"{path}.p", "a list")
    p = [_PLAIN[float].decode(one, f"{path}.p[{k}]") for k, one in enumerate(document["p"])]
    made: CountDistribution = _built(CountDistribution, {"first": first, "p": np.array(p, dtype=np.float64)}, path)
    return made


_PLAIN: dict[Any, Handler] = {
    str: _text(),
    bool: _plain(bool, wanted="true or false"),
    int: _plain(int, wanted="a whole number"),
    float: _plain(int, float, wanted="a finite number"),
    date: _dated(date),
    datetime: _dated(datetime),
    bytes: Handler(_encode_bytes, _decode_bytes),
    type(None): Handler(_nothing, _nothing),
}
