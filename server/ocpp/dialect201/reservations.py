"""Block H, reservations."""

from server.domain import commands
from server.domain.authorization import TokenKind
from server.domain.facts import PlaceFreed
from server.ocpp.dialect201.words import id_token
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, noted, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import write_datetime


def reserve_now(command: commands.ReserveNow) -> Payload:
    """ReserveNow (H01); without an EVSE any will do."""
    payload: Payload = {
        "id": command.number,
        "expiryDateTime": write_datetime(command.expire_time),
        "idToken": id_token(command.token, command.token_kind),
    }
    if command.evse:
        payload["evseId"] = command.evse
    if command.parent_group_id:
        payload["groupIdToken"] = id_token(command.parent_group_id, TokenKind.APP)
    return payload


def cancel_reservation(command: commands.CancelReservation) -> Payload:
    """CancelReservation (H02)."""
    return {"reservationId": command.number}


def status_update(payload: Payload) -> Fact:
    """ReservationStatusUpdate (H04)."""
    return PlaceFreed(payload["reservationId"], payload["reservationUpdateStatus"] == "Expired")


HEARD: Heard = {"ReservationStatusUpdate": (status_update, noted)}
SAID: Said = {
    commands.ReserveNow: Saying("ReserveNow", reserve_now, yes_by("Accepted")),
    commands.CancelReservation: Saying("CancelReservation", cancel_reservation, yes_by("Accepted")),
}
