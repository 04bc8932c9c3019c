"""Alembic's entry: migrate on the connection that `laurea.storage.schema.upgrade` hands over."""

from alembic import context
from sqlmodel import SQLModel

from laurea.storage.issuer import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_item=tables.render_type,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
