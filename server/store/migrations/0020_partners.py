"""Partners and user groups."""

from peewee import BlobField, Database, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator

from server.store.migrations.initial.base import Resource


class Partner(Resource):
    kind = SmallIntegerField()
    display_name = TextField(index=True)
    legal_name = TextField(null=True)
    registration_number = TextField(null=True)
    vat_number = TextField(null=True)
    address = BlobField(null=True)
    contacts = BlobField(null=True)
    access = BlobField(null=True)
    contract = BlobField(null=True)
    corporate_billing = BlobField(null=True)
    search_text = TextField()


class UserGroup(Resource):
    display_name = TextField(index=True)
    description = TextField(null=True)
    search_text = TextField()


TABLES = [Partner, UserGroup]


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the tables; users are in groups, and a partner has its sessions and transactions."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
    migrator.migrate(
        migrator.add_column("user", "groups", BlobField(null=True)),
        migrator.add_index("session", ("partner", "start_time", "name")),
        migrator.add_index("transaction", ("partner", "create_time", "name")),
    )
