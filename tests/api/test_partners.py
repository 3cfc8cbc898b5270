"""Partners: whose a resource is, and who is in which group."""

from typing import Any

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1 import partner_pb2, user_group_pb2, user_pb2
from ampline.v1.evse_pb2 import DC
from ampline.v1.session_pb2 import ListSessionsRequest
from server.domain.access import Role
from server.store import models
from server.store.clock import now_us
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import EVSES, PARTNERS, USER_GROUPS, USERS

NOT_FOUND = grpc.StatusCode.NOT_FOUND
WRONG_CONTRACTS: list[tuple[dict[str, Any], list[str]]] = [
    ({"currency": "EUR", "acRevenueSharePercent": {"value": "101"}}, ["ac_revenue_share_percent"]),
    ({"currency": "EUR", "dcRevenueSharePercent": {"value": "much"}}, ["dc_revenue_share_percent"]),
    ({"currency": "EUR", "feePerKwh": {"currencyCode": "USD", "units": "1"}}, ["fee_per_kwh"]),
    ({"currency": "EUR", "feePerMonth": {"currencyCode": "EUR", "units": "-1"}}, ["fee_per_month"]),
    ({"feePerMonth": {"currencyCode": "EUR"}}, ["currency", "fee_per_month"]),
    ({"currency": "EUR", "startDate": {"year": 2026, "month": 2, "day": 30}}, ["start_date"]),
    (
        {
            "currency": "EUR",
            "startDate": {"year": 2026, "month": 2, "day": 1},
            "endDate": {"year": 2026, "month": 2, "day": 1},
        },
        ["end_date"],
    ),
]


@pytest.mark.parametrize(("contract", "faults"), WRONG_CONTRACTS)
async def test_a_contract_that_cannot_be(
    client: Client, contract: dict[str, Any], faults: list[str]
) -> None:
    partner = await PARTNERS.build(client)
    partner.ClearField("contract")
    ParseDict(contract, partner.contract)
    refusal = await refused(PARTNERS.create(client, partner))
    assert sorted(refusal.fields) == [f"partner.contract.{name}" for name in faults]


async def test_a_limit_has_a_currency(client: Client) -> None:
    partner = await PARTNERS.build(client)
    partner.corporate_billing.monthly_limit.currency_code = ""
    refusal = await refused(PARTNERS.create(client, partner))
    assert list(refusal.fields) == ["partner.corporate_billing.monthly_limit"]


async def test_partners_are_found(client: Client) -> None:
    partner = await PARTNERS.build(client)
    partner.display_name, partner.kind = "Fjord Flåte", partner_pb2.Partner.FLEET
    made = await PARTNERS.create(client, partner)
    other = await PARTNERS.make(client)
    by_text = await PARTNERS.list(client, text="FLATE")
    assert [each.name for each in by_text.partners] == [made.name]
    by_kind = await PARTNERS.list(client, kind=partner_pb2.Partner.SITE_HOST)
    assert [each.name for each in by_kind.partners] == [other.name]


async def test_a_partner_sees_itself_and_changes_nothing_of_it(api: Api, client: Client) -> None:
    made, foreign = await PARTNERS.make(client), await PARTNERS.make(client)
    own = api.client(await api.key_of(Role.PARTNER_ADMIN, made.name))
    assert [each.name for each in (await PARTNERS.list(own)).partners] == [made.name]
    assert (await refused(PARTNERS.get(own, foreign.name))).code is NOT_FOUND
    patch = partner_pb2.Partner(name=made.name, display_name="Better")
    refusal = await refused(PARTNERS.update(own, patch))
    assert refusal.code is grpc.StatusCode.PERMISSION_DENIED
    await own.close()


async def test_what_a_partner_makes_is_its_own(api: Api, client: Client) -> None:
    made, foreign = await PARTNERS.make(client), await PARTNERS.make(client)
    own = api.client(await api.key_of(Role.PARTNER_ADMIN, made.name))
    group = await USER_GROUPS.make(own)
    assert group.partner == made.name
    other = await USER_GROUPS.build(client)
    other.partner = foreign.name
    refusal = await refused(USER_GROUPS.create(own, other))
    assert refusal.reason == "REFERENCE_NOT_FOUND"
    assert list(refusal.fields) == ["user_group.partner"]
    patch = user_group_pb2.UserGroup(name=group.name)
    assert (await USER_GROUPS.update(own, patch, "partner")).partner == made.name
    await own.close()


async def test_a_resource_changes_hands(api: Api, client: Client) -> None:
    made = await PARTNERS.make(client)
    own = api.client(await api.key_of(Role.PARTNER_VIEWER, made.name))
    group = await USER_GROUPS.make(client)
    assert (await refused(USER_GROUPS.get(own, group.name))).code is NOT_FOUND
    patch = user_group_pb2.UserGroup(name=group.name, partner=made.name)
    await USER_GROUPS.update(client, patch)
    assert (await USER_GROUPS.get(own, group.name)).partner == made.name
    assert [each.name for each in (await USER_GROUPS.list(client, partner=made.name)).user_groups]
    await USER_GROUPS.update(client, user_group_pb2.UserGroup(name=group.name), "partner")
    assert (await refused(USER_GROUPS.get(own, group.name))).code is NOT_FOUND
    await own.close()


