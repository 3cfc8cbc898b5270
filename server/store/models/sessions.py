"""Sessions, what was measured in them, what was paid for them."""

from typing import ClassVar

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from server.store.models.base import Log, Resource, Table, listed_by


class Session(Table):
    """A charging session."""

    name = TextField(primary_key=True)
    partner = TextField(null=True)
    charge_point = TextField()
    evse = TextField(null=True)
    connector = IntegerField(default=0)
    location = TextField(null=True)
    user = TextField(null=True)
    id_tag = TextField(null=True)
    token = TextField(null=True)
    ocpp_transaction_id = TextField(null=True)
    state = SmallIntegerField()
    stop_reason = SmallIntegerField(null=True)
    stop_reason_text = TextField(null=True)
    start_time = BigIntegerField()
    told_start_time = BigIntegerField(null=True)  # the charger's own, where it cannot be believed
    clock_lag = BigIntegerField(null=True)  # how far its clock is behind, if it cannot be believed
    reserved_time = BigIntegerField(null=True)  # since when its place was held for it
    stop_time = BigIntegerField(null=True)
    meter_start_wh = BigIntegerField(null=True)
    meter_stop_wh = BigIntegerField(null=True)
    energy_wh = BigIntegerField(default=0)
    final_energy_wh = BigIntegerField(null=True)  # the same once it has ended: lists go by it
    meter_wh = BigIntegerField(null=True)  # the register as last told
    segment_start_wh = BigIntegerField(null=True)  # where the register's latest unbroken run began
    segment_sum_wh = BigIntegerField(default=0)  # energy of the runs before it
    meter_time = BigIntegerField(null=True)
    samples_digest = BigIntegerField(default=0)  # of all its meter values, in whatever order
    metered_us = BigIntegerField(default=0)  # how long energy flowed, in the periods that ended
    idle_us = BigIntegerField(default=0)  # how long it did not, in the periods that ended
    power_w = IntegerField(null=True)
    peak_power_w = IntegerField(null=True)
    first_soc_percent = SmallIntegerField(null=True)
    soc_percent = SmallIntegerField(null=True)
    tariff_snapshot = TextField(null=True)  # key of a TariffSnapshot
    charging_periods = BlobField(null=True)
    price = BlobField(null=True)
    currency = TextField(null=True)
    net_micros = BigIntegerField(null=True)  # the total without tax
    total_micros = BigIntegerField(null=True)
    shown_micros = BigIntegerField(null=True)  # the same, as the charger was told to show it last
    billing_state = SmallIntegerField(default=1)
    payment_state = SmallIntegerField(default=1)
    payment_method = SmallIntegerField(null=True)
    payment_token = TextField(null=True)  # what a gateway outside is to take the payment from
    authorization_method = SmallIntegerField(default=0)
    started_offline = BooleanField(default=False)
    authorization_refused = TextField(null=True)
    warnings = BlobField(null=True)
    stop_conditions = BlobField(null=True)
    remote_start_id = IntegerField(null=True)  # what a 2.x charger names the remote start by
    one_time_token = TextField(null=True)  # accepted once, for this session alone
    expire_time = BigIntegerField(null=True)  # of a PENDING one
    start_key = TextField(null=True)  # recognises a resent StartTransaction
    electricity_rate = TextField(null=True)  # its charge point's, when it began
    electricity_rate_versions = BlobField(null=True)
    electricity_cost = BlobField(null=True)
    waiting_reason = SmallIntegerField(null=True)
    original_session = TextField(null=True)  # that this one goes on with
    extending_session = TextField(null=True)  # that went on with this one
    subscription = TextField(null=True)  # of which the allowance was used
    allowance_wh = BigIntegerField(null=True)  # how much of it
    held_micros = BigIntegerField(null=True)  # of its user's balance, or its company's limit
    company = TextField(null=True)  # the partner that pays for it
    watch_wh = BigIntegerField(null=True)  # at this energy, ...
    watch_soc_percent = SmallIntegerField(null=True)  # at this state of charge, ...
    watch_time = BigIntegerField(null=True)  # or at this time it is asked whether it is to end
    stop_due_time = BigIntegerField(null=True)  # when its charger is told (again) to end it
    stop_tries = SmallIntegerField(null=True)  # how often it was told
    step_numbers = TextField(null=True)  # of the steps that a 2.x charger told (domain)
    charging_state = SmallIntegerField(null=True)  # as a 2.x charger told it last
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        """Lists by time, alone and behind each filter."""

        indexes = (
            (("charge_point", "start_time", "name"), False),
            (("evse", "start_time", "name"), False),
            (("location", "start_time", "name"), False),
            (("user", "start_time", "name"), False),
            (("id_tag", "start_time", "name"), False),
            (("state", "start_time", "name"), False),
            (("billing_state", "start_time", "name"), False),
            (("payment_state", "start_time", "name"), False),
            (("start_time", "name"), False),
            (("update_time", "name"), False),
            (("stop_time", "name"), False),
            (("final_energy_wh", "name"), False),
        )


