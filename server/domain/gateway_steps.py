"""What a gateway is still to do about a payment, and when it is asked again.

A step is written down before the gateway hears of it, so that nothing is forgotten; and what the
gateway is asked bears a key made of the cause, so that nothing is done twice.
"""

from enum import IntEnum

SECOND = 1_000_000
CLAIM = 60 * SECOND
"""For so long whoever took a step on has it; a gateway's answer takes less."""
KEYS_KEPT = 20 * 3600 * SECOND
"""For so long a key is relied on: gateways forget keys after a day."""
PAGE = 35 * 60 * SECOND
"""For so long a driver may take to pay before a session."""
_FIRST_PAUSE, _LONGEST_PAUSE = 2 * SECOND, 3600 * SECOND


class StepKind(IntEnum):
    """What is to be done."""

    AUTHORIZE = 1
    CAPTURE = 2
    RELEASE = 3
    REFUND = 4
    LOOK = 5  # at how the payment stands there now
    START = 6  # the charger is asked to begin: what was waited for is reserved
    FORGET = 7  # what a user has saved there; of a user, not of a payment


def pause(tries: int) -> int:
    """Microseconds until a step is tried again that was tried so often."""
    return int(min(_FIRST_PAUSE * 2 ** min(tries, 20), _LONGEST_PAUSE))


def is_doubtful(first_asked: int | None, now: int) -> bool:
    """Whether the gateway may have forgotten what it was asked for then."""
    return first_asked is not None and now - first_asked > KEYS_KEPT
