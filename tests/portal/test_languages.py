"""Texts, figures and times in the operator's language."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money
from markupsafe import Markup
from werkzeug.wrappers import Response

from ampline.v1.id_tag_pb2 import IdTag
from portal.app import create_app
from portal.complaints import complaint_words
from portal.formats import kwh, moment, money, percent, span
from portal.forms import Form
from portal.kinds import Money as MoneyField
from portal.language import LANGUAGES, _, lazy, ngettext
from portal.preferences import keep
from portal.settings import Settings
from portal.time_kinds import Minutes, Moment
from portal.views import id_tags
from portal.zones import zoned

CODE = "^[A-Z]{3}$"


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(secret="for tests", api_address="127.0.0.1:9"))


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def language_of(browser: FlaskClient, accepted: str) -> str:
    page = browser.get("/sign-in", headers={"Accept-Language": accepted}).text
    found = re.search(r'<html lang="(\w+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("sv, nl-BE;q=0.8, en;q=0.5", "nl"),
        ("fr-CH", "fr"),
        ("ja", "en"),
    ],
)
def test_the_browser_says_its_language(browser: FlaskClient, accepted: str, language: str) -> None:
    assert language_of(browser, accepted) == language


def test_a_chosen_language_is_kept(browser: FlaskClient) -> None:
    page = browser.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    chosen = {"csrf_token": token[1], "language": "nl", "next": "/sign-in"}
    answer = browser.post("/language", data=chosen)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert language_of(browser, "de") == "nl"
    assert browser.post("/language", data={**chosen, "language": "xx"}).status_code == 303
    assert language_of(browser, "de") == "nl"


def test_texts_keep_their_values_and_their_number(app: Flask) -> None:
    assert _("%(span)s ago", span="3 min") == "3 min ago"
    assert ngettext("%(num)s day", "%(num)s days", 1) == "1 day"
    assert ngettext("%(num)s day", "%(num)s days", 0) == "0 days"


def test_a_lazy_text_is_in_the_language_of_whoever_reads_it(app: Flask) -> None:
    text = lazy("Sign in")
    for code in LANGUAGES:
        with app.test_request_context(headers={"Accept-Language": code}):
            assert str(text) == _("Sign in")


EUROS = Money(currency_code="EUR", units=-1234, nanos=-500_000_000)
TIME = Timestamp(seconds=1_700_000_000)


@pytest.mark.parametrize(
    ("code", "figures"),
    [
        ("en", ["−€1,234.50", "1,235", "45%", "14 Nov 2023, 23:13 CET", "2 days"]),
        ("de", ["−1.234,50 €", "1.235", "45 %", "14. Nov. 2023, 23:13 CET", "2 Tage"]),
        ("nl", ["€ −1.234,50", "1.235", "45%", "14 nov 2023, 23:13 CET", "2 dagen"]),
        ("fr", ["−1 234,50 €", "1 235", "45 %", "14 nov. 2023, 23:13 CET", "2 jours"]),
    ],
)
def test_figures_and_dates_follow_the_language(app: Flask, code: str, figures: list[str]) -> None:
    with app.test_request_context(headers={"Accept-Language": code}):
        written = [
            money(EUROS),
            kwh(1_234_567),
            percent(45),
            Markup(moment(TIME, "Europe/Amsterdam")).striptags(),
            span(200_000),
        ]
    plain = [text.replace("\N{NO-BREAK SPACE}", " ") for text in written]
    assert [text.replace("\N{NARROW NO-BREAK SPACE}", " ") for text in plain] == figures


def test_the_operators_clock_goes_before_the_places_if_they_want(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": "zone=Asia/Dubai"}):
        assert "23:13 CET" in moment(TIME, "Europe/Amsterdam")
        assert "02:13 UTC+04" in moment(TIME)
    with app.test_request_context(headers={"Cookie": "zone=Asia/Dubai; clock=mine"}):
        assert "02:13 UTC+04" in moment(TIME, "Europe/Amsterdam")
    with app.test_request_context(headers={"Cookie": "zone=Mars/Olympus"}):
        assert "22:13 UTC" in moment(TIME)


def test_times_are_typed_at_the_operators_clock_and_the_field_says_so(app: Flask) -> None:
    label = zoned("Expires (%(zone)s)")
    expires = Timestamp(seconds=1_782_900_007)  # 2026-07-01T10:00:07Z
    assert (str(label), Moment().show(expires)) == ("Expires (UTC)", "2026-07-01T10:00")
    with app.test_request_context(headers={"Cookie": "zone=Europe/Amsterdam"}):
        assert str(label) == "Expires (Europe/Amsterdam)"
        assert Moment().show(expires) == "2026-07-01T12:00"
        assert Moment().read("2026-07-01T12:00").seconds == expires.seconds - 7
        with pytest.raises(ValueError, match="A date, please"):
            Moment().read("0001-01-01T00:00")
    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert str(label) == "Läuft ab (UTC)"


def test_the_end_of_the_calendar_is_told_everywhere(app: Flask) -> None:
    last = Timestamp(seconds=253_402_300_799)  # 9999-12-31T23:59:59Z
    with app.test_request_context(headers={"Cookie": "zone=Asia/Tokyo"}):
        assert "23:59 UTC" in moment(last, "Europe/Amsterdam")
        assert Moment().show(last) == "9999-12-31T23:59"


def test_a_time_that_was_not_touched_keeps_its_seconds(app: Flask) -> None:
    tag = IdTag(token="A", expire_time=Timestamp(seconds=1_782_900_007))
    with app.test_request_context(headers={"Cookie": "zone=Europe/Amsterdam"}):
        shown = Form(id_tags.FIELDS).filled_from(tag)
        Form(id_tags.FIELDS).submitted({name: [text] for name, text in shown.texts.items()}).into(
            tag
        )
    assert tag.expire_time.seconds == 1_782_900_007


def test_choices_are_kept_and_forgotten(app: Flask) -> None:
    with app.test_request_context():
        response = Response()
        keep(response, "zone", "Asia/Dubai")
        keep(response, "theme", "dark")
        keep(response, "clock", "")
    kept, theme, forgotten = response.headers.getlist("Set-Cookie")
    assert kept.startswith("zone=Asia/Dubai;")
    assert "HttpOnly" in kept
    assert "HttpOnly" not in theme
    assert "Max-Age=0" in forgotten


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("is required", "wird gebraucht"),
        ("must be at most 64 characters", "höchstens 64 Zeichen"),
        (
            "must be greater than or equal to 0 and less than or equal to 100",
            "mindestens 0 und höchstens 100",
        ),
        ("must be wonderful", "must be wonderful"),
        ("repeated value must contain unique items", "nichts darf doppelt sein"),
    ],
)
def test_what_the_api_finds_wrong_is_translated(app: Flask, said: str, told: str) -> None:
    assert complaint_words(said) == said
    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert complaint_words(said) == told


def test_a_pattern_is_told_in_words(app: Flask) -> None:
    with app.test_request_context():
        said = [complaint_words(f"does not match regex pattern `{each}`") for each in (CODE, "^x$")]
    assert said == ["must be three capital letters, such as EUR", "must be written as ^x$"]
    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert "drei Großbuchstaben" in complaint_words(f"must match regex pattern `{CODE}`")


def test_numbers_are_typed_as_they_are_written(app: Flask) -> None:
    price, minutes = Money(units=1, nanos=450_000_000), Duration(seconds=90)
    assert (MoneyField().show(price), Minutes().show(minutes)) == ("1.45", "1.5")
    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert (MoneyField().show(price), Minutes().show(minutes)) == ("1,45", "1,5")
        assert MoneyField().read("1,45") == price == MoneyField().read("1.45")
        assert Minutes().read("1,5") == minutes
