"""Forms and messages: what is shown, typed, written, and complained of."""

import grpc
import pytest
from flask.testing import FlaskClient
from google.type.decimal_pb2 import Decimal
from google.type.money_pb2 import Money

from ampline import FieldViolation, InvalidArgument
from ampline.v1.location_pb2 import Location
from ampline.v1.tariff_pb2 import Tariff
from portal.forms import Form
from portal.tariff_fields import ELEMENTS, FIELDS
from portal.views import locations, operators

PLACE = (*locations.FIELDS, *locations.HOURS)


def tariff() -> Tariff:
    message = Tariff(display_name="Night", currency="EUR", tax_percent=Decimal(value="19"))
    message.state = Tariff.ENABLED
    element = message.elements.add(dimension=Tariff.ENERGY, step=100)
    element.unit_price.CopyFrom(Money(currency_code="EUR", nanos=390_000_000))
    element.restrictions.start_time.hours = 22
    element.restrictions.days.extend([1, 2])
    rated = message.elements.add(dimension=Tariff.ENERGY)
    rated.electricity_rate.electricity_rate = "electricityRates/spot"
    return message


def posted(form: Form) -> dict[str, list[str]]:
    """What a browser would send of a form as it is shown."""
    return {name: [text] for name, text in form.texts.items()}


def test_what_is_shown_comes_back_as_it_was() -> None:
    shown = Form(FIELDS, [ELEMENTS]).filled_from(tariff())
    typed = Form(FIELDS, [ELEMENTS]).submitted(posted(shown))
    written = tariff()
    covered = typed.into(written, currency="EUR")
    assert typed.is_sound
    written.ClearField("prices_include_tax")
    written.ClearField("charging_allowed")
    assert written == tariff()
    assert {"elements", "display_name", "stop_conditions"} <= set(covered)


def test_texts_in_languages_that_the_form_does_not_show_stay() -> None:
    tariff = Tariff(display_name="Standard", currency="EUR")
    tariff.description.add(language_code="en", text="Old")
    tariff.description.add(language_code="de", text="Bleibt")
    form = Form(FIELDS).filled_from(tariff)
    form.texts["description"] = "New"
    form.into(tariff)
    told = {text.language_code: text.text for text in tariff.description}
    assert told == {"en": "New", "de": "Bleibt"}


def test_rows_keep_what_they_do_not_show_when_they_move() -> None:
    form = Form(FIELDS, [ELEMENTS]).filled_from(tariff())
    form.edit_rows("up elements 1")
    written = tariff()
    form.into(written, currency="EUR")
    assert written.elements[0].electricity_rate.electricity_rate == "electricityRates/spot"
    assert written.elements[1].restrictions.start_time.hours == 22


def test_rows_are_added_and_removed() -> None:
    form = Form(FIELDS, [ELEMENTS]).filled_from(tariff())
    form.edit_rows("add elements")
    assert form.row_count("elements") == 3
    assert form.control("elements[2].dimension").text == "ENERGY"
    form.edit_rows("remove elements 0")
    assert form.row_count("elements") == 2
    form.edit_rows("down elements 1")
    assert form.row_count("elements") == 2


def test_what_is_emptied_is_gone() -> None:
    message = Tariff(display_name="x", currency="EUR")
    message.stop_conditions.max_energy_wh = 50_000
    form = Form(FIELDS, [ELEMENTS]).filled_from(message)
    assert form.texts["stop_conditions.max_energy_wh"] == "50"
    form.texts["stop_conditions.max_energy_wh"] = ""
    form.into(message)
    assert not message.HasField("stop_conditions")


def test_zeros_that_were_typed_stay() -> None:
    message = Location()
    form = Form(PLACE).submitted({"position.latitude": ["0"], "position.longitude": ["0"]})
    form.into(message)
    assert message.HasField("position")
    assert not message.HasField("opening_hours") or message.opening_hours.ByteSize()


