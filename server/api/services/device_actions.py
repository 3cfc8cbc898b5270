"""Displays of chargers, and what chargers keep of drivers."""

from ampline.v1 import device_action_pb2 as pb
from ampline.v1.device_action_pb2_grpc import DeviceActionServiceServicer
from ampline.v1.display_message_pb2 import DisplayMessage
from server.api import references
from server.api.lanes import Call, acting
from server.api.services import reports_asked
from server.api.services.commands import Commanding, time_told
from server.domain import display_messages as domain
from server.domain.authorization import TokenKind
from server.domain.errors import invalid_field, unknown_reference
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.sessions.authorization import tag_by_name
from server.work.stations import configuration_reading
from server.work.stations.display_messages import new_number


class DeviceActionService(DeviceActionServiceServicer):
    """Commands displays, and asks what chargers keep of drivers."""

    def __init__(self, lane: WriteLane, commanding: Commanding) -> None:
        self._lane = lane
        self._commanding = commanding

    @acting
    async def SetDisplayMessage(
        self, request: pb.SetDisplayMessageRequest, call: Call
    ) -> pb.SetDisplayMessageResponse:
        """Shows a message."""
        await self._commanding.find(call, request.charge_point)
        message = _told(request.display_message)
        if message.start and message.end and message.start >= message.end:
            raise invalid_field("display_message.end_time", "is not after start_time")
        wanted = domain.SetDisplayMessage(message)
        answer = await self._commanding.send_to_known(call, request.charge_point, wanted)
        return pb.SetDisplayMessageResponse(charger_status=answer.status, message_id=message.number)

    @acting
    async def ClearDisplayMessage(
        self, request: pb.ClearDisplayMessageRequest, call: Call
    ) -> pb.ClearDisplayMessageResponse:
        """Shows it no more."""
        wanted = domain.ClearDisplayMessage(request.message_id)
        answer = await self._commanding.send(call, request.charge_point, wanted)
        return pb.ClearDisplayMessageResponse(charger_status=answer.status)

    @acting
    async def GetDisplayMessages(
        self, request: pb.GetDisplayMessagesRequest, call: Call
    ) -> pb.GetDisplayMessagesResponse:
        """Asks for messages; of all of them, those that are gone show, too."""
        numbers = tuple(request.message_ids)
        await self._commanding.find(call, request.charge_point)
        asked = await reports_asked.ask(
            self._lane,
            self._commanding,
            call,
            request.charge_point,
            lambda number: domain.GetDisplayMessages(number, numbers),
            whole=not numbers,
        )
        return pb.GetDisplayMessagesResponse(charger_status=asked.answer.status)

    @acting
    async def RequestCustomerInformation(
        self, request: pb.RequestCustomerInformationRequest, call: Call
    ) -> pb.RequestCustomerInformationResponse:
        """Has a charger tell what it keeps of a tag's user, or forget that."""
        await self._commanding.find(call, request.charge_point)
        if not (request.clear or request.report):
            raise invalid_field("report", "is required where `clear` is not said")

        def prepare(unit: Unit) -> domain.RequestCustomerInformation:
            if call.caller.partner is not None:
                references.check(unit, request, ("id_tag",), "", call.caller.partner)
            return _customer(unit, request)

        wanted = await self._lane.write(prepare)
        answer = await self._commanding.send_to_known(call, request.charge_point, wanted)
        return pb.RequestCustomerInformationResponse(
            charger_status=answer.status, report_number=wanted.number
        )


def _customer(
    unit: Unit, request: pb.RequestCustomerInformationRequest
) -> domain.RequestCustomerInformation:
    tag = tag_by_name(unit, request.id_tag)
    if tag is None:
        raise unknown_reference("id_tag", request.id_tag)
    if tag.user is None:
        raise invalid_field("id_tag", "belongs to no user")
    number = configuration_reading.expect_report(
        unit, request.charge_point, whole=False, user=tag.user
    )
    return domain.RequestCustomerInformation(
        number, tag.token, TokenKind(tag.kind), request.clear, request.report
    )


def _told(message: DisplayMessage) -> domain.DisplayMessage:
    return domain.DisplayMessage(
        message.message_id or new_number(),
        domain.Priority(message.priority),
        message.content,
        domain.Format(message.format or domain.Format.UTF8),
        message.language_code,
        domain.State(message.state) if message.state else None,
        time_told(message, "start_time"),
        time_told(message, "end_time"),
        message.ocpp_transaction_id,
    )
