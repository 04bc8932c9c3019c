"""Invitations, revocations in bulk, erasure, what an anchor cost, and anchors that a restored database does not know."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STANDING = sa.text("withdrawn_at IS NULL AND revoked_at IS NULL AND revocation IS NULL AND erased_at IS NULL")
STANDING_BEFORE = sa.text("withdrawn_at IS NULL AND revoked_at IS NULL")
TIME = sa.DateTime(timezone=True)

BATCH_COLUMNS: dict[str, TypeEngine[Any]] = {"mined_at": TIME, "gas_used": sa.BigInteger(), "fee_wei": sa.String(), "released_at": TIME}
CREDENTIAL_COLUMNS: dict[str, TypeEngine[Any]] = {"email": sa.String(), "waits_until": TIME, "erased_at": TIME, "leaf": sa.LargeBinary()}


def upgrade() -> None:
    """Add the columns and the table; what was there stays."""
    _revocations()
    for name, kind in BATCH_COLUMNS.items():
        op.add_column("batch", sa.Column(name, kind))
    _credentials()
    _transactions()
    _lost_batches()


def downgrade() -> None:
    """Take it away again, and all that only it holds."""
    op.drop_table("lost_batch")
    op.drop_column("issuer", "scanned_block")
    op.drop_index("one_standing_credential", "credential")
    with op.batch_alter_table("transaction") as batch:
        batch.drop_index("ix_transaction_revocation")
        batch.drop_column("revocation")
        batch.add_column(sa.Column("credential", sa.String()))
        batch.create_index("ix_transaction_credential", ["credential"])
    op.drop_index("ix_credential_revocation", "credential")
    op.drop_index("ix_credential_achievement", "credential")
    # Recreated, as SQLite drops no column that refers to another table; `link` and `mail`, which refer to this one, are gone by now.
    with op.batch_alter_table("credential") as batch:
        for name in ("revocation", "replaces", *CREDENTIAL_COLUMNS):
            batch.drop_column(name)
    op.drop_table("revocation")
    for name in BATCH_COLUMNS:
        op.drop_column("batch", name)
    op.create_index(
        "one_standing_credential",
        "credential",
        ["learner", "achievement"],
        unique=True,
        sqlite_where=STANDING_BEFORE,
        postgresql_where=STANDING_BEFORE,
    )


def _revocations() -> None:
    op.create_table(
        "revocation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("batch", sa.Integer(), sa.ForeignKey("batch.id"), nullable=False, index=True),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("requested_at", TIME, nullable=False),
        sa.Column("state", sa.String(), nullable=False, index=True),
        sa.Column("key", sa.LargeBinary(), sa.ForeignKey("key.address")),
        sa.Column("nonce", sa.BigInteger()),
        sa.Column("mined_hash", sa.LargeBinary()),
        sa.Column("mined_block", sa.BigInteger()),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('requested', 'signed', 'mined', 'failed')", name="revocation_state"),
        sa.CheckConstraint('("key" IS NULL) = (nonce IS NULL)', name="revocation_nonce_of_a_key"),
    )


def _credentials() -> None:
    for name, kind in CREDENTIAL_COLUMNS.items():
        op.add_column("credential", sa.Column(name, kind))
    # In words, as SQLite takes a reference with a new column, and later no more.
    op.execute("ALTER TABLE credential ADD COLUMN revocation INTEGER REFERENCES revocation (id)")
    op.execute("ALTER TABLE credential ADD COLUMN replaces VARCHAR REFERENCES credential (id)")
    op.create_index("ix_credential_revocation", "credential", ["revocation"])
    op.create_index("ix_credential_achievement", "credential", ["achievement"])
    op.drop_index("one_standing_credential", "credential")
    op.create_index(
        "one_standing_credential", "credential", ["learner", "achievement"], unique=True, sqlite_where=STANDING, postgresql_where=STANDING
    )


def _transactions() -> None:
    op.add_column("transaction", sa.Column("revocation", sa.Integer()))
    _move_revocations(op.get_bind())
    with op.batch_alter_table("transaction") as batch:
        batch.drop_index("ix_transaction_credential")
        batch.drop_column("credential")
        batch.create_foreign_key("revocation_of_transaction", "revocation", ["revocation"], ["id"])
        batch.create_index("ix_transaction_revocation", ["revocation"])


def _move_revocations(connection: sa.Connection) -> None:
    """Make a revocation of every credential that a transaction was signed for: each was one of its own until now."""
    query = sa.text(
        'SELECT c.id, c.batch, c.reason, c.revoked_at, t."key", t.nonce, t.signed_at FROM "transaction" t '
        "JOIN credential c ON c.id = t.credential ORDER BY t.id"
    )
    for row in connection.execute(query).mappings().all():
        done = row["revoked_at"] is not None
        values = {
            "batch": row["batch"],
            "reason": row["reason"] or 0,
            "at": row["signed_at"],
            "state": "mined" if done else "signed",
            "key": None if done else row["key"],
            "nonce": None if done else row["nonce"],
        }
        known = connection.scalar(sa.text("SELECT revocation FROM credential WHERE id = :id"), {"id": row["id"]})
        if known is None:
            insert = "INSERT INTO revocation (batch, reason, requested_at, state, \"key\", nonce, error) VALUES (:batch, :reason, :at, :state, :key, :nonce, '')"
            connection.execute(sa.text(insert), values)
            known = connection.scalar(sa.text("SELECT max(id) FROM revocation"))
            connection.execute(sa.text("UPDATE credential SET revocation = :known WHERE id = :id"), {"known": known, "id": row["id"]})
        else:  # signed more than once: the last counts
            connection.execute(sa.text('UPDATE revocation SET "key" = :key, nonce = :nonce WHERE id = :known'), {**values, "known": known})
        connection.execute(
            sa.text('UPDATE "transaction" SET revocation = :known WHERE credential = :id'), {"known": known, "id": row["id"]}
        )


def _lost_batches() -> None:
    op.add_column("issuer", sa.Column("scanned_block", sa.BigInteger()))
    op.create_table(
        "lost_batch",
        sa.Column("root", sa.LargeBinary(), primary_key=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("settled_at", TIME),
    )
