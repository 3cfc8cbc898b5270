"""How a charger's settings differ from those that it is to have."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from server.domain.device_model import Setting, Wanted
from server.domain.facts import OcppVersion


class Difference(NamedTuple):
    """A setting that is not as wanted; the value is None where the charger told none."""

    wanted: Wanted
    value: str | None


def fits(setting: Setting, version: int | None) -> bool:
    """Whether the setting is for a charger that speaks this version; not known = it may be."""
    return version is None or setting.is_variable is (version != OcppVersion.OCPP_1_6)


def differences(
    wanted: Iterable[Wanted], told: Mapping[Setting, str], version: int | None
) -> list[Difference]:
    """What is different, of what is for the charger's version."""
    found = []
    for each in wanted:
        value = told.get(each.setting)
        if fits(each.setting, version) and (value is None or not alike(each.value, value)):
            found.append(Difference(each, value))
    return found


def alike(wanted: str, told: str) -> bool:
    """Whether two values mean the same: chargers write `true` and lists in their own ways."""
    return _folded(wanted) == _folded(told)


def _folded(value: str) -> list[str]:
    parts = [part.strip() for part in value.split(",")]
    return [part.lower() if part.lower() in ("true", "false") else part for part in parts]
