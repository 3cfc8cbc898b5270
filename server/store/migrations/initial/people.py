"""Users, their ID tags, their money: the first schema."""

from peewee import BigIntegerField, BlobField, BooleanField, SmallIntegerField, TextField

from server.store.migrations.initial.base import Resource, Table


class User(Resource):
    email = TextField(null=True, unique=True)
    given_name = TextField(null=True)
    family_name = TextField(null=True, index=True)
    phone = TextField(null=True)
    address = BlobField(null=True)
    language_code = TextField(null=True)
    company = TextField(null=True)
    concurrency = SmallIntegerField()
    payment_preference = SmallIntegerField()
    currency = TextField()
    state = SmallIntegerField(index=True)
    balance_micros = BigIntegerField()
    session_count = BigIntegerField()
    energy_wh = BigIntegerField()
    delete_time = BigIntegerField(null=True)
    search_text = TextField()


class IdTag(Resource):
    token = TextField(index=True)
    token_key = TextField()
    kind = SmallIntegerField()
    user = TextField(null=True, index=True)
    state = SmallIntegerField()
    expire_time = BigIntegerField(null=True)
    label = TextField(null=True)
    parent_group_id = TextField(null=True)
    vehicle_kind = TextField(null=True)
    on_local_list = BooleanField(null=True)

    class Meta:
        indexes = ((("token_key", "kind"), True),)


class BalanceEntry(Table):
    name = TextField(primary_key=True)
    number = BigIntegerField()
    user = TextField()
    contra_account = TextField()
    entry_type = SmallIntegerField()
    currency = TextField()
    amount_micros = BigIntegerField()
    balance_after_micros = BigIntegerField()
    cause = TextField()
    reason = TextField(null=True)
    create_time = BigIntegerField()

    class Meta:
        indexes = ((("cause", "entry_type"), True), (("user", "number"), True))
