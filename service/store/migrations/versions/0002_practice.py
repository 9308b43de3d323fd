"""How practised variants went."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "practice",
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("day", sa.Text(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rated_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("rating between 1 and 4", name=op.f("ck_practice_rating")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_practice_user_id")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("fk_practice_variant_id")
        ),
        sa.PrimaryKeyConstraint("variant_id", name=op.f("pk_practice")),
    )
    op.create_index(op.f("ix_practice_user_id"), "practice", ["user_id"])
