"""Core profile, the configuration: keys asked for, told, and set."""

from server.domain.commands import CommandAnswer
from server.domain.device_commands import GetConfiguration, ReadConfiguration, SetConfiguration
from server.domain.device_model import Mutability, Setting, Told
from server.ocpp.saying import Said, Saying, nothing, yes_by
from server.ocpp.schemas import Payload


def get_configuration(command: GetConfiguration) -> Payload:
    """GetConfiguration."""
    return {"key": list(command.keys)} if command.keys else {}


def change_configuration(command: SetConfiguration) -> Payload:
    """ChangeConfiguration."""
    return {"key": command.key, "value": command.value}


def configuration(payload: Payload, *, all_settings: bool = False) -> CommandAnswer:
    """The answer to GetConfiguration; the values of secrets are left out."""
    return CommandAnswer(
        status="",
        accepted=True,
        configuration=tuple(map(_told, payload.get("configurationKey") or [])),
        unknown_keys=tuple(payload.get("unknownKey") or []),
        all_settings=all_settings,
    )


def whole_configuration(payload: Payload) -> CommandAnswer:
    """The same, where no keys were named."""
    return configuration(payload, all_settings=True)


def _told(key: Payload) -> Told:
    setting = Setting(key["key"])
    value = "" if setting.is_secret else key.get("value") or ""
    mutability = Mutability.READ_ONLY if key["readonly"] else Mutability.READ_WRITE
    return Told(setting, value, mutability)


SAID: Said = {
    ReadConfiguration: Saying("GetConfiguration", nothing, whole_configuration),
    GetConfiguration: Saying("GetConfiguration", get_configuration, configuration),
    SetConfiguration: Saying(
        "ChangeConfiguration", change_configuration, yes_by("Accepted", "RebootRequired")
    ),
}
