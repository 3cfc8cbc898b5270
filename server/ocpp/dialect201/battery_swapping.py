"""Block S of 2.1, battery swapping."""

from server.ocpp.saying import Heard, Said, noted
from server.ocpp.stored import stored

HEARD: Heard = {"BatterySwap": (stored, noted)}
SAID: Said = {}
