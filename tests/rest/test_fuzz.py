"""Every method over REST, called with what its description allows and with what it does not.

Schemathesis makes the calls out of the OpenAPI document. Whatever comes back must come soon, be
told of in the document, and be no fault of the server's; nor may the server's log have one.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ampline import Client
from clients.demo.registration import network, register
from portal.openapi.document import described
from portal.openapi.protos import protos
from tests.rest.rest import Json
from tests.whole_platform import WholePlatform, start_platform

FEW, MANY = 5, 250
DEADLINE = 15.0
LARGE_HEADERS = 431
"""So Envoy says, in words of HTTP, of an address that is too long."""
AWAY = {"CHARGER_OFFLINE"}
"""Reasons for a 503 that are nobody's fault: there is no charger."""
Case = schemathesis.Case[Any]
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
DOCUMENT = described(protos())
load_all_checks()


def _operations() -> list[Any]:
    """All methods; those that create first, so that the others find something."""
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    found: list[Any] = [each.ok() for each in schema.get_all_operations()]  # type: ignore[union-attr]
    return sorted(
        found, key=lambda each: not each.definition.raw["operationId"].startswith("Create")
    )


OPERATIONS = _operations()
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
each_mode = pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)


@dataclass
class Fuzzed:
    """A platform that is being called, and the names of what it has."""

    platform: WholePlatform
    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By collection, such as `chargePoints/evses`, the ids in it with those of what is above."""

    def note(self, name: str) -> None:
        """Remembers a resource."""
        words = name.split("/")
        self.names["/".join(words[::2])].append(name)

    def existing(self, path: str, chance: random.Random) -> Mapping[str, str]:
        """The parameters of a path, for a resource that is there; nothing where none is known."""
        collections = re.findall(r"(\w+)/\{(\w+)\}", path)
        known = self.names.get("/".join(name for name, _ in collections))
        if not known:
            return {}
        ids = chance.choice(known).split("/")[1::2]
        return dict(zip((variable for _, variable in collections), ids, strict=True))

    def call(self, case: Case) -> requests.Response:
        """One call, over a connection of its own if it is a stream."""
        address, headers = self.platform.url, {"authorization": f"Bearer {self.platform.key}"}
        # Names with underscores end a connection in HTTP, before there is anything to fuzz.
        for name in [name for name in case.headers or {} if "_" in name]:
            del case.headers[name]
        told = case.as_transport_kwargs(base_url=address, headers=headers)
        return requests.request(**{**told, "timeout": DEADLINE, "stream": True})


@pytest.fixture(scope="module")
def fuzzed(
    tmp_path_factory: pytest.TempPathFactory, fresh_database_url: Callable[[], str]
) -> Iterator[Fuzzed]:
    """A platform of its own, with the demo's network."""
    started = start_platform(tmp_path_factory.mktemp("fuzzed"), fresh_database_url())
    found = Fuzzed(started)
    with Client(started.address, started.key) as client:
        register(client)
    for name in network():
        found.note(name)
    yield found
    assert started.running.stop() == 0
    assert "Traceback" not in started.running.log.read_text(errors="replace")


@each_mode
@each_operation
def test_every_method(fuzzed: Fuzzed, operation: Any, mode: GenerationMode) -> None:
    run(fuzzed, operation, mode, FEW)


@pytest.mark.soak
@each_mode
@each_operation
def test_every_method_for_long(fuzzed: Fuzzed, operation: Any, mode: GenerationMode) -> None:
    run(fuzzed, operation, mode, MANY)


def run(fuzzed: Fuzzed, operation: Any, mode: GenerationMode, calls: int) -> None:
    """Calls a method so often; every other time about something that exists. The few calls are
    always the same, the many never are: a failure tells how to make the call again."""
    chance = random.Random(operation.label)

    @settings(
        max_examples=calls,
        derandomize=calls == FEW,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def calling(case: Case) -> None:
        if chance.random() < 0.5:
            case.path_parameters = {
                **(case.path_parameters or {}),
                **fuzzed.existing(operation.path, chance),
            }
        judge(fuzzed, operation, case)

    calling()


def judge(fuzzed: Fuzzed, operation: Any, case: Case) -> None:
    """Makes the call, and looks at what comes back."""
    with fuzzed.call(case) as answer:
        if operation.definition.raw["operationId"].startswith("Stream") and answer.ok:
            first = json.loads(next(answer.iter_lines()).removeprefix(b"data: "))
            assert first == {} or first.keys() & {"cursor", "event", "message"}
            return
        told = f"{answer.status_code} {answer.text[:2000]}\n{case.as_curl_command()}"
        assert "Traceback" not in answer.text, told
        if answer.status_code == LARGE_HEADERS:
            return
        if answer.ok:
            remember(fuzzed, answer.json())
        else:
            assert_is_the_callers_fault(answer, told)
        case.validate_response(answer, checks=CHECKS)


def remember(fuzzed: Fuzzed, found: Json) -> None:
    """What was created or shown is there for other calls."""
    name = found.get("name")
    if isinstance(name, str) and "/" in name:
        fuzzed.note(name)


def assert_is_the_callers_fault(answer: requests.Response, told: str) -> None:
    """An error in the API's own words, and none of the server's."""
    assert answer.headers.get("content-type") == "application/json", told
    status = answer.json()
    reasons = {each.get("reason") for each in status.get("details", [])}
    assert status["code"], told
    assert answer.status_code < 500 or reasons & AWAY, told
