"""Reports of chargers' settings that come in parts."""

from server.domain.device_facts import SettingsReported
from server.store.models import DeviceReport
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.stations import configuration, configuration_reading
from server.work.stations.configuration import Count

_OF_NUMBER = (DeviceReport.charge_point == param("charge_point")) & (
    DeviceReport.number == param("number")
)
_EXPECTED = Statement(
    DeviceReport.select(
        DeviceReport.whole,
        DeviceReport.begin_time,
        DeviceReport.next_part,
        DeviceReport.setting_count,
        DeviceReport.changed_count,
    ).where(_OF_NUMBER)
)
_GO_ON = Statement(
    DeviceReport.update(
        next_part=param("next_part"),
        setting_count=param("setting_count"),
        changed_count=param("changed_count"),
    ).where(_OF_NUMBER)
)
_INCOMPLETE = -1
"""The next part of a report of which one is missing: nothing is taken for gone."""


def settings_reported(unit: Unit, charge_point: str, fact: SettingsReported) -> None:
    """Keeps what a part tells. After the last part of a whole report the charger has nothing else,
    unless a part is missing. One that was not asked for here is kept as well."""
    count = configuration.reported(unit, charge_point, fact.settings)
    row = unit.one(_EXPECTED, charge_point=charge_point, number=fact.number)
    if row is None:
        return
    whole, begin_time, next_part, told, changed = row
    count = Count(told + count.told, changed + count.changed)
    if not fact.is_last:
        unit.run(
            _GO_ON,
            charge_point=charge_point,
            number=fact.number,
            next_part=fact.part + 1 if fact.part == next_part else _INCOMPLETE,
            setting_count=count.told,
            changed_count=count.changed,
        )
        return
    if whole and fact.part == next_part:
        configuration.forget_older(unit, charge_point, begin_time)
    configuration_reading.ended(unit, charge_point, count, fact.number, whole=bool(whole))
