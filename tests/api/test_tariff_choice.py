"""Which tariff somebody would pay at an EVSE, and why."""

from typing import Any

import grpc

from ampline.v1.tariff_group_pb2 import ResolveTariffRequest, ResolveTariffResponse, TariffGroup
from ampline.v1.tariff_pb2 import Tariff
from ampline.v1.user_pb2 import User
from server.domain.access import Role
from server.store.models import Subscription
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import (
    CHARGE_POINTS,
    EVSES,
    LOCATIONS,
    PARTNERS,
    SUBSCRIPTION_PLANS,
    TARIFF_GROUPS,
    TARIFFS,
    USER_GROUPS,
    USERS,
)


async def resolve(client: Client, evse: str, **fields: Any) -> ResolveTariffResponse:
    request = ResolveTariffRequest(evse=evse, **fields)
    answer: ResolveTariffResponse = await client.tariff_groups.ResolveTariff(request)
    return answer


async def group_of(client: Client, *entries: dict[str, Any], **fields: Any) -> TariffGroup:
    group = TariffGroup(display_name="Prices", entries=entries, **fields)  # type: ignore[arg-type]
    made: TariffGroup = await TARIFF_GROUPS.create(client, group)
    return made


async def test_the_nearest_group_gives_it(client: Client) -> None:
    evse = (await EVSES.make(client)).name
    assert await resolve(client, evse) == ResolveTariffResponse(
        reason="no tariff group: none on the way up, and no default"
    )
    tariff = (await TARIFFS.make(client)).name
    point = await CHARGE_POINTS.get(client, evse.partition("/evses")[0])
    default = await group_of(client, {"tariff": tariff}, operator_default=True)
    assert (await resolve(client, evse)).tariff_group == default.name
    for sample, name in ((LOCATIONS, point.location), (CHARGE_POINTS, point.name), (EVSES, evse)):
        group = await group_of(client, {"tariff": tariff})
        await sample.update(client, sample.message(name=name, tariff_group=group.name))
        found = await resolve(client, evse)
        assert (found.tariff, found.tariff_group) == (tariff, group.name)
        assert found.reason == "the fallback: no later entry matches"


async def test_audiences_decide(api: Api, client: Client) -> None:
    evse = (await EVSES.make(client)).name
    audiences = {
        "user group": {"user_groups": [(await USER_GROUPS.make(client)).name]},
        "partner": {"partners": [(await PARTNERS.make(client)).name]},
        "subscription plan": {"subscription_plans": [(await SUBSCRIPTION_PLANS.make(client)).name]},
        "sort of user": {"sorts": [TariffGroup.Audience.REGISTERED]},
    }
    tariffs = [(await TARIFFS.make(client)).name for _ in range(5)]
    entries = [{"tariff": tariffs[0]}]
    for tariff, audience in zip(tariffs[1:], reversed(audiences.values()), strict=True):
        entries.append({"tariff": tariff, "audience": audience})
    await group_of(client, *entries, operator_default=True)
    user = (await USERS.make(client)).name
    assert (await resolve(client, evse)).tariff == tariffs[0]
    found = await resolve(client, evse, user=user)
    assert (found.tariff, found.entry_index, found.reason) == (
        tariffs[1],
        1,
        "matches sort of user",
    )
    plan = {"plan": audiences["subscription plan"]["subscription_plans"][0], "user": user}
    times = {"start_time": 1, "create_time": 1, "update_time": 1}
    row = Subscription.insert(name="subscriptions/s", state=2, **plan, **times)
    await api.lane.write(lambda unit: unit.execute(row))
    assert (await resolve(client, evse, user=user)).reason == "matches subscription plan"
    partner = audiences["partner"]["partners"][0]
    await USERS.update(client, User(name=user, partner=partner))
    assert (await resolve(client, evse, user=user)).reason == "matches partner"
    groups = audiences["user group"]["user_groups"]
    await USERS.update(client, User(name=user, groups=groups))
    found = await resolve(client, evse, user=user)
    assert (found.tariff, found.entry_index, found.reason) == (tariffs[4], 4, "matches user group")


async def test_what_is_not_valid_then_is_passed_over(client: Client) -> None:
    evse = (await EVSES.make(client)).name
    first, later = [(await TARIFFS.make(client)).name for _ in range(2)]
    await group_of(client, {"tariff": first}, {"tariff": later}, operator_default=True)
    bounds = Tariff(name=later)
    bounds.end_time.seconds = 2_000_000_000
    await TARIFFS.update(client, bounds)
    assert (await resolve(client, evse)).tariff == later
    request = ResolveTariffRequest(evse=evse)
    request.start_time.seconds = 2_000_000_000
    assert (await client.tariff_groups.ResolveTariff(request)).tariff == first
    await TARIFFS.update(client, Tariff(name=first, state=Tariff.DISABLED))
    found = await client.tariff_groups.ResolveTariff(request)
    assert (found.tariff, found.reason) == ("", "no entry's tariff is enabled and valid then")


async def test_who_and_where_must_be_there(api: Api, client: Client) -> None:
    evse = (await EVSES.make(client)).name
    refusal = await refused(resolve(client, evse, user="users/nobody"))
    assert (refusal.reason, list(refusal.fields)) == ("REFERENCE_NOT_FOUND", ["user"])
    assert (await refused(resolve(client, f"{evse}9"))).code is grpc.StatusCode.NOT_FOUND
    partner = api.client(await api.key_of(Role.PARTNER_ADMIN, "partners/p"))
    assert (await refused(resolve(partner, evse))).code is grpc.StatusCode.NOT_FOUND
    await partner.close()
