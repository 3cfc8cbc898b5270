"""What nobody is to read in a log: the values of some settings, and what makes URLs good."""

from typing import Any

from server.domain.secret_settings import is_secret_setting
from server.ocpp import file_urls
from server.ocpp.schemas import Payload

MASK = "***"
_PASSWORDS = frozenset({"apnPassword", "basicAuthPassword", "key", "password", "simPin"})
_VARIABLES = {
    "GetVariables": ("getVariableResult", "attributeValue"),
    "SetVariables": ("setVariableData", "attributeValue"),
}


def masked(action: str, payload: Payload) -> Payload:
    """The payload of a call or an answer without its secrets."""
    if action in file_urls.TRANSFERS:
        return file_urls.masked(payload)
    if action == "SetNetworkProfile":
        masked_profile: Payload = _without_passwords(payload)
        return masked_profile
    field, value = _VARIABLES.get(action, ("", ""))
    listed = payload.get(field)
    if not isinstance(listed, list):
        return payload
    return {**payload, field: [_masked_variable(each, value) for each in listed]}


def _masked_variable(told: Any, value: str) -> Any:
    variable = told.get("variable") if isinstance(told, dict) else None
    name = variable.get("name") if isinstance(variable, dict) else None
    if isinstance(name, str) and is_secret_setting(name) and value in told:
        return {**told, value: MASK}
    return told


def _without_passwords(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_passwords(each) for each in value]
    if isinstance(value, dict):
        return {
            name: MASK if name in _PASSWORDS else _without_passwords(each)
            for name, each in value.items()
        }
    return value
