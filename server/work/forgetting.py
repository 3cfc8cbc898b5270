"""Takes a deleted user out of every stored copy: events, the OCPP message log, stored answers.

Deleting a user leaves a row of `ForgottenUser`. A job works it off in pieces: what belongs to
the user is found by an index, loses what it says of the person, and leaves the index. The row
goes when nothing is left. Sessions and the ledger stay, under the pseudonym of the user's name.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from peewee import fn

from ampline.v1.event_pb2 import Event as EventMessage
from server.resources.id_tags import token_key
from server.resources.personal_data import forget
from server.store.models import (
    Event,
    ForgottenUser,
    IdTag,
    OcppMessage,
    Reservation,
    Session,
    StoredAnswer,
)
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

SEVERAL = "*"
"""In the place of a person: a stored answer speaks of more than one."""
NOBODY = "forgotten"
"""Stands in the message log where a token stood."""

_KEEP = Append(ForgottenUser, ("name", "tokens", "delete_time"))
_CHARGED_WITH = (
    Statement(
        Session.select(fn.DISTINCT(Session.token)).where(
            (Session.user == param("user")) & Session.token.is_null(False)
        )
    ),
    Statement(IdTag.select(IdTag.token).where(IdTag.user == param("user"))),
)
_NEXT = Statement(
    ForgottenUser.select(ForgottenUser.name, ForgottenUser.tokens)
    .order_by(ForgottenUser.delete_time)
    .limit(1)
)
_DONE = Statement(ForgottenUser.delete().where(ForgottenUser.name == param("user")))


def begin(unit: Unit, user: str) -> None:
    """Notes that the user is to be forgotten. Before its ID tags are released."""
    found = {row[0] for statement in _CHARGED_WITH for row in unit.all(statement, user=user)}
    tokens = json.dumps(sorted({token_key(token) for token in found}))
    unit.insert(_KEEP, (user, tokens, unit.now))


def go_on(unit: Unit, limit: int) -> bool:
    """Works a piece off, of at most `limit` rows; whether there is more to do."""
    found = unit.one(_NEXT)
    if found is None:
        return False
    user, tokens = found[0], json.loads(found[1])
    for step in _STEPS:
        if step(unit, user, tokens, limit):
            return True
    unit.run(_DONE, user=user)
    return True


def _forget_tokens(table: Any) -> Callable[..., bool]:
    """Of what the user did: which token it did it with."""
    named = table.select(table.name).where(
        (table.user == param("user")) & table.token.is_null(False)
    )
    find = Statement(named.limit(param("limit")))
    clear = Statement(table.update(token=None).where(table.name == param("name")))

    def step(unit: Unit, user: str, _: list[str], limit: int) -> bool:
        found = unit.all(find, user=user, limit=limit)
        for (name,) in found:
            unit.run(clear, name=name)
        return bool(found)

    return step


_EVENTS = Statement(
    Event.select(Event.position, Event.body)
    .where(Event.person == param("user"))
    .limit(param("limit"))
)
_CLEAN_EVENT = Statement(
    Event.update(body=param("body"), person=None).where(Event.position == param("position"))
)


def _clean_events(unit: Unit, user: str, _: list[str], limit: int) -> bool:
    found = unit.all(_EVENTS, user=user, limit=limit)
    for position, body in found:
        event = EventMessage.FromString(bytes(body))
        forget(event, user)
        unit.run(_CLEAN_EVENT, position=position, body=event.SerializeToString())
    return bool(found)


_MESSAGES = Statement(
    OcppMessage.select(OcppMessage.number, OcppMessage.call, OcppMessage.answer)
    .where(OcppMessage.token == param("token"))
    .limit(param("limit"))
)
_CLEAN_MESSAGE = Statement(
    OcppMessage.update(call=param("call"), answer=param("answer"), token=None).where(
        OcppMessage.number == param("number")
    )
)


def _clean_messages(unit: Unit, _: str, tokens: list[str], limit: int) -> bool:
    for token in tokens:
        found = unit.all(_MESSAGES, token=token, limit=limit)
        for number, call, answer in found:
            texts = {"call": _without(call, token), "answer": _without(answer, token)}
            unit.run(_CLEAN_MESSAGE, number=number, **texts)
        if found:
            return True
    return False


def _without(text: str | None, token: str) -> str | None:
    """The text of a message with something else in the place of the token, whatever its case."""
    if text is None:
        return None
    return re.sub(re.escape(json.dumps(token)), f'"{NOBODY}"', text, flags=re.IGNORECASE)


_ANSWERS = Statement(
    StoredAnswer.select(StoredAnswer.key, StoredAnswer.answer)
    .where(StoredAnswer.person == param("person"))
    .limit(param("limit"))
)
_ALL_ANSWERS = Statement(
    StoredAnswer.select(StoredAnswer.key, StoredAnswer.answer).where(
        StoredAnswer.person == param("person")
    )
)
_CLEAN_ANSWER = Statement(
    StoredAnswer.update(answer=param("answer"), person=param("person")).where(
        StoredAnswer.key == param("key")
    )
)


def _clean_answers(unit: Unit, user: str, _: list[str], limit: int) -> bool:
    found = unit.all(_ANSWERS, person=user, limit=limit)
    for key, answer in found:
        unit.run(_CLEAN_ANSWER, key=key, answer=_answer_without(key, answer, user), person=None)
    if not found:
        _clean_answers_of_several(unit, user)
    return bool(found)


def _clean_answers_of_several(unit: Unit, user: str) -> None:
    """Answers to batches: few, and kept for a day."""
    for key, answer in unit.all(_ALL_ANSWERS, person=SEVERAL):
        cleaned = _answer_without(key, answer, user)
        unit.run(_CLEAN_ANSWER, key=key, answer=cleaned, person=SEVERAL)


def _answer_without(key: str, answer: bytes, user: str) -> bytes:
    message = _response_of(key).FromString(bytes(answer))
    forget(message, user)
    return message.SerializeToString()


def _response_of(key: str) -> type[Message]:
    """What is answered, by the key of a stored answer: principal, method, request_id."""
    service, _, method = key.split(" ")[-2].strip("/").rpartition("/")
    found: Any = descriptor_pool.Default().FindServiceByName(service)
    return GetMessageClass(found.methods_by_name[method].output_type)


_STEPS = (
    _forget_tokens(Session),
    _forget_tokens(Reservation),
    _clean_events,
    _clean_messages,
    _clean_answers,
)
