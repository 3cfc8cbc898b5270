"""Configuration keys."""

from urllib.parse import quote

from ampline.v1 import configuration_key_pb2 as pb
from server.domain.device_model import Attribute, Characteristics, Setting, Wanted
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(pb.ConfigurationKey, models.ConfigurationKey)


def key_name(charge_point: str, setting: Setting) -> str:
    """The resource name of a charge point's setting.

    A key is its own id; a variable's is `Component~Variable`, and what else tells it from others:
    `Connector~Available~evse=1~connector=2`.
    """
    key = _quoted(setting.key)
    if setting.is_variable:
        key = "~".join([_quoted(setting.component), key, *_qualifiers(setting)])
    return f"{charge_point}/configurationKeys/{key}"


def _qualifiers(setting: Setting) -> list[str]:
    told = {
        "of": _quoted(setting.component_instance),
        "evse": setting.evse or "",
        "connector": setting.connector or "",
        "instance": _quoted(setting.instance),
        "attribute": "" if setting.attribute is Attribute.ACTUAL else setting.attribute.name,
    }
    return [f"{word}={value}" for word, value in told.items() if value]


def _quoted(text: str) -> str:
    return quote(text, safe="").replace("~", "%7E")


def to_setting(message: pb.ConfigurationSetting) -> Setting:
    """Which setting a message names."""
    return Setting(
        message.key,
        message.component,
        message.component_instance,
        message.instance,
        message.evse,
        message.connector,
        Attribute(message.attribute or Attribute.ACTUAL),
    )


def to_wanted(message: pb.ConfigurationValue) -> Wanted:
    """The value that a message wants a setting to have."""
    return Wanted(to_setting(message.setting), message.value)


def from_setting(setting: Setting) -> pb.ConfigurationSetting:
    """The setting as a message."""
    return pb.ConfigurationSetting(
        key=setting.key,
        component=setting.component,
        component_instance=setting.component_instance,
        instance=setting.instance,
        evse=setting.evse,
        connector=setting.connector,
        attribute=setting.attribute if setting.is_variable else 0,  # type: ignore[arg-type] # the same numbers
    )


def kept_characteristics(told: Characteristics | None) -> bytes | None:
    """What is kept in the row: the field's wire bytes."""
    if told is None:
        return None
    message = pb.ConfigurationKey.Characteristics(
        data_type=told.data_type,
        unit=told.unit,
        min_limit=told.min_limit,
        max_limit=told.max_limit,
        values=told.values,
        monitored=told.monitored,
    )
    return pb.ConfigurationKey(characteristics=message).SerializeToString()
