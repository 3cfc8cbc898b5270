"""Forgets what has been kept long enough: a few rows at a time, so that no write waits for it.

Every function deletes at most `limit` rows, of before a time in microseconds, and returns
whether there may be more.
"""

from peewee import Field, Model

from server.store.models import (
    AnonymousRefusal,
    AuditEntry,
    ChargePointLog,
    DeviceEvent,
    Event,
    FileTicket,
    FirmwareUpdate,
    GatewayNotice,
    OcppMessage,
    RefundRequest,
    SignIn,
    StatusLogEntry,
    StoredAnswer,
)
from server.store.unit import Unit

MOST_REFUSALS = 100_000
"""How many rows of counted refusals are kept, however young they are."""


def forget_events(unit: Unit, before: int, limit: int) -> bool:
    """The oldest events. What is kept is the log's end without a hole, so a cursor tells enough."""
    oldest = Event.select(Event.position, Event.record_time).order_by(Event.position).limit(limit)
    last = None
    count = 0
    for position, record_time in oldest.tuples().execute(unit.database):
        if record_time >= before:
            break
        last, count = position, count + 1
    if last is not None:
        unit.execute(Event.delete().where(Event.position <= last))
    return count == limit


def forget_messages(unit: Unit, before: int, limit: int) -> bool:
    """Of the OCPP message log."""
    return _forget(unit, OcppMessage.number, OcppMessage.call_time, before, limit)


def forget_audit(unit: Unit, before: int, limit: int) -> bool:
    """Of the audit."""
    return _forget(unit, AuditEntry.number, AuditEntry.time, before, limit)


def forget_refusals(unit: Unit, before: int, limit: int) -> bool:
    """Counted refusals of nobody's, and the oldest of those that are too many; by whole minutes."""
    minutes = AnonymousRefusal.select(AnonymousRefusal.minute)
    newest_first = minutes.order_by(AnonymousRefusal.minute.desc())
    beyond = newest_first.offset(MOST_REFUSALS).limit(1).tuples().execute(unit.database)
    before = max([before, *(minute for (minute,) in beyond)])
    oldest_first = minutes.order_by(AnonymousRefusal.minute).limit(limit)
    old = [minute for (minute,) in oldest_first.tuples().execute(unit.database) if minute <= before]
    if old:
        unit.execute(AnonymousRefusal.delete().where(AnonymousRefusal.minute <= old[-1]))
    return len(old) == limit


def forget_statuses(unit: Unit, before: int, limit: int) -> bool:
    """Of the status log."""
    return _forget(unit, StatusLogEntry.number, StatusLogEntry.record_time, before, limit)


def forget_device_events(unit: Unit, before: int, limit: int) -> bool:
    """Of what chargers told of their components."""
    return _forget(unit, DeviceEvent.number, DeviceEvent.record_time, before, limit)


def forget_logs(unit: Unit, before: int, limit: int) -> bool:
    """Of chargers' own logs; their files are swept up after that."""
    return _forget(unit, ChargePointLog.name, ChargePointLog.create_time, before, limit)


def forget_updates(unit: Unit, before: int, limit: int) -> bool:
    """Of firmware updates."""
    return _forget(unit, FirmwareUpdate.name, FirmwareUpdate.create_time, before, limit)


def forget_tickets(unit: Unit, before: int, limit: int) -> bool:
    """Tickets for files that have expired."""
    return _forget(unit, FileTicket.secret_hash, FileTicket.expire_time, before, limit)


def forget_answers(unit: Unit, before: int, limit: int) -> bool:
    """First answers to request ids."""
    return _forget(unit, StoredAnswer.key, StoredAnswer.create_time, before, limit)


def forget_notices(unit: Unit, before: int, limit: int) -> bool:
    """What payment gateways told by themselves, and refunds that were asked for of them."""
    more = _forget(unit, RefundRequest.name, RefundRequest.create_time, before, limit)
    return _forget(unit, GatewayNotice.name, GatewayNotice.create_time, before, limit) or more


def forget_sign_ins(unit: Unit, before: int, limit: int) -> bool:
    """Sign-ins that have expired."""
    return _forget(unit, SignIn.token_hash, SignIn.expire_time, before, limit)


def _forget(unit: Unit, key: Field, time: Field, before: int, limit: int) -> bool:
    table: type[Model] = key.model
    query = table.select(key).where(time < before).limit(limit)
    old = [each for (each,) in query.tuples().execute(unit.database)]
    if old:
        unit.execute(table.delete().where(key.in_(old)))
    return len(old) == limit
