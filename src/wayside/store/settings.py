"""``wayside.toml``: what a workspace is about and how it is judged. All faults are reported at once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Any

from wayside.errors import ConfigError
from wayside.language.phrases import LANGUAGES
from wayside.model.sources import CatalogueSource
from wayside.store.settings_entries import (
    IN_WORKSPACE,
    Entry,
    is_anything,
    is_gsd,
    is_inside,
    is_name,
    is_text,
    take_table,
    toml_value,
)
from wayside.store.settings_lists import LinkedSite, linked_to_toml, read_linked, read_sources, sources_to_toml

__all__ = ["FORMATS", "Settings", "read_settings", "write_settings"]

FORMATS = ("html", "pdf", "md", "docx")
"""What a report is written in; ``assessment.json`` is always there."""


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
        height_m: height of the site above the ellipsoid, metres, for images that only know rational polynomials; None
            where nobody said.
        owner_holds_rights: True where the owner may show images whose licence does not allow it to everyone.
        language: ISO 639-1 of the report's text, one of ``LANGUAGES``; empty for that of the house style.
        house: file of the institute's look, relative to the workspace; empty for the plain one.
        analyst: file of an analyst's judgements and hypotheses, relative to the workspace; empty for none.
        articles: folder of articles on the site, relative to the workspace; empty for none.
        formats: what a run writes beside ``assessment.json``, of ``FORMATS``.
        bundle: True where a run also leaves an evidence bundle.
        search_from: first day that is searched, "2018-10-05"; empty for as long as the baseline is.
        search_to: last day that is searched; empty for today.
        cache_mb: most megabytes that pieces of remote images may take up on this disk; 0 keeps none.
        sources: catalogues that are searched.
        linked: further sites of the workspace, such as the other end of a crossing.
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
    height_m: float | None = None
    owner_holds_rights: bool = False
    language: str = ""
    house: str = ""
    analyst: str = ""
    articles: str = ""
    formats: tuple[str, ...] = ("html",)
    bundle: bool = False
    search_from: str = ""
    search_to: str = ""
    cache_mb: int = 2000
    sources: tuple[CatalogueSource, ...] = ()
    linked: tuple[LinkedSite, ...] = ()


def _is_day(value: str) -> bool:
    try:
        return not value or bool(date.fromisoformat(value))
    except ValueError:
        return False


def _are_formats(value: list[object]) -> bool:
    return bool(value) and all(one in FORMATS for one in value) and len(set(map(str, value))) == len(value)


_LISTS = ("source", "linked")
_SCHEMA: dict[str, dict[str, Entry]] = {
    "site": {
        "id": Entry(
            "site_id", str, is_name, "a name without spaces or slashes", "short name, used in file names", True
        ),
        "name": Entry("site_name", str, is_text, "some text", "what a report calls the place", True),
        "tracks": Entry("tracks", str, lambda v: is_text(v) and is_inside(v), IN_WORKSPACE, "GeoJSON LineStrings"),
        "note": Entry("note", str, is_anything, "text", "one sentence that every report carries"),
    },
    "series": {
        "baseline_days": Entry(
            "baseline_days",
            int,
            lambda v: 1 <= v <= 36525,
            "a whole number from 1 to 36525",
            "window before the newest scene",
        ),
        "surge_factor": Entry(
            "surge_factor",
            float,
            lambda v: 1 < v <= 1000,
            "a number above 1, up to 1000",
            "level now over baseline level",
        ),
        "events": Entry("events", str, is_inside, IN_WORKSPACE, 'CSV with columns date,event,source; "" for none'),
        "seed": Entry("seed", int, lambda v: 0 <= v < 2**63, "a whole number, 0 or more", "of the random generator"),
    },
    "images": {
        "gsd_min_m": Entry("gsd_min_m", float, is_gsd, "a number of metres from 0.01 to 100", "finest that is counted"),
        "gsd_max_m": Entry(
            "gsd_max_m", float, is_gsd, "a number of metres from 0.01 to 100", "coarsest that is counted"
        ),
        "reference": Entry(
            "reference",
            str,
            is_anything,
            "the id of a scene",
            'scene that the tracks were drawn on; "" for the finest',
        ),
        "height_m": Entry(
            "height_m",
            float,
            lambda v: -500 <= v <= 9000,
            "a number of metres from -500 to 9000",
            "of the site above the ellipsoid",
        ),
    },
    "search": {
        "from": Entry(
            "search_from", str, _is_day, 'a day like "2018-10-05"', 'first day; "" for the baseline\'s first'
        ),
        "to": Entry("search_to", str, _is_day, 'a day like "2023-10-05"', 'last day; "" for today'),
        "cache_mb": Entry(
            "cache_mb", int, lambda v: 0 <= v <= 10_000_000, "a whole number, 0 or more", "pieces of remote images kept"
        ),
    },
    "report": {
        "owner_holds_rights": Entry(
            "owner_holds_rights", bool, is_anything, "true or false", "show images that only you may show"
        ),
        "language": Entry(
            "language",
            str,
            ("", *LANGUAGES).__contains__,
            f"one of {', '.join(LANGUAGES)}",
            'of the report; "" for that of the house style',
        ),
        "house": Entry("house", str, is_inside, IN_WORKSPACE, 'fonts, colours and logo; "" for the plain look'),
        "analyst": Entry("analyst", str, is_inside, IN_WORKSPACE, 'judgements and hypotheses; "" for none'),
        "articles": Entry(
            "articles", str, is_inside, "a folder inside the workspace", 'what was published; "" for none'
        ),
        "formats": Entry(
            "formats", list, _are_formats, f"a list of some of {', '.join(FORMATS)}", f"of {', '.join(FORMATS)}"
        ),
        "bundle": Entry("bundle", bool, is_anything, "true or false", "leave an evidence bundle beside the report"),
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
    known = (*_SCHEMA, *_LISTS)
    faults = [f"{table}: no such table; there are {', '.join(known)}" for table in sorted(set(document) - set(known))]
    for table, entries in _SCHEMA.items():
        values |= take_table(table, document.get(table, {}), entries, faults)
    if "formats" in values:
        values["formats"] = tuple(values["formats"])
    values["sources"] = read_sources(document.get("source", []), faults)
    values["linked"] = read_linked(document.get("linked", []), faults)
    ids = [values.get("site_id"), *(site.id for site in values["linked"])]
    faults += [f"linked: the id {name!r} is given twice" for name in sorted({i for i in ids if i and ids.count(i) > 1})]
    if values.get("search_from") and values.get("search_to") and values["search_from"] > values["search_to"]:
        faults.append("search: from must not be after to")
    if not faults and values.get("gsd_min_m", 0.05) > values.get("gsd_max_m", 5.0):
        faults.append("images: gsd_min_m must not exceed gsd_max_m")
    if faults:
        raise ConfigError(tuple(faults), where=where)
    return Settings(**values)


def write_settings(settings: Settings) -> str:
    """Return the text of a ``wayside.toml``, each setting with a comment; ``read_settings`` gives it back."""
    lines: list[str] = []
    for table, entries in _SCHEMA.items():
        lines.append(f"[{table}]")
        for key, entry in entries.items():
            value = getattr(settings, entry.field)
            lines.append(
                f"# {key} =   # {entry.comment}" if value is None else f"{key} = {toml_value(value)}  # {entry.comment}"
            )
        lines.append("")
    return "\n".join([*lines, *sources_to_toml(settings.sources), *linked_to_toml(settings.linked)])
