"""The issuer's country; credentials that are renewed; when they end, and the notices of it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STANDING_BEFORE = sa.text("withdrawn_at IS NULL AND revoked_at IS NULL AND revocation IS NULL AND erased_at IS NULL")
STANDING = sa.text("withdrawn_at IS NULL AND revoked_at IS NULL AND revocation IS NULL AND erased_at IS NULL AND renewed_at IS NULL")
INDEX = "one_standing_credential"
# A renewed credential and the one in its place, neither taken back: the older schema has room for one of them.
TWICE = """
SELECT count(*) FROM credential WHERE renewed_at IS NOT NULL
AND withdrawn_at IS NULL AND revoked_at IS NULL AND revocation IS NULL AND erased_at IS NULL
"""


def upgrade() -> None:
    """Add the columns and the tables; of the index, what is renewed is no part any more."""
    op.add_column("issuer", sa.Column("country", sa.String()))
    op.add_column("credential", sa.Column("renewed_at", TIME))
    _index(STANDING)
    op.create_table(
        "expiry",
        sa.Column("credential", sa.String(), primary_key=True),
        sa.Column("valid_until", TIME, nullable=False),
    )
    op.create_index("ix_expiry_valid_until", "expiry", ["valid_until"])
    op.create_table(
        "expiry_scan",
        sa.Column("batch", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("scanned", sa.Integer(), nullable=False),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("credential", sa.String(), sa.ForeignKey("credential.id"), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("valid_until", TIME, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("error", sa.String(), nullable=False),
        sa.UniqueConstraint("credential", "days", name="one_notice_of_a_kind"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="notice_state"),
    )
    op.create_index("ix_notice_state", "notice", ["state"])


def downgrade() -> None:
    """Take it away again; not while a renewed credential stands beside the one in its place."""
    if op.get_bind().execute(sa.text(TWICE)).scalar_one():
        raise RuntimeError("there are renewed credentials that are not taken back, which the older schema cannot hold")
    for table in ("notice", "expiry_scan", "expiry"):
        op.drop_table(table)
    _index(STANDING_BEFORE)
    op.drop_column("credential", "renewed_at")
    op.drop_column("issuer", "country")


def _index(standing: sa.TextClause) -> None:
    op.drop_index(INDEX, "credential")
    op.create_index(INDEX, "credential", ["learner", "achievement"], unique=True, sqlite_where=standing, postgresql_where=standing)
