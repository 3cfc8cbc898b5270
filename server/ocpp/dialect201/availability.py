"""Block G, availability: statuses, heartbeats."""

from server.domain import commands
from server.domain.facts import EvseStatusReported, StationStatus, StationStatusReported
from server.ocpp import timestamps
from server.ocpp.dialect201 import words
from server.ocpp.duties import Fact
from server.ocpp.faults import Fault, FaultyError
from server.ocpp.saying import Heard, Said, Saying, noted, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment

MOST_EVSES = 999
MOST_CONNECTORS = 99


def status_notification(payload: Payload) -> Fact:
    """StatusNotification (G01); that of EVSE 0 is of the whole charge point."""
    time = moment(payload["timestamp"], "timestamp")
    status = payload["connectorStatus"]
    evse = number_of(payload["evseId"], "evseId", MOST_EVSES)
    if not evse:
        whole = words.STATION_STATUS.get(status, StationStatus.AVAILABLE)
        return StationStatusReported(whole, time)
    connector = number_of(payload["connectorId"], "connectorId", MOST_CONNECTORS)
    return EvseStatusReported(evse, connector, words.EVSE_STATUS[status], time)


def number_of(number: int, field: str, most: int) -> int:
    """The number of an EVSE or a connector. FaultyError if no charger has so many."""
    if not 0 <= number <= most:
        raise FaultyError(Fault.PROPERTY, f"{field} must be from 0 to {most}")
    return number


def heartbeat(_: Payload) -> None:
    """Heartbeat (G02): tells nothing but that it lives."""


def time_told(_: object, now_us: int) -> Payload:
    """Its answer."""
    return {"currentTime": timestamps.write(now_us)}


def change_availability(command: commands.ChangeAvailability) -> Payload:
    """ChangeAvailability (G03, G04)."""
    operative = command.availability is commands.Availability.OPERATIVE
    payload: Payload = {"operationalStatus": "Operative" if operative else "Inoperative"}
    if command.evse:
        payload["evse"] = {"id": command.evse}
    return payload


HEARD: Heard = {
    "Heartbeat": (heartbeat, time_told),
    "StatusNotification": (status_notification, noted),
}
SAID: Said = {
    commands.ChangeAvailability: Saying(
        "ChangeAvailability", change_availability, yes_by("Accepted", "Scheduled")
    ),
}
