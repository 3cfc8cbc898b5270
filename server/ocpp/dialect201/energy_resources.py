"""Block R of 2.1, distributed energy resources: what a charger does for the grid."""

from server.ocpp.saying import Heard, Said, noted
from server.ocpp.stored import stored

HEARD: Heard = {
    "NotifyDERAlarm": (stored, noted),
    "NotifyDERStartStop": (stored, noted),
    "ReportDERControl": (stored, noted),
}
SAID: Said = {}
