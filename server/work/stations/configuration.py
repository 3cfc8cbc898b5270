"""What charge points tell of their configuration; the values of secrets are not kept."""

from collections.abc import Iterable
from typing import NamedTuple

from peewee import EXCLUDED

from ampline.v1.charge_point_event_pb2 import ChargePointConfigurationChanged
from server.domain.device_model import Mutability, Setting, Told, Wanted
from server.resources import events
from server.resources.configuration_keys import from_setting, kept_characteristics, key_name
from server.store.models import ConfigurationKey, DeviceReport
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions.places import find_place

_KEPT = (
    "key",
    "value",
    "is_secret",
    "readonly",
    "mutability",
    "component",
    "component_instance",
    "instance",
    "evse",
    "connector",
    "attribute",
    "characteristics",
    "report_time",
)
_KEEP = Statement(
    ConfigurationKey.insert(
        name=param("name"),
        charge_point=param("charge_point"),
        **{column: param(column) for column in _KEPT},
    ).on_conflict(
        conflict_target=[ConfigurationKey.name],
        update={column: getattr(EXCLUDED, column) for column in _KEPT},
    )
)
_NAMED = ConfigurationKey.name == param("name")
_CHANGE = Statement(
    ConfigurationKey.update(value=param("value"), report_time=param("now")).where(_NAMED)
)
_CHANGE_TOLD = Statement(
    ConfigurationKey.update(
        value=param("value"), mutability=param("mutability"), report_time=param("now")
    ).where(_NAMED)
)
_KNOWN = Statement(
    ConfigurationKey.select(ConfigurationKey.value, ConfigurationKey.mutability).where(_NAMED)
)
_OF_CHARGE_POINT = ConfigurationKey.charge_point == param("charge_point")
_FORGET = Statement(ConfigurationKey.delete().where(_OF_CHARGE_POINT))
_FORGET_REPORTS = Statement(
    DeviceReport.delete().where(DeviceReport.charge_point == param("charge_point"))
)
_FORGET_OLDER = Statement(
    ConfigurationKey.delete().where(
        _OF_CHARGE_POINT & (ConfigurationKey.report_time < param("time"))
    )
)
_FORGET_ONE = Statement(ConfigurationKey.delete().where(_NAMED))


class Count(NamedTuple):
    """How many settings were told, and how many had another value than before."""

    told: int = 0
    changed: int = 0


def reported(
    unit: Unit,
    charge_point: str,
    settings: Iterable[Told],
    unknown: Iterable[Setting] = (),
    *,
    all_keys: bool = False,
) -> Count:
    """The charger told these settings, and knows those not; `all_keys`: it has no others."""
    changes = [_keep(unit, charge_point, told) for told in settings]
    for setting in unknown:
        unit.run(_FORGET_ONE, name=key_name(charge_point, setting))
    if all_keys:
        forget_older(unit, charge_point, unit.now)
    return Count(len(changes), sum(changes))


def accepted(unit: Unit, charge_point: str, wanted: Wanted, status: str) -> None:
    """The charger has taken a value from us; it is kept where the charger once told the setting."""
    setting = wanted.setting
    value = None if setting.is_secret else wanted.value
    unit.run(_CHANGE, name=key_name(charge_point, setting), value=value, now=unit.now)
    _tell_changed(unit, charge_point, setting, value, status=status)


def forget_older(unit: Unit, charge_point: str, time_us: int) -> None:
    """The charger has nothing that it did not tell since then."""
    unit.run(_FORGET_OLDER, charge_point=charge_point, time=time_us)


def forget(unit: Unit, charge_point: str) -> None:
    """The charge point is no more."""
    unit.run(_FORGET, charge_point=charge_point)
    unit.run(_FORGET_REPORTS, charge_point=charge_point)


def _keep(unit: Unit, charge_point: str, told: Told) -> bool:
    """Keeps a setting; whether it is one that can be changed, and was."""
    setting, name = told.setting, key_name(charge_point, told.setting)
    value = None if setting.is_secret else told.value
    known = unit.one(_KNOWN, name=name)
    mutability = told.mutability or (known[1] if known else None)
    if known and told.mutability is None:
        unit.run(_CHANGE_TOLD, name=name, value=value, mutability=mutability, now=unit.now)
    else:
        unit.run(_KEEP, name=name, charge_point=charge_point, **_columns(unit, told, value))
    if known is None or value is None or known[0] in (None, value):
        return False
    if mutability not in (Mutability.READ_WRITE, Mutability.WRITE_ONLY):
        return False
    _tell_changed(unit, charge_point, setting, value, old_value=known[0])
    return True


def _columns(unit: Unit, told: Told, value: str | None) -> dict[str, object]:
    setting = told.setting
    return {
        "key": setting.key,
        "value": value,
        "is_secret": setting.is_secret,
        "readonly": told.readonly,
        "mutability": told.mutability,
        "component": setting.component or None,
        "component_instance": setting.component_instance or None,
        "instance": setting.instance or None,
        "evse": setting.evse or None,
        "connector": setting.connector or None,
        "attribute": setting.attribute if setting.is_variable else None,
        "characteristics": kept_characteristics(told.characteristics),
        "report_time": unit.now,
    }


def _tell_changed(
    unit: Unit,
    charge_point: str,
    setting: Setting,
    value: str | None,
    *,
    old_value: str = "",
    status: str = "",
) -> None:
    place = find_place(unit, charge_point)
    if place is None:
        return
    payload = ChargePointConfigurationChanged(
        key=setting.key,
        value=value or "",
        status=status,
        setting=from_setting(setting),
        old_value=old_value,
    )
    unit.tell(
        events.event(
            "charge_point.configuration_changed",
            charge_point,
            payload,
            unit.now,
            charge_point=charge_point,
            location=place.location,
            partner=place.partner,
        )
    )
