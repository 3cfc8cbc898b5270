"""Places that are held: whom they let charge, and how they end."""

from typing import Any

import pytest

from ampline.v1.event_pb2 import Event
from ampline.v1.reservation_pb2 import Reservation as Message
from server.domain.authorization import StartReason
from server.domain.errors import RefusedError
from server.domain.facts import EvseStatus, EvseStatusReported
from server.store import models
from server.store.clock import now_us
from server.store.models import Evse, IdTag, Reservation
from server.work.rules import Rules
from server.work.sessions import remote, reservations
from server.work.sessions.reservations import ReservationWanted
from server.work.sessions.session_rows import AuthorizationMethod
from server.work.stations import reports
from tests.work.bridge import Bridge, only_session, started
from tests.work.network import CHARGE_POINT, Write

EVSE = f"{CHARGE_POINT}/evses/1"


@pytest.fixture
def reserve(write: Write, rules: Rules) -> Any:
    """Holds EVSE 1 for Ann's first tag, or as it is asked."""

    def make(**wanted: Any) -> Message:
        asked = ReservationWanted(CHARGE_POINT, **{"evse": 1, "user": "users/ann", **wanted})
        prepared = write(lambda unit: reservations.prepare(unit, rules, asked))
        made: Message = write(lambda unit: reservations.made(unit, prepared))
        return made

    return make


def add_bob(write: Write) -> None:
    """Another user, with a tag."""
    now = {"create_time": 1, "update_time": 1}
    bob = {"name": "users/bob", "currency": "EUR", "balance_micros": 10**8, **now}
    tag = {"name": "idTags/B", "token": "BOB", "token_key": "bob", "user": "users/bob", **now}
    write(lambda unit: unit.execute(models.User.insert(**bob)))
    write(lambda unit: unit.execute(IdTag.insert(**tag)))


def states() -> list[tuple[str, str]]:
    """What was told of reservations: the states, before and after."""
    rows = models.Event.select().where(models.Event.type == "reservation.status_changed")
    told = [Event.FromString(bytes(row.body)).reservation_changed for row in rows]
    name = Message.State.Name
    return [(name(each.old_state), name(each.reservation.state)) for each in told]


def test_a_place_is_held_for_one_and_not_for_others(
    bridge: Bridge, write: Write, reserve: Any
) -> None:
    add_bob(write)
    reservation = reserve()
    assert (reservation.evse, reservation.token, reservation.user) == (EVSE, "AAAA", "users/ann")
    assert Evse.get(Evse.name == EVSE).active_reservation == reservation.name
    refused = bridge.start(started(0, token="BOB"))
    assert refused.authorization.reason is StartReason.EVSE_RESERVED
    assert bridge.start(started(1, token="AAAA")).authorization.accepted
    assert states() == [("STATE_UNSPECIFIED", "ACTIVE"), ("ACTIVE", "DONE")]
    assert Evse.get(Evse.name == EVSE).active_reservation is None
    row = Reservation.get()
    session = models.Session.get(models.Session.name == row.session)
    assert session.authorization_method == AuthorizationMethod.RESERVATION


def test_a_place_that_was_used_is_free(bridge: Bridge, write: Write, reserve: Any) -> None:
    add_bob(write)
    reserve()
    bridge.start(started(2, token="AAAA"))
    assert bridge.start(started(0, token="BOB")).authorization.accepted


def test_a_token_is_made_for_who_has_none(bridge: Bridge, write: Write, reserve: Any) -> None:
    write(lambda unit: unit.execute(IdTag.delete()))
    reservation = reserve()
    assert len(reservation.token) == 20
    assert bridge.authorize(reservation.token).accepted
    assert bridge.start(started(0, token=reservation.token)).authorization.accepted
    assert only_session().user == "users/ann"
    assert not bridge.authorize(reservation.token).accepted


def test_time_ends_it(bridge: Bridge, write: Write, reserve: Any) -> None:
    add_bob(write)
    reserve()
    assert write(reservations.expire) == 0
    write(lambda unit: unit.execute(Reservation.update(expire_time=1)))
    assert bridge.start(started(0, token="BOB")).authorization.accepted
    assert write(reservations.expire) == 1
    assert write(reservations.expire) == 0
    assert states()[-1] == ("ACTIVE", "EXPIRED")