async def test_a_partner_that_has_something_stays(client: Client) -> None:
    made = await PARTNERS.make(client)
    user = await USERS.build(client)
    user.partner = made.name
    user = await USERS.create(client, user)
    refusal = await refused(PARTNERS.delete(client, made.name))
    assert (refusal.reason, refusal.metadata["referrers"]) == ("RESOURCE_IN_USE", user.name)
    await USERS.update(client, user_pb2.User(name=user.name), "partner")
    await PARTNERS.delete(client, made.name)


async def test_a_partner_that_is_none(client: Client) -> None:
    user = await USERS.build(client)
    user.partner = "partners/nobody"
    refusal = await refused(USERS.create(client, user))
    assert (refusal.reason, list(refusal.fields)) == ("REFERENCE_NOT_FOUND", ["user.partner"])
    assert refusal.metadata["value"] == "partners/nobody"


async def test_users_are_found_by_their_group(client: Client) -> None:
    user, other = await USERS.make(client), await USERS.make(client)
    (group,) = user.groups
    assert [each.name for each in (await USERS.list(client, group=group)).users] == [user.name]
    refusal = await refused(USER_GROUPS.delete(client, group))
    assert refusal.metadata["referrers"] == user.name
    moved = user_pb2.User(name=user.name, groups=other.groups)
    await USERS.update(client, moved)
    await USER_GROUPS.delete(client, group)
    found = await USERS.list(client, group=other.groups[0])
    assert {each.name for each in found.users} == {user.name, other.name}


async def test_a_deleted_user_is_in_no_group(client: Client) -> None:
    user = await USERS.make(client)
    await USERS.delete(client, user.name)
    assert not (await USERS.list(client, group=user.groups[0])).users
    await USER_GROUPS.delete(client, user.groups[0])


async def earn(api: Api, partner: str, number: int, **columns: Any) -> None:
    """A session of the partner's that ended now and was billed: 12.10 with tax, 10 without."""
    row: dict[str, Any] = {
        "name": f"sessions/{number}",
        "partner": partner,
        "charge_point": "chargePoints/1",
    }
    row |= {"state": 4, "start_time": 1, "stop_time": now_us(), "billing_state": 2}
    row |= {"currency": "EUR", "net_micros": 10_000_000, "total_micros": 12_100_000}
    row |= {"energy_wh": 20_000, "create_time": 1, "update_time": 1, **columns}
    await api.lane.write(lambda unit: unit.execute(models.Session.insert(row)))


async def test_a_month_is_shared_as_the_contract_says(api: Api, client: Client) -> None:
    partner = await PARTNERS.build(client)
    partner.contract.dc_revenue_share_percent.value = "40"
    partner.contract.fee_per_month.currency_code, partner.contract.fee_per_month.units = "EUR", 2
    made = await PARTNERS.create(client, partner)
    dc = await EVSES.build(client)
    dc.current_type = DC
    dc_evse = (await EVSES.create(client, dc)).name
    for number, evse in enumerate((None, "chargePoints/1/evses/1", dc_evse)):
        await earn(api, made.name, number, evse=evse)
    await earn(api, made.name, 3, stop_time=1)  # long ago
    await earn(api, made.name, 4, billing_state=3)  # held
    await earn(api, made.name, 5, currency="SEK", net_micros=50_000_000)
    await earn(api, (await PARTNERS.make(client)).name, 6)
    euros, kronor = (await PARTNERS.get(client, made.name)).month_figures
    assert (euros.session_count, euros.energy_wh, euros.month.day) == (3, 60_000, 1)
    assert (euros.revenue.units, euros.revenue.currency_code) == (30, "EUR")
    # 60 % of 20 and 40 % of 10, without 0.25 a session and 2 a month
    assert (euros.partner_share.units, euros.partner_share.nanos) == (13, 250_000_000)
    assert (euros.operator_share.units, euros.operator_share.nanos) == (16, 750_000_000)
    assert (kronor.revenue.units, kronor.partner_share.units) == (50, 0)
    assert kronor.operator_share == kronor.revenue
    (listed,) = [each for each in (await PARTNERS.list(client)).partners if each.name == made.name]
    assert list(listed.month_figures) == [euros, kronor]


async def test_figures_of_a_month_are_no_change_of_the_partner(api: Api, client: Client) -> None:
    made = await PARTNERS.make(client)
    await earn(api, made.name, 1)
    found = await PARTNERS.get(client, made.name)
    assert found.month_figures[0].revenue.units == 10
    assert (found.etag, found.update_time) == (made.etag, made.update_time)
    patch = partner_pb2.Partner(name=made.name, legal_name="X", etag=made.etag)
    assert (await PARTNERS.update(client, patch)).month_figures == found.month_figures


async def test_sessions_keep_their_partner(api: Api, client: Client) -> None:
    made, other = await PARTNERS.make(client), await PARTNERS.make(client)
    await earn(api, made.name, 1)
    await earn(api, other.name, 2)
    page = await client.sessions.ListSessions(ListSessionsRequest(partner=made.name))
    assert [(each.name, each.partner) for each in page.sessions] == [("sessions/1", made.name)]
    refusal = await refused(PARTNERS.delete(client, made.name))
    assert refusal.metadata["referrers"] == "sessions/1"
