"""Which accounts a roster made, and the student id that a link confirms."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "users", sa.Column("by_roster", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("invites", sa.Column("student_id", sa.Text(), nullable=False, server_default=""))
    # An account has had a link of its own only where a roster made it.
    op.execute(
        "UPDATE users SET by_roster = (1 = 1) WHERE id IN "
        "(SELECT user_id FROM invites WHERE user_id IS NOT NULL)"
    )
