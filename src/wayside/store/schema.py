"""Which shape the database has, and bringing an older one up to date."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from wayside.errors import NewerWorkspaceError

__all__ = ["REVISIONS", "is_current", "revision_of", "upgrade"]

REVISIONS = ("0001", "0002", "0003")
"""Every revision that this version knows, oldest first; known here so that the usual start need not load alembic."""


def revision_of(connection: Connection) -> str | None:
    """Return the revision that a database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def is_current(connection: Connection, *, where: str) -> bool:
    """Return whether the database is at the newest revision.

    Args:
        connection: any connection.
        where: the workspace, for the error.

    Raises:
        NewerWorkspaceError: where its revision is not known here.
    """
    revision = revision_of(connection)
    if revision is not None and revision not in REVISIONS:
        raise NewerWorkspaceError(
            f"the workspace has schema {revision}, which this version does not know (newest known: {REVISIONS[-1]})",
            where=where,
            todo="Use the version of wayside that made it, or a newer one",
        )
    return revision == REVISIONS[-1]


def upgrade(connection: Connection, *, where: str) -> None:
    """Bring the database to the newest revision, within the connection's open write transaction.

    Raises:
        NewerWorkspaceError: where its revision is not known here.
    """
    if not is_current(connection, where=where):
        _migrate(connection)


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  loading alembic takes longer than most commands
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
