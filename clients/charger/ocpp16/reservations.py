"""The Reservation profile of OCPP 1.6."""

from collections.abc import Mapping
from typing import Final

from ocpp.v16.enums import CancelReservationStatus, ReservationStatus

from clients.charger import operations
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.profiles import moment
from clients.charger.reservations import Reservation


def reserve_now(station: Charger, payload: Payload) -> Reply:
    """Holds a connector, or any, if it is free."""
    number = payload["reservationId"]
    wanted = Reservation(number, payload["connectorId"], payload["idTag"])
    hindrance = operations.hindrance(station, wanted)
    if hindrance is not None:
        return Reply({"status": ReservationStatus(hindrance)})
    until = moment(payload["expiryDate"])
    held = operations.hold(station, wanted, until)
    return Reply({"status": ReservationStatus.accepted}, held)


def cancel_reservation(station: Charger, payload: Payload) -> Reply:
    """Holds it no more."""
    if payload["reservationId"] not in station.reservations:
        return Reply({"status": CancelReservationStatus.rejected})
    freed = operations.free(station, payload["reservationId"])
    return Reply({"status": CancelReservationStatus.accepted}, freed)


HANDLERS: Final[Mapping[str, Handler]] = {
    "CancelReservation": cancel_reservation,
    "ReserveNow": reserve_now,
}
