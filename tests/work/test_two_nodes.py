"""A session's charger and somebody at another node at once: whoever is second sees the first."""

from functools import partial
from typing import Any

import pytest
from peewee import Database

from server.domain.authorization import Payment
from server.domain.facts import StopReason
from server.store.database import is_postgresql
from server.store.models import Session, Transaction, User
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.sessions import charging, expiry, remote
from server.work.sessions.session_rows import SessionState, SessionWarning
from tests.cluster.overlap import Job, overlapping
from tests.work.bridge import Bridge, ended, only_session, started
from tests.work.network import CHARGE_POINT, Write


class AtOnce:
    """What the charger says, and what is done elsewhere before that is committed; or the other way
    round."""

    def __init__(self, database: Database, url: str, rules: Rules) -> None:
        self.overlap = partial(overlapping, database, url)
        self.rules = rules

    def start(self, unit: Unit) -> None:
        charging.start(unit, self.rules, CHARGE_POINT, started(0))

    def expire(self, unit: Unit) -> None:
        expiry.expire_pending(unit, self.rules)

    def end(self, session: Any) -> Job:
        fact = ended(session.ocpp_transaction_id, 11_000)
        return lambda unit: charging.end(unit, self.rules, CHARGE_POINT, fact)

    def force(self, session: Any) -> Job:
        return lambda unit: remote.force_stop(unit, self.rules, session.name)


@pytest.fixture
def at_once(network: Database, database_url: str, rules: Rules) -> AtOnce:
    if not is_postgresql(network):
        pytest.skip("SQLite has one writer at a time")
    return AtOnce(network, database_url, rules)


@pytest.fixture
def overdue(at_once: AtOnce, write: Write) -> Session:
    """A session that was asked for from here, and that its charger has not begun in time."""
    wanted = remote.StartWanted(CHARGE_POINT, evse=1, user="users/ann", id_tag="idTags/AAAA")
    write(lambda unit: remote.prepare_start(unit, at_once.rules, wanted))
    write(lambda unit: unit.execute(Session.update(expire_time=1)))
    found: Session = only_session()
    return found


@pytest.fixture
def running(at_once: AtOnce, bridge: Bridge) -> Session:
    """A session whose driver is sent a bill."""
    User.update(payment_preference=Payment.EXTERNAL).execute()
    bridge.start(started())
    found: Session = only_session()
    return found


async def test_a_session_that_just_begins_does_not_expire(
    at_once: AtOnce, overdue: Session
) -> None:
    await at_once.overlap(at_once.start, at_once.expire)
    session = only_session()
    assert (session.name, session.state) == (overdue.name, SessionState.ACTIVE)
    assert session.stop_time is None


async def test_a_session_that_just_expires_is_not_begun(at_once: AtOnce, overdue: Session) -> None:
    await at_once.overlap(at_once.expire, at_once.start)
    given_up, begun = Session.select().order_by(Session.stop_time.asc(nulls="last"))
    assert (given_up.name, given_up.state) == (overdue.name, SessionState.EXPIRED)
    assert (begun.state, begun.stop_time) == (SessionState.ACTIVE, None)


async def test_a_start_that_is_refused_and_begins_all_the_same_goes_on(
    at_once: AtOnce, overdue: Session
) -> None:
    refused = partial(remote.start_failed, session=overdue.name, why="Rejected")
    await at_once.overlap(at_once.start, refused)
    assert only_session().state == SessionState.ACTIVE


async def test_a_stop_that_comes_first_is_billed_once(at_once: AtOnce, running: Session) -> None:
    await at_once.overlap(at_once.end(running), at_once.force(running))
    session = only_session()
    assert (session.state, session.stop_reason) == (SessionState.FINISHED, StopReason.LOCAL)
    assert Transaction.select().count() == 1


async def test_a_stop_that_comes_second_is_billed_as_a_correction(
    at_once: AtOnce, running: Session, bridge: Bridge
) -> None:
    await at_once.overlap(at_once.force(running), at_once.end(running))
    session = only_session()
    assert SessionWarning.CORRECTED_BY_LATE_STOP in bridge.warnings(session)
    owed = sum(each.total_micros for each in Transaction.select())
    assert owed == session.total_micros > 0


async def test_what_has_just_ended_is_not_to_be_stopped(
    at_once: AtOnce, running: Session, bridge: Bridge
) -> None:
    assert running.user
    wants = partial(remote.stop_all, user=running.user)
    await at_once.overlap(at_once.end(running), wants)
    session = only_session()
    assert (session.stop_due_time, session.stop_reason) == (None, StopReason.LOCAL)
