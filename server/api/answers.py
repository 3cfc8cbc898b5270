"""First answers, kept for the repeats: a row of `StoredAnswer` for each request_id."""

import hashlib
from collections.abc import Callable
from enum import IntEnum
from typing import Any, NamedTuple

from google.protobuf.message import Message
from google.rpc.status_pb2 import Status

from server.api import failures
from server.api.failures import StatusError
from server.api.methods import Method
from server.api.secret_fields import concealing, without_secrets
from server.domain.errors import Outcome, RefusedError
from server.resources.personal_data import persons_in, tells_of_people
from server.store.models import StoredAnswer
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.forgetting import SEVERAL

KEPT = 24 * 3600 * 1_000_000
"""For how many microseconds an answer is kept."""

_COLUMNS = ("key", "request_hash", "state", "answer", "create_time")
_FIND = Statement(
    StoredAnswer.select(*(getattr(StoredAnswer, column) for column in _COLUMNS)).where(
        StoredAnswer.key == param("key")
    )
)
_INSERT = Append(StoredAnswer, (*_COLUMNS, "person"))
_FORGET = Statement(StoredAnswer.delete().where(StoredAnswer.key == param("key")))
_SETTLE = Statement(
    StoredAnswer.update(state=param("state"), answer=param("answer"), person=param("person")).where(
        StoredAnswer.key == param("key")
    )
)
_SETTLE_ALL = Statement(
    StoredAnswer.update(state=param("state"), answer=param("answer")).where(
        StoredAnswer.state == param("reserved")
    )
)


class State(IntEnum):
    """How far a first call came."""

    RESERVED = 1
    ANSWERED = 2
    REFUSED = 3


class Stored(NamedTuple):
    """What is known of a first call. `answer`: its response, or the Status of its refusal."""

    key: str
    request_hash: str
    state: int
    answer: bytes | None
    create_time: int


class Once(NamedTuple):
    """What recognises a repeat, and that it asks for the same."""

    key: str
    request_hash: str
    conceal: Callable[[bytes], bytes] | None = None
    """Takes the secrets out of the answer, before it is kept."""
    response: type[Message] | None = None
    """What the answer is, if it can say something of a person."""

    @classmethod
    def of(cls, principal: str, method: Method, request: Any) -> "Once":
        """Of a request that bears a request_id."""
        request_id: str = request.request_id
        told: Any = type(request)()
        told.CopyFrom(without_secrets(request))
        told.ClearField("request_id")
        digest = hashlib.sha256(told.SerializeToString(deterministic=True)).hexdigest()
        response = method.response if tells_of_people(method.response.DESCRIPTOR) else None
        key = f"{principal} {method.path} {request_id.lower()}"
        return cls(key, digest, concealing(method.response), response)

    def kept(self, answer: bytes) -> bytes:
        """What of an answer is kept for the repeats."""
        return self.conceal(answer) if self.conceal else answer

    def person(self, state: "State", answer: bytes | None) -> str | None:
        """The user of whom the answer says more than the name; SEVERAL for more than one."""
        if self.response is None or state is not State.ANSWERED or answer is None:
            return None
        found = persons_in(self.response.FromString(answer))
        return SEVERAL if len(found) > 1 else next(iter(found), None)


def find(rows: Rows, once: Once, now: int) -> Stored | None:
    """The first call, unless it is too old. REQUEST_ID_REUSED if it asked for something else."""
    row = rows.one(_FIND, key=once.key)
    stored = Stored(*row) if row else None
    if stored is None or stored.create_time < now - KEPT:
        return None
    if stored.request_hash != once.request_hash:
        raise reused(once)
    return stored


def replay(stored: Stored) -> bytes:
    """The first answer again, as it was: returned, or raised as a StatusError."""
    answer = bytes(stored.answer or b"")
    if stored.state == State.REFUSED:
        raise StatusError(Status.FromString(answer))
    return answer


def keep(unit: Unit, once: Once, state: State, answer: bytes | None = None) -> None:
    """Writes the first call down; an older one under the same key makes way."""
    unit.run(_FORGET, key=once.key)
    person = once.person(state, answer)
    unit.insert(_INSERT, (once.key, once.request_hash, state, answer, unit.now, person))


def settle(unit: Unit, once: Once, state: State, answer: bytes) -> None:
    """Adds the answer to a first call that was reserved."""
    person = once.person(state, answer)
    unit.run(_SETTLE, key=once.key, state=state, answer=answer, person=person)


def forget(unit: Unit, once: Once) -> None:
    """Lets the next call with the request_id be a first one."""
    unit.run(_FORGET, key=once.key)


def settle_cut_off(unit: Unit) -> int:
    """Settles the first calls that a server took and did not live to answer; returns how many.

    Only for a server that begins and is the only one.
    """
    answer = failures.refusal(cut_off()).SerializeToString()
    return unit.run(_SETTLE_ALL, state=State.REFUSED, answer=answer, reserved=State.RESERVED)


def is_remembered(error: RefusedError) -> bool:
    """Whether a repeat is to get the same refusal: it is final, or the command may be out."""
    return error.outcome in {Outcome.FAILED_PRECONDITION, Outcome.DEADLINE_EXCEEDED}


def cut_off() -> RefusedError:
    """What became of a command whose call nobody lived to answer: that is not known."""
    return RefusedError(
        Outcome.DEADLINE_EXCEEDED,
        "CHARGER_TIMEOUT",
        "the first call was cut off before the answer; whether the charger has the command is not"
        " known, and it is not sent again",
    )


def reused(once: Once) -> RefusedError:
    """The request_id came before, with another request."""
    request_id = once.key.rpartition(" ")[2]
    return RefusedError(
        Outcome.INVALID_ARGUMENT,
        "REQUEST_ID_REUSED",
        f"request_id: {request_id} was used before with another request",
        {"request_id": request_id},
        {"request_id": "was used before with another request"},
    )
