"""When a charger's configuration is read: after a boot, once for each version of its firmware.

Some chargers crash when they are asked, boot, and would be asked again: so it is counted before
it is asked, and given up after a few times.
"""

import secrets
from typing import NamedTuple

from ampline.v1.charge_point_event_pb2 import ChargePointConfigurationReported
from server.domain.device_model import Attribute, Reading, Setting
from server.domain.facts import OcppVersion
from server.domain.standard_settings import STANDARD_KEYS, STANDARD_VARIABLES
from server.resources import events
from server.store.models import ChargePoint, ConfigurationKey, DeviceReport
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.quirks import known_of
from server.work.rules import Rules
from server.work.sessions.places import find_place
from server.work.stations.configuration import Count

MOST_ATTEMPTS = 3
"""How often the configuration of one firmware is asked for at most."""

_MOST_NUMBERS = 2**31 - 1
_NAMED = ChargePoint.name == param("name")
_STATE = Statement(
    ChargePoint.select(
        ChargePoint.registration_status,
        ChargePoint.firmware_version,
        ChargePoint.ocpp_version,
        ChargePoint.configuration_reading,
        ChargePoint.configuration_firmware,
        ChargePoint.configuration_attempts,
        ChargePoint.configuration_read_time,
        ChargePoint.vendor,
        ChargePoint.model,
    ).where(_NAMED)
)
_BEGIN = Statement(
    ChargePoint.update(
        configuration_firmware=param("firmware"),
        configuration_attempts=param("attempts"),
        configuration_read_time=None,
    ).where(_NAMED)
)
_END = Statement(ChargePoint.update(configuration_read_time=param("now")).where(_NAMED))
_KNOWN = Statement(
    ConfigurationKey.select(
        ConfigurationKey.key,
        ConfigurationKey.component,
        ConfigurationKey.component_instance,
        ConfigurationKey.instance,
        ConfigurationKey.evse,
        ConfigurationKey.connector,
        ConfigurationKey.attribute,
    )
    .where(ConfigurationKey.charge_point == param("charge_point"))
    .order_by(ConfigurationKey.key, ConfigurationKey.name)
)
_EXPECT = Statement(
    DeviceReport.insert(
        charge_point=param("charge_point"),
        number=param("number"),
        whole=param("whole"),
        begin_time=param("now"),
        user=param("user"),
        next_part=0,
        setting_count=0,
        changed_count=0,
    )
)
_FORGET_EARLIER = Statement(
    DeviceReport.delete().where(
        (DeviceReport.charge_point == param("charge_point"))
        & (DeviceReport.begin_time < param("before"))
    )
)
_ARRIVED = Statement(
    DeviceReport.delete().where(
        (DeviceReport.charge_point == param("charge_point"))
        & (DeviceReport.number == param("number"))
    )
)
_REPORT_SECONDS = 3600
"""How long the parts of a report are waited for."""


class Plan(NamedTuple):
    """How to read a configuration; the settings are those for the way one by one."""

    one_by_one: bool
    number: int
    settings: tuple[Setting, ...]


class _State(NamedTuple):
    registration_status: str | None
    firmware: str | None
    ocpp_version: int | None
    reading: int | None
    asked_firmware: str | None
    attempts: int | None
    read_time: int | None
    vendor: str | None
    model: str | None


def is_due(rows: Rows | Unit, rules: Rules, charge_point: str, firmware: str) -> bool:
    """Whether a charger that boots with this firmware is to be asked."""
    row = rows.one(_STATE, name=charge_point)
    return row is not None and _is_due(rules, _State(*row), firmware)


def begin(unit: Unit, rules: Rules, charge_point: str) -> Plan | None:
    """How to ask a charger that has booted, which counts as an attempt; None if it is not due."""
    row = unit.one(_STATE, name=charge_point)
    if row is None:
        return None
    state = _State(*row)
    firmware = state.firmware or ""
    if state.registration_status == "Rejected" or not _is_due(rules, state, firmware):
        return None
    before = state.attempts or 0 if state.asked_firmware == firmware else 0
    unit.run(_BEGIN, name=charge_point, firmware=firmware, attempts=before + 1)
    number = expect_report(unit, charge_point, whole=True)
    one_by_one = _reading(rules, state, firmware) is Reading.ONE_BY_ONE
    return Plan(one_by_one, number, _settings(unit, charge_point, state.ocpp_version))


def expect_report(unit: Unit, charge_point: str, *, whole: bool, user: str | None = None) -> int:
    """The number of a report that the charger is about to be asked for; of a user, or of itself."""
    number = 1 + secrets.randbelow(_MOST_NUMBERS)
    before = unit.now - _REPORT_SECONDS * 1_000_000
    unit.run(_FORGET_EARLIER, charge_point=charge_point, before=before)
    unit.run(
        _EXPECT, charge_point=charge_point, number=number, whole=whole, user=user, now=unit.now
    )
    return number


def ended(unit: Unit, charge_point: str, count: Count, number: int, *, whole: bool = True) -> None:
    """The charger has told all that it was asked for: its `whole` configuration, or a part."""
    if whole:
        unit.run(_END, name=charge_point, now=unit.now)
    unit.run(_ARRIVED, charge_point=charge_point, number=number)
    place = find_place(unit, charge_point)
    if place is None:
        return
    payload = ChargePointConfigurationReported(
        setting_count=count.told, changed_count=count.changed, report_number=number
    )
    unit.tell(
        events.event(
            "charge_point.configuration_reported",
            charge_point,
            payload,
            unit.now,
            charge_point=charge_point,
            location=place.location,
            partner=place.partner,
        )
    )


def _is_due(rules: Rules, state: _State, firmware: str) -> bool:
    if _reading(rules, state, firmware) is Reading.NEVER:
        return False
    if state.asked_firmware != firmware:
        return True
    return state.read_time is None and (state.attempts or 0) < MOST_ATTEMPTS


def _reading(rules: Rules, state: _State, firmware: str) -> Reading:
    """The operator's word for this one goes first, then what is known of its model."""
    return reading_of(rules, state.reading, state.vendor, state.model, firmware)


def reading_of(
    rules: Rules,
    said: int | None,
    vendor: str | None,
    model: str | None,
    firmware: str | None,
) -> Reading:
    """How a charger's configuration may be read: as is `said` of it, as is known of its model, or
    as the server is set."""
    if said:
        return Reading(said)
    return known_of(vendor, model, firmware).reading or rules.configuration_reading


def _settings(unit: Unit, charge_point: str, ocpp_version: int | None) -> tuple[Setting, ...]:
    """What a charger is asked for one by one: what it told before, and what each should know."""
    variables = ocpp_version not in (None, OcppVersion.OCPP_1_6)
    standard = STANDARD_VARIABLES if variables else STANDARD_KEYS
    known = [_known(*row) for row in unit.all(_KNOWN, charge_point=charge_point)]
    fitting = [setting for setting in known if setting.is_variable is variables]
    return tuple(dict.fromkeys([*standard, *fitting]))


def _known(
    key: str,
    component: str | None,
    component_instance: str | None,
    instance: str | None,
    evse: int | None,
    connector: int | None,
    attribute: int | None,
) -> Setting:
    return Setting(
        key,
        component or "",
        component_instance or "",
        instance or "",
        evse or 0,
        connector or 0,
        Attribute(attribute or Attribute.ACTUAL),
    )
