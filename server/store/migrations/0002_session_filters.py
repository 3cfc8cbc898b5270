"""Sessions by stop reason, billing state and payment state, newest first."""

from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: object) -> None:
    """Adds an index for each of them."""
    for column in ("stop_reason", "billing_state", "payment_state"):
        migrator.migrate(migrator.add_index("session", (column, "start_time", "name")))
