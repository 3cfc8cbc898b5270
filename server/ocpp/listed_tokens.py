"""Tokens in the message log. Those of a local list never come into it: a message with those of many
people is found by none of them, and so could not be forgotten with any. Others do by a setting."""

import re
from typing import Any

from server.ocpp.schemas import Payload

MASK = "***"
_TOKENS = frozenset({"idTag", "idToken", "parentIdTag"})
_TOLD = re.compile(r'("(?:idTag|idToken|parentIdTag)"\s*:\s*")((?:[^"\\]|\\.)*)"')
"""A token in a frame, also in one that is no JSON after all."""
_NAMED = re.compile("dT(?:ag|oken)")
"""What every such frame has, and few others: it is looked for in a third of the time."""
_SHORT = 8
"""Of fewer characters nothing is shown."""


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


def shortened(text: str) -> str:
    """A frame with enough of each token to tell it from others, and no more."""
    if not _NAMED.search(text):
        return text
    return _TOLD.sub(lambda found: f'{found[1]}{_hint(found[2])}"', text)


def _hint(token: str) -> str:
    return MASK if len(token) < _SHORT else f"{token[:2]}{MASK}{token[-2:]}"
