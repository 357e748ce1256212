"""``wayside.toml``: what a workspace is about and how it is judged. All faults are reported at once."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wayside.errors import ConfigError

__all__ = ["Settings", "read_settings", "write_settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``wayside.toml`` says.

    Attributes:
        site_id: short name of the site, without spaces or slashes.
        site_name: what a report calls it.
        tracks: GeoJSON file of its tracks, relative to the workspace.
        note: one sentence that every report carries; may be empty.
        baseline_days: length of the window before the newest scene, days, 1 or more.
        surge_factor: by which the level must exceed the baseline's to be a surge, more than 1.
        events: CSV file of dated events, relative to the workspace; empty for none.
        seed: of the random generator, 0 or more.
        gsd_min_m: finest ground sample distance that is counted, metres.
        gsd_max_m: coarsest ground sample distance that is counted, metres; coarser scenes are skipped and listed.
        reference: id of the scene that the tracks were drawn on; empty for the finest (then least cloudy, then oldest).
        owner_holds_rights: True where the owner may show images whose licence does not allow it to everyone.
    """

    site_id: str
    site_name: str
    tracks: str = "site.geojson"
    note: str = ""
    baseline_days: int = 1826
    surge_factor: float = 2.0
    events: str = ""
    seed: int = 0
    gsd_min_m: float = 0.05
    gsd_max_m: float = 5.0
    reference: str = ""
    owner_holds_rights: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where a setting stands in the file, what it must be, and what is said of it."""

    field: str
    kind: type
    rule: Callable[[Any], bool]
    must: str
    comment: str
    required: bool = False


def _is_name(value: str) -> bool:
    return bool(value) and not any(c.isspace() or c in "/\\" for c in value)


def _is_text(value: str) -> bool:
    return bool(value.strip())


def _is_anything(_value: object) -> bool:
    return True


def _is_inside(value: str) -> bool:
    """Whether a path stays in the workspace: a settings file from elsewhere must not read other files."""
    parts = value.replace("\\", "/").split("/")
    return not value.startswith(("/", "\\")) and ".." not in parts and ":" not in parts[0]


def _is_gsd(value: float) -> bool:
    return 0.01 <= value <= 100.0


_IN_WORKSPACE = "a file name inside the workspace"
_SCHEMA: dict[str, dict[str, _Entry]] = {
    "site": {
        "id": _Entry(
            "site_id", str, _is_name, "a name without spaces or slashes", "short name, used in file names", True
        ),
        "name": _Entry("site_name", str, _is_text, "some text", "what a report calls the place", True),
        "tracks": _Entry("tracks", str, lambda v: _is_text(v) and _is_inside(v), _IN_WORKSPACE, "GeoJSON LineStrings"),
        "note": _Entry("note", str, _is_anything, "text", "one sentence that every report carries"),
    },
    "series": {
        "baseline_days": _Entry(
            "baseline_days",
            int,
            lambda v: 1 <= v <= 36525,
            "a whole number from 1 to 36525",
            "window before the newest scene",
        ),
        "surge_factor": _Entry(
            "surge_factor",
            float,
            lambda v: 1 < v <= 1000,
            "a number above 1, up to 1000",
            "level now over baseline level",
        ),
        "events": _Entry("events", str, _is_inside, _IN_WORKSPACE, 'CSV with columns date,event,source; "" for none'),
        "seed": _Entry("seed", int, lambda v: 0 <= v < 2**63, "a whole number, 0 or more", "of the random generator"),
    },
    "images": {
        "gsd_min_m": _Entry(
            "gsd_min_m", float, _is_gsd, "a number of metres from 0.01 to 100", "finest that is counted"
        ),
        "gsd_max_m": _Entry(
            "gsd_max_m", float, _is_gsd, "a number of metres from 0.01 to 100", "coarsest that is counted"
        ),
        "reference": _Entry(
            "reference",
            str,
            _is_anything,
            "the id of a scene",
            'scene that the tracks were drawn on; "" for the finest',
        ),
    },
    "report": {
        "owner_holds_rights": _Entry(
            "owner_holds_rights", bool, _is_anything, "true or false", "show images that only you may show"
        ),
    },
}


def read_settings(text: str, *, where: str = "wayside.toml") -> Settings:
    """Read the text of a ``wayside.toml``.

    Raises:
        ConfigError: with every fault in it: syntax, unknown or missing settings, wrong kinds, values out of range.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError((f"not TOML: {fault}",), where=where) from fault
    values: dict[str, Any] = {}
    unknown = sorted(set(document) - set(_SCHEMA))
    faults = [f"{table}: no such table; there are {', '.join(_SCHEMA)}" for table in unknown]
    for table, entries in _SCHEMA.items():
        found = document.get(table, {})
        if not isinstance(found, dict):
            faults.append(f"{table}: must be a table")
            continue
        faults += [
            f"{table}.{key}: no such setting; there are {', '.join(entries)}"
            for key in sorted(set(found) - set(entries))
        ]
        for key, entry in entries.items():
            _take(f"{table}.{key}", entry, found.get(key), values, faults)
    if not faults and values.get("gsd_min_m", 0.05) > values.get("gsd_max_m", 5.0):
        faults.append("images: gsd_min_m must not exceed gsd_max_m")
    if faults:
        raise ConfigError(tuple(faults), where=where)
    return Settings(**values)


def _take(path: str, entry: _Entry, value: object, values: dict[str, Any], faults: list[str]) -> None:
    """Put a good value into ``values``, or what is wrong with it into ``faults``."""
    if value is None:
        if entry.required:
            faults.append(f"{path}: missing; it must be {entry.must}")
        return
    if entry.kind is float and type(value) is int:
        value = float(value)
    if (
        type(value) is not entry.kind
        or (isinstance(value, float) and not math.isfinite(value))
        or not entry.rule(value)
    ):
        faults.append(f"{path}: must be {entry.must}, not {value!r}")
        return
    values[entry.field] = value


def write_settings(settings: Settings) -> str:
    """Return the text of a ``wayside.toml``, each setting with a comment; ``read_settings`` gives it back."""
    lines: list[str] = []
    for table, entries in _SCHEMA.items():
        lines.append(f"[{table}]")
        for key, entry in entries.items():
            lines.append(f"{key} = {_toml(getattr(settings, entry.field))}  # {entry.comment}")
        lines.append("")
    return "\n".join(lines)


def _toml(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_escaped(c) for c in value) + '"'
    return repr(value)


def _escaped(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    return f"\\u{ord(c):04x}" if ord(c) < 0x20 or ord(c) == 0x7F else c
