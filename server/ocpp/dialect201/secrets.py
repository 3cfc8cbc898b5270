"""What nobody is to read in a log: secret settings, what makes URLs good, the tokens of lists."""

from collections.abc import Callable
from typing import Any

from server.domain.secret_settings import is_secret_setting
from server.ocpp import file_urls, listed_tokens
from server.ocpp.schemas import Payload

MASK = "***"
_PASSWORDS = frozenset({"apnPassword", "basicAuthPassword", "key", "password", "simPin"})
_VARIABLES = {
    "GetVariables": ("getVariableResult", "attributeValue"),
    "NotifyEvent": ("eventData", "actualValue"),
    "SetVariables": ("setVariableData", "attributeValue"),
}


def masked(action: str, payload: Payload) -> Payload:
    """The payload of a call or an answer without its secrets."""
    if action in _WHOLE:
        return _WHOLE[action](payload)
    if action == "NotifyCustomerInformation" and "data" in payload:
        return {**payload, "data": MASK}  # nothing would find it when the user is forgotten
    if action == "NotifyReport":
        return _each(payload, "reportData", _masked_report)
    if action not in _VARIABLES:
        return payload
    field, value = _VARIABLES[action]
    return _each(payload, field, lambda told: _masked_variable(told, value))


def _without_passwords_of(payload: Payload) -> Payload:
    masked_profile: Payload = _without_passwords(payload)
    return masked_profile


_WHOLE: dict[str, Callable[[Payload], Payload]] = {
    **dict.fromkeys(file_urls.TRANSFERS, file_urls.masked),
    "SendLocalList": listed_tokens.masked,
    "SetNetworkProfile": _without_passwords_of,
}
"""What is masked wherever it stands in a payload."""


def _each(payload: Payload, field: str, mask: Callable[[Any], Any]) -> Payload:
    """The payload with each element of a list masked; itself, where nothing was to be masked."""
    listed = payload.get(field)
    if not isinstance(listed, list):
        return payload
    masked = [mask(each) for each in listed]
    return payload if masked == listed else {**payload, field: masked}


def _masked_report(told: Any) -> Any:
    attributes = told.get("variableAttribute") if _is_secret(told) else None
    if not isinstance(attributes, list):
        return told
    masked = [
        {**each, "value": MASK} if isinstance(each, dict) and "value" in each else each
        for each in attributes
    ]
    return {**told, "variableAttribute": masked}


def _masked_variable(told: Any, value: str) -> Any:
    return {**told, value: MASK} if _is_secret(told) and value in told else told


def _is_secret(told: Any) -> bool:
    variable = told.get("variable") if isinstance(told, dict) else None
    name = variable.get("name") if isinstance(variable, dict) else None
    return isinstance(name, str) and is_secret_setting(name)


def _without_passwords(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_passwords(each) for each in value]
    if isinstance(value, dict):
        return {
            name: MASK if name in _PASSWORDS else _without_passwords(each)
            for name, each in value.items()
        }
    return value
