"""What can be wrong with what a charger sends, whatever its version calls it."""

from enum import Enum


class Fault(Enum):
    """The kinds of CALLERROR; a dialect has the version's own word for each it knows."""

    UNREADABLE = "not JSON, not an array, or without a message id"
    MESSAGE_TYPE = "a message type that does not exist"
    FORMATION = "the frame has the wrong shape"
    NOT_IMPLEMENTED = "an action that nobody knows"
    NOT_SUPPORTED = "an action that is not for us"
    OCCURRENCE = "a field is missing"
    TYPE = "a field has the wrong type"
    PROPERTY = "a field has a bad value"
    EXTRA = "a field too many"
    SECURITY = "not yet, or not any more, allowed to say that"
    INTERNAL = "our own fault"


class FaultyError(Exception):
    """A charger's call that cannot be used. `description` goes to the charger as it is."""

    def __init__(self, fault: Fault, description: str) -> None:
        super().__init__(description)
        self.fault = fault
        self.description = description
