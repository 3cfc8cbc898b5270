"""Walks all protos, and asserts the conventions that hold for every resource and method: what a
client developer who knows one of them knows of all."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from google.api.client_pb2 import method_signature
from google.api.field_behavior_pb2 import IDENTIFIER, OUTPUT_ONLY, REQUIRED
from google.protobuf.descriptor import FieldDescriptor

from ampline.v1 import annotations_pb2
from ampline.v1.event_pb2 import ResourceChanged
from buf.validate import validate_pb2
from server.resources.descriptors import referenced_type, snake_case
from tests.api import protos
from tests.api.protos import behaviors, resource_of, rest_of

RESOURCES = {message.name: message for message in protos.resources()}
METHODS = {method.name: method for method in protos.methods()}


def each(kind: str, among: Iterable[Any]) -> pytest.MarkDecorator:
    """A test of each of them, called by its name."""
    return pytest.mark.parametrize(kind, [pytest.param(one, id=one.name) for one in among])


each_resource = each("message", RESOURCES.values())
each_message = each("message", protos.messages())
each_method = each("method", METHODS.values())


def singular(plural: str) -> str:
    """Of the nouns here."""
    ending = {"ies": "y"}.get(plural[-3:])
    return plural[:-3] + ending if ending else plural.removesuffix("s")


def standard(verb: str) -> pytest.MarkDecorator:
    """The standard methods of a verb, each with the resource it is about."""
    found = []
    for name, method in METHODS.items():
        noun = name.removeprefix(verb)
        noun = singular(noun) if verb in {"List", "BatchGet", "BatchCreate"} else noun
        if name.startswith(verb) and noun in RESOURCES:
            found.append(pytest.param(method, RESOURCES[noun], id=name))
    assert found
    return pytest.mark.parametrize(("method", "message"), found)


def permission_of(method: Any) -> int:
    return int(method.GetOptions().Extensions[annotations_pb2.permission])


def rules_of(field: Any) -> Any:
    return field.GetOptions().Extensions[validate_pb2.field]


def pattern_of(message: Any) -> str:
    """As it stands in paths: `chargePoints/*/evses/*`."""
    return re.sub(r"\{[a-z_]+\}", "*", resource_of(message).pattern[0])


def collection_of(message: Any) -> str:
    """Where its resources are listed: `/v1/{parent=chargePoints/*}/evses`."""
    above, _, collection = pattern_of(message).removesuffix("/*").rpartition("/")
    return f"/v1/{{parent={above}}}/{collection}" if above else f"/v1/{collection}"


def test_everything_is_explained() -> None:
    everything = list(protos.commented())
    assert len(everything) > 1000
    assert not [each.name for each in everything if not each.comment]


@each_resource
def test_a_resource_is_named_in_one_way(message: Any) -> None:
    told = resource_of(message)
    assert told.type == f"ampline.app/{message.name}"
    assert message.name.lower().endswith(told.singular.lower())
    if "/" in told.pattern[0]:  # there is more than one
        collection, _, last = told.pattern[0].rpartition("/")
        assert collection.rpartition("/")[2].lower() in told.plural.lower()
        assert snake_case(message.name).endswith(last.strip("{}"))
    name = message.fields_by_number[1]
    assert (name.name, behaviors(name)) == ("name", [IDENTIFIER])


@standard("Get")
def test_get(method: Any, message: Any) -> None:
    path = pattern_of(message)
    assert rest_of(method) == ("get", f"/v1/{{name={path}}}" if "*" in path else f"/v1/{path}", "")
    assert method.output_type is message
    if "*" not in path:
        return
    assert list(method.GetOptions().Extensions[method_signature]) == ["name"]
    name = method.input_type.fields_by_name["name"]
    assert REQUIRED in behaviors(name)
    assert referenced_type(name) == resource_of(message).type


@standard("List")
def test_list(method: Any, message: Any) -> None:
    assert rest_of(method) == ("get", collection_of(message), "")
    fields, answer = method.input_type.fields_by_name, method.output_type.fields_by_name
    assert fields["page_size"].cpp_type == FieldDescriptor.CPPTYPE_INT32
    assert rules_of(fields["page_size"]).int32.gte == 0
    assert fields["page_token"].cpp_type == FieldDescriptor.CPPTYPE_STRING
    page = method.output_type.fields_by_number[1]
    assert page.is_repeated
    assert page.message_type is message
    assert snake_case(method.name).endswith(page.name)
    assert set(answer) == {page.name, "next_page_token"}
    if "{parent=" in collection_of(message):
        assert REQUIRED in behaviors(fields["parent"])


@standard("Create")
def test_create(method: Any, message: Any) -> None:
    noun = snake_case(message.name)
    assert rest_of(method) == ("post", collection_of(message), noun)
    assert method.output_type is message
    fields = method.input_type.fields_by_name
    assert set(fields) - {"parent"} == {noun, f"{noun}_id", "request_id"}
    assert REQUIRED in behaviors(fields[noun])
    assert rules_of(fields[noun]).required
    assert rules_of(fields[f"{noun}_id"]).string.pattern


@standard("Create")
def test_what_is_created_is_told_of_and_can_be_read(method: Any, message: Any) -> None:
    told = {field.message_type for field in ResourceChanged.DESCRIPTOR.fields}
    assert message in told
    by_kind = {field.message_type: field.name for field in ResourceChanged.DESCRIPTOR.fields}
    assert by_kind[message] == snake_case(message.name)
    assert {f"Get{message.name}", f"Update{message.name}"} <= set(METHODS)


@standard("Update")
def test_update(method: Any, message: Any) -> None:
    noun = snake_case(message.name)
    assert rest_of(method) == ("patch", f"/v1/{{{noun}.name={pattern_of(message)}}}", noun)
    assert method.output_type is message
    fields = method.input_type.fields_by_name
    assert {noun, "update_mask"} <= set(fields)
    etag = message.fields_by_name["etag"]
    assert OUTPUT_ONLY not in behaviors(etag)
    for name in ("create_time", "update_time"):
        assert behaviors(message.fields_by_name[name]) == [OUTPUT_ONLY]


@standard("Delete")
def test_delete(method: Any, message: Any) -> None:
    assert rest_of(method) == ("delete", f"/v1/{{name={pattern_of(message)}}}", "")
    assert method.output_type.full_name == "google.protobuf.Empty"
    fields = method.input_type.fields_by_name
    assert fields["etag"].has_presence
    assert referenced_type(fields["name"]) == resource_of(message).type


@standard("BatchGet")
def test_batch_get(method: Any, message: Any) -> None:
    assert rest_of(method) == ("get", f"{collection_of(message)}:batchGet", "")
    names = method.input_type.fields_by_name["names"]
    assert rules_of(names).repeated.max_items == 1000
    assert referenced_type(names) == resource_of(message).type
    assert permission_of(method) == permission_of(METHODS[f"Get{message.name}"])


@standard("BatchCreate")
def test_batch_create(method: Any, message: Any) -> None:
    single = METHODS[f"Create{message.name}"]
    assert rest_of(method) == ("post", f"{collection_of(message)}:batchCreate", "*")
    fields = method.input_type.fields_by_name
    assert set(fields) == {"requests", "request_id"}
    assert fields["requests"].message_type is single.input_type
    assert rules_of(fields["requests"]).repeated.max_items == 1000
    assert permission_of(method) == permission_of(single)


@each_method
def test_an_action_is_a_verb_behind_its_resource(method: Any) -> None:
    verb, path, body = rest_of(method)
    _, colon, action = path.rpartition("/")[2].rpartition(":")
    if not colon:
        return
    assert re.fullmatch("[a-z]+([A-Z][a-z0-9]*)*", action), path
    verb_of_action = re.split("(?=[A-Z])", action)[0]
    assert method.name.lower().startswith(verb_of_action)
    assert body == ("*" if verb == "post" else "")


@each_method
def test_what_may_be_repeated_says_so_in_one_way(method: Any) -> None:
    field = method.input_type.fields_by_name.get("request_id")
    if field is not None:
        assert field.has_presence
        assert rules_of(field).string.uuid


@each_message
def test_fields_say_their_kind_by_their_names(message: Any) -> None:
    for field in message.fields:
        assert field.cpp_type != FieldDescriptor.CPPTYPE_FLOAT, f"{field.full_name}: use double"
        is_time = field.message_type and field.message_type.name == "Timestamp"
        if is_time:
            assert re.search(r"(time|since|until|before|from|minute)$", field.name), field.full_name
        elif field.name.endswith("_time") and field.message_type:
            assert field.message_type.name in {"TimeOfDay", "Duration"}, field.full_name
        if re.search("(price|amount|fee|cost|balance)$", field.name):
            assert field.cpp_type != FieldDescriptor.CPPTYPE_DOUBLE, field.full_name


@each_resource
def test_a_field_named_like_a_resource_refers_to_it(message: Any) -> None:
    kinds = {snake_case(name): resource_of(each).type for name, each in RESOURCES.items()}
    for field in message.fields:
        is_text = field.cpp_type == FieldDescriptor.CPPTYPE_STRING
        if is_text and field.name in kinds and field.name != "vendor_error_code":
            assert referenced_type(field) == kinds[field.name], field.full_name
