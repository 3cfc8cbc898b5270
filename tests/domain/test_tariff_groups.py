"""Who pays which tariff."""

from datetime import date
from typing import Any

import pytest

from server.domain.tariff_groups import (
    Audience,
    GroupEntry,
    ResolutionContext,
    UserSort,
    resolve,
)
from tests.domain.pricing_terms import MONDAY

FALLBACK = GroupEntry("standard")


def who(**known: Any) -> ResolutionContext:
    return ResolutionContext(MONDAY, **known)


STAFF = who(user_groups=frozenset({"staff", "fleet"}))
GUEST = who(sorts=frozenset({UserSort.AD_HOC}))
OWNER = who(sorts=frozenset({UserSort.REGISTERED, UserSort.OWNER}))
SUBSCRIBER = who(partner="city", subscription_plans=frozenset({"gold"}))


def audience(**kinds: Any) -> Audience:
    sets: dict[str, Any] = {kind: frozenset(values) for kind, values in kinds.items()}
    return Audience(**sets)


@pytest.mark.parametrize(
    ("whom", "context", "tariff"),
    [
        (audience(user_groups={"staff", "board"}), STAFF, "special"),
        (audience(user_groups={"board"}), STAFF, "standard"),
        (audience(sorts={UserSort.AD_HOC, UserSort.ROAMING}), GUEST, "special"),
        (audience(sorts={UserSort.OWNER}), OWNER, "special"),
        (audience(sorts={UserSort.OWNER}), GUEST, "standard"),
        (audience(partners={"city"}), SUBSCRIBER, "special"),
        (audience(partners={"city"}), STAFF, "standard"),
        (audience(partners={"city"}, subscription_plans={"gold"}), SUBSCRIBER, "special"),
        (audience(partners={"city"}, subscription_plans={"silver"}), SUBSCRIBER, "standard"),
        (Audience(start_date=date(2025, 3, 10)), GUEST, "special"),
        (Audience(start_date=date(2025, 3, 11)), GUEST, "standard"),
        (Audience(end_date=date(2025, 3, 10)), GUEST, "standard"),
        (Audience(), GUEST, "special"),
    ],
)
def test_kinds_combine_with_and_and_values_with_or(
    whom: Audience, context: ResolutionContext, tariff: str
) -> None:
    resolution = resolve([FALLBACK, GroupEntry("special", whom)], context)
    assert resolution is not None
    assert resolution.tariff_id == tariff


def test_the_last_that_matches_wins() -> None:
    staff = audience(user_groups={"staff"})
    entries = [
        FALLBACK,
        GroupEntry("a", staff),
        GroupEntry("b", staff),
        GroupEntry("c", audience(sorts={UserSort.AD_HOC})),
    ]
    resolution = resolve(entries, STAFF)
    assert resolution is not None
    assert (resolution.tariff_id, resolution.entry_index) == ("b", 2)
    assert resolution.reason == "matches user group"


def test_the_first_is_for_everyone_whatever_its_audience_says() -> None:
    resolution = resolve([GroupEntry("only", audience(partners={"city"}))], GUEST)
    assert resolution is not None
    assert resolution.tariff_id == "only"
    assert "fallback" in resolution.reason


def test_without_entries_there_is_no_tariff() -> None:
    assert resolve([], GUEST) is None


def test_a_fallback_that_cannot_be_used_is_not_replaced_by_what_is_for_others() -> None:
    entries = [FALLBACK, GroupEntry("special", audience(partners={"city"}))]
    usable = {"special"}.__contains__
    assert resolve(entries, GUEST, usable) is None
    assert resolve(entries, GUEST) is not None


def test_an_entry_that_cannot_be_used_is_passed_over_where_it_stands() -> None:
    everyone = GroupEntry("later")
    found = resolve([FALLBACK, everyone, GroupEntry("gone")], GUEST, {"later"}.__contains__)
    assert found is not None
    assert (found.tariff_id, found.entry_index) == ("later", 1)
