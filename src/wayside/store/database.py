"""The database of a workspace: what is put in, and what is read from it. Nothing here changes an observation."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple, NoReturn, Self

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Executable,
    RowMapping,
    create_engine,
    event,
    insert,
    make_url,
    select,
    update,
)

from wayside.errors import WorkspaceError
from wayside.model import codec
from wayside.model.observations import Observation, ObservationKind
from wayside.model.places import Site, Zone
from wayside.model.scenes import Scene
from wayside.model.zones import KeptReference, KeyedLook, ZoneLook
from wayside.model.zones_json import load_shown_fraction, load_zone_look
from wayside.store.faults import database_faults
from wayside.store.schema import is_current, upgrade
from wayside.store.tables import MetaRow, ObservationRow, RunRow, SceneRow, SiteRow
from wayside.store.zone_looks import (
    add_zone_looks,
    add_zone_reference,
    zone_look_query,
    zone_reference_query,
    zone_share_query,
)

__all__ = ["Database", "open_database"]

_BUSY_SECONDS = 15.0
_SUMMARY = frozenset({"status", "count_median", "count_low90", "count_high90"})
"""Columns that follow from an observation's result."""
_AT_ONCE = 200
"""Rows that one transaction writes in bulk: enough to be quick, few enough to lock others out only briefly."""


def open_database(
    url: str | URL, *, software: str, now: datetime, where: str = "", wait_s: float = _BUSY_SECONDS
) -> Database:
    """Open a database and bring it up to date.

    Args:
        url: an SQLAlchemy URL, ``sqlite:///…`` or ``postgresql+psycopg://…``.
        software: name and version of the program, kept when the database is made.
        now: time, with its zone, kept when the database is made.
        where: how errors name it; the URL without its password where empty.
        wait_s: how long to wait for another writer, seconds (SQLite).

    Raises:
        NewerWorkspaceError: made by a newer version.
        WorkspaceError: cannot be written, is damaged, or is not a database.
        OutsideError: locked by another program, or failing.
    """
    name = where or "database"
    with database_faults(name):
        place = make_url(url)
        name = where or place.render_as_string(hide_password=True)
    with database_faults(name):
        engine = _engine(place, wait_s)
        try:
            with engine.connect() as connection:
                current = is_current(connection, where=name)
            if not current:
                _bring_up_to_date(engine, name, software, now)
        except BaseException:
            engine.dispose()
            raise
    return Database(engine, name)


def _bring_up_to_date(engine: Engine, where: str, software: str, now: datetime) -> None:
    with engine.execution_options(wayside_write=True).begin() as connection:
        upgrade(connection, where=where)
        if not connection.execute(select(MetaRow.key)).first():
            rows = [{"key": "software", "value": software}, {"key": "created", "value": now.isoformat()}]
            connection.execute(insert(MetaRow), rows)


