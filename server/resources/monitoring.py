"""Variable monitors and device events."""

from ampline.v1 import configuration_key_pb2, device_event_pb2, variable_monitor_pb2
from server.domain.device_model import Setting
from server.resources.configuration_keys import from_setting
from server.resources.mapping import Computed, Mapping
from server.store import models


def _event_name(charge_point: str, number: int) -> str:
    return f"{charge_point}/deviceEvents/{number}"


MONITORS = Mapping(variable_monitor_pb2.VariableMonitor, models.VariableMonitor)
EVENTS = Mapping(
    device_event_pb2.DeviceEvent,
    models.DeviceEvent,
    key="number",
    computed={"name": Computed(("charge_point", "number"), _event_name)},
)


def monitor_name(charge_point: str, number: int) -> str:
    """The resource name of a charge point's monitor."""
    return f"{charge_point}/variableMonitors/{number}"


def kept_in_monitor(setting: Setting) -> bytes:
    """The setting as a monitor's row has it."""
    return variable_monitor_pb2.VariableMonitor(setting=_message(setting)).SerializeToString()


def kept_in_event(setting: Setting) -> bytes:
    """The setting as an event's row has it."""
    return device_event_pb2.DeviceEvent(setting=_message(setting)).SerializeToString()


def _message(setting: Setting) -> configuration_key_pb2.ConfigurationSetting:
    message = from_setting(setting)
    message.ClearField("attribute")  # a variable as a whole is watched
    return message
