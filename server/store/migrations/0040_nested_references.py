"""References in lists and messages have one table for all kinds of resources."""

from peewee import CompositeKey, Database, Model, TextField
from playhouse.migrate import SchemaMigrator

_MOVE = """
    INSERT INTO nested_reference (target, referrer, referrer_kind)
    SELECT DISTINCT tariff, tariff_group, 'ampline.app/TariffGroup' FROM tariff_group_entry
"""


class NestedReference(Model):
    target = TextField()
    referrer = TextField(index=True)
    referrer_kind = TextField()

    class Meta:
        legacy_table_names = False
        primary_key = CompositeKey("target", "referrer")


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the table; what tariff groups name moves into it."""
    with database.bind_ctx([NestedReference]):
        database.create_tables([NestedReference])
    database.execute_sql(_MOVE)
    database.execute_sql("DROP TABLE tariff_group_entry")
