"""The standard methods over REST: one resource stands for all, the mapping is the same."""

from collections.abc import Callable
from uuid import uuid4

from tests.rest.conftest import LOCATION, new_id
from tests.rest.rest import Json, Rest


def test_create_get_change_delete(rest: Rest) -> None:
    identifier = new_id()
    created = rest.post("/v1/locations", LOCATION, location_id=identifier)
    assert created.status == 200, created
    name = f"locations/{identifier}"
    assert created.json["name"] == name
    assert created.json["displayName"] == "Central Station"
    assert rest.get(f"/v1/{name}").json == created.json

    changed = rest.patch(f"/v1/{name}", {"displayName": "West"})
    assert changed.status == 200, changed
    assert changed.json["displayName"] == "West"
    assert changed.json["timeZone"] == "Europe/Amsterdam"
    assert changed.json["etag"] != created.json["etag"]

    assert rest.delete(f"/v1/{name}").status == 200
    assert rest.get(f"/v1/{name}").status == 404


def test_a_mask_says_what_is_changed(rest: Rest, location: Json) -> None:
    body = {"displayName": "Other", "contactEmail": "a@example.com"}
    changed = rest.patch(f"/v1/{location['name']}", body, update_mask="contactEmail")
    assert changed.status == 200, changed
    assert changed.json["displayName"] == "Central Station"
    assert changed.json["contactEmail"] == "a@example.com"
    cleared = rest.patch(f"/v1/{location['name']}", {}, update_mask="contactEmail")
    assert "contactEmail" not in cleared.json


def test_words_are_apart_as_forms_write_them(rest: Rest, new_location: Callable[..., Json]) -> None:
    mark = new_id()
    made = new_location(displayName=f"Café Zürich {mark}")
    for space in ("+", "%20"):
        found = rest.get(f"/v1/locations?text=zurich{space}{mark}{space}cafe").json["locations"]
        assert [each["name"] for each in found] == [made["name"]]


def test_a_child_has_its_parent_in_its_path(rest: Rest, location: Json) -> None:
    identity = new_id()
    body = {"location": location["name"], "securityProfile": "NO_SECURITY"}
    assert rest.post("/v1/chargePoints", body, charge_point_id=identity).status == 200
    evse = rest.post(f"/v1/chargePoints/{identity}/evses", {"maxPowerW": 22000}, evse_id="1")
    assert evse.status == 200, evse
    assert evse.json["name"] == f"chargePoints/{identity}/evses/1"
    listed = rest.get(f"/v1/chargePoints/{identity}/evses").json["evses"]
    assert [each["maxPowerW"] for each in listed] == [22000]


def test_pages_follow_one_another(rest: Rest, new_location: Callable[..., Json]) -> None:
    mark = new_id()
    names = [new_location(externalId=mark)["name"] for _ in range(5)]
    seen: list[str] = []
    token = ""
    while True:
        page = rest.get("/v1/locations", external_id=mark, page_size=2, page_token=token).json
        assert len(page["locations"]) <= 2
        seen += [each["name"] for each in page["locations"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert seen == names


def test_a_repeated_request_is_answered_and_not_done_again(rest: Rest) -> None:
    request_id = str(uuid4())
    answers = [rest.post("/v1/locations", LOCATION, request_id=request_id) for _ in range(2)]
    assert [each.status for each in answers] == [200, 200]
    assert answers[0].json == answers[1].json


def test_an_action_and_money(rest: Rest) -> None:
    identifier = new_id()
    body = {"email": f"{identifier}@example.com", "currency": "EUR"}
    assert rest.post("/v1/users", body, user_id=identifier).status == 200
    amount = {"currencyCode": "EUR", "units": "12", "nanos": 340000000}
    added = rest.post(f"/v1/users/{identifier}:addBalance", {"amount": amount, "reason": "cash"})
    assert added.status == 200, added
    assert rest.get(f"/v1/users/{identifier}").json["balance"] == amount
    entries = rest.get(f"/v1/users/{identifier}/balanceEntries").json["balanceEntries"]
    assert [(entry["entryType"], entry["amount"]) for entry in entries] == [("TOP_UP", amount)]


def test_many_are_made_and_read_at_once(rest: Rest) -> None:
    rows = [{"idTag": {"token": new_id()}, "idTagId": new_id()} for _ in range(3)]
    made = rest.post("/v1/idTags:batchCreate", {"requests": rows, "requestId": str(uuid4())})
    assert made.status == 200, made
    names = [each["name"] for each in made.json["idTags"]]
    assert names == [f"idTags/{row['idTagId']}" for row in rows]
    assert rest.get("/v1/idTags:batchGet", names=names).json == made.json
    rows[1]["idTag"] = {"token": "", "tokn": "x"}
    assert rest.post("/v1/idTags:batchCreate", {"requests": rows}).reason == "UNKNOWN_FIELD"
    rows[1]["idTag"] = {"token": ""}
    refused = rest.post("/v1/idTags:batchCreate", {"requests": rows})
    assert refused.status == 400
    assert refused.faulty_fields == ["requests[1].id_tag.token"]
