"""Who may what in the portal: operators, codes, API keys, and the audit of it all."""

import asyncio
import re

import pyotp
import pytest
from playwright.async_api import Browser, expect

from ampline import Client, Unauthenticated
from ampline.v1.api_key_pb2 import CreateApiKeyRequest
from ampline.v1.location_pb2 import ListLocationsRequest
from ampline.v1.partner_pb2 import CreatePartnerRequest, Partner, UpdatePartnerRequest
from ampline.v1.portal_operator_pb2 import CreatePortalOperatorRequest, PortalOperator
from ampline.v1.sign_in_pb2 import Role
from tests.portal.network import Network, new_id
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible, is_too_wide
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST, SECOND = "the first password", "the second password"


async def is_sound(operator: Operator) -> None:
    for width in (1440, 390):
        await operator.page.set_viewport_size({"width": width, "height": 900})
        assert await is_too_wide(operator.page) == 0
    assert await inaccessible(operator.page) == []
    await operator.page.set_viewport_size({"width": 1440, "height": 900})


async def test_an_operator_is_added_and_sees_what_their_role_allows(
    operator: Operator, chromium: Browser, platform: WholePlatform
) -> None:
    username = new_id("viewer")
    await operator.open("/operators/new")
    await operator.fill(username="has spaces", password=FIRST)
    await operator.press("Create")
    await expect(operator.fault_of("User name (needed)")).to_be_visible()
    await operator.fill(username=username, display_name="<b>Vi</b>", password=FIRST)
    await operator.press("Create")
    await expect(operator.title).to_have_text("<b>Vi</b>")
    await is_sound(operator)

    context = await chromium.new_context()
    viewer = Operator(await context.new_page(), platform.url)
    await viewer.sign_in(username, FIRST)
    rooms = viewer.page.get_by_role("navigation", name="Rooms")
    await expect(rooms.get_by_role("link", name="Charge points")).to_be_visible()
    await expect(rooms.get_by_role("link", name="API keys")).to_have_count(0)
    await viewer.page.goto(f"{viewer.url}/api-keys")
    await expect(viewer.title).to_have_text("Not for you")

    dialog = await operator.start_action("New password")
    await dialog.fill(password="short")
    await dialog.press("Set it")
    await expect(dialog.box.locator(".field-error")).to_be_visible()
    await dialog.fill(password=SECOND)
    await dialog.press("Set it")
    await expect(dialog.answer).to_contain_text("signed out everywhere")
    await dialog.close()
    await viewer.page.goto(f"{viewer.url}/users")
    await expect(viewer.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    await viewer.sign_in(username, SECOND)
    await codes_are_set_up(viewer, username)
    await context.close()

    await operator.page.reload()
    dialog = await operator.start_action("Take codes away")
    await dialog.press("Take away")
    await expect(dialog.answer).to_contain_text("enough")
    await dialog.close()
    await expect(operator.region("What they did last")).to_contain_text("ConfirmTotp")


async def codes_are_set_up(viewer: Operator, username: str) -> None:
    """Switches codes on for oneself, and signs in with one."""
    page = viewer.page
    await viewer.open("/account")
    dialog = await viewer.start_action("Sign in with codes")
    await dialog.fill(password=SECOND)
    async with page.expect_response("**/account/codes*") as told:
        await dialog.press("Go on")
    assert "text/html" in (await (await told.value).all_headers())["content-type"]
    picture = dialog.box.get_by_role("img", name="QR code of the secret")
    await expect(picture).to_be_visible()
    await is_sound(viewer)
    secret = await dialog.box.locator("code").inner_text()
    await dialog.fill(code="000000")
    await dialog.press("Switch it on")
    await expect(dialog.box.locator(".field-error")).to_contain_text("not the code")
    await expect(picture).to_be_visible()
    await dialog.fill(code=pyotp.TOTP(secret).now())
    await dialog.press("Switch it on")
    await expect(page.get_by_text("From now on signing in takes a code.")).to_be_visible()
    dialog = await viewer.start_action("Sign out everywhere")
    await dialog.press("Sign out")
    await expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    await viewer.sign_in(username, SECOND)
    await expect(page.get_by_label("Code")).to_be_visible()


async def test_a_key_tells_its_secret_once_and_is_revoked(
    operator: Operator, platform: WholePlatform
) -> None:
    await operator.open("/api-keys/new")
    await operator.press("Create")
    await expect(operator.fault_of("What it is for (needed)")).to_be_visible()
    await operator.fill(display_name="Billing program", expire_time="2040-01-01T00:00")
    await operator.page.get_by_label("Read sessions").check()
    await operator.page.get_by_label("Read resources").check()
    await operator.press("Create")
    secret = await operator.page.get_by_label("Secret", exact=True).input_value()
    await is_sound(operator)
    with Client(platform.address, secret) as program:
        program.locations.ListLocations(ListLocationsRequest(page_size=1))
    await operator.page.reload()
    await expect(operator.page.get_by_text("It was shown before")).to_be_visible()
    assert secret not in await operator.page.content()
    await operator.page.get_by_role("link", name="To the key").click()
    about = operator.region("About this key")
    await expect(about).to_contain_text("1 Jan 2040")
    await expect(about).to_contain_text("Read sessions")
    await expect(about).to_contain_text("just now")
    assert secret not in await operator.page.content()
    await is_sound(operator)
    dialog = await operator.start_action("Revoke")
    await dialog.press("Revoke")
    await expect(dialog.answer).to_contain_text("worthless")
    await dialog.close()
    with Client(platform.address, secret) as program, pytest.raises(Unauthenticated):
        program.locations.ListLocations(ListLocationsRequest(page_size=1))
    await operator.open("/api-keys")
    row = operator.page.get_by_role("row", name=re.compile("Billing program"))
    await expect(row).to_contain_text("Revoked")


async def test_the_audit_says_who_did_what(operator: Operator, client: Client) -> None:
    made = CreateApiKeyRequest(api_key_id=new_id("key"))
    made.api_key.display_name, made.api_key.role = "To be found", Role.VIEWER
    key = client.api_keys.CreateApiKey(made)
    await operator.open(f"/audit?resource={key.name}")
    row = operator.region("Audit").get_by_role("row").nth(1)
    await expect(row).to_contain_text("CreateApiKey")
    await expect(row).to_contain_text("Done")
    await row.get_by_role("link").first.click()
    await expect(operator.title).to_have_text("CreateApiKey")
    await expect(operator.region("The call")).to_contain_text(key.name)
    await is_sound(operator)
    await operator.open("/audit?result=PERMISSION_DENIED&before=2020-01-01T00:00")
    await expect(operator.page.get_by_text("No call matches these filters")).to_be_visible()


async def test_a_partner_opens_whatever_the_menu_has(
    operator: Operator, chromium: Browser, network: Network
) -> None:
    client = network.client
    hotel = Partner(display_name="Hotel", kind=Partner.SITE_HOST)
    hotel.access.extend([Partner.OWN_CHARGE_POINTS, Partner.SESSIONS])
    hotel = client.partners.CreatePartner(CreatePartnerRequest(partner=hotel))
    charger = network.new_charger(partner=hotel.name, display_name="Of the hotel")
    username = new_id("host")
    host = PortalOperator(username=username, password=FIRST, role=Role.PARTNER_ADMIN)
    host.partner = hotel.name
    client.portal_operators.CreatePortalOperator(CreatePortalOperatorRequest(portal_operator=host))
    context = await chromium.new_context()
    theirs = Operator(await context.new_page(), operator.url)
    await theirs.sign_in(username, FIRST)
    await expect(theirs.title).to_have_text("Today")
    await expect(theirs.page.locator(".who-name")).to_have_text(username)

    # What they may see is less now; the page that they have open knows nothing of that.
    del hotel.access[1:]
    client.partners.UpdatePartner(UpdatePartnerRequest(partner=hotel))
    async with asyncio.timeout(20):  # what a caller may is remembered for seconds
        while await theirs.region("Charging now").count():
            await theirs.open("/")
    await expect(theirs.title).to_have_text("Today")
    rooms = theirs.page.get_by_role("navigation", name="Rooms").get_by_role("link")
    paths = await rooms.evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    assert "/sessions" not in paths
    for path in [*paths, f"/charge-points/{charger.name.partition('/')[2]}"]:
        answer = await theirs.page.goto(theirs.url + path)
        assert answer
        assert answer.status == 200, path
    await expect(theirs.title).to_have_text("Of the hotel")
    assert theirs.complaints == []
    await context.close()
