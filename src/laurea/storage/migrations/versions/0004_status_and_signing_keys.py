"""Status lists, suspension, more than one signing key, and an index of revocations that has those alone."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LISTED = sa.text("status_list IS NOT NULL")
ASKED = sa.text("revocation IS NOT NULL")
TIME = sa.DateTime(timezone=True)
# Without a reference to status_list: to drop one, SQLite makes the table anew, which others refer to by now.
CREDENTIAL_COLUMNS: dict[str, TypeEngine[Any]] = {
    "status_list": sa.String(),
    "status_index": sa.Integer(),
    "suspended_at": TIME,
    "unsuspended_at": TIME,
}
FIRST_NAME = "signing"  # what the one key's file was called


def upgrade() -> None:
    """Add the tables and columns; the one signing key that there was is the first of them."""
    _status_lists()
    op.drop_index("ix_credential_revocation", "credential")
    op.create_index("ix_credential_revocation", "credential", ["revocation"], sqlite_where=ASKED, postgresql_where=ASKED)
    op.create_table(
        "signing_key",
        sa.Column("public", sa.LargeBinary(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("signs_from", TIME, nullable=False),
        sa.Column("compromised_from", TIME),
    )
    copy = sa.text(
        "INSERT INTO signing_key (public, name, created_at, signs_from) SELECT signing_public, :name, created_at, created_at FROM issuer"
    )
    op.get_bind().execute(copy, {"name": FIRST_NAME})
    op.drop_column("issuer", "signing_public")


def downgrade() -> None:
    """Take it away again, and all that only it holds: of the signing keys the first stays."""
    op.add_column("issuer", sa.Column("signing_public", sa.LargeBinary()))
    first = sa.text("UPDATE issuer SET signing_public = (SELECT public FROM signing_key WHERE name = :name)")
    op.get_bind().execute(first, {"name": FIRST_NAME})
    with op.batch_alter_table("issuer") as batch:
        batch.alter_column("signing_public", nullable=False)
    op.drop_table("signing_key")
    op.drop_index("ix_credential_revocation", "credential")
    op.create_index("ix_credential_revocation", "credential", ["revocation"])
    op.drop_index("one_credential_per_status_entry", "credential")
    for name in CREDENTIAL_COLUMNS:
        op.drop_column("credential", name)
    op.drop_table("status_list")


def _status_lists() -> None:
    op.create_table(
        "status_list",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("purposes", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("closed_at", TIME),
        sa.Column("published_at", TIME),
    )
    for name, kind in CREDENTIAL_COLUMNS.items():
        op.add_column("credential", sa.Column(name, kind))
    op.create_index(
        "one_credential_per_status_entry",
        "credential",
        ["status_list", "status_index"],
        unique=True,
        sqlite_where=LISTED,
        postgresql_where=LISTED,
    )
