"""The first tables, and the triggers that keep observations append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSAL = "observations are append-only"

_SQLITE_TRIGGERS = (
    f"CREATE TRIGGER observations_no_update BEFORE UPDATE ON observations BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    f"CREATE TRIGGER observations_no_delete BEFORE DELETE ON observations BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    # INSERT OR REPLACE deletes without firing the trigger above, so a second row of the same key is refused by itself.
    f"""CREATE TRIGGER observations_no_replace BEFORE INSERT ON observations
        WHEN EXISTS (SELECT 1 FROM observations o WHERE o.id = NEW.id OR (
            o.site_id = NEW.site_id AND o.site_digest = NEW.site_digest AND o.checksum = NEW.checksum
            AND o.model = NEW.model AND o.kind = NEW.kind AND o.author = NEW.author))
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",  # noqa: S608  a constant of this file
)
_POSTGRESQL_TRIGGERS = (
    f"""CREATE FUNCTION observations_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
    """CREATE TRIGGER observations_append_only BEFORE UPDATE OR DELETE ON observations
        FOR EACH ROW EXECUTE FUNCTION observations_refuse()""",
    """CREATE TRIGGER observations_no_truncate BEFORE TRUNCATE ON observations
        FOR EACH STATEMENT EXECUTE FUNCTION observations_refuse()""",
)


def _time() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_places()
    _create_observations()
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("software", sa.Text, nullable=False),
        sa.Column("started", _time(), nullable=False),
        sa.Column("finished", _time(), nullable=True),
        sa.Column("record", sa.Text, nullable=True),
    )
    dialect = op.get_bind().dialect.name
    for statement in _POSTGRESQL_TRIGGERS if dialect == "postgresql" else _SQLITE_TRIGGERS:
        op.execute(statement)


def _create_places() -> None:
    op.create_table("meta", sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False))
    op.create_table(
        "sites",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("recorded", _time(), nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
    )
    op.create_table(
        "scenes",
        sa.Column("site_id", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("checksum", sa.Text, nullable=False),
        sa.Column("acquired", _time(), nullable=False),
        sa.Column("gsd_m", sa.Double, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.UniqueConstraint("site_id", "checksum", name="uq_scenes_checksum"),
    )
    op.create_index("ix_scenes_acquired", "scenes", ["acquired"])


def _create_observations() -> None:
    op.create_table(
        "observations",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("site_id", "site_digest", "scene_id", "checksum", "model", "kind", "author")
        ),
        sa.Column("acquired", _time(), nullable=False),
        sa.Column("recorded", _time(), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("count_median", sa.Integer, nullable=False),
        sa.Column("count_low90", sa.Integer, nullable=False),
        sa.Column("count_high90", sa.Integer, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.UniqueConstraint(
            "site_id", "site_digest", "checksum", "model", "kind", "author", name="uq_observations_key"
        ),
        sa.ForeignKeyConstraint(["site_id", "site_digest"], ["sites.id", "sites.digest"], name="fk_observations_sites"),
        sa.ForeignKeyConstraint(
            ["site_id", "scene_id"], ["scenes.site_id", "scenes.id"], name="fk_observations_scenes"
        ),
    )
    op.create_index("ix_observations_acquired", "observations", ["acquired"])
