"""The tables, as SQLAlchemy models. Columns that a query needs stand beside the whole value as JSON."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Double, ForeignKeyConstraint, LargeBinary, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

__all__ = [
    "Base",
    "MetaRow",
    "ObservationRow",
    "RunRow",
    "SceneRow",
    "SiteRow",
    "UtcTime",
    "ZoneLookRow",
    "ZoneReferenceRow",
]


class UtcTime(TypeDecorator[datetime]):
    """A time that carries its zone in Python and is kept in UTC in every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC; SQLite keeps it without its zone."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back to a time as it was kept."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can address it on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class MetaRow(Base):
    """What made the workspace: ``software``, ``created``."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class SiteRow(Base):
    """One state of a site; a site whose tracks change gets another row, and its scenes are counted anew."""

    __tablename__ = "sites"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text)
    recorded: Mapped[datetime] = mapped_column(UtcTime)
    current: Mapped[bool]


class SceneRow(Base):
    """One image of a site. Its metadata may be mended; its pixels, by their checksum, may not change."""

    __tablename__ = "scenes"
    __table_args__ = (UniqueConstraint("site_id", "checksum", name="uq_scenes_checksum"),)
    site_id: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    checksum: Mapped[str] = mapped_column(Text)
    acquired: Mapped[datetime] = mapped_column(UtcTime, index=True)
    gsd_m: Mapped[float] = mapped_column(Double)
    document: Mapped[str] = mapped_column(Text)


class ObservationRow(Base):
    """One count, never changed: triggers in the database refuse UPDATE and DELETE."""

    __tablename__ = "observations"
    __table_args__ = (
        UniqueConstraint("site_id", "site_digest", "checksum", "model", "kind", "author", name="uq_observations_key"),
        ForeignKeyConstraint(["site_id", "site_digest"], ["sites.id", "sites.digest"], name="fk_observations_sites"),
        ForeignKeyConstraint(["site_id", "scene_id"], ["scenes.site_id", "scenes.id"], name="fk_observations_scenes"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    site_id: Mapped[str] = mapped_column(Text)
    site_digest: Mapped[str] = mapped_column(Text)
    scene_id: Mapped[str] = mapped_column(Text)
    checksum: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    acquired: Mapped[datetime] = mapped_column(UtcTime, index=True)
    recorded: Mapped[datetime] = mapped_column(UtcTime)
    status: Mapped[str] = mapped_column(Text)
    count_median: Mapped[int]
    count_low90: Mapped[int]
    count_high90: Mapped[int]
    result: Mapped[str] = mapped_column(Text)


class ZoneLookRow(Base):
    """One look at a storage zone, never changed: triggers in the database refuse UPDATE and DELETE."""

    __tablename__ = "zone_looks"
    __table_args__ = (
        UniqueConstraint(
            "site_id", "zone_id", "zone_digest", "checksum", "fit", "method", "reference", name="uq_zone_looks_key"
        ),
        ForeignKeyConstraint(["site_id", "scene_id"], ["scenes.site_id", "scenes.id"], name="fk_zone_looks_scenes"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    site_id: Mapped[str] = mapped_column(Text)
    zone_id: Mapped[str] = mapped_column(Text)
    zone_digest: Mapped[str] = mapped_column(Text)
    scene_id: Mapped[str] = mapped_column(Text)
    checksum: Mapped[str] = mapped_column(Text)
    fit: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    acquired: Mapped[datetime] = mapped_column(UtcTime, index=True)
    recorded: Mapped[datetime] = mapped_column(UtcTime)
    look: Mapped[str] = mapped_column(Text)


class ZoneReferenceRow(Base):
    """What a storage zone usually looks like, as looks were held against it; never changed, as they are not."""

    __tablename__ = "zone_references"
    __table_args__ = (
        UniqueConstraint("site_id", "zone_id", "zone_digest", "method", "reference", name="uq_zone_references_key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    site_id: Mapped[str] = mapped_column(Text)
    zone_id: Mapped[str] = mapped_column(Text)
    zone_digest: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    recorded: Mapped[datetime] = mapped_column(UtcTime)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class RunRow(Base):
    """One run of a command; ``finished`` stays empty where it was killed."""

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    command: Mapped[str] = mapped_column(Text)
    software: Mapped[str] = mapped_column(Text)
    started: Mapped[datetime] = mapped_column(UtcTime)
    finished: Mapped[datetime | None] = mapped_column(UtcTime)
    record: Mapped[str | None] = mapped_column(Text)
