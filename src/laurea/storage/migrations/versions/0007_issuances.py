"""Wallets that come by OpenID4VCI."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "issuance",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("link", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("credential", sa.String(), sa.ForeignKey("credential.id"), index=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("token_until", TIME, nullable=False),
        sa.Column("handle", sa.LargeBinary(), unique=True),
        sa.Column("refresh", sa.LargeBinary()),
        sa.Column("previous", sa.LargeBinary()),
        sa.Column("expires_at", TIME, nullable=False, index=True),
        sa.Column("answered_at", TIME),
        sa.Column("delivered_at", TIME),
        sa.CheckConstraint("purpose IN ('bind', 'claim')", name="issuance_purpose"),
    )


def downgrade() -> None:
    """Drop it: the wallets ask for a new link."""
    op.drop_table("issuance")
