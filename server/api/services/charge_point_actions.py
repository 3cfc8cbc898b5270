"""Actions on charge points."""

from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1.charge_point_action_pb2_grpc import ChargePointActionServiceServicer
from server.api.lanes import Call, acting
from server.api.services.commands import Commanding
from server.api.services.configuration_actions import ConfigurationActions
from server.api.services.session_starts import SessionStarts
from server.domain import commands
from server.store.lane import WriteLane
from server.work.gateways.carrying import Gateways
from server.work.rules import Rules
from server.work.sessions import remote


class ChargePointActionService(ChargePointActionServiceServicer):
    """Commands chargers."""

    def __init__(
        self, lane: WriteLane, commanding: Commanding, rules: Rules, gateways: Gateways
    ) -> None:
        self._lane = lane
        self._commanding = commanding
        self._starts = SessionStarts(lane, commanding, rules, gateways)
        self._configuration = ConfigurationActions(lane, commanding)

    @acting
    async def StartSession(
        self, request: pb.StartSessionRequest, call: Call
    ) -> pb.StartSessionResponse:
        """Makes the PENDING session, then asks the charger to begin."""
        return await self._starts.start(request, call)

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
    async def GetTransactionStatus(
        self, request: pb.GetTransactionStatusRequest, call: Call
    ) -> pb.GetTransactionStatusResponse:
        """Asks whether a session goes on, and whether the charger has more to tell."""
        charge_point, session, transaction = request.charge_point, request.session, None
        await self._commanding.find(call, charge_point)
        if session:
            transaction = await self._lane.write(
                lambda unit: remote.transaction_of(unit, charge_point, session)
            )
        wanted = commands.GetTransactionStatus(transaction)
        answer = await self._commanding.send_to_known(call, charge_point, wanted)
        return pb.GetTransactionStatusResponse(
            ongoing=answer.ongoing, messages_in_queue=answer.messages_in_queue
        )

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
