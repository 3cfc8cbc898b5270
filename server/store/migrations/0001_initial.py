"""The first schema."""

from server.store import models


def up(migrator, db):
    """Makes every table."""
    tables = [getattr(models, name) for name in models.__all__]
    db.create_tables(tables)
    models.EventHead.insert(id=1, position=0).execute()
    models.Counter.insert(name="ocpp16_transaction", value=0).execute()
