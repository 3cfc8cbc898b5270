"""What partners earn, how it is settled with them, and what companies pay for their users."""

from typing import Any

from google.type.money_pb2 import Money
from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    Database,
    PostgresqlDatabase,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator

from ampline.v1.session_pb2 import Session
from server.store.migrations.initial.base import Table

_NANOS_PER_MICRO = 1_000
_DC = 2


class Earning(Table):
    number = BigAutoField()
    partner = TextField()
    session = TextField()
    location = TextField(null=True)
    charge_point = TextField()
    is_dc = BooleanField()
    currency = TextField()
    net_micros = BigIntegerField()
    tax_micros = BigIntegerField()
    energy_wh = BigIntegerField()
    electricity_micros = BigIntegerField(null=True)
    corrects = BooleanField()
    stop_time = BigIntegerField()
    create_time = BigIntegerField()
    settlement = TextField(null=True)


Earning.add_index(Earning.index(Earning.session))
Earning.add_index(
    Earning.index(
        Earning.partner,
        Earning.currency,
        Earning.stop_time,
        Earning.number,
        where=Earning.settlement.is_null(),
        name="earning_open",
    )
)


class Settlement(Table):
    name = TextField(primary_key=True)
    partner = TextField()
    month = BlobField()
    month_number = SmallIntegerField()
    currency = TextField()
    time_zone = TextField()
    state = SmallIntegerField()
    contract = BlobField(null=True)
    figures = BlobField(null=True)
    line_count = BigIntegerField()
    shared = TextField()
    issue_time = BigIntegerField(null=True)
    create_time = BigIntegerField()

    class Meta:
        indexes = ((("partner", "month_number", "currency"), True),)


class SettlementLine(Table):
    name = TextField(primary_key=True)
    settlement = TextField()
    number = BigIntegerField()
    kind = SmallIntegerField()
    session = TextField(null=True)
    location = TextField(null=True)
    charge_point = TextField(null=True)
    stop_time = BigIntegerField(null=True)
    figures = BlobField()

    class Meta:
        indexes = ((("settlement", "number"), True),)


class SettlementSubtotal(Table):
    name = TextField(primary_key=True)
    settlement = TextField()
    place = TextField()
    kind = SmallIntegerField()
    location = TextField(null=True)
    charge_point = TextField(null=True)
    figures = BlobField()

    class Meta:
        indexes = ((("settlement", "place"), True),)


class CorporateBill(Table):
    name = TextField(primary_key=True)
    partner = TextField()
    month = BlobField()
    month_number = SmallIntegerField()
    currency = TextField()
    time_zone = TextField()
    net_micros = BigIntegerField()
    tax_micros = BigIntegerField()
    total_micros = BigIntegerField()
    line_count = BigIntegerField()
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        indexes = ((("partner", "month_number", "currency"), True),)


class CorporateBillLine(Table):
    name = TextField(primary_key=True)
    corporate_bill = TextField()
    number = BigIntegerField()
    kind = SmallIntegerField()
    transaction = TextField()
    purchase = SmallIntegerField()
    purchased_resource = TextField()
    user = TextField(null=True)
    location = TextField(null=True)
    energy_wh = BigIntegerField(null=True)
    stop_time = BigIntegerField(null=True)
    currency = TextField()
    net_micros = BigIntegerField()
    tax_micros = BigIntegerField()
    total_micros = BigIntegerField()
    create_time = BigIntegerField()

    class Meta:
        indexes = (
            (("corporate_bill", "number"), True),
            (("transaction", "kind"), True),
        )


TABLES = [
    Earning,
    Settlement,
    SettlementLine,
    SettlementSubtotal,
    CorporateBill,
    CorporateBillLine,
]


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the tables, and writes down what was earned before; what a company was to pay before
    stands on no bill."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
    migrator.migrate(
        migrator.add_column("partner", "time_zone", TextField(null=True)),
        migrator.add_column("session", "company", TextField(null=True)),
    )
    database.execute_sql(
        'UPDATE "session" SET "company" = (SELECT "partner" FROM "user"'
        ' WHERE "user"."name" = "session"."user") WHERE "payment_method" = 3'  # CORPORATE
        ' AND "stop_time" IS NULL'
    )
    database.execute_sql(
        'CREATE INDEX "session_open_company" ON "session" ("company")'
        ' WHERE (("company" IS NOT NULL) AND ("stop_time" IS NULL))'
    )
    _earn(database)


def _earn(database: Database) -> None:
    """The bills of partners' sessions, some at a time, by their names."""
    query = (
        'SELECT "s"."name", "s"."partner", "s"."location", "s"."charge_point", "e"."current_type",'
        ' "s"."currency", "s"."price", "s"."energy_wh", "s"."electricity_cost", "s"."stop_time",'
        ' "s"."update_time" FROM "session" "s" LEFT JOIN "evse" "e" ON "e"."name" = "s"."evse"'
        ' WHERE "s"."partner" IS NOT NULL AND "s"."billing_state" = 2'  # BILLING_COMPLETED
        ' AND "s"."price" IS NOT NULL AND "s"."stop_time" IS NOT NULL'
        ' AND "s"."name" > %s ORDER BY "s"."name" LIMIT 1000'
    )
    if not isinstance(database, PostgresqlDatabase):
        query = query.replace("%s", "?")
    last = ""
    while found := database.execute_sql(query, (last,)).fetchall():
        with database.bind_ctx([Earning]):
            Earning.insert_many([_earning(row) for row in found]).execute()
        last = found[-1][0]


def _earning(row: tuple[Any, ...]) -> dict[str, object]:
    name, partner, location, charge_point, current, currency, price, energy_wh, cost, *times = row
    bill = Session.FromString(bytes(price)).price
    spent = Session.FromString(bytes(cost)).electricity_cost if cost else None
    known = spent is not None and spent.currency_code == currency
    return {
        "partner": partner,
        "session": name,
        "location": location,
        "charge_point": charge_point,
        "is_dc": current == _DC,
        "currency": currency,
        "net_micros": _micros(bill.net),
        "tax_micros": _micros(bill.tax),
        "energy_wh": energy_wh,
        "electricity_micros": _micros(spent) if known else None,
        "corrects": False,
        "stop_time": times[0],
        "create_time": times[1],
    }


def _micros(money: Money) -> int:
    return int(money.units * 1_000_000 + money.nanos // _NANOS_PER_MICRO)
