"""Reservation profile, to the charger (sections 5.2 and 5.13)."""

from server.domain import commands
from server.ocpp.saying import Said, Saying, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import write_datetime


def reserve_now(command: commands.ReserveNow) -> Payload:
    """ReserveNow."""
    payload: Payload = {
        "connectorId": command.evse,
        "expiryDate": write_datetime(command.expire_time),
        "idTag": command.token,
        "reservationId": command.number,
    }
    if command.parent_group_id:
        payload["parentIdTag"] = command.parent_group_id
    return payload


def cancel_reservation(command: commands.CancelReservation) -> Payload:
    """CancelReservation."""
    return {"reservationId": command.number}


SAID: Said = {
    commands.ReserveNow: Saying("ReserveNow", reserve_now, yes_by("Accepted")),
    commands.CancelReservation: Saying("CancelReservation", cancel_reservation, yes_by("Accepted")),
}
