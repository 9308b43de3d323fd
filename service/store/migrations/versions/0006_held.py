"""Which verdicts have a part that waits for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "submissions", sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    submissions = sa.table(
        "submissions",
        sa.column("status", sa.Text()),
        sa.column("verdict", sa.Text()),
        sa.column("held", sa.Boolean()),
    )
    # What was typed can't pass for this: inside of a JSON text quotes are escaped.
    op.execute(
        submissions.update()
        .where(submissions.c.status == "graded", submissions.c.verdict.like('%"outcome": "held"%'))
        .values(held=sa.true())
    )
    op.create_index(
        "ix_submissions_held",
        "submissions",
        ["variant_id"],
        sqlite_where=sa.text("held"),
        postgresql_where=sa.text("held"),
    )
