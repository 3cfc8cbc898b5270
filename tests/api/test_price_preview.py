"""What a session would cost at an EVSE: by the tariff that its start would get."""

from typing import Any

from google.protobuf.json_format import ParseDict

from ampline.v1.evse_pb2 import DC, Evse
from ampline.v1.location_pb2 import Location
from ampline.v1.price_preview_pb2 import PreviewPriceRequest, PreviewPriceResponse
from ampline.v1.tariff_group_pb2 import TariffGroup
from ampline.v1.tariff_pb2 import Tariff
from ampline.v1.user_pb2 import User
from server.domain.access import Role
from server.store import models
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import (
    CHARGE_POINTS,
    EVSES,
    LOCATIONS,
    SUBSCRIPTION_PLANS,
    TARIFF_GROUPS,
    TARIFFS,
    USER_GROUPS,
    USERS,
)

HALF = {"currencyCode": "EUR", "nanos": 500_000_000}
TENTH = {"currencyCode": "EUR", "nanos": 100_000_000}
SESSION = {
    "startTime": "2026-06-01T20:30:00Z",  # 22:30 in Amsterdam
    "stretches": [{"duration": "3600s", "energyWh": "10000"}],
}


async def previewed(client: Client, evse: str, **fields: Any) -> PreviewPriceResponse:
    request = ParseDict({**SESSION, "evse": evse, **fields}, PreviewPriceRequest())
    answer: PreviewPriceResponse = await client.price_preview.PreviewPrice(request)
    return answer


async def tariff_of(client: Client, *elements: dict[str, Any], **fields: Any) -> str:
    told = {"displayName": "T", "currency": "EUR", "elements": elements, **fields}
    made = await TARIFFS.create(client, ParseDict(told, Tariff()))
    return str(made.name)


async def group_of(client: Client, *entries: dict[str, Any]) -> str:
    told = {"displayName": "G", "entries": entries, "operatorDefault": True}
    made = await TARIFF_GROUPS.create(client, ParseDict(told, TariffGroup()))
    return str(made.name)


async def test_it_is_priced_as_a_session_there_would_be(api: Api, client: Client) -> None:
    """By the location's clock, the EVSE's current, who charges, and what they have left."""
    evse = (await EVSES.make(client)).name
    point = await CHARGE_POINTS.get(client, evse.partition("/evses")[0])
    zone = Location(name=point.location, time_zone="Europe/Amsterdam")
    await LOCATIONS.update(client, zone)
    night = {"startTime": {"hours": 22}, "endTime": {"hours": 6}}
    everyone = await tariff_of(
        client,
        {"dimension": "ENERGY", "unitPrice": TENTH, "restrictions": night},
        {"dimension": "ENERGY", "unitPrice": HALF},
        {"dimension": "RESERVATION_TIME", "unitPrice": TENTH},
    )
    quick = {"currentType": "DC"}
    theirs = await tariff_of(
        client, {"dimension": "ENERGY", "unitPrice": HALF, "restrictions": quick}
    )
    friends = (await USER_GROUPS.make(client)).name
    audience = {"userGroups": [friends]}
    group = await group_of(client, {"tariff": everyone}, {"tariff": theirs, "audience": audience})

    anybody = await previewed(client, evse, reserved="600s")
    assert (anybody.tariff, anybody.tariff_group, anybody.entry_index) == (everyone, group, 0)
    assert anybody.reason == "the fallback: no later entry matches"
    assert [line.net.units for line in anybody.price.lines] == [1, 1]
    abroad = await previewed(client, evse, timeZone="UTC")
    assert abroad.price.net.units == 5

    user = (await USERS.make(client)).name
    await USERS.update(client, User(name=user, groups=[friends]))
    friend = await previewed(client, evse, user=user)
    assert (friend.tariff, friend.entry_index, friend.reason) == (theirs, 1, "matches user group")
    assert friend.price.net.units == 0
    await EVSES.update(client, Evse(name=evse, current_type=DC))
    assert (await previewed(client, evse, user=user)).price.net.units == 5
    await subscribe(api, client, user)
    covered = (await previewed(client, evse, user=user)).price
    assert (covered.net.units, covered.non_billable_energy_wh) == (2, 6_000)


async def subscribe(api: Api, client: Client, user: str) -> None:
    """With 6 kWh left."""
    plan = (await SUBSCRIPTION_PLANS.make(client)).name
    row = {"name": "subscriptions/s", "state": 2, "plan": plan, "user": user}
    left = {"remaining_energy_wh": 6_000, "start_time": 1, "create_time": 1, "update_time": 1}

    def write(unit: Any) -> None:
        unit.execute(models.Subscription.insert(**row, **left))
        mine = models.User.name == user
        unit.execute(models.User.update(active_subscription=row["name"]).where(mine))

    await api.lane.write(write)


async def test_it_is_refused_where_the_start_would_be(api: Api, client: Client) -> None:
    evse = (await EVSES.make(client)).name
    nothing = await refused(previewed(client, evse))
    assert nothing.reason == "NO_TARIFF"
    assert "no tariff group" in nothing.message
    forbidden = await tariff_of(client, chargingAllowed=False)
    group = await group_of(client, {"tariff": forbidden})
    refusal = await refused(previewed(client, evse))
    assert (refusal.reason, refusal.metadata["tariff"]) == ("CHARGING_NOT_ALLOWED", forbidden)
    following = await tariff_of(client, {"dimension": "ENERGY", "electricityRate": {}})
    entries = [TariffGroup.Entry(tariff=following)]
    await TARIFF_GROUPS.update(client, TariffGroup(name=group, entries=entries))
    refusal = await refused(previewed(client, evse))
    assert refusal.reason == "NO_TARIFF"
    assert "electricity rate" in refusal.message
    nobody = await refused(previewed(client, evse, user="users/none"))
    assert (nobody.reason, list(nobody.fields)) == ("REFERENCE_NOT_FOUND", ["user"])
    nowhere = ParseDict({**SESSION, "tariff": following, "user": "users/u"}, PreviewPriceRequest())
    refusal = await refused(client.price_preview.PreviewPrice(nowhere))
    assert refusal.fields == {"user": "goes with an EVSE"}
    partner = api.client(await api.key_of(Role.PARTNER_ADMIN, "partners/p"))
    assert (await refused(previewed(partner, evse))).reason == "REFERENCE_NOT_FOUND"
    await partner.close()


async def test_it_begins_at_a_time_that_calendars_go_on_from(client: Client) -> None:
    tariff = (await TARIFFS.make(client)).name
    for time in ("0001-01-01T00:00:00Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        told = {**SESSION, "tariff": tariff, "startTime": time, "timeZone": "America/Lima"}
        request = ParseDict(told, PreviewPriceRequest())
        refusal = await refused(client.price_preview.PreviewPrice(request))
        assert list(refusal.fields) == ["start_time"]
