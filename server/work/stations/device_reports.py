"""Reports of chargers that come in parts: of settings, of monitors, of what they show.

After the last part of a whole report the charger has nothing else, unless a part is missing. What
was not asked for here is kept as well.
"""

from typing import NamedTuple

from server.domain.device_facts import SettingsReported
from server.domain.display_messages import DisplayMessagesReported
from server.domain.monitoring import MonitorsReported
from server.store.models import DeviceReport
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.stations import (
    configuration,
    configuration_reading,
    display_messages,
    monitoring,
)
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
_ARRIVED = Statement(DeviceReport.delete().where(_OF_NUMBER))
_INCOMPLETE = -1
"""The next part of a report of which one is missing: nothing is taken for gone."""


class _End(NamedTuple):
    """Of a report that was asked for here; `since` is when it was, if nothing older is left."""

    whole: bool
    since: int | None
    counted: Count


def settings_reported(unit: Unit, charge_point: str, fact: SettingsReported) -> None:
    """A part of a report of settings."""
    end = _go_on(
        unit, charge_point, fact, configuration.reported(unit, charge_point, fact.settings)
    )
    if end is None:
        return
    if end.since is not None:
        configuration.forget_older(unit, charge_point, end.since)
    configuration_reading.ended(unit, charge_point, end.counted, fact.number, whole=end.whole)


def monitors_reported(unit: Unit, charge_point: str, fact: MonitorsReported) -> None:
    """A part of a report of monitors."""
    monitoring.reported(unit, charge_point, fact.monitors)
    end = _go_on(unit, charge_point, fact, Count(len(fact.monitors)))
    if end is not None and end.since is not None:
        monitoring.forget_older(unit, charge_point, end.since)


def messages_reported(unit: Unit, charge_point: str, fact: DisplayMessagesReported) -> None:
    """A part of a report of display messages. These are not numbered: none is missed."""
    display_messages.reported(unit, charge_point, fact.messages)
    row = unit.one(_EXPECTED, charge_point=charge_point, number=fact.number)
    if row is None or not fact.is_last:
        return
    unit.run(_ARRIVED, charge_point=charge_point, number=fact.number)
    if row[0]:
        display_messages.forget_older(unit, charge_point, row[1])


def _go_on(
    unit: Unit, charge_point: str, fact: SettingsReported | MonitorsReported, told: Count
) -> _End | None:
    """Counts the part; the end, if it was the last one."""
    row = unit.one(_EXPECTED, charge_point=charge_point, number=fact.number)
    if row is None:
        return None
    whole, begin_time, next_part, count, changed = row
    in_order, count = fact.part == next_part, Count(count + told.told, changed + told.changed)
    if fact.is_last:
        unit.run(_ARRIVED, charge_point=charge_point, number=fact.number)
        return _End(bool(whole), begin_time if whole and in_order else None, count)
    unit.run(
        _GO_ON,
        charge_point=charge_point,
        number=fact.number,
        next_part=fact.part + 1 if in_order else _INCOMPLETE,
        setting_count=count.told,
        changed_count=count.changed,
    )
    return None
