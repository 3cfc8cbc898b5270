"""Our calls and their answers, as the message log has them."""

import orjson

from server.ocpp.hearing import Voice
from server.ocpp.link import frames
from server.ocpp.link.calls import Answer, Outgoing
from server.ocpp.link.frames import CallError
from server.store.clock import now_us
from server.work.stations.messages import Direction, Entry, storable


def sent(voice: Voice, call: Outgoing) -> Entry:
    """A call that goes out."""
    text = _masked_call(voice, call)
    return Entry(
        voice.charge_point,
        Direction.TO_CHARGER,
        voice.dialect.version,
        call.action,
        call.message_id,
        call=text,
        call_time=call.call_time,
        token=voice.token_in(text),
    )


def answered(voice: Voice, call: Outgoing, answer: Answer, late: bool) -> Entry:
    """Its answer; `late`: after the time-out."""
    return Entry(
        voice.charge_point,
        Direction.TO_CHARGER,
        voice.dialect.version,
        call.action,
        call.message_id,
        answer=_masked_answer(voice, call.action, answer),
        error_code=_code(answer),
        violation="LATE: after the time-out" if late else None,
        call_time=call.call_time,
        answer_time=now_us(),
    )


def unasked(voice: Voice, answer: Answer, text: str) -> Entry:
    """An answer to nothing that was asked."""
    now = now_us()
    return Entry(
        voice.charge_point,
        Direction.TO_CHARGER,
        voice.dialect.version,
        message_id=storable(str(answer.message_id)),
        answer=voice.logged(text),
        error_code=_code(answer),
        violation="an answer to nothing that was asked",
        call_time=now,
        answer_time=now,
    )


def _masked_call(voice: Voice, call: Outgoing) -> str:
    payload = voice.dialect.masked(call.action, call.payload)
    return voice.logged(frames.call(call.message_id, call.action, payload).decode())


def _masked_answer(voice: Voice, action: str, answer: Answer) -> str:
    if isinstance(answer, CallError):
        error = frames.error(answer.message_id, answer.code, answer.description)
        return voice.logged(error.decode())
    payload = answer.payload
    if isinstance(payload, dict):
        payload = voice.dialect.masked(action, payload)
    return voice.logged(orjson.dumps([frames.CALL_RESULT, answer.message_id, payload]).decode())


def _code(answer: Answer) -> str | None:
    return storable(answer.code) if isinstance(answer, CallError) else None
