"""Block H of OCPP 2.0.1, reservations: an EVSE of this station has one connector."""

from collections.abc import Mapping
from typing import Final

from ocpp.v201.enums import (
    CancelReservationStatusEnumType,
    ReservationUpdateStatusEnumType,
    ReserveNowStatusEnumType,
)

from clients.charger import operations
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.profiles import moment
from clients.charger.reservations import Reservation


def reserve_now(station: Charger, payload: Payload) -> Reply:
    """Holds an EVSE, or any, if it is free."""
    wanted = Reservation(payload["id"], payload.get("evseId", 0), payload["idToken"]["idToken"])
    hindrance = operations.hindrance(station, wanted)
    if hindrance is not None:
        return Reply({"status": ReserveNowStatusEnumType(hindrance)})
    held = hold(station, wanted, payload["expiryDateTime"])
    return Reply({"status": ReserveNowStatusEnumType.accepted}, held)


async def hold(station: Charger, wanted: Reservation, until: str) -> None:
    """Tells when its time is over."""
    if await operations.hold(station, wanted, moment(until)):
        expired = ReservationUpdateStatusEnumType.expired
        told = {"reservationId": wanted.number, "reservationUpdateStatus": expired}
        await station.call("ReservationStatusUpdate", told)


def cancel_reservation(station: Charger, payload: Payload) -> Reply:
    """Holds it no more."""
    status = CancelReservationStatusEnumType
    if payload["reservationId"] not in station.reservations:
        return Reply({"status": status.rejected})
    freed = operations.free(station, payload["reservationId"])
    return Reply({"status": status.accepted}, freed)


HANDLERS: Final[Mapping[str, Handler]] = {
    "CancelReservation": cancel_reservation,
    "ReserveNow": reserve_now,
}
