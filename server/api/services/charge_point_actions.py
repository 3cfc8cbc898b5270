"""Actions on charge points."""

from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1 import session_pb2
from ampline.v1.charge_point_action_pb2_grpc import ChargePointActionServiceServicer
from server.api import references
from server.api.lanes import Call, acting
from server.api.services.commands import Commanding, require_known
from server.api.services.configuration_actions import ConfigurationActions
from server.domain import commands
from server.domain.errors import RefusedError
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.sessions import announce, remote

_NOT_SENT = {"CHARGER_OFFLINE", "CHARGER_REJECTED", "CHARGER_ERROR", "FEATURE_NOT_SUPPORTED"}
"""After these a start cannot come any more; after a time-out it still may."""


class ChargePointActionService(ChargePointActionServiceServicer):
    """Commands chargers."""

    def __init__(self, lane: WriteLane, commanding: Commanding, rules: Rules) -> None:
        self._lane = lane
        self._commanding = commanding
        self._rules = rules
        self._configuration = ConfigurationActions(lane, commanding)

    @acting
    async def StartSession(
        self, request: pb.StartSessionRequest, call: Call
    ) -> pb.StartSessionResponse:
        """Makes the PENDING session, then asks the charger to begin."""
        wanted, partner = _start_wanted(request), call.caller.partner

        def prepare(unit: Unit) -> remote.Prepared:
            if partner is not None:
                require_known(unit, call, request.charge_point)
                references.check(unit, request, ("user", "id_tag"), "", partner)
            return remote.prepare_start(unit, self._rules, wanted)

        prepared = await self._lane.write(prepare)
        try:
            answer = await self._commanding.send_to_known(
                call, request.charge_point, prepared.command
            )
        except RefusedError as error:
            if error.reason in _NOT_SENT:
                why = error.metadata.get("status") or error.reason
                await self._lane.write(
                    lambda unit: remote.start_failed(unit, prepared.session, why)
                )
            raise
        session = await self._commanding.reads.look_up(
            lambda rows: announce.read_session(rows, prepared.session)
        )
        return pb.StartSessionResponse(charger_status=answer.status, session=session)

    @acting
    async def UnlockConnector(
        self, request: pb.UnlockConnectorRequest, call: Call
    ) -> pb.UnlockConnectorResponse:
        """Releases a cable."""
        wanted = commands.UnlockConnector(request.evse, request.connector or 1)
        answer = await self._commanding.send(call, request.charge_point, wanted)
        return pb.UnlockConnectorResponse(charger_status=answer.status)

    @acting
    async def Reset(self, request: pb.ResetRequest, call: Call) -> pb.ResetResponse:
        """Restarts the charger, or one EVSE."""
        wanted = commands.Reset(commands.ResetKind(request.kind), request.evse)
        answer = await self._commanding.send(call, request.charge_point, wanted)
        return pb.ResetResponse(charger_status=answer.status)

    @acting
    async def ChangeAvailability(
        self, request: pb.ChangeAvailabilityRequest, call: Call
    ) -> pb.ChangeAvailabilityResponse:
        """Makes an EVSE or the charger operative or inoperative."""
        availability = commands.Availability(request.availability)
        wanted = commands.ChangeAvailability(request.evse, availability)
        answer = await self._commanding.send(call, request.charge_point, wanted)
        return pb.ChangeAvailabilityResponse(charger_status=answer.status)

    @acting
    async def GetConfiguration(
        self, request: pb.GetConfigurationRequest, call: Call
    ) -> pb.GetConfigurationResponse:
        """Reads settings; the values of secrets stay with the charger."""
        return await self._configuration.read(request, call)

    @acting
    async def SetConfiguration(
        self, request: pb.SetConfigurationRequest, call: Call
    ) -> pb.SetConfigurationResponse:
        """Changes settings."""
        return await self._configuration.write(request, call)

    @acting
    async def TriggerMessage(
        self, request: pb.TriggerMessageRequest, call: Call
    ) -> pb.TriggerMessageResponse:
        """Asks for a message."""
        message = commands.TriggeredMessage(request.message)
        extended = request.extended or message is commands.TriggeredMessage.SIGN_CERTIFICATE
        kind = commands.ExtendedTriggerMessage if extended else commands.TriggerMessage
        wanted = kind(message, request.evse)
        answer = await self._commanding.send(call, request.charge_point, wanted)
        return pb.TriggerMessageResponse(charger_status=answer.status)


def _start_wanted(request: pb.StartSessionRequest) -> remote.StartWanted:
    conditions = session_pb2.Session(stop_conditions=request.stop_conditions)
    return remote.StartWanted(
        charge_point=request.charge_point,
        evse=request.evse,
        connector=request.connector,
        user=request.user or None,
        id_tag=request.id_tag or None,
        payment_method=request.payment_method or None,
        stop_conditions=conditions.SerializeToString()
        if request.HasField("stop_conditions")
        else None,
    )
