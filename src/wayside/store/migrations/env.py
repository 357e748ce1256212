"""Run by alembic: migrates over the connection that ``wayside.store.schema`` hands it."""

from __future__ import annotations

from alembic import context

from wayside.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
context.run_migrations()
