"""Who may do what: roles, restrictions of keys, what partners are granted."""

import pytest

from server.domain.access import (
    PARTNER_ROLES,
    PERMISSIONS,
    READING,
    Caller,
    PartnerAccess,
    Permission,
    Role,
    permissions_of,
)

EVERYBODYS = {Permission.ANYONE, Permission.KNOWN_CALLER}


def test_the_administrator_may_all_and_nobody_else_administers() -> None:
    assert PERMISSIONS[Role.ADMIN] == set(Permission)
    holders = {role for role in Role if Permission.ADMINISTER in PERMISSIONS[role]}
    assert holders == {Role.ADMIN}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER_VIEWER])
def test_viewers_read_and_no_more(role: Role) -> None:
    assert PERMISSIONS[role] == READING | EVERYBODYS


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (Role.OPERATOR, Permission.MANAGE_CHARGE_POINTS, Permission.ADMINISTER),
        (Role.SUPPORT, Permission.RESET, Permission.WRITE),
        (Role.SUPPORT, Permission.CONTROL, Permission.MONEY),
        (Role.FINANCE, Permission.MONEY, Permission.CONTROL),
        (Role.FINANCE, Permission.SET_PRICES, Permission.WRITE),
        (Role.PARTNER_ADMIN, Permission.CONTROL, Permission.MONEY),
        (Role.SERVICE, Permission.CONTROL, Permission.ADMINISTER),
    ],
)
def test_what_the_roles_are_for(role: Role, may: Permission, may_not: Permission) -> None:
    assert may in PERMISSIONS[role]
    assert may_not not in PERMISSIONS[role]


def test_a_key_may_be_restricted_and_gains_nothing_by_it() -> None:
    held = permissions_of(Role.VIEWER, [Permission.READ, Permission.MONEY])
    assert held == EVERYBODYS | {Permission.READ}
    assert permissions_of(Role.VIEWER, []) == PERMISSIONS[Role.VIEWER]


def test_a_partner_that_is_granted_nothing() -> None:
    held = permissions_of(Role.PARTNER_ADMIN, (), ())
    assert held == EVERYBODYS | {Permission.READ, Permission.WRITE}
    assert permissions_of(Role.PARTNER_VIEWER, (), ()) == EVERYBODYS | {Permission.READ}


@pytest.mark.parametrize(
    ("access", "given"),
    [
        (
            PartnerAccess.OWN_CHARGE_POINTS,
            {Permission.READ_CHARGE_POINTS, Permission.MANAGE_CHARGE_POINTS},
        ),
        (PartnerAccess.SESSIONS, {Permission.READ_SESSIONS}),
        (PartnerAccess.REMOTE_CONTROL, {Permission.CONTROL}),
        (PartnerAccess.RESET, {Permission.RESET}),
        (PartnerAccess.RESERVATIONS, {Permission.RESERVE}),
        (PartnerAccess.TARIFFS, {Permission.READ_PRICES, Permission.SET_PRICES}),
    ],
)
def test_what_a_partner_is_granted(access: PartnerAccess, given: set[Permission]) -> None:
    without = permissions_of(Role.PARTNER_ADMIN, (), ())
    assert permissions_of(Role.PARTNER_ADMIN, (), [access]) - without == given
    viewer = permissions_of(Role.PARTNER_VIEWER, (), [access])
    assert viewer <= PERMISSIONS[Role.PARTNER_VIEWER]  # a grant makes nobody more than the role


@pytest.mark.parametrize("role", sorted(PARTNER_ROLES))
def test_a_partner_that_is_granted_all_has_what_the_role_has(role: Role) -> None:
    assert permissions_of(role, (), list(PartnerAccess)) == PERMISSIONS[role]


def test_a_stranger_may_what_anybody_may() -> None:
    stranger = Caller("", "", None)
    assert [each for each in Permission if stranger.may(each)] == [Permission.ANYONE]
