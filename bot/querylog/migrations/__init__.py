"""Alembic migrations of the query log; ``bot.querylog.schema`` runs them."""