def test_what_cannot_be_read_is_told_and_kept() -> None:
    form = Form(FIELDS, [ELEMENTS]).submitted(
        {"tax_percent": ["much"], "elements[0].unit_price": ["0,39"], "display_name": [" x "]}
    )
    message = Tariff()
    form.into(message, currency="EUR")
    assert form.errors == {"tax_percent": "A number, please."}
    assert form.control("tax_percent").text == "much"
    assert message.elements[0].unit_price == Money(currency_code="EUR", nanos=390_000_000)
    assert message.display_name == "x"


def test_numbers_that_no_message_holds_are_told_and_kept() -> None:
    typed = {
        "min_price": ["1e400"],
        "stop_conditions.max_duration": ["9" * 23],
        "stop_conditions.max_energy_wh": ["9" * 23],
        "elements[0].step": ["99999999999"],
        "elements[0].unit_price": ["1e-400"],
    }
    form = Form(FIELDS, [ELEMENTS]).submitted(typed)
    form.into(Tariff(), currency="EUR")
    assert form.errors.pop("elements[0].unit_price").startswith("No more than nine digits")
    assert form.errors == dict.fromkeys([*typed][:4], "The number is too large.")
    assert form.control("min_price").text == "1e400"


@pytest.mark.parametrize("text", ["1,500", "-22,000", "999,999"])
def test_a_comma_that_may_stand_for_thousands_is_not_guessed_at(text: str) -> None:
    form = Form(FIELDS).submitted({"min_price": [text], "stop_conditions.max_energy_wh": [text]})
    form.into(Tariff(), currency="EUR")
    assert set(form.errors.values()) == {"Without a sign for thousands, please."}


@pytest.mark.parametrize(("text", "nanos"), [("0,250", 250), ("1.500", 500), ("1,50", 500)])
def test_a_comma_that_can_only_be_a_point_is_one(text: str, nanos: int) -> None:
    form = Form(FIELDS).submitted({"min_price": [text]})
    tariff = Tariff()
    form.into(tariff, currency="EUR")
    assert form.is_sound
    assert tariff.min_price.nanos == nanos * 1_000_000


def test_what_was_not_touched_keeps_what_its_text_does_not_show() -> None:
    location = Location(time_zone="Asia/Tokyo")
    location.position.latitude, location.position.longitude = 35.123456789, 139.987654321
    shown = Form(PLACE).filled_from(location)
    changed = Form(PLACE).submitted(posted(shown) | {"position.latitude": ["35.5"]})
    changed.into(location)
    assert location.position.latitude == 35.5
    assert location.position.longitude == 139.987654321


def test_a_password_keeps_its_spaces() -> None:
    typed = {"password": [" open sesame "], "display_name": [" Ada "]}
    form = Form((operators.PASSWORD, *operators.FIELDS)).submitted(typed)
    assert (form.texts["password"], form.texts["display_name"]) == (" open sesame ", "Ada")


@pytest.mark.parametrize("typed", ["soon", "1e30"])
def test_a_boost_that_cannot_be_read_is_none(alone: FlaskClient, typed: str) -> None:
    sent = {"csrf_token": "proof", "duration": typed}
    answer = alone.post("/circuits/garage/boost/one", data=sent)
    assert answer.status_code == 422
    assert 'id="duration-error"' in answer.text
    assert f'value="{typed}"' in answer.text


def complaint(*fields: str) -> InvalidArgument:
    return InvalidArgument(
        grpc.StatusCode.INVALID_ARGUMENT,
        "",
        reason="INVALID_FIELD",
        field_violations=[FieldViolation(field, "is wrong") for field in fields],
    )


def test_complaints_find_their_controls() -> None:
    form = Form(PLACE).filled_from(Location())
    form.refused(complaint("location.display_name", "address.region_code", "position"), "location")
    assert set(form.errors) == {"display_name", "address.region_code", "position.latitude"}
    assert not form.problem


def test_complaints_find_their_rows() -> None:
    form = Form(FIELDS, [ELEMENTS]).filled_from(tariff())
    form.refused(complaint("tariff.elements[1].unit_price.currency_code"), "tariff")
    assert form.errors == {"elements[1].unit_price": "is wrong"}


def test_complaints_without_a_control_are_still_said() -> None:
    form = Form(FIELDS).filled_from(tariff())
    form.refused(complaint("tariff.labels"), "tariff")
    assert form.problem == "labels: is wrong"