def _engine(url: URL, wait_s: float) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": wait_s})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Leave transactions to SQLAlchemy, write ahead, check foreign keys."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once where there is something to write: waiting at the start cannot deadlock."""
    write = connection.get_execution_options().get("wayside_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


class _Key(NamedTuple):
    """What makes an observation the same; the names are those of the columns."""

    site_id: str
    site_digest: str
    checksum: str
    model: str
    kind: str
    author: str


class Database:
    """Sites, scenes, observations and runs of one workspace.

    Every method is one transaction, or several whole ones: a program killed inside leaves no half of anything.
    Errors are ``WorkspaceError`` and ``OutsideError`` as told for ``open_database``.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self._engine = engine
        self._writer = engine.execution_options(wayside_write=True)
        self._where = where

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with database_faults(self._where), self._writer.begin() as connection:
            yield connection

    def _rows(self, query: Executable) -> list[RowMapping]:
        with database_faults(self._where), self._engine.connect() as connection:
            return list(connection.execute(query).mappings())

    # ------------------------------------------------------------------ sites
    def put_site(self, site: Site, now: datetime) -> bool:
        """Keep a site; return whether its tracks are new. A changed name or note is taken over."""
        digest = codec.site_digest(site)
        values = {"name": site.name, "document": codec.dump_site(site)}
        this = (SiteRow.id == site.id, SiteRow.digest == digest)
        with self._writing() as connection:
            known = connection.execute(select(SiteRow.id).where(*this)).first() is not None
            connection.execute(update(SiteRow).where(SiteRow.id == site.id).values(current=False))
            if known:
                connection.execute(update(SiteRow).where(*this).values(current=True, **values))
            else:
                connection.execute(
                    insert(SiteRow).values(id=site.id, digest=digest, recorded=now, current=True, **values)
                )
            return not known

    def sites(self) -> tuple[Site, ...]:
        """Return the sites by id, each as it was last kept."""
        query = select(SiteRow.document).where(SiteRow.current).order_by(SiteRow.id)
        return tuple(codec.load_site(row["document"]) for row in self._rows(query))

    # ------------------------------------------------------------------ scenes
    def put_scene(self, site_id: str, scene: Scene) -> bool:
        """Keep a scene of a site; return whether it is new.

        The same pixels under the same id have their metadata mended.

        Raises:
            WorkspaceError: where the id stands for other pixels, or the pixels stand under another id.
        """
        return self.put_scenes(site_id, (scene,)) == 1

    def put_scenes(self, site_id: str, scenes: Iterable[Scene]) -> int:
        """Keep scenes in one transaction, all or none; return how many are new (see ``put_scene``)."""
        new, pending = 0, list(scenes)
        with self._writing() as connection:
            for start in range(0, len(pending), _AT_ONCE):
                new += self._put_scenes(connection, site_id, pending[start : start + _AT_ONCE])
        return new

    def _put_scenes(self, connection: Connection, site_id: str, scenes: Sequence[Scene]) -> int:
        alike = SceneRow.id.in_([s.id for s in scenes]) | SceneRow.checksum.in_([s.checksum for s in scenes])
        found = connection.execute(select(SceneRow.id, SceneRow.checksum).where(SceneRow.site_id == site_id, alike))
        checksums = {row.id: row.checksum for row in found}
        ids = {checksum: scene_id for scene_id, checksum in checksums.items()}
        added: list[dict[str, Any]] = []
        for scene in scenes:
            known = scene.id in checksums or scene.checksum in ids
            if known and checksums.get(scene.id) != scene.checksum:
                self._refuse_scene(scene, ids.get(scene.checksum, scene.id))
            values = {"acquired": scene.acquired, "gsd_m": scene.gsd_m, "document": codec.dump_scene(scene)}
            if known:
                this = (SceneRow.site_id == site_id, SceneRow.id == scene.id)
                connection.execute(update(SceneRow).where(*this).values(values))
            else:
                added.append({"site_id": site_id, "id": scene.id, "checksum": scene.checksum, **values})
                checksums[scene.id], ids[scene.checksum] = scene.checksum, scene.id
        if added:
            connection.execute(insert(SceneRow), added)
        return len(added)

    def _refuse_scene(self, scene: Scene, other: str) -> NoReturn:
        raise WorkspaceError(
            f"scene {scene.id} does not agree with what the workspace has as {other}",
            where=self._where,
            todo="An image that changed is another scene: import it under another name",
        )

    def scenes(self, site_id: str) -> tuple[Scene, ...]:
        """Return a site's scenes in order of time, then of id."""
        query = select(SceneRow.document).where(SceneRow.site_id == site_id).order_by(SceneRow.acquired, SceneRow.id)
        return tuple(codec.load_scene(row["document"]) for row in self._rows(query))

    # ------------------------------------------------------------------ observations
    def record(self, observation: Observation) -> bool:
        """Append an observation; return whether it is new.

        The same site with the same tracks, pixels, model, kind and author is written once, however often it is said.

        Raises:
            WorkspaceError: where the site or the scene was not put in before.
        """
        return self.record_all((observation,)) == 1

    def record_all(self, observations: Iterable[Observation]) -> int:
        """Append many, a few hundred to a transaction; return how many are new (see ``record``)."""
        new, pending = 0, list(observations)
        for start in range(0, len(pending), _AT_ONCE):
            with self._writing() as connection:
                new += self._record_some(connection, pending[start : start + _AT_ONCE])
        return new

    def _record_some(self, connection: Connection, observations: Sequence[Observation]) -> int:
        keys = self._keys(connection, observations)
        table = ObservationRow.__table__
        query = select(*(table.c[name] for name in _Key._fields)).where(
            table.c.checksum.in_([key.checksum for key in keys])
        )
        known = {_Key(*row) for row in connection.execute(query)}
        added: list[dict[str, Any]] = []
        for key, observation in zip(keys, observations, strict=True):
            if key not in known:
                known.add(key)
                added.append({**key._asdict(), **_columns(observation)})
        if added:
            connection.execute(insert(ObservationRow), added)
        return len(added)

    def _keys(self, connection: Connection, observations: Sequence[Observation]) -> list[_Key]:
        """Return the key of each, from the sites and scenes that the workspace has."""
        sites = connection.execute(select(SiteRow.id, SiteRow.digest).where(SiteRow.current))
        digests = {row.id: row.digest for row in sites}
        scenes = connection.execute(
            select(SceneRow.site_id, SceneRow.id, SceneRow.checksum).where(
                SceneRow.id.in_([o.scene_id for o in observations])
            )
        )
        checksums = {(row.site_id, row.id): row.checksum for row in scenes}
        return [self._key(observation, digests, checksums) for observation in observations]

    def _key(
        self, observation: Observation, digests: Mapping[str, str], checksums: Mapping[tuple[str, str], str]
    ) -> _Key:
        site, scene = observation.site_id, observation.scene_id
        if site not in digests or (site, scene) not in checksums:
            missing = f"site {site}" if site not in digests else f"scene {scene} of site {site}"
            raise WorkspaceError(f"an observation of {missing}, which the workspace does not have", where=self._where)
        model = observation.result.model
        return _Key(site, digests[site], checksums[site, scene], model, observation.kind.value, observation.author)

    def observations(self, site: Site, *, model: str | None = None) -> tuple[Observation, ...]:
        """Return what was observed on a site's present tracks, in order of acquisition, then of writing.

        Args:
            site: the site; rows on earlier tracks stay in the database and are not returned.
            model: only counts by this model; all where None.
        """
        query = select(ObservationRow).where(
            ObservationRow.site_id == site.id, ObservationRow.site_digest == codec.site_digest(site)
        )
        if model is not None:
            query = query.where(ObservationRow.model == model)
        table = ObservationRow.__table__
        ordered = query.with_only_columns(*table.columns).order_by(ObservationRow.acquired, ObservationRow.id)
        return tuple(_observation(row) for row in self._rows(ordered))

    def observed_checksums(self, site: Site, *, model: str, kind: ObservationKind, author: str) -> frozenset[str]:
        """Return the checksums of the scenes that have this kind of row already, by this model and author."""
        query = select(ObservationRow.checksum).where(
            ObservationRow.site_id == site.id,
            ObservationRow.site_digest == codec.site_digest(site),
            ObservationRow.model == model,
            ObservationRow.kind == kind.value,
            ObservationRow.author == author,
        )
        return frozenset(row["checksum"] for row in self._rows(query))

    # ------------------------------------------------------------------ looks at zones
    def record_zone_looks(self, site_id: str, looks: Sequence[KeyedLook], now: datetime) -> int:
        """Append looks at zones, a few hundred to a transaction; return how many are new.

        The same zone, pixels, fit, method and reference are written once, however often they are said.

        Raises:
            WorkspaceError: where a scene was not put in before.
        """
        new = 0
        for start in range(0, len(looks), _AT_ONCE):
            with self._writing() as connection:
                new += add_zone_looks(connection, site_id, looks[start : start + _AT_ONCE], now, where=self._where)
        return new

    def zone_looks(self, site_id: str, zone: Zone, *, method: str, reference: str) -> dict[tuple[str, str], ZoneLook]:
        """Return the looks at a zone by the checksum of the pixels and how the scene was fitted."""
        rows = self._rows(zone_look_query(site_id, zone, method=method, reference=reference))
        return {(row["checksum"], row["fit"]): load_zone_look(row["look"]) for row in rows}

    def zone_shares(self, site_id: str, zone: Zone, *, method: str) -> dict[tuple[str, str], float]:
        """Return, by checksum and fit, the share of a zone of which each scene that was looked at has data."""
        rows = self._rows(zone_share_query(site_id, zone, method=method))
        return {(row["checksum"], row["fit"]): load_shown_fraction(row["look"]) for row in rows}

    def record_zone_reference(self, site_id: str, kept: KeptReference, now: datetime) -> bool:
        """Append what a zone usually looks like; return whether it is new."""
        with self._writing() as connection:
            return add_zone_reference(connection, site_id, kept, now)

    def zone_reference(self, site_id: str, zone: Zone, *, method: str, reference: str) -> bytes | None:
        """Return a usual look that was kept; None where there is none."""
        rows = self._rows(zone_reference_query(site_id, zone, method=method, reference=reference))
        return bytes(rows[0]["content"]) if rows else None

    # ------------------------------------------------------------------ runs
    def start_run(self, command: str, software: str, now: datetime) -> int:
        """Note that a run begins; return its number."""
        with self._writing() as connection:
            result = connection.execute(insert(RunRow).values(command=command, software=software, started=now))
            key = result.inserted_primary_key
            return int(key[0]) if key else 0

    def finish_run(self, number: int, record: Mapping[str, Any], now: datetime) -> None:
        """Keep the record of a run that came to its end."""
        text = json.dumps(record, ensure_ascii=False)
        with self._writing() as connection:
            connection.execute(update(RunRow).where(RunRow.id == number).values(finished=now, record=text))

    def runs(self) -> tuple[dict[str, Any], ...]:
        """Return the runs, oldest first: number, command, software, started, finished (None: killed), record."""
        rows = self._rows(select(*RunRow.__table__.columns).order_by(RunRow.id))
        return tuple({**row, "record": json.loads(row["record"]) if row["record"] else None} for row in rows)

    def meta(self) -> dict[str, str]:
        """Return what made the database: ``software`` and ``created``."""
        return {row["key"]: row["value"] for row in self._rows(select(MetaRow.key, MetaRow.value))}


def _columns(observation: Observation) -> dict[str, Any]:
    """Return the columns that are not part of the key."""
    result = observation.result
    low, high = result.count.interval(0.9)
    return {
        "scene_id": observation.scene_id,
        "acquired": observation.acquired,
        "recorded": observation.recorded,
        "status": result.status.value,
        "count_median": result.count.median,
        "count_low90": low,
        "count_high90": high,
        "result": codec.dump_scene_count(result),
    }


def _observation(row: RowMapping) -> Observation:
    """Return a row; refuse one whose columns no longer say what its result says, which only a hand can have changed."""
    observation = Observation(
        site_id=row["site_id"],
        scene_id=row["scene_id"],
        acquired=row["acquired"],
        result=codec.load_scene_count(row["result"]),
        kind=ObservationKind(row["kind"]),
        author=row["author"],
        recorded=row["recorded"],
    )
    changed = [name for name, value in _columns(observation).items() if name in _SUMMARY and row[name] != value]
    if changed:
        raise WorkspaceError(
            f"an observation was changed by hand: its {changed[0]} is not that of its result",
            where=f"observation {row['id']} of scene {row['scene_id']}",
            todo="Take the database from a backup, or remove the row and count the scene again",
        )
    return observation
