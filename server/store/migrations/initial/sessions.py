"""Sessions, what was measured in them, what was paid for them: the first schema."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from server.store.migrations.initial.base import Table


class Session(Table):
    name = TextField(primary_key=True)
    partner = TextField(null=True)
    charge_point = TextField()
    evse = TextField(null=True)
    connector = IntegerField()
    location = TextField(null=True)
    user = TextField(null=True)
    id_tag = TextField(null=True)
    token = TextField(null=True)
    ocpp_transaction_id = TextField(null=True)
    state = SmallIntegerField()
    stop_reason = SmallIntegerField(null=True)
    stop_reason_text = TextField(null=True)
    start_time = BigIntegerField()
    stop_time = BigIntegerField(null=True)
    meter_start_wh = BigIntegerField(null=True)
    meter_stop_wh = BigIntegerField(null=True)
    energy_wh = BigIntegerField()
    meter_wh = BigIntegerField(null=True)
    segment_start_wh = BigIntegerField(null=True)
    segment_sum_wh = BigIntegerField()
    meter_time = BigIntegerField(null=True)
    metered_us = BigIntegerField()
    idle_us = BigIntegerField()
    power_w = IntegerField(null=True)
    peak_power_w = IntegerField(null=True)
    first_soc_percent = SmallIntegerField(null=True)
    soc_percent = SmallIntegerField(null=True)
    tariff_snapshot = TextField(null=True)
    charging_periods = BlobField(null=True)
    price = BlobField(null=True)
    currency = TextField(null=True)
    total_micros = BigIntegerField(null=True)
    billing_state = SmallIntegerField()
    payment_state = SmallIntegerField()
    payment_method = SmallIntegerField(null=True)
    authorization_method = SmallIntegerField()
    started_offline = BooleanField()
    authorization_refused = TextField(null=True)
    warnings = BlobField(null=True)
    stop_conditions = BlobField(null=True)
    remote_start_id = IntegerField(null=True)
    one_time_token = TextField(null=True)
    expire_time = BigIntegerField(null=True)
    start_key = TextField(null=True)
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        indexes = (
            (("charge_point", "ocpp_transaction_id"), False),
            (("charge_point", "start_key"), False),
            (("charge_point", "start_time", "name"), False),
            (("evse", "start_time", "name"), False),
            (("location", "start_time", "name"), False),
            (("user", "start_time", "name"), False),
            (("id_tag", "start_time", "name"), False),
            (("state", "start_time", "name"), False),
            (("start_time", "name"), False),
            (("update_time", "name"), False),
            (("stop_time", "name"), False),
        )


class MeterValue(Table):
    number = BigAutoField()
    charge_point = TextField()
    evse = TextField(null=True)
    session = TextField(null=True)
    time = BigIntegerField()
    record_time = BigIntegerField()
    register_wh = BigIntegerField(null=True)
    power_w = IntegerField(null=True)
    soc_percent = SmallIntegerField(null=True)
    not_billed = BooleanField()
    fingerprint = BigIntegerField()
    body = BlobField()

    class Meta:
        indexes = ((("session", "time", "number"), False),)


class Transaction(Table):
    name = TextField(primary_key=True)
    partner = TextField(null=True)
    state = SmallIntegerField(index=True)
    purchase = SmallIntegerField()
    purchased_resource = TextField(index=True)
    user = TextField(null=True, index=True)
    currency = TextField()
    net_micros = BigIntegerField()
    tax_micros = BigIntegerField()
    total_micros = BigIntegerField()
    method = SmallIntegerField()
    provider_reference = TextField(null=True)
    failure_reason = TextField(null=True)
    create_time = BigIntegerField(index=True)
    update_time = BigIntegerField(index=True)


class Counter(Table):
    name = TextField(primary_key=True)
    value = BigIntegerField()
