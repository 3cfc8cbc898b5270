"""Block P, data transfer."""

from typing import Any

import orjson

from server.domain import commands
from server.domain.commands import CommandAnswer
from server.domain.facts import DataAnswer, DataReceived
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying
from server.ocpp.schemas import Payload


def data_transfer(payload: Payload) -> Fact:
    """DataTransfer (P02); data that is no text is kept as JSON."""
    get = payload.get
    return DataReceived(payload["vendorId"], get("messageId") or "", _text(get("data")))


def transferred(answer: DataAnswer, _: int) -> Payload:
    """Its answer."""
    data = {"data": answer.data} if answer.data else {}
    return {"status": answer.status.value, **data}


def _text(data: Any) -> str:
    if data is None:
        return ""
    return data if isinstance(data, str) else orjson.dumps(data).decode()


def send(command: commands.SendDataTransfer) -> Payload:
    """DataTransfer (P01)."""
    payload: Payload = {"vendorId": command.vendor_id}
    if command.message_id:
        payload["messageId"] = command.message_id
    if command.data:
        payload["data"] = command.data
    return payload


def sent(payload: Payload) -> CommandAnswer:
    """Its answer."""
    status = payload["status"]
    return CommandAnswer(status, status == "Accepted", data=_text(payload.get("data")))


HEARD: Heard = {"DataTransfer": (data_transfer, transferred)}
SAID: Said = {commands.SendDataTransfer: Saying("DataTransfer", send, sent)}
