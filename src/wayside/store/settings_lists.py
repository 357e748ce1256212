"""The lists of ``wayside.toml``: the catalogues that are searched, and the sites that are linked to the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from wayside.errors import ValueRefusedError
from wayside.model.checks import require, require_text
from wayside.model.scenes import Licence
from wayside.model.sources import Authentication, AuthenticationKind, CatalogueSource
from wayside.store.settings_entries import (
    IN_WORKSPACE,
    Entry,
    is_anything,
    is_inside,
    is_name,
    is_text,
    take_table,
    toml_value,
)

__all__ = ["LinkedSite", "linked_to_toml", "read_linked", "read_sources", "sources_to_toml"]


@dataclass(frozen=True, slots=True)
class LinkedSite:
    """Another facility of the same workspace, such as the other end of a border crossing.

    Attributes:
        id: its short name, without spaces or slashes.
        name: what a report calls it.
        tracks: GeoJSON file of its tracks, relative to the workspace.
        note: one sentence that its reports carry; may be empty.
    """

    id: str
    name: str
    tracks: str
    note: str = ""

    def __post_init__(self) -> None:
        require(is_name(self.id), f"linked site {self.id!r}: not a name without spaces or slashes")
        require_text("linked site name", self.name)
        require(is_text(self.tracks) and is_inside(self.tracks), f"linked site {self.id}: not {IN_WORKSPACE}")


def _are_texts(value: list[object]) -> bool:
    return all(isinstance(v, str) and v.strip() for v in value)


_T = TypeVar("_T")
_TEXTS = "a list of texts"
_LINKED = {
    "id": Entry("id", str, is_name, "a name without spaces or slashes", required=True),
    "name": Entry("name", str, is_text, "some text", required=True),
    "tracks": Entry("tracks", str, lambda v: is_text(v) and is_inside(v), IN_WORKSPACE, required=True),
    "note": Entry("note", str, is_anything, "text"),
}
_SOURCE = {
    "name": Entry("name", str, is_name, "a name without spaces or slashes", required=True),
    "url": Entry("url", str, is_text, "the address of a STAC API or catalogue", required=True),
    "collections": Entry("collections", list, _are_texts, _TEXTS),
    "gsd_min_m": Entry("gsd_min_m", float, lambda v: 0.01 <= v <= 1e5, "a number of metres, 0.01 or more"),
    "gsd_max_m": Entry("gsd_max_m", float, lambda v: 0.01 <= v <= 1e5, "a number of metres, 0.01 or more"),
    "cloud_max_pct": Entry("cloud_max_pct", float, lambda v: 0 <= v <= 100, "a number from 0 to 100"),
    "assets": Entry("assets", list, _are_texts, _TEXTS),
    "licence": Entry("licence", str, is_text, "an SPDX id or the provider's name of its terms"),
    "attribution": Entry("attribution", str, is_text, "the line that must stand beside its images"),
    "publishable": Entry("publishable", bool, is_anything, "true or false"),
    "local": Entry("local", bool, is_anything, "true or false"),
    "auth": Entry("kind", str, lambda v: v in tuple(AuthenticationKind), f"one of {', '.join(AuthenticationKind)}"),
    "auth_variable": Entry("variable", str, is_text, "the name of an environment variable, not the secret itself"),
    "auth_name": Entry("header", str, is_text, "the name of a header or parameter"),
    "auth_hosts": Entry("hosts", list, _are_texts, _TEXTS),
    "sign_url": Entry("sign_url", str, is_text, "the address of a service that signs addresses"),
}


def read_linked(tables: object, faults: list[str]) -> tuple[LinkedSite, ...]:
    """Read ``[[linked]]``; what is wrong goes into ``faults``."""
    return tuple(_each("linked", tables, _LINKED, lambda values: LinkedSite(**values), faults))


def read_sources(tables: object, faults: list[str]) -> tuple[CatalogueSource, ...]:
    """Read ``[[source]]``; what is wrong goes into ``faults``. A secret never stands there, only where it is kept."""
    sources = _each("source", tables, _SOURCE, _source, faults)
    names = [source.name for source in sources]
    faults += [f"source: the name {name!r} is given twice" for name in sorted({n for n in names if names.count(n) > 1})]
    return tuple(sources)


def _each(
    path: str, tables: object, entries: Mapping[str, Entry], make: Callable[[dict[str, Any]], _T], faults: list[str]
) -> list[_T]:
    if not isinstance(tables, list):
        faults.append(f"{path}: must be a list of tables, each beginning with [[{path}]]")
        return []
    made: list[_T] = []
    for number, table in enumerate(tables, start=1):
        known = len(faults)
        values = take_table(f"{path} {number}", table, entries, faults)
        if len(faults) > known:
            continue
        try:
            made.append(make(values))
        except ValueRefusedError as fault:
            faults.append(f"{path} {number}: {fault.what}")
    return made


def _source(values: dict[str, Any]) -> CatalogueSource:
    address = values["url"].split("://", 1)[-1].split("/", 1)[0]
    require(
        "@" not in address, "the address holds a user or password; say with auth and auth_variable where it is kept"
    )
    authentication = Authentication(
        kind=AuthenticationKind(values.pop("kind", "none")),
        variable=values.pop("variable", ""),
        name=values.pop("header", ""),
        hosts=tuple(values.pop("hosts", ())),
        sign_url=values.pop("sign_url", ""),
    )
    terms = {name: values.pop(name) for name in ("licence", "attribution", "publishable") if name in values}
    licence = None
    if terms:
        require("licence" in terms, "attribution and publishable need a licence beside them")
        licence = Licence(terms["licence"], terms.get("attribution", ""), terms.get("publishable", False))
    for name in ("collections", "assets"):
        values[name] = tuple(values.get(name, ()))
    return CatalogueSource(**values, licence=licence, authentication=authentication)


def linked_to_toml(linked: Sequence[LinkedSite]) -> list[str]:
    """Return the lines of ``[[linked]]`` tables."""
    return [
        line
        for site in linked
        for line in _table("linked", _LINKED, {e.field: getattr(site, e.field) for e in _LINKED.values()})
    ]


def sources_to_toml(sources: Sequence[CatalogueSource]) -> list[str]:
    """Return the lines of ``[[source]]`` tables."""
    return [line for source in sources for line in _table("source", _SOURCE, _source_values(source))]


def _source_values(source: CatalogueSource) -> dict[str, Any]:
    auth, licence = source.authentication, source.licence
    values: dict[str, Any] = {
        name: getattr(source, name)
        for name in ("name", "url", "collections", "gsd_min_m", "gsd_max_m", "cloud_max_pct", "assets", "local")
    }
    if licence is not None:
        values |= {"licence": licence.id, "attribution": licence.attribution, "publishable": licence.publishable}
    if auth.kind is not AuthenticationKind.NONE:
        values |= {"kind": str(auth.kind), "variable": auth.variable, "header": auth.name, "hosts": auth.hosts}
        values["sign_url"] = auth.sign_url
    return values


def _table(name: str, entries: Mapping[str, Entry], values: Mapping[str, Any]) -> list[str]:
    """Return one table; what is empty is left out."""
    lines = [f"[[{name}]]"]
    for key, entry in entries.items():
        value = values.get(entry.field)
        if value is not None and value is not False and value not in ("", ()):
            lines.append(f"{key} = {toml_value(value)}")
    return [*lines, ""]
