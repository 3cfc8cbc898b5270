"""The URLs of files that chargers are given: whoever reads one in a log could use it."""

import re
from typing import Any

from server.ocpp.schemas import Payload

TRANSFERS = frozenset(
    {
        "GetDiagnostics",
        "GetLog",
        "PublishFirmware",
        "SignedUpdateFirmware",
        "UpdateFirmware",
    }
)
"""The calls that have such a URL."""

_TICKET = re.compile(r"(/files/)[\w-]{43}")


def masked(payload: Payload) -> Payload:
    """The payload without what makes its URLs good."""
    hidden: Payload = _masked(payload)
    return hidden


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _TICKET.sub(r"\1***", value)
    if isinstance(value, dict):
        return {key: _masked(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_masked(each) for each in value]
    return value
