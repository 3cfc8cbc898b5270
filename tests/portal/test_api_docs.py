"""The API's description: all methods are in it, it is sound, and a browser shows it."""

import json
from typing import Any

import pytest
from flask import Flask
from jsonschema_rs import Draft202012Validator
from playwright.async_api import Browser, expect

from portal.app import create_app
from portal.openapi.protos import protos
from portal.settings import Settings
from tests.portal.operator import Operator
from tests.rest.rest import Rest
from tests.whole_platform import WholePlatform

Json = dict[str, Any]


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(secret="for tests", api_address="127.0.0.1:9"))


@pytest.fixture(scope="module")
def document(app: Flask) -> Json:
    answer = app.test_client().get("/openapi.json")
    assert answer.status_code == 200
    return dict(answer.get_json())


def operations(document: Json) -> list[Json]:
    return [each for path in document["paths"].values() for each in path.values()]


def parameters(operation: Json) -> dict[str, Json]:
    return {each["name"]: each for each in operation["parameters"]}


def test_every_method_is_told_once(document: Json) -> None:
    methods = [method.name for each in protos().services.values() for method in each.method]
    further = ["StreamEventsSse"]
    told = sorted(each["operationId"] for each in operations(document))
    assert told == sorted([*methods, *further])


def test_what_is_referred_to_is_there(document: Json) -> None:
    for reference in set(references(document)):
        found: Any = document
        for word in reference.removeprefix("#/").split("/"):
            found = found[word]
        assert found


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for each in value for found in references(each)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + references(list(value.values()))


def test_schemas_are_json_schemas(document: Json) -> None:
    for name in document["components"]["schemas"]:
        whole = {**document, "$ref": f"#/components/schemas/{name}"}
        Draft202012Validator(whole)  # raises where one is none


def test_paths_have_the_parameters_that_they_name(document: Json) -> None:
    for path, found in document["paths"].items():
        for operation in found.values():
            named = [each["name"] for each in operation["parameters"] if each["in"] == "path"]
            assert [f"{{{name}}}" in path for name in named] == [True] * path.count("{")


def test_everything_is_described(document: Json) -> None:
    for operation in operations(document):
        assert operation["summary"], operation
        for parameter in operation["parameters"]:
            assert parameter["in"] == "path" or parameter["description"], parameter
    for name, schema in document["components"]["schemas"].items():
        if not name.startswith("google."):
            assert schema["description"], name
    assert all(tag["description"] for tag in document["tags"])


def test_rules_and_comments_come_along(document: Json) -> None:
    schemas = document["components"]["schemas"]
    name = schemas["Location"]["properties"]["displayName"]
    assert (name["minLength"], name["maxLength"]) == (1, 200)
    assert name["description"] == "What operators and drivers call the place."
    assert schemas["Location"]["properties"]["createTime"]["readOnly"]
    assert "required" not in schemas["Location"]
    assert schemas["Location.State"]["enum"][1] == "ENABLED"
    assert schemas["ChargePoint"]["properties"]["password"]["format"] == "password"
    created = document["paths"]["/v1/locations"]["post"]
    body = created["requestBody"]["content"]["application/json"]["schema"]
    assert "displayName" in body["required"]
    assert parameters(created)["requestId"]["schema"]["format"] == "uuid"
    assert "`RESOURCE_NOT_FOUND`" in document["components"]["responses"]["Error404"]["description"]


def test_documents_are_of_any_kind(document: Json) -> None:
    for path in ("/v1/receipts/{receipt}:download", "/v1/users/{user}:exportData"):
        told = document["paths"][path]["get"]["responses"]["200"]
        assert told["content"] == {"*/*": {}}


def test_who_may_call_without_a_key(document: Json) -> None:
    assert document["security"] == [{"key": []}]
    free = [each["operationId"] for each in operations(document) if each.get("security") == []]
    assert "SignIn" in free
    assert "CreateLocation" not in free


def test_a_browser_need_not_load_it_again(app: Flask) -> None:
    browser = app.test_client()
    tag = browser.get("/openapi.json").headers["ETag"]
    assert browser.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_it_is_at_the_public_port(platform: WholePlatform, document: Json) -> None:
    answer = Rest(platform.address).get("/openapi.json")
    assert answer.status == 200
    assert json.loads(answer.body) == document


@pytest.mark.asyncio(loop_scope="session")
async def test_it_can_be_browsed_and_tried(chromium: Browser, platform: WholePlatform) -> None:
    reader = Operator(await chromium.new_page(), platform.url)
    await reader.page.goto(f"{platform.url}/docs")
    await reader.page.get_by_role("button", name="Authorize").click()
    await reader.page.get_by_label("auth-bearer-value").fill(platform.key)
    await reader.page.get_by_role("button", name="Apply credentials").click()
    await reader.page.get_by_role("button", name="Close").click()
    await reader.page.get_by_role("link", name="Sign in", exact=True).click()
    await reader.page.get_by_role("button", name="GET /v1/caller Says who calls").click()
    await reader.page.get_by_role("button", name="Try it out").click()
    await reader.page.get_by_role("button", name="Execute").click()
    answer = reader.page.locator(".live-responses-table .response-col_status").nth(1)
    await expect(answer).to_contain_text("200")
    await reader.page.context.close()
    assert reader.complaints == []
