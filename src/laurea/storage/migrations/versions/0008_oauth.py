"""Programs that fetch learners' credentials with their consent, and credentials by the address of their learner."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
WRITTEN_TO = sa.text("email IS NOT NULL")


def upgrade() -> None:
    """Add the tables, and the index by which a learner's credentials are found."""
    op.create_index("ix_credential_email", "credential", ["email"], sqlite_where=WRITTEN_TO, postgresql_where=WRITTEN_TO)
    op.create_table(
        "oauth_client",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("registered", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
    )
    op.create_index("ix_oauth_client_created_at", "oauth_client", ["created_at"])
    _asks()
    _grants()
    op.create_table(
        "oauth_token",
        sa.Column("hash", sa.LargeBinary(), primary_key=True),
        sa.Column("grant", sa.String(), sa.ForeignKey("oauth_grant.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
        sa.CheckConstraint("kind IN ('access', 'refresh')", name="token_kind"),
    )
    for column in ("grant", "expires_at"):
        op.create_index(f"ix_oauth_token_{column}", "oauth_token", [column])


def downgrade() -> None:
    """Take it away again, and every consent with it."""
    for name in ("oauth_token", "oauth_grant", "oauth_ask", "oauth_client"):
        op.drop_table(name)
    op.drop_index("ix_credential_email", "credential")


def _asks() -> None:
    op.create_table(
        "oauth_ask",
        sa.Column("hash", sa.LargeBinary(), primary_key=True),
        sa.Column("client", sa.String(), sa.ForeignKey("oauth_client.id")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("redirect_uri", "scope", "state", "challenge")),
        sa.Column("email", sa.String()),
        sa.Column("link", sa.LargeBinary()),
        sa.Column("code", sa.LargeBinary()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("mailings", sa.Integer(), nullable=False),
        sa.Column("next_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("proven_at", TIME),
    )
    for column in ("client", "next_at", "expires_at"):
        op.create_index(f"ix_oauth_ask_{column}", "oauth_ask", [column])


def _grants() -> None:
    op.create_table(
        "oauth_grant",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("client", sa.String(), sa.ForeignKey("oauth_client.id"), nullable=False),
        sa.Column("email", sa.String()),
        sa.Column("credential", sa.String(), sa.ForeignKey("credential.id")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("scope", "redirect_uri", "challenge")),
        sa.Column("code", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("code_expires_at", TIME, nullable=False),
        sa.Column("code_used_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.CheckConstraint("(email IS NULL) <> (credential IS NULL)", name="grant_of_one_kind"),
    )
    for column in ("client", "email", "credential", "expires_at"):
        op.create_index(f"ix_oauth_grant_{column}", "oauth_grant", [column])
