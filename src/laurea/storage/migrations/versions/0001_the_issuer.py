"""The issuer's tables: issuer, key, achievement, batch, credential, transaction."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STANDING = sa.text("withdrawn_at IS NULL AND revoked_at IS NULL")
KEY_STATES = "state IN ('new', 'granted', 'removed', 'compromised')"
BATCH_STATES = "state IN ('sealed', 'nonced', 'signed', 'sent', 'mined', 'final', 'released', 'failed', 'suspended')"
MEMBER = '(batch IS NULL) = (seed IS NULL) AND (batch IS NULL) = ("index" IS NULL)'


def upgrade() -> None:
    """Make the tables."""
    _issuer()
    _batches()
    _credentials()
    _transactions()


def downgrade() -> None:
    """Drop them, and all that they hold."""
    for table in ("transaction", "credential", "batch", "achievement", "key", "issuer"):
        op.drop_table(table)


def _issuer() -> None:
    op.create_table(
        "issuer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String()),
        sa.Column("chain_id", sa.String(), nullable=False),
        sa.Column("registry_address", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("issuer_id", sa.LargeBinary(), nullable=False),
        sa.Column("admin", sa.LargeBinary(), nullable=False),
        sa.Column("signing_public", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("id = 1", name="one_issuer"),
    )
    op.create_table(
        "key",
        sa.Column("address", sa.LargeBinary(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("roles", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compromised_from", sa.DateTime(timezone=True)),
        sa.CheckConstraint(KEY_STATES, name="key_state"),
    )


def _batches() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.LargeBinary(), sa.ForeignKey("key.address")),
        sa.Column("nonce", sa.BigInteger()),
        sa.Column("mined_hash", sa.LargeBinary()),
        sa.Column("mined_block", sa.BigInteger()),
        sa.Column("error", sa.String(), nullable=False),
        sa.UniqueConstraint("key", "nonce", name="one_batch_per_nonce"),
        sa.CheckConstraint(BATCH_STATES, name="batch_state"),
        sa.CheckConstraint('("key" IS NULL) = (nonce IS NULL)', name="nonce_of_a_key"),
    )
    op.create_index("ix_batch_state", "batch", ["state"])


def _credentials() -> None:
    op.create_table(
        "achievement",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("learner", sa.String(), nullable=False),
        sa.Column("achievement", sa.String(), sa.ForeignKey("achievement.id"), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("holder", sa.String()),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch", sa.Integer(), sa.ForeignKey("batch.id")),
        sa.Column("index", sa.Integer()),
        sa.Column("seed", sa.LargeBinary()),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Integer()),
        sa.UniqueConstraint("batch", "index", name="one_credential_per_index"),
        sa.CheckConstraint(MEMBER, name="member_of_a_batch"),
    )
    op.create_index(
        "one_standing_credential", "credential", ["learner", "achievement"], unique=True, sqlite_where=STANDING, postgresql_where=STANDING
    )


def _transactions() -> None:
    op.create_table(
        "transaction",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("batch", sa.Integer(), sa.ForeignKey("batch.id")),
        sa.Column("credential", sa.String(), sa.ForeignKey("credential.id")),
        sa.Column("key", sa.LargeBinary(), sa.ForeignKey("key.address"), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("key", "nonce", "hash", name="one_row_per_signature"),
    )
    op.create_index("ix_transaction_batch", "transaction", ["batch"])
    op.create_index("ix_transaction_credential", "transaction", ["credential"])
