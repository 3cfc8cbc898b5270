"""What the verbs and the API need from outside, as tiny protocols."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ampline.v1.event_pb2 import Event
from ampline.v1.webhook_delivery_pb2 import WebhookAttempt
from ampline.v1.webhook_endpoint_pb2 import WebhookEndpoint
from server.domain.certificate_questions import CertificateAnswer, CertificateQuestion
from server.domain.certificates import CertificateKind
from server.domain.commands import Command, CommandAnswer
from server.domain.payments import Charge, Method, Setup, Told
from server.work.gone import Gone, Late


class Stations(Protocol):
    """Whoever is connected."""

    async def command(
        self,
        charge_point: str,
        command: Command,
        timeout: float,  # noqa: ASYNC109 - the queue is part of it
        gone: Gone | None = None,
        late: Late | None = None,
    ) -> CommandAnswer:
        """Sends the command when its turn has come, and waits for the charger's answer.

        `charge_point` is a resource name; `timeout`, in seconds, includes the queue. Raises
        RefusedError: CHARGER_OFFLINE, CHARGER_TIMEOUT, CHARGER_ERROR, FEATURE_NOT_SUPPORTED;
        CALLER_GONE if nobody waits for it any more before it was sent. An answer of the
        charger's that is a no comes back as one with `accepted` false; one that comes after the
        time-out is `late`.
        """
        ...

    async def disconnect(self, charge_point: str, reason: str) -> bool:
        """Closes the charger's connection; False if it has none."""
        ...


class StationsHere(Stations, Protocol):
    """Whoever is connected to this node."""

    def __contains__(self, charge_point: object) -> bool:
        """Whether that charge point is."""
        ...

    def drop(self, charge_point: str, since: int) -> None:
        """Closes the connection of that time, in microseconds, if it is still here: the charger
        has come back to another node."""
        ...


class Elsewhere(Protocol):
    """The other nodes, as the bridge sees them."""

    def replaced(self, node: str, charge_point: str, since: int) -> None:
        """A charger is here whose connection of that time another node holds."""
        ...


class NobodyThereError(Exception):
    """A node does not answer, and will not."""


class Bus(Protocol):
    """How nodes reach one another."""

    async def serve(self, node: str, answer: Callable[[bytes], Awaitable[bytes]]) -> None:
        """Answers from now on what is asked of that node."""
        ...

    async def ask(self, node: str, question: bytes, timeout: float) -> bytes:  # noqa: ASYNC109 - as above
        """A node's answer. NobodyThereError; TimeoutError after so many seconds."""
        ...


class CertificateAuthority(Protocol):
    """Who signs chargers' certificates."""

    async def sign(self, kind: CertificateKind, request: str) -> str | None:
        """The certificate of a PKCS #10 request with its chain, all PEM; None = an operator brings
        it some day. SigningRefusedError: it never will. OSError, ValueError: ask again later.
        """
        ...


class KeySpoiledError(OSError):
    """A gateway failed at something, did not do it, and answers the same under that key for ever:
    it has to be asked under another."""


class PaymentGateway(Protocol):
    """Who takes money for purchases: the balance, or a processor outside.

    Every call names the transaction that it is about, and is harmless when it is repeated: what
    was done comes back as it was. A no is an answer (FAILED, with its reason); PENDING says that
    the payer, or the gateway by itself, has to go on. OSError: nobody knows; ask again.
    """

    async def authorize(self, charge: Charge) -> Told:
        """Sees to it that so much can be taken later: AUTHORIZED."""
        ...

    async def capture(self, charge: Charge) -> Told:
        """Takes it, of what was authorized if it was: FINALIZED."""
        ...

    async def release(self, charge: Charge) -> Told:
        """Gives up what was authorized or asked for, and not taken: REVERSED."""
        ...

    async def refund(self, charge: Charge) -> Told:
        """Gives back its `part`: REFUNDED once that is all of it, FINALIZED before; FINALIZED with
        a reason, and no more given back than before, if it cannot."""
        ...

    async def look(self, charge: Charge) -> Told:
        """How it stands."""
        ...

    async def page(self, charge: Charge) -> Told:
        """Where the payer pays by themselves, in `page`; without one if they have."""
        ...


class SavesMethods(Protocol):
    """A gateway at which people save how they pay. OSError: ask again; RefusedError
    PAYMENT_REFUSED: it does not let them."""

    async def set_up(
        self, user: str, customer: str | None, return_url: str | None, key: str
    ) -> Setup:
        """Where a user goes on; `customer` is who they are there, None = nobody yet. The same key
        is the same page."""
        ...

    async def forget(self, customer: str) -> None:
        """Forgets somebody, with what they have saved; also again."""
        ...


class CertificateServices(Protocol):
    """Who knows about cars' certificates."""

    async def answer(self, question: CertificateQuestion) -> CertificateAnswer:
        """Asks them. Never fails: that there is no answer is one."""
        ...


class Bell(Protocol):
    """Wakes those who read the event log; the table is the truth."""

    def ring(self, position: int) -> None:
        """Events up to `position` are committed. From any thread."""
        ...


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events: every kind of condition that is given must hold, by one of its values."""

    types: frozenset[str] = frozenset()  # `*` stands for any letters: `session.*`
    subjects: frozenset[str] = frozenset()
    charge_points: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()
    partner: str | None = None  # the caller's, if it is bound to one: only its events
    hidden: frozenset[str] = frozenset()  # types by what they begin with: not for the caller


class Followed(NamedTuple):
    """A step through the event log: an event; a heartbeat, with neither; or the end."""

    position: int
    """Go on after it."""
    event: Event | None = None
    """With name and cursor. All who follow share it: not to be changed."""
    end: str = ""
    """Why the following ends: `SLOW_SUBSCRIBER` or `SHUTTING_DOWN`."""
    body: bytes = b""
    """The event, serialized: once for all, too."""


class EventTail(Protocol):
    """Follows the event log; all who follow cost one reader of the table."""

    @property
    def closed(self) -> bool:
        """Whether the server stops, and nothing is followed any more."""
        ...

    def follow(
        self, wanted: EventFilter, after: int | None = None, since: int | None = None
    ) -> AsyncIterator[Followed]:
        """Events after position `after`, or stored since a time in microseconds, or from now on.

        First what the log has, then what comes, without a gap or a duplicate. A heartbeat says
        when the past is through, and then whenever nothing came for a while. Raises RefusedError
        at the first step: CURSOR_EXPIRED (OUT_OF_RANGE) if events after `after` are gone,
        INVALID_FIELD if there is no such position yet.
        """
        ...


class WebhookTrials(Protocol):
    """Tries a webhook endpoint out."""

    async def test(self, endpoint: WebhookEndpoint) -> WebhookAttempt:
        """Sends it one event, `webhook_endpoint.test`, once; what came of it, whatever it was."""
        ...


PaymentGateways = Mapping[Method, PaymentGateway]
"""Which gateway takes payments of which method; for the others the platform has none."""
