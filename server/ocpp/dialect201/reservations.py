"""Block H, reservations."""

from server.domain import commands
from server.ocpp.saying import Heard, Said, Saying, noted, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.stored import stored
from server.ocpp.timestamps import write_datetime


def reserve_now(command: commands.ReserveNow) -> Payload:
    """ReserveNow (H01); without an EVSE any will do."""
    payload: Payload = {
        "id": command.number,
        "expiryDateTime": write_datetime(command.expire_time),
        "idToken": {"idToken": command.token, "type": "Central"},
    }
    if command.evse:
        payload["evseId"] = command.evse
    if command.parent_group_id:
        payload["groupIdToken"] = {"idToken": command.parent_group_id, "type": "Central"}
    return payload


def cancel_reservation(command: commands.CancelReservation) -> Payload:
    """CancelReservation (H02)."""
    return {"reservationId": command.number}


HEARD: Heard = {"ReservationStatusUpdate": (stored, noted)}
SAID: Said = {
    commands.ReserveNow: Saying("ReserveNow", reserve_now, yes_by("Accepted")),
    commands.CancelReservation: Saying("CancelReservation", cancel_reservation, yes_by("Accepted")),
}
