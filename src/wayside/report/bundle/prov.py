"""A record of what was made from what, as PROV-JSON (W3C member submission of 24 April 2013)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from wayside.report.bundle.manifest import written

__all__ = ["ProvRecord"]

_PREFIXES = {"ws": "urn:wayside:bundle:", "schema": "https://schema.org/"}

Plain = str | int | float | bool


class ProvRecord:
    """Collects entities, activities, agents and what joins them; ids are the caller's, without the prefix."""

    def __init__(self) -> None:
        self._document: dict[str, Any] = {"prefix": _PREFIXES}

    def entity(self, name: str, kind: str, /, **attributes: Plain) -> str:
        """Add a thing; return its id."""
        return self._add("entity", name, {"prov:type": _qualified(kind), **_own(attributes)})

    def agent(self, name: str, kind: str, label: str, /, **attributes: Plain) -> str:
        """Add who or what is responsible ("prov:Person", "prov:SoftwareAgent"); return the id."""
        named = {"prov:type": {"$": kind, "type": "prov:QUALIFIED_NAME"}, "prov:label": label}
        return self._add("agent", name, {**named, **_own(attributes)})

    def activity(
        self, name: str, kind: str, *, ended: datetime | None = None, by: Iterable[str] = (), used: Iterable[str] = ()
    ) -> str:
        """Add something that was done, by whom and with what; return its id."""
        time = {} if ended is None else {"prov:endTime": ended.isoformat()}
        self._add("activity", name, {"prov:type": _qualified(kind), **time})
        for agent in by:
            self._join("wasAssociatedWith", {"prov:activity": _id(name), "prov:agent": _id(agent)})
        for entity in used:
            self._join("used", {"prov:activity": _id(name), "prov:entity": _id(entity)})
        return name

    def made(self, entity: str, *, by: str = "", of: Iterable[str] = (), author: str = "") -> None:
        """Say which activity made a thing, of what, and whose it is."""
        if by:
            self._join("wasGeneratedBy", {"prov:entity": _id(entity), "prov:activity": _id(by)})
        for source in of:
            self._join("wasDerivedFrom", {"prov:generatedEntity": _id(entity), "prov:usedEntity": _id(source)})
        if author:
            self._join("wasAttributedTo", {"prov:entity": _id(entity), "prov:agent": _id(author)})

    def as_bytes(self) -> bytes:
        """Return the record as a file."""
        return written(self._document)

    def _add(self, kind: str, name: str, attributes: Mapping[str, Any]) -> str:
        self._document.setdefault(kind, {})[_id(name)] = dict(attributes)
        return name

    def _join(self, kind: str, ends: Mapping[str, str]) -> None:
        joins = self._document.setdefault(kind, {})
        joins[f"_:{kind}{len(joins) + 1}"] = dict(ends)


def _id(name: str) -> str:
    return f"ws:{name}"


def _own(attributes: Mapping[str, Plain]) -> dict[str, Plain]:
    return {f"ws:{name}": value for name, value in attributes.items()}


def _qualified(kind: str) -> dict[str, str]:
    return {"$": _id(kind), "type": "prov:QUALIFIED_NAME"}
