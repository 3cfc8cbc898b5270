"""Holds what is stored against what was acknowledged: nothing missing, nothing double."""

from collections import Counter

from peewee import Database

from server.domain.ledger import EntryType
from server.resources import events
from server.store.models import (
    BalanceEntry,
    Event,
    EventHead,
    IdTag,
    MeterValue,
    Receipt,
    Session,
    Transaction,
    User,
)
from server.work.sessions.session_rows import SessionState
from tests.faults.acknowledged import Acknowledged, Charge

SECOND = 1_000_000
CENT = 10_000


def audit(database: Database, known: Acknowledged) -> None:
    """After all work came to its end and the server was stopped."""
    with database.connection_context():
        sessions = _sessions(known)
        _meter_values(known, sessions)
        _payments(sessions)
        _money(known)
        _receipts(known)
        _tags(known)
        _events(known, sessions)


def _sessions(known: Acknowledged) -> dict[tuple[str, str], Session]:
    rows = list(Session.select())
    by_transaction = {(row.charge_point, row.ocpp_transaction_id or ""): row for row in rows}
    wanted = {(charge.charge_point, charge.transaction) for charge in known.charges}
    assert len(wanted) == len(known.charges), "a transaction id was given out twice"
    assert len(rows) == len(by_transaction), "sessions are double"
    assert set(by_transaction) == wanted
    for charge in known.charges:
        _session(by_transaction[charge.charge_point, charge.transaction], charge)
    return by_transaction


def _session(row: Session, charge: Charge) -> None:
    assert charge.stop is not None
    assert row.state == SessionState.FINISHED
    assert row.start_time == charge.start.time * SECOND
    assert row.stop_time == charge.stop.time * SECOND
    assert row.meter_start_wh == charge.start.register
    assert row.meter_stop_wh == charge.stop.register
    assert row.energy_wh == charge.stop.register - charge.start.register


def _meter_values(known: Acknowledged, sessions: dict[tuple[str, str], Session]) -> None:
    told = Counter(
        (sessions[charge.charge_point, charge.transaction].name, sample.time, sample.register)
        for charge in known.charges
        for sample in charge.samples
    )
    stored = Counter(
        (row.session, row.time // SECOND, row.register_wh) for row in MeterValue.select()
    )
    assert stored == told


def _payments(sessions: dict[tuple[str, str], Session]) -> None:
    names = {row.name for row in sessions.values()}
    paid = [row.purchased_resource for row in Transaction.select()]
    assert Counter(paid) == Counter(names)
    bills = {row.name: -(row.total_micros or 0) for row in sessions.values()}
    entries = BalanceEntry.select().where(BalanceEntry.entry_type == EntryType.SESSION)
    booked = [(row.cause, row.amount_micros) for row in entries]
    assert Counter(booked) == Counter(bills.items())


def _money(known: Acknowledged) -> None:
    for user in User.select():
        entries = list(
            BalanceEntry.select()
            .where(BalanceEntry.user == user.name)
            .order_by(BalanceEntry.number)
        )
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        running = 0
        for entry in entries:
            running += entry.amount_micros
            assert entry.balance_after_micros == running
        assert user.balance_micros == running
    kinds = (EntryType.TOP_UP, EntryType.ADJUSTMENT)
    moved = BalanceEntry.select().where(BalanceEntry.entry_type << kinds, BalanceEntry.number > 1)
    stored = [(row.name, row.user, row.amount_micros // CENT) for row in moved]
    assert Counter(stored) == Counter(map(tuple, known.movements))


def _receipts(known: Acknowledged) -> None:
    """No number of a year is missing, and none was given twice; a session has one."""
    rows = list(Receipt.select().order_by(Receipt.year, Receipt.place))
    for year in {row.year for row in rows}:
        places = [row.place for row in rows if row.year == year]
        assert places == list(range(1, len(places) + 1))
    stored = {row.session: row.number for row in rows}
    assert len(stored) == len(rows)
    assert stored == known.receipts


def _tags(known: Acknowledged) -> None:
    stored = {row.name for row in IdTag.select() if not row.name.startswith("idTags/TAG")}
    assert stored == known.tags


def _events(known: Acknowledged, sessions: dict[tuple[str, str], Session]) -> None:
    rows = list(Event.select().order_by(Event.position))
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert EventHead.get().position == len(rows)
    told = Counter((row.type, row.subject) for row in rows)
    for charge in known.charges:
        name = sessions[charge.charge_point, charge.transaction].name
        assert told["session.started", name] == 1
        assert told["session.stopped", name] == 1
        assert told["session.priced", name] == 1
        assert told["session.meter_values", name] == len(charge.samples)
    for tag in known.tags:
        assert told["id_tag.created", tag] == 1
    moved = Counter(
        events.to_event(row).user_balance_changed.balance_entry.name
        for row in rows
        if row.type == "user.balance_changed"
    )
    assert moved == Counter(row.name for row in BalanceEntry.select())
