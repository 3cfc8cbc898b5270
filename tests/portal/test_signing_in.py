"""Who gets in, and who does not."""

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.portal.operator import Operator
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(chromium: Browser, platform: WholePlatform) -> Operator:
    context = await chromium.new_context()
    return Operator(await context.new_page(), platform.url)


async def test_a_wrong_password_gets_nobody_in(stranger: Operator, platform: WholePlatform) -> None:
    await stranger.sign_in(platform.username, "not the password")
    await expect(stranger.page.get_by_role("alert")).to_contain_text("is not right")
    await expect(stranger.page.get_by_label("User name")).to_have_value(platform.username)
    await stranger.page.goto(f"{stranger.url}/users")
    await expect(stranger.page).to_have_url(f"{stranger.url}/sign-in?next=/users")


async def test_one_comes_back_to_where_one_wanted(
    stranger: Operator, platform: WholePlatform
) -> None:
    await stranger.page.goto(f"{stranger.url}/tariffs?text=night")
    await stranger.page.get_by_label("User name").fill(platform.username)
    await stranger.page.get_by_label("Password").fill(platform.password)
    await stranger.press("Sign in")
    await expect(stranger.page).to_have_url(f"{stranger.url}/tariffs?text=night")


async def test_signing_out_ends_it(stranger: Operator, platform: WholePlatform) -> None:
    await stranger.sign_in(platform.username, platform.password)
    await expect(stranger.title).to_have_text("Today")
    kept = await stranger.page.context.cookies()
    await stranger.page.get_by_role("button", name="Sign out").click()
    await expect(stranger.title).to_have_text("Sign in")
    await stranger.page.context.add_cookies(
        [{"name": one["name"], "value": one["value"], "url": stranger.url} for one in kept]
    )
    await stranger.page.goto(f"{stranger.url}/users")
    await expect(stranger.title).to_have_text("Sign in")


async def test_the_cookie_is_out_of_reach_of_scripts(
    stranger: Operator, platform: WholePlatform
) -> None:
    await stranger.page.goto(f"{stranger.url}/sign-in")
    before = {one["name"]: one["value"] for one in await stranger.page.context.cookies()}
    await stranger.sign_in(platform.username, platform.password)
    await expect(stranger.title).to_have_text("Today")
    [cookie] = [one for one in await stranger.page.context.cookies() if one["name"] == "ampline"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert cookie["value"] != before["ampline"]
    assert "ampline=" not in await stranger.page.evaluate("document.cookie")
