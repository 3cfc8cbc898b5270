"""The start reasons, as a charger hears them."""

from typing import Any

import pytest

from ampline.v1 import location_pb2, tariff_pb2, user_pb2
from server.domain.authorization import AuthorizationStatus
from server.store.models import (
    ChargePoint,
    IdTag,
    Location,
    Tariff,
    User,
)
from tests.work.bridge import Bridge, ended, started
from tests.work.network import (
    Write,
    add_tariff,
)


def test_a_known_card_may_charge_whatever_its_case(bridge: Bridge) -> None:
    assert bridge.authorize("aaaa").status is AuthorizationStatus.ACCEPTED


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        (IdTag.update(state=2), AuthorizationStatus.BLOCKED, "ID_TAG_DISABLED"),
        (IdTag.update(expire_time=1), AuthorizationStatus.EXPIRED, "ID_TAG_EXPIRED"),
        (IdTag.update(user=None), AuthorizationStatus.INVALID, "ID_TAG_NOT_ASSIGNED"),
        (User.update(state=2), AuthorizationStatus.BLOCKED, "USER_DISABLED"),
        (User.update(balance_micros=0), AuthorizationStatus.BLOCKED, "INSUFFICIENT_BALANCE"),
        (
            User.update(balance_micros=-1_000_000),
            AuthorizationStatus.BLOCKED,
            "PREVIOUS_SESSION_UNPAID",
        ),
        (User.update(currency="GBP"), AuthorizationStatus.BLOCKED, "CURRENCY_MISMATCH"),
        (
            User.update(payment_preference=2),
            AuthorizationStatus.BLOCKED,
            "SUBSCRIPTION_REQUIRED",
        ),
        (ChargePoint.update(state=3), AuthorizationStatus.BLOCKED, "EVSE_UNAVAILABLE"),
        (ChargePoint.update(tariff_group=None), AuthorizationStatus.BLOCKED, "NO_TARIFF"),
        (ChargePoint.update(kind=3), AuthorizationStatus.BLOCKED, "ACCESS_RESTRICTED"),
        (
            ChargePoint.update(kind=2, partner="partners/p"),
            AuthorizationStatus.BLOCKED,
            "ACCESS_RESTRICTED",
        ),
    ],
)
def test_it_is_refused_for_a_reason(
    bridge: Bridge,
    write: Write,
    change: Any,
    status: AuthorizationStatus,
    reason: str,
) -> None:
    write(lambda unit: unit.execute(change))
    answer = bridge.authorize("AAAA")
    assert answer.status is status
    assert answer.reason
    assert answer.reason.value == reason


def test_an_unknown_card_is_invalid(bridge: Bridge) -> None:
    assert bridge.authorize("NOBODY").status is AuthorizationStatus.INVALID


def test_a_card_that_charges_elsewhere_is_busy(bridge: Bridge) -> None:
    bridge.start(started(10))
    assert bridge.authorize("AAAA").accepted  # here it may want to stop
    assert (
        bridge.start(started(5, evse=2)).authorization.status is AuthorizationStatus.CONCURRENT_TX
    )
    assert bridge.start(started(5, evse=2, token="BBBB")).authorization.accepted


def test_a_tariff_that_follows_a_rate_needs_one(bridge: Bridge, write: Write) -> None:
    write(lambda unit: unit.execute(Tariff.delete()))
    follows = tariff_pb2.Tariff.Element(
        dimension=tariff_pb2.Tariff.ENERGY, electricity_rate=tariff_pb2.Tariff.RatePrice()
    )
    add_tariff(
        tariff_pb2.Tariff(
            name="tariffs/standard", display_name="Spot", currency="EUR", elements=[follows]
        )
    )
    reason = bridge.authorize("AAAA").reason
    assert reason is not None
    assert reason.value == "NO_TARIFF"


def test_a_private_charger_is_there_for_the_users_of_its_operator(
    bridge: Bridge, write: Write
) -> None:
    write(lambda unit: unit.execute(ChargePoint.update(kind=2)))
    assert bridge.authorize("AAAA").status is AuthorizationStatus.ACCEPTED
    write(lambda unit: unit.execute(ChargePoint.update(partner="partners/p")))
    write(lambda unit: unit.execute(User.update(partner="partners/p")))
    assert bridge.authorize("AAAA").status is AuthorizationStatus.ACCEPTED


def test_a_place_that_is_closed_is_open_to_groups_that_are_exempt(
    bridge: Bridge, write: Write
) -> None:
    place = location_pb2.Location()
    place.opening_hours.exempt_user_groups.append("userGroups/staff")
    hours = place.SerializeToString()  # no day has an interval: closed all week
    write(lambda unit: unit.execute(Location.update(opening_hours=hours)))
    answer = bridge.authorize("AAAA")
    assert answer.reason is not None
    assert answer.reason.name == "LOCATION_CLOSED"
    groups = user_pb2.User(groups=["userGroups/guests", "userGroups/staff"]).SerializeToString()
    write(lambda unit: unit.execute(User.update(groups=groups)))
    assert bridge.authorize("AAAA").status is AuthorizationStatus.ACCEPTED


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (User.update(balance_micros=-1_000_000), AuthorizationStatus.ACCEPTED),
        (IdTag.update(state=3), AuthorizationStatus.BLOCKED),
        (IdTag.update(expire_time=1), AuthorizationStatus.EXPIRED),
        (User.update(state=2), AuthorizationStatus.BLOCKED),
    ],
)
def test_whoever_ends_a_session_is_told_of_as_they_stand(
    bridge: Bridge, write: Write, change: Any, status: AuthorizationStatus
) -> None:
    transaction = bridge.start(started()).transaction_id
    write(lambda unit: unit.execute(change))
    for _ in range(2):
        told = bridge.end(ended(transaction, 3000, token="AAAA"))
        assert told is not None
        assert told.status is status
        assert (told.expire_time is None) == (status is not AuthorizationStatus.EXPIRED)
