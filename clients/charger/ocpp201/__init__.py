"""OCPP 2.0.1 and 2.1, from the station's side."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from ocpp.v16.enums import ChargePointStatus

from clients.charger.connector import Connector
from clients.charger.course import Course
from clients.charger.dialect import Handler
from clients.charger.exchange import Hardware, Message
from clients.charger.frames import Payload
from clients.charger.meter import Sample
from clients.charger.ocpp201 import (
    commands,
    devices,
    local_list,
    messages,
    reservations,
    security,
    smart_charging,
    transactions,
    transfers,
    variables,
)


class Ocpp201:
    """The dialect of OCPP 2.0.1: each connector is the first of an EVSE of its own."""

    subprotocol = "ocpp2.0.1"
    tells_turns = True
    malformed = "FormatViolation"
    handlers: ClassVar[Mapping[str, Handler]] = {
        **commands.HANDLERS,
        **devices.HANDLERS,
        **local_list.HANDLERS,
        **reservations.HANDLERS,
        **smart_charging.HANDLERS,
        **transfers.HANDLERS,
        **variables.HANDLERS,
        **security.HANDLERS,
    }

    def boot(self, identity: str, hardware: Hardware) -> Message:
        """BootNotification."""
        return Message("BootNotification", messages.boot(identity, hardware))

    def heartbeat(self) -> Message:
        """Heartbeat."""
        return Message("Heartbeat", {})

    def authorize(self, id_tag: str) -> Message:
        """Authorize."""
        return Message("Authorize", {"idToken": messages.id_token(id_tag)})

    def authorized(self, answer: Payload) -> str:
        """Takes idTokenInfo.status."""
        return str(answer["idTokenInfo"]["status"])

    def word_of(self, status: ChargePointStatus) -> str:
        """The connector's status."""
        return messages.word_of(status)

    def status(self, connector: Connector, time: datetime) -> Message | None:
        """StatusNotification; of the station as a whole there is none."""
        if not connector.number:
            return None
        return Message("StatusNotification", messages.status(connector, time))

    def transaction_id(self) -> str:
        """A UUID."""
        return str(uuid4())

    def started(self, session: Course) -> Message:
        """TransactionEvent(Started)."""
        return Message("TransactionEvent", transactions.started(session))

    def turned(self, session: Course, status: ChargePointStatus, time: datetime) -> Message:
        """TransactionEvent(Updated), for the charging state."""
        return Message("TransactionEvent", transactions.turned(session, status, time))

    def metered(
        self,
        connector: Connector,
        session: Course | None,
        samples: list[Sample],
        measurands: Sequence[str],
    ) -> Message:
        """TransactionEvent(Updated); MeterValues where no session runs."""
        if session is None:
            return Message("MeterValues", messages.metered(connector, samples, measurands))
        payload = transactions.metered(session, samples, measurands)
        return Message("TransactionEvent", payload)

    def stopped(self, session: Course, measurands: Sequence[str]) -> Message:
        """TransactionEvent(Ended)."""
        return Message("TransactionEvent", transactions.stopped(session, measurands))

    def accept_start(self, session: Course, answer: Payload) -> None:
        """Takes idTokenInfo.status."""
        session.id_tag_status = answer["idTokenInfo"]["status"]


class Ocpp21(Ocpp201):
    """The dialect of OCPP 2.1: what this station says of it is said as in 2.0.1."""

    subprotocol = "ocpp2.1"