Session.told_by(Session.partner, Session.start_time, Session.name)
Session.told_by(Session.partner, Session.stop_time)
Session.told_by(Session.stop_reason, Session.start_time, Session.name)
# Chargers find theirs by transaction, and by what recognises a start that is told again.
Session.told_by(Session.ocpp_transaction_id, Session.charge_point)
Session.told_by(Session.start_key, Session.charge_point)

for _whose in (Session.charge_point, Session.user):
    # The few that have not ended, beside the many that have: with the condition as a column, so
    # that SQLite's planner finds it better than another index that begins with the same one.
    Session.add_index(
        Session.index(
            _whose,
            Session.stop_time,
            where=Session.stop_time.is_null(),
            name=f"session_open_{_whose.name}",
        )
    )


# A company's sessions that run hold of its limit.
Session.add_index(
    Session.index(
        Session.company,
        where=Session.company.is_null(False) & Session.stop_time.is_null(),
        name="session_open_company",
    )
)

for _when in (Session.watch_time, Session.stop_due_time):
    # The few that somebody is to look at.
    Session.add_index(
        Session.index(
            _when,
            where=_when.is_null(False),
            name=f"session_{_when.name}",
        )
    )


class MeterValue(Log):
    """Values measured at one time. `body` holds an ampline.v1.MeterValue's sampled values."""

    MOST_UNFILED: ClassVar[int] = 2048  # every bill reads its session's

    number = BigAutoField()
    charge_point = TextField()
    evse = TextField(null=True)
    session = TextField(null=True)
    time = BigIntegerField()
    told_time = BigIntegerField(null=True)  # the charger's own, where it cannot be believed
    record_time = BigIntegerField()
    register_wh = BigIntegerField(null=True)  # Energy.Active.Import.Register, if told
    power_w = IntegerField(null=True)
    soc_percent = SmallIntegerField(null=True)
    not_billed = BooleanField(default=False)
    fingerprint = BigIntegerField()  # of the whole sample set: recognises a repeat
    body = BlobField()


MeterValue.by(MeterValue.session, MeterValue.time)
MeterValue.told_by(MeterValue.told_time)
# Of no session: few, and neighbours in time.
MeterValue.add_index(
    MeterValue.index(
        MeterValue.time, where=MeterValue.session.is_null(), name="meter_value_apart_time"
    )
)


class Transaction(Resource):
    """The payment of a purchase."""

    external_id = TextField(null=True)
    state = SmallIntegerField(default=1)
    purchase = SmallIntegerField()
    purchased_resource = TextField()
    user = TextField(null=True)
    currency = TextField()
    net_micros = BigIntegerField()
    tax_micros = BigIntegerField()
    total_micros = BigIntegerField()
    method = SmallIntegerField()
    provider_reference = TextField(null=True)
    failure_reason = TextField(null=True)
    authorize_time = BigIntegerField(null=True)
    finalize_time = BigIntegerField(null=True)
    fail_time = BigIntegerField(null=True)
    reverse_time = BigIntegerField(null=True)
    refund_time = BigIntegerField(null=True)
    through_gateway = BooleanField(null=True)  # whether the platform's own sees to it
    preauthorizes = BooleanField(null=True)  # whether it is only reserved at first
    authorized_micros = BigIntegerField(null=True)
    refunded_micros = BigIntegerField(null=True)  # so much of it in all

    class Meta:
        """Lists by what they are filtered by."""

        indexes = listed_by(
            "partner",
            "state",
            "purchase",
            "purchased_resource",
            "user",
            "method",
            "currency",
            "provider_reference",
            "external_id",
        )


class EarlyStep(Table):
    """A step of a 2.x transaction that is told before it is known who charges, and where."""

    number = BigAutoField()
    charge_point = TextField()
    transaction_id = TextField()
    step_number = IntegerField()
    kind = SmallIntegerField()
    evse = IntegerField(null=True)  # a number, if it is told
    record_time = BigIntegerField()
    body = BlobField()  # the step, as JSON

    class Meta:
        """Each once; those of a transaction together."""

        indexes = ((("charge_point", "transaction_id", "step_number", "kind"), True),)


class Counter(Table):
    """A number that only grows: OCPP 1.6 transaction ids are drawn from one."""

    name = TextField(primary_key=True)
    value = BigIntegerField()
