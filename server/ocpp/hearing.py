"""A frame of a charger's as a job of the write lane: its work, its log entry, its answer.

The job's result is the frame of the answer, so that no answer exists before the commit.
"""

from typing import Any, NamedTuple

from server.domain.connector_numbers import AS_EVSES, ConnectorNumbers
from server.ocpp import duties
from server.ocpp.dialect import Dialect
from server.ocpp.faults import Fault, FaultyError
from server.ocpp.link import frames
from server.ocpp.link.frames import MessageId
from server.ocpp.listed_tokens import shortened
from server.ocpp.understanding import Understood
from server.store.clock import now_us
from server.store.unit import Unit
from server.work.ports import CertificateServices
from server.work.rules import Rules
from server.work.stations import messages
from server.work.stations.messages import LONGEST_VIOLATION, Direction, Entry, storable


class Voice(NamedTuple):
    """Who speaks, and how."""

    charge_point: str
    dialect: Dialect
    rules: Rules
    numbers: ConnectorNumbers = AS_EVSES
    certificates: CertificateServices | None = None
    """Who is asked about cars' certificates."""

    def logged(self, frame: str) -> str:
        """A frame as the message log keeps it."""
        return storable(frame if self.rules.full_tokens else shortened(frame))

    def token_in(self, logged: str) -> str | None:
        """The token that a frame has in the message log; of hints nobody is found."""
        return messages.token_in(logged) if self.rules.full_tokens else None


class Heard:
    """A frame, before it is known what to make of it."""

    __slots__ = ("action", "call_time", "message_id", "sent", "text", "violation", "voice")

    def __init__(
        self,
        voice: Voice,
        data: bytes,
        message_id: MessageId | None,
        action: str | None,
        *,
        sent: bool = False,
    ) -> None:
        self.voice = voice
        self.text = voice.logged(str(data, "utf-8", "replace"))
        self.message_id = message_id
        self.action = action
        self.call_time = now_us()
        self.sent = sent  # and nobody waits for an answer
        self.violation: str | None = None

    def log(self, unit: Unit, answer: bytes | None, error_code: str | None = None) -> None:
        """Writes the message log."""
        messages.record(
            unit,
            Entry(
                self.voice.charge_point,
                Direction.FROM_CHARGER,
                self.voice.dialect.version,
                None if self.action is None else storable(self.action),
                None if self.message_id is None else storable(str(self.message_id)),
                self.text,
                None if answer is None else self.voice.logged(str(answer, "utf-8")),
                error_code,
                self.violation,
                self.call_time,
                None if answer is None else unit.now,
                self.voice.token_in(self.text),
            ),
        )


class Hearing(Heard):
    """A CALL that can be used."""

    __slots__ = ("outcome", "understood")
    understood: Understood
    outcome: Any
    """What the verb returned, once it is committed."""

    def __call__(self, unit: Unit) -> bytes | None:
        """Does what the CALL asks for."""
        voice, (exchange, fact, _) = self.voice, self.understood
        fact = voice.numbers.heard(fact)
        self.outcome = duties.perform(unit, voice.rules, voice.charge_point, fact)
        if exchange.response is None or self.sent:
            self.log(unit, None)
            return None
        payload = exchange.answer(self.outcome, unit.now)
        if not exchange.response.is_valid(payload):
            raise ValueError(f"our answer to {self.action} breaks its schema: {payload}")
        assert self.message_id is not None
        answer = frames.result(self.message_id, payload)
        self.log(unit, answer)
        return answer


class Refusal(Heard):
    """A frame that cannot be used; answered where the version has an answer to that."""

    __slots__ = ("error",)
    error: FaultyError

    def __call__(self, unit: Unit) -> bytes | None:
        """Stores nothing of it but its log entry."""
        answer, code = self.answer()
        self.log(unit, answer, code)
        return answer

    def answer(self) -> tuple[bytes | None, str | None]:
        """The CALLERROR and its code, or neither."""
        dialect = self.voice.dialect
        code = dialect.error_codes.get(self.error.fault)
        message_id = dialect.no_message_id if self.message_id is None else self.message_id
        if code is None or message_id is None or self.sent:
            return None, None
        return frames.error(message_id, code, self.error.description), code


def refusal(heard: Heard, data: bytes, error: FaultyError) -> Refusal:
    """The same frame, refused."""
    refused = Refusal(heard.voice, data, heard.message_id, heard.action, sent=heard.sent)
    refused.text = heard.text
    refused.error = error
    refused.violation = f"refused: {error.description}"[:LONGEST_VIOLATION]
    return refused


INTERNAL = FaultyError(Fault.INTERNAL, "an error of the central system")
"""Says nothing of what went wrong inside."""
