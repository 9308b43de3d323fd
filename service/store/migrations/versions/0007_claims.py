"""How often a submission or a job was claimed is called so: attempts are a student's."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("submissions", "attempts", new_column_name="claims")
    op.alter_column("jobs", "attempts", new_column_name="claims")
