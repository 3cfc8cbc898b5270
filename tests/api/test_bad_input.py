"""What is wrong is refused with the field named, and nothing is written."""

from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1 import charge_point_pb2, event_pb2, location_pb2, session_pb2, user_pb2
from ampline.v1.charge_point_action_pb2 import ResetRequest
from tests.api import samples
from tests.api.client import Client, refused
from tests.api.samples import (
    CHARGE_POINTS,
    EVSES,
    ID_TAGS,
    LOCATIONS,
    TARIFF_GROUPS,
    TARIFFS,
    USERS,
)

INVALID = grpc.StatusCode.INVALID_ARGUMENT
CHRISTMAS = {"year": 2026, "month": 12, "day": 25}
CLOSED = {"date": CHRISTMAS, "closed": True}
HALF_A_DAY = {"date": CHRISTMAS, "opens": {"hours": 8}, "closes": {"hours": 12}}
MONEY = {"currencyCode": "EUR", "units": "1"}


async def faults_of(sample: samples.Sample, client: Client, **changes: Any) -> set[str]:
    """The fields named in the refusal of a resource with these changes."""
    resource = await sample.build(client)
    for field in changes:
        resource.ClearField(field)
    ParseDict({key: value for key, value in changes.items() if value is not None}, resource)
    refusal = await refused(sample.create(client, resource))
    assert (refusal.code, refusal.reason) == (INVALID, "INVALID_FIELD"), refusal
    return {field.partition(".")[2] for field in refusal.fields}


@pytest.mark.parametrize(
    ("sample", "changes", "field"),
    [
        (LOCATIONS, {"display_name": None}, "display_name"),
        (LOCATIONS, {"display_name": ""}, "display_name"),
        (LOCATIONS, {"display_name": "x" * 201}, "display_name"),
        (LOCATIONS, {"position": {"latitude": 90.1}}, "position"),
        (LOCATIONS, {"time_zone": "Mars/Olympus"}, "time_zone"),
        (LOCATIONS, {"contact_email": "nobody"}, "contact_email"),
        (LOCATIONS, {"facilities": [1, 1]}, "facilities"),
        (LOCATIONS, {"facilities": [99]}, "facilities[0]"),
        (LOCATIONS, {"address": {"regionCode": "nl"}}, "address.region_code"),
        (LOCATIONS, {"labels": {"k" * 64: "v"}}, f'labels["{"k" * 64}"]'),
        (LOCATIONS, {"images": [{"uri": "not an address"}]}, "images[0].uri"),
        (
            LOCATIONS,
            {"opening_hours": {"weekly": [{"day": 1, "opens": {"hours": 25}, "closes": {}}]}},
            "opening_hours.weekly[0].opens",
        ),
        (
            LOCATIONS,
            {"opening_hours": {"exceptions": [CLOSED, HALF_A_DAY]}},
            "opening_hours.exceptions[0].closed",
        ),
        (
            LOCATIONS,
            {"directions": [{"language_code": "en", "text": word} for word in ("left", "right")]},
            "directions",
        ),
        (
            LOCATIONS,
            {"opening_hours": {"exceptions": [{"date": {"year": 2026}, "closed": True}]}},
            "opening_hours.exceptions[0].date",
        ),
        (CHARGE_POINTS, {"password": "short"}, "password"),
        (CHARGE_POINTS, {"location": None}, "location"),
        (CHARGE_POINTS, {"kind": "PERSONAL"}, "owner"),
        (CHARGE_POINTS, {"kind": "PRIVATE", "owner": "users/u"}, "owner"),
        (CHARGE_POINTS, {"state": 99}, "state"),
        (CHARGE_POINTS, {"clock_time_zone": "Mars/Utopia"}, "clock_time_zone"),
        (EVSES, {"phases": 2}, "phases"),
        (EVSES, {"connectors": [{"id": 1}, {"id": 1}]}, "connectors"),
        (EVSES, {"connectors": [{"standard": "TYPE_2"}]}, "connectors[0].id"),
        (USERS, {"email": "nobody"}, "email"),
        (USERS, {"currency": "euro"}, "currency"),
        (ID_TAGS, {"token": ""}, "token"),
        (TARIFFS, {"currency": "eur", "elements": None, "max_price": None}, "currency"),
        (TARIFFS, {"tax_percent": {"value": "101"}}, "tax_percent"),
        (TARIFFS, {"tax_percent": {"value": "a lot"}}, "tax_percent"),
        (TARIFFS, {"min_price": {"currencyCode": "USD", "units": "1"}}, "min_price"),
        (TARIFFS, {"max_price": {"currencyCode": "EUR", "units": "-1"}}, "max_price"),
        (TARIFFS, {"elements": [{"dimension": "ENERGY"}]}, "elements[0].unit_price"),
        (
            TARIFFS,
            {"elements": [{"dimension": "ENERGY", "unitPrice": MONEY, "unit": "HOUR"}]},
            "elements[0].unit",
        ),
        (
            TARIFFS,
            {"elements": [{"dimension": "IDLE_TIME", "unitPrice": MONEY, "step": 21601}]},
            "elements[0].step",
        ),
        (
            TARIFFS,
            {
                "elements": [
                    {
                        "dimension": "ENERGY",
                        "unitPrice": MONEY,
                        "restrictions": {"minKwh": {"value": "5"}, "maxKwh": {"value": "5"}},
                    }
                ]
            },
            "elements[0].restrictions.max_kwh",
        ),
        (
            TARIFFS,
            {"price_locks": [{"dimension": 1, "lock": 1}, {"dimension": 1, "lock": 2}]},
            "price_locks[1].dimension",
        ),
        (TARIFF_GROUPS, {"entries": None}, "entries"),
        (TARIFF_GROUPS, {"entries": [{}]}, "entries[0].tariff"),
    ],
    ids=lambda value: value.field if isinstance(value, samples.Sample) else None,
)
async def test_a_faulty_field_is_named(
    client: Client, sample: samples.Sample, changes: dict[str, Any], field: str
) -> None:
    assert await faults_of(sample, client, **changes) == {field}


