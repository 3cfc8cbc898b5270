"""What is kept of a user comes over REST as one JSON document."""

from tests.rest.conftest import new_id
from tests.rest.rest import Rest


def test_a_users_data_is_one_document(rest: Rest) -> None:
    email = f"{new_id()}@example.com"
    user = rest.post("/v1/users", {"email": email}).json
    rest.post("/v1/idTags", {"token": new_id(), "user": user["name"]})
    answer = rest.get(f"/v1/{user['name']}:exportData")
    assert answer.status == 200, answer
    assert answer.json["user"]["email"] == email
    assert [tag["user"] for tag in answer.json["idTags"]] == [user["name"]]
    assert answer.json["sessions"] == []
    assert [event["type"] for event in answer.json["events"]] == ["user.created"]


def test_nobody_has_no_data(rest: Rest) -> None:
    answer = rest.get("/v1/users/nobody:exportData")
    assert (answer.status, answer.reason) == (404, "RESOURCE_NOT_FOUND")
