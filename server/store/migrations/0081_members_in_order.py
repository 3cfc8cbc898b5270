"""Who names a resource in a list, in the order in which they were created.

A page of a group's users costs the same however large the group is.
"""

from peewee import BigIntegerField, Database
from playhouse.migrate import SchemaMigrator

_REFERRERS = {
    "Circuit": "circuit",
    "Location": "location",
    "SubscriptionPlan": "subscription_plan",
    "Tariff": "tariff",
    "TariffGroup": "tariff_group",
    "User": "user",
    "WebhookEndpoint": "webhook_endpoint",
}


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Adds the column, fills it, then makes its index."""
    migrator.migrate(
        migrator.add_column("nested_reference", "create_time", BigIntegerField(default=0))
    )
    for kind, table in _REFERRERS.items():
        database.execute_sql(
            'UPDATE "nested_reference" SET "create_time" = "named"."create_time"'  # noqa: S608
            f' FROM "{table}" AS "named" WHERE "named"."name" = "nested_reference"."referrer"'
            f' AND "nested_reference"."referrer_kind" = \'ampline.app/{kind}\''
        )
    migrator.migrate(
        migrator.add_index(
            "nested_reference", ("target", "referrer_kind", "create_time", "referrer")
        )
    )
