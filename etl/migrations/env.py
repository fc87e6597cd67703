"""What Alembic runs: on the connection that etl/migrating.py hands it, in one transaction on either engine."""

from alembic import context

from etl.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite's transactions hold table definitions too, since we begin them ourselves
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
