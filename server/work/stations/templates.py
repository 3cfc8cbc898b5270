"""Configuration templates: what a charge point is to have, and what it told that it has."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from server.domain.configuration_drift import Difference, differences, fits
from server.domain.device_model import Reading, Setting, Wanted
from server.resources.configuration_keys import key_name
from server.resources.configuration_templates import wanted_by
from server.store.models import ChargePoint, ConfigurationKey, ConfigurationTemplate
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.stations.configuration_reading import reading_of

MOST_FOLLOWERS = 500
"""Charge points that a template is applied to at once."""

_FOLLOWED = Statement(
    ChargePoint.select(
        ChargePoint.configuration_template,
        ChargePoint.ocpp_version,
        ChargePoint.configuration_reading,
        ChargePoint.vendor,
        ChargePoint.model,
        ChargePoint.firmware_version,
        ConfigurationTemplate.settings,
        ConfigurationTemplate.apply_at_boot,
    )
    .join_from(
        ChargePoint,
        ConfigurationTemplate,
        on=ConfigurationTemplate.name == ChargePoint.configuration_template,
    )
    .where(ChargePoint.name == param("name"))
)
_FOLLOWERS = Statement(
    ChargePoint.select(ChargePoint.name)
    .where(ChargePoint.configuration_template == param("template"))
    .order_by(ChargePoint.create_time, ChargePoint.name)
    .limit(MOST_FOLLOWERS + 1)
)
_VALUE = Statement(
    ConfigurationKey.select(ConfigurationKey.value).where(ConfigurationKey.name == param("name"))
)


class Followed(NamedTuple):
    """What a charge point's template wants of it; of several versions that which is for it."""

    template: str
    wanted: tuple[Wanted, ...]
    version: int | None
    may_be_asked: bool
    """Whether the charger may be asked what it has: some cannot stand that."""
    at_boot: bool


def followed(rows: Rows | Unit, rules: Rules, charge_point: str) -> Followed | None:
    """The template that a charge point follows, if it follows one."""
    row = rows.one(_FOLLOWED, name=charge_point)
    if row is None:
        return None
    template, version, said, vendor, model, firmware, settings, at_boot = row
    wanted = tuple(each for each in wanted_by(settings) if fits(each.setting, version))
    reading = reading_of(rules, said, vendor, model, firmware)
    return Followed(template, wanted, version, reading is not Reading.NEVER, bool(at_boot))


def drift(rows: Rows | Unit, charge_point: str, followed: Followed) -> list[Difference]:
    """How the charge point differs from its template, by what it last told."""
    told = told_values(rows, charge_point, [each.setting for each in followed.wanted])
    return differences(followed.wanted, told, followed.version)


def told_values(
    rows: Rows | Unit, charge_point: str, settings: Collection[Setting]
) -> dict[Setting, str]:
    """The values that a charge point last told, of those that it told."""
    found = {
        setting: rows.one(_VALUE, name=key_name(charge_point, setting)) for setting in settings
    }
    return {setting: row[0] for setting, row in found.items() if row and row[0] is not None}


def followers(rows: Rows | Unit, template: str) -> Sequence[str]:
    """Who follows a template: one more than it can be applied to at once, if there are so many."""
    return [name for (name,) in rows.all(_FOLLOWERS, template=template)]
