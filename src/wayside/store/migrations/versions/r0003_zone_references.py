"""What storage zones usually look like, as looks were held against it, and the triggers that keep it append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = ("site_id", "zone_id", "zone_digest", "method", "reference")
_REFUSAL = "usual looks of zones are append-only"
_SAME = " AND ".join(f"o.{name} = NEW.{name}" for name in _KEY)

_SQLITE_TRIGGERS = (
    f"""CREATE TRIGGER zone_references_no_update BEFORE UPDATE ON zone_references
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    f"""CREATE TRIGGER zone_references_no_delete BEFORE DELETE ON zone_references
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    # INSERT OR REPLACE deletes without firing the trigger above, so a second row of the same key is refused by itself.
    f"""CREATE TRIGGER zone_references_no_replace BEFORE INSERT ON zone_references
        WHEN EXISTS (SELECT 1 FROM zone_references o WHERE o.id = NEW.id OR ({_SAME}))
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",  # noqa: S608  a constant of this file
)
_POSTGRESQL_TRIGGERS = (
    f"""CREATE FUNCTION zone_references_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
    """CREATE TRIGGER zone_references_append_only BEFORE UPDATE OR DELETE ON zone_references
        FOR EACH ROW EXECUTE FUNCTION zone_references_refuse()""",
    """CREATE TRIGGER zone_references_no_truncate BEFORE TRUNCATE ON zone_references
        FOR EACH STATEMENT EXECUTE FUNCTION zone_references_refuse()""",
)


def upgrade() -> None:
    op.create_table(
        "zone_references",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in _KEY),
        sa.Column("recorded", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint(*_KEY, name="uq_zone_references_key"),
    )
    dialect = op.get_bind().dialect.name
    for statement in _POSTGRESQL_TRIGGERS if dialect == "postgresql" else _SQLITE_TRIGGERS:
        op.execute(statement)
