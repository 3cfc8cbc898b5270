"""How often one may call: what every answer says of it, and what happens beyond."""

from tests.rest.rest import Json, Rest
from tests.whole_platform import WholePlatform


def new_key(rest: Rest, **fields: object) -> Json:
    body = {"displayName": "Limited", "role": "VIEWER", **fields}
    made = rest.post("/v1/apiKeys", body)
    assert made.status == 200, made
    return made.json


def test_an_answer_says_what_is_left(rest: Rest) -> None:
    first = rest.get("/v1/locations").headers
    assert int(first["x-ratelimit-limit"]) == 50_000
    assert 0 < int(first["x-ratelimit-remaining"]) < 50_000
    assert int(first["x-ratelimit-reset"]) >= 0
    refused = rest.get("/v1/locations/nowhere")
    assert refused.status == 404
    assert "x-ratelimit-remaining" in refused.headers


def test_too_many_calls(platform: WholePlatform, rest: Rest) -> None:
    key = new_key(rest, callsPerSecond=1)
    hasty = Rest(platform.address, key["secret"])
    answers = [hasty.get("/v1/locations") for _ in range(8)]
    assert [answer.status for answer in answers[:5]] == [200] * 5
    refused = next(answer for answer in answers if answer.status != 200)
    assert refused.status == 429, refused
    assert refused.json["code"] == 8
    assert refused.reason == "TOO_MANY_REQUESTS"
    assert refused.headers["x-ratelimit-limit"] == "5"
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert int(refused.headers["retry-after"]) >= 1
    delays = [each.get("retryDelay") for each in refused.json["details"]]
    assert any(delay and delay.endswith("s") for delay in delays)
    assert rest.get("/v1/locations").status == 200  # the others go on


def test_a_key_of_little_use(platform: WholePlatform, rest: Rest) -> None:
    key = new_key(rest)
    viewer = Rest(platform.address, key["secret"])
    assert key["secret"].startswith(key["prefix"])
    assert "secret" not in rest.get(f"/v1/{key['name']}").json
    refused = viewer.post("/v1/locations", {})
    assert (refused.status, refused.reason) == (403, "PERMISSION_MISSING")
    assert refused.metadata == {"permission": "WRITE", "role": "VIEWER"}
    assert viewer.get("/v1/apiKeys").status == 403
    assert rest.post(f"/v1/{key['name']}:revoke", {}).status == 200
    assert viewer.get("/v1/locations").status == 401


def test_where_a_call_came_from(rest: Rest) -> None:
    headers = {"x-forwarded-for": "192.0.2.66"}  # what a client says of itself is not believed
    assert rest.call("DELETE", "/v1/locations/nowhere", headers=headers).status == 404
    page = rest.get("/v1/auditEntries", resource="locations/nowhere", page_size=1).json
    (entry,) = page["auditEntries"]
    assert entry["address"] == "127.0.0.1"
    assert entry["result"] == "NOT_FOUND"
