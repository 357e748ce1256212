"""What one setting must be, and how values are written as TOML."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = [
    "IN_WORKSPACE",
    "Entry",
    "is_anything",
    "is_gsd",
    "is_inside",
    "is_name",
    "is_text",
    "take_table",
    "toml_value",
]

IN_WORKSPACE = "a file name inside the workspace"


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a setting goes, what it must be, and what is said of it.

    Attributes:
        field: name of the attribute that takes it.
        kind: its type in TOML; a whole number is taken for a float.
        rule: whether a value of that type is good.
        must: what it must be, for messages ("a number of metres from 0.01 to 100").
        comment: what is written beside it.
        required: True where there is no default.
    """

    field: str
    kind: type
    rule: Callable[[Any], bool]
    must: str
    comment: str = ""
    required: bool = False


def is_name(value: str) -> bool:
    """Whether a text can be part of a file's name."""
    return bool(value) and not any(c.isspace() or c in "/\\" for c in value)


def is_text(value: str) -> bool:
    """Whether there is something in it."""
    return bool(value.strip())


def is_anything(_value: object) -> bool:
    """Whether it is there."""
    return True


def is_inside(value: str) -> bool:
    """Whether a path stays in the workspace: a settings file from elsewhere must not read other files."""
    parts = value.replace("\\", "/").split("/")
    return not value.startswith(("/", "\\")) and ".." not in parts and ":" not in parts[0]


def is_gsd(value: float) -> bool:
    """Whether it can be a ground sample distance in metres."""
    return 0.01 <= value <= 100.0


def take_table(path: str, table: object, entries: Mapping[str, Entry], faults: list[str]) -> dict[str, Any]:
    """Return a table's good values by field; what is wrong with it goes into ``faults``."""
    if not isinstance(table, dict):
        faults.append(f"{path}: must be a table")
        return {}
    known = ", ".join(entries)
    faults += [f"{path}.{key}: no such setting; there are {known}" for key in sorted(set(table) - set(entries))]
    values: dict[str, Any] = {}
    for key, entry in entries.items():
        _take(f"{path}.{key}", entry, table.get(key), values, faults)
    return values


def _take(path: str, entry: Entry, value: object, values: dict[str, Any], faults: list[str]) -> None:
    if value is None:
        if entry.required:
            faults.append(f"{path}: missing; it must be {entry.must}")
        return
    if entry.kind is float and type(value) is int:
        value = float(value)
    infinite = isinstance(value, float) and not math.isfinite(value)
    if type(value) is not entry.kind or infinite or not entry.rule(value):
        faults.append(f"{path}: must be {entry.must}, not {value!r}")
        return
    values[entry.field] = value


def toml_value(value: str | float | bool | tuple[str, ...] | list[str]) -> str:
    """Return a value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_escaped(c) for c in value) + '"'
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    return repr(value)


def _escaped(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    return f"\\u{ord(c):04x}" if ord(c) < 0x20 or ord(c) == 0x7F else c
