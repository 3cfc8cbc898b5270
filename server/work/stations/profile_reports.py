"""The charging profiles that a charger says it has (OCPP 2.x, block K09).

What is known stays who gave it; what is not came from a central system before, or from elsewhere.
After the last part of a whole report the charger has nothing else.
"""

from typing import Any

from ampline.v1.charging_profile_pb2 import ChargingProfile as Message
from server.domain.charging_profiles import ChargingProfile, ProfilesReported, Purpose, Source
from server.domain.facts import ExternalLimit
from server.resources.charging_profiles import MAPPING, profile_name, schedule_message
from server.store.clock import to_us
from server.store.models import ChargingProfile as Row
from server.store.models import DeviceReport
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.balancing import caps, managed
from server.work.sessions import session_rows
from server.work.stations import charging_profiles

_KNOWN = Statement(MAPPING.query().where(Row.name == param("name")))
_CONTENT = (
    "evse",
    "stack_level",
    "purpose",
    "kind",
    "recurrency",
    "valid_from",
    "valid_until",
    "ocpp_transaction_id",
    "schedule",
    "report_time",
)
_NEW = ("charge_point", "profile_id", "session", "source", "install_time")
_ADD = Statement(
    Row.insert(name=param("name"), **{column: param(column) for column in (*_NEW, *_CONTENT)})
)
_RENEW = Statement(
    Row.update(**{column: param(column) for column in _CONTENT}).where(Row.name == param("name"))
)
_REPORT = (DeviceReport.charge_point == param("charge_point")) & (
    DeviceReport.number == param("number")
)
_EXPECTED = Statement(
    DeviceReport.select(DeviceReport.whole, DeviceReport.begin_time).where(_REPORT)
)
_ARRIVED = Statement(DeviceReport.delete().where(_REPORT))


def reported(unit: Unit, charge_point: str, fact: ProfilesReported) -> None:
    """A part of a report. These are not numbered: none is missed."""
    for profile in fact.profiles:
        if profile.purpose is Purpose.EXTERNAL_CONSTRAINTS:
            limit = ExternalLimit(profile.evse, profile.schedule)
            charging_profiles.limited_elsewhere(unit, charge_point, limit)
        else:
            _take(unit, charge_point, profile, is_central=fact.is_central)
    if fact.is_last:
        ended(unit, charge_point, fact.number)


def ended(unit: Unit, charge_point: str, number: int) -> None:
    """A report is at its end, or there is nothing to report."""
    row = unit.one(_EXPECTED, charge_point=charge_point, number=number)
    if row is None:
        return
    whole, begin_time = row
    unit.run(_ARRIVED, charge_point=charge_point, number=number)
    if whole:
        _forget_older(unit, charge_point, begin_time)


def _take(unit: Unit, charge_point: str, profile: ChargingProfile, *, is_central: bool) -> None:
    name = profile_name(charge_point, profile.number)
    row = unit.one(_KNOWN, name=name)
    if row is None:
        unit.run(
            _ADD,
            name=name,
            charge_point=charge_point,
            profile_id=profile.number,
            session=_session(unit, charge_point, profile),
            source=_source(unit, charge_point, profile, is_central=is_central),
            install_time=unit.now,
            **_content(unit, profile),
        )
    else:
        unit.run(_RENEW, name=name, **_content(unit, profile))
    after = unit.one(_KNOWN, name=name)
    assert after is not None
    if row != after:
        charging_profiles.tell(unit, charge_point, MAPPING.to_message(after))


def _content(unit: Unit, profile: ChargingProfile) -> dict[str, Any]:
    times = (profile.valid_from, profile.valid_until)
    valid_from, valid_until = (None if time is None else to_us(time) for time in times)
    schedule = Message(schedule=schedule_message(profile.schedule))
    return {
        "evse": profile.evse,
        "stack_level": profile.stack_level,
        "purpose": profile.purpose,
        "kind": profile.kind,
        "recurrency": profile.recurrency,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "ocpp_transaction_id": profile.transaction_id,
        "schedule": schedule.SerializeToString(),
        "report_time": unit.now,
    }


def _source(unit: Unit, charge_point: str, profile: ChargingProfile, *, is_central: bool) -> Source:
    """Whose a profile is that nobody here knows. Where limits are the circuit's to set, one of a
    central system's is the circuit's, whose answer was not heard: it is no cap on itself."""
    if not is_central:
        return Source.CHARGER
    return Source.CIRCUIT if managed.is_kept(unit, charge_point, profile) else Source.OPERATOR


def _session(unit: Unit, charge_point: str, profile: ChargingProfile) -> str | None:
    if profile.transaction_id is None:
        return None
    session = session_rows.by_transaction(unit, charge_point, profile.transaction_id)
    return session.name if session else None


def _forget_older(unit: Unit, charge_point: str, time: int) -> None:
    """The charger has no profiles that it did not tell since then. Caps on what a circuit gives it
    never had, and what others limit it to it tells by itself."""
    gone = (
        (Row.charge_point == charge_point)
        & (Row.install_time < time)
        & (Row.report_time.is_null() | (Row.report_time < time))
        & (Row.purpose != Purpose.EXTERNAL_CONSTRAINTS)
    )
    if managed.circuit_of(unit, charge_point) is not None:
        gone &= (Row.source == Source.CIRCUIT) | Row.purpose.not_in(caps.PURPOSES)
    unit.execute(Row.delete().where(gone))
