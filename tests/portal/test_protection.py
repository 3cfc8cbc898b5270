"""What keeps strangers out, also while the server behind the portal is away."""

import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.auth import own_page
from portal.settings import KEPT_IN, Settings, kept_secret

NOBODY_THERE = "127.0.0.1:9"


@pytest.fixture
def app() -> Flask:
    return create_app(Settings(secret="for tests", api_address=NOBODY_THERE))


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def test_every_room_but_the_front_needs_a_sign_in(app: Flask, browser: FlaskClient) -> None:
    opened = {"/sign-in", "/healthy", "/openapi.json", "/docs"}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and str(rule) not in opened:
            answer = browser.get(str(rule))
            assert answer.status_code in {303, 401}, rule
            assert "/sign-in" in answer.headers.get("Location", "/sign-in"), rule


def test_nothing_changes_without_a_form_of_ours(app: Flask, browser: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            address = re.sub(r"<[^>]+>", "x", str(rule))
            assert browser.post(address).status_code == 400, rule
            assert browser.post(address, data={"csrf_token": "guess"}).status_code == 400, rule


def test_browsers_are_told_what_our_pages_never_do(browser: FlaskClient) -> None:
    headers = browser.get("/sign-in").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "SameSite=Lax" in headers["Set-Cookie"]
    assert "HttpOnly" in headers["Set-Cookie"]
    assert "Secure" not in headers["Set-Cookie"]


def test_cookies_of_tls_stay_there(browser: FlaskClient) -> None:
    headers = browser.get("/sign-in", headers={"X-Forwarded-Proto": "https"}).headers
    assert "Secure" in headers["Set-Cookie"]


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", ""]
)
def test_nobody_is_sent_elsewhere(app: Flask, target: str) -> None:
    with app.test_request_context():
        assert own_page(target) == "/"


def test_own_pages_are_reached(app: Flask) -> None:
    with app.test_request_context():
        assert own_page("/users?text=a") == "/users?text=a"


def test_a_server_that_is_away_is_said_to_be(browser: FlaskClient) -> None:
    page = browser.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "username": "ada", "password": "word"}
    answer = browser.post("/sign-in", data=form)
    assert "The platform cannot be reached right now." in answer.text


def test_the_secret_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    made = kept_secret(tmp_path / "data")
    assert kept_secret(tmp_path / "data") == made
    (tmp_path / "data" / KEPT_IN).write_text("")  # as a power cut may leave it
    assert len(kept_secret(tmp_path / "data")) >= 64
    assert len(made) >= 48
    [file] = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_pages_write_no_scripts_of_their_own() -> None:
    for template in Path("portal/templates").rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), template
        assert not re.search(r"\son\w+=|\sstyle=|<style|\|\s*safe\b|hx-on", text), template


def test_pages_load_nothing_of_others_but_the_tiles_that_were_chosen() -> None:
    tiles = "https://{s}.tiles.example/{z}/{x}/{y}.png"
    settings = Settings(secret="for tests", api_address=NOBODY_THERE, map_tiles=tiles)
    for app, pictures in (
        (create_app(settings), "img-src https://*.tiles.example 'self' data:"),
        (create_app(replace(settings, map_tiles="")), "img-src 'self' data:"),
    ):
        policy = app.test_client().get("/sign-in").headers["Content-Security-Policy"]
        assert pictures in policy.split("; ")
