"""What charge points tell of their configuration; the values of secrets are not kept."""

from collections.abc import Iterable

from peewee import EXCLUDED

from server.domain.commands import ConfigurationKey as Told
from server.domain.secret_settings import is_secret_setting
from server.resources.configuration_keys import key_name
from server.store.models import ConfigurationKey
from server.store.statements import Statement, param
from server.store.unit import Unit

READ_ONLY, READ_WRITE = 1, 3  # ampline.v1.ConfigurationKey.Mutability

_KEPT = ("key", "value", "is_secret", "readonly", "mutability", "report_time")
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
_CHANGE = Statement(
    ConfigurationKey.update(value=param("value"), report_time=param("now")).where(
        ConfigurationKey.name == param("name")
    )
)
_OF_CHARGE_POINT = ConfigurationKey.charge_point == param("charge_point")
_FORGET = Statement(ConfigurationKey.delete().where(_OF_CHARGE_POINT))
_FORGET_OLDER = Statement(
    ConfigurationKey.delete().where(
        _OF_CHARGE_POINT & (ConfigurationKey.report_time < param("now"))
    )
)
_FORGET_ONE = Statement(ConfigurationKey.delete().where(ConfigurationKey.name == param("name")))


def reported(
    unit: Unit,
    charge_point: str,
    keys: Iterable[Told],
    unknown_keys: Iterable[str] = (),
    *,
    all_keys: bool = False,
) -> None:
    """The charger told these keys, and knows those not; `all_keys`: it has no others."""
    for told in keys:
        is_secret = is_secret_setting(told.key)
        unit.run(
            _KEEP,
            name=key_name(charge_point, told.key),
            charge_point=charge_point,
            key=told.key,
            value=None if is_secret else told.value,
            is_secret=is_secret,
            readonly=told.readonly,
            mutability=READ_ONLY if told.readonly else READ_WRITE,
            report_time=unit.now,
        )
    for key in unknown_keys:
        unit.run(_FORGET_ONE, name=key_name(charge_point, key))
    if all_keys:
        unit.run(_FORGET_OLDER, charge_point=charge_point, now=unit.now)


def accepted(unit: Unit, charge_point: str, key: str, value: str) -> None:
    """The charger has taken a value from us, for a key that it once told."""
    name = key_name(charge_point, key)
    kept = None if is_secret_setting(key) else value
    unit.run(_CHANGE, name=name, value=kept, now=unit.now)


def forget(unit: Unit, charge_point: str) -> None:
    """The charge point is no more."""
    unit.run(_FORGET, charge_point=charge_point)
