"""Reservations: made and canceled with their chargers; read."""

from contextlib import suppress
from functools import partial

from ampline.v1 import reservation_pb2 as pb
from ampline.v1.reservation_pb2_grpc import ReservationServiceServicer
from server.api import references
from server.api.filters import at_least, before
from server.api.lanes import Call, acting
from server.api.services.commands import LONGEST, Commanding, if_late
from server.api.shown import Shown
from server.domain.commands import CancelReservation, ReserveNow
from server.domain.errors import Outcome, RefusedError
from server.resources.reservations import MAPPING
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.sessions import reservations as verbs
from server.work.sessions.reservations import ReservationWanted

reservations = Shown(
    MAPPING,
    pb.ListReservationsRequest,
    pb.ListReservationsResponse,
    orders=("create_time desc", "expire_time", "update_time"),
    filters={
        "created_since": at_least("create_time"),
        "created_before": before("create_time"),
        "updated_since": at_least("update_time"),
    },
)


class ReservationService(ReservationServiceServicer):
    """Makes, cancels and shows reservations."""

    def __init__(self, lane: WriteLane, commanding: Commanding, rules: Rules) -> None:
        self._lane = lane
        self._commanding = commanding
        self._rules = rules

    GetReservation = reservations.get
    ListReservations = reservations.list

    @acting
    async def ReserveEvse(
        self, request: pb.ReserveEvseRequest, call: Call
    ) -> pb.ReserveEvseResponse:
        """Has the charger hold a place, then keeps that it does."""
        await self._commanding.find(call, request.charge_point)
        wanted, partner = _wanted(request), call.caller.partner

        def prepare(unit: Unit) -> verbs.Prepared:
            if partner is not None:
                references.check(unit, request, ("user", "id_tag"), "", partner)
            return verbs.prepare(unit, self._rules, wanted)

        prepared = await self._lane.write(prepare)

        def keep(unit: Unit) -> pb.Reservation:
            verbs.require_covered(unit, prepared)
            return verbs.made(unit, prepared)

        late = if_late(self._lane, partial(verbs.made, prepared=prepared))
        answer = await self._commanding.send_to_known(
            call, request.charge_point, prepared.command, late
        )
        try:
            made = await self._lane.write(keep)
        except RefusedError:
            await self._give_back(request.charge_point, prepared.command)
            raise
        return pb.ReserveEvseResponse(charger_status=answer.status, reservation=made)

    async def _give_back(self, charge_point: str, made: ReserveNow) -> None:
        """A place that nobody can pay for any more. Of a charger that is away by now it ends by
        itself."""
        with suppress(RefusedError):
            wanted = CancelReservation(made.number)
            await self._commanding.stations.command(charge_point, wanted, LONGEST)

    @acting
    async def CancelReservation(
        self, request: pb.CancelReservationRequest, call: Call
    ) -> pb.CancelReservationResponse:
        """Has the charger give the place up, then keeps that it did."""

        def prepare(unit: Unit) -> tuple[str, CancelReservation]:
            reservations.find(unit, request.name, call.caller)
            return verbs.cancellation(unit, request.name, request.reason)

        def keep(unit: Unit) -> pb.Reservation:
            return verbs.cancel(unit, request.name, request.reason)

        charge_point, wanted = await self._lane.write(prepare)
        late = if_late(self._lane, keep)
        try:
            answer = await self._commanding.send_to_known(call, charge_point, wanted, late)
        except RefusedError as error:
            if error.outcome is not Outcome.DEADLINE_EXCEEDED:  # then it may still do so
                await self._lane.write(lambda unit: verbs.refused(unit, request.name))
            raise
        canceled = await self._lane.write(keep)
        return pb.CancelReservationResponse(charger_status=answer.status, reservation=canceled)


def _wanted(request: pb.ReserveEvseRequest) -> ReservationWanted:
    told = request.HasField("expire_time")
    return ReservationWanted(
        request.charge_point,
        request.evse,
        request.connector,
        request.user or None,
        request.id_tag or None,
        request.expire_time.ToMicroseconds() if told else None,
    )
