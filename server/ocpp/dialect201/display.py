"""Block O, display messages."""

from server.ocpp.saying import Heard, Said, noted
from server.ocpp.stored import stored

HEARD: Heard = {"NotifyDisplayMessages": (stored, noted)}
SAID: Said = {}