def report_status(write: Write, status: EvseStatus) -> None:
    """The charger tells of EVSE 1."""
    fact = EvseStatusReported(1, 1, status, None)
    write(lambda unit: reports.evse_status(unit, CHARGE_POINT, fact))


def test_the_charger_may_free_it(write: Write, reserve: Any) -> None:
    reserve()
    report_status(write, EvseStatus.RESERVED)
    report_status(write, EvseStatus.AVAILABLE)
    assert states()[-1] == ("ACTIVE", "CANCELED")
    assert Reservation.get().cancel_reason == "freed by the charge point"


def test_a_charger_may_free_what_it_was_asked_to_before_it_answers(
    write: Write, reserve: Any
) -> None:
    name = reserve().name
    report_status(write, EvseStatus.RESERVED)
    write(lambda unit: reservations.cancellation(unit, name, "changed plans"))
    report_status(write, EvseStatus.AVAILABLE)
    assert Reservation.get().cancel_reason == "changed plans"
    answered = write(lambda unit: reservations.cancel(unit, name, "changed plans"))
    assert (answered.state, answered.cancel_reason) == (Message.CANCELED, "changed plans")
    assert states() == [("STATE_UNSPECIFIED", "ACTIVE"), ("ACTIVE", "CANCELED")]


def test_what_a_charger_frees_after_it_refused_to_it_frees_by_itself(
    write: Write, reserve: Any
) -> None:
    name = reserve().name
    report_status(write, EvseStatus.RESERVED)
    write(lambda unit: reservations.cancellation(unit, name, "changed plans"))
    write(lambda unit: reservations.refused(unit, name))
    report_status(write, EvseStatus.AVAILABLE)
    assert Reservation.get().cancel_reason == "freed by the charge point"


def test_a_charger_whose_clock_is_ahead_lets_it_expire(write: Write, reserve: Any) -> None:
    reserve(expire_time=now_us() + 30_000_000)
    report_status(write, EvseStatus.RESERVED)
    report_status(write, EvseStatus.AVAILABLE)
    assert states()[-1] == ("ACTIVE", "EXPIRED")
    assert Reservation.get().cancel_reason is None


def test_one_that_is_over_cannot_be_canceled(write: Write, reserve: Any) -> None:
    name = reserve().name
    charge_point, command = write(lambda unit: reservations.cancellation(unit, name, ""))
    assert (charge_point, command.number) == (CHARGE_POINT, Reservation.get().ocpp_reservation_id)
    canceled = write(lambda unit: reservations.cancel(unit, name, "changed plans"))
    assert (canceled.state, canceled.cancel_reason) == (Message.CANCELED, "changed plans")
    with pytest.raises(RefusedError) as caught:
        write(lambda unit: reservations.cancellation(unit, name, ""))
    assert (caught.value.reason, caught.value.metadata) == (
        "RESERVATION_NOT_ACTIVE",
        {"state": "CANCELED"},
    )


def test_a_place_that_somebody_has_is_not_given_again(
    write: Write, rules: Rules, reserve: Any
) -> None:
    add_bob(write)
    reserve()
    with pytest.raises(RefusedError) as caught:
        reserve(user="users/bob")
    assert caught.value.reason == "EVSE_RESERVED"
    wanted = remote.StartWanted(CHARGE_POINT, evse=1, user="users/bob")
    with pytest.raises(RefusedError) as caught:
        write(lambda unit: remote.prepare_start(unit, rules, wanted))
    assert caught.value.reason == "EVSE_RESERVED"
    assert reserve(evse=2, user="users/bob").evse == f"{CHARGE_POINT}/evses/2"


def test_some_evses_cannot_be_reserved(write: Write, reserve: Any) -> None:
    write(lambda unit: unit.execute(Evse.update(allows_reservation=False)))
    with pytest.raises(RefusedError) as caught:
        reserve()
    assert caught.value.reason == "RESERVATION_NOT_ALLOWED"
    assert reserve(evse=0).evse == ""


def test_a_time_that_is_over_is_named(reserve: Any) -> None:
    with pytest.raises(RefusedError) as caught:
        reserve(expire_time=1)
    assert set(caught.value.violations) == {"expire_time"}
