"""Block O of OCPP 2.x: what chargers show on their displays; and what they know of drivers.

Enum values are the numbers of ampline.v1.DisplayMessage, so that they are stored as they are.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from server.domain.authorization import TokenKind


class Priority(IntEnum):
    """ampline.v1.DisplayMessage.Priority."""

    ALWAYS_FRONT = 1
    IN_FRONT = 2
    NORMAL_CYCLE = 3


class State(IntEnum):
    """ampline.v1.DisplayMessage.State."""

    CHARGING = 1
    FAULTED = 2
    IDLE = 3
    UNAVAILABLE = 4


class Format(IntEnum):
    """ampline.v1.DisplayMessage.Format."""

    ASCII = 1
    HTML = 2
    URI = 3
    UTF8 = 4


@dataclass(frozen=True, slots=True)
class DisplayMessage:
    """A message to drivers. What the charger says in words that we do not know is None."""

    number: int
    priority: Priority | None
    content: str
    format: Format | None = Format.UTF8
    language: str = ""
    state: State | None = None  # None = in every state
    start: datetime | None = None
    end: datetime | None = None
    transaction_id: str = ""


@dataclass(frozen=True, slots=True)
class SetDisplayMessage:
    """Show a message."""

    message: DisplayMessage


@dataclass(frozen=True, slots=True)
class ClearDisplayMessage:
    """Show it no more."""

    number: int


@dataclass(frozen=True, slots=True)
class GetDisplayMessages:
    """Tell messages, in a report: all, or those of these numbers."""

    number: int
    messages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestCustomerInformation:
    """Tell, in a report, what is known of who has this token; or forget it."""

    number: int
    token: str
    kind: TokenKind
    clear: bool
    report: bool


@dataclass(frozen=True, slots=True)
class ShowCost:
    """Show what a transaction costs so far, in millionths of its currency."""

    transaction_id: str
    total_micros: int


DisplayCommand = (
    SetDisplayMessage
    | ClearDisplayMessage
    | GetDisplayMessages
    | RequestCustomerInformation
    | ShowCost
)


@dataclass(frozen=True, slots=True)
class DisplayMessagesReported:
    """NotifyDisplayMessages: a part of the report of that number; they are not counted."""

    number: int
    is_last: bool
    messages: tuple[DisplayMessage, ...]


@dataclass(frozen=True, slots=True)
class CustomerInformationTold:
    """NotifyCustomerInformation: a part of the report of that number, counted from 0."""

    number: int
    part: int
    is_last: bool
    text: str
