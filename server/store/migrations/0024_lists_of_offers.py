"""Lists of subscriptions and vouchers behind one filter go along an index."""

from playhouse.migrate import SchemaMigrator

_ORDER = ("create_time", "name")
_NEW = {
    "subscription": ("plan", "user", "state", "partner"),
    "voucher": ("user_group", "currency", "partner"),
}
_REPLACED = (
    ("subscription", "subscription_user_state"),
    ("subscription", "subscription_state"),
    ("voucher", "voucher_user_group"),
    ("voucher", "voucher_currency"),
)


def up(migrator: SchemaMigrator, _: object) -> None:
    """Puts the wider indexes in the places of the narrower ones."""
    for table, columns in _NEW.items():
        for column in columns:
            migrator.migrate(migrator.add_index(table, (column, *_ORDER)))
    for table, index in _REPLACED:
        migrator.migrate(migrator.drop_index(table, index))
    _part_two_of_a_name(migrator)


def _part_two_of_a_name(migrator: SchemaMigrator) -> None:
    """Subscriptions by plan and state, and plans by state: one was not made for its name."""
    migrator.migrate(
        migrator.drop_index("subscription", "subscription_plan_state"),
        migrator.add_index("subscription_plan", ("state",)),
    )
