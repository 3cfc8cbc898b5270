"""Messages that are kept in the message log, and that nothing else comes of."""

from server.domain.facts import Told
from server.ocpp.schemas import Payload


def stored(payload: Payload) -> Told:
    """The fact that a charger told it: nobody does anything with it yet."""
    return Told(payload)
