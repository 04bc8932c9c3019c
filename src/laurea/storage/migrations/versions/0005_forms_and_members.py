"""Documents by their forms, places in batches in a table of their own, and what a leaf will say made with the document."""

import sqlalchemy as sa
from alembic import op

from laurea.core.form import form_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STANDING = sa.text("withdrawn_at IS NULL AND revoked_at IS NULL AND revocation IS NULL AND erased_at IS NULL")
LISTED = sa.text("status_list IS NOT NULL")
ASKED = sa.text("revocation IS NOT NULL")
NAMES = {"fk": "%(table_name)s_%(column_0_name)s_fkey"}  # those that PostgreSQL gives
MEMBER = '(batch IS NULL) = (seed IS NULL) AND (batch IS NULL) = ("index" IS NULL)'
OPEN = (
    "SELECT min(enrolled_at) FROM credential WHERE withdrawn_at IS NULL AND revoked_at IS NULL AND revocation IS NULL AND erased_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM member WHERE member.credential = credential.id)"
)


def upgrade() -> None:
    """Move the places of the members; documents stay as they are."""
    op.create_table(
        "form",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "member",
        sa.Column("batch", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("index", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("credential", sa.String(), nullable=False, unique=True),
    )
    op.execute('INSERT INTO member (batch, "index", credential) SELECT batch, "index", id FROM credential WHERE batch IS NOT NULL')
    _drop_indexes()
    op.drop_index("ix_credential_achievement", "credential")
    with op.batch_alter_table("credential", naming_convention=NAMES) as batch:
        batch.drop_constraint("one_credential_per_index", type_="unique")
        batch.drop_constraint("member_of_a_batch", type_="check")
        batch.drop_constraint("credential_achievement_fkey", type_="foreignkey")
        batch.drop_constraint("credential_batch_fkey", type_="foreignkey")
        batch.drop_column("batch")
        batch.drop_column("index")
        batch.add_column(sa.Column("form", sa.Integer()))
        batch.add_column(sa.Column("committed", sa.LargeBinary()))
    _create_indexes()
    op.create_index("ix_credential_enrolled_at", "credential", ["enrolled_at"])
    op.add_column("issuer", sa.Column("open_since", TIME))
    op.execute(f"UPDATE issuer SET open_since = ({OPEN})")  # noqa: S608 - a text of ours


def downgrade() -> None:
    """Write the documents out, and the places back."""
    op.drop_column("issuer", "open_since")
    _write_out()
    _drop_indexes()
    op.drop_index("ix_credential_enrolled_at", "credential")
    for name in ("batch", "index"):
        op.add_column("credential", sa.Column(name, sa.Integer()))
    for name in ("batch", "index"):
        op.execute(f'UPDATE credential SET "{name}" = (SELECT "{name}" FROM member WHERE credential = credential.id)')  # noqa: S608
    op.execute("UPDATE credential SET seed = NULL WHERE batch IS NULL")
    with op.batch_alter_table("credential", naming_convention=NAMES) as batch:
        batch.drop_column("form")
        batch.drop_column("committed")
        batch.create_unique_constraint("one_credential_per_index", ["batch", "index"])
        batch.create_check_constraint("member_of_a_batch", MEMBER)
        batch.create_foreign_key("credential_achievement_fkey", "achievement", ["achievement"], ["id"])
        batch.create_foreign_key("credential_batch_fkey", "batch", ["batch"], ["id"])
    op.create_index("ix_credential_achievement", "credential", ["achievement"])
    _create_indexes()
    op.drop_table("member")
    op.drop_table("form")


def _drop_indexes() -> None:
    # SQLite makes the table anew, and would make these for all rows.
    for name in ("one_standing_credential", "one_credential_per_status_entry", "ix_credential_revocation"):
        op.drop_index(name, "credential")


def _create_indexes() -> None:
    for name, columns, where, unique in (
        ("one_standing_credential", ["learner", "achievement"], STANDING, True),
        ("one_credential_per_status_entry", ["status_list", "status_index"], LISTED, True),
        ("ix_credential_revocation", ["revocation"], ASKED, False),
    ):
        op.create_index(name, "credential", columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _write_out() -> None:
    connection = op.get_bind()
    write = sa.text("UPDATE credential SET document = :document, form = NULL WHERE id = :id")
    for number, text in connection.execute(sa.text("SELECT id, text FROM form")).all():
        found = connection.execute(sa.text("SELECT id, document FROM credential WHERE form = :form"), {"form": number}).all()
        for credential, kept in found:
            connection.execute(write, {"id": credential, "document": form_of(bytes(text)).fill(bytes(kept))})
