"""Block E, transactions."""

from server.ocpp.saying import Heard, Said

HEARD: Heard = {}
SAID: Said = {}
