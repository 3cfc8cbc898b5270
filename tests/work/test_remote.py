"""A start from here finds its session again."""

from server.store.models import (
    IdTag,
    Session,
)
from server.work.rules import Rules
from server.work.sessions import expiry, remote
from server.work.sessions.session_rows import (
    SessionState,
)
from tests.work.bridge import Bridge, events, only_session, started
from tests.work.network import (
    CHARGE_POINT,
    Write,
)


def test_the_chargers_start_makes_the_pending_session_active(
    bridge: Bridge, write: Write, rules: Rules
) -> None:
    wanted = remote.StartWanted(CHARGE_POINT, evse=1, user="users/ann")
    prepared = write(lambda unit: remote.prepare_start(unit, rules, wanted))
    assert only_session().state == SessionState.PENDING
    bridge.start(started(0, token=prepared.command.token))
    assert only_session().name == prepared.session
    assert only_session().state == SessionState.ACTIVE
    assert only_session().user == "users/ann"


def test_one_that_never_begins_expires(write: Write, rules: Rules) -> None:
    wanted = remote.StartWanted(CHARGE_POINT, user="users/ann")
    write(lambda unit: remote.prepare_start(unit, rules, wanted))
    write(lambda unit: unit.execute(Session.update(expire_time=1)))
    assert write(lambda unit: expiry.expire_pending(unit, rules)) == 1
    assert only_session().state == SessionState.EXPIRED
    assert events() == ["session.updated", "session.updated"]


def test_a_one_time_token_is_accepted_for_its_session(
    bridge: Bridge, write: Write, rules: Rules
) -> None:
    write(lambda unit: unit.execute(IdTag.delete()))
    wanted = remote.StartWanted(CHARGE_POINT, user="users/ann")
    prepared = write(lambda unit: remote.prepare_start(unit, rules, wanted))
    assert len(prepared.command.token) == 20
    assert bridge.authorize(prepared.command.token).accepted
    assert bridge.start(started(0, token=prepared.command.token)).authorization.accepted
    assert not bridge.authorize(prepared.command.token).accepted
