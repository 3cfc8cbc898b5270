"""Places that are held, groups of users, who pays what, and what vendors' codes mean."""

import json
import re

import pytest
from ocpp.v16.enums import ChargePointErrorCode
from playwright.async_api import expect

from ampline.v1.evse_pb2 import CreateEvseRequest, Evse
from ampline.v1.id_tag_pb2 import CreateIdTagRequest, IdTag
from ampline.v1.reservation_pb2 import ListReservationsRequest, Reservation
from ampline.v1.tariff_group_pb2 import GetTariffGroupRequest
from ampline.v1.user_pb2 import GetUserRequest
from clients.charger.connector import Fault
from tests.portal.network import Network, connected, made_user, new_id
from tests.portal.operator import Operator
from tests.portal.soundness import must_be_sound
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_place_is_held_and_given_up(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    client, user = network.client, made_user(network.client)
    charger = network.new_charger(display_name="To be held")
    evse = Evse(allows_reservation=True)
    client.evses.CreateEvse(CreateEvseRequest(parent=charger.name, evse=evse, evse_id="1"))
    tag = IdTag(token=new_id("card").upper(), user=user.name)
    client.id_tags.CreateIdTag(CreateIdTagRequest(id_tag=tag))
    async with connected(platform.charger_url, charger):
        await operator.open(f"/charge-points/{charger.name.split('/')[1]}")
        dialog = await operator.start_action("Reserve EVSE 1")
        await dialog.fill(user=user.name, how_long="soon")
        await dialog.press("Reserve")
        await expect(dialog.box.locator(".field-error")).to_have_text("A number, please.")
        await dialog.fill(how_long="45")
        await dialog.press("Reserve")
        await expect(dialog.answer).to_have_text(
            re.compile(r"^The charger accepted. It is held until \d+ \w+, \d+:\d+ \w+.$")
        )
        await dialog.close()
        held = operator.evse(1).get_by_role("link", name="Held for Grace Hopper")
        await held.click()
        await expect(operator.title).to_have_text("Reservation for Grace Hopper")
        await must_be_sound(operator)
        await operator.open(f"/reservations?user={user.name}")
        dialog = await operator.start_action("Give up the place of Grace Hopper")
        await dialog.fill(reason="Took the train")
        await dialog.press("Give it up")
        await expect(dialog.answer).to_contain_text("It is given up")
        await dialog.close()
        await expect(operator.region("Reservations")).to_contain_text("Given up")
    asked = ListReservationsRequest(user=user.name)
    (kept,) = client.reservations.ListReservations(asked).reservations
    assert kept.state == Reservation.CANCELED


async def test_members_of_a_group_pay_their_own_tariff(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    page, client = operator.page, network.client
    await operator.open("/user-groups/new")
    await operator.fill(display_name="Neighbours", description="Of the quay")
    await operator.press("Create")
    await expect(operator.title).to_have_text("Neighbours")
    group = f"userGroups/{page.url.rpartition('/')[2]}"
    user = made_user(client)
    await operator.open(f"/{user.name}/edit")
    await operator.field("User groups").fill(group)
    await operator.press("Save changes")
    await expect(operator.region("About")).to_contain_text("Neighbours")
    assert [*client.users.GetUser(GetUserRequest(name=user.name)).groups] == [group]
    async with page.expect_download() as download:
        await page.get_by_role("link", name="All that is kept of them").click()
    exported = json.loads((await (await download.value).path()).read_text())
    assert exported["user"]["email"] == user.email
    await operator.open(f"/user-groups/{group.partition('/')[2]}")
    await expect(operator.region("Members")).to_contain_text("Grace Hopper")
    await must_be_sound(operator)
    await operator.open("/tariff-groups/new")
    await operator.fill(display_name="For the quay")
    await page.locator('[name="entries[0].tariff"]').fill(network.tariff.name)
    await operator.press("Add a tariff")
    second = page.get_by_role("group", name="Entry 2")
    await second.get_by_label("Tariff").fill(network.tariff.name)
    await second.get_by_label("For members of", exact=True).fill(group)
    await operator.press("Create")
    await expect(operator.region("Tariffs, in order")).to_contain_text("Members of: Neighbours")
    made = f"tariffGroups/{page.url.rpartition('/')[2]}"
    kept = client.tariff_groups.GetTariffGroup(GetTariffGroupRequest(name=made))
    assert [*kept.entries[1].audience.user_groups] == [group]
    await must_be_sound(operator)
    charger = network.new_charger(display_name="At the quay", tariff_group=made)
    client.evses.CreateEvse(CreateEvseRequest(parent=charger.name, evse=Evse(), evse_id="1"))
    await operator.open(f"/tariff-groups/who-pays-what?user={user.name}")
    await operator.fill(charge_point=charger.name)
    await operator.press("Tell me")
    answer = operator.page.get_by_role("listitem").filter(has_text="This one")
    await expect(answer).to_contain_text("Members of: Neighbours")
    await must_be_sound(operator)


async def test_a_vendors_code_is_put_into_words(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    page = operator.page
    charger = network.new_charger(display_name="With a fault")
    vendor = new_id("Vendor")
    async with connected(platform.charger_url, charger) as station:
        told = Fault(ChargePointErrorCode.other_error, "stuck", vendor, "E-117")
        await station.fail(1, told)
        await operator.open(f"/charge-points/{charger.name.split('/')[1]}")
        await page.get_by_role("link", name="Say what the vendor's code E-117 means").click()
        await expect(page.locator("#vendor_id")).to_have_value(vendor)
        await expect(page.locator("#error_code")).to_have_value("E-117")
        await operator.fill(title="Contactor is stuck", customer_action="Use another charger.")
        await operator.press("Create")
        await expect(page.get_by_text("Created.")).to_be_visible()
        await operator.open(f"/charge-points/{charger.name.split('/')[1]}")
        await expect(operator.evse(1)).to_contain_text("Contactor is stuck")
        await expect(operator.evse(1)).to_contain_text("Drivers are told: Use another charger.")
    await operator.open("/vendor-error-codes?text=contactor")
    await expect(operator.region("Vendor error codes")).to_contain_text("E-117")
    assert operator.complaints == []
