"""Walks every method of every service, and asserts what all of them have in common."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.api.annotations_pb2 import http
from google.api.field_behavior_pb2 import IDENTIFIER, OUTPUT_ONLY, REQUIRED, field_behavior
from google.api.resource_pb2 import resource

from ampline.v1 import annotations_pb2
from server.api import services
from server.api.checks import check_request
from server.api.lanes import Lane, lane_of
from server.api.methods import UnguardedMethodError, methods_of, service_name
from server.domain import access
from server.domain.access import Permission
from server.domain.errors import RefusedError
from server.work.rules import Rules

NOTHING: Any = None
SERVICERS = services.table_of_contents(
    NOTHING, NOTHING, NOTHING, NOTHING, Rules(), NOTHING, NOTHING, NOTHING
)
STANDARD = re.compile(r"(Get|List|Create|Update|Delete)[A-Z]\w*")
READING = re.compile(
    r"(BatchGet|Compare|Download|Export|Get|Inspect|List|Lookup|Resolve|Summarize|Survey|Preview"
    r"|Stream)"
)
REPEATABLE = re.compile(rf"{READING.pattern}|Update|Delete|Sign")
"""Methods that may be called again as they are."""
COMMANDING = {
    "ChargePointActionService",
    "InstalledCertificateService",
    "ChargePointMaintenanceService",
    "ChargePointSecurityService",
    "ChargingProfileActionService",
    "VariableMonitorActionService",
    "DeviceActionService",
}
"""Their methods are calls to chargers, by the names that OCPP has for them: GetLog is no Get."""
CREATED_FIELDS = ("create_time", "update_time", "etag")


def methods() -> Iterator[Any]:
    """Every method's descriptor, with its service's."""
    for servicer in SERVICERS:
        base = next(each for each in type(servicer).__mro__ if each.__name__.endswith("Servicer"))
        name = service_name(servicer)
        module = __import__(base.__module__.replace("_pb2_grpc", "_pb2"), fromlist=["DESCRIPTOR"])
        service = module.DESCRIPTOR.services_by_name[name.rpartition(".")[2]]
        yield from service.methods


METHODS = list(methods())
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


def behaviors(field: Any) -> list[int]:
    return list(field.GetOptions().Extensions[field_behavior])


def commands_chargers(method: Any) -> bool:
    """Whether the method is a call to a charger."""
    return method.containing_service.name in COMMANDING


def resource_in(message: Any) -> Any:
    """The field that holds the resource of a request."""
    for field in message.fields:
        inside = field.message_type
        if inside is not None and inside.GetOptions().Extensions[resource].type:
            return field
    return None


def test_there_are_methods() -> None:
    assert len(METHODS) > 50


@each_method
def test_a_method_says_its_permission_and_its_path(method: Any) -> None:
    assert method.GetOptions().Extensions[annotations_pb2.permission]
    rule = method.GetOptions().Extensions[http]
    path = next(path for _, path in rule.ListFields() if str(path).startswith("/v1/"))
    verbs = {"Get": "get", "List": "get", "Create": "post", "Update": "patch", "Delete": "delete"}
    verb = STANDARD.fullmatch(method.name)
    if verb and not commands_chargers(method):
        assert getattr(rule, verbs[verb[1]]) == path
    if path.rpartition("/")[2].count(":") and rule.post:
        assert rule.body == "*"


@each_method
def test_reading_needs_no_more_than_to_read(method: Any) -> None:
    permission = Permission(method.GetOptions().Extensions[annotations_pb2.permission])
    if READING.match(method.name) and not commands_chargers(method):
        assert permission in access.READING | {Permission.KNOWN_CALLER, Permission.ADMINISTER}
    elif method.containing_service.name != "SignInService":
        assert permission not in access.READING | {Permission.ANYONE, Permission.KNOWN_CALLER}


@each_method
def test_requests_are_named_after_their_method(method: Any) -> None:
    assert method.input_type.name == f"{method.name}Request"
    standard = None if commands_chargers(method) else STANDARD.fullmatch(method.name)
    if standard and standard[1] == "List":
        assert method.output_type.name == f"{method.name}Response"
    if standard and standard[1] == "Delete":
        assert method.output_type.full_name == "google.protobuf.Empty"


@each_method
def test_what_changes_something_can_be_repeated(method: Any) -> None:
    if commands_chargers(method) or not REPEATABLE.match(method.name):
        request_id = method.input_type.fields_by_name["request_id"]
        assert request_id.has_presence


@each_method
def test_lists_come_in_pages(method: Any) -> None:
    if not method.name.startswith("List") or commands_chargers(method):
        return
    request, response = method.input_type.fields_by_name, method.output_type.fields_by_name
    assert {"page_size", "page_token"} <= set(request)
    assert "next_page_token" in response
    first = method.output_type.fields_by_number[1]
    assert first.is_repeated
    assert first.message_type is not None


@each_method
def test_updates_have_a_mask_and_deletes_an_etag(method: Any) -> None:
    fields = method.input_type.fields_by_name
    if method.name.startswith("Update") and not commands_chargers(method):
        assert fields["update_mask"].message_type.full_name == "google.protobuf.FieldMask"
        assert "etag" in resource_in(method.input_type).message_type.fields_by_name
    if method.name.startswith("Delete") and not commands_chargers(method):
        assert fields["etag"].has_presence


@each_method
def test_a_resource_that_is_written_has_its_times_and_its_etag(method: Any) -> None:
    if not method.name.startswith("Create"):
        return
    message = resource_in(method.input_type).message_type
    fields = message.fields_by_name
    assert IDENTIFIER in behaviors(fields["name"])
    assert set(CREATED_FIELDS) <= set(fields)
    assert {"external_id", "labels"} <= set(fields)
    for field in message.fields:
        told = behaviors(field)
        scalar = field.message_type is None and not field.is_repeated
        if scalar and not {IDENTIFIER, OUTPUT_ONLY} & set(told) and field.name != "etag":
            assert field.has_presence, field.full_name  # so that 0 and false can be said


@each_method
def test_required_fields_are_not_output_only(method: Any) -> None:
    for field in method.input_type.fields:
        assert not {REQUIRED, OUTPUT_ONLY} <= set(behaviors(field))


@each_method
def test_what_is_required_is_asked_for(method: Any) -> None:
    (told,) = [
        each for each in methods_of(method.containing_service.full_name) if each.name == method.name
    ]
    try:
        check_request(told, told.parse(b""))
        faults = set()
    except RefusedError as error:
        faults = set(error.violations)
    required = {field.name for field in method.input_type.fields if REQUIRED in behaviors(field)}
    assert required - {told.updates} <= faults  # of the resource itself, its name is asked for


@pytest.mark.parametrize("servicer", SERVICERS, ids=lambda each: type(each).__name__)
def test_every_handler_says_its_lane(servicer: object) -> None:
    for method in methods_of(service_name(servicer)):
        lane = lane_of(getattr(servicer, method.name))
        if method.changes:
            assert lane in {Lane.WRITING, Lane.ACTING}


def test_a_method_without_a_permission_stops_the_start() -> None:
    with pytest.raises(UnguardedMethodError, match=r"grpc\.health\.v1\.Health\.Check"):
        list(methods_of("grpc.health.v1.Health"))
