"""Rows of looks at storage zones, and of what they were held against: written once, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, insert, select

from wayside.errors import WorkspaceError
from wayside.model.places import Zone
from wayside.model.zones import KeptReference, KeyedLook
from wayside.model.zones_json import dump_zone_look, zone_digest
from wayside.store.tables import SceneRow, ZoneLookRow, ZoneReferenceRow

__all__ = [
    "add_zone_looks",
    "add_zone_reference",
    "zone_look_query",
    "zone_reference_query",
    "zone_share_query",
]


class _Key(NamedTuple):
    """What makes a look the same; the names are those of the columns."""

    zone_id: str
    zone_digest: str
    checksum: str
    fit: str
    method: str
    reference: str


def add_zone_looks(
    connection: Connection, site_id: str, looks: Sequence[KeyedLook], now: datetime, *, where: str
) -> int:
    """Append looks within an open write transaction; return how many are new.

    Raises:
        WorkspaceError: where a scene was not put in before.
    """
    ids = [keyed.look.scene_id for keyed in looks]
    query = select(SceneRow.id, SceneRow.checksum).where(SceneRow.site_id == site_id, SceneRow.id.in_(ids))
    checksums = {row.id: row.checksum for row in connection.execute(query)}
    missing = sorted(set(ids) - set(checksums))
    if missing:
        raise WorkspaceError(f"a look at scene {missing[0]}, which the workspace does not have", where=where)
    table = ZoneLookRow.__table__
    present = select(*(table.c[name] for name in _Key._fields)).where(
        ZoneLookRow.site_id == site_id, ZoneLookRow.checksum.in_(sorted(checksums.values()))
    )
    known = {_Key(*row) for row in connection.execute(present)}
    added: list[dict[str, Any]] = []
    for look, digest, fit in looks:
        key = _Key(look.zone_id, digest, checksums[look.scene_id], fit, look.method, look.reference)
        if key not in known:
            known.add(key)
            more = {"scene_id": look.scene_id, "acquired": look.acquired, "recorded": now, "look": dump_zone_look(look)}
            added.append({"site_id": site_id, **key._asdict(), **more})
    if added:
        connection.execute(insert(ZoneLookRow), added)
    return len(added)


def zone_look_query(site_id: str, zone: Zone, *, method: str, reference: str) -> Select[str, str, str]:
    """Return the query for the looks at a zone by one method against one usual look, in order of writing."""
    return (
        select(ZoneLookRow.checksum, ZoneLookRow.fit, ZoneLookRow.look)
        .where(
            ZoneLookRow.site_id == site_id,
            ZoneLookRow.zone_id == zone.id,
            ZoneLookRow.zone_digest == zone_digest(zone),
            ZoneLookRow.method == method,
            ZoneLookRow.reference == reference,
        )
        .order_by(ZoneLookRow.id)
    )


def zone_share_query(site_id: str, zone: Zone, *, method: str) -> Select[str, str, str]:
    """Return the query for the looks at a zone by one method, whatever they were held against, in order of writing."""
    return (
        select(ZoneLookRow.checksum, ZoneLookRow.fit, ZoneLookRow.look)
        .where(
            ZoneLookRow.site_id == site_id,
            ZoneLookRow.zone_id == zone.id,
            ZoneLookRow.zone_digest == zone_digest(zone),
            ZoneLookRow.method == method,
        )
        .order_by(ZoneLookRow.id)
    )


def add_zone_reference(connection: Connection, site_id: str, kept: KeptReference, now: datetime) -> bool:
    """Append a usual look within an open write transaction; return whether it is new."""
    key = kept._asdict()
    content = key.pop("content")
    table = ZoneReferenceRow.__table__
    same = [table.c.site_id == site_id, *(table.c[name] == value for name, value in key.items())]
    if connection.execute(select(ZoneReferenceRow.id).where(*same)).first() is not None:
        return False
    connection.execute(insert(ZoneReferenceRow), [{"site_id": site_id, **key, "recorded": now, "content": content}])
    return True


def zone_reference_query(site_id: str, zone: Zone, *, method: str, reference: str) -> Select[bytes]:
    """Return the query for one usual look of a zone."""
    return select(ZoneReferenceRow.content).where(
        ZoneReferenceRow.site_id == site_id,
        ZoneReferenceRow.zone_id == zone.id,
        ZoneReferenceRow.zone_digest == zone_digest(zone),
        ZoneReferenceRow.method == method,
        ZoneReferenceRow.reference == reference,
    )
