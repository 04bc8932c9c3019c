"""The service: access, links, mails, the audit log, runs and uploads."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _access()
    _correspondence()
    _records()


def downgrade() -> None:
    """Drop them, and all that they hold."""
    for table in ("upload", "run", "audit", "mail", "link", "idempotency", "session", "access_key"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_is_append_only()")


def _access() -> None:
    op.create_table(
        "access_key",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("access", sa.String(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME),
        sa.Column("revoked_at", TIME),
        sa.CheckConstraint("access IN ('auditor', 'registrar', 'operator')", name="access_kind"),
    )
    op.create_table(
        "session",
        sa.Column("hash", sa.LargeBinary(), primary_key=True),
        sa.Column("access_key", sa.String(), sa.ForeignKey("access_key.id"), nullable=False, index=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
    )
    op.create_table(
        "idempotency",
        sa.Column("access_key", sa.String(), sa.ForeignKey("access_key.id"), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False, index=True),
    )


def _correspondence() -> None:
    op.create_table(
        "link",
        sa.Column("hash", sa.LargeBinary(), primary_key=True),
        sa.Column("credential", sa.String(), sa.ForeignKey("credential.id"), nullable=False, index=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
        sa.CheckConstraint("purpose IN ('bind', 'claim')", name="link_purpose"),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("credential", sa.String(), sa.ForeignKey("credential.id"), nullable=False, index=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, index=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint("purpose IN ('bind', 'claim')", name="mail_purpose"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="mail_state"),
    )


def _records() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False, unique=True),
    )
    _refuse_changes_of_the_log()
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("exit_code", sa.Integer()),
        sa.Column("sealed", sa.Integer(), nullable=False),
        sa.Column("released", sa.Integer(), nullable=False),
        sa.Column("revoked", sa.Integer(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("gas_used", sa.Integer(), nullable=False),
        sa.Column("fee_wei", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (exit_code IS NULL)", name="run_ended"),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("mapping", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("committed_at", TIME),
        sa.Column("enrolled", sa.Integer()),
    )


def _refuse_changes_of_the_log() -> None:
    """Let the database itself refuse to change or remove an entry of the audit log."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
