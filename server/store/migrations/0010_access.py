"""Keys and operators as resources, and the audit."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    Database,
    Field,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator


def _resource() -> dict[str, Field]:
    """What a resource has that keys and operators had not."""
    return {
        "external_id": TextField(null=True, index=True),
        "labels": BlobField(null=True),
        "update_time": BigIntegerField(default=0, index=True),
        "version": IntegerField(default=1),
    }


def _key() -> dict[str, Field]:
    return {
        "prefix": TextField(default=""),
        "permissions": BlobField(null=True),
        "may_choose_ids": BooleanField(null=True),
        "calls_per_second": IntegerField(null=True),
        "last_used_time": BigIntegerField(null=True),
    }


def _operator() -> dict[str, Field]:
    return {
        "state": SmallIntegerField(default=1),
        "may_choose_ids": BooleanField(null=True),
        "last_sign_in_time": BigIntegerField(null=True),
        "password_change_time": BigIntegerField(null=True),
        "totp_secret": TextField(null=True),
        "totp_enabled": BooleanField(default=False),
        "totp_step": BigIntegerField(default=0),
    }


class AuditEntry(Model):
    number = BigAutoField()
    time = BigIntegerField(index=True)
    principal = TextField()
    partner = TextField(null=True)
    address = TextField()
    method = TextField()
    resource = TextField(null=True)
    request_id = TextField(null=True)
    correlation_id = TextField()
    result = TextField()
    reason = TextField(null=True)
    call_count = BigIntegerField()

    class Meta:
        legacy_table_names = False
        indexes = (
            (("principal", "number"), False),
            (("method", "number"), False),
            (("resource", "number"), False),
            (("result", "number"), False),
        )


class AnonymousRefusal(Model):
    minute = BigIntegerField()
    address = TextField()
    call_count = BigIntegerField()

    class Meta:
        legacy_table_names = False
        primary_key = CompositeKey("minute", "address")
        indexes = ((("address", "minute"), False),)


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Adds the columns and the tables."""
    for table, further in (("api_key", _key()), ("portal_operator", _operator())):
        for name, field in (_resource() | further).items():
            migrator.migrate(migrator.add_column(table, name, field))
        migrator.migrate(migrator.add_index(table, ("partner",)))
        migrator.migrate(migrator.add_index(table, ("create_time",)))
        database.execute_sql(f'UPDATE "{table}" SET update_time = create_time')  # noqa: S608
    migrator.migrate(
        migrator.add_index("api_key", ("display_name",)),
        migrator.drop_not_null("portal_operator", "display_name"),
        migrator.drop_not_null("portal_operator", "password_hash"),
    )
    with database.bind_ctx([AuditEntry, AnonymousRefusal]):
        database.create_tables([AuditEntry, AnonymousRefusal])
