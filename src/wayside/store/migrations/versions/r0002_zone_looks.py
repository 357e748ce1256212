"""Looks at storage zones, and the triggers that keep them append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = ("site_id", "zone_id", "zone_digest", "checksum", "fit", "method", "reference")
_REFUSAL = "looks at zones are append-only"
_SAME = " AND ".join(f"o.{name} = NEW.{name}" for name in _KEY)

_SQLITE_TRIGGERS = (
    f"CREATE TRIGGER zone_looks_no_update BEFORE UPDATE ON zone_looks BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    f"CREATE TRIGGER zone_looks_no_delete BEFORE DELETE ON zone_looks BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    # INSERT OR REPLACE deletes without firing the trigger above, so a second row of the same key is refused by itself.
    f"""CREATE TRIGGER zone_looks_no_replace BEFORE INSERT ON zone_looks
        WHEN EXISTS (SELECT 1 FROM zone_looks o WHERE o.id = NEW.id OR ({_SAME}))
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",  # noqa: S608  a constant of this file
)
_POSTGRESQL_TRIGGERS = (
    f"""CREATE FUNCTION zone_looks_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
    """CREATE TRIGGER zone_looks_append_only BEFORE UPDATE OR DELETE ON zone_looks
        FOR EACH ROW EXECUTE FUNCTION zone_looks_refuse()""",
    """CREATE TRIGGER zone_looks_no_truncate BEFORE TRUNCATE ON zone_looks
        FOR EACH STATEMENT EXECUTE FUNCTION zone_looks_refuse()""",
)


def upgrade() -> None:
    op.create_table(
        "zone_looks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("site_id", "zone_id", "zone_digest", "scene_id")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("checksum", "fit", "method", "reference")),
        sa.Column("acquired", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded", sa.DateTime(timezone=True), nullable=False),
        sa.Column("look", sa.Text, nullable=False),
        sa.UniqueConstraint(*_KEY, name="uq_zone_looks_key"),
        sa.ForeignKeyConstraint(["site_id", "scene_id"], ["scenes.site_id", "scenes.id"], name="fk_zone_looks_scenes"),
    )
    op.create_index("ix_zone_looks_acquired", "zone_looks", ["acquired"])
    dialect = op.get_bind().dialect.name
    for statement in _POSTGRESQL_TRIGGERS if dialect == "postgresql" else _SQLITE_TRIGGERS:
        op.execute(statement)
