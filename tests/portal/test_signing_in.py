"""Who gets in, and who does not."""

import time
from uuid import uuid4

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from ampline import Client
from ampline.v1.portal_operator_pb2 import CreatePortalOperatorRequest, PortalOperator
from ampline.v1.sign_in_pb2 import VIEWER, ConfirmTotpRequest, EnrolTotpRequest, SignInRequest
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


async def test_a_code_besides_the_password(stranger: Operator, platform: WholePlatform) -> None:
    username, password = f"coder{uuid4().hex[:8]}", "a password with a code"
    codes = pyotp.TOTP(enrolled(platform, username, password))
    await stranger.sign_in(username, password)
    await expect(stranger.page.get_by_role("alert")).to_contain_text("the code")
    await stranger.page.get_by_label("Password").fill(password)
    await stranger.page.get_by_label("Code").fill(codes.now())
    await stranger.press("Sign in")
    await expect(stranger.title).to_have_text("Today")


def enrolled(platform: WholePlatform, username: str, password: str) -> str:
    """Makes an operator who signs in with codes; returns the secret of these."""
    with Client(platform.address, platform.key) as administrator:
        operator = PortalOperator(username=username, role=VIEWER, password=password)
        administrator.portal_operators.CreatePortalOperator(
            CreatePortalOperatorRequest(portal_operator=operator)
        )
        asked = SignInRequest(username=username, password=password)
        token = administrator.sign_in.SignIn(asked).token
    with Client(platform.address, token) as they:
        secret = str(they.sign_in.EnrolTotp(EnrolTotpRequest(password=password)).totp_secret)
        code = pyotp.TOTP(secret).at(int(time.time()) - 30)
        they.sign_in.ConfirmTotp(ConfirmTotpRequest(code=code))
    return secret
