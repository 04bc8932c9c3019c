"""Stacks, and the capstones that are awarded by them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TAKEN_BACK = sa.text("withdrawn_at IS NOT NULL OR revoked_at IS NOT NULL OR revocation IS NOT NULL OR erased_at IS NOT NULL")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "stack",
        sa.Column("capstone", sa.String(), sa.ForeignKey("achievement.id"), primary_key=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
    )
    op.create_table(
        "stack_part",
        sa.Column("capstone", sa.String(), sa.ForeignKey("stack.capstone"), primary_key=True),
        sa.Column("achievement", sa.String(), sa.ForeignKey("achievement.id"), primary_key=True, index=True),
        sa.Column("credits", sa.Float(), nullable=False),
    )
    op.create_table(
        "award",
        sa.Column("credential", sa.String(), sa.ForeignKey("credential.id"), primary_key=True),
        sa.Column("capstone", sa.String(), nullable=False),
        sa.Column("awarded_at", TIME, nullable=False),
        sa.Column("lapsed_at", TIME),
    )
    op.create_table(
        "award_part",
        sa.Column("credential", sa.String(), primary_key=True),
        sa.Column("part", sa.String(), primary_key=True, index=True),
    )
    op.create_table("expired_part", sa.Column("credential", sa.String(), primary_key=True))
    op.create_index(
        "ix_credential_taken_back", "credential", ["learner", "achievement"], sqlite_where=TAKEN_BACK, postgresql_where=TAKEN_BACK
    )


def downgrade() -> None:
    """Drop them: capstones stay as credentials like any other, and none is awarded by itself any more."""
    op.drop_index("ix_credential_taken_back", "credential")
    for name in ("expired_part", "award_part", "award", "stack_part", "stack"):
        op.drop_table(name)
