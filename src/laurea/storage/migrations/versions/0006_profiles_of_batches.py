"""Batches of more than one kind: of which, each batch and each credential says."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("batch", "credential")
OF_BLOCKCERTS = "SELECT count(*) FROM batch WHERE profile = 'blockcerts'"


def upgrade() -> None:
    """All that is there is of the one kind that there was."""
    for table in TABLES:
        op.add_column(table, sa.Column("profile", sa.String(), nullable=False, server_default="laurea"))


def downgrade() -> None:
    """Forget the kinds; not when there is a batch of another, whose proofs and revocations nobody could make any more."""
    if op.get_bind().execute(sa.text(OF_BLOCKCERTS)).scalar_one():
        raise RuntimeError("there are batches of Blockcerts, which the older schema cannot hold")
    for table in TABLES:
        op.drop_column(table, "profile")