async def test_all_faults_are_told_at_once(client: Client) -> None:
    faulty = await faults_of(
        LOCATIONS, client, display_name="", address=None, time_zone="Nowhere", contact_email="x"
    )
    assert faulty == {"display_name", "address", "time_zone", "contact_email"}


async def test_an_update_is_held_to_the_merged_resource(client: Client) -> None:
    made = await LOCATIONS.make(client)
    patch = location_pb2.Location(name=made.name, time_zone="Nowhere")
    refusal = await refused(LOCATIONS.update(client, patch))
    assert list(refusal.fields) == ["location.time_zone"]
    patch = location_pb2.Location(name=made.name, external_id="x", contact_phone="y" * 41)
    refusal = await refused(LOCATIONS.update(client, patch, "contact_phone", "display_name"))
    assert set(refusal.fields) == {"location.contact_phone", "location.display_name"}
    assert await LOCATIONS.get(client, made.name) == made


async def test_an_unknown_reference_is_named(client: Client) -> None:
    point = await CHARGE_POINTS.build(client)
    point.kind = charge_point_pb2.ChargePoint.PERSONAL
    point.location, point.owner = "locations/nowhere", "users/nobody"
    refusal = await refused(CHARGE_POINTS.create(client, point))
    assert (refusal.code, refusal.reason) == (INVALID, "REFERENCE_NOT_FOUND")
    assert set(refusal.fields) == {"charge_point.location", "charge_point.owner"}
    assert refusal.metadata == {"field": "charge_point.location", "value": "locations/nowhere"}


async def test_a_reference_deep_in_a_list_is_named(client: Client) -> None:
    group = await TARIFF_GROUPS.build(client)
    group.entries.add(tariff="tariffs/none")
    refusal = await refused(TARIFF_GROUPS.create(client, group))
    assert (refusal.reason, list(refusal.fields)) == (
        "REFERENCE_NOT_FOUND",
        ["tariff_group.entries[1].tariff"],
    )


async def test_a_kind_without_resources_has_none(client: Client) -> None:
    group = await TARIFF_GROUPS.build(client)
    group.entries.add(tariff=group.entries[0].tariff).audience.user_groups.append("userGroups/x")
    refusal = await refused(TARIFF_GROUPS.create(client, group))
    assert list(refusal.fields) == ["tariff_group.entries[1].audience.user_groups[0]"]


@pytest.mark.parametrize("letter", ["x", "ö", "漢"])
async def test_what_was_sent_may_be_long_and_the_answer_is_not(client: Client, letter: str) -> None:
    """A status travels in headers: a client takes 8 KiB of them, and Envoy no more than 64."""
    long = letter * 100_000
    refusal = await refused(LOCATIONS.get(client, f"locations/{long}"))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")
    point = await CHARGE_POINTS.build(client)
    point.location = point.tariff_group = f"nouns/{long}"
    refusal = await refused(CHARGE_POINTS.create(client, point))
    assert refusal.reason == "REFERENCE_NOT_FOUND"
    assert set(refusal.fields) == {"charge_point.location", "charge_point.tariff_group"}
    assert len(refusal.metadata["value"]) == 300
    patch = location_pb2.Location(name=(await LOCATIONS.make(client)).name)
    refusal = await refused(LOCATIONS.update(client, patch, long))
    assert (refusal.reason, list(refusal.fields)) == ("UNKNOWN_MASK_PATH", ["update_mask"])


async def test_of_many_faults_so_many_are_told_as_an_answer_can_have(client: Client) -> None:
    group = await TARIFF_GROUPS.build(client)
    audience = group.entries.add(tariff=group.entries[0].tariff).audience
    audience.user_groups.extend(f"userGroups/none-{number}" for number in range(100))
    refusal = await refused(TARIFF_GROUPS.create(client, group))
    assert next(iter(refusal.fields)) == "tariff_group.entries[1].audience.user_groups[0]"
    assert 10 < len(refusal.fields) < 100


