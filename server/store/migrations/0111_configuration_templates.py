"""Sets of settings that charge points follow."""

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    Database,
    IntegerField,
    Model,
    TextField,
)
from playhouse.migrate import SchemaMigrator


class ConfigurationTemplate(Model):
    name = TextField(primary_key=True)
    partner = TextField(null=True, index=True)
    external_id = TextField(null=True, index=True)
    labels = BlobField(null=True)
    create_time = BigIntegerField(index=True)
    update_time = BigIntegerField(index=True)
    version = IntegerField()
    display_name = TextField(index=True)
    description = TextField(null=True)
    settings = BlobField(null=True)
    apply_at_boot = BooleanField(null=True)
    search_text = TextField()

    class Meta:
        legacy_table_names = False


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the table; a charge point says which one it follows."""
    with database.bind_ctx([ConfigurationTemplate]):
        database.create_tables([ConfigurationTemplate])
    migrator.migrate(
        migrator.add_column("charge_point", "configuration_template", TextField(null=True)),
        migrator.add_index("charge_point", ("configuration_template", "create_time", "name")),
    )
