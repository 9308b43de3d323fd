"""What the database is for: a demo or a real service."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one")),
        sa.CheckConstraint("kind in ('demo','real')", name=op.f("ck_installation_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
