"""What Alembic runs. The connection is handed in, already inside the one transaction of the whole upgrade."""

from __future__ import annotations

from alembic import context

from freehold.stores.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