async def test_the_parent_of_an_evse_must_exist(client: Client) -> None:
    evse = await EVSES.build(client)
    for call in (
        EVSES.create(client, evse, parent="chargePoints/none"),
        EVSES.list(client, parent="chargePoints/none"),
    ):
        refusal = await refused(call)
        assert (refusal.code, refusal.metadata) == (
            grpc.StatusCode.NOT_FOUND,
            {"name": "chargePoints/none"},
        )


@pytest.mark.parametrize(
    ("sample", "identifier"),
    [(LOCATIONS, "with space"), (LOCATIONS, "a/b"), (CHARGE_POINTS, "x" * 49), (EVSES, "0")],
    ids=lambda value: value.field if isinstance(value, samples.Sample) else None,
)
async def test_a_wrong_id_is_refused(
    client: Client, sample: samples.Sample, identifier: str
) -> None:
    refusal = await refused(sample.make(client, **{f"{sample.field}_id": identifier}))
    assert (refusal.code, list(refusal.fields)) == (INVALID, [f"{sample.field}_id"])


@pytest.mark.parametrize(
    ("field", "request_", "faulty"),
    [
        ("page_size", {"page_size": -1}, "page_size"),
        ("order_by", {"order_by": "colour"}, "order_by"),
        ("direction", {"order_by": "create_time down"}, "order_by"),
        ("token", {"page_token": "made-up"}, "page_token"),
    ],
)
async def test_a_list_that_cannot_be(
    client: Client, field: str, request_: dict[str, Any], faulty: str
) -> None:
    refusal = await refused(LOCATIONS.list(client, **request_))
    assert (refusal.code, list(refusal.fields)) == (INVALID, [faulty]), field


async def test_a_page_token_of_another_list(client: Client) -> None:
    for _ in range(3):
        await LOCATIONS.make(client)
    token = (await LOCATIONS.list(client, page_size=1)).next_page_token
    for other in ({"text": "cafe"}, {"order_by": "display_name"}, {"external_id": "ext-1"}):
        refusal = await refused(LOCATIONS.list(client, page_token=token, **other))
        assert (refusal.code, refusal.reason) == (INVALID, "BAD_PAGE_TOKEN")
    refusal = await refused(LOCATIONS.list(client, page_token=token[:-2]))
    assert refusal.reason == "BAD_PAGE_TOKEN"
    assert (await LOCATIONS.list(client, page_token=token, page_size=2)).locations


async def test_an_unknown_cursor(client: Client) -> None:
    refusal = await refused(client.events.ListEvents(event_pb2.ListEventsRequest(after="nowhere")))
    assert (refusal.code, list(refusal.fields)) == (INVALID, ["after"])


async def test_an_action_names_its_faults(client: Client) -> None:
    refusal = await refused(client.actions.Reset(ResetRequest(request_id="no uuid")))
    assert (refusal.code, set(refusal.fields)) == (INVALID, {"charge_point", "kind", "request_id"})
    assert refusal.fields["kind"] == "is required"
    wanted = ResetRequest(charge_point="chargePoints/none", kind=ResetRequest.SOFT)
    assert (await refused(client.actions.Reset(wanted))).code is grpc.StatusCode.NOT_FOUND


async def test_the_wrong_currency(client: Client) -> None:
    user = await USERS.make(client)
    request = user_pb2.AddBalanceRequest(name=user.name, request_id=str(uuid4()))
    request.amount.currency_code, request.amount.units = "USD", 5
    refusal = await refused(client.users.AddBalance(request))
    assert (refusal.code, refusal.reason) == (INVALID, "WRONG_CURRENCY")
    assert refusal.metadata == {"currency": "USD", "expected": "EUR"}


async def test_bytes_that_are_no_message(client: Client) -> None:
    call: Any = client.channel.unary_unary("/ampline.v1.SessionService/GetSession")
    header = (("authorization", "Bearer test-administrator"),)
    refusal = await refused(call(b"\xff\xff\xff", metadata=header))
    assert (refusal.code, refusal.reason) == (INVALID, "INVALID_FIELD")


async def test_nothing_leaks_of_what_went_wrong_inside(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr("server.api.services.sessions.sessions.mapping.to_bytes", broken)
    monkeypatch.setattr("server.api.services.sessions.sessions.find", broken)
    refusal = await refused(client.sessions.GetSession(session_pb2.GetSessionRequest(name="x")))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL_ERROR")
    assert "secret" not in refusal.message
    assert refusal.metadata["request_id"] in refusal.message


async def test_a_password_is_never_told(client: Client) -> None:
    made = await CHARGE_POINTS.make(client)
    assert made.password_set
    assert not made.HasField("password")
    page = await client.events.ListEvents(event_pb2.ListEventsRequest(subjects=[made.name]))
    told = page.events[0].resource_changed.charge_point
    assert told.password_set
    assert not told.HasField("password")
    assert isinstance(told, charge_point_pb2.ChargePoint)
