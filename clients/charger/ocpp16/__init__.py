"""OCPP 1.6, from the station's side."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from ocpp.v16.enums import ChargePointStatus

from clients.charger.connector import Connector
from clients.charger.course import Course
from clients.charger.dialect import Handler
from clients.charger.exchange import Hardware, Message
from clients.charger.frames import Payload
from clients.charger.meter import Sample
from clients.charger.ocpp16 import (
    commands,
    local_list,
    messages,
    reservations,
    security,
    smart_charging,
    transfers,
)


class Ocpp16:
    """The dialect of OCPP 1.6J."""

    subprotocol = "ocpp1.6"
    tells_turns = False
    malformed = "FormationViolation"
    handlers: ClassVar[Mapping[str, Handler]] = {
        **commands.HANDLERS,
        **local_list.HANDLERS,
        **reservations.HANDLERS,
        **security.HANDLERS,
        **smart_charging.HANDLERS,
        **transfers.HANDLERS,
    }

    def boot(self, identity: str, hardware: Hardware) -> Message:
        """BootNotification."""
        return Message("BootNotification", messages.boot(identity, hardware))

    def heartbeat(self) -> Message:
        """Heartbeat."""
        return Message("Heartbeat", {})

    def authorize(self, id_tag: str) -> Message:
        """Authorize."""
        return Message("Authorize", {"idTag": id_tag})

    def authorized(self, answer: Payload) -> str:
        """Takes idTagInfo.status."""
        return str(answer["idTagInfo"]["status"])

    def word_of(self, status: ChargePointStatus) -> str:
        """The statuses are those of 1.6."""
        return str(status.value)

    def transaction_id(self) -> None:
        """The central system gives it."""

    def turned(self, session: Course, status: ChargePointStatus, time: datetime) -> Message:
        """StatusNotification says it already."""
        raise NotImplementedError

    def status(self, connector: Connector, time: datetime) -> Message:
        """StatusNotification."""
        return Message("StatusNotification", messages.status(connector, time))

    def started(self, session: Course) -> Message:
        """StartTransaction."""
        return Message("StartTransaction", messages.started(session))

    def metered(
        self,
        connector: Connector,
        session: Course | None,
        samples: list[Sample],
        measurands: Sequence[str],
    ) -> Message:
        """MeterValues."""
        payload = messages.metered(connector, session, samples, measurands)
        return Message("MeterValues", payload)

    def stopped(self, session: Course, measurands: Sequence[str]) -> Message:
        """StopTransaction."""
        return Message("StopTransaction", messages.stopped(session, measurands))

    def accept_start(self, session: Course, answer: Payload) -> None:
        """Takes transactionId and idTagInfo.status."""
        session.transaction_id = answer["transactionId"]
        session.id_tag_status = answer["idTagInfo"]["status"]
