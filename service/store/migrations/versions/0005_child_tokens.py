"""Which token made a token, to end both together."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tokens") as tokens:
        tokens.add_column(sa.Column("parent_id", sa.Text(), nullable=True))
        tokens.create_foreign_key(op.f("fk_tokens_parent_id"), "tokens", ["parent_id"], ["id"])
