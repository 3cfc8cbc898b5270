"""The charging profiles that chargers have: what was given to them, and what was taken away."""

from dataclasses import replace

from ampline.v1.charge_point_event_pb2 import ChargePointChargingProfileApplied
from ampline.v1.charging_profile_pb2 import ChargingProfile as Message
from server.domain.charging_profiles import ChargingProfile, Kind, Purpose, Schedule, Source
from server.domain.commands import ClearChargingProfile, SetChargingProfile
from server.domain.errors import invalid_field, unknown_reference
from server.domain.facts import ExternalLimit
from server.resources import events
from server.resources.charging_profiles import MAPPING, profile_name, schedule_message
from server.store.clock import to_datetime, to_us
from server.store.models import ChargingProfile as Row
from server.store.models import Counter
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.balancing import managed
from server.work.sessions import places, session_rows

EXTERNAL_NUMBERS = 1_618_000
"""Where the numbers begin of limits that others than us set: one of each EVSE, for chargers tell
none."""

_DRAW = Statement(
    Counter.update(value=Counter.value + 1)
    .where(Counter.name == "charging_profile")
    .returning(Counter.value)
)
_HAS = Statement(
    Row.select(Row.name).where(
        (Row.charge_point == param("charge_point")) & (Row.profile_id == param("number"))
    )
)
_INSERT = Append(
    Row,
    (
        "name",
        "charge_point",
        "profile_id",
        "evse",
        "stack_level",
        "purpose",
        "kind",
        "recurrency",
        "valid_from",
        "valid_until",
        "session",
        "ocpp_transaction_id",
        "schedule",
        "source",
        "install_time",
    ),
)
_STORED = Statement(MAPPING.query().where(Row.name == param("name")))


def free_number(unit: Unit, charge_point: str) -> int:
    """A number that no profile of the charge point has."""
    while True:
        drawn = unit.one_written(_DRAW)
        assert drawn is not None
        if not unit.one(_HAS, charge_point=charge_point, number=drawn[0]):
            return int(drawn[0])


def for_session(
    unit: Unit, profile: ChargingProfile, charge_point: str, session: str
) -> SetChargingProfile:
    """What installs the profile for the transaction of a session that runs at the charge point, on
    its EVSE."""
    row = session_rows.by_name(unit, session)
    if row is None or row.charge_point != charge_point:
        raise unknown_reference("session", session)
    if not row.running or row.ocpp_transaction_id is None or row.evse is None:
        raise invalid_field("session", f"{session} does not run")
    evse = int(row.evse.rpartition("/")[2])
    if profile.evse not in {0, evse}:
        raise invalid_field("evse", f"{session} runs on EVSE {evse}")
    wanted = replace(profile, evse=evse, transaction_id=row.ocpp_transaction_id)
    return SetChargingProfile(wanted, row.connector)


def installed(
    unit: Unit, charge_point: str, profile: ChargingProfile, source: Source, session: str | None
) -> Message:
    """The charger accepted a profile: it takes the place of what it replaces, and is told of."""
    same_place = (
        (Row.evse == profile.evse)
        & (Row.purpose == profile.purpose)
        & (Row.stack_level == profile.stack_level)
    )
    if profile.purpose is Purpose.TX and session:  # it may have begun with one
        same_place &= Row.session == session
    elif profile.purpose is Purpose.TX:
        same_place &= Row.ocpp_transaction_id == profile.transaction_id
    unit.execute(
        Row.delete().where(
            (Row.charge_point == charge_point) & ((Row.profile_id == profile.number) | same_place)
        )
    )
    name = profile_name(charge_point, profile.number)
    times = (profile.valid_from, profile.valid_until)
    unit.insert(
        _INSERT,
        (
            name,
            charge_point,
            profile.number,
            profile.evse,
            profile.stack_level,
            profile.purpose,
            profile.kind,
            profile.recurrency,
            *(None if time is None else to_us(time) for time in times),
            session,
            profile.transaction_id,
            _schedule_bytes(profile.schedule),
            source,
            unit.now,
        ),
    )
    row = unit.one(_STORED, name=name)
    assert row is not None
    message: Message = MAPPING.to_message(row)
    tell(unit, charge_point, message)
    return message


def limited_elsewhere(unit: Unit, charge_point: str, fact: ExternalLimit) -> None:
    """Somebody else limits the charge point, or an EVSE of its; or does so no more."""
    number = EXTERNAL_NUMBERS + fact.evse
    if fact.schedule is None:
        unit.execute(
            Row.delete().where((Row.charge_point == charge_point) & (Row.profile_id == number))
        )
    else:
        schedule = replace(fact.schedule, start=fact.schedule.start or to_datetime(unit.now))
        profile = ChargingProfile(
            number, fact.evse, 0, Purpose.EXTERNAL_CONSTRAINTS, Kind.ABSOLUTE, schedule
        )
        installed(unit, charge_point, profile, Source.CHARGER, None)
    managed.changed(unit, charge_point)


def _schedule_bytes(schedule: Schedule) -> bytes:
    return Message(schedule=schedule_message(schedule)).SerializeToString()


def tell(unit: Unit, charge_point: str, profile: Message) -> None:
    """A charger has a profile now, or it became known that it has."""
    place = places.place_of(unit, charge_point)
    unit.tell(
        events.event(
            "charge_point.charging_profile_applied",
            charge_point,
            ChargePointChargingProfileApplied(charging_profile=profile),
            unit.now,
            charge_point=charge_point,
            location=place.location,
            partner=place.partner,
        )
    )


def cleared(unit: Unit, charge_point: str, told: ClearChargingProfile) -> None:
    """The charger has forgotten those profiles; limits of others' it keeps."""
    where = (Row.charge_point == charge_point) & (Row.source != Source.CHARGER)
    if told.number is not None:
        where &= Row.profile_id == told.number
    else:
        wanted = {Row.evse: told.evse, Row.purpose: told.purpose, Row.stack_level: told.stack_level}
        for column, value in wanted.items():
            if value is not None:
                where &= column == value
    unit.execute(Row.delete().where(where))
