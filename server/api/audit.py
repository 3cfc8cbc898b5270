"""What is kept of calls that change something, and of those that were refused."""

from dataclasses import dataclass
from typing import Protocol

from google.protobuf.message import Message

from server.api.lanes import Call
from server.api.methods import Method


@dataclass(frozen=True, slots=True)
class Audited:
    """A call that is over. `reason` is the refusal's; `request` has no secrets, and is None if it
    could not be read."""

    method: Method
    call: Call
    request: Message | None
    status: str
    reason: str


class Audit(Protocol):
    """Whoever keeps what was called."""

    def record(self, audited: Audited) -> None:
        """A call that was to change something, or was refused, of a caller that is known."""


class NoAudit:
    """Keeps nothing."""

    def record(self, audited: Audited) -> None:
        """Does nothing."""
