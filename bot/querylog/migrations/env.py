"""Run migrations on the connection that ``bot.querylog.schema`` hands over."""

from __future__ import annotations

from alembic import context

from bot.querylog.tables import metadata

# The caller holds the transaction and the lock, so that version and schema change together.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
