"""The schema's migrations, by Alembic: run once a version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Table

from laurea.errors import InputError
from laurea.storage.issuer import tables as tables_module

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to `revision`, inside the connection's transaction."""
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise InputError(f"the database cannot be migrated: {error}", hint="a newer laurea wrote it: use that one") from error


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Take the schema back to `revision`, with all that is lost by it."""
    config = _config()
    config.attributes["connection"] = connection
    command.downgrade(config, revision)


def tables() -> list[Table]:
    """Return the tables of the newest schema, each behind those that it refers to."""
    return list(tables_module.BatchRow.metadata.sorted_tables)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
