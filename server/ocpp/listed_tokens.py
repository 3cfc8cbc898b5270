"""The tokens of a local list: a message with those of many people is found by none of them, and so
could not be forgotten with any."""

from typing import Any

from server.ocpp.schemas import Payload

MASK = "***"
_TOKENS = frozenset({"idTag", "idToken", "parentIdTag"})


def masked(payload: Payload) -> Payload:
    """The payload without its tokens."""
    hidden: Payload = _masked(payload)
    return hidden


def _masked(value: Any) -> Any:
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if isinstance(value, dict):
        return {
            name: MASK if name in _TOKENS and isinstance(each, str) else _masked(each)
            for name, each in value.items()
        }
    return value
